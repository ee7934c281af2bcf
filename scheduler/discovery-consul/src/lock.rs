//! Locks: a key that is held by a session, which lives as long as it is renewed.
//!
//! A session that is over takes its key with it, so that nobody is shown as the holder who is not; then nobody has the key for the lock's
//! delay. Whoever holds one hears of its loss by a blocking query on the key, and counts the session as over on its own clock where Consul
//! cannot be reached.

use std::time::Duration;

use async_trait::async_trait;
use leat_discovery::{Backoff, DiscoveryError, Lock};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use crate::Config;
use crate::api::{Api, escaped, json};
use crate::settings::Pair;

/// A session is renewed so many times in its life.
const RENEWALS: u32 = 3;

/// A lock that is held.
pub(crate) struct Held {
    api: Api,
    /// Where its key is, below `/v1/`.
    path: String,
    session: String,
    life: Duration,
    /// When the last renewal that Consul took was sent.
    renewed: Instant,
    backoff: Backoff,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Session<'a> {
    name: &'a str,
    #[serde(rename = "TTL")]
    ttl: String,
    lock_delay: String,
    behavior: &'static str,
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "ID")]
    id: String,
}

/// Tries once to take a lock.
pub(crate) async fn take(api: &Api, config: &Config, lock: &str, holder: &str) -> Result<Option<Held>, DiscoveryError> {
    let path = format!("kv/{}/locks/{}", config.prefix, escaped(lock));
    if holder_of(api, &path).await?.is_some() {
        return Ok(None);
    }
    let sent = Instant::now();
    let session = Session {
        name: &format!("{}: {lock} of {holder}", config.prefix),
        ttl: format!("{}ms", config.lock_life.as_millis()),
        lock_delay: format!("{}ms", config.lock_delay.as_millis()),
        behavior: "delete",
    };
    let Made { id } = api.put_read("session/create", &[], Some(json(&session))).await?;
    let held = Held {
        api: api.clone(),
        path,
        session: id,
        life: config.lock_life,
        renewed: sent,
        backoff: Backoff::new(holder),
    };
    let taken = api.put_read(&held.path, &[("acquire", &held.session)], Some(holder.as_bytes().to_vec())).await;
    if matches!(taken, Ok(true)) {
        return Ok(Some(held));
    }
    // One that stays behind ends by itself.
    let _ = held.end_session().await;
    taken.map(|_: bool| None)
}

/// The session that holds a key.
async fn holder_of(api: &Api, path: &str) -> Result<Option<String>, DiscoveryError> {
    let look = api.look(path, ("consistent", ""), None).await?;
    session_in(api, path, look.value.as_deref())
}

fn session_in(api: &Api, path: &str, answer: Option<&[u8]>) -> Result<Option<String>, DiscoveryError> {
    let pairs: Vec<Pair> = api.read(path, answer.unwrap_or(b"[]"))?;
    Ok(pairs.into_iter().find_map(|pair| pair.session).filter(|session| !session.is_empty()))
}

impl Held {
    async fn end_session(&self) -> Result<(), DiscoveryError> {
        self.api.put_if_there(&format!("session/destroy/{}", self.session)).await.map(drop)
    }

    /// Renews the session until it is over.
    async fn keep(&mut self) -> String {
        loop {
            let (sent, end) = (Instant::now(), self.renewed + self.life);
            let path = format!("session/renew/{}", self.session);
            match timeout_at(end, self.api.put_if_there(&path)).await {
                Ok(Ok(true)) => {
                    self.renewed = sent;
                    self.backoff.worked();
                    sleep_until(sent + self.life / RENEWALS).await;
                }
                Ok(Ok(false)) => return "its session is over".to_owned(),
                Ok(Err(error)) => {
                    tracing::debug!("the session of a lock was not renewed: {error}");
                    let again = Instant::now() + self.backoff.failed().min(self.life / RENEWALS);
                    sleep_until(again.min(end)).await;
                }
                Err(_) => {}
            }
            if Instant::now() >= self.renewed + self.life {
                return format!("{} has not renewed it for {} s", self.api.place, self.life.as_secs());
            }
        }
    }
}

/// Watches the key until another session holds it, or none.
async fn watch(api: Api, path: String, session: String) -> String {
    let (mut seen, mut backoff) = (None, Backoff::new(&session));
    loop {
        let look = api.look(&path, ("consistent", ""), seen).await;
        let holder = look.and_then(|look| {
            seen = Some(look.seen);
            session_in(&api, &path, look.value.as_deref())
        });
        match holder {
            Ok(Some(holder)) if holder == session => backoff.worked(),
            Ok(Some(_)) => return "another has it".to_owned(),
            Ok(None) => return "it was taken away".to_owned(),
            Err(error) => {
                tracing::debug!("a lock is not watched: {error}");
                seen = None;
                sleep(backoff.failed()).await;
            }
        }
    }
}

#[async_trait]
impl Lock for Held {
    async fn lost(&mut self) -> String {
        let watch = watch(self.api.clone(), self.path.clone(), self.session.clone());
        tokio::select! {
            why = watch => why,
            why = self.keep() => why,
        }
    }

    async fn release(self: Box<Self>) -> Result<(), DiscoveryError> {
        // Given back before its session ends, there is no delay; what the key said is taken out of it.
        let given: Result<bool, _> = self.api.put_read(&self.path, &[("release", &self.session)], None).await;
        given.map(drop).and(self.end_session().await)
    }
}
