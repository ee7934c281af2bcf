-- What a grant is for: the secrets of an attempt, or its user of the broker. Of each kind an attempt has one on each of its hosts.
ALTER TABLE secret_grants ADD COLUMN kind NAME NOT NULL DEFAULT 'secrets';
