-- What each host says of its share of a run: a run may be divided among several.
CREATE TABLE share_papers (
    run NAME NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    host NAME NOT NULL,
    status_json TEXT,
    report_json TEXT,
    PRIMARY KEY (run, host)
);
ALTER TABLE run_papers DROP COLUMN status_json;
ALTER TABLE run_papers DROP COLUMN report_json;
