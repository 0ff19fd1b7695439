-- A keyed hash of what each event contained, to recognise an id that is sent again with other content. NULL in records of
-- older programs: not compared.
ALTER TABLE sightings ADD COLUMN fingerprint BLOB;

-- The outcome "unproven" is new. Only the text of the check changes, so that a log of millions of rows is not copied. No
-- stored row violates the wider check. The connection reads its schema again, and the statements below tell others to.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'outcome = ''spoof''', 'outcome = ''spoof'' OR outcome = ''unproven''')
WHERE type = 'table' AND name = 'sightings';
PRAGMA writable_schema = RESET;

-- The key of the fingerprints, random for each database. A store that finds it missing makes another one and forgets the
-- fingerprints made with it.
CREATE TABLE IF NOT EXISTS event_key (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  first BLOB NOT NULL CHECK (length(first) = 16),
  last  BLOB NOT NULL CHECK (length(last) = 16)
) STRICT;
INSERT OR IGNORE INTO event_key (id, first, last) VALUES (1, randomblob(16), randomblob(16));

-- What the operator says about a camera.
ALTER TABLE cameras ADD COLUMN name TEXT;
ALTER TABLE cameras ADD COLUMN direction TEXT NOT NULL DEFAULT 'none';
ALTER TABLE cameras ADD COLUMN retired_at INTEGER;

-- When somebody was seen after a record. Only sightings in cooldown have an entry, so that a mark does not pay for it.
-- The outcome is in it so that a count reads the index alone.
CREATE INDEX IF NOT EXISTS sightings_cooldown ON sightings (person_id, captured_at, outcome) WHERE outcome = 'cooldown';
