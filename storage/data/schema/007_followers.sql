-- Where somebody asked to be told: in the words of that channel's route.
ALTER TABLE follows ADD COLUMN asked_in TEXT NOT NULL DEFAULT '';
