-- Who did what: rows that are chained by hash. They are added and, when their time is over, forgotten from the front.
CREATE TABLE audit (
    number NUMBER_KEY,
    at BIGINT NOT NULL,
    user_name NAME NOT NULL,
    role NAME NOT NULL,
    identified NAME NOT NULL,
    action NAME NOT NULL,
    target NAME NOT NULL,
    address NAME NOT NULL,
    request NAME NOT NULL,
    outcome NAME NOT NULL,
    code NAME NOT NULL,
    note NAME NOT NULL,
    hash NAME NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_user ON audit (user_name, number);
CREATE INDEX audit_action ON audit (action, number);
CREATE INDEX audit_target ON audit (target, number);

-- The last row that was forgotten, and the last that was written: what is cut off at an end is missed by it.
CREATE TABLE audit_ends (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    anchor_number BIGINT NOT NULL,
    anchor_hash NAME NOT NULL,
    head_number BIGINT NOT NULL,
    head_hash NAME NOT NULL
);
INSERT INTO audit_ends (one, anchor_number, anchor_hash, head_number, head_hash) VALUES (
    1,
    0, '0000000000000000000000000000000000000000000000000000000000000000',
    0, '0000000000000000000000000000000000000000000000000000000000000000'
);
