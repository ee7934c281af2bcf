//! What goes on as long as a process lives: staying announced, and following what changes. Both outlive every Consul.

use std::time::Duration;

use leat_discovery::{Backoff, Discovery, DiscoveryError, Health, Look, Seen, Service};
use tokio::time::sleep;

/// How long is waited at least between two looks, whatever the directory answers.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// How long it may take to say that a service is gone, while its process ends.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(2);

/// How the directory was, when it was last asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It has not answered yet.
    #[default]
    Unknown,
    /// It answers.
    Answers,
    /// It does not, or will not, and why.
    Away(String),
}

/// Says once what changed.
struct Voice {
    what: &'static str,
    standing: Standing,
}

impl Voice {
    fn answers(&mut self, place: &str) {
        match std::mem::replace(&mut self.standing, Standing::Answers) {
            Standing::Answers => {}
            Standing::Unknown => tracing::info!(discovery.place = place, "{} through discovery", self.what),
            Standing::Away(_) => {
                tracing::info!(discovery.place = place, "discovery answers again: {} through it", self.what);
            }
        }
    }

    fn fails(&mut self, error: &DiscoveryError) {
        let why = error.to_string();
        if !matches!(&self.standing, Standing::Away(_)) {
            tracing::warn!(discovery.error = why, "not {} now; what is known goes on counting", self.what);
        }
        self.standing = Standing::Away(why);
    }
}

/// Keeps a service announced, as `health` says it is, until `end`; then takes it out of the directory. `tell` hears how the directory is after
/// each time it was asked.
pub async fn keep_announced(
    discovery: &dyn Discovery,
    service: &Service,
    health: impl AsyncFn() -> Health,
    tell: impl Fn(Standing),
    end: impl Future<Output = ()>,
) {
    let Some(every) = discovery.announce_every() else { return end.await };
    let announcing = async {
        let mut backoff = Backoff::new(&service.name);
        let mut voice = Voice { what: "announced", standing: Standing::Unknown };
        loop {
            let health = health().await;
            let wait = match discovery.announce(service, &health).await {
                Ok(()) => {
                    backoff.worked();
                    voice.answers(&discovery.place());
                    every
                }
                Err(error) => {
                    voice.fails(&error);
                    backoff.failed().min(every)
                }
            };
            tell(voice.standing.clone());
            sleep(wait).await;
        }
    };
    tokio::select! {
        () = announcing => {}
        () = end => {}
    }
    let farewell = tokio::time::timeout(FAREWELL_PATIENCE, discovery.withdraw(service)).await;
    if !matches!(farewell, Ok(Ok(()))) {
        tracing::warn!(
            service.name = service.name,
            "could not be taken out of discovery, and is forgotten there after a while"
        );
    }
}

/// Follows what changes, for ever: `changed` hears of the first value and of each that is another. `who` tells this process from others that
/// look too, `what` names what is followed in messages: `finding midtiers`.
pub async fn follow<T: PartialEq>(
    (discovery, who, what): (&dyn Discovery, &str, &'static str),
    look: impl AsyncFn(Option<Seen>) -> Result<Look<T>, DiscoveryError>,
    mut changed: impl FnMut(&T),
) {
    let (mut backoff, mut seen, mut last) = (Backoff::new(who), None, None);
    let mut voice = Voice { what, standing: Standing::Unknown };
    loop {
        match look(seen).await {
            Ok(Look { value, seen: as_of }) => {
                backoff.worked();
                voice.answers(&discovery.place());
                seen = Some(as_of);
                if last.as_ref() != Some(&value) {
                    changed(&value);
                    last = Some(value);
                }
                sleep(BETWEEN_LOOKS).await;
            }
            Err(error) => {
                voice.fails(&error);
                seen = None;
                sleep(backoff.failed()).await;
            }
        }
    }
}
