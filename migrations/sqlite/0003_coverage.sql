-- What each camera last said of itself. Apart from `cameras`, which every event changes.
CREATE TABLE IF NOT EXISTS camera_status (
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  camera_id       TEXT    NOT NULL,
  heard_at        INTEGER NOT NULL,
  fps             REAL,
  outbox_waiting  INTEGER,
  outbox_oldest   INTEGER,
  software        TEXT,
  model           TEXT,
  PRIMARY KEY (organisation_id, camera_id)
) STRICT, WITHOUT ROWID;

-- When each camera delivered frames: intervals that neither overlap nor touch, so that the one with an end is one.
CREATE TABLE IF NOT EXISTS camera_coverage (
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  camera_id       TEXT    NOT NULL,
  ends            INTEGER NOT NULL,
  starts          INTEGER NOT NULL CHECK (starts < ends),
  PRIMARY KEY (organisation_id, camera_id, ends)
) STRICT, WITHOUT ROWID;

-- Every decision, newest first, and what a range adds up to.
CREATE INDEX IF NOT EXISTS sightings_time ON sightings (organisation_id, captured_at, event_id, outcome, camera_id);
-- One record by its own id.
CREATE INDEX IF NOT EXISTS attendance_id ON attendance (id);
