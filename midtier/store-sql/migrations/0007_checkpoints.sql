-- What the next attempt of a run goes on from.

-- How often a checkpoint is taken, milliseconds; nothing for never.
ALTER TABLE runs ADD COLUMN checkpoint_every BIGINT;
-- How many attempts there were when the run last got further: those after it are in vain so far.
ALTER TABLE runs ADD COLUMN attempts_fruitful BIGINT NOT NULL DEFAULT 0;

CREATE TABLE checkpoints (
    run NAME NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    number BIGINT NOT NULL,
    host NAME NOT NULL,
    -- The list of its files, and the digest of that.
    digest NAME NOT NULL,
    list TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    -- When it was kept.
    kept BIGINT NOT NULL,
    -- 1 where all that the host has of the run has come to its end: it holds for every later number, too.
    last BIGINT NOT NULL,
    -- 1 once every host of the attempt has its own of this number here: then it can be gone on from.
    whole BIGINT NOT NULL,
    PRIMARY KEY (run, generation, number, host)
);
