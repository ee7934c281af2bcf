-- Logins that have begun, and whose accounts the people of providers have.

CREATE TABLE logins (
    -- SHA-256 of the secret that whoever goes on with it brings.
    digest NAME PRIMARY KEY,
    provider NAME NOT NULL,
    held TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX logins_expires ON logins (expires);

CREATE TABLE login_identities (
    provider NAME NOT NULL,
    subject NAME NOT NULL,
    -- Nobody shares an account.
    account NAME NOT NULL UNIQUE REFERENCES accounts (name) ON DELETE CASCADE,
    PRIMARY KEY (provider, subject)
);
