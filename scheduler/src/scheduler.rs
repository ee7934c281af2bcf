//! The loop: observe → plan → commit, and the switches made to follow.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use leat_planner::Policy;
use leat_spans::Recorder;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::fleet::{Adapters, Fleet};
use crate::leader::Candidate;
use crate::ledger::{Committed, Decision, Epoch, Ledger, LedgerError};
use crate::liveness::Liveness;
use crate::model::{HostId, RunId};
use crate::round::{Round, decide, run_of};
use crate::spans;
use crate::wake::Wake;

/// How long the loop waits at most before it looks again, woken or not: deadlines and other midtiers ring no bell.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// How many rounds may follow each other at once. A round that changes something is followed by another.
const ROUNDS_AT_ONCE_MAX: usize = 8;
/// How long after the reason of a run's wait was told another one is.
const REASON_INTERVAL: Duration = Duration::from_secs(5);
/// How many reasons are told in one round: the run that is to be next is told of first.
const REASONS_MAX: usize = 1_000;

/// What the scheduler goes by.
#[derive(Clone, Debug)]
pub struct Config {
    /// This process's name among the schedulers of the installation.
    pub name: String,
    /// The knobs of the planner.
    pub policy: Policy,
    /// The lease that midtiers give to hosts. Default of the midtier: 10 s.
    pub lease: Duration,
    /// How long a leader may be silent: [`crate::ledger::LEADER_PATIENCE_DEFAULT`].
    pub leader_patience: Duration,
}

/// What the scheduler works with.
pub struct Deps {
    /// The state.
    pub ledger: Arc<dyn Ledger>,
    /// What switches hosts, by the names that hosts refer to.
    pub power: Adapters,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Woken by it, and rung after every change.
    pub wake: Wake,
    /// Records how long each run waited.
    pub recorder: Recorder,
}

/// Decides which host runs what and which hosts are on, as long as it leads.
pub struct Scheduler {
    config: Config,
    ledger: Arc<dyn Ledger>,
    fleet: Fleet,
    clock: Arc<dyn Clock>,
    wake: Wake,
    recorder: Recorder,
    candidate: Candidate,
    leads: watch::Sender<bool>,
    policies: Option<watch::Receiver<Policy>>,
    /// Begun with every leadership: what a follower has not watched it does not judge.
    liveness: Liveness,
    begun: Instant,
    seen_off: Vec<HostId>,
    told: BTreeMap<RunId, (String, Instant)>,
}

impl Scheduler {
    /// Puts it together; nothing happens before [`Scheduler::run`].
    pub fn build(config: Config, deps: Deps) -> Self {
        let Deps { ledger, power, clock, wake, recorder } = deps;
        Scheduler {
            candidate: Candidate::new(config.name.clone(), config.leader_patience, Arc::clone(&ledger)),
            leads: watch::Sender::new(false),
            policies: None,
            liveness: Liveness::new(config.lease),
            fleet: Fleet::new(power),
            begun: Instant::now(),
            seen_off: Vec::new(),
            told: BTreeMap::new(),
            config,
            ledger,
            clock,
            wake,
            recorder,
        }
    }

    /// Whether this process leads, as it was when it last looked: for whoever tells others.
    pub fn leads(&self) -> watch::Receiver<bool> {
        self.leads.subscribe()
    }

    /// Has it go by these knobs from now on, instead of those of [`Config::policy`], and by each that follow, from the next round.
    pub fn follow(&mut self, policies: watch::Receiver<Policy>) {
        self.policies = Some(policies);
    }

    /// Schedules until `shutdown`. A store that cannot be reached is waited for.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut bell = self.wake.listen();
        let mut unavailable = false;
        let interval = LOOK_INTERVAL.min(self.candidate.interval());
        loop {
            match self.turn().await {
                Ok(()) => {
                    if std::mem::take(&mut unavailable) {
                        tracing::info!("the store can be reached again");
                    }
                }
                // Said once, not every second.
                Err(error) if error.is_retryable() && unavailable => {}
                Err(error) => {
                    unavailable = error.is_retryable();
                    tracing::error!("nothing is scheduled: {error}");
                }
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = bell.wait(interval) => {}
                off = self.fleet.next() => self.seen_off.extend(off),
            }
        }
    }

    /// Looks, and decides until there is nothing to decide.
    async fn turn(&mut self) -> Result<(), LedgerError> {
        for _ in 0..ROUNDS_AT_ONCE_MAX {
            let Some(epoch) = self.lead().await? else { return Ok(()) };
            if !self.round(epoch).await? {
                return Ok(());
            }
        }
        self.wake.ring();
        Ok(())
    }

    async fn lead(&mut self) -> Result<Option<Epoch>, LedgerError> {
        let epoch = self.candidate.lead().await?;
        self.leads.send_if_modified(|leads| std::mem::replace(leads, epoch.is_some()) != epoch.is_some());
        if epoch.is_none() {
            self.liveness = Liveness::new(self.config.lease);
            self.told.clear();
        }
        Ok(epoch)
    }

    /// One round. Answers whether it changed something, so that another may find more to do.
    async fn round(&mut self, epoch: Epoch) -> Result<bool, LedgerError> {
        if let Some(policies) = &self.policies {
            self.config.policy.clone_from(&policies.borrow());
        }
        let observation = self.ledger.observe().await?;
        let elapsed = self.begun.elapsed();
        self.liveness.look(&observation.hosts, elapsed);
        self.fleet.drive(&observation.hosts);
        self.seen_off.extend(self.fleet.seen_off());
        let switchable = observation.hosts.iter().filter(|host| self.fleet.can_switch(host));
        let switchable: BTreeSet<HostId> = switchable.map(|host| host.id.clone()).collect();
        let now = self.clock.now();
        let mut decisions = decide(&Round {
            observation: &observation,
            liveness: &self.liveness,
            policy: &self.config.policy,
            switchable: &switchable,
            seen_off: &self.seen_off,
            now,
            elapsed,
        });
        self.seen_off.clear();
        let live: HashSet<&RunId> = observation.runs.iter().map(|run| &run.id).collect();
        self.told.retain(|id, _| live.contains(id));
        self.leave_out_what_was_told(&mut decisions);
        if decisions.is_empty() {
            return Ok(false);
        }
        match self.ledger.commit(epoch, now, &decisions).await? {
            Committed::Deposed => {
                self.candidate.depose();
                Ok(false)
            }
            Committed::Done(done) => {
                spans::record(&self.recorder, &observation.runs, decisions.iter().zip(&done), now);
                let changes = |(decision, done): (&Decision, bool)| done && !matches!(decision, Decision::Waits { .. });
                let changed = decisions.iter().zip(done).any(changes);
                if changed {
                    self.wake.ring();
                }
                Ok(changed)
            }
        }
    }

    /// A reason that was told, or told otherwise a moment ago, is not written again: the seconds in it are no news.
    fn leave_out_what_was_told(&mut self, decisions: &mut Vec<Decision>) {
        let now = Instant::now();
        let mut reasons = 0;
        decisions.retain(|decision| {
            let Decision::Waits { run, reason } = decision else {
                if let Some(run) = run_of(decision) {
                    self.told.remove(run);
                }
                return true;
            };
            let is_news = self
                .told
                .get(run)
                .is_none_or(|(told, at)| told != reason && now.duration_since(*at) >= REASON_INTERVAL);
            if !is_news || reasons >= REASONS_MAX {
                return false;
            }
            reasons += 1;
            self.told.insert(run.clone(), (reason.clone(), now));
            true
        });
    }
}
