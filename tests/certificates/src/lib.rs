//! Authorities and certificates of a moment, for tests.
