-- What a decision was made by. NULL in records of older programs and where the operator fixed the threshold: the raw cosine
-- was compared with `threshold`.
ALTER TABLE sightings ADD COLUMN IF NOT EXISTS score real;
ALTER TABLE sightings ADD COLUMN IF NOT EXISTS threshold_source text;

-- For the servers with GALLERY=pgvector: the mean cosine of a template to its ten nearest other people, and the cosine of the
-- eleventh (-2: there is none). A server measures what is missing; a change deletes what it touches.
CREATE TABLE IF NOT EXISTS face_neighbourhoods (
  face_id  uuid PRIMARY KEY REFERENCES face_templates (id) ON DELETE CASCADE,
  mean     real NOT NULL,
  eleventh real NOT NULL
);

CREATE OR REPLACE FUNCTION forget_neighbourhoods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM changed) > 64 THEN
    -- Measuring again is cheaper than comparing each with everybody.
    DELETE FROM face_neighbourhoods n USING face_templates t
    WHERE t.id = n.face_id
      AND (t.organisation_id, t.model) IN (SELECT organisation_id, model FROM changed);
  ELSE
    DELETE FROM face_neighbourhoods n USING face_templates t, changed c
    WHERE t.id = n.face_id AND t.organisation_id = c.organisation_id AND t.model = c.model
      AND (t.id = c.id OR (t.person_id <> c.person_id AND -(t.embedding <#> c.embedding) >= n.eleventh - 0.0001));
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER face_neighbourhoods_added AFTER INSERT ON face_templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_neighbourhoods();
CREATE OR REPLACE TRIGGER face_neighbourhoods_changed AFTER UPDATE ON face_templates
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_neighbourhoods();
CREATE OR REPLACE TRIGGER face_neighbourhoods_replaced AFTER UPDATE ON face_templates
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_neighbourhoods();
CREATE OR REPLACE TRIGGER face_neighbourhoods_removed AFTER DELETE ON face_templates
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION forget_neighbourhoods();
