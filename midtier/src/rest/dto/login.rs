//! Logins, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::logins::OnDevice;

/// How somebody can log in.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginProviders {
    /// The address that browsers know this installation by; empty where nobody logs in with one.
    pub(crate) url: String,
    /// In the order of the configuration.
    pub(crate) items: Vec<LoginProvider>,
}

/// Somebody outside who knows people.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginProvider {
    /// As addresses have it.
    pub(crate) name: String,
    /// For people.
    pub(crate) title: String,
}

/// A provider that is wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProviderName {
    /// Its name.
    pub(crate) provider: String,
}

/// What a browser has brought to a program.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoginCode {
    /// As it was brought.
    pub(crate) code: String,
    /// What only the program knows: its SHA-256 was the challenge.
    pub(crate) verifier: String,
}

/// A token that a login has ended with.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoginToken {
    /// Its text, told this once.
    pub(crate) token: String,
    /// Whose it is.
    pub(crate) account: String,
    /// How long it is valid, seconds.
    pub(crate) life_seconds: u64,
}

/// A login on another device.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceBegun {
    /// What to ask with whether somebody has gone through it.
    pub(crate) device: String,
    /// What they type.
    pub(crate) user_code: String,
    /// Where.
    pub(crate) address: String,
    /// The same with the code in it, where there is such.
    pub(crate) address_with_code: Option<String>,
    /// How long there is for it, seconds.
    pub(crate) life_seconds: u64,
    /// How long to wait between two questions, seconds.
    pub(crate) every_seconds: u64,
}

/// What a program asks with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceSecret {
    /// As it was told.
    pub(crate) device: String,
}

/// Nobody has gone through it yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceWait {
    /// Questions come too soon after one another: wait five seconds longer between two from now on.
    pub(crate) too_often: bool,
}

impl From<OnDevice> for DeviceBegun {
    fn from(OnDevice { secret, begun }: OnDevice) -> Self {
        DeviceBegun {
            device: secret,
            user_code: begun.user_code,
            address: begun.address,
            address_with_code: begun.address_with_code,
            life_seconds: begun.lives.as_secs(),
            every_seconds: begun.every.as_secs(),
        }
    }
}
