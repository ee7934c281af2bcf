//! Secrets, credentials and grants of HashiCorp Vault or OpenBao. Alone sees vaultrs.
