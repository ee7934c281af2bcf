-- Runs, hosts and what is known of them. One text for both databases: the words NAME, BYTES and NUMBER_KEY stand for a
-- type of each (src/migrations.rs). Points in time are microseconds since 1970, truths are 0 and 1.

-- The number of the last event. Who changes the state of a run or host locks this row first, so that such changes come
-- one after the other, and events are seen in the order of their numbers.
CREATE TABLE counters (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    last_event BIGINT NOT NULL
);
INSERT INTO counters (one, last_event) VALUES (1, 0);

CREATE TABLE leadership (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    epoch BIGINT NOT NULL,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);
INSERT INTO leadership (one, epoch, holder, beat) VALUES (1, 0, '', 0);

CREATE TABLE bundles (
    digest NAME PRIMARY KEY,
    manifest TEXT NOT NULL,
    user_name TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE runs (
    id NAME PRIMARY KEY,
    process NAME NOT NULL,
    bundle NAME NOT NULL,
    user_name NAME NOT NULL,
    group_name NAME NOT NULL,
    priority BIGINT NOT NULL,
    submitted BIGINT NOT NULL,
    attempts_max BIGINT NOT NULL,
    parts TEXT NOT NULL,
    asks TEXT NOT NULL,
    seed BIGINT NOT NULL,
    retry_of NAME,
    idempotency_key TEXT,
    -- The digest of what was submitted, to tell another submission with the same key.
    submission TEXT NOT NULL,
    state NAME NOT NULL,
    -- 1 until it has ended.
    live BIGINT NOT NULL,
    since BIGINT NOT NULL,
    reason TEXT NOT NULL,
    waits TEXT,
    generation BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    started BIGINT,
    ended BIGINT,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX runs_key ON runs (user_name, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_live ON runs (id) WHERE live = 1;
CREATE INDEX runs_ended ON runs (ended, id) WHERE live = 0;
CREATE INDEX runs_state ON runs (state, id);
CREATE INDEX runs_user ON runs (user_name, id);
CREATE INDEX runs_group ON runs (group_name, id);
CREATE INDEX runs_process ON runs (process, id);

-- What changes often while a run is at work, apart from what decisions are made on.
CREATE TABLE run_papers (
    run NAME PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    status_json TEXT,
    report_json TEXT,
    log_bytes BIGINT NOT NULL
);

CREATE TABLE hosts (
    id NAME PRIMARY KEY,
    -- What the configuration says of it, and what its agent says; nothing where it says nothing.
    declared TEXT,
    said TEXT,
    state NAME NOT NULL,
    since BIGINT NOT NULL,
    reason TEXT NOT NULL,
    failures BIGINT NOT NULL,
    beat BIGINT NOT NULL,
    incarnation TEXT,
    idle_since BIGINT,
    up_since BIGINT,
    boot_time BIGINT,
    keep_on_until BIGINT,
    drain_requested BIGINT NOT NULL,
    power_requested TEXT,
    revision BIGINT NOT NULL
);

-- Every part of every attempt; those of earlier attempts have ended.
CREATE TABLE placements (
    run NAME NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    part NAME NOT NULL,
    host NAME NOT NULL REFERENCES hosts (id),
    ended BIGINT NOT NULL,
    outcome TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (run, generation, part)
);
CREATE INDEX placements_live_host ON placements (host) WHERE ended = 0;
CREATE INDEX placements_live_run ON placements (run, part, host) WHERE ended = 0;

CREATE TABLE outputs (
    run NAME NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    path NAME NOT NULL,
    digest NAME NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (run, path)
);

CREATE TABLE log_pieces (
    run NAME NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    node NAME NOT NULL,
    at_byte BIGINT NOT NULL,
    end_byte BIGINT NOT NULL,
    content BYTES NOT NULL,
    PRIMARY KEY (run, node, at_byte)
);

CREATE TABLE events (
    number NUMBER_KEY,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    run NAME,
    host NAME,
    -- The state of a run, or what a host has become.
    what TEXT NOT NULL,
    generation BIGINT NOT NULL,
    hosts TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX events_run ON events (run, number) WHERE run IS NOT NULL;
CREATE INDEX events_host ON events (at) WHERE host IS NOT NULL;

CREATE TABLE objects (
    name NAME NOT NULL,
    version BIGINT NOT NULL,
    file TEXT NOT NULL,
    digest NAME NOT NULL,
    bytes BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);
