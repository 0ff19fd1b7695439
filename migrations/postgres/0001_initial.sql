-- Migration numbers are the same for every database. docs/storage.md describes the schema.
--
-- Every statement is idempotent: if an object is missing at startup, the migrations run again and recreate it. The
-- extensions vector and btree_gist already exist.

CREATE TABLE IF NOT EXISTS schema_version (
  version    bigint      PRIMARY KEY,
  name       text        NOT NULL,
  applied_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS organisations (
  id         uuid        PRIMARY KEY,
  name       text        NOT NULL,
  created_at timestamptz NOT NULL
);

INSERT INTO organisations (id, name, created_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'default', to_timestamp(0))
ON CONFLICT DO NOTHING;

-- One row that the readiness check increments: an unchanged row would not be written and would prove nothing.
CREATE TABLE IF NOT EXISTS readiness (
  id     integer PRIMARY KEY CHECK (id = 1),
  checks bigint  NOT NULL
);

-- The row of a removed person stays (deleted_at), so the log keeps the name; templates are deleted permanently.
CREATE TABLE IF NOT EXISTS persons (
  id              uuid             PRIMARY KEY,
  organisation_id uuid             NOT NULL REFERENCES organisations (id),
  code            text COLLATE "C" NOT NULL,
  name            text             NOT NULL,
  search_text     text COLLATE "C" NOT NULL,
  created_at      timestamptz      NOT NULL,
  updated_at      timestamptz      NOT NULL,
  deleted_at      timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS persons_living_code
  ON persons (organisation_id, code) WHERE deleted_at IS NULL;
-- Resolves a code in a filter of the log, including removed people.
CREATE INDEX IF NOT EXISTS persons_code ON persons (organisation_id, code);

CREATE TABLE IF NOT EXISTS face_templates (
  sequence        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id              uuid        NOT NULL UNIQUE,
  organisation_id uuid        NOT NULL,
  person_id       uuid        NOT NULL REFERENCES persons (id),
  model           text        NOT NULL,
  quality         real        NOT NULL,
  created_at      timestamptz NOT NULL,
  embedding       vector(512) NOT NULL
);
-- Inline storage: rows of two kilobytes are stored out of line by default, which makes a full scan far slower.
ALTER TABLE face_templates ALTER COLUMN embedding SET STORAGE PLAIN;
-- The model's name too: in a row this long PostgreSQL would store it out of line, and a lookup per row would make a scan
-- seven times as slow.
ALTER TABLE face_templates ALTER COLUMN model SET STORAGE PLAIN;

CREATE INDEX IF NOT EXISTS face_templates_person ON face_templates (person_id, created_at);

-- No foreign keys to organisations below: every event would lock the same row.
CREATE TABLE IF NOT EXISTS cameras (
  organisation_id uuid             NOT NULL,
  id              text COLLATE "C" NOT NULL,
  first_seen      timestamptz      NOT NULL,
  last_seen       timestamptz      NOT NULL,
  clock_skew_us   bigint,          -- NULL: no event has come live yet
  events          bigint           NOT NULL DEFAULT 0,
  PRIMARY KEY (organisation_id, id)
) WITH (fillfactor = 50);

-- Every decision with the figures that explain it; never an embedding.
CREATE TABLE IF NOT EXISTS sightings (
  organisation_id uuid        NOT NULL,
  event_id        uuid        NOT NULL,
  outcome         text        NOT NULL CHECK (outcome IN ('marked', 'cooldown', 'unknown', 'ambiguous', 'spoof')),
  camera_id       text        NOT NULL,
  model           text        NOT NULL,
  person_id       uuid        REFERENCES persons (id),
  attendance_id   uuid,
  similarity      real,
  runner_up       real,
  threshold       real        NOT NULL,
  liveness        real,
  quality         real,
  captured_at     timestamptz NOT NULL,
  received_at     timestamptz NOT NULL,
  cooldown_until  timestamptz,
  PRIMARY KEY (organisation_id, event_id)
);

-- The attendance log: the marked sightings. attendance_one_per_walk_past compares `walk_past`: from the capture to the end
-- of the cooldown, shortened if a newer record with a shorter window follows.
CREATE TABLE IF NOT EXISTS attendance (
  organisation_id uuid             NOT NULL,
  event_id        uuid             NOT NULL,
  id              uuid             NOT NULL,
  person_id       uuid             NOT NULL REFERENCES persons (id),
  camera_id       text COLLATE "C" NOT NULL,
  captured_at     timestamptz      NOT NULL,
  cooldown_until  timestamptz      NOT NULL CHECK (cooldown_until >= captured_at),
  walk_past       tstzrange        NOT NULL,
  PRIMARY KEY (organisation_id, event_id),
  FOREIGN KEY (organisation_id, event_id) REFERENCES sightings (organisation_id, event_id)
);

-- The log, newest first. Includes the camera, so that a filter by camera is answered from the index.
CREATE INDEX IF NOT EXISTS attendance_time ON attendance (organisation_id, captured_at, event_id, camera_id);
-- The log of one person, and the window rule.
CREATE INDEX IF NOT EXISTS attendance_person ON attendance (person_id, captured_at, event_id);

-- One record per walk-past, for every writer and at any isolation level. A window of zero is an empty range, which
-- overlaps nothing.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint
                 WHERE conname = 'attendance_one_per_walk_past' AND conrelid = 'attendance'::regclass) THEN
    ALTER TABLE attendance ADD CONSTRAINT attendance_one_per_walk_past
      EXCLUDE USING gist (person_id WITH =, walk_past WITH &&);
  END IF;
END $$;

-- The same rule as in every database (docs/adr/0022): no two records of a person are closer than the window of the newer
-- write, in either direction. The lock serialises the records of one person, so that the query sees the previous record
-- and the constraint never makes two of them wait for each other.
CREATE OR REPLACE FUNCTION attendance_window() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- In seconds alone: a difference counts days, which change their length with the clocks.
  asked interval := make_interval(secs => extract(epoch FROM NEW.cooldown_until - NEW.captured_at)::double precision);
BEGIN
  PERFORM 1 FROM persons WHERE id = NEW.person_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM attendance
             WHERE person_id = NEW.person_id AND event_id <> NEW.event_id
               AND captured_at > NEW.captured_at - asked AND captured_at < NEW.cooldown_until) THEN
    RAISE EXCEPTION 'another record of this person is less than % away', asked
      USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'attendance_one_per_walk_past';
  END IF;
  -- An older record asked for more than the newer one does: the newer window holds from here on.
  UPDATE attendance SET walk_past = tstzrange(captured_at, NEW.captured_at)
  WHERE person_id = NEW.person_id AND event_id <> NEW.event_id
    AND walk_past && tstzrange(NEW.captured_at, NEW.cooldown_until);
  NEW.walk_past := tstzrange(NEW.captured_at, NEW.cooldown_until);
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER attendance_window
  BEFORE INSERT OR UPDATE OF person_id, captured_at, cooldown_until ON attendance
  FOR EACH ROW EXECUTE FUNCTION attendance_window();
