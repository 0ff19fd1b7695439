-- Browsers that signed in. Of the cookie only a hash is kept.
CREATE TABLE IF NOT EXISTS sessions (
  id              uuid        PRIMARY KEY,
  organisation_id uuid        NOT NULL,
  token_hash      text        NOT NULL UNIQUE,
  begun_at        timestamptz NOT NULL,
  ends_at         timestamptz NOT NULL,
  last_at         timestamptz NOT NULL,
  ended_at        timestamptz
);
CREATE INDEX IF NOT EXISTS sessions_end ON sessions (ends_at);
