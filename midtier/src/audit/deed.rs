//! What a gate has written down of a request: that it was refused, or what became of it.
//!
//! Called by both gates, and by sessions for what hosts do. A row is made by the service and not by the caller's connection: one that is
//! cut off before its answer leaves a row that says so.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use tokio::time::{Instant, timeout};

use super::actions::action_of;
use super::journal::Unwritten;
use super::refusals::key_of;
use super::row::{Entry, Outcome, Who};
use super::settings::Mode;
use crate::api::admission::Peer;
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
    pub(crate) peer: Option<Peer>,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a HeaderMap,
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
}

/// Writes down that something was refused; what is refused too often is counted.
pub(crate) async fn refused(app: &Arc<App>, asked: &Asked<'_>, problem: &Problem) {
    let address = address(app, asked);
    let key = match (asked.caller, address) {
        (Some(caller), _) => format!("user {}", caller.user),
        (None, Some(address)) => key_of(address),
        (None, None) => "nowhere".to_owned(),
    };
    let action = action_of(asked.endpoint);
    let on = match action {
        Some(action) => action.on(asked.endpoint.path, asked.path),
        None => format!("{} {}", asked.endpoint.method, asked.endpoint.path),
    };
    let entry = entry(app, asked, action.map_or("api.call", |action| action.name), on);
    write_refusal(app, &key, Entry { outcome: Outcome::Refused, code: problem.code.text(), ..entry }).await;
}

/// Writes down a refusal of whoever this key stands for.
pub(crate) async fn write_refusal(app: &Arc<App>, key: &str, entry: Entry) {
    if app.config.audit.mode == Mode::Off {
        return;
    }
    if app.refusals.take(key, Instant::now()) {
        write(app, entry).await;
    } else {
        app.metrics.audit_left_out.fetch_add(1, Ordering::Relaxed);
    }
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
        Some(Deed { app: app.clone(), entry: entry(app, asked, action.name, on) })
    }

    /// The same, on this.
    pub(crate) fn on(mut self, words: Option<String>) -> Self {
        self.entry.on = words.unwrap_or(self.entry.on);
        self
    }

    /// Does it, and writes down what became of it.
    ///
    /// # Errors
    /// Of what was done; and in strict mode where it was not even begun, since it could not be written down.
    pub(crate) async fn around(deed: Option<Deed>, act: impl Future<Output = Answer<Response>>) -> Answer<Response> {
        let Some(deed) = deed else {
            return act.await;
        };
        intend(&deed.app, &deed.entry).await?;
        let pending = Pending(Some(deed));
        let answer = act.await;
        let (outcome, code) = outcome_of(&answer);
        let became = answer.as_ref().ok().and_then(|answer| answer.extensions().get::<Became>().cloned());
        pending.ended(outcome, code, became.unwrap_or_default()).await;
        answer
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
        if let Some(Deed { app, entry }) = self.0.take() {
            let on = became.on.unwrap_or(entry.on);
            let at = app.now();
            write(&app, Entry { at, outcome, code, on, note: became.note, ..entry }).await;
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(Deed { app, entry }) = self.0.take() {
            let entry = Entry { at: app.now(), outcome: Outcome::Unknown, ..entry };
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
        address: address(app, asked).map(|address| address.to_string()).unwrap_or_default(),
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

fn address(app: &App, asked: &Asked<'_>) -> Option<IpAddr> {
    from_where(&app.config.audit.proxies, asked.peer.map(|Peer(address)| address), asked.headers)
}

/// From where a request comes: the connection's other end; where that is a proxy that is believed, the last address of
/// `X-Forwarded-For` that is none.
pub(crate) fn from_where(proxies: &[IpAddr], peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer.map(|peer| peer.to_canonical());
    if peer.is_none_or(|peer| !proxies.contains(&peer)) {
        return peer;
    }
    let values: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let said = values.iter().rev().flat_map(|value| value.rsplit(','));
    let mut last = peer;
    for address in said {
        // What is no address was not written by a proxy that is believed: nothing before it counts.
        let Ok(address) = address.trim().parse::<IpAddr>() else { break };
        last = Some(address.to_canonical());
        if !proxies.contains(&address.to_canonical()) {
            break;
        }
    }
    last
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
        None | Some("0") if response.status().is_success() => (Outcome::Done, String::new()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_that_is_believed_says_from_where_a_request_comes() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = [address("10.0.0.1"), address("10.0.0.2")];
        let from = |peer: &str, said: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            from_where(&proxies, Some(address(peer)), &headers).unwrap().to_string()
        };
        assert_eq!(from("192.0.2.9", &["203.0.113.5"]), "192.0.2.9");
        assert_eq!(from("10.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(from("::ffff:10.0.0.1", &["203.0.113.5"]), "203.0.113.5");
        assert_eq!(from("10.0.0.1", &["6.6.6.6, 203.0.113.5, 10.0.0.2"]), "203.0.113.5");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "203.0.113.5"]), "203.0.113.5");
        assert_eq!(from("10.0.0.1", &["203.0.113.5, garbage\"}"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }
}
