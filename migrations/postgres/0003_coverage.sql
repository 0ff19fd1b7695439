-- The last report of each camera. Separate from `cameras`, which every event changes.
CREATE TABLE IF NOT EXISTS camera_status (
  organisation_id uuid             NOT NULL,
  camera_id       text COLLATE "C" NOT NULL,
  heard_at        timestamptz      NOT NULL,
  fps             real,
  outbox_waiting  bigint,
  outbox_oldest   timestamptz,
  software        text,
  model           text,
  PRIMARY KEY (organisation_id, camera_id)
);

-- When each camera delivered frames: disjoint intervals that do not touch, so the end identifies an interval.
CREATE TABLE IF NOT EXISTS camera_coverage (
  organisation_id uuid             NOT NULL,
  camera_id       text COLLATE "C" NOT NULL,
  ends            timestamptz      NOT NULL,
  starts          timestamptz      NOT NULL CHECK (starts < ends),
  PRIMARY KEY (organisation_id, camera_id, ends)
);

-- Every decision, newest first, and aggregates over a range.
CREATE INDEX IF NOT EXISTS sightings_time ON sightings (organisation_id, captured_at, event_id, outcome, camera_id);
-- One record by its id.
CREATE INDEX IF NOT EXISTS attendance_id ON attendance (id);
