-- Ids are 16 bytes (UUID), times are microseconds since 1970-01-01 UTC, similarities are cosines.
-- docs/storage.md describes the schema; migration numbers are the same for every database.

CREATE TABLE IF NOT EXISTS schema_version (
  version    INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS organisations (
  id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  name       TEXT    NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO organisations (id, name, created_at)
VALUES (x'00000000000040008000000000000001', 'default', 0);

-- One row that the readiness check increments: an unchanged row would not be written and would prove nothing.
CREATE TABLE IF NOT EXISTS readiness (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  checks INTEGER NOT NULL
) STRICT;

-- The row of a removed person stays (deleted_at), so the log keeps the name; templates are deleted permanently.
CREATE TABLE IF NOT EXISTS persons (
  id              BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  code            TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  search_text     TEXT    NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  deleted_at      INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS persons_living_code
  ON persons (organisation_id, code) WHERE deleted_at IS NULL;

-- Rows have two kilobytes: a rowid table stores them in its leaves and is read sequentially to fill a gallery.
CREATE TABLE IF NOT EXISTS face_templates (
  sequence        INTEGER PRIMARY KEY,
  id              BLOB    NOT NULL UNIQUE CHECK (length(id) = 16),
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  person_id       BLOB    NOT NULL REFERENCES persons (id),
  model           TEXT    NOT NULL,
  quality         REAL    NOT NULL,
  created_at      INTEGER NOT NULL,
  embedding       BLOB    NOT NULL CHECK (length(embedding) = 2048)
) STRICT;

CREATE INDEX IF NOT EXISTS face_templates_person ON face_templates (person_id, created_at);

CREATE TABLE IF NOT EXISTS cameras (
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  id              TEXT    NOT NULL,
  first_seen      INTEGER NOT NULL,
  last_seen       INTEGER NOT NULL,
  clock_skew_us   INTEGER NOT NULL DEFAULT 0,
  events          INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (organisation_id, id)
) STRICT, WITHOUT ROWID;

-- Every decision with the figures that explain it; never an embedding.
CREATE TABLE IF NOT EXISTS sightings (
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  event_id        BLOB    NOT NULL CHECK (length(event_id) = 16),
  outcome         TEXT    NOT NULL CHECK (
    -- Not IN: for a list SQLite would open a temporary table, with a page cache of its own, at every insert.
    outcome = 'marked' OR outcome = 'cooldown' OR outcome = 'unknown' OR outcome = 'ambiguous' OR outcome = 'spoof'),
  camera_id       TEXT    NOT NULL,
  model           TEXT    NOT NULL,
  person_id       BLOB    REFERENCES persons (id),
  attendance_id   BLOB,
  similarity      REAL,
  runner_up       REAL,
  threshold       REAL    NOT NULL,
  liveness        REAL,
  quality         REAL,
  captured_at     INTEGER NOT NULL,
  received_at     INTEGER NOT NULL,
  cooldown_until  INTEGER,
  PRIMARY KEY (organisation_id, event_id)
) STRICT, WITHOUT ROWID;

-- The attendance log: the marked sightings.
CREATE TABLE IF NOT EXISTS attendance (
  organisation_id BLOB    NOT NULL,
  event_id        BLOB    NOT NULL,
  id              BLOB    NOT NULL CHECK (length(id) = 16),
  person_id       BLOB    NOT NULL REFERENCES persons (id),
  camera_id       TEXT    NOT NULL,
  captured_at     INTEGER NOT NULL,
  cooldown_until  INTEGER NOT NULL CHECK (cooldown_until >= captured_at),
  PRIMARY KEY (organisation_id, event_id),
  FOREIGN KEY (organisation_id, event_id) REFERENCES sightings (organisation_id, event_id)
) STRICT, WITHOUT ROWID;

-- The log, newest first. Includes the camera, so that a filter by camera is answered from the index.
CREATE INDEX IF NOT EXISTS attendance_time ON attendance (organisation_id, captured_at, event_id, camera_id);
-- The log of one person, and the window rule.
CREATE INDEX IF NOT EXISTS attendance_person ON attendance (person_id, captured_at, event_id);

-- One record per walk-past: no two records of a person are closer than the window of the newer write
-- (cooldown_until - captured_at). A window of zero never conflicts.
CREATE TRIGGER IF NOT EXISTS attendance_window
BEFORE INSERT ON attendance
WHEN EXISTS (
  SELECT 1 FROM attendance
  WHERE person_id = NEW.person_id
    AND captured_at > NEW.captured_at - (NEW.cooldown_until - NEW.captured_at)
    AND captured_at < NEW.cooldown_until
)
BEGIN
  SELECT RAISE(ABORT, 'attendance_window');
END;
