//! Who Leat is at the store: the AppRole's login, and the token that comes of it. One task keeps the token; whoever calls the store
//! takes it from here.

use std::sync::Arc;

use async_trait::async_trait;
use leat_secrets::SecretError;
use tokio::sync::{Notify, watch};
use vaultrs::api::AuthInfo;
use zeroize::Zeroizing;

use crate::answer::{lasts, require_token};
use crate::board::Board;
use crate::config::Config;
use crate::failed::Failed;
use crate::kept::{Keep, keep};
use crate::life::Granted;
use crate::secret_id::SecretIds;
use crate::server::Server;

/// A token, and which login it is of.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: Arc<Zeroizing<String>>,
    pub(crate) login: u64,
}

/// What there is of a token.
#[derive(Clone)]
pub(crate) enum State {
    /// The first login is going on.
    Starting,
    /// This one.
    Held(Token),
    /// None, for this reason.
    Gone(String),
}

/// Where the token is had from.
#[derive(Clone)]
pub(crate) struct Identity {
    server: Server,
    state: watch::Receiver<State>,
    /// The token was refused: another login.
    refused: Arc<Notify>,
}

/// Keeps Leat's own token: to be run for as long as the store is used.
pub struct Keeper {
    login: Login,
    board: Board,
}

impl Keeper {
    /// Logs in and keeps the token, for ever.
    pub async fn run(self) {
        keep(self.login, self.board).await;
    }
}

impl Identity {
    pub(crate) fn new(config: &Config, server: &Server, board: &Board) -> (Identity, Keeper) {
        let (sender, state) = watch::channel(State::Starting);
        let refused = Arc::new(Notify::new());
        let login = Login {
            server: server.clone(),
            secret_ids: SecretIds::new(config.secret_id.clone(), &config.login_mount),
            role_id: config.role_id.clone(),
            mount: config.login_mount.clone(),
            held: None,
            logins: 0,
            sender,
            refused: Arc::clone(&refused),
        };
        (Identity { server: server.clone(), state, refused }, Keeper { login, board: board.clone() })
    }

    /// The token, once the first login has come to an end.
    pub(crate) async fn token(&self) -> Result<Token, Failed> {
        let mut state = self.state.clone();
        let known = state.wait_for(|state| !matches!(state, State::Starting));
        match tokio::time::timeout(self.server.timeout(), known).await {
            Ok(Ok(state)) => match &*state {
                State::Held(token) => Ok(token.clone()),
                State::Gone(why) => Err(Failed::Away(why.clone())),
                State::Starting => unreachable!("it was waited for"),
            },
            Ok(Err(_)) => Err(Failed::Away("Leat is about to end".to_owned())),
            Err(_) => Err(Failed::Away("Leat has not logged in yet".to_owned())),
        }
    }

    /// A receiver of what becomes of it.
    pub(crate) fn watched(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// A call was refused: whether it was for the token itself, which then is of no use any more.
    pub(crate) async fn blame(&self, token: &Token, failed: Failed) -> Failed {
        if !matches!(failed, Failed::Refused { status: 403, .. }) {
            return failed;
        }
        let client = self.server.client(&token.text);
        match self.server.settled(vaultrs::token::lookup_self(&client)).await {
            Err(Failed::Refused { status: 403, .. }) => {
                // A call that began with the token before comes late: the one that is held now is none the worse.
                if matches!(&*self.state.borrow(), State::Held(held) if held.login == token.login) {
                    self.refused.notify_one();
                }
                Failed::Away("the store takes Leat's token no more: it was revoked; Leat logs in anew".to_owned())
            }
            _ => failed,
        }
    }

    /// In the words of a call on behalf of somebody.
    pub(crate) async fn to_do(&self, what: &str) -> Result<Token, SecretError> {
        self.token().await.map_err(|failed| failed.doing(what, self.server.name()))
    }
}

struct Login {
    server: Server,
    secret_ids: SecretIds,
    role_id: String,
    mount: String,
    held: Option<Token>,
    logins: u64,
    sender: watch::Sender<State>,
    refused: Arc<Notify>,
}

impl Login {
    fn granted(auth: &AuthInfo) -> Granted {
        match auth.lease_duration {
            // A token that never ends is looked at now and then.
            0 => Granted::Rotates { after: std::time::Duration::from_secs(3_600) },
            seconds => Granted::Lease { life: lasts(seconds), renewable: auth.renewable },
        }
    }

    async fn login(&mut self) -> Result<Granted, Failed> {
        let secret_id = self.secret_ids.get(&self.server).await?;
        let client = self.server.client("");
        let call = vaultrs::auth::approle::login(&client, &self.mount, &self.role_id, &secret_id);
        let auth = self.server.settled(call).await.map_err(|failed| match failed {
            Failed::Refused { status, says } => {
                let says = format!("the login of AppRole {} is refused: {says}", self.role_id);
                Failed::Refused { status, says }
            }
            other => other,
        })?;
        let granted = Self::granted(&auth);
        let text = require_token(Zeroizing::new(auth.client_token))?;
        self.logins += 1;
        let token = Token { text: Arc::new(text), login: self.logins };
        self.held = Some(token.clone());
        self.sender.send_replace(State::Held(token));
        tracing::debug!(logins = self.logins, "logged in at the secret store");
        Ok(granted)
    }
}

#[async_trait]
impl Keep for Login {
    fn name(&self) -> String {
        "token".to_owned()
    }

    async fn obtain(&mut self) -> Result<Granted, Failed> {
        let outcome = self.login().await;
        if let (Err(failed), None) = (&outcome, &self.held) {
            let why = match failed {
                Failed::Away(why) | Failed::Unfit(why) | Failed::Garbled(why) => why.clone(),
                Failed::Refused { says, .. } => says.clone(),
            };
            self.sender.send_replace(State::Gone(why));
        }
        outcome
    }

    async fn renew(&mut self) -> Result<Granted, Failed> {
        let Some(token) = &self.held else { return self.obtain().await };
        let client = self.server.client(&token.text);
        let auth = self.server.settled(vaultrs::token::renew_self(&client, None)).await?;
        match auth.lease_duration {
            0 => Err(Failed::Unfit("the token cannot be renewed any more".to_owned())),
            _ => Ok(Self::granted(&auth)),
        }
    }

    fn ended(&mut self, why: &str) {
        self.held = None;
        self.sender.send_replace(State::Gone(format!("Leat's token is over: {why}")));
    }

    async fn disturbed(&mut self) {
        self.refused.notified().await;
    }
}
