-- What happened: each row is written in the transaction that made it happen. A decision is told by its event, whose row in
-- `sightings` has the rest. Commit order across transactions is that of `transaction` and `sequence`, as far as every
-- transaction before has ended: a reader takes only rows of transactions below the oldest that still runs (docs/adr/0066).
CREATE TABLE IF NOT EXISTS feed (
  transaction     xid8        NOT NULL DEFAULT pg_current_xact_id(),
  sequence        bigint      GENERATED ALWAYS AS IDENTITY,
  organisation_id uuid        NOT NULL,
  at              timestamptz NOT NULL,
  kind            text        NOT NULL,
  subject_kind    text        NOT NULL,
  subject         text        NOT NULL,
  event_id        uuid,
  person_id       uuid,
  face_id         uuid,
  camera_id       text,
  PRIMARY KEY (transaction, sequence)
);
