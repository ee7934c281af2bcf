//! Secrets of runs: which of them a group's runs may be given ([`SecretPolicy`]), what a submission is refused for, the grant of each
//! attempt on each host ([`grants`]), its user of the broker ([`broker`]), and the end of both ([`keeper`]).
//!
//! Called by submissions and by sessions. No value is looked at here: what a store of values hands out passes through to a host of the same
//! machine, and everything else is a token that its store alone can read.

pub(crate) mod broker;
pub(crate) mod grants;
pub(crate) mod keeper;
mod policy;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use leat_bundle::Manifest;
use leat_scheduler::model::HostId;
use leat_secrets::{GrantId, SecretError, SecretPath, Secrets};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout};

pub use policy::SecretPolicy;

use crate::app::App;
use crate::broker::BrokerUsers;
use crate::config::Rate;
use crate::problem::{Answer, Code, Problem};
use crate::rates::Rates;
use grants::taken_back;
use waiting::WhoWaits;

/// How long the store of secrets may take for an answer before it counts as unreachable.
const STORE_PATIENCE: Duration = Duration::from_secs(5);
/// How many grants may be made at the same time; whoever asks for more of them waits.
const AT_ONCE: usize = 64;
/// How often each host may ask for grants: for as many attempts as it may hold at once, and then as often as agents that wait ask again.
const ASKED: Rate = Rate { per_second: 50, burst: 500 };
/// When whoever was refused since the store of secrets is away may try again.
const AGAIN: Duration = Duration::from_secs(5);

/// What whoever waits for the store of secrets is told; where it is and what it said is for the log.
pub(crate) const UNREACHABLE: &str = "secret store unreachable";
/// What whoever waits is told where the store answers, and gives this midtier nothing: a password that was changed, a policy that is gone.
pub(crate) const REFUSES: &str = "the secret store refuses this midtier; whoever keeps the midtier sees why in its log";

/// The store of secrets, where the installation has one.
pub(crate) struct RunSecrets {
    store: Option<Arc<dyn Secrets>>,
    broker_users: Option<Arc<dyn BrokerUsers>>,
    /// One permit for each grant that is being made.
    places: Arc<Semaphore>,
    /// How often each host may ask.
    asked: Rates,
    /// Attempts that were told to ask again.
    pub(crate) waiting: WhoWaits,
}

impl RunSecrets {
    pub(crate) fn new(store: Option<Arc<dyn Secrets>>, broker_users: Option<Arc<dyn BrokerUsers>>) -> Self {
        let (places, asked) = (Arc::new(Semaphore::new(AT_ONCE)), Rates::new(ASKED));
        RunSecrets { store, broker_users, places, asked, waiting: WhoWaits::default() }
    }

    /// Where whoever asks for a grant waits until it is made; held until then.
    pub(crate) fn places(&self) -> &Arc<Semaphore> {
        &self.places
    }

    /// Counts that a host asks for a grant.
    ///
    /// # Errors
    /// Where it asks too often: how long until it may again.
    pub(crate) fn asks(&self, host: &HostId) -> Result<(), Duration> {
        self.asked.take(host.as_str(), Instant::now())
    }

    /// Whether each attempt has a user of the broker of its own, on each of its hosts.
    pub(crate) fn makes_broker_users(&self) -> bool {
        self.broker_users.is_some()
    }
}

/// Refuses a run that needs secrets which its group may not be given, or that the store could not give now. That whoever submits it
/// may have runs ask for secrets was found before.
pub(crate) async fn require(app: &App, group: &str, manifest: &Manifest) -> Answer<()> {
    if manifest.secrets.is_empty() {
        return Ok(());
    }
    let paths = paths(&manifest.secrets).map_err(|why| Problem::new(Code::InvalidManifest, why))?;
    let Some(store) = &app.secrets.store else {
        let detail = format!("the run needs the secret {}, and {NO_STORE}", paths[0]);
        return Err(Problem::new(Code::NoSecretStore, detail));
    };
    if let Some(refused) = refused(app, group, &paths) {
        return Err(Problem::new(Code::SecretRefused, refused));
    }
    require_reached(store.as_ref(), "a run that needs secrets is refused").await
}

/// Refuses a run that has to be spread over hosts while no user of the broker could be made for it.
pub(crate) async fn require_broker(app: &App) -> Answer<()> {
    match &app.secrets.store {
        Some(store) if app.secrets.makes_broker_users() => {
            require_reached(store.as_ref(), "a run that needs users of the broker is refused").await
        }
        _ => Ok(()),
    }
}

async fn require_reached(store: &dyn Secrets, refused: &str) -> Answer<()> {
    in_time(store.health()).await.map_err(|error| {
        tracing::warn!(%error, "{refused}");
        let (code, why) = match error.is_retryable() {
            true => {
                (Code::SecretStoreUnreachable, format!("{UNREACHABLE}: submit the run again when the store is back"))
            }
            false => (Code::Unavailable, format!("{REFUSES}; submit the run again when that is mended")),
        };
        Problem::new(code, why).retry_after(AGAIN)
    })
}

/// Why there is nothing to be given.
const NO_STORE: &str = "this installation has no store of secrets; name one in the midtier's configuration: [secrets]";

/// Which of these paths a group's runs may not be given, with who may allow it.
fn refused(app: &App, group: &str, paths: &[SecretPath]) -> Option<String> {
    let path = paths.iter().find(|path| !app.config.secrets.allows(group, path))?;
    Some(format!(
        "runs of {group} may not be given the secret {path}; whoever keeps the midtier's configuration may allow it: \
         [playpens.{group}] secrets = [\"{path}\"]"
    ))
}

/// The paths of a manifest, read.
fn paths(texts: &[String]) -> Result<Vec<SecretPath>, String> {
    let path = |text: &String| {
        let read = text.parse::<SecretPath>();
        read.map_err(|why| format!("the secret {:?} of the manifest lies nowhere: {why}", shortened(text)))
    };
    texts.iter().map(path).collect()
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Has the store make something, on a task of its own: what is dropped half way leaves roles and tokens behind that nobody knows. What comes when
/// nobody waits for it any more is revoked.
async fn made_in_time<T: Send + 'static>(
    app: &App,
    store: &Arc<dyn Secrets>,
    making: impl Future<Output = Result<T, SecretError>> + Send + 'static,
    grant_of: fn(&T) -> &GrantId,
) -> Result<T, SecretError> {
    let (sender, made) = oneshot::channel();
    let store = Arc::clone(store);
    app.tasks.spawn(async move {
        if let Err(Ok(late)) = sender.send(making.await) {
            taken_back(store.as_ref(), grant_of(&late)).await;
        }
    });
    let ended =
        || SecretError::Unreachable { store: "the store of secrets".to_owned(), why: "it was given up".to_owned() };
    in_time(async { made.await.unwrap_or_else(|_| Err(ended())) }).await
}

/// What a store answers; that it is unreachable where it answers too late.
async fn in_time<T>(answer: impl Future<Output = Result<T, SecretError>>) -> Result<T, SecretError> {
    timeout(STORE_PATIENCE, answer).await.unwrap_or_else(|_| {
        let why = format!("it has not answered for {STORE_PATIENCE:?}");
        Err(SecretError::Unreachable { store: "the store of secrets".to_owned(), why })
    })
}
