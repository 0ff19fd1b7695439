-- Who did what: one chain of rows for each organisation, in which each row holds the hash of the one before
-- (docs/audit.md). Times are microseconds since 1970, hashes are SHA-256 in hexadecimal.
CREATE TABLE IF NOT EXISTS audit (
  organisation_id BLOB    NOT NULL,
  sequence        INTEGER NOT NULL,
  at              INTEGER NOT NULL,
  subject_kind    TEXT    NOT NULL,
  subject_id      TEXT    NOT NULL,
  subject_key     TEXT    NOT NULL,
  action          TEXT    NOT NULL,
  target          TEXT    NOT NULL,
  details         TEXT    NOT NULL,
  previous_hash   TEXT    NOT NULL,
  hash            TEXT    NOT NULL,
  PRIMARY KEY (organisation_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS audit_unchanged BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'rows of the audit log are never changed');
END;

CREATE TRIGGER IF NOT EXISTS audit_kept BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'rows of the audit log are never deleted');
END;
