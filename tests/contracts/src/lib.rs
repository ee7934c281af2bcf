//! What every adapter of a port must do alike, for the tests of each. In a crate of its own: a feature of the port's would be on where tests are
//! compiled and off where `leat` is, and all that stands on the port would be compiled twice.

pub mod discovery;
pub mod secrets;
