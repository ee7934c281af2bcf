-- How workers of a run have died, as its hosts count it, for the next attempt; nothing where none has.
ALTER TABLE runs ADD COLUMN deaths_json TEXT;
