-- What the galleries in the servers' memories follow: which faces were added, replaced or removed, in the order in which
-- that was committed. A face has one row, with its last change; the row of a face that is no more stays, so that nobody
-- misses its removal (docs/adr/0060).
CREATE TABLE IF NOT EXISTS face_changes (
  face_id  uuid   PRIMARY KEY,
  sequence bigint NOT NULL UNIQUE
);

-- One row, whose lock orders the changes: its number is taken and committed by one transaction after the other.
-- `state` is another for every state that the templates have ever been in.
CREATE TABLE IF NOT EXISTS face_clock (
  id            integer PRIMARY KEY CHECK (id = 1),
  newest_change bigint  NOT NULL,
  state         uuid    NOT NULL
);
INSERT INTO face_clock (id, newest_change, state)
SELECT 1, coalesce(max(sequence), 0), gen_random_uuid() FROM face_changes
ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION note_face_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  many   bigint;
  newest bigint;
BEGIN
  SELECT count(*) INTO many FROM changed;
  IF many = 0 THEN
    RETURN NULL;
  END IF;
  UPDATE face_clock SET newest_change = newest_change + many, state = gen_random_uuid()
  WHERE id = 1 RETURNING newest_change INTO newest;
  INSERT INTO face_changes (face_id, sequence)
  SELECT id, newest - many + row_number() OVER () FROM changed
  ON CONFLICT (face_id) DO UPDATE SET sequence = excluded.sequence;
  PERFORM pg_notify('face_changes', newest::text);
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER face_templates_added AFTER INSERT ON face_templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_face_changes();
CREATE OR REPLACE TRIGGER face_templates_replaced AFTER UPDATE ON face_templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_face_changes();
CREATE OR REPLACE TRIGGER face_templates_removed AFTER DELETE ON face_templates
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_face_changes();
