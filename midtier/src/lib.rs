//! Who asks, and who may see: the service with the API.
//!
//! Wired by the command line (`leat serve`, `leat midtier`). Everything it knows stands in its [`store::Store`] and
//! [`blobs::Blobs`]; any number of midtiers may run on the same ones, and any of them answers.

pub mod blobs;
pub mod store;
