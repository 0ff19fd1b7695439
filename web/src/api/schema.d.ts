// Made from src/api/openapi.json by `npm run types`; not to be changed by hand.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leads to the dashboard */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Aggregated figures of a range, with camera coverage
         * @description Defaults to today in the zone. At most 400 days.
         */
        get: operations["analytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attendance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log, newest first */
        get: operations["listAttendance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attendance.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The log as CSV, the whole range */
        get: operations["exportAttendance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attendance/{attendance_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record */
        get: operations["getAttendance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what, newest first
         * @description Rows are only ever added, and each holds the hash of the one before: docs/audit.md says how to verify them.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Known cameras, by id */
        get: operations["listCameras"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cameras/{camera_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                camera_id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget a camera that has sent no events
         * @description For a mistyped id. Its coverage is forgotten too. A camera with events is refused (`camera_has_events`); retire it instead.
         */
        delete: operations["deleteCamera"];
        options?: never;
        head?: never;
        /**
         * Name a camera, say which way people pass it, or retire it
         * @description What is left out stays as it is. A retired camera no longer counts in coverage; its events are recorded all the same.
         */
        patch: operations["updateCamera"];
        trace?: never;
    };
    "/api/v1/cameras/{camera_id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report that a camera is running and what it watched
         * @description Sent every 10 seconds. Intervals from a time when the server was unreachable are reported later, with their times.
         */
        post: operations["heartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One line for each person and day
         * @description Everyone enrolled has a line for each day of the range, also without a record; a person who was removed has one for each day on which they were seen. Ordered by code and date, removed people last. What a day is, the site decides: SITE_TIME_ZONE and DAY_STARTS_AT. A page may have fewer items than `limit` and still have a `next_cursor`.
         */
        get: operations["listDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WebSocket: every decision as it happens
         * @description Text messages, one EventMessage each. A slow viewer loses messages and is told how many.
         */
        get: operations["viewEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys that are not revoked */
        get: operations["keys"];
        put?: never;
        /** Make a key */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        /** Rename a key, or change its end */
        patch: operations["updateKey"];
        trace?: never;
    };
    "/api/v1/keys/{key_id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace a key */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live/{camera_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WebSocket: a camera's frames
         * @description Binary messages, one JPEG each, always the latest. A slow viewer skips frames. Nothing is sent while nobody publishes. Messages from the viewer are ignored. Closed with 1001 on server shutdown.
         */
        get: operations["viewLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/live/{camera_id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WebSocket: publish a camera's frames
         * @description Binary messages, one whole JPEG of at most 1 MiB each, at most 30 messages and 8 MiB per second. Closed with 1003 for text, 1007 for data that is not a JPEG, 1008 when too fast, 1009 when too large, 1001 on server shutdown. A camera has one publisher: a new one closes the previous one with 4000.
         */
        get: operations["publishLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/look-alikes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Enrolled people who are hard to tell apart
         * @description The closest pairs of enrolled people when the threshold was last calibrated, which is less than a second after a change in all but the largest galleries. Empty where no threshold is calibrated.
         */
        get: operations["listLookAlikes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Model packs that this server offers to browsers */
        get: operations["listModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/models/{pack}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of a model pack */
        get: operations["getModelFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pairings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a code that pairs a device */
        post: operations["createPairing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pairings/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: components["parameters"]["PairingCode"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pair this device
         * @description Open. Wrong codes are limited and logged as wrong keys are.
         */
        post: operations["pair"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/persons": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People, by code */
        get: operations["listPersons"];
        put?: never;
        /** Enrol a person */
        post: operations["createPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/persons/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        /** One person */
        get: operations["getPerson"];
        put?: never;
        post?: never;
        /**
         * Remove a person and erase their faces
         * @description Their attendance stays, with their last code and name.
         */
        delete: operations["deletePerson"];
        options?: never;
        head?: never;
        /** Change code or name */
        patch: operations["updatePerson"];
        trace?: never;
    };
    "/api/v1/persons/{id}/faces": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a face */
        post: operations["addFace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/persons/{id}/faces/{face_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                face_id: components["parameters"]["FaceId"];
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Erase a face */
        delete: operations["deleteFace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recognitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Recognise a face and record it
         * @description Finds the person, claims their walk-past, and answers after the record is durable.
         */
        post: operations["recognise"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/recognitions/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Many sightings at once, for example after an outage
         * @description At most 1,000 events and 16 MiB. Replaying is harmless if events have an event_id. An event whose id was used for another event has the result `event_id_reused` (409).
         */
        post: operations["recogniseBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether and as whom this request is signed in */
        get: operations["session"];
        put?: never;
        /**
         * Exchange a key for a session cookie
         * @description Any key but a device's. The cookie is valid for 12 hours without use and at most SESSION_DAYS days, on every server of the same database, while the key holds; scripts cannot read it.
         */
        post: operations["signIn"];
        /**
         * End the session and clear its cookie
         * @description The session ends at once on every server, and the WebSockets that it opened are closed with 4001.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/pin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the PIN of a kiosk
         * @description A kiosk's page asks this before it lets somebody leave it. Five attempts at once, then one in ten seconds.
         */
        post: operations["checkPin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sessions that hold */
        get: operations["sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sightings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every decision, newest first, including unknown faces and spoof attempts */
        get: operations["listSightings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Description of the running server */
        get: operations["system"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document as an interactive page */
        get: operations["docs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/favicon.ico": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Leads to the icon of the dashboard */
        get: operations["icon"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Liveness check of the process */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["description"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Readiness check: can the server recognise and record now? */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ui": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The dashboard, or an explanatory page if the server has none */
        get: operations["dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Figures of a range, with camera coverage. Do not report anyone as absent for a time that no camera covers. */
        Analytics: {
            /** @description Cameras with an event in the range, by id. */
            cameras: components["schemas"]["AnalyticsCamera"][];
            /** @description The cameras (or the requested one) that count in some of the range, from their first day until they are retired; by id. */
            coverage: components["schemas"]["CameraCoverage"][];
            /** @description Every local day that overlaps the range, in order. */
            days: components["schemas"]["AnalyticsDay"][];
            /** @description People enrolled now. */
            enrolled: number;
            /** Format: date-time */
            from: string;
            /** @description The local hours with any event, in order. */
            hours: components["schemas"]["AnalyticsHour"][];
            /** @description From capture to receipt, for live events (received within 10 seconds): nearest-rank percentiles in milliseconds; null without any. */
            latency_ms: {
                /** @description Number of live events. */
                events: number;
                p50: number | null;
                p95: number | null;
                p99: number | null;
            };
            /**
             * Format: date-time
             * @description The server's clock; later times cannot be covered yet.
             */
            now: string;
            /** @description Distinct people with a record in the range. */
            present: number;
            similarity: components["schemas"]["SimilarityDistribution"];
            /** Format: date-time */
            to: string;
            zone: string;
        };
        AnalyticsCamera: {
            ambiguous: number;
            /** @description The name that the operator gave the camera. */
            camera_id: string;
            cooldown: number;
            marked: number;
            spoof: number;
            unknown: number;
            unproven: number;
        };
        AnalyticsDay: {
            /** @description The share of the time from `start` to the earlier of `end` and now that the cameras watched. A camera counts from its first day until it is retired. null: no camera counts, or the day has not begun. */
            coverage: number | null;
            /** Format: date */
            date: string;
            /**
             * Format: date-time
             * @description The next local midnight, or the end of the range if earlier.
             */
            end: string;
            /** @description Distinct people with a record on that day. */
            present: number;
            /**
             * Format: date-time
             * @description Local midnight, or the start of the range if later.
             */
            start: string;
        };
        AnalyticsHour: {
            ambiguous: number;
            /** @description People whose first record of the local day is in this hour. */
            arrivals: number;
            cooldown: number;
            /** @description As for a day. */
            coverage: number | null;
            marked: number;
            spoof: number;
            /**
             * Format: date-time
             * @description Start of the local hour.
             */
            start: string;
            unknown: number;
            unproven: number;
        };
        AttendancePage: {
            items: components["schemas"]["AttendanceRecord"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description One line of the log. Code and name are the person's last ones, even after the person has been removed. */
        AttendanceRecord: {
            /** @description The name that the operator gave the camera. */
            camera_id: string;
            /**
             * Format: date-time
             * @description By the edge's clock.
             */
            captured_at: string;
            /** Format: uuid */
            event_id: string;
            /** Format: uuid */
            id: string;
            liveness: number | null;
            /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
            model: string;
            person: components["schemas"]["PersonRef"];
            quality: number | null;
            /**
             * Format: date-time
             * @description By the server's clock.
             */
            received_at: string;
            /** @description Raw cosine of the best other person. */
            runner_up: number | null;
            /** @description The cosine corrected for how many other enrolled people are near both faces (CSLS). Null if nobody is enrolled, and in records of older versions. */
            score: number | null;
            /** @description Raw cosine. */
            similarity: number;
            /** @description What was required: of `score` if `threshold_source` is calibrated, else of `similarity`. */
            threshold: number;
            /**
             * @description fixed: SIMILARITY_THRESHOLD. pack: the model pack's. calibrated: made for this gallery and FALSE_IDENTIFICATION_RATE. Null in records of older versions.
             * @enum {string|null}
             */
            threshold_source: "fixed" | "pack" | "calibrated" | null;
            /** @description As liveness, by models that take too many living people for pictures. It turned nobody away; below liveness.flag_below of /api/v1/system it is worth a look at the record. */
            weak_liveness: number | null;
        };
        AuditPage: {
            items: components["schemas"]["AuditRow"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        AuditRow: {
            /** @description For example `person_removed`, `right_refused`, `session_begun`. */
            action: string;
            /** Format: date-time */
            at: string;
            details: {
                [key: string]: unknown;
            };
            /** @description SHA-256 of the row, in hexadecimal. */
            hash: string;
            /** Format: uuid */
            organisation_id: string;
            /** @description Of the row before; zeros in the first row. */
            previous_hash: string;
            /** @description 1, 2, 3, … within the organisation. */
            sequence: number;
            /** @description Who did it: the kind, the id of the key or session, and the key of a session. An empty id or key is API_KEY of the configuration. */
            subject: {
                id: string;
                key: string;
                kind: string;
            };
            /** @description A kind and an id, for example `person:ID`; empty: nothing in particular. */
            target: string;
        };
        Batch: {
            events: components["schemas"]["Sighting"][];
        };
        BatchError: {
            error: components["schemas"]["ErrorBody"];
            /** @description The HTTP status that this event would have received on its own. 4xx: do not retry; 5xx: retry later. */
            status: number;
        };
        BatchResults: {
            /** @description One per event, in the order of the events. */
            results: (components["schemas"]["Decision"] | components["schemas"]["BatchError"])[];
        };
        Camera: {
            /** @description The server's clock minus the edge's, including the network delay, at the last event that had a send time or arrived within a minute. */
            clock_skew_seconds: number;
            /**
             * @description Which way people pass it. none: not known, or it does not matter.
             * @enum {string}
             */
            direction: "in" | "out" | "both" | "none";
            /** @description Number of events from this camera. */
            events: number;
            /**
             * Format: date-time
             * @description By the server's clock.
             */
            first_seen: string;
            /** @description Frames per second at its last heartbeat; null if not reported. */
            fps: number | null;
            /** @description The name that the operator gave the camera. */
            id: string;
            /**
             * Format: date-time
             * @description The last event or heartbeat, by the server's clock.
             */
            last_seen: string;
            /** @description It is publishing frames, which GET /api/v1/live/{camera_id} streams. */
            live: boolean;
            /** @description The embedder it uses. */
            model: string | null;
            /** @description What the operator calls it; null: its id. */
            name: string | null;
            /** @description An event or heartbeat arrived within the last 30 seconds. */
            online: boolean;
            /**
             * Format: date-time
             * @description Capture time of the oldest of those.
             */
            outbox_oldest: string | null;
            /** @description Events waiting at the edge at its last heartbeat. */
            outbox_waiting: number | null;
            retired: boolean;
            /**
             * Format: date-time
             * @description From then on it does not count in coverage.
             */
            retired_at: string | null;
            /** @description The edge's software, with its version. */
            software: string | null;
        };
        /** @description At least one field. Unknown fields are refused. */
        CameraChange: {
            /** @enum {string} */
            direction?: "in" | "out" | "both" | "none";
            /** @description null: none. */
            name?: string | null;
            retired?: boolean;
        };
        /** @description When a camera delivered frames. */
        CameraCoverage: {
            /** @description The name that the operator gave the camera. */
            camera_id: string;
            /** @description Share of the time in which the camera counts, from `from` to the earlier of `to` and now; 0 if that is empty. */
            fraction: number;
            /** @description Within the range, in order, disjoint. */
            intervals: components["schemas"]["Interval"][];
        };
        /** @description A camera went online or offline, or started or stopped publishing frames. */
        CameraEvent: {
            camera: components["schemas"]["Camera"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "camera";
        };
        CameraPage: {
            items: components["schemas"]["Camera"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description A person on one day of the site. Without a record it says nothing about where the person was while `coverage` is below 1. */
        Day: {
            /** @description The share of the day, up to now, that the cameras watched; a camera counts from its first day until it is retired. null: no camera, or the day has not begun. */
            coverage: number | null;
            /**
             * Format: date
             * @description The site's date on which the day begins.
             */
            date: string;
            /**
             * Format: date-time
             * @description Of the first record; null: none.
             */
            first_at: string | null;
            /**
             * Format: date-time
             * @description When the person was last recognised, sightings during a cooldown included; null: not seen.
             */
            last_seen_at: string | null;
            person: components["schemas"]["PersonRef"];
            records: number;
            /** @description Records, and sightings during a cooldown. */
            sightings: number;
        };
        DayPage: {
            /** @description DAY_STARTS_AT, in local time. */
            day_starts_at: string;
            items: components["schemas"]["Day"][];
            next_cursor: components["schemas"]["NextCursor"];
            /** @description SITE_TIME_ZONE. */
            zone: string;
        };
        /** @description The decision about a sighting, with the figures that explain it. */
        Decision: {
            /**
             * Format: uuid
             * @description Only for marked.
             */
            attendance_id: string | null;
            /**
             * Format: date-time
             * @description Only for marked and cooldown.
             */
            cooldown_until: string | null;
            /**
             * Format: uuid
             * @description The sighting's id, or the one generated for it.
             */
            event_id: string;
            /**
             * @description marked: a record was written. cooldown: known, already recorded for this walk-past. unknown: nobody is similar enough. ambiguous: two people are too similar to choose between. spoof: the liveness score is too low. unproven: there is no liveness score, and the server requires one (LIVENESS_REQUIRED).
             * @enum {string}
             */
            outcome: "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof" | "unproven";
            /** @description Only for marked and cooldown. */
            person: components["schemas"]["PersonRef"] | null;
            /** @description Raw cosine of the best other person; shown as similarity is. */
            runner_up: number | null;
            /** @description The cosine corrected for how many other enrolled people are near both faces (CSLS). Null if nobody is enrolled, and in records of older versions. */
            score: number | null;
            /** @description Raw cosine of the best person; null if nobody is enrolled, or if the caller may only recognise; with two decimals for a caller who reads and does not manage. */
            similarity: number | null;
            /** @description What was required: of `score` if `threshold_source` is calibrated, else of `similarity`. Null if the caller may only recognise. */
            threshold: number | null;
            /**
             * @description fixed: SIMILARITY_THRESHOLD. pack: the model pack's. calibrated: made for this gallery and FALSE_IDENTIFICATION_RATE. Null in records of older versions.
             * @enum {string|null}
             */
            threshold_source: "fixed" | "pack" | "calibrated" | null;
        };
        /** @description A sighting was decided. */
        DecisionEvent: {
            /** @description The name that the operator gave the camera. */
            camera_id: string;
            /** Format: date-time */
            captured_at: string;
            decision: components["schemas"]["Decision"];
            liveness: number | null;
            quality: number | null;
            /** Format: date-time */
            received_at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "decision";
            /** @description As liveness, by models that take too many living people for pictures. It turned nobody away; below liveness.flag_below of /api/v1/system it is worth a look at the record. */
            weak_liveness: number | null;
        };
        Error: {
            error: components["schemas"]["ErrorBody"];
        };
        ErrorBody: {
            /** @description Stable; for programs. */
            code: string;
            /** @description The parts of the message that programs need, such as `field`. */
            details: {
                [key: string]: unknown;
            };
            /** @description For people: what was wrong and what to do. */
            message: string;
        };
        EventMessage: components["schemas"]["DecisionEvent"] | components["schemas"]["CameraEvent"] | components["schemas"]["LostEvent"];
        /** @description An enrolled face. The API never returns the embedding. */
        Face: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
            model: string;
            /** @description The sender's assessment at enrolment. */
            quality: number;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        /** @description An edge's report about a camera. `watching_from` and `watching_to` must be given together. */
        Heartbeat: {
            /** @description Processed frames per second. */
            fps?: number | null;
            model?: string | null;
            /**
             * Format: date-time
             * @description Capture time of the oldest of those.
             */
            outbox_oldest?: string | null;
            /** @description Events waiting for delivery. */
            outbox_waiting?: number | null;
            software?: string | null;
            /**
             * Format: date-time
             * @description The camera delivered frames from this time to `watching_to`, by the edge's clock. The server stores the union, so reporting an interval twice, or hours later, is harmless.
             */
            watching_from?: string | null;
            /**
             * Format: date-time
             * @description At or after `watching_from`, by at most 400 days.
             */
            watching_to?: string | null;
        };
        Interval: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        Key: {
            /** @description Of a device: it may act only as these. Null: as every camera of its organisation. */
            cameras: string[] | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never.
             */
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            /**
             * Format: date-time
             * @description To about a minute. Null: not yet used.
             */
            last_used_at: string | null;
            name: string;
            /**
             * Format: date-time
             * @description After a rotation: the old key holds until then.
             */
            old_key_until: string | null;
            /** @description A kiosk with a PIN. */
            pin: boolean;
            /**
             * @description administrator: everything. operator: read and manage. viewer: read. device: recognise as its own cameras.
             * @enum {string}
             */
            role: "administrator" | "operator" | "viewer" | "device";
        };
        KeyChange: {
            /**
             * Format: date-time
             * @description In the future; null: never.
             */
            expires_at?: string | null;
            name?: string;
        };
        KeyPage: {
            items: components["schemas"]["Key"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        KeyRef: {
            /** Format: uuid */
            id: string;
            name: string;
        };
        KeyRotation: {
            /** @default 0 */
            overlap_seconds: number;
        };
        /** @description Whose models judge liveness for browsers and for edges that share this server's models folder. */
        LivenessJudge: {
            /** @description How to get better models. */
            advice: string | null;
            /** @description A record whose `weak_liveness` is lower is worth a look. Null unless weak. */
            flag_below: number | null;
            /** @description Null: nobody judges. */
            pack: string | null;
            /** @description They take too many living people for pictures, so a low score only flags a record. */
            weak: boolean;
        };
        LookAlikes: {
            /** @description Closest first, at most fifty of a model. */
            items: {
                /** @description Too alike to tell apart surely: they may be one person enrolled twice. Otherwise add photographs of both. */
                confusable: boolean;
                /** @description Two people. */
                people: components["schemas"]["PersonRef"][];
                /** @description Corrected. */
                score: number;
                /** @description Raw cosine of their closest photographs. */
                similarity: number;
                /** @description Of the score. */
                threshold: number;
            }[];
        };
        /** @description This viewer was too slow; this many messages were dropped before the next one. */
        LostEvent: {
            count: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "lost";
        };
        /** @description How pixels are converted to the input tensor (1 x channels x height x width): (pixel - mean) / scale, with pixels 0..255. */
        ModelInput: {
            /** @enum {string} */
            colour: "rgb" | "bgr" | "grey";
            /** @description The face box is enlarged by this factor; 0: the whole input image. */
            crop: number;
            /**
             * @description For a crop that extends beyond the image: repeat the edge pixels, or shrink and move the crop inside.
             * @enum {string}
             */
            edge: "repeat" | "inside";
            height: number;
            /** @description Keep the aspect ratio and pad at the right and bottom. */
            letterbox: boolean;
            /** @description One per channel, or one for all. */
            mean: number[];
            /** @description One per channel, or one for all. */
            scale: number[];
            /** @description The crop is a square with the box's longer side. */
            square: boolean;
            width: number;
        };
        /** @description A manifest. All of its files are present and match their hashes. */
        ModelPack: {
            /** @description Its embedder is the server's first model. */
            default: boolean;
            description: string;
            embedder: {
                /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
                identity: string;
                size: number;
            };
            files: {
                bytes: number;
                name: string;
                /** @description Whose licence it has: this pack, or one that lends it a model. */
                pack?: string;
                role: string;
                sha256: string;
                /** @description A path on this server. */
                url: string;
            }[];
            licence: {
                commercial_use: boolean;
                note: string;
                spdx: string;
            };
            /** @description Null: no liveness models, or not measured. */
            liveness?: {
                threshold: number;
                /** @description Send the score as `weak_liveness`. */
                weak: boolean;
            } | null;
            models: {
                input: components["schemas"]["ModelInput"];
                /** @description The decoder. */
                kind: string;
                parameters: {
                    [key: string]: number;
                };
                role: string;
            }[];
            name: string;
            threshold: {
                cosine: number;
                false_accept_rate: number;
                genuine_accept_rate: number;
                measured_on: string;
            };
        };
        ModelPacks: {
            items: components["schemas"]["ModelPack"][];
        };
        /** @description A face to enrol. Exactly one of `vector` and `embedding` is required. */
        NewFace: {
            /** @description The same numbers as base64 (RFC 4648, with padding, without line breaks) of little-endian values: f32 2732, f16 1368, i8 684 characters. */
            embedding?: string;
            /**
             * @description How `embedding` is encoded. i8 is round(x * 127 / max|x|).
             * @enum {string}
             */
            encoding?: "f32" | "f16" | "i8";
            /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
            model?: string;
            /** @description Default: 0. */
            quality?: number;
            /** @description 512 finite numbers in the embedder's order. The vector need not be normalised but must not be zero. */
            vector?: number[];
        } & (unknown | unknown);
        NewKey: {
            /** @description Only of a device. Absent or null: every camera of the organisation. */
            cameras?: string[] | null;
            /**
             * Format: date-time
             * @description In the future. Absent or null: never.
             */
            expires_at?: string | null;
            name: string;
            /**
             * @description administrator: everything. operator: read and manage. viewer: read. device: recognise as its own cameras.
             * @enum {string}
             */
            role: "administrator" | "operator" | "viewer" | "device";
        };
        NewKeyAnswer: {
            /** @description Of a device: it may act only as these. Null: as every camera of its organisation. */
            cameras: string[] | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never.
             */
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            /** @description What its holder sends in X-API-Key. Shown here only. */
            key: string;
            /**
             * Format: date-time
             * @description To about a minute. Null: not yet used.
             */
            last_used_at: string | null;
            name: string;
            /**
             * Format: date-time
             * @description After a rotation: the old key holds until then.
             */
            old_key_until: string | null;
            /** @description A kiosk with a PIN. */
            pin: boolean;
            /**
             * @description administrator: everything. operator: read and manage. viewer: read. device: recognise as its own cameras.
             * @enum {string}
             */
            role: "administrator" | "operator" | "viewer" | "device";
        };
        NewPairing: {
            cameras: string[];
            /** @enum {string} */
            kind: "kiosk" | "edge";
            /** @description Of the key that the device gets. Absent: after the kind and the cameras. */
            name?: string | null;
            /** @description Of a kiosk: asked before its page is left. */
            pin?: string | null;
        };
        NewPerson: {
            /**
             * @description Enrol even if a face resembles another person, as with twins.
             * @default false
             */
            allow_duplicate: boolean;
            /** @description The organisation's identifier for the person; unique. */
            code: string;
            /** @description May be empty or absent; faces can be added later. */
            faces?: components["schemas"]["NewFace"][];
            name: string;
        };
        /** @description A face for a person who is already enrolled. */
        NewPersonFace: components["schemas"]["NewFace"] & {
            /**
             * @description Add it even if it resembles another person, as with twins.
             * @default false
             */
            allow_duplicate: boolean;
        };
        NewSession: {
            api_key: string;
        };
        /** @description Pass it as `cursor` to get the next page; null on the last page. */
        NextCursor: string | null;
        Paired: {
            /** @description Of a device: it may act only as these. Null: as every camera of its organisation. */
            cameras: string[] | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Null: never.
             */
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            /** @description What the device sends in X-API-Key. Shown here only. */
            key: string;
            /** @enum {string} */
            kind: "kiosk" | "edge";
            /**
             * Format: date-time
             * @description To about a minute. Null: not yet used.
             */
            last_used_at: string | null;
            name: string;
            /**
             * Format: date-time
             * @description After a rotation: the old key holds until then.
             */
            old_key_until: string | null;
            /** @description A kiosk with a PIN. */
            pin: boolean;
            /**
             * @description administrator: everything. operator: read and manage. viewer: read. device: recognise as its own cameras.
             * @enum {string}
             */
            role: "administrator" | "operator" | "viewer" | "device";
        };
        PairingCode: {
            /** @description Case, hyphens and spaces do not matter. */
            code: string;
            /** Format: date-time */
            expires_at: string;
        };
        Person: {
            code: string;
            /** Format: date-time */
            created_at: string;
            /** @description Oldest first. */
            faces: components["schemas"]["Face"][];
            /** Format: uuid */
            id: string;
            /** @description Only in the answer to an enrolment with `allow_duplicate`: enrolled people whom a walk-past of this person could be taken for. Check that they are not the same person; a second and third photograph of both helps to tell them apart. */
            look_alikes?: {
                person: components["schemas"]["PersonRef"];
                /** @description Corrected; null where the raw cosine was compared. */
                score: number | null;
                /** @description Raw cosine. */
                similarity: number;
                threshold: number;
            }[];
            name: string;
            /** Format: date-time */
            updated_at: string;
        };
        PersonChange: {
            code?: string;
            name?: string;
        };
        PersonPage: {
            items: components["schemas"]["Person"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        PersonRef: {
            code: string;
            /** Format: uuid */
            id: string;
            name: string;
        };
        Pin: {
            pin: string;
        };
        /** @description If the server has a key and the request does not include it, only `status`, `store.ok` and `gallery.loaded` are returned. */
        Readiness: {
            cooldown?: {
                /** @enum {string} */
                backend: "memory" | "redis" | "upstash_rest";
                error: string | null;
                /** @description false: the backend is unreachable and the store's rule decides. The server stays ready. */
                ok: boolean;
                /** @description Why this backend was selected. */
                reason: string;
                seconds: number;
            };
            gallery: {
                backend?: string;
                bytes?: number;
                faces?: number;
                loaded: boolean;
                people?: number;
            };
            liveness?: components["schemas"]["LivenessJudge"];
            models?: {
                /** @description How the threshold was made for this gallery. Null unless `threshold_source` is calibrated. */
                calibration: {
                    /** @description The share of enrolled people's walk-pasts that will be unknown. */
                    expected_miss: number;
                    /** @description The share of strangers who may be taken for somebody. */
                    false_identification_rate: number;
                    /** @description Scores between photographs of one person in which the miss was counted. */
                    genuine_scores: number;
                    /** @description How many people it was made for. */
                    people: number;
                    /** @description Scores of enrolled people against others that it was fitted to; 0: only the model pack's figures. */
                    stranger_scores: number;
                } | null;
                /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
                id: string;
                /** @description A face at or above it is known: by its score if `threshold_source` is calibrated, else by its cosine. */
                threshold: number;
                /** @enum {string} */
                threshold_source: "fixed" | "pack" | "calibrated";
            }[];
            /** @enum {string} */
            status: "ready" | "not_ready";
            store: {
                backend?: string;
                error?: string | null;
                ok: boolean;
            };
            version?: string;
        };
        Session: {
            /** @description Who asks is known: by a valid session or key, or because the server requires none. `rights` says what they may do. */
            authenticated: boolean;
            /** @description The cameras that the device is bound to. Null: not bound. */
            cameras: string[] | null;
            /** @description The key that was shown or signed in with; null: API_KEY of the configuration, or none. */
            key: components["schemas"]["KeyRef"] | null;
            /** @description The server has an API_KEY. */
            key_required: boolean;
            /** Format: uuid */
            organisation_id: string | null;
            /** @description This kiosk's page asks for a PIN before it is left. */
            pin_required: boolean;
            rights: ("recognise" | "read" | "manage" | "administer")[];
            /**
             * @description Null: not authenticated.
             * @enum {string|null}
             */
            role: "administrator" | "operator" | "viewer" | "device" | null;
        };
        SessionEntry: {
            /** Format: date-time */
            begun_at: string;
            /** @description The session of this request. */
            current: boolean;
            /**
             * Format: date-time
             * @description Without further use.
             */
            ends_at: string;
            /** Format: uuid */
            id: string;
            /** @description That it was begun with; null: API_KEY of the configuration. */
            key: components["schemas"]["KeyRef"] | null;
            /**
             * @description administrator: everything. operator: read and manage. viewer: read. device: recognise as its own cameras.
             * @enum {string}
             */
            role: "administrator" | "operator" | "viewer" | "device";
        };
        SessionPage: {
            items: components["schemas"]["SessionEntry"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description One walk-past, as numbers, never an image. Exactly one of `vector` and `embedding` is required. Unknown fields are ignored, null is equivalent to absent, and a duplicate field is refused. */
        Sighting: {
            /** @description The name that the operator gave the camera. */
            camera_id: string;
            /**
             * Format: date-time
             * @description When the camera saw the face. Default: now. Late events are accepted and judged by this time; more than five minutes in the future is refused.
             */
            captured_at?: string;
            /** @description The same numbers as base64 (RFC 4648, with padding, without line breaks) of little-endian values: f32 2732, f16 1368, i8 684 characters. */
            embedding?: string;
            /**
             * @description How `embedding` is encoded. i8 is round(x * 127 / max|x|).
             * @enum {string}
             */
            encoding?: "f32" | "f16" | "i8";
            /**
             * Format: uuid
             * @description Generated by the sender. The same id is the same event and gets the same answer, so sending twice is harmless. Default: generated by the server.
             */
            event_id?: string;
            /** @description 1 is live. A score below the server's threshold is a spoof. Absent: not judged; a server with LIVENESS_REQUIRED answers `unproven`. */
            liveness?: number;
            /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. Default: the server's first model. */
            model?: string;
            /** @description The sender's assessment of the face image, stored with the record. */
            quality?: number;
            /**
             * Format: date-time
             * @description When this attempt was sent, by the sender's clock; used to measure the camera's clock_skew_seconds. If absent, captured_at of events that arrive within a minute is used.
             */
            sent_at?: string;
            /** @description 512 finite numbers in the embedder's order. The vector need not be normalised but must not be zero. */
            vector?: number[];
            /** @description As liveness, by models that take too many living people for pictures (`weak` in the pack's manifest). It flags the record and turns nobody away, unless the server has LIVENESS_THRESHOLD or LIVENESS_REQUIRED. */
            weak_liveness?: number;
        } & (unknown | unknown);
        SightingPage: {
            items: components["schemas"]["SightingRecord"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description One stored decision. */
        SightingRecord: {
            /** Format: uuid */
            attendance_id: string | null;
            /** @description The name that the operator gave the camera. */
            camera_id: string;
            /**
             * Format: date-time
             * @description By the edge's clock.
             */
            captured_at: string;
            /**
             * Format: date-time
             * @description Only for marked and cooldown.
             */
            cooldown_until: string | null;
            /** Format: uuid */
            event_id: string;
            liveness: number | null;
            /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
            model: string;
            /**
             * @description marked: a record was written. cooldown: known, already recorded for this walk-past. unknown: nobody is similar enough. ambiguous: two people are too similar to choose between. spoof: the liveness score is too low. unproven: there is no liveness score, and the server requires one (LIVENESS_REQUIRED).
             * @enum {string}
             */
            outcome: "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof" | "unproven";
            /** @description Only for marked and cooldown. */
            person: components["schemas"]["PersonRef"] | null;
            quality: number | null;
            /**
             * Format: date-time
             * @description By the server's clock.
             */
            received_at: string;
            /** @description Raw cosine of the best other person. */
            runner_up: number | null;
            /** @description The cosine corrected for how many other enrolled people are near both faces (CSLS). Null if nobody is enrolled, and in records of older versions. */
            score: number | null;
            /** @description Raw cosine of the best person. */
            similarity: number | null;
            /** @description What was required: of `score` if `threshold_source` is calibrated, else of `similarity`. */
            threshold: number;
            /**
             * @description fixed: SIMILARITY_THRESHOLD. pack: the model pack's. calibrated: made for this gallery and FALSE_IDENTIFICATION_RATE. Null in records of older versions.
             * @enum {string|null}
             */
            threshold_source: "fixed" | "pack" | "calibrated" | null;
            /** @description As liveness, by models that take too many living people for pictures. It turned nobody away; below liveness.flag_below of /api/v1/system it is worth a look at the record. */
            weak_liveness: number | null;
        };
        /** @description Histogram of the best similarities, with the thresholds in force. */
        SimilarityDistribution: {
            /** @constant */
            bin_width: 0.02;
            /** @description Non-empty bins, in order. */
            bins: {
                /** @description Lower bound of the bin, inclusive; the upper bound is exclusive. */
                from: number;
                /** @description marked and cooldown */
                known: number;
                /** @description unknown and ambiguous */
                unknown: number;
            }[];
            /** @description The distinct thresholds of the range, in order. */
            thresholds: number[];
        };
        System: {
            ambiguity_margin: number;
            cooldown: {
                /** @enum {string} */
                backend: "memory" | "redis" | "upstash_rest";
                error: string | null;
                ok: boolean;
                reason: string;
            };
            cooldown_seconds: number;
            gallery: {
                bytes: number;
                /** @enum {string} */
                kind: "memory" | "pgvector";
                people: number;
                templates: number;
            };
            live: {
                event_viewers: number;
                /** @description Cameras publishing to this server. */
                publishers: number;
                /** @description Frames and events are shared between servers through Redis. */
                shared: boolean;
                viewers: number;
            };
            liveness: components["schemas"]["LivenessJudge"];
            /** @description A sighting without a liveness score is `unproven`. */
            liveness_required: boolean;
            liveness_threshold: number;
            /** @description The first is used if a client names none. */
            models: {
                /** @description How the threshold was made for this gallery. Null unless `threshold_source` is calibrated. */
                calibration: {
                    /** @description The share of enrolled people's walk-pasts that will be unknown. */
                    expected_miss: number;
                    /** @description The share of strangers who may be taken for somebody. */
                    false_identification_rate: number;
                    /** @description Scores between photographs of one person in which the miss was counted. */
                    genuine_scores: number;
                    /** @description How many people it was made for. */
                    people: number;
                    /** @description Scores of enrolled people against others that it was fitted to; 0: only the model pack's figures. */
                    stranger_scores: number;
                } | null;
                /** @description The embedder that produced the vector, with its version. Vectors from different models cannot be compared. */
                id: string;
                /** @description The pack it comes from. */
                pack: string;
                /** @description A face at or above it is known: by its score if `threshold_source` is calibrated, else by its cosine. */
                threshold: number;
                /** @enum {string} */
                threshold_source: "fixed" | "pack" | "calibrated";
            }[];
            /** Format: date-time */
            started_at: string;
            store: {
                /** @enum {string} */
                backend: "sqlite" | "postgresql";
                error: string | null;
                ok: boolean;
            };
            /** @description The server has the dashboard's pages. */
            ui: boolean;
            version: string;
        };
    };
    responses: {
        /** @description The request is invalid and repeating it is pointless: `malformed_json`, `invalid_field`, `invalid_vector`, `invalid_time`, `invalid_id`, `invalid_parameter`, `unknown_parameter`, `invalid_cursor`, `unknown_model`, `captured_in_future`, `captured_too_old`, `invalid_code`, `invalid_name`, `mixed_faces`. */
        BadRequest: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "invalid_field",
                 *         "message": "liveness: must be a number from 0 to 1, not 1.5",
                 *         "details": {
                 *           "field": "liveness"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `duplicate_face` names the person whom a face resembles, and the similarity; `duplicate_code` names the person who has the code. `event_id_reused`: an event with this id and other content is recorded. `camera_has_events`: the log keeps what the camera sent. `pairing_used`, `pairing_expired`: ask for a new code. `no_pin`: the device was paired without one. */
        Conflict: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "duplicate_face",
                 *         "message": "the face sent for Annabella King (E-1002) resembles Ada Lovelace (E-1001), who is already enrolled; add the face to them, or allow the duplicate if they are two people",
                 *         "details": {
                 *           "person_id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                 *           "code": "E-1001",
                 *           "name": "Ada Lovelace",
                 *           "similarity": 0.81,
                 *           "score": 0.64,
                 *           "threshold": 0.35,
                 *           "new_code": "E-1002",
                 *           "new_name": "Annabella King"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `forbidden`: the caller lacks the right (`details.right`) or may not act as the camera (`details.camera_id`). `wrong_pin`. A server without a key was addressed by a name other than its machine's (`host_not_allowed`) or from another site's page (`cross_origin`); or a change or WebSocket with a session came from a page of another origin (`origin_refused`). */
        Forbidden: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "host_not_allowed",
                 *         "message": "a server without API_KEY answers only to localhost and 127.0.0.1, not to \"example.org\"; set API_KEY, or name that host in ALLOWED_HOSTS",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A fault of the server, or damaged data; logged under the request's x-request-id. */
        InternalError: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "internal",
                 *         "message": "the server failed to answer",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `person_not_found`, `face_not_found`, `attendance_not_found`, `model_file_not_found`, `key_not_found`, `session_not_found`, `pairing_not_found`. */
        NotFound: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "person_not_found",
                 *         "message": "there is no such person",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `body_too_large`, `too_many_events`. */
        TooLarge: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "too_many_events",
                 *         "message": "events: at most 1000 events in one batch; send them in several",
                 *         "details": {
                 *           "field": "events",
                 *           "max_events": 1000
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `too_many_attempts`: too many wrong keys or sessions from this address; the right key is let in at any time. `too_many_cameras`: the camera is new, and the server knows as many as it may. `camera_too_fast`: this camera sends more than it may. Retry after retry-after. */
        TooManyRequests: {
            headers: {
                /** @description Seconds. */
                "retry-after"?: number;
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "too_many_attempts",
                 *         "message": "too many wrong keys; try again in 1 s",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `unauthenticated`: the request shows no key or session, or a wrong one. `key_expired`, `key_revoked`: also of a session that was begun with the key. */
        Unauthenticated: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "unauthenticated",
                 *         "message": "this server needs a key: send its API_KEY in the header X-API-Key",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description The store, the cache or the disk does not answer, a queue is full, or the gallery is still loading. Nothing was recorded; retry later. */
        Unavailable: {
            headers: {
                /** @description Seconds. */
                "retry-after"?: number;
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "gallery_loading",
                 *         "message": "the server is still loading the enrolled faces; try again",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `unsupported_media_type`: the body is declared as something other than application/json. */
        UnsupportedMediaType: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "unsupported_media_type",
                 *         "message": "the body must be application/json, not application/x-www-form-urlencoded",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `upgrade_required`: this path requires a WebSocket upgrade (RFC 6455). */
        UpgradeRequired: {
            headers: {
                /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "upgrade_required",
                 *         "message": "this path speaks WebSocket; connect to it with a WebSocket client",
                 *         "details": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        AttendanceId: string;
        Camera: string;
        CameraId: string;
        /** @description `next_cursor` of the previous page. */
        Cursor: string;
        FaceId: string;
        /**
         * @description captured_at at or after this RFC 3339 time. An offset is required; write + as %2B.
         * @example 2026-11-22T00:00:00Z
         */
        From: string;
        KeyId: string;
        /** @description Items per page. */
        Limit: number;
        Outcome: "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof" | "unproven";
        PairingCode: string;
        /** @description A person's id or code. */
        Person: string;
        PersonId: string;
        SessionId: string;
        /**
         * @description captured_at before this time; later than `from`.
         * @example 2026-11-23T00:00:00Z
         */
        To: string;
        /**
         * @description The time zone for days and hours: a name from the IANA database. Default: SITE_TIME_ZONE.
         * @example Europe/Berlin
         */
        Zone: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pages are at /ui/. */
            308: {
                headers: {
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            /** @description This server has no dashboard. */
            404: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    analytics: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /**
                 * @description captured_at at or after this RFC 3339 time. An offset is required; write + as %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description captured_at before this time; later than `from`.
                 * @example 2026-11-23T00:00:00Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description The time zone for days and hours: a name from the IANA database. Default: SITE_TIME_ZONE.
                 * @example Europe/Berlin
                 */
                zone?: components["parameters"]["Zone"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The figures. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "from": "2026-11-22T00:00:00Z",
                     *       "to": "2026-11-23T00:00:00Z",
                     *       "zone": "UTC",
                     *       "now": "2026-11-22T15:48:00Z",
                     *       "enrolled": 120,
                     *       "present": 97,
                     *       "days": [
                     *         {
                     *           "date": "2026-11-22",
                     *           "start": "2026-11-22T00:00:00Z",
                     *           "end": "2026-11-23T00:00:00Z",
                     *           "present": 97,
                     *           "coverage": 0.55
                     *         }
                     *       ],
                     *       "hours": [
                     *         {
                     *           "start": "2026-11-22T08:00:00Z",
                     *           "arrivals": 61,
                     *           "marked": 61,
                     *           "cooldown": 12,
                     *           "unknown": 3,
                     *           "ambiguous": 0,
                     *           "spoof": 1,
                     *           "unproven": 0,
                     *           "coverage": 1
                     *         }
                     *       ],
                     *       "cameras": [
                     *         {
                     *           "camera_id": "gate-1",
                     *           "marked": 97,
                     *           "cooldown": 40,
                     *           "unknown": 3,
                     *           "ambiguous": 0,
                     *           "spoof": 1,
                     *           "unproven": 0
                     *         }
                     *       ],
                     *       "similarity": {
                     *         "bin_width": 0.02,
                     *         "bins": [
                     *           {
                     *             "from": 0.7,
                     *             "known": 42,
                     *             "unknown": 0
                     *           }
                     *         ],
                     *         "thresholds": [
                     *           0.35
                     *         ]
                     *       },
                     *       "latency_ms": {
                     *         "p50": 31,
                     *         "p95": 48,
                     *         "p99": 90,
                     *         "events": 141
                     *       },
                     *       "coverage": [
                     *         {
                     *           "camera_id": "gate-1",
                     *           "intervals": [
                     *             {
                     *               "from": "2026-11-22T07:00:00Z",
                     *               "to": "2026-11-22T15:47:55Z"
                     *             }
                     *           ],
                     *           "fraction": 0.557
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAttendance: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description captured_at at or after this RFC 3339 time. An offset is required; write + as %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
                /** @description A person's id or code. */
                person?: components["parameters"]["Person"];
                /**
                 * @description captured_at before this time; later than `from`.
                 * @example 2026-11-23T00:00:00Z
                 */
                to?: components["parameters"]["To"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01935b2e-8f7b-7d22-8e4f-3b5c7d9e0f21",
                     *           "event_id": "01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f",
                     *           "person": {
                     *             "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *             "code": "E-1001",
                     *             "name": "Ada Lovelace"
                     *           },
                     *           "camera_id": "gate-1",
                     *           "captured_at": "2026-11-22T15:47:35.120000Z",
                     *           "received_at": "2026-11-22T15:47:35.164000Z",
                     *           "model": "faceplugin-mobilefacenet-1",
                     *           "similarity": 0.712346,
                     *           "runner_up": 0.1042,
                     *           "score": 0.5421,
                     *           "threshold": 0.35,
                     *           "threshold_source": "calibrated",
                     *           "liveness": 0.98,
                     *           "quality": 0.81,
                     *           "weak_liveness": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["AttendancePage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportAttendance: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /**
                 * @description captured_at at or after this RFC 3339 time. An offset is required; write + as %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /** @description A person's id or code. */
                person?: components["parameters"]["Person"];
                /**
                 * @description captured_at before this time; later than `from`.
                 * @example 2026-11-23T00:00:00Z
                 */
                to?: components["parameters"]["To"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description RFC 4180, UTF-8, with a header row. Text that a spreadsheet would evaluate as a formula is prefixed with '. */
            200: {
                headers: {
                    "content-disposition"?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getAttendance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attendance_id: components["parameters"]["AttendanceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b2e-8f7b-7d22-8e4f-3b5c7d9e0f21",
                     *       "event_id": "01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f",
                     *       "person": {
                     *         "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *         "code": "E-1001",
                     *         "name": "Ada Lovelace"
                     *       },
                     *       "camera_id": "gate-1",
                     *       "captured_at": "2026-11-22T15:47:35.120000Z",
                     *       "received_at": "2026-11-22T15:47:35.164000Z",
                     *       "model": "faceplugin-mobilefacenet-1",
                     *       "similarity": 0.712346,
                     *       "runner_up": 0.1042,
                     *       "score": 0.5421,
                     *       "threshold": 0.35,
                     *       "threshold_source": "calibrated",
                     *       "liveness": 0.98,
                     *       "quality": 0.81,
                     *       "weak_liveness": null
                     *     }
                     */
                    "application/json": components["schemas"]["AttendanceRecord"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
                /** @description Which come first. Without it: the newest. */
                order?: "newest" | "oldest";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "sequence": 1,
                     *           "organisation_id": "00000000-0000-4000-8000-000000000001",
                     *           "at": "2026-11-22T08:00:00.123456Z",
                     *           "subject": {
                     *             "kind": "session",
                     *             "id": "01a1c9d2-0c00-7b5e-8a7c-5d1f6a2b3c4d",
                     *             "key": ""
                     *           },
                     *           "action": "person_added",
                     *           "target": "person:01a1c9d2-1f3a-7c21-9b44-0e6f5d7a8b90",
                     *           "details": {},
                     *           "previous_hash": "0000000000000000000000000000000000000000000000000000000000000000",
                     *           "hash": "7b6b3c4a1f0d9e8c2a5b7d6e4f3c1b0a9d8e7f6c5b4a39281706f5e4d3c2b1a0"
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCameras: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "gate-1",
                     *           "first_seen": "2026-11-20T07:58:12Z",
                     *           "last_seen": "2026-11-22T15:47:35.164000Z",
                     *           "clock_skew_seconds": 0.044,
                     *           "events": 1234,
                     *           "online": true,
                     *           "live": true,
                     *           "fps": 14.9,
                     *           "outbox_waiting": 0,
                     *           "outbox_oldest": null,
                     *           "software": "attend 0.1.0",
                     *           "model": "faceplugin-mobilefacenet-1",
                     *           "name": "Front door",
                     *           "direction": "in",
                     *           "retired": false,
                     *           "retired_at": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["CameraPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCamera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                camera_id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateCamera: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                camera_id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Front door",
                 *       "direction": "in"
                 *     }
                 */
                "application/json": components["schemas"]["CameraChange"];
            };
        };
        responses: {
            /** @description The changed camera. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "gate-1",
                     *       "first_seen": "2026-11-20T07:58:12Z",
                     *       "last_seen": "2026-11-22T15:47:35.164000Z",
                     *       "clock_skew_seconds": 0.044,
                     *       "events": 1234,
                     *       "online": true,
                     *       "live": true,
                     *       "fps": 14.9,
                     *       "outbox_waiting": 0,
                     *       "outbox_oldest": null,
                     *       "software": "attend 0.1.0",
                     *       "model": "faceplugin-mobilefacenet-1",
                     *       "name": "Front door",
                     *       "direction": "in",
                     *       "retired": false,
                     *       "retired_at": null
                     *     }
                     */
                    "application/json": components["schemas"]["Camera"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    heartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                camera_id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "watching_from": "2026-11-22T15:47:25Z",
                 *       "watching_to": "2026-11-22T15:47:35Z",
                 *       "fps": 14.9,
                 *       "outbox_waiting": 0,
                 *       "outbox_oldest": null,
                 *       "software": "attend 0.1.0",
                 *       "model": "faceplugin-mobilefacenet-1"
                 *     }
                 */
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            /** @description Stored. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDays: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description The first day. Give `from` and `to` or neither; neither: today.
                 * @example 2026-11-23
                 */
                from?: string;
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
                /** @description A person's id or code. */
                person?: components["parameters"]["Person"];
                /** @description yes: only lines with a record or a sighting. no: only lines without. Default: all. */
                seen?: "all" | "yes" | "no";
                /**
                 * @description The last day, included; at most 400 days from `from`.
                 * @example 2026-11-29
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "zone": "Europe/Berlin",
                     *       "day_starts_at": "00:00",
                     *       "items": [
                     *         {
                     *           "person": {
                     *             "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *             "code": "E-1001",
                     *             "name": "Ada Lovelace"
                     *           },
                     *           "date": "2026-11-23",
                     *           "first_at": "2026-11-23T07:02:11.120000Z",
                     *           "last_seen_at": "2026-11-23T16:55:40Z",
                     *           "records": 1,
                     *           "sightings": 4,
                     *           "coverage": 0.98
                     *         },
                     *         {
                     *           "person": {
                     *             "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *             "code": "E-1001",
                     *             "name": "Ada Lovelace"
                     *           },
                     *           "date": "2026-11-24",
                     *           "first_at": null,
                     *           "last_seen_at": null,
                     *           "records": 0,
                     *           "sightings": 0,
                     *           "coverage": 0.5
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["DayPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    viewEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events follow, each in the JSON format below. */
            101: {
                headers: {
                    "sec-websocket-accept"?: string;
                    upgrade?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    keys: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first. Never the keys themselves. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *           "name": "Gate",
                     *           "role": "device",
                     *           "cameras": [
                     *             "gate-1"
                     *           ],
                     *           "pin": false,
                     *           "created_at": "2026-11-22T08:00:00Z",
                     *           "expires_at": null,
                     *           "last_used_at": "2026-11-22T15:47:00Z",
                     *           "old_key_until": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Gate",
                 *       "role": "device",
                 *       "cameras": [
                 *         "gate-1"
                 *       ],
                 *       "expires_at": null
                 *     }
                 */
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description The key itself is in this answer only. */
            201: {
                headers: {
                    /** @description The new resource. */
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "name": "Gate",
                     *       "role": "device",
                     *       "cameras": [
                     *         "gate-1"
                     *       ],
                     *       "pin": false,
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "expires_at": null,
                     *       "last_used_at": null,
                     *       "old_key_until": null,
                     *       "key": "sas_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5IGF0IGFsbA"
                     *     }
                     */
                    "application/json": components["schemas"]["NewKeyAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key and its sessions hold no longer: at once on this server, within a second on others. Their WebSockets are closed with 4001. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Main gate"
                 *     }
                 */
                "application/json": components["schemas"]["KeyChange"];
            };
        };
        responses: {
            /** @description The changed key. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "name": "Gate",
                     *       "role": "device",
                     *       "cameras": [
                     *         "gate-1"
                     *       ],
                     *       "pin": false,
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "expires_at": null,
                     *       "last_used_at": "2026-11-22T15:47:00Z",
                     *       "old_key_until": null
                     *     }
                     */
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: components["parameters"]["KeyId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlap_seconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description The new key is in this answer only. The old one, and the sessions that were begun with it, hold for `overlap_seconds` more. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "name": "Gate",
                     *       "role": "device",
                     *       "cameras": [
                     *         "gate-1"
                     *       ],
                     *       "pin": false,
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "expires_at": null,
                     *       "last_used_at": null,
                     *       "old_key_until": "2026-11-22T09:00:00Z",
                     *       "key": "sas_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5IGF0IGFsbA"
                     *     }
                     */
                    "application/json": components["schemas"]["NewKeyAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    viewLive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                camera_id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Frames follow. */
            101: {
                headers: {
                    "sec-websocket-accept"?: string;
                    upgrade?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    publishLive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                camera_id: components["parameters"]["CameraId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send frames. */
            101: {
                headers: {
                    "sec-websocket-accept"?: string;
                    upgrade?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            426: components["responses"]["UpgradeRequired"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listLookAlikes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pairs, closest first. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "people": [
                     *             {
                     *               "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *               "code": "E-1001",
                     *               "name": "Ada Lovelace"
                     *             },
                     *             {
                     *               "id": "01935b1c-2f3e-7a30-8b4c-5d6e7f809124",
                     *               "code": "E-1002",
                     *               "name": "Annabella King"
                     *             }
                     *           ],
                     *           "similarity": 0.58,
                     *           "score": 0.39,
                     *           "threshold": 0.35,
                     *           "confusable": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["LookAlikes"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The packs whose files are all present; may be empty. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "faceplugin",
                     *           "description": "A detector, landmarks and an embedder",
                     *           "default": true,
                     *           "licence": {
                     *             "spdx": "MIT",
                     *             "commercial_use": true,
                     *             "note": "Free for any use as long as the licence's text is kept."
                     *           },
                     *           "embedder": {
                     *             "identity": "faceplugin-mobilefacenet-1",
                     *             "size": 512
                     *           },
                     *           "threshold": {
                     *             "cosine": 0.35,
                     *             "false_accept_rate": 0,
                     *             "genuine_accept_rate": 1,
                     *             "measured_on": "100 photographs of 10 people"
                     *           },
                     *           "files": [
                     *             {
                     *               "role": "embedder",
                     *               "name": "fr_feature.onnx",
                     *               "bytes": 4884269,
                     *               "sha256": "87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581",
                     *               "url": "/api/v1/models/faceplugin/fr_feature.onnx"
                     *             }
                     *           ],
                     *           "models": [
                     *             {
                     *               "role": "embedder",
                     *               "kind": "arcface",
                     *               "input": {
                     *                 "width": 112,
                     *                 "height": 112,
                     *                 "colour": "bgr",
                     *                 "mean": [
                     *                   127.5
                     *                 ],
                     *                 "scale": [
                     *                   128
                     *                 ],
                     *                 "crop": 0,
                     *                 "square": false,
                     *                 "letterbox": false,
                     *                 "edge": "repeat"
                     *               },
                     *               "parameters": {}
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ModelPacks"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getModelFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                file: string;
                pack: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes; the ETag is their SHA-256. */
            200: {
                headers: {
                    etag?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description Unchanged. */
            304: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createPairing: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "cameras": [
                 *         "gate-1"
                 *       ],
                 *       "kind": "kiosk",
                 *       "pin": "2468"
                 *     }
                 */
                "application/json": components["schemas"]["NewPairing"];
            };
        };
        responses: {
            /** @description The code holds for ten minutes and once. */
            201: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "code": "K7QM-2XHD",
                     *       "expires_at": "2026-11-22T08:10:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["PairingCode"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    pair: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: components["parameters"]["PairingCode"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key of a device, in this answer only. A kiosk gets it as a session cookie too, which holds as long as the key and which no script reads; its page has no use for `key` and does not keep it. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "name": "Gate",
                     *       "role": "device",
                     *       "cameras": [
                     *         "gate-1"
                     *       ],
                     *       "pin": false,
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "expires_at": null,
                     *       "last_used_at": null,
                     *       "old_key_until": null,
                     *       "key": "sas_Zm9yIGV4YW1wbGUgb25seSwgbm90IGEga2V5IGF0IGFsbA",
                     *       "kind": "edge"
                     *     }
                     */
                    "application/json": components["schemas"]["Paired"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    listPersons: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
                /** @description A substring of the name or the code; case-insensitive. */
                query?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *           "code": "E-1001",
                     *           "name": "Ada Lovelace",
                     *           "created_at": "2026-11-22T08:00:00Z",
                     *           "updated_at": "2026-11-22T08:00:00Z",
                     *           "faces": [
                     *             {
                     *               "id": "01935b1c-1f2f-7b41-9c5d-6e7f80912345",
                     *               "model": "faceplugin-mobilefacenet-1",
                     *               "quality": 0.81,
                     *               "created_at": "2026-11-22T08:00:00Z"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["PersonPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createPerson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "E-1001",
                 *       "name": "Ada Lovelace",
                 *       "faces": [
                 *         {
                 *           "embedding": "jNUeZ7H6Q43WH2iy+0SO1yBps/xFj9gharT9RpDZImu1/keR2iNstv9IktskbbcASZPcJW64AUqU3SZvuQJLld4ncLoDTJbfKHG7BE2X4ClyvAVOmOEqc70GT5niK3S+B1Ca4yx1vwhRm+QtdsAJUpzlLnfBClOd5i94wgtUnucwecMMVZ/oMXrEDVag6TJ7xQ5XoeozfMYPWKLrNH3HEFmj7DV+yBFapO02f8kSW6XuN4HKE1ym7ziCyxRdp/A5g8wVXqjxOoTNFl+p8juFzhdgqvM8hs8YYav0PYfQGWKs9T6I0RpjrfY/idIbZK73QIrTHGWv+EGL1B1msPlCjNUeZ7H6Q43WH2iy+0SO1yBps/xFj9gharT9RpDZImu1/keR2iNstv9IktskbbcASZPcJW64AUqU3SZvuQJLld4ncLoDTJbfKHG7BE2X4ClyvAVOmOEqc70GT5niK3S+B1Ca4yx1vwhRm+QtdsAJUpzlLnfBClOd5i94wgtUnucwecMMVZ/oMXrEDVag6TJ7xQ5XoeozfMYPWKLrNH3HEFmj7DV+yBFapO02f8kSW6XuN4HKE1ym7ziCyxRdp/A5g8wVXqjxOoTNFl+p8juFzhdgqvM8hs8YYav0PYfQGWKs9T6I0RpjrfY/idIbZK73QIrTHGWv+EGL1B1msPlCjNU=",
                 *           "encoding": "i8",
                 *           "model": "faceplugin-mobilefacenet-1",
                 *           "quality": 0.81
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["NewPerson"];
            };
        };
        responses: {
            /** @description Enrolled and recognised from now on. */
            201: {
                headers: {
                    /** @description The path of the created resource. */
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "code": "E-1001",
                     *       "name": "Ada Lovelace",
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "updated_at": "2026-11-22T08:00:00Z",
                     *       "faces": [
                     *         {
                     *           "id": "01935b1c-1f2f-7b41-9c5d-6e7f80912345",
                     *           "model": "faceplugin-mobilefacenet-1",
                     *           "quality": 0.81,
                     *           "created_at": "2026-11-22T08:00:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "code": "E-1001",
                     *       "name": "Ada Lovelace",
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "updated_at": "2026-11-22T08:00:00Z",
                     *       "faces": [
                     *         {
                     *           "id": "01935b1c-1f2f-7b41-9c5d-6e7f80912345",
                     *           "model": "faceplugin-mobilefacenet-1",
                     *           "quality": 0.81,
                     *           "created_at": "2026-11-22T08:00:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deletePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    updatePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Ada King"
                 *     }
                 */
                "application/json": components["schemas"]["PersonChange"];
            };
        };
        responses: {
            /** @description The updated person. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *       "code": "E-1001",
                     *       "name": "Ada Lovelace",
                     *       "created_at": "2026-11-22T08:00:00Z",
                     *       "updated_at": "2026-11-22T08:00:00Z",
                     *       "faces": [
                     *         {
                     *           "id": "01935b1c-1f2f-7b41-9c5d-6e7f80912345",
                     *           "model": "faceplugin-mobilefacenet-1",
                     *           "quality": 0.81,
                     *           "created_at": "2026-11-22T08:00:00Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Person"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    addFace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "embedding": "jNUeZ7H6Q43WH2iy+0SO1yBps/xFj9gharT9RpDZImu1/keR2iNstv9IktskbbcASZPcJW64AUqU3SZvuQJLld4ncLoDTJbfKHG7BE2X4ClyvAVOmOEqc70GT5niK3S+B1Ca4yx1vwhRm+QtdsAJUpzlLnfBClOd5i94wgtUnucwecMMVZ/oMXrEDVag6TJ7xQ5XoeozfMYPWKLrNH3HEFmj7DV+yBFapO02f8kSW6XuN4HKE1ym7ziCyxRdp/A5g8wVXqjxOoTNFl+p8juFzhdgqvM8hs8YYav0PYfQGWKs9T6I0RpjrfY/idIbZK73QIrTHGWv+EGL1B1msPlCjNUeZ7H6Q43WH2iy+0SO1yBps/xFj9gharT9RpDZImu1/keR2iNstv9IktskbbcASZPcJW64AUqU3SZvuQJLld4ncLoDTJbfKHG7BE2X4ClyvAVOmOEqc70GT5niK3S+B1Ca4yx1vwhRm+QtdsAJUpzlLnfBClOd5i94wgtUnucwecMMVZ/oMXrEDVag6TJ7xQ5XoeozfMYPWKLrNH3HEFmj7DV+yBFapO02f8kSW6XuN4HKE1ym7ziCyxRdp/A5g8wVXqjxOoTNFl+p8juFzhdgqvM8hs8YYav0PYfQGWKs9T6I0RpjrfY/idIbZK73QIrTHGWv+EGL1B1msPlCjNU=",
                 *       "encoding": "i8",
                 *       "model": "faceplugin-mobilefacenet-1",
                 *       "quality": 0.81
                 *     }
                 */
                "application/json": components["schemas"]["NewPersonFace"];
            };
        };
        responses: {
            /** @description Added and recognised from now on. */
            201: {
                headers: {
                    /** @description The path of the created resource. */
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "01935b1c-1f2f-7b41-9c5d-6e7f80912345",
                     *       "model": "faceplugin-mobilefacenet-1",
                     *       "quality": 0.81,
                     *       "created_at": "2026-11-22T08:00:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Face"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteFace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                face_id: components["parameters"]["FaceId"];
                id: components["parameters"]["PersonId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    recognise: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Sighting"];
            };
        };
        responses: {
            /** @description The decision, durable before this response. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decision"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    recogniseBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "events": [
                 *         {
                 *           "camera_id": "gate-1",
                 *           "embedding": "jNUeZ7H6Q43WH2iy+0SO1yBps/xFj9gharT9RpDZImu1/keR2iNstv9IktskbbcASZPcJW64AUqU3SZvuQJLld4ncLoDTJbfKHG7BE2X4ClyvAVOmOEqc70GT5niK3S+B1Ca4yx1vwhRm+QtdsAJUpzlLnfBClOd5i94wgtUnucwecMMVZ/oMXrEDVag6TJ7xQ5XoeozfMYPWKLrNH3HEFmj7DV+yBFapO02f8kSW6XuN4HKE1ym7ziCyxRdp/A5g8wVXqjxOoTNFl+p8juFzhdgqvM8hs8YYav0PYfQGWKs9T6I0RpjrfY/idIbZK73QIrTHGWv+EGL1B1msPlCjNUeZ7H6Q43WH2iy+0SO1yBps/xFj9gharT9RpDZImu1/keR2iNstv9IktskbbcASZPcJW64AUqU3SZvuQJLld4ncLoDTJbfKHG7BE2X4ClyvAVOmOEqc70GT5niK3S+B1Ca4yx1vwhRm+QtdsAJUpzlLnfBClOd5i94wgtUnucwecMMVZ/oMXrEDVag6TJ7xQ5XoeozfMYPWKLrNH3HEFmj7DV+yBFapO02f8kSW6XuN4HKE1ym7ziCyxRdp/A5g8wVXqjxOoTNFl+p8juFzhdgqvM8hs8YYav0PYfQGWKs9T6I0RpjrfY/idIbZK73QIrTHGWv+EGL1B1msPlCjNU=",
                 *           "encoding": "i8",
                 *           "model": "faceplugin-mobilefacenet-1",
                 *           "event_id": "01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f",
                 *           "captured_at": "2026-11-22T15:47:35.120000Z",
                 *           "liveness": 0.98,
                 *           "quality": 0.81
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description One result per event, in order; an invalid event does not affect the others. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "results": [
                     *         {
                     *           "event_id": "01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f",
                     *           "outcome": "marked",
                     *           "person": {
                     *             "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *             "code": "E-1001",
                     *             "name": "Ada Lovelace"
                     *           },
                     *           "similarity": 0.712346,
                     *           "runner_up": 0.1042,
                     *           "score": 0.5421,
                     *           "threshold": 0.35,
                     *           "threshold_source": "calibrated",
                     *           "attendance_id": "01935b2e-8f7b-7d22-8e4f-3b5c7d9e0f21",
                     *           "cooldown_until": "2026-11-23T03:47:35.120000Z"
                     *         },
                     *         {
                     *           "error": {
                     *             "code": "invalid_field",
                     *             "message": "camera_id: missing; expected text",
                     *             "details": {
                     *               "field": "camera_id"
                     *             }
                     *           },
                     *           "status": 400
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["BatchResults"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Always returned; never 401. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "authenticated": true,
                     *       "key_required": true,
                     *       "role": "operator",
                     *       "rights": [
                     *         "read",
                     *         "manage"
                     *       ],
                     *       "organisation_id": "00000000-0000-4000-8000-000000000001",
                     *       "key": {
                     *         "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *         "name": "Grace"
                     *       },
                     *       "cameras": null,
                     *       "pin_required": false
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "api_key": "the server's API_KEY, or a key of your own"
                 *     }
                 */
                "application/json": components["schemas"]["NewSession"];
            };
        };
        responses: {
            /** @description Signed in. */
            204: {
                headers: {
                    /** @description sas_session=…; HttpOnly; SameSite=Strict; Path=/ */
                    "set-cookie"?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out, even if there was no session. */
            204: {
                headers: {
                    "set-cookie"?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    checkPin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "pin": "2468"
                 *     }
                 */
                "application/json": components["schemas"]["Pin"];
            };
        };
        responses: {
            /** @description It is the PIN. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    sessions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "01935b1c-1f2f-7b41-9c5d-6e7f80912345",
                     *           "key": {
                     *             "id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                     *             "name": "Grace"
                     *           },
                     *           "role": "operator",
                     *           "begun_at": "2026-11-22T08:00:00Z",
                     *           "ends_at": "2026-11-22T20:00:00Z",
                     *           "current": true
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: components["parameters"]["SessionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended on every server; its WebSockets are closed with 4001. */
            204: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSightings: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /** @description `next_cursor` of the previous page. */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description captured_at at or after this RFC 3339 time. An offset is required; write + as %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /** @description Items per page. */
                limit?: components["parameters"]["Limit"];
                outcome?: components["parameters"]["Outcome"];
                /**
                 * @description captured_at before this time; later than `from`.
                 * @example 2026-11-23T00:00:00Z
                 */
                to?: components["parameters"]["To"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "event_id": "01935b2e-8f6a-7c11-9d3e-2a4b6c8d0e1f",
                     *           "outcome": "spoof",
                     *           "camera_id": "gate-1",
                     *           "person": null,
                     *           "attendance_id": null,
                     *           "captured_at": "2026-11-22T15:47:35.120000Z",
                     *           "received_at": "2026-11-22T15:47:35.164000Z",
                     *           "model": "faceplugin-mobilefacenet-1",
                     *           "similarity": 0.61,
                     *           "runner_up": 0.11,
                     *           "score": 0.5002,
                     *           "threshold": 0.35,
                     *           "threshold_source": "calibrated",
                     *           "liveness": 0.07,
                     *           "quality": 0.66,
                     *           "weak_liveness": null,
                     *           "cooldown_until": null
                     *         }
                     *       ],
                     *       "next_cursor": null
                     *     }
                     */
                    "application/json": components["schemas"]["SightingPage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    system: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The server's state. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "0.1.0",
                     *       "started_at": "2026-11-22T06:00:00Z",
                     *       "store": {
                     *         "backend": "sqlite",
                     *         "ok": true,
                     *         "error": null
                     *       },
                     *       "gallery": {
                     *         "kind": "memory",
                     *         "people": 120,
                     *         "templates": 240,
                     *         "bytes": 1048576
                     *       },
                     *       "cooldown": {
                     *         "backend": "memory",
                     *         "reason": "CACHE_BACKEND=memory",
                     *         "ok": true,
                     *         "error": null
                     *       },
                     *       "cooldown_seconds": 43200,
                     *       "ambiguity_margin": 0.05,
                     *       "liveness_threshold": 0.5,
                     *       "liveness_required": false,
                     *       "liveness": {
                     *         "pack": "minifasnet",
                     *         "weak": false,
                     *         "flag_below": null,
                     *         "advice": null
                     *       },
                     *       "models": [
                     *         {
                     *           "id": "faceplugin-mobilefacenet-1",
                     *           "threshold": 0.35,
                     *           "threshold_source": "calibrated",
                     *           "calibration": {
                     *             "false_identification_rate": 0.001,
                     *             "people": 120,
                     *             "stranger_scores": 120,
                     *             "genuine_scores": 240,
                     *             "expected_miss": 0.03
                     *           },
                     *           "pack": "faceplugin"
                     *         }
                     *       ],
                     *       "live": {
                     *         "publishers": 1,
                     *         "viewers": 2,
                     *         "event_viewers": 2,
                     *         "shared": false
                     *       },
                     *       "ui": true
                     *     }
                     */
                    "application/json": components["schemas"]["System"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    docs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page is at /docs/. */
            308: {
                headers: {
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    icon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is one of the pages. */
            308: {
                headers: {
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            /** @description This server has no dashboard. */
            404: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ok"
                     *     }
                     */
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text format 0.0.4. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    description: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready. */
            200: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready",
                     *       "store": {
                     *         "ok": true,
                     *         "backend": "sqlite",
                     *         "error": null
                     *       },
                     *       "gallery": {
                     *         "loaded": true,
                     *         "backend": "memory",
                     *         "people": 1,
                     *         "faces": 1,
                     *         "bytes": 2112
                     *       },
                     *       "version": "0.1.0",
                     *       "cooldown": {
                     *         "backend": "memory",
                     *         "reason": "auto: one server with its own database file needs no other",
                     *         "ok": true,
                     *         "error": null,
                     *         "seconds": 43200
                     *       },
                     *       "models": [
                     *         {
                     *           "id": "faceplugin-mobilefacenet-1",
                     *           "threshold": 0.35,
                     *           "threshold_source": "calibrated",
                     *           "calibration": {
                     *             "false_identification_rate": 0.001,
                     *             "people": 120,
                     *             "stranger_scores": 120,
                     *             "genuine_scores": 240,
                     *             "expected_miss": 0.03
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            /** @description Not ready. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "retry-after"?: number;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "not_ready",
                     *       "store": {
                     *         "ok": false
                     *       },
                     *       "gallery": {
                     *         "loaded": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    dashboard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pages are at /ui/. */
            308: {
                headers: {
                    location?: string;
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            /** @description This server has no dashboard. */
            404: {
                headers: {
                    /** @description Identifies this request in the server's log; the caller's own id if it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
        };
    };
}
