//! A host's side: a wrapped token becomes the token, and the token the values. The host has no login of its own at the store.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use leat_secrets::{Grant, Redeem, SecretError, SecretPath, SecretValue, Ticket};
use reqwest::Url;
use serde_json::{Value, json};

use crate::answer::token as token_in;
use crate::config::KvVersion;
use crate::failed::Failed;
use crate::grants::META_MOUNT;
use crate::kv::{Entry, Mounts};
use crate::server::{Ask, Http, Server};

/// In the address that a host is told: the namespace.
const NAMESPACE: &str = "namespace";

/// Whether a grant may be redeemed at an address, and why not.
type May = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// Redeems wrapped grants at the store that each names.
#[derive(Clone)]
pub struct VaultRedeem {
    http: Http,
    timeout: Duration,
    may: Option<May>,
}

impl fmt::Debug for VaultRedeem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VaultRedeem { http, timeout, may } = self;
        f.debug_struct("VaultRedeem")
            .field("http", http)
            .field("timeout", timeout)
            .field("may", &may.is_some())
            .finish()
    }
}

impl VaultRedeem {
    /// Over these connections; one call may take 10 s.
    pub fn new(http: Http) -> VaultRedeem {
        VaultRedeem { http, timeout: Duration::from_secs(10), may: None }
    }

    /// Sends a grant nowhere but where this allows it, which is asked with each grant's address before anything is sent there. A host knows
    /// the address from the midtier alone, and says by its own configuration whether it speaks plain text. Default: everywhere.
    #[must_use]
    pub fn only_where(self, may: impl Fn(&str) -> Result<(), String> + Send + Sync + 'static) -> VaultRedeem {
        VaultRedeem { may: Some(Arc::new(may)), ..self }
    }
}

#[async_trait]
impl Redeem for VaultRedeem {
    async fn redeem(&self, grant: Grant, paths: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError> {
        let over = || SecretError::GrantOver { grant: grant.id.to_string() };
        let what = format!("the grant {}", grant.id);
        let Ticket::Wrapped { address, token } = &grant.ticket else {
            let why = "it holds values, and no token of a store".to_owned();
            return Err(SecretError::Invalid { what, why });
        };
        if let Some(may) = &self.may {
            may(address).map_err(|why| SecretError::Invalid { what: what.clone(), why })?;
        }
        let server = Server::told(self.http.clone(), address, self.timeout)
            .map_err(|error| SecretError::Invalid { what: what.clone(), why: error.to_string() })?;
        let wrapping = token.expose_text().unwrap_or_default();
        let mut answer = match server.ask(wrapping, Ask::post("sys/wrapping/unwrap", &json!({}))).await {
            Ok(answer) => answer,
            Err(Failed::Refused { status: 400 | 403 | 404, .. }) => return Err(over()),
            Err(failed) => return Err(failed.doing(&what, server.name())),
        };
        let mounts = mounts(&answer["auth"]["metadata"]);
        let token = token_in(&mut answer, "/auth/client_token").map_err(|failed| failed.doing(&what, server.name()))?;
        let mut values = Vec::with_capacity(paths.len());
        let mut last: Option<(&str, Entry)> = None;
        for path in paths {
            if last.as_ref().is_none_or(|(entry, _)| *entry != path.entry()) {
                let read = async {
                    let mount = mounts.of(path, &server, &token).await?;
                    Entry::read(&server, &token, &mount, path).await
                };
                let entry = read.await.map_err(|failed| match failed.is_unknown() {
                    true => over(),
                    false => failed.reading(path, server.name()),
                })?;
                last = Some((path.entry(), entry));
            }
            let (_, entry) = last.as_ref().expect("it was just put there");
            values.push(entry.field(path)?);
        }
        Ok(values)
    }
}

/// The kinds of mounts, as the token says them.
fn mounts(metadata: &Value) -> Mounts {
    let kind = |(key, kind): (&String, &Value)| {
        let version = if kind == "2" { KvVersion::Two } else { KvVersion::One };
        key.strip_prefix(META_MOUNT).map(|mount| (mount.to_owned(), version))
    };
    Mounts::new(metadata.as_object().into_iter().flatten().filter_map(kind).collect())
}

impl Server {
    /// This server as a host is told of it.
    pub(crate) fn told_to_hosts(&self) -> String {
        let mut address = self.address().clone();
        if let Some(namespace) = self.namespace() {
            address.query_pairs_mut().append_pair(NAMESPACE, namespace);
        }
        address.to_string()
    }

    /// The server that a host was told of.
    fn told(http: Http, address: &str, timeout: Duration) -> Result<Server, crate::config::BadConfig> {
        let parsed = Url::parse(address).ok();
        let namespace = parsed.as_ref().and_then(|url| url.query_pairs().find(|(key, _)| key == NAMESPACE));
        let namespace = namespace.map(|(_, namespace)| namespace.into_owned());
        let plain = address.split_once('?').map_or(address, |(plain, _)| plain);
        Server::new(http, plain, namespace.as_deref(), timeout)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn a_grant_is_sent_nowhere_where_it_may_not_go() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let its = Arc::clone(&asked);
        let http = Http::new(Arc::new(leat_tls::Trust::nobody())).unwrap();
        let redeem = VaultRedeem::new(http).only_where(move |address| {
            its.lock().unwrap().push(address.to_owned());
            Err("not as plain text".to_owned())
        });
        let token = SecretValue::new(b"wrapping".to_vec()).unwrap();
        let ticket = Ticket::Wrapped { address: address.clone(), token };
        let grant = Grant { id: "grant-1".parse().unwrap(), ticket, life: Duration::from_secs(60) };
        let why = redeem.redeem(grant, &["kv/a#b".parse().unwrap()]).await.unwrap_err().to_string();
        assert!(why.contains("not as plain text") && !why.contains("wrapping"), "{why}");
        assert_eq!(*asked.lock().unwrap(), [address]);
        let came = tokio::time::timeout(Duration::ZERO, listener.accept()).await;
        assert!(came.is_err(), "nothing was sent");
    }
}
