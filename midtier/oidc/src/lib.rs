//! Logins through providers of OpenID Connect, and through GitHub, which has a flow of its own: the adapters of leat-midtier's
//! port [`Provider`](leat_midtier::logins::Provider). The one crate that sees openidconnect.
//!
//! What a provider answers is bounded in bytes and time, redirects are not followed, and no ID token counts whose signature,
//! issuer, audience, age and nonce have not been checked. The cli makes providers of the configuration, and says whom
//! to trust.

mod claims;
mod config;
mod device;
mod discovery;
mod github;
mod oidc;
mod tokens;
mod verify;
mod web;

pub use claims::{ClaimRules, OtherPrefixes, tell_apart};
pub use config::{ConfigError, GithubConfig, Limits, OidcConfig};
pub use github::Github;
pub use oidc::Oidc;
