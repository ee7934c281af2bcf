-- The span that those of a run belong to, as W3C's traceparent; nothing where nobody follows it.
ALTER TABLE runs ADD COLUMN traceparent NAME;
