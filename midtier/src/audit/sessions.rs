//! What is written down of the sessions of hosts: that an agent began to speak for its host, said farewell, or was refused.

use std::sync::Arc;

use tonic::{Code as Call, Status};

use super::deed::{intend, who, write, write_refusal};
use super::refusals::key_of;
use super::row::{Entry, Outcome};
use crate::api::admission::Peer;
use crate::app::App;
use crate::identity::Caller;

/// A session that is to be opened, or is open.
#[derive(Clone)]
pub(crate) struct Opening {
    app: Arc<App>,
    caller: Option<Caller>,
    peer: Option<Peer>,
    id: String,
}

impl Opening {
    /// Someone opens a session. Where they come from counts if they are nobody.
    pub(crate) fn of(app: &Arc<App>, caller: Option<&Caller>, peer: Option<Peer>) -> Self {
        let id = app.names.next(app.now()).simple().to_string();
        Opening { app: app.clone(), caller: caller.cloned(), peer, id }
    }

    fn entry(&self, action: &str, host: &str) -> Entry {
        Entry {
            at: self.app.now(),
            who: who(self.caller.as_ref()),
            action: action.to_owned(),
            on: if host.is_empty() { String::new() } else { format!("host {host}") },
            address: self.peer.map(|Peer(address)| address.to_canonical().to_string()).unwrap_or_default(),
            request: self.id.clone(),
            ..Entry::default()
        }
    }

    /// They may not open one, or not speak for this host. Agents try again and again, so this is bounded like every refusal.
    pub(crate) async fn refused(&self, host: &str, status: &Status) {
        let key = match (&self.caller, self.peer) {
            (Some(caller), _) => format!("user {}", caller.user),
            (None, Some(Peer(address))) => key_of(address),
            (None, None) => "nowhere".to_owned(),
        };
        let (outcome, code) = told(status);
        let note = status.message().to_owned();
        let entry = Entry { outcome, code: code.to_owned(), note, ..self.entry("host.enlist", host) };
        write_refusal(&self.app, &key, entry).await;
    }

    /// In strict mode, writes down that an agent is about to speak for this host.
    ///
    /// # Errors
    /// Where that cannot be written: then it must not.
    pub(crate) async fn allowed(&self, host: &str) -> Result<(), Status> {
        Ok(intend(&self.app, &self.entry("host.enlist", host)).await?)
    }

    /// An agent speaks for this host.
    pub(crate) async fn enlisted(&self, host: &str) {
        write(&self.app, self.entry("host.enlist", host)).await;
    }

    /// An agent has said farewell.
    pub(crate) async fn farewell(&self, host: &str) {
        write(&self.app, self.entry("host.farewell", host)).await;
    }
}

/// What a refusal was, in the API's codes where there is one.
fn told(status: &Status) -> (Outcome, &'static str) {
    match status.code() {
        Call::Unauthenticated => (Outcome::Refused, "unauthenticated"),
        Call::PermissionDenied => (Outcome::Refused, "forbidden"),
        Call::AlreadyExists => (Outcome::Refused, "other-agent"),
        Call::InvalidArgument => (Outcome::Failed, "invalid-request"),
        Call::Unavailable => (Outcome::Failed, "unavailable"),
        Call::ResourceExhausted => (Outcome::Failed, "busy"),
        _ => (Outcome::Failed, "session-failed"),
    }
}
