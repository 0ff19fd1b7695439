-- Keys that administrators make, of which only hashes are kept, and the pairings that make keys of devices. `cameras` is a
-- JSON array of ids; NULL: every camera of the organisation.
CREATE TABLE IF NOT EXISTS access_keys (
  id              uuid        PRIMARY KEY,
  organisation_id uuid        NOT NULL REFERENCES organisations (id),
  name            text        NOT NULL,
  role            text        NOT NULL CHECK (role IN ('administrator', 'operator', 'viewer', 'device')),
  cameras         text,
  hash            text        NOT NULL UNIQUE,
  old_hash        text        UNIQUE,
  old_until       timestamptz,
  pin_hash        text,
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz,
  revoked_at      timestamptz,
  last_used_at    timestamptz
);
CREATE INDEX IF NOT EXISTS access_keys_organisation ON access_keys (organisation_id, id);

-- One row that every change of a key increments, except that of its last use. Other servers read it to learn of changes.
CREATE TABLE IF NOT EXISTS key_state (
  id      integer PRIMARY KEY CHECK (id = 1),
  changes bigint  NOT NULL
);

-- `key_id` is the key that the code became.
CREATE TABLE IF NOT EXISTS pairings (
  code_hash       text        PRIMARY KEY,
  organisation_id uuid        NOT NULL REFERENCES organisations (id),
  kind            text        NOT NULL CHECK (kind IN ('kiosk', 'edge')),
  name            text        NOT NULL,
  cameras         text        NOT NULL,
  pin_hash        text,
  created_at      timestamptz NOT NULL,
  expires_at      timestamptz NOT NULL,
  used_at         timestamptz,
  key_id          uuid
);
CREATE INDEX IF NOT EXISTS pairings_end ON pairings (expires_at);

-- The key that the session signed in with; NULL: API_KEY of the configuration.
ALTER TABLE sessions ADD COLUMN IF NOT EXISTS key_id uuid;
CREATE INDEX IF NOT EXISTS sessions_key ON sessions (key_id);
CREATE INDEX IF NOT EXISTS sessions_organisation ON sessions (organisation_id, begun_at);
