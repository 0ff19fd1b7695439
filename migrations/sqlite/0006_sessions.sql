-- Browsers that signed in. Of the cookie only a hash is kept. Times are microseconds since 1970.
CREATE TABLE IF NOT EXISTS sessions (
  id              BLOB    PRIMARY KEY,
  organisation_id BLOB    NOT NULL,
  token_hash      TEXT    NOT NULL UNIQUE,
  begun_at        INTEGER NOT NULL,
  ends_at         INTEGER NOT NULL,
  last_at         INTEGER NOT NULL,
  ended_at        INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_end ON sessions (ends_at);
