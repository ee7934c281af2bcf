//! The port `Provider`: somebody outside who knows people, and is asked who has come.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use leat_scheduler::model::Moment;

/// Whoever has logged in, as their provider tells and the configuration reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What the provider knows them by: it stays when their name changes, and is nobody else's later.
    pub subject: String,
    /// What their account here is called.
    pub account: String,
    /// The groups that they are in here.
    pub groups: Vec<String>,
    /// What people call them, where the provider tells.
    pub called: Option<String>,
}

/// What the answer of a provider is checked against. The midtier keeps it, and shows it to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept(pub String);

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(…)")
    }
}

/// A login that has begun: whoever wants in goes to the provider with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Where their browser is sent.
    pub url: String,
    /// For [`Provider::finish`].
    pub kept: Kept,
}

/// What a browser has brought back from a provider.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The code, which is worth a login once.
    pub code: String,
    /// Where it was brought to, as it was told to the provider when the login began.
    pub redirect: String,
    /// Who the answer says it is of, where it does.
    pub issuer: Option<String>,
    /// Of when the login began.
    pub kept: Kept,
}

/// A login on another device has begun: somebody opens an address there and types a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceBegun {
    /// What they type.
    pub user_code: String,
    /// Where.
    pub address: String,
    /// The same with the code in it, where the provider has such.
    pub address_with_code: Option<String>,
    /// How long the code is good for.
    pub lives: Duration,
    /// How often the provider may be asked.
    pub every: Duration,
    /// For [`Provider::poll_device`].
    pub kept: Kept,
}

/// What a provider says of a login on another device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Nobody has typed the code yet.
    Waiting,
    /// The same, and it is asked too often.
    TooOften,
    /// This is who did.
    Here(Person),
}

/// Why there is no login. The words name the provider; the variants are what is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Later it may work.
    #[error("the login provider `{provider}` cannot be reached: {what}")]
    Unreachable {
        /// Its name.
        provider: String,
        /// What happened.
        what: String,
    },
    /// It answers what no provider answers: whoever runs the installation must look.
    #[error("the login provider `{provider}` does not answer as it should: {what}")]
    Garbled {
        /// Its name.
        provider: String,
        /// What it answers, and what was expected.
        what: String,
    },
    /// It says no: somebody gave up, the code was used already or is too old.
    #[error("the login provider `{provider}` refuses this login: {what}")]
    Refused {
        /// Its name.
        provider: String,
        /// Its words.
        what: String,
    },
    /// What it says of somebody is not believed, or they are none that may log in.
    #[error("who the login provider `{provider}` says this is, is not accepted: {what}")]
    NotAccepted {
        /// Its name.
        provider: String,
        /// What is wrong, and what was expected.
        what: String,
    },
    /// It cannot log anybody in on another device.
    #[error(
        "the login provider `{provider}` has no logins with a code on another device; log in with a browser on this one"
    )]
    NoDevices {
        /// Its name.
        provider: String,
    },
}

impl ProviderError {
    /// Whether the same may work later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, ProviderError::Unreachable { .. })
    }
}

/// Somebody outside who knows people. Every call is over within a bounded time, whatever the provider does.
#[async_trait]
pub trait Provider: Send + Sync {
    /// What the configuration calls it; it stands in addresses.
    fn name(&self) -> &str;

    /// What people call it.
    fn title(&self) -> &str;

    /// Begins a login: where the browser is sent, so that it comes back to `redirect` with `state`.
    async fn begin(&self, redirect: &str, state: &str) -> Result<Begun, ProviderError>;

    /// Who has come back.
    async fn finish(&self, answered: &Answered, now: Moment) -> Result<Person, ProviderError>;

    /// Begins a login on another device.
    async fn begin_device(&self) -> Result<DeviceBegun, ProviderError>;

    /// Asks whether somebody has typed the code by now, and who.
    async fn poll_device(&self, kept: &Kept, now: Moment) -> Result<Polled, ProviderError>;

    /// Where a browser is sent to log out there too, coming back to `back_to`; nothing where the provider has no such address.
    async fn logout_url(&self, back_to: &str) -> Option<String>;
}
