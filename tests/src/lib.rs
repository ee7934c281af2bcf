//! What the end-to-end cases are written with: guests built on demand, playpens to run `leat` in.
//!
//! Called by the cases in `tests/it`; knows nothing of the cases.

pub mod browser;
pub mod collector;
pub mod faults;
pub mod guarded;
pub mod guests;
pub mod http;
pub mod installation;
pub mod nasty;
pub mod network;
pub mod playpen;
pub mod processes;
pub mod secure;
pub mod server;
