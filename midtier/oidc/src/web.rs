//! Requests to one provider: bounded in bytes and time, and never led elsewhere.

use std::sync::Arc;
use std::time::Duration;

use leat_midtier::logins::ProviderError;
use leat_tls::{ClientConfig, Renewed, Trust};
use reqwest::{Client, RequestBuilder, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;

use crate::config::{ConfigError, Limits};

/// How much of a provider's words is repeated, characters.
const WORDS_MAX: usize = 400;

/// The way to one provider.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) provider: String,
    http: Arc<Renewed<Client, reqwest::Error>>,
    answer_within: Duration,
    answer_bytes_max: usize,
}

/// What a provider has answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    body: Vec<u8>,
    /// What was asked, for what is said of it.
    asked: String,
    provider: String,
}

impl Web {
    /// Over connections that trust whom `trust` does at the moment that each is made.
    pub(crate) fn new(provider: &str, trust: Arc<Trust>, limits: &Limits) -> Result<Self, ConfigError> {
        let provider = provider.to_owned();
        let http = match Renewed::new(trust, client) {
            Ok(http) => Arc::new(http),
            Err(source) => return Err(ConfigError::Client { provider, source }),
        };
        let Limits { answer_within, answer_bytes_max, .. } = *limits;
        Ok(Web { provider, http, answer_within, answer_bytes_max })
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.http.get().get(url).timeout(self.answer_within)
    }

    /// A form, sent with POST.
    pub(crate) fn form(&self, url: Url, fields: &[(&str, &str)]) -> RequestBuilder {
        let kind = "application/x-www-form-urlencoded";
        let request = self.http.get().post(url).timeout(self.answer_within);
        request.header("content-type", kind).header("accept", "application/json").body(encoded(fields))
    }

    /// Asks, and reads the answer to its end.
    pub(crate) async fn ask(&self, request: RequestBuilder) -> Result<Answer, ProviderError> {
        let request = request.build().map_err(|error| self.garbled(format!("it cannot be asked: {error}")))?;
        let asked = format!("{} {}", request.method(), plain(request.url()));
        let unreachable = |error: &reqwest::Error| self.unreachable(&asked, error);
        let mut response = self.http.get().execute(request).await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(self.garbled(format!("{asked} answers {status}, and redirects are not followed")));
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| unreachable(&error))? {
            if body.len() + piece.len() > self.answer_bytes_max {
                let max = self.answer_bytes_max;
                return Err(self.garbled(format!("{asked} answers more than {max} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, body, asked, provider: self.provider.clone() })
    }

    pub(crate) fn garbled(&self, what: impl Into<String>) -> ProviderError {
        ProviderError::Garbled { provider: self.provider.clone(), what: tidy(&what.into()) }
    }

    pub(crate) fn refused(&self, what: impl Into<String>) -> ProviderError {
        ProviderError::Refused { provider: self.provider.clone(), what: tidy(&what.into()) }
    }

    pub(crate) fn not_accepted(&self, what: impl Into<String>) -> ProviderError {
        ProviderError::NotAccepted { provider: self.provider.clone(), what: tidy(&what.into()) }
    }

    fn unreachable(&self, asked: &str, error: &reqwest::Error) -> ProviderError {
        let why = match error {
            error if error.is_timeout() => "there was no whole answer in time".to_owned(),
            error => innermost(error),
        };
        ProviderError::Unreachable { provider: self.provider.clone(), what: tidy(&format!("{asked}: {why}")) }
    }
}

fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    // A provider that sends elsewhere would have the client's secret go there.
    let redirect = redirect::Policy::none();
    let client = Client::builder().tls_backend_preconfigured(tls).redirect(redirect).no_proxy();
    client.user_agent(concat!("leat/", env!("CARGO_PKG_VERSION"))).build()
}

impl Answer {
    /// The answer as what was expected.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let what = format!("{} answers {} with what cannot be read: {error}", self.asked, self.status);
            ProviderError::Garbled { provider: self.provider.clone(), what: tidy(&what) }
        })
    }

    /// The answer as what was expected, where its status is a good one.
    pub(crate) fn good_json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        if self.status.is_success() {
            return self.json();
        }
        let (provider, what) = (self.provider.clone(), format!("{} answers {}", self.asked, self.status));
        Err(if self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS {
            ProviderError::Unreachable { provider, what }
        } else {
            ProviderError::Garbled { provider, what }
        })
    }
}

/// Pairs as forms and queries have them.
pub(crate) fn encoded(fields: &[(&str, &str)]) -> String {
    let mut url = Url::parse("http://form/").expect("this is an address");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}

/// One line of what somebody else says: without what could pass for a line of ours, and not without end.
pub(crate) fn tidy(text: &str) -> String {
    let line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).take(WORDS_MAX).collect();
    if text.chars().nth(WORDS_MAX).is_some() { format!("{line}…") } else { line }
}

/// An address without its query, which may hold what is nobody's business.
fn plain(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.into()
}

fn innermost(error: &reqwest::Error) -> String {
    let mut at: &dyn std::error::Error = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}
