//! What a handler tells its gate while it acts: who somebody without a token turned out to be, what it is on, what else is to be known.
//!
//! It stands in the row whatever becomes of the request, also where it fails or is cut off; what is known only of an answer that went well
//! is put into that answer ([`Became`](super::deed::Became)).

use std::sync::{Arc, Mutex, PoisonError};

use super::deed::intend;
use super::row::{Entry, Who};
use crate::app::App;
use crate::problem::Answer;

/// Takes what a handler tells of what it does. One that is not written down takes it, too, and keeps it to itself.
#[derive(Clone, Default)]
pub(crate) struct Telling {
    deed: Option<Arc<(Arc<App>, Entry)>>,
    said: Arc<Mutex<Said>>,
}

/// What a handler has told so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// Who it is; nothing where the gate knows.
    pub(crate) who: Option<Who>,
    /// What it is on; nothing where it is what was asked for.
    pub(crate) on: Option<String>,
    /// What else is to be known.
    pub(crate) note: String,
    /// Nothing was done, and somebody is to ask again: no row.
    pub(crate) is_nothing: bool,
}

impl Telling {
    pub(crate) fn of(app: &Arc<App>, entry: &Entry) -> Self {
        Telling { deed: Some(Arc::new((app.clone(), entry.clone()))), said: Arc::default() }
    }

    /// What else is to be known of it.
    pub(crate) fn note(&self, note: impl Into<String>) {
        self.change(|said| said.note = note.into());
    }

    /// What it is on, where the address does not say it: also of what comes to nothing.
    pub(crate) fn on(&self, on: String) {
        self.change(|said| said.on = Some(on));
    }

    /// Nothing was done yet.
    pub(crate) fn nothing(&self) {
        self.change(|said| said.is_nothing = true);
    }

    /// Who it is who had no token, and what it is on.
    pub(crate) fn is(&self, who: Who, on: String) {
        self.change(|said| (said.who, said.on) = (Some(who), Some(on)));
    }

    /// Somebody without a token is about to do something after all, and this is who, and on what.
    ///
    /// # Errors
    /// In strict mode, where that cannot be written down: then it must not be done.
    pub(crate) async fn about_to(&self, who: Who, on: String) -> Answer<()> {
        self.is(who.clone(), on.clone());
        match self.deed.as_deref() {
            Some((app, entry)) => intend(app, &Entry { at: app.now(), who, on, ..entry.clone() }).await,
            None => Ok(()),
        }
    }

    /// What was told.
    pub(crate) fn said(&self) -> Said {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Said)) {
        change(&mut self.said.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
