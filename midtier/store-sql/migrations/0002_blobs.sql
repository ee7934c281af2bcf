-- Contents of files, for installations that keep them in the database.

-- A content that is being written, or was. Its pieces go when it goes.
CREATE TABLE blob_uploads (
    id SERIAL_KEY,
    -- When its last piece came.
    touched BIGINT NOT NULL
);

-- A content that is whole.
CREATE TABLE blobs (
    digest NAME PRIMARY KEY,
    upload BIGINT NOT NULL UNIQUE REFERENCES blob_uploads (id) ON DELETE CASCADE,
    bytes BIGINT NOT NULL,
    -- When it was written, or last asked for by somebody about to refer to it.
    written BIGINT NOT NULL
);

CREATE TABLE blob_pieces (
    upload BIGINT NOT NULL REFERENCES blob_uploads (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    content BYTES NOT NULL,
    PRIMARY KEY (upload, number)
);
