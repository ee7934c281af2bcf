//! Users and passwords that the store makes: of its database engine, of RabbitMQ's, or of any other that has them below `creds/`. One task keeps
//! them, and whoever uses them hears when others take their place.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use leat_secrets::{SecretError, SecretValue};
use serde_json::{Value, json};
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::answer::{seconds, text};
use crate::board::Board;
use crate::config::{BadConfig, IS_PATH, is_name, is_path};
use crate::failed::Failed;
use crate::identity::{Identity, State};
use crate::kept::{Keep, keep};
use crate::life::Granted;
use crate::server::{Ask, Server};
use crate::vault::Vault;

/// How often a static role is looked at: somebody may have had its password changed before its time.
const STATIC_LOOK: Duration = Duration::from_secs(30);
/// How long after its time a password that rotates is read.
const ROTATED: Duration = Duration::from_millis(1_500);

/// Where users come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialSource {
    /// A user of one's own, made for a time: `MOUNT/creds/ROLE`.
    Dynamic {
        /// Where the engine is.
        mount: String,
        /// Its role.
        role: String,
    },
    /// A user that is always the same, whose password the store changes: `MOUNT/static-creds/ROLE`.
    Static {
        /// Where the engine is.
        mount: String,
        /// Its static role.
        role: String,
    },
}

/// A user and its password.
#[derive(Clone, PartialEq, Eq)]
pub struct UserPassword {
    /// The user; no secret.
    pub user: String,
    /// The password.
    pub password: SecretValue,
}

impl fmt::Debug for UserPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserPassword({}, hidden)", self.user)
    }
}

/// What there is of a user now, and what becomes of it.
#[derive(Clone, Debug)]
pub struct Credentials {
    values: watch::Receiver<Result<UserPassword, SecretError>>,
}

impl Credentials {
    /// The user now.
    ///
    /// # Errors
    /// [`SecretError::Unreachable`] where none could be had yet, and where the last one has ended: it may not be used any more.
    pub fn now(&self) -> Result<UserPassword, SecretError> {
        self.values.borrow().clone()
    }

    /// The user, once there is one.
    ///
    /// # Errors
    /// What was in the way last, where there is none within `patience`.
    pub async fn first(&mut self, patience: Duration) -> Result<UserPassword, SecretError> {
        // What comes of it is looked at afresh: the wait has ended with a user, or in vain.
        let _ = tokio::time::timeout(patience, self.values.wait_for(Result::is_ok)).await;
        self.now()
    }

    /// What it has become, once it is another or none. Nothing where nobody keeps it any more.
    pub async fn changed(&mut self) -> Option<Result<UserPassword, SecretError>> {
        self.values.changed().await.ok()?;
        Some(self.values.borrow_and_update().clone())
    }
}

/// Keeps a user: to be run for as long as it is used.
pub struct CredentialsKeeper {
    lease: Lease,
    board: Board,
}

impl CredentialsKeeper {
    /// Has the user and keeps it, for ever.
    pub async fn run(self) {
        keep(self.lease, self.board).await;
    }
}

impl Vault {
    /// A user of the store's making, and what keeps it.
    ///
    /// # Errors
    /// When mount or role cannot be names.
    pub fn credentials(&self, source: CredentialSource) -> Result<(Credentials, CredentialsKeeper), BadConfig> {
        let (mount, role, below) = match &source {
            CredentialSource::Dynamic { mount, role } => (mount, role, "creds"),
            CredentialSource::Static { mount, role } => (mount, role, "static-creds"),
        };
        for (key, fits) in [("mount", is_path(mount)), ("role", is_name(role))] {
            if !fits {
                return Err(BadConfig { key, why: IS_PATH.to_owned() });
            }
        }
        let path = format!("{mount}/{below}/{role}");
        let none = Failed::Away("nothing was had of it yet".to_owned()).doing(&path, self.server.name());
        let (sender, values) = watch::channel(Err(none));
        let token = self.identity.watched();
        let lease =
            Lease { server: self.server.clone(), identity: self.identity.clone(), token, path, held: None, sender };
        Ok((Credentials { values }, CredentialsKeeper { lease, board: self.board.clone() }))
    }
}

struct Held {
    id: String,
    /// Which login's token it is of: it ends with it.
    login: u64,
}

struct Lease {
    server: Server,
    identity: Identity,
    token: watch::Receiver<State>,
    path: String,
    held: Option<Held>,
    sender: watch::Sender<Result<UserPassword, SecretError>>,
}

impl Lease {
    async fn read(&mut self) -> Result<Granted, Failed> {
        let token = self.identity.token().await?;
        let mut answer = match self.server.ask(&token.text, Ask::get(&self.path)).await {
            Ok(answer) => answer,
            Err(failed) => return Err(self.identity.blame(&token, failed).await),
        };
        let user = text(&mut answer, "/data/username", "no user")?.to_string();
        let password: Zeroizing<String> = text(&mut answer, "/data/password", "no password")?;
        let password = SecretValue::new(password.as_bytes().to_vec())
            .map_err(|error| Failed::Garbled(format!("answers a password that is too long: {error}")))?;
        let id = answer["lease_id"].as_str().unwrap_or_default().to_owned();
        let granted = match id.is_empty() {
            true => {
                let left = seconds(&answer["data"]["ttl"], "neither a lease nor when the password changes")?;
                Granted::Rotates { after: (left + ROTATED).min(STATIC_LOOK) }
            }
            false => lease(&answer)?,
        };
        self.held = Some(Held { id, login: token.login });
        let value = Ok(UserPassword { user, password });
        self.sender.send_if_modified(|there| {
            let other = *there != value;
            *there = value;
            other
        });
        Ok(granted)
    }
}

fn lease(answer: &Value) -> Result<Granted, Failed> {
    let life = seconds(&answer["lease_duration"], "no life of a lease")?;
    if life.is_zero() {
        return Err(Failed::Unfit("the lease cannot be renewed any more".to_owned()));
    }
    Ok(Granted::Lease { life, renewable: answer["renewable"] == true })
}

#[async_trait]
impl Keep for Lease {
    fn name(&self) -> String {
        self.path.clone()
    }

    async fn obtain(&mut self) -> Result<Granted, Failed> {
        let outcome = self.read().await;
        if let (Err(failed), None) = (&outcome, &self.held) {
            let error = failed.clone().doing(&self.path, self.server.name());
            drop(self.sender.send_replace(Err(error)));
        }
        outcome
    }

    async fn renew(&mut self) -> Result<Granted, Failed> {
        let Some(held) = &self.held else { return self.obtain().await };
        let token = self.identity.token().await?;
        let body = json!({ "lease_id": held.id });
        match self.server.ask(&token.text, Ask::post("sys/leases/renew", &body)).await {
            Ok(answer) => lease(&answer),
            Err(failed) => Err(self.identity.blame(&token, failed).await),
        }
    }

    fn ended(&mut self, why: &str) {
        self.held = None;
        let error = Failed::Away(format!("{}: {why}", self.path)).doing(&self.path, self.server.name());
        drop(self.sender.send_replace(Err(error)));
    }

    /// Another login: what was had with the token of the one before ends with that token.
    async fn disturbed(&mut self) {
        let login = self.held.as_ref().map(|held| held.login);
        let another =
            |state: &State| matches!((state, login), (State::Held(token), Some(login)) if token.login != login);
        if self.token.wait_for(another).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
