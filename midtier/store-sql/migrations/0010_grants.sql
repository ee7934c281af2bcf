-- Grants of secrets that are out, so that they are revoked when their attempt is over, whoever lives then. A grant's name is no secret:
-- with it nothing can be read. It stays when its run is forgotten, until it is revoked.

CREATE TABLE secret_grants (
    number SERIAL_KEY,
    -- What it is renewed and revoked by.
    name NAME NOT NULL UNIQUE,
    run NAME NOT NULL,
    generation BIGINT NOT NULL,
    host NAME NOT NULL,
    -- When it is to be renewed.
    renew_at BIGINT NOT NULL
);
CREATE INDEX secret_grants_of_attempt ON secret_grants (run, generation, host);
