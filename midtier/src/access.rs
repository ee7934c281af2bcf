//! Who may do what, and where: permissions, the roles that are sets of them, and what somebody's roles come to.
//!
//! All of it is plain data that is asked of in memory. [`crate::identity`] makes it of what the store says of an account, the
//! gates ask [`crate::permissions`] what an endpoint demands of it, and handlers ask it about the playpen of what they found.

mod permission;
mod rights;
mod role;
mod scope;

pub use permission::{Permission, Permissions};
pub use rights::{Place, Reach, Rights};
pub use role::{BUILT_IN, BUILT_IN_VERSION, BuiltIn, built_in, is_reserved};
pub use scope::Scope;
