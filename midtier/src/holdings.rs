//! The port of what the service holds for a time: a token of a secret store, a user of a database. It is shown beside the service's health
//! and among its metrics, so that an end is seen ahead; what keeps it is elsewhere.

/// Something that is held for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// What it is, without what it is worth: `token`, `database/creds/leat`.
    pub name: String,
    /// How long it holds still; nothing where it has no end, 0 where it is over.
    pub seconds_left: Option<u64>,
    /// Whether the last try to have or renew it came to something.
    pub sound: bool,
}

/// Who knows what is held.
pub trait Holdings: Send + Sync {
    /// All of it, as it is now.
    fn now(&self) -> Vec<Holding>;
}

/// Holds nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHoldings;

impl Holdings for NoHoldings {
    fn now(&self) -> Vec<Holding> {
        Vec::new()
    }
}
