//! Requests to a Consul agent: bounded in time and size, with the token in a header, and what each status means.

use std::sync::Arc;
use std::time::Duration;

use leat_discovery::{DiscoveryError, Look, Seen};
use leat_tls::{ClientConfig, Renewed, Trust, with_sources};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Config;
use crate::token::Token;

/// How long a connection may take to come about, and how long an ordinary answer.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// The largest answer that is read: some ten thousand services.
const ANSWER_BYTES_MAX: usize = 16 << 20;

/// How much of what Consul says of an error is passed on.
const COMPLAINT_BYTES_MAX: usize = 200;

/// What is written as `%41` in a URL: all but what RFC 3986 calls unreserved (section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A client of one agent.
#[derive(Clone)]
pub(crate) struct Api {
    http: Arc<Renewed<Client, reqwest::Error>>,
    base: String,
    token: Arc<Token>,
    datacenter: Option<String>,
    wait: Duration,
    /// For people: `consul at http://127.0.0.1:8500`.
    pub(crate) place: String,
}

/// A whole answer.
struct Answer {
    status: StatusCode,
    index: u64,
    body: Vec<u8>,
}

impl Api {
    pub(crate) fn new(config: &Config, trust: Arc<Trust>) -> Result<Self, DiscoveryError> {
        let base = config.address.trim_end_matches('/').to_owned();
        let place = format!("consul at {base}");
        let http = Renewed::new(trust, client)
            .map_err(|error| DiscoveryError::Invalid { what: place.clone(), why: with_sources(&error) })?;
        let (http, token) = (Arc::new(http), Token::new(config.token_file.clone())?);
        let token = Arc::new(token);
        Ok(Api { http, base, token, datacenter: config.datacenter.clone(), wait: config.wait, place })
    }

    /// Has something written; the answer does not matter.
    pub(crate) async fn put(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: &impl Serialize,
    ) -> Result<(), DiscoveryError> {
        self.put_read::<serde::de::IgnoredAny>(path, query, Some(json(body))).await.map(drop)
    }

    /// Has something written, and reads the answer, which may be empty.
    pub(crate) async fn put_read<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Result<T, DiscoveryError> {
        let answer = self.ask((Method::PUT, path), query, body, ANSWER_PATIENCE).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Err(self.invalid(path, &answer));
        }
        let body = if answer.body.is_empty() { b"null" } else { answer.body.as_slice() };
        self.read(path, body)
    }

    /// Has something written of what may not be there; whether it was.
    pub(crate) async fn put_if_there(&self, path: &str) -> Result<bool, DiscoveryError> {
        let answer = self.ask((Method::PUT, path), &[], None, ANSWER_PATIENCE).await?;
        Ok(answer.status != StatusCode::NOT_FOUND)
    }

    /// Takes a service away that may not be there. Of that an agent says one thing or another, by its version; so it is asked first.
    pub(crate) async fn withdraw(&self, path: &str, id: &str) -> Result<(), DiscoveryError> {
        let there =
            self.ask((Method::GET, &format!("agent/service/{}", escaped(id))), &[], None, ANSWER_PATIENCE).await?;
        if there.status == StatusCode::NOT_FOUND {
            return Ok(());
        }
        self.ask((Method::PUT, path), &[], None, ANSWER_PATIENCE).await.map(drop)
    }

    /// A look at something that may change, which Consul answers when it has changed since `seen`, or after a time; nothing where nothing is
    /// there.
    pub(crate) async fn look(
        &self,
        path: &str,
        (name, value): (&str, &str),
        seen: Option<Seen>,
    ) -> Result<Look<Option<Vec<u8>>>, DiscoveryError> {
        let (index, wait) = (seen.map_or(0, |Seen(index)| index), format!("{}ms", self.wait.as_millis()));
        let (asked, mut query) = (index.to_string(), vec![(name, value)]);
        let mut patience = ANSWER_PATIENCE;
        if index > 0 {
            query.extend([("index", asked.as_str()), ("wait", wait.as_str())]);
            // Consul adds up to a sixteenth, so that not all look again at once.
            patience += self.wait + self.wait / 16;
        }
        let answer = self.ask((Method::GET, path), &query, None, patience).await?;
        let seen = Seen(next_index(index, answer.index));
        Ok(Look { value: (answer.status != StatusCode::NOT_FOUND).then_some(answer.body), seen })
    }

    /// What an answer says.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &str, body: &[u8]) -> Result<T, DiscoveryError> {
        serde_json::from_slice(body).map_err(|error| DiscoveryError::Invalid {
            what: format!("the answer of {} to /v1/{path}", self.place),
            why: format!("it cannot be read: {error}; is it a Consul?"),
        })
    }

    /// Asks, and once more where the token was refused and another one stands in its file.
    async fn ask(
        &self,
        (method, path): (Method, &str),
        query: &[(&str, &str)],
        body: Option<Vec<u8>>,
        patience: Duration,
    ) -> Result<Answer, DiscoveryError> {
        let request = || {
            let url = format!("{}/v1/{path}{}", self.base, self.query(query));
            let request = self.http.get().request(method.clone(), url);
            match &body {
                Some(body) => request.body(body.clone()),
                None => request,
            }
        };
        let mut answer = self.send(request(), patience).await?;
        if answer.status == StatusCode::FORBIDDEN && self.token.changed()? {
            answer = self.send(request(), patience).await?;
        }
        match answer.status {
            status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(answer),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                let what = format!("{method} /v1/{path}: {}", complaint(&answer.body));
                Err(DiscoveryError::Denied { place: self.place.clone(), what })
            }
            status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                Err(self.invalid(path, &answer))
            }
            status => Err(self.unreachable(format!("{status}: {}", complaint(&answer.body)))),
        }
    }

    async fn send(&self, request: RequestBuilder, patience: Duration) -> Result<Answer, DiscoveryError> {
        let request = match self.token.header() {
            Some(token) => request.header("X-Consul-Token", token),
            None => request,
        };
        let whole = async {
            let failed = |error: reqwest::Error| self.unreachable(with_sources(&error.without_url()));
            let mut response = request.send().await.map_err(failed)?;
            let index = response.headers().get("X-Consul-Index").and_then(|index| index.to_str().ok()?.parse().ok());
            let (status, mut body) = (response.status(), Vec::new());
            while let Some(piece) = response.chunk().await.map_err(failed)? {
                body.extend_from_slice(&piece);
                if body.len() > ANSWER_BYTES_MAX {
                    return Err(self.unreachable(format!("its answer is larger than {ANSWER_BYTES_MAX} bytes")));
                }
            }
            Ok(Answer { status, index: index.unwrap_or_default(), body })
        };
        let late = |_| self.unreachable(format!("no answer within {} s", patience.as_secs()));
        tokio::time::timeout(patience, whole).await.map_err(late)?
    }

    fn query(&self, query: &[(&str, &str)]) -> String {
        let datacenter = self.datacenter.as_deref().map(|datacenter| ("dc", datacenter));
        let pairs: Vec<String> =
            query.iter().copied().chain(datacenter).map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    fn invalid(&self, path: &str, answer: &Answer) -> DiscoveryError {
        let why = format!("{}: {}", answer.status, complaint(&answer.body));
        DiscoveryError::Invalid { what: format!("{} refuses /v1/{path}", self.place), why }
    }

    fn unreachable(&self, why: String) -> DiscoveryError {
        DiscoveryError::Unreachable { place: self.place.clone(), why }
    }
}

fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    // A proxy is a word of the environment, which nobody below the command line reads; a redirect would carry the token elsewhere.
    let builder = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    builder.connect_timeout(CONNECT_PATIENCE).tls_backend_preconfigured(tls).build()
}

/// What the next look is asked with. A count that went back, as where a Consul was restored from a backup, is begun anew; 0 would not be
/// waited with.
fn next_index(asked: u64, answered: u64) -> u64 {
    if answered < asked { 0 } else { answered.max(1) }
}

pub(crate) fn json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("texts and numbers are written as JSON")
}

/// The beginning of what Consul says, on one line.
fn complaint(body: &[u8]) -> String {
    let said = String::from_utf8_lossy(&body[..body.len().min(COMPLAINT_BYTES_MAX)]);
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// A step of a path, or a value in a query: everything but letters, digits and `-._~` as `%41` (RFC 3986, section 2.1).
pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_goes_back_is_begun_anew_and_never_asked_with_as_zero() {
        assert_eq!(next_index(0, 12), 12);
        assert_eq!(next_index(12, 12), 12);
        assert_eq!(next_index(12, 20), 20);
        assert_eq!(next_index(12, 5), 0);
        assert_eq!(next_index(0, 0), 1);
    }

    #[test]
    fn what_consul_says_is_passed_on_short_and_on_one_line() {
        assert_eq!(complaint(b"No cluster\nleader\n"), "No cluster leader");
        assert_eq!(complaint(&[b'x'; 1_000]).len(), COMPLAINT_BYTES_MAX);
    }
}
