-- Who there is, what they were granted, and which tokens they have.

CREATE TABLE accounts (
    name NAME PRIMARY KEY,
    -- person or service.
    kind NAME NOT NULL,
    -- Where their runs are, unless a submission says another.
    playpen NAME NOT NULL,
    disabled BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL
);

CREATE TABLE account_groups (
    account NAME NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    group_name NAME NOT NULL,
    PRIMARY KEY (account, group_name)
);

-- Those of the installation's own: built-in ones are in the code.
CREATE TABLE custom_roles (
    name NAME PRIMARY KEY,
    -- Names, as a list of JSON.
    permissions TEXT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL
);

CREATE TABLE role_grants (
    role NAME NOT NULL,
    -- account or group.
    holder_kind NAME NOT NULL,
    holder NAME NOT NULL,
    -- Empty for everywhere.
    playpen NAME NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (role, holder_kind, holder, playpen)
);
CREATE INDEX role_grants_holder ON role_grants (holder_kind, holder);

CREATE TABLE api_tokens (
    id NAME PRIMARY KEY,
    -- SHA-256 of the token's text, which is kept nowhere.
    digest NAME NOT NULL UNIQUE,
    account NAME NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
    label TEXT NOT NULL,
    -- Lists of JSON; nothing where it is not narrowed.
    permissions TEXT,
    playpens TEXT,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    expires BIGINT NOT NULL,
    revoked BIGINT,
    last_used BIGINT
);
CREATE INDEX api_tokens_account ON api_tokens (account, id);
CREATE INDEX api_tokens_expires ON api_tokens (expires);
