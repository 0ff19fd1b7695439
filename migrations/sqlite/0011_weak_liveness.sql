-- A liveness score by models that take too many living people for pictures: worth a flag, but no ground to turn anybody away.
-- NULL: there is none, or other models judged (`liveness`).
ALTER TABLE sightings ADD COLUMN weak_liveness REAL;
