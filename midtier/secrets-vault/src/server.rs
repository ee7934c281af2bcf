//! One server of the store, and requests to it: those of vaultrs, and plain ones for what vaultrs does not cover. It holds no token.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leat_tls::{ClientConfig, Renewed, Trust};
use reqwest::{Client, Method, Url};
use serde_json::Value;
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;
use vaultrs::api::EndpointMiddleware;
use vaultrs::client::{VaultClient, VaultClientSettings};
use vaultrs::error::ClientError;
use zeroize::Zeroize;

use crate::config::{BadConfig, IS_PATH, is_path};
use crate::failed::Failed;

/// How much an answer may have: a secret has 64 KiB at most, and the store itself takes no request above 32 MiB.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Connections to servers of the store: who is trusted, and nothing else. Clones share them.
#[derive(Clone, Debug)]
pub struct Http(Arc<Renewed<Client, reqwest::Error>>);

/// No connections can be made.
#[derive(Debug, thiserror::Error)]
#[error("no connection to the secret store can be made")]
pub struct BadHttp(#[source] reqwest::Error);

impl Http {
    /// Connections that trust whom `trust` does at the moment that each is made.
    ///
    /// # Errors
    /// Where no client can be made of it.
    pub fn new(trust: Arc<Trust>) -> Result<Http, BadHttp> {
        Renewed::new(trust, client).map(|made| Http(Arc::new(made))).map_err(BadHttp)
    }

    /// For the next request.
    fn client(&self) -> Client {
        self.0.get()
    }
}

fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    // A redirect would carry the token along to whomever it names.
    let redirect = reqwest::redirect::Policy::none();
    Client::builder().tls_backend_preconfigured(tls).redirect(redirect).no_proxy().build()
}

/// A server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    http: Http,
    address: Url,
    namespace: Option<String>,
    timeout: Duration,
    name: String,
}

/// One plain request.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) method: &'a Method,
    /// Below `/v1/`.
    pub(crate) path: &'a str,
    pub(crate) body: Option<&'a Value>,
    /// Has the answer wrapped, for so long.
    pub(crate) wrap: Option<Duration>,
}

impl<'a> Ask<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Ask { method: &Method::GET, path, body: None, wrap: None }
    }

    pub(crate) fn post(path: &'a str, body: &'a Value) -> Self {
        Ask { method: &Method::POST, path, body: Some(body), wrap: None }
    }

    pub(crate) fn delete(path: &'a str) -> Self {
        Ask { method: &Method::DELETE, path, body: None, wrap: None }
    }
}

impl Server {
    /// The server at an address.
    pub(crate) fn new(
        http: Http,
        address: &str,
        namespace: Option<&str>,
        timeout: Duration,
    ) -> Result<Server, BadConfig> {
        let bad =
            |why: &str| BadConfig { key: "address", why: format!("{why}; write it as https://vault.internal:8200") };
        let address = Url::parse(address).map_err(|error| bad(&error.to_string()))?;
        let plain = address.query().is_none() && address.fragment().is_none() && address.path() == "/";
        if !matches!(address.scheme(), "http" | "https") || address.host().is_none() || !plain {
            return Err(bad("it is no address of a server"));
        }
        if !address.username().is_empty() || address.password().is_some() {
            return Err(bad("it holds a user or a password, and the store knows neither"));
        }
        // It goes into a header; a host is told it by its midtier.
        if namespace.is_some_and(|namespace| !is_path(namespace)) {
            return Err(BadConfig { key: "namespace", why: IS_PATH.to_owned() });
        }
        let name = format!("vault at {}", address.as_str().trim_end_matches('/'));
        Ok(Server { http, address, namespace: namespace.map(str::to_owned), timeout, name })
    }

    /// What it is called where it is told of.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn address(&self) -> &Url {
        &self.address
    }

    pub(crate) fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// How long one call may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// vaultrs for this server and a token. Nothing of it comes from the environment.
    pub(crate) fn client(&self, token: &str) -> VaultClient {
        let settings = VaultClientSettings {
            address: self.address.clone(),
            ca_certs: Vec::new(),
            identity: None,
            timeout: Some(self.timeout),
            token: token.to_owned(),
            verify: true,
            version: 1,
            wrapping: false,
            namespace: self.namespace.clone(),
            proxy: None,
        };
        let middle = EndpointMiddleware {
            token: token.to_owned(),
            version: "v1".to_owned(),
            wrap: None,
            namespace: self.namespace.clone(),
        };
        let http = rustify_client(self.address.as_str(), &self.http);
        VaultClient { http, middle, settings }
    }

    /// A call of vaultrs, in its time. What vaultrs itself would log of it, errors that are none of ours and the store's own words,
    /// goes nowhere.
    pub(crate) async fn settled<T>(&self, call: impl Future<Output = Result<T, ClientError>>) -> Result<T, Failed> {
        let quiet = call.with_subscriber(NoSubscriber::default());
        match tokio::time::timeout(self.timeout, quiet).await {
            Ok(answer) => answer.map_err(Failed::from),
            Err(_) => Err(self.silent()),
        }
    }

    /// A plain request; `null` where the answer has no content.
    pub(crate) async fn ask(&self, token: &str, ask: Ask<'_>) -> Result<Value, Failed> {
        match tokio::time::timeout(self.timeout, self.asked(token, ask)).await {
            Ok(answer) => answer,
            Err(_) => Err(self.silent()),
        }
    }

    async fn asked(&self, token: &str, ask: Ask<'_>) -> Result<Value, Failed> {
        let mut address = self.address.clone();
        address.set_path(&format!("v1/{}", ask.path));
        let mut request = self.http.client().request(ask.method.clone(), address).header("X-Vault-Request", "true");
        if !token.is_empty() {
            request = request.header("X-Vault-Token", token);
        }
        if let Some(namespace) = &self.namespace {
            request = request.header("X-Vault-Namespace", namespace);
        }
        if let Some(life) = ask.wrap {
            request = request.header("X-Vault-Wrap-TTL", format!("{}s", life.as_secs().max(1)));
        }
        if let Some(body) = ask.body {
            request = request.json(body);
        }
        let mut response = request.send().await?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if body.len() + piece.len() > ANSWER_BYTES_MAX {
                return Err(Failed::Garbled(format!("answers more than {ANSWER_BYTES_MAX} bytes")));
            }
            body.extend_from_slice(&piece);
        }
        let answer = serde_json::from_slice(&body);
        let empty = body.is_empty();
        body.zeroize();
        match (status, answer) {
            (200..=299, Ok(value)) => Ok(value),
            (200..=299, Err(_)) if empty => Ok(Value::Null),
            // Why it cannot be read would quote it.
            (200..=299, Err(_)) => Err(Failed::Garbled("answers what cannot be read; is it a Vault?".to_owned())),
            (_, answer) => Err(Failed::of(status, &errors(answer.ok()))),
        }
    }

    fn silent(&self) -> Failed {
        Failed::Away(format!("no answer within {:?}", self.timeout))
    }
}

/// The client that vaultrs's requests go through.
fn rustify_client(base: &str, http: &Http) -> rustify::clients::reqwest::Client {
    rustify::clients::reqwest::Client::new(base, http.client())
}

/// The store's own words of an answer that is an error.
fn errors(answer: Option<Value>) -> Vec<String> {
    let list = answer.as_ref().and_then(|answer| answer["errors"].as_array());
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_error_are_taken_from_where_they_are() {
        assert_eq!(errors(Some(serde_json::json!({"errors": ["a", 1, "b"]}))), ["a", "b"]);
        assert!(errors(Some(serde_json::json!({"data": null}))).is_empty() && errors(None).is_empty());
    }
}
