//! What a gate has written down of a request: that it was refused, or what became of it.
//!
//! Called by both gates, and by sessions for what hosts do. A row is made by the service and not by the caller's connection: one that is
//! cut off before its answer leaves a row that says so.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::Method;
use axum::response::Response;
use tokio::time::{Instant, timeout};

use super::actions::action_of;
use super::journal::Unwritten;
use super::row::{Entry, Outcome, Who};
use super::settings::Mode;
use super::telling::{Said, Telling};
use crate::api::whence::Whence;
use crate::app::App;
use crate::identity::{By, Caller};
use crate::permissions::Endpoint;
use crate::problem::{Answer, Code, Problem};
use crate::store::ObjectVersion;

/// What is asked, by whom, from where.
pub(crate) struct Asked<'a> {
    pub(crate) endpoint: &'static Endpoint,
    /// The request's id.
    pub(crate) id: &'a str,
    pub(crate) caller: Option<&'a Caller>,
    pub(crate) whence: Whence,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
}

/// What a handler knows of what it has done and its gate does not: put into its answer's extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Became {
    /// What it was on after all; nothing where it is what was asked for.
    pub(crate) on: Option<String>,
    /// What else is to be known.
    pub(crate) note: String,
}

impl Became {
    /// A risk object was put or read in this version.
    pub(crate) fn version(object: &ObjectVersion) -> Self {
        Became { on: Some(format!("risk {}", object.name)), note: format!("version {}", object.version) }
    }
}

/// Something that may be done and is written down.
pub(crate) struct Deed {
    app: Arc<App>,
    entry: Entry,
    /// What it is counted by where somebody without a token asks for it, and it is not done: they can ask for it without end.
    stranger: Option<String>,
    telling: Telling,
}

/// Writes down that something was refused; what is refused too often is counted.
pub(crate) async fn refused(app: &Arc<App>, asked: &Asked<'_>, problem: &Problem) {
    let action = action_of(asked.endpoint);
    let on = match action {
        Some(action) => action.on(asked.endpoint.path, asked.path),
        None => format!("{} {}", asked.endpoint.method, asked.endpoint.path),
    };
    let entry = entry(app, asked, action.map_or("api.call", |action| action.name), on);
    let key = asked.whence.key_of(asked.caller);
    write_refusal(app, &key, Entry { outcome: Outcome::Refused, code: problem.code.text(), ..entry }).await;
}

/// Writes down a refusal of whoever this key stands for.
pub(crate) async fn write_refusal(app: &Arc<App>, key: &str, entry: Entry) {
    if app.config.audit.mode == Mode::Off {
        return;
    }
    if has_room(app, key) {
        write(app, entry).await;
    }
}

/// Whether a refusal of whoever this key stands for is to be written down. Where it is not, it is counted.
fn has_room(app: &App, key: &str) -> bool {
    let has_room = app.refusals.take(key, Instant::now());
    if !has_room {
        app.metrics.audit_left_out.fetch_add(1, Ordering::Relaxed);
    }
    has_room
}

impl Deed {
    /// What is about to be done; nothing where it is not written down.
    pub(crate) fn begin(app: &Arc<App>, asked: &Asked<'_>) -> Option<Deed> {
        let action = action_of(asked.endpoint)?;
        let is_host = matches!(asked.caller, Some(Caller { by: By::Host(_), .. }));
        // A HEAD reads nothing of what it asks about.
        let is_told = !(action.of_people && is_host) && asked.method != Method::HEAD;
        if !is_told || app.config.audit.mode == Mode::Off {
            return None;
        }
        let on = action.on(asked.endpoint.path, asked.path);
        let entry = entry(app, asked, action.name, on);
        let stranger = asked.caller.is_none().then(|| asked.whence.key());
        Some(Deed { app: app.clone(), telling: Telling::of(app, &entry), entry, stranger })
    }

    /// What its handler tells of it with.
    pub(crate) fn telling(&self) -> Telling {
        self.telling.clone()
    }

    /// The same, on this.
    pub(crate) fn on(mut self, words: Option<String>) -> Self {
        self.entry.on = words.unwrap_or(self.entry.on);
        self
    }

    /// Does it, and writes down what became of it. Of somebody without a token, only its handler knows when anything is about to be done
    /// at all: it says so itself, with [`Telling::about_to`].
    ///
    /// # Errors
    /// Of what was done; and in strict mode where it was not even begun, since it could not be written down.
    pub(crate) async fn around(deed: Option<Deed>, act: impl Future<Output = Answer<Response>>) -> Answer<Response> {
        let Some(deed) = deed else {
            return act.await;
        };
        if deed.stranger.is_none() {
            intend(&deed.app, &deed.entry).await?;
        }
        let pending = Pending(Some(deed));
        let answer = act.await;
        let (outcome, code) = outcome_of(&answer);
        let became = answer.as_ref().ok().and_then(|answer| answer.extensions().get::<Became>().cloned());
        pending.ended(outcome, code, became.unwrap_or_default()).await;
        answer
    }
}

impl Deed {
    /// The row of what became of it; nothing where it was nothing, or where a stranger has tried in vain too often to be told of.
    fn row(self, outcome: Outcome, became: Became) -> Option<(Arc<App>, Entry)> {
        let Deed { app, entry, stranger, telling } = self;
        let Said { who, on, note, is_nothing } = telling.said();
        if is_nothing && outcome == Outcome::Done {
            return None;
        }
        let stranger = stranger.filter(|_| who.is_none() && outcome != Outcome::Done);
        if stranger.is_some_and(|key| !has_room(&app, &key)) {
            return None;
        }
        let note = if became.note.is_empty() { note } else { became.note };
        let on = became.on.or(on).unwrap_or(entry.on);
        let entry = Entry { at: app.now(), who: who.unwrap_or(entry.who), on, note, outcome, ..entry };
        Some((app, entry))
    }
}

/// In strict mode, writes down that something is about to be done. It must not be done where that fails.
pub(crate) async fn intend(app: &Arc<App>, entry: &Entry) -> Answer<()> {
    if app.config.audit.mode != Mode::Strict {
        return Ok(());
    }
    let entry = Entry { outcome: Outcome::Allowed, ..entry.clone() };
    if write(app, entry).await { Ok(()) } else { Err(unwritten()) }
}

/// Something that is being done. Dropped before its end, it leaves a row that says so.
struct Pending(Option<Deed>);

impl Pending {
    async fn ended(mut self, outcome: Outcome, code: String, became: Became) {
        if let Some(deed) = self.0.take()
            && let Some((app, entry)) = deed.row(outcome, became)
        {
            write(&app, Entry { code, ..entry }).await;
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(deed) = self.0.take()
            && let Some((app, entry)) = deed.row(Outcome::Unknown, Became::default())
        {
            drop(spawned(&app, entry));
        }
    }
}

/// Writes a row. Answers whether it stands; that it does not is logged and counted here.
pub(crate) async fn write(app: &Arc<App>, entry: Entry) -> bool {
    if app.config.audit.mode == Mode::Off {
        return true;
    }
    let patience = app.config.request_timeout;
    match timeout(patience, spawned(app, entry)).await {
        Ok(written) => written.unwrap_or(false),
        Err(_) => {
            tracing::error!("an audit row is not written after {patience:?}; it may be later");
            false
        }
    }
}

/// A row is written whether or not anybody waits for it.
fn spawned(app: &Arc<App>, entry: Entry) -> tokio::task::JoinHandle<bool> {
    let of = app.clone();
    app.tasks.spawn(async move {
        match of.journal.write(entry.clone()).await {
            Ok(()) => {
                of.metrics.audit_rows.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(Unwritten(error)) => {
                of.metrics.audit_failed.fetch_add(1, Ordering::Relaxed);
                let Entry { who, action, on, address, request, outcome, .. } = entry.kept();
                let outcome = outcome.name();
                tracing::error!(
                    request.id = request,
                    user = who.user,
                    action,
                    on,
                    address,
                    outcome,
                    error,
                    "an audit row could not be written"
                );
                false
            }
        }
    })
}

fn unwritten() -> Problem {
    let detail = "nothing is done while the audit log cannot be written: it was not done, and may be asked for again";
    Problem::new(Code::AuditUnavailable, detail).retry_after(std::time::Duration::from_secs(1))
}

fn entry(app: &App, asked: &Asked<'_>, action: &str, on: String) -> Entry {
    Entry {
        at: app.now(),
        who: who(asked.caller),
        action: action.to_owned(),
        on,
        address: asked.whence.to_string(),
        request: asked.id.to_owned(),
        ..Entry::default()
    }
}

/// A caller in the words of a row.
pub(crate) fn who(caller: Option<&Caller>) -> Who {
    let Some(caller) = caller else {
        return Who::nobody();
    };
    let (role, identified) = match &caller.by {
        By::Host(_) => ("host".to_owned(), "configuration".to_owned()),
        By::Configuration => (caller.role_names(), "configuration".to_owned()),
        By::Token(shown) => (caller.role_names(), format!("token {}", shown.id)),
    };
    Who { user: caller.user.clone(), role, identified }
}

/// What became of a request, by its answer.
fn outcome_of(answer: &Answer<Response>) -> (Outcome, String) {
    let response = match answer {
        Ok(response) => response,
        Err(problem) => return of_code(problem.code.status().as_u16(), problem.code.text()),
    };
    if let Some(problem) = response.extensions().get::<Problem>() {
        return of_code(problem.code.status().as_u16(), problem.code.text());
    }
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    match header("grpc-status") {
        // To be sent onwards is how a login ends well.
        None | Some("0") if response.status().is_success() || response.status().is_redirection() => {
            (Outcome::Done, String::new())
        }
        None | Some("0") => of_code(response.status().as_u16(), response.status().as_str().to_owned()),
        Some(status) => {
            let code = header("leat-code").map_or(format!("grpc-{status}"), str::to_owned);
            let is_refused = matches!(code.as_str(), "unauthenticated" | "forbidden" | "rate-limited");
            (if is_refused { Outcome::Refused } else { Outcome::Failed }, code)
        }
    }
}

fn of_code(status: u16, code: String) -> (Outcome, String) {
    let outcome = if matches!(status, 401 | 403 | 429) { Outcome::Refused } else { Outcome::Failed };
    (outcome, code)
}
