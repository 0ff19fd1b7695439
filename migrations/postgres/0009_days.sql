-- A keyed hash of what each event contained, to recognise an id that is sent again with other content. NULL in records of
-- older programs: not compared.
ALTER TABLE sightings ADD COLUMN IF NOT EXISTS fingerprint uuid;

-- The outcome "unproven" is new.
ALTER TABLE sightings DROP CONSTRAINT IF EXISTS sightings_outcome_check;
ALTER TABLE sightings ADD CONSTRAINT sightings_outcome_check
  CHECK (outcome IN ('marked', 'cooldown', 'unknown', 'ambiguous', 'spoof', 'unproven'));

-- The key of the fingerprints, random for each database. Another key makes the stored fingerprints worthless.
CREATE TABLE IF NOT EXISTS event_key (
  id    integer PRIMARY KEY CHECK (id = 1),
  first uuid    NOT NULL,
  last  uuid    NOT NULL
);
WITH made AS (
  INSERT INTO event_key (id, first, last) VALUES (1, gen_random_uuid(), gen_random_uuid())
  ON CONFLICT DO NOTHING RETURNING id)
UPDATE sightings SET fingerprint = NULL WHERE fingerprint IS NOT NULL AND EXISTS (SELECT FROM made);

-- What the operator says about a camera.
ALTER TABLE cameras ADD COLUMN IF NOT EXISTS name text;
ALTER TABLE cameras ADD COLUMN IF NOT EXISTS direction text NOT NULL DEFAULT 'none';
ALTER TABLE cameras ADD COLUMN IF NOT EXISTS retired_at timestamptz;

-- When somebody was seen after a record. Only sightings in cooldown have an entry, so that a mark does not pay for it.
-- The outcome is in it so that a count reads the index alone.
CREATE INDEX IF NOT EXISTS sightings_cooldown ON sightings (person_id, captured_at, outcome) WHERE outcome = 'cooldown';
