-- The change feed of the servers' in-memory galleries: which faces were added, replaced or removed, in commit order. A face
-- has one row, with its last change; the row of a removed face stays, so that no follower misses the removal
-- (docs/adr/0060).
CREATE TABLE IF NOT EXISTS face_changes (
  face_id  uuid   PRIMARY KEY,
  sequence bigint NOT NULL UNIQUE
);

-- One row, whose lock orders the changes: transactions take and commit its number one after another. `state` is different
-- for every state that the templates have ever had; `faces` and `people` are counts.
CREATE TABLE IF NOT EXISTS face_clock (
  id            integer PRIMARY KEY CHECK (id = 1),
  newest_change bigint  NOT NULL,
  state         uuid    NOT NULL,
  faces         bigint  NOT NULL,
  people        bigint  NOT NULL
);
INSERT INTO face_clock (id, newest_change, state, faces, people)
SELECT 1, (SELECT coalesce(max(sequence), 0) FROM face_changes), gen_random_uuid(), count(*), count(DISTINCT person_id)
FROM face_templates
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

  -- The lock is held: nobody else adds or removes meanwhile.
  IF TG_OP = 'INSERT' THEN
    UPDATE face_clock SET faces = faces + many, people = people + (
      SELECT count(*) FROM (SELECT person_id, count(*) AS added FROM changed GROUP BY person_id) AS one
      WHERE added = (SELECT count(*) FROM face_templates t WHERE t.person_id = one.person_id));
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE face_clock SET faces = faces - many, people = people - (
      SELECT count(*) FROM (SELECT DISTINCT person_id FROM changed) AS one
      WHERE NOT EXISTS (SELECT FROM face_templates t WHERE t.person_id = one.person_id));
  ELSE
    UPDATE face_clock SET (faces, people) = (SELECT count(*), count(DISTINCT person_id) FROM face_templates);
  END IF;
  PERFORM pg_notify('face_changes', newest::text);
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER face_templates_added AFTER INSERT ON face_templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_face_changes();
CREATE OR REPLACE TRIGGER face_templates_changed AFTER UPDATE ON face_templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_face_changes();
CREATE OR REPLACE TRIGGER face_templates_removed AFTER DELETE ON face_templates
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_face_changes();

-- TRUNCATE does not expose the rows it removes, so no server could follow it.
CREATE OR REPLACE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'use DELETE: the servers follow what is deleted, and hear nothing of TRUNCATE';
END $$;

CREATE OR REPLACE TRIGGER face_templates_truncated BEFORE TRUNCATE ON face_templates
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
