//! What can be asked of the service, whatever protocol it is asked in: who may ask, what is refused, what is done.
//!
//! REST (`rest/`) and gRPC (`grpc/`) convert what they hear and say, and share all of this. No wire type is known here.

pub(crate) mod accounts;
pub(crate) mod admission;
pub(crate) mod audit;
pub(crate) mod certified;
pub(crate) mod checks;
pub(crate) mod contents;
pub(crate) mod cookies;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod logins;
pub(crate) mod logs;
pub(crate) mod named;
pub(crate) mod noted;
pub(crate) mod processes;
pub(crate) mod risk;
pub(crate) mod runs;
pub(crate) mod submit;
pub(crate) mod tokens;
pub(crate) mod told;
pub(crate) mod whence;
