-- What happened, in commit order: each row is written in the transaction that made it happen. A decision is told by its
-- event, whose row in `sightings` has the rest. The newest row is never trimmed, so that no position is given out twice.
CREATE TABLE IF NOT EXISTS feed (
  position        INTEGER PRIMARY KEY,
  organisation_id BLOB    NOT NULL,
  at              INTEGER NOT NULL,
  kind            TEXT    NOT NULL,
  subject_kind    TEXT    NOT NULL,
  subject         TEXT    NOT NULL,
  event_id        BLOB,
  person_id       BLOB,
  face_id         BLOB,
  camera_id       TEXT
) STRICT;
