//! Transport security: certificates, whom to trust, and both anew without a restart. Alone sees rustls.
