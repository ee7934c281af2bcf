//! What is written down of hosts: that an agent began to speak for its host, said farewell, was given the secrets of an attempt or a user of the broker, or was
//! refused any of it.

use std::sync::Arc;

use leat_scheduler::model::HostId;
use tonic::{Code as Call, Status};

use super::deed::{intend, who, write, write_refusal};
use super::row::{Entry, Outcome};
use crate::api::whence::Whence;
use crate::app::App;
use crate::identity::Caller;

/// The names of what agents do.
pub(crate) const ENLIST: &str = "host.enlist";
pub(crate) const FAREWELL: &str = "host.farewell";
pub(crate) const GRANT: &str = "secrets.grant";
pub(crate) const GRANT_BROKER: &str = "broker.grant";

/// An agent that asks for something.
#[derive(Clone)]
pub(crate) struct AgentAsks {
    app: Arc<App>,
    action: &'static str,
    caller: Option<Caller>,
    whence: Whence,
    id: String,
}

impl AgentAsks {
    /// Someone asks for this. Where they come from counts if they are nobody.
    pub(crate) fn of(app: &Arc<App>, action: &'static str, caller: Option<&Caller>, whence: Whence) -> Self {
        let id = app.names.next(app.now()).simple().to_string();
        AgentAsks { app: app.clone(), action, caller: caller.cloned(), whence, id }
    }

    /// What they ask for, as the audit log calls it.
    pub(crate) fn action(&self) -> &'static str {
        self.action
    }

    fn entry(&self, action: &str, on: String) -> Entry {
        Entry {
            at: self.app.now(),
            who: who(self.caller.as_ref()),
            action: action.to_owned(),
            on,
            address: self.whence.to_string(),
            request: self.id.clone(),
            ..Entry::default()
        }
    }

    /// They may not have it. Agents try again and again, so this is bounded like every refusal.
    pub(crate) async fn refused(&self, on: String, status: &Status) {
        let key = self.whence.key_of(self.caller.as_ref());
        let (outcome, code) = told(status);
        let note = status.message().to_owned();
        let entry = Entry { outcome, code: code.to_owned(), note, ..self.entry(self.action, on) };
        write_refusal(&self.app, &key, entry).await;
    }

    /// In strict mode, writes down that they are about to have it.
    ///
    /// # Errors
    /// Where that cannot be written: then they must not.
    pub(crate) async fn allowed(&self, on: String) -> Result<(), Status> {
        Ok(intend(&self.app, &self.entry(self.action, on)).await?)
    }

    /// They have it.
    pub(crate) async fn done(&self, on: String, note: String) {
        write(&self.app, Entry { note, ..self.entry(self.action, on) }).await;
    }

    /// The session is over in good order.
    pub(crate) async fn farewell(&self, host: &HostId) {
        write(&self.app, self.entry(FAREWELL, on_host(host.as_str()))).await;
    }
}

/// A host, as what something is on.
pub(crate) fn on_host(host: &str) -> String {
    if host.is_empty() { String::new() } else { format!("host {host}") }
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
