//! Logins of people: the port to the providers that know them.
//!
//! A provider says who somebody is. What they may do is decided of their account and groups, as for everybody.

mod provider;

pub use provider::{Answered, Begun, DeviceBegun, Kept, Person, Polled, Provider, ProviderError};
