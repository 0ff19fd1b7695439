-- Identifies the current set of templates by a number that every change replaces, so that a copy (the gallery's snapshot)
-- can be checked for being current. Random rather than a counter, so that a database restored from a backup never reaches
-- the number of a state it does not have.
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
