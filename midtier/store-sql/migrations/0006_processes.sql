-- What each group runs, by the latest bundle that was uploaded for it; and bundles that were made of others, which go when
-- no run is of them any more.

ALTER TABLE bundles ADD COLUMN made_of NAME;
CREATE INDEX runs_bundle ON runs (bundle);

CREATE TABLE processes (
    process NAME NOT NULL,
    group_name NAME NOT NULL,
    bundle NAME NOT NULL,
    user_name TEXT NOT NULL,
    created BIGINT NOT NULL,
    -- Nothing where the bundle can only be run as it is.
    parameters TEXT,
    PRIMARY KEY (process, group_name)
);
INSERT INTO processes (process, group_name, bundle, user_name, created)
SELECT r.process, r.group_name, r.bundle, b.user_name, b.created FROM runs r JOIN bundles b ON b.digest = r.bundle
WHERE r.id IN (SELECT max(id) FROM runs GROUP BY process, group_name);
