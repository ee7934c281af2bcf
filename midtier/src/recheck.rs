//! The port `Recheck`: a process checked again with other parameters, from what its bundle says of how it was checked first.
//!
//! The midtier knows neither the language of processes nor plans: it hands over what is kept, and keeps what it is given back.

use leat_bundle::{Given, Manifest};

/// A process that is to be run with other values.
#[derive(Clone, Debug)]
pub struct Question {
    /// The content of [`Origin::world`](leat_bundle::Origin::world), read to its end and of its digest.
    pub world: Vec<u8>,
    /// The bundle that it stands in.
    pub manifest: Manifest,
    /// Everything that the check is to be given: what the bundle was made with, and what is other now.
    pub given: Given,
}

/// A process that can be run so.
#[derive(Clone, Debug, PartialEq)]
pub struct Remade {
    /// The new plan.
    pub plan: Vec<u8>,
    /// The manifest of the new bundle: the same files and the same origin, but for the values. Its plan is that above.
    pub manifest: Manifest,
}

/// Why a process cannot be run so, in words for whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It takes no parameter of a name.
    #[error("{0}")]
    UnknownParameter(String),
    /// A value is none of its parameter's type.
    #[error("{0}")]
    ParameterType(String),
    /// The check finds something else wrong.
    #[error("{0}")]
    Faulty(String),
    /// It would read what the bundle does not hold.
    #[error("{0}")]
    NotInBundle(String),
    /// What the bundle says of its first check cannot be read here.
    #[error("{0}")]
    Unreadable(String),
}

/// Checks processes again. It may take a while: it is asked on threads of its own, and few at a time.
pub trait Recheck: Send + Sync {
    /// The bundle that a process is with these values. The same question has the same answer.
    ///
    /// # Errors
    /// See [`Refusal`].
    fn recheck(&self, question: Question) -> Result<Remade, Refusal>;
}
