//! Discovery through Consul. Alone speaks its API.
