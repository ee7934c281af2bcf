-- Runs that somebody wants to rest, and hosts that are left with a checkpoint.

ALTER TABLE runs ADD COLUMN pause_requested BIGINT NOT NULL DEFAULT 0;
-- The latest attempt is to take its checkpoint of this number, or a later one, as soon as it can; 0 for none.
ALTER TABLE runs ADD COLUMN checkpoint_wanted BIGINT NOT NULL DEFAULT 0;
-- When that was said last.
ALTER TABLE runs ADD COLUMN checkpoint_wanted_at BIGINT;
-- Why the latest attempt takes no checkpoints, by the word of its hosts; nothing where it does.
ALTER TABLE runs ADD COLUMN no_checkpoints TEXT;
