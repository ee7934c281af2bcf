//! Secrets: where they lie ([`SecretPath`]), what a process calls them ([`SecretName`]), what they are ([`SecretValue`]), who may
//! ask for which ([`Allowed`]), and the two ports of the stores that keep them: [`Secrets`] for the midtier's side, [`Redeem`]
//! for a host's.
//!
//! Used by whatever hears a stream file's `secret`, by the midtier that grants, the hosts that redeem, and by the adapters. It does no
//! I/O, reads no clock and draws no random numbers, and knows no store.

mod allowed;
mod error;
mod grant;
mod name;
mod path;
mod port;
mod value;

pub use allowed::{Allowed, BadPattern};
pub use error::SecretError;
pub use grant::{BadGrantId, Grant, GrantId, Ticket};
pub use name::{BadName, SecretName};
pub use path::{BadPath, SecretPath};
pub use port::{Redeem, Secrets};
pub use value::{SecretValue, TooLong};
