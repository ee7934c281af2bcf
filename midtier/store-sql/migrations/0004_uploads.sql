-- Contents that come in pieces, and are gone on with where they broke off.

CREATE TABLE blob_begun (
    digest NAME PRIMARY KEY,
    upload BIGINT NOT NULL UNIQUE REFERENCES blob_uploads (id) ON DELETE CASCADE,
    -- How many bytes the content will have, and how many of them are there.
    length BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    -- The hasher's state after those, for whoever goes on.
    hasher NAME NOT NULL
);
