-- Who did what: one chain of rows for each organisation, in which each row holds the hash of the one before
-- (docs/audit.md). Hashes are SHA-256 in hexadecimal.
CREATE TABLE IF NOT EXISTS audit (
  organisation_id uuid        NOT NULL,
  sequence        bigint      NOT NULL,
  at              timestamptz NOT NULL,
  subject_kind    text        NOT NULL,
  subject_id      text        NOT NULL,
  subject_key     text        NOT NULL,
  action          text        NOT NULL,
  target          text        NOT NULL,
  details         text        NOT NULL,
  previous_hash   text        NOT NULL,
  hash            text        NOT NULL,
  PRIMARY KEY (organisation_id, sequence)
);

-- Gives a new row its place in the chain: number, previous hash and hash. The lock is of one organisation and lasts until the
-- transaction ends, so that servers add rows one after another; what records attendance does not take it.
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  field text;
  bytes bytea := '';
BEGIN
  PERFORM pg_advisory_xact_lock(1396790113, hashtext(NEW.organisation_id::text));
  SELECT sequence, hash INTO NEW.sequence, NEW.previous_hash FROM audit
  WHERE organisation_id = NEW.organisation_id ORDER BY sequence DESC LIMIT 1;
  NEW.sequence := coalesce(NEW.sequence, 0) + 1;
  NEW.previous_hash := coalesce(NEW.previous_hash, repeat('0', 64));
  FOREACH field IN ARRAY ARRAY[
    'attendance-audit-1', NEW.organisation_id::text, NEW.sequence::text,
    (extract(epoch FROM NEW.at) * 1000000)::bigint::text, NEW.subject_kind, NEW.subject_id, NEW.subject_key, NEW.action,
    NEW.target, NEW.details, NEW.previous_hash]
  LOOP
    bytes := bytes || convert_to(octet_length(convert_to(field, 'UTF8')) || ':' || field || ',', 'UTF8');
  END LOOP;
  NEW.hash := encode(sha256(bytes), 'hex');
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER audit_chain BEFORE INSERT ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE OR REPLACE FUNCTION audit_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of the audit log are never changed or deleted';
END $$;

CREATE OR REPLACE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_unchanged();
