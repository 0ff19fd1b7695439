-- What the set of templates is now, as a number that every change of it replaces. Whoever keeps a copy of them (the
-- gallery's snapshot) sees by it whether the copy is of this state. Random rather than counted up, so that a database
-- restored from a backup never comes by the number of a state that it is not in.
CREATE TABLE IF NOT EXISTS template_state (
  id    INTEGER PRIMARY KEY CHECK (id = 1),
  state BLOB    NOT NULL CHECK (length(state) = 16)
) STRICT;

INSERT OR IGNORE INTO template_state (id, state) VALUES (1, randomblob(16));

CREATE TRIGGER IF NOT EXISTS face_templates_added AFTER INSERT ON face_templates
BEGIN
  INSERT OR REPLACE INTO template_state (id, state) VALUES (1, randomblob(16));
END;

CREATE TRIGGER IF NOT EXISTS face_templates_changed AFTER UPDATE ON face_templates
BEGIN
  INSERT OR REPLACE INTO template_state (id, state) VALUES (1, randomblob(16));
END;

CREATE TRIGGER IF NOT EXISTS face_templates_removed AFTER DELETE ON face_templates
BEGIN
  INSERT OR REPLACE INTO template_state (id, state) VALUES (1, randomblob(16));
END;
