//! Which host runs what, and which hosts are on: a pure function.
