-- Which provider's person of an account's name may have it with their first login; nothing for nobody's.

ALTER TABLE accounts ADD COLUMN login NAME;
