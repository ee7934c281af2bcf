//! What is held of the store is kept: had, renewed at two thirds of its life, replaced as soon as renewals end, reported ahead where that does
//! not work, and taken away at its end. The service's token and every lease go through this one loop.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::board::Board;
use crate::failed::Failed;
use crate::life::{Backoff, Granted, Life};

/// Something that is kept.
#[async_trait]
pub(crate) trait Keep: Send {
    /// What it is called.
    fn name(&self) -> String;
    /// Has a new one, and hands it on.
    async fn obtain(&mut self) -> Result<Granted, Failed>;
    /// Has it hold for longer.
    async fn renew(&mut self) -> Result<Granted, Failed>;
    /// It has ended: whoever holds it stops.
    fn ended(&mut self, why: &str);
    /// Comes to its end when something has happened that it may not outlive: another is to be had at once.
    async fn disturbed(&mut self);
}

/// Keeps it, for ever.
pub(crate) async fn keep(mut kept: impl Keep, board: Board) {
    let (mut life, mut backoff, mut said) = (None::<Life>, Backoff::default(), Said::default());
    let (name, chance) = (kept.name(), RandomState::new());
    loop {
        let began = Instant::now();
        let outcome = step(&mut kept, life.as_ref()).await;
        let (rest, is_well) = match outcome {
            Ok(granted) => {
                said.well(&name);
                backoff.reset();
                match &mut life {
                    Some(life) if !life.is_spent() => life.renewed(began, granted),
                    other => *other = Some(Life::new(began, granted)),
                }
                let life = life.as_ref().expect("it was just put there");
                board.held(&name, life.ends());
                (life.due(), true)
            }
            Err(failed) => {
                let why = words(&failed);
                if let (Some(life), Failed::Refused { .. } | Failed::Unfit(_)) = (&mut life, &failed) {
                    life.spend();
                }
                let ends = life.as_ref().and_then(Life::ends);
                said.badly(&name, &why, ends);
                board.trouble(&name, &why);
                let again = Instant::now() + backoff.failed(chance.hash_one(began));
                (ends.map_or(again, |ends| again.min(ends)), false)
            }
        };
        tokio::select! {
            () = tokio::time::sleep_until(rest) => {}
            // A try in vain waits its time out, whatever disturbs: what did may go on for as long as it fails.
            () = kept.disturbed(), if is_well => {
                if let Some(life) = &mut life {
                    life.spend();
                }
            }
        }
        if let Some(ends) = life.as_ref().and_then(Life::ends).filter(|ends| *ends <= Instant::now()) {
            let why = format!("it ended {} s ago and could not be renewed", ends.elapsed().as_secs());
            tracing::error!("{name} of the secret store has ended; what needs it stops until the store gives another");
            kept.ended(&why);
            board.over(&name, &why);
            life = None;
        }
    }
}

/// The next thing to do, but not beyond the end of what is held: then whoever holds it has to stop, and not a moment later.
async fn step(kept: &mut impl Keep, life: Option<&Life>) -> Result<Granted, Failed> {
    let ends = life.and_then(Life::ends);
    let call = async {
        match life {
            Some(life) if !life.is_spent() => kept.renew().await,
            _ => kept.obtain().await,
        }
    };
    match ends {
        Some(ends) => match tokio::time::timeout_at(ends, call).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failed::Away("no answer until its end".to_owned())),
        },
        None => call.await,
    }
}

fn words(failed: &Failed) -> String {
    match failed {
        Failed::Away(why) | Failed::Unfit(why) => why.clone(),
        Failed::Refused { status, says } => format!("the store answers {status}: {says}"),
        Failed::Garbled(why) => format!("the store {why}"),
    }
}

/// What was said in the log of something's trouble: not the same at every try.
#[derive(Debug, Default)]
struct Said {
    why: Option<String>,
    /// How long it held still when it was said.
    left: Option<Duration>,
}

impl Said {
    fn badly(&mut self, name: &str, why: &str, ends: Option<Instant>) {
        let left = ends.map(|ends| ends.saturating_duration_since(Instant::now()));
        let nearer = matches!((left, self.left), (Some(now), Some(then)) if now < then / 2);
        if self.why.as_deref() == Some(why) && !nearer {
            return;
        }
        match left {
            Some(left) => {
                tracing::warn!(
                    "{name} of the secret store could not be renewed and ends in {} s: {why}",
                    left.as_secs()
                );
            }
            None => tracing::warn!("{name} of the secret store could not be had: {why}"),
        }
        (self.why, self.left) = (Some(why.to_owned()), left);
    }

    fn well(&mut self, name: &str) {
        if self.why.take().is_some() {
            tracing::info!("{name} of the secret store is held again");
        }
        self.left = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Something that is had once and then refused, while what disturbs it goes on: a login after the one that it was had with.
    struct Refused(Arc<AtomicUsize>);

    #[async_trait]
    impl Keep for Refused {
        fn name(&self) -> String {
            "database/creds/leat".to_owned()
        }

        async fn obtain(&mut self) -> Result<Granted, Failed> {
            match self.0.fetch_add(1, Ordering::Relaxed) {
                0 => Ok(Granted::Lease { life: Duration::from_secs(600), renewable: true }),
                _ => Err(Failed::Refused { status: 403, says: "permission denied".to_owned() }),
            }
        }

        async fn renew(&mut self) -> Result<Granted, Failed> {
            self.obtain().await
        }

        fn ended(&mut self, _: &str) {}

        async fn disturbed(&mut self) {}
    }

    #[tokio::test]
    async fn what_is_refused_after_another_login_is_asked_for_again_in_time_and_not_at_once() {
        let asked = Arc::new(AtomicUsize::new(0));
        let keeping = keep(Refused(Arc::clone(&asked)), Board::default());
        drop(tokio::time::timeout(Duration::from_secs(1), keeping).await);
        let asked = asked.load(Ordering::Relaxed);
        // The waits are 125 ms at least, and double; at once would be some 100,000.
        assert!((2..=6).contains(&asked), "{asked}");
    }
}
