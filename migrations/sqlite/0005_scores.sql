-- What a decision was made by. NULL in records of older programs and where the operator fixed the threshold: the raw cosine
-- was compared with `threshold`.
ALTER TABLE sightings ADD COLUMN score REAL;
ALTER TABLE sightings ADD COLUMN threshold_source TEXT;
