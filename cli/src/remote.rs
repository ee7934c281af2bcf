//! What the command line asks of a midtier: a client of its REST API.
//!
//! Types of the API stay in here and in the commands that print them; what the midtier itself is made of is not used.

mod access;
mod answers;
mod follow;
mod found;
mod origin;
mod pack;
mod pieces;
mod problem;
mod servers;
mod shelf;
mod transfer;

use std::future::Future;

use anyhow::Context;
use leat_spans::SpanContext;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use access::{Account, NewToken, Role, RoleHeld, Roles, Token, Whoami};
pub(crate) use answers::{Checkpoint, Host, ObjectVersion, Page, Run};
pub(crate) use found::hosts as hosts_seen;
pub(crate) use pack::{Demand, Package, pack, parts, secrets, together};
pub(crate) use servers::{Server, Servers, read_token, write_private};
pub(crate) use shelf::ServerShelf;

use crate::transport::{of_client, require_server};

/// What is written as `%41` in a URL: all but what RFC 3986 calls unreserved (section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A server that is asked.
pub(crate) struct Remote {
    http: reqwest::Client,
    server: Server,
    /// The span that requests belong to.
    span: Option<SpanContext>,
}

/// Runs what a command asks of a server to its end, on this thread.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start the network's event loop")?.block_on(work)
}

impl Remote {
    /// A client of this server; nothing is sent yet.
    ///
    /// # Errors
    /// Where the server is on another machine and would be asked without TLS, or whom to trust cannot be read.
    pub(crate) fn new(server: Server) -> anyhow::Result<Self> {
        require_server(&server.url, server.plain_text)?;
        let trust = of_client(&server.url, server.ca_file.as_deref())?;
        let http = reqwest::Client::builder()
            .user_agent(concat!("leat/", env!("CARGO_PKG_VERSION")))
            // A request that is refused elsewhere would carry its token there.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(std::time::Duration::from_secs(10))
            .tls_backend_preconfigured(trust.http())
            .build()
            .context("cannot make an HTTP client")?;
        Ok(Remote { http, server, span: None })
    }

    /// The same, whose requests belong to a span.
    pub(crate) fn within(&self, span: Option<SpanContext>) -> Self {
        Remote { http: self.http.clone(), server: self.server.clone(), span }
    }

    /// The server that is asked.
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.server.url));
        let request = match self.span {
            Some(span) => request.header("traceparent", span.to_string()),
            None => request,
        };
        match &self.server.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request, and answers a response that is no error.
    async fn send(&self, request: RequestBuilder) -> anyhow::Result<Response> {
        let response = request.send().await.map_err(|error| problem::unreachable(&self.server, &error))?;
        if response.status().is_success() { Ok(response) } else { Err(problem::of(&self.server, response).await) }
    }

    async fn parsed<T: DeserializeOwned>(&self, response: Response) -> anyhow::Result<T> {
        response.json().await.with_context(|| format!("{} answered what this leat cannot read", self.server.url))
    }

    /// Asks for something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> anyhow::Result<T> {
        let path = with_query(path, query);
        let response = self.send(self.request(Method::GET, &path)).await?;
        self.parsed(response).await
    }

    /// Asks that something be done.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        let response = self.send(self.request(Method::POST, path).json(body)).await?;
        self.parsed(response).await
    }

    /// Asks that something be done, and answers how it went: the answer has no body.
    pub(crate) async fn tell(&self, path: &str, body: &impl Serialize) -> anyhow::Result<StatusCode> {
        Ok(self.send(self.request(Method::POST, path).json(body)).await?.status())
    }

    /// Asks that something be another way.
    pub(crate) async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        let response = self.send(self.request(Method::PATCH, path).json(body)).await?;
        self.parsed(response).await
    }

    /// Asks that something be gone.
    pub(crate) async fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.send(self.request(Method::DELETE, path)).await.map(drop)
    }

    /// Asks that something be done, once however often it is asked with this key.
    pub(crate) async fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        key: Option<&str>,
    ) -> anyhow::Result<T> {
        let mut request = self.request(Method::POST, path).json(body);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let response = self.send(request).await?;
        self.parsed(response).await
    }

    /// Has the server forget the token that this asks with. It answers where a browser would go on.
    pub(crate) async fn logout(&self) -> anyhow::Result<()> {
        let request = self.http.post(format!("{}/logout", self.server.url));
        let token = self.server.token.as_deref().unwrap_or_default();
        let response = request.bearer_auth(token).send().await;
        let response = response.map_err(|error| problem::unreachable(&self.server, &error))?;
        let status = response.status();
        // A token that is not valid any more is what was wanted.
        let is_done = status.is_success() || status.is_redirection() || status == StatusCode::UNAUTHORIZED;
        if is_done { Ok(()) } else { Err(problem::of(&self.server, response).await) }
    }

    /// Hands on an answer as it comes.
    pub(crate) async fn stream(
        &self,
        path: &str,
        mut piece: impl FnMut(&[u8]) -> std::io::Result<()>,
    ) -> anyhow::Result<()> {
        let mut response = self.send(self.request(Method::GET, path)).await?;
        let broken = || format!("{} broke off", self.server.url);
        while let Some(next) = response.chunk().await.with_context(broken)? {
            piece(&next).context("cannot write what came")?;
        }
        Ok(())
    }

    /// A text as it stands.
    pub(crate) async fn text(&self, path: &str) -> anyhow::Result<String> {
        let response = self.send(self.request(Method::GET, path)).await?;
        response.text().await.with_context(|| format!("{} broke off", self.server.url))
    }
}

/// A path with a query, its values escaped.
fn with_query(path: &str, query: &[(&str, String)]) -> String {
    let pairs: Vec<String> = query.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// A step of a path, a value in a query, or a user in a URL: everything but letters, digits and `-._~` as `%41` (RFC 3986, section 2.1).
pub(crate) fn escaped(text: &(impl AsRef<[u8]> + ?Sized)) -> String {
    percent_encode(text.as_ref(), RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_meaning_in_a_path_is_escaped() {
        assert_eq!(escaped("c7"), "c7");
        assert_eq!(escaped("a b/ü?#%"), "a%20b%2F%C3%BC%3F%23%25");
        let query = [("state", "queued".to_owned()), ("user", "a&b".to_owned())];
        assert_eq!(with_query("/runs", &query), "/runs?state=queued&user=a%26b");
        assert_eq!(with_query("/runs", &[]), "/runs");
    }
}
