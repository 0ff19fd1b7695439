-- Keys that administrators make, of which only hashes are kept, and the pairings that make keys of devices. Times are
-- microseconds since 1970. `cameras` is a JSON array of ids; NULL: every camera of the organisation.
CREATE TABLE IF NOT EXISTS access_keys (
  id              BLOB    PRIMARY KEY,
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  name            TEXT    NOT NULL,
  role            TEXT    NOT NULL CHECK (role IN ('administrator', 'operator', 'viewer', 'device')),
  cameras         TEXT,
  hash            TEXT    NOT NULL UNIQUE,
  old_hash        TEXT    UNIQUE,
  old_until       INTEGER,
  pin_hash        TEXT,
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER,
  revoked_at      INTEGER,
  last_used_at    INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS access_keys_organisation ON access_keys (organisation_id, id);

-- One row that every change of a key increments, except that of its last use.
CREATE TABLE IF NOT EXISTS key_state (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  changes INTEGER NOT NULL
) STRICT;

-- `key_id` is the key that the code became.
CREATE TABLE IF NOT EXISTS pairings (
  code_hash       TEXT    PRIMARY KEY,
  organisation_id BLOB    NOT NULL REFERENCES organisations (id),
  kind            TEXT    NOT NULL CHECK (kind IN ('kiosk', 'edge')),
  name            TEXT    NOT NULL,
  cameras         TEXT    NOT NULL,
  pin_hash        TEXT,
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,
  used_at         INTEGER,
  key_id          BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS pairings_end ON pairings (expires_at);

-- The key that the session signed in with; NULL: API_KEY of the configuration.
ALTER TABLE sessions ADD COLUMN key_id BLOB;
CREATE INDEX IF NOT EXISTS sessions_key ON sessions (key_id);
CREATE INDEX IF NOT EXISTS sessions_organisation ON sessions (organisation_id, begun_at);
