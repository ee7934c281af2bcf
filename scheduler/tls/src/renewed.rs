//! What a client is made with whom it trusts, and made anew where that is: an HTTP client knows only what it was built with.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ClientConfig;

use crate::error::with_sources;
use crate::trust::Trust;

/// A client of some kind, made of [`Trust::http`], and made anew where certificates have changed since. Somebody has to have them looked for
/// ([`keep_fresh`](crate::keep_fresh)): this only sees what came of it.
pub struct Renewed<T, E> {
    trust: Arc<Trust>,
    make: fn(ClientConfig) -> Result<T, E>,
    /// How often the certificates had changed when it was made, and what was made.
    made: Mutex<(u64, T)>,
}

impl<T: Clone, E: Error> Renewed<T, E> {
    /// Makes the first one.
    ///
    /// # Errors
    /// What `make` says.
    pub fn new(trust: Arc<Trust>, make: fn(ClientConfig) -> Result<T, E>) -> Result<Self, E> {
        let made = Mutex::new((trust.standing().changes, make(trust.http())?));
        Ok(Renewed { trust, make, made })
    }

    /// The one for the next request. What is under way goes on with the one that it began with. Where none can be made of what is new, the one
    /// before is used on, and that is logged.
    pub fn get(&self) -> T {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = self.trust.standing().changes;
        if made.0 != changes {
            match (self.make)(self.trust.http()) {
                Ok(value) => *made = (changes, value),
                Err(error) => {
                    tracing::warn!(reason = with_sources(&error), "no client could be made of the new certificates")
                }
            }
        }
        made.1.clone()
    }
}

impl<T, E> fmt::Debug for Renewed<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Renewed({:?})", self.trust)
    }
}
