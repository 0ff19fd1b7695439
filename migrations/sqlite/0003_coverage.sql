-- The last report of each camera. Separate from `cameras`, which every event changes.
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

-- When each camera delivered frames: disjoint intervals that do not touch, so the end identifies an interval.
CREATE TABLE IF NOT EXISTS camera_coverage (
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  camera_id       TEXT    NOT NULL,
  ends            INTEGER NOT NULL,
  starts          INTEGER NOT NULL CHECK (starts < ends),
  PRIMARY KEY (organisation_id, camera_id, ends)
) STRICT, WITHOUT ROWID;

-- Every decision, newest first, and aggregates over a range.
CREATE INDEX IF NOT EXISTS sightings_time ON sightings (organisation_id, captured_at, event_id, outcome, camera_id);
-- One record by its id.
CREATE INDEX IF NOT EXISTS attendance_id ON attendance (id);
