//! Everything of the adapter that a server must answer for: OpenBao, the open sibling of HashiCorp Vault.

mod bench;
mod contract;
mod database;
mod grants;
mod identity;
mod outage;
mod pki;
mod rabbitmq;
mod ssh;
