// Made from src/api/openapi.json by `npm run types`; not to be changed by hand.

export interface paths {
    "/api/v1/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a range adds up to, and what the cameras watched of it
         * @description Without `from` and `to`: today in the zone. At most 400 days.
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
        /** The log as CSV, all of it in the range */
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
    "/api/v1/cameras": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cameras that have been heard of, by id */
        get: operations["listCameras"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
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
         * An edge says that it is there, and what it watched
         * @description Every 10 seconds. What could not be told while the server was away is told later, with its times.
         */
        post: operations["heartbeat"];
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
         * @description Text messages, each one EventMessage. A viewer that reads slowly loses messages and is told how many.
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
    "/api/v1/live/{camera_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WebSocket: a camera's frames
         * @description Binary messages, each one JPEG: always the latest. A viewer that reads slowly skips frames. Nothing is sent while nobody publishes. What the viewer sends is not read; it closes with 1001 when the server stops.
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
         * @description Binary messages, each one whole JPEG of at most 1 MiB, at most 30 a second and 8 MiB a second. Closed with 1003 for text, 1007 for what is not a JPEG, 1008 when too fast, 1009 when too large, 1001 when the server stops. A camera has one publisher: a new one closes the one before with 4000.
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
    "/api/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Model packs that this server can give to a browser */
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
         * @description Their attendance stays, with code and name as they last were.
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
         * Whose face is this? Record it.
         * @description Finds the person, claims their walk-past and writes the record down before it answers.
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
         * Many sightings at once, as an edge delivers after an outage
         * @description At most 1,000 events and 16 MiB. Replaying is harmless where events carry their event_id.
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
        /** Whether this request is signed in */
        get: operations["session"];
        put?: never;
        /**
         * Exchange the key for a session cookie
         * @description The cookie holds for 12 hours, on every server that has the same key; scripts cannot read it.
         */
        post: operations["signIn"];
        /** Forget the session cookie */
        delete: operations["signOut"];
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
        /** Every decision, newest first: also unknown faces and spoof attempts */
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
        /** What runs here */
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
        /** This description as a page to try it out */
        get: operations["docs"];
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
        /** Does the process live? */
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
        /** Numbers for Prometheus */
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
        /** This description */
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
        /** Can it recognise and record now? */
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
        /** The dashboard; a page that says so where the server has none */
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
        /** @description Figures of a range, with what the cameras watched of it. Nobody may be called absent for a time that no camera covers. */
        Analytics: {
            /** @description By id; those with an event in the range. */
            cameras: components["schemas"]["AnalyticsCamera"][];
            /** @description Every camera known (or the one asked for), by id. */
            coverage: components["schemas"]["CameraCoverage"][];
            /** @description Every local day that the range touches, in order. */
            days: components["schemas"]["AnalyticsDay"][];
            /** @description People enrolled now. */
            enrolled: number;
            /** Format: date-time */
            from: string;
            /** @description The local hours in which anything happened, in order. */
            hours: components["schemas"]["AnalyticsHour"][];
            /** @description Captured to received, of events that came live (within 10 seconds): nearest-rank percentiles in milliseconds; null without any. */
            latency_ms: {
                /** @description How many came live. */
                events: number;
                p50: number | null;
                p95: number | null;
                p99: number | null;
            };
            /**
             * Format: date-time
             * @description The server's clock: what lies after it cannot be covered yet.
             */
            now: string;
            /** @description Different people with a record in the range. */
            present: number;
            similarity: components["schemas"]["SimilarityDistribution"];
            /** Format: date-time */
            to: string;
            zone: string;
        };
        AnalyticsCamera: {
            ambiguous: number;
            /** @description The name that the camera's keeper gave it. */
            camera_id: string;
            cooldown: number;
            marked: number;
            spoof: number;
            unknown: number;
        };
        AnalyticsDay: {
            /** @description How much of start to the earlier of end and now the cameras watched: the mean over `coverage`'s cameras. null: no camera is known, or the day has not begun. */
            coverage: number | null;
            /** Format: date */
            date: string;
            /**
             * Format: date-time
             * @description The next local midnight, or the range's end before it.
             */
            end: string;
            /** @description Different people with a record that day. */
            present: number;
            /**
             * Format: date-time
             * @description The local midnight, or the range's start after it.
             */
            start: string;
        };
        AnalyticsHour: {
            ambiguous: number;
            /** @description People whose first record of the local day lies in it. */
            arrivals: number;
            cooldown: number;
            /** @description As a day's. */
            coverage: number | null;
            marked: number;
            spoof: number;
            /**
             * Format: date-time
             * @description The local hour's start.
             */
            start: string;
            unknown: number;
        };
        AttendancePage: {
            items: components["schemas"]["AttendanceRecord"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description One line of the log. The person's code and name are as they last were, even after the person has been removed. */
        AttendanceRecord: {
            /** @description The name that the camera's keeper gave it. */
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
            /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
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
            /** @description Raw cosine. */
            similarity: number;
            /** @description The cosine that was needed. */
            threshold: number;
        };
        Batch: {
            events: components["schemas"]["Sighting"][];
        };
        BatchError: {
            error: components["schemas"]["ErrorBody"];
            /** @description The HTTP status that this event would have had alone. 4xx: sending it again changes nothing; 5xx: send it again later. */
            status: number;
        };
        BatchResults: {
            /** @description One an event, in the order of the events. */
            results: (components["schemas"]["Decision"] | components["schemas"]["BatchError"])[];
        };
        Camera: {
            /** @description The server's clock less the edge's, the way between them included, at the last event that told when it was sent or came within a minute. */
            clock_skew_seconds: number;
            /** @description How many came from it. */
            events: number;
            /**
             * Format: date-time
             * @description By the server's clock.
             */
            first_seen: string;
            /** @description Frames a second, at its last heartbeat; null: it has told none. */
            fps: number | null;
            /** @description The name that the camera's keeper gave it. */
            id: string;
            /**
             * Format: date-time
             * @description The last event or heartbeat, by the server's clock.
             */
            last_seen: string;
            /** @description It publishes frames now: GET /api/v1/live/{camera_id} shows them. */
            live: boolean;
            /** @description The embedder it uses. */
            model: string | null;
            /** @description Heard of within the last 30 seconds. */
            online: boolean;
            /**
             * Format: date-time
             * @description When the oldest of those was captured.
             */
            outbox_oldest: string | null;
            /** @description Events that waited at the edge at its last heartbeat. */
            outbox_waiting: number | null;
            /** @description What runs at the edge, with its version. */
            software: string | null;
        };
        /** @description When a camera delivered frames. */
        CameraCoverage: {
            /** @description The name that the camera's keeper gave it. */
            camera_id: string;
            /** @description Of `from` to the earlier of `to` and now; 0 where that is empty. */
            fraction: number;
            /** @description Within the range, in order, apart from each other. */
            intervals: components["schemas"]["Interval"][];
        };
        /** @description A camera went online or offline, or began or ended to publish frames. */
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
        /** @description What was made of a sighting, with the numbers that explain it. */
        Decision: {
            /**
             * Format: uuid
             * @description marked only.
             */
            attendance_id: string | null;
            /**
             * Format: date-time
             * @description marked and cooldown only.
             */
            cooldown_until: string | null;
            /**
             * Format: uuid
             * @description The sighting's own, or the one made for it.
             */
            event_id: string;
            /**
             * @description marked: a record was written. cooldown: known, already recorded for this walk-past. unknown: nobody is similar enough. ambiguous: two people are too nearly equal. spoof: the liveness is too low.
             * @enum {string}
             */
            outcome: "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof";
            /** @description marked and cooldown only. */
            person: components["schemas"]["PersonRef"] | null;
            /** @description Raw cosine of the best other person. */
            runner_up: number | null;
            /** @description Raw cosine of the best person; null when nobody is enrolled. */
            similarity: number | null;
            /** @description The cosine that was needed. */
            threshold: number;
        };
        /** @description A sighting was decided. */
        DecisionEvent: {
            /** @description The name that the camera's keeper gave it. */
            camera_id: string;
            /** Format: date-time */
            captured_at: string;
            decision: components["schemas"]["Decision"];
            liveness: number | null;
            /** Format: date-time */
            received_at: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "decision";
        };
        Error: {
            error: components["schemas"]["ErrorBody"];
        };
        ErrorBody: {
            /** @description Stable, for programs. */
            code: string;
            /** @description What a program may want of the message, such as `field`. */
            details: {
                [key: string]: unknown;
            };
            /** @description For people: what was wrong and what to do. */
            message: string;
        };
        EventMessage: components["schemas"]["DecisionEvent"] | components["schemas"]["CameraEvent"] | components["schemas"]["LostEvent"];
        /** @description An enrolled face. The numbers themselves never leave the server. */
        Face: {
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            id: string;
            /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
            model: string;
            /** @description The sender's verdict at enrolment. */
            quality: number;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        /** @description What an edge says of itself. `watching_from` and `watching_to` come together. */
        Heartbeat: {
            /** @description Frames a second it works at. */
            fps?: number | null;
            model?: string | null;
            /**
             * Format: date-time
             * @description When the oldest of those was captured.
             */
            outbox_oldest?: string | null;
            /** @description Events that wait to be delivered. */
            outbox_waiting?: number | null;
            software?: string | null;
            /**
             * Format: date-time
             * @description From this time, by the edge's clock, to `watching_to` the camera delivered frames. The server keeps the union of what it is told, so telling it twice, or hours later, is harmless.
             */
            watching_from?: string | null;
            /**
             * Format: date-time
             * @description At or after `watching_from`; at most 400 days after.
             */
            watching_to?: string | null;
        };
        Interval: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
        };
        /** @description This viewer was too slow, and this many messages before the next one are missing. */
        LostEvent: {
            count: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "lost";
        };
        /** @description How pixels become the input tensor (1 x channels x height x width): (pixel - mean) / scale, pixels 0..255. */
        ModelInput: {
            /** @enum {string} */
            colour: "rgb" | "bgr" | "grey";
            /** @description The face box grown by this factor; 0: the whole image that is given. */
            crop: number;
            /**
             * @description A crop past the image's edge: repeat it, or shrink and move the crop inside.
             * @enum {string}
             */
            edge: "repeat" | "inside";
            height: number;
            /** @description Keep the aspect and pad at the right and below. */
            letterbox: boolean;
            /** @description One a channel, or one for all. */
            mean: number[];
            /** @description Likewise. */
            scale: number[];
            /** @description Of the crop: a square of the box's longer side. */
            square: boolean;
            width: number;
        };
        /** @description A manifest. Every file of it is here and has the hash that it names. */
        ModelPack: {
            /** @description Its embedder is the server's first model. */
            default: boolean;
            description: string;
            embedder: {
                /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
                identity: string;
                size: number;
            };
            files: {
                bytes: number;
                name: string;
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
        /** @description A face to enrol. Exactly one of `vector` and `embedding`. */
        NewFace: {
            /** @description The same numbers as base64 (RFC 4648, with padding, without line breaks) of little-endian values: f32 2732, f16 1368, i8 684 characters. */
            embedding?: string;
            /**
             * @description How `embedding` is encoded. i8 is round(x * 127 / max|x|).
             * @enum {string}
             */
            encoding?: "f32" | "f16" | "i8";
            /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
            model?: string;
            /** @description 0 when absent. */
            quality?: number;
            /** @description 512 finite numbers in the embedder's order; their length does not matter, zero length does. */
            vector?: number[];
        } & (unknown | unknown);
        NewPerson: {
            /**
             * @description Enrol although a face resembles somebody, as twins do.
             * @default false
             */
            allow_duplicate: boolean;
            /** @description The organisation's own number for the person; unique. */
            code: string;
            /** @description May be empty or absent: faces can be added later. */
            faces?: components["schemas"]["NewFace"][];
            name: string;
        };
        /** @description A face for a person who is enrolled already. */
        NewPersonFace: components["schemas"]["NewFace"] & {
            /**
             * @description Add it although it resembles somebody else, as twins do.
             * @default false
             */
            allow_duplicate: boolean;
        };
        NewSession: {
            api_key: string;
        };
        /** @description Give it back as `cursor` for the next page; null: this was the last. */
        NextCursor: string | null;
        Person: {
            code: string;
            /** Format: date-time */
            created_at: string;
            /** @description Oldest first. */
            faces: components["schemas"]["Face"][];
            /** Format: uuid */
            id: string;
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
        /** @description Without a key, where the server has one, only `status`, `store.ok` and `gallery.loaded` are said. */
        Readiness: {
            cooldown?: {
                /** @enum {string} */
                backend: "memory" | "redis" | "upstash_rest";
                error: string | null;
                /** @description false: it cannot be reached, and the store's own rule decides. The server stays ready. */
                ok: boolean;
                /** @description Why this one. */
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
            models?: {
                /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
                id: string;
                /** @description From this cosine on a face is known. */
                threshold: number;
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
            /** @description This request may read and change: it has a valid session or key, or the server needs none. */
            authenticated: boolean;
            /** @description The server has an API_KEY. */
            key_required: boolean;
        };
        /** @description One walk-past, as numbers: never an image. Exactly one of `vector` and `embedding`. Unknown fields are ignored, null is as good as absent, a field given twice is refused. */
        Sighting: {
            /** @description The name that the camera's keeper gave it. */
            camera_id: string;
            /**
             * Format: date-time
             * @description When the camera saw it. Absent: now. Late is fine and judged by this time; further in the future than five minutes is refused.
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
             * @description Made by the sender. The same id again is the same event and gets the same answer, so that sending twice is harmless. Absent: the server makes one.
             */
            event_id?: string;
            /** @description 1 is live. Below the server's threshold it is a spoof. Absent: not judged. */
            liveness?: number;
            /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. Absent: the server's first. */
            model?: string;
            /** @description The sender's verdict on the face's image, stored with the record. */
            quality?: number;
            /**
             * Format: date-time
             * @description When this attempt was sent, by the sender's clock: the camera's clock_skew_seconds is measured by it. Absent: measured by captured_at of events that come within a minute.
             */
            sent_at?: string;
            /** @description 512 finite numbers in the embedder's order; their length does not matter, zero length does. */
            vector?: number[];
        } & (unknown | unknown);
        SightingPage: {
            items: components["schemas"]["SightingRecord"][];
            next_cursor: components["schemas"]["NextCursor"];
        };
        /** @description One decision, as it was stored. */
        SightingRecord: {
            /** Format: uuid */
            attendance_id: string | null;
            /** @description The name that the camera's keeper gave it. */
            camera_id: string;
            /**
             * Format: date-time
             * @description By the edge's clock.
             */
            captured_at: string;
            /**
             * Format: date-time
             * @description marked and cooldown only.
             */
            cooldown_until: string | null;
            /** Format: uuid */
            event_id: string;
            liveness: number | null;
            /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
            model: string;
            /**
             * @description marked: a record was written. cooldown: known, already recorded for this walk-past. unknown: nobody is similar enough. ambiguous: two people are too nearly equal. spoof: the liveness is too low.
             * @enum {string}
             */
            outcome: "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof";
            /** @description marked and cooldown only. */
            person: components["schemas"]["PersonRef"] | null;
            quality: number | null;
            /**
             * Format: date-time
             * @description By the server's clock.
             */
            received_at: string;
            /** @description Raw cosine of the best other person. */
            runner_up: number | null;
            /** @description Raw cosine of the best person. */
            similarity: number | null;
            /** @description The cosine that was needed. */
            threshold: number;
        };
        /** @description Best similarities in bins, against the thresholds that were in force. */
        SimilarityDistribution: {
            /** @constant */
            bin_width: 0.02;
            /** @description Only bins with anything in them, in order. */
            bins: {
                /** @description The bin's lower end; the upper one is not in it. */
                from: number;
                /** @description marked and cooldown */
                known: number;
                /** @description unknown and ambiguous */
                unknown: number;
            }[];
            /** @description Different ones of the range, in order. */
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
                /** @description Cameras that publish to this server. */
                publishers: number;
                /** @description Frames and events travel between servers by Redis. */
                shared: boolean;
                viewers: number;
            };
            liveness_threshold: number;
            /** @description The first is taken where a client names none. */
            models: {
                /** @description Which embedder made the vector, with its version. Vectors of two models cannot be compared. */
                id: string;
                /** @description The pack it comes from. */
                pack: string;
                /** @description From this cosine on a face is known. */
                threshold: number;
            }[];
            /** Format: date-time */
            started_at: string;
            store: {
                /** @enum {string} */
                backend: "sqlite" | "postgresql";
                error: string | null;
                ok: boolean;
            };
            /** @description The dashboard's pages are here. */
            ui: boolean;
            version: string;
        };
    };
    responses: {
        /** @description The request can never be right as it is: `malformed_json`, `invalid_field`, `invalid_vector`, `invalid_time`, `invalid_id`, `invalid_parameter`, `unknown_parameter`, `invalid_cursor`, `unknown_model`, `captured_in_future`, `invalid_code`, `invalid_name`, `mixed_faces`. */
        BadRequest: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description `duplicate_face` names the person whom a face resembles and how much; `duplicate_code` the person who has the code. */
        Conflict: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
                "x-request-id"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "error": {
                 *         "code": "duplicate_face",
                 *         "message": "this face resembles Ada Lovelace (E-1001), who is already enrolled",
                 *         "details": {
                 *           "person_id": "01935b1c-1f2e-7a30-8b4c-5d6e7f809123",
                 *           "code": "E-1001",
                 *           "name": "Ada Lovelace",
                 *           "similarity": 0.81,
                 *           "threshold": 0.35
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description A server without a key was asked by another name than its machine's (`host_not_allowed`) or by another site's page (`cross_origin`); or a session's change or WebSocket came from a page that is not this server's (`origin_refused`). */
        Forbidden: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description A fault of the server, or damaged data; the log has it under the request's x-request-id. */
        InternalError: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description `person_not_found`, `face_not_found`, `attendance_not_found`, `model_file_not_found`. */
        NotFound: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description `too_many_attempts`: wrong keys came too fast; try again after retry-after. */
        TooManyRequests: {
            headers: {
                /** @description Seconds. */
                "retry-after"?: number;
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description `unauthenticated`: the server has a key and the request does not show it. */
        Unauthenticated: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description The store, the cache or the disk does not answer, a queue is full, or the gallery is still loading. Nothing was recorded; the same request may succeed later. */
        Unavailable: {
            headers: {
                /** @description Seconds. */
                "retry-after"?: number;
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description `upgrade_required`: this path speaks WebSocket (RFC 6455), and the request does not ask for it. */
        UpgradeRequired: {
            headers: {
                /** @description Names this request in the server's log; the caller's own when it sent one. */
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
        /** @description `next_cursor` of the page before. */
        Cursor: string;
        FaceId: string;
        /**
         * @description captured_at at or after this RFC 3339 time; an offset is needed, and a + in it is written %2B.
         * @example 2026-11-22T00:00:00Z
         */
        From: string;
        /** @description Items in a page. */
        Limit: number;
        Outcome: "marked" | "cooldown" | "unknown" | "ambiguous" | "spoof";
        /** @description A person's id or code. */
        Person: string;
        PersonId: string;
        /**
         * @description captured_at before this time; later than `from`.
         * @example 2026-11-23T00:00:00Z
         */
        To: string;
        /**
         * @description The time zone whose days and hours are meant: a name of the IANA database.
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
    analytics: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /**
                 * @description captured_at at or after this RFC 3339 time; an offset is needed, and a + in it is written %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description captured_at before this time; later than `from`.
                 * @example 2026-11-23T00:00:00Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description The time zone whose days and hours are meant: a name of the IANA database.
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *           "spoof": 1
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
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAttendance: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /** @description `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description captured_at at or after this RFC 3339 time; an offset is needed, and a + in it is written %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /** @description Items in a page. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *           "threshold": 0.35,
                     *           "liveness": 0.98,
                     *           "quality": 0.81
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
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportAttendance: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /**
                 * @description captured_at at or after this RFC 3339 time; an offset is needed, and a + in it is written %2B.
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
            /** @description RFC 4180, UTF-8, with a header row. Text that a spreadsheet would take for a formula begins with '. */
            200: {
                headers: {
                    "content-disposition"?: string;
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *       "threshold": 0.35,
                     *       "liveness": 0.98,
                     *       "quality": 0.81
                     *     }
                     */
                    "application/json": components["schemas"]["AttendanceRecord"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCameras: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items in a page. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *           "model": "faceplugin-mobilefacenet-1"
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
            /** @description Kept. */
            204: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
            /** @description Events follow, each as the JSON below. */
            101: {
                headers: {
                    "sec-websocket-accept"?: string;
                    upgrade?: string;
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            426: components["responses"]["UpgradeRequired"];
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            426: components["responses"]["UpgradeRequired"];
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
            /** @description Those whose files are all here; may be none. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPersons: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Items in a page. */
                limit?: components["parameters"]["Limit"];
                /** @description Anywhere in the name or the code, without regard to case. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description The path of what was made. */
                    location?: string;
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
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
            /** @description The person as they now are. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description The path of what was made. */
                    location?: string;
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
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
            /** @description Decided, and durable before this answer. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
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
            /** @description One result an event, in order; one bad event spoils no other. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *           "threshold": 0.35,
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
            /** @description Always; never 401. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "authenticated": false,
                     *       "key_required": true
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
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
                 *       "api_key": "the server's API_KEY"
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
            /** @description Signed out, also where there was no session. */
            204: {
                headers: {
                    "set-cookie"?: string;
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
        };
    };
    listSightings: {
        parameters: {
            query?: {
                camera?: components["parameters"]["Camera"];
                /** @description `next_cursor` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /**
                 * @description captured_at at or after this RFC 3339 time; an offset is needed, and a + in it is written %2B.
                 * @example 2026-11-22T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /** @description Items in a page. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *           "threshold": 0.35,
                     *           "liveness": 0.07,
                     *           "quality": 0.66,
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
            /** @description How the server is. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *       "models": [
                     *         {
                     *           "id": "faceplugin-mobilefacenet-1",
                     *           "threshold": 0.35,
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
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
            /** @description It does. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
            /** @description The text format 0.0.4. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
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
            /** @description It can. */
            200: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                     *           "threshold": 0.35
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["BadRequest"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            /** @description Not now. */
            503: {
                headers: {
                    /** @description Seconds. */
                    "retry-after"?: number;
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
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
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            /** @description This server has no dashboard's pages. */
            404: {
                headers: {
                    /** @description Names this request in the server's log; the caller's own when it sent one. */
                    "x-request-id"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            500: components["responses"]["InternalError"];
        };
    };
}
