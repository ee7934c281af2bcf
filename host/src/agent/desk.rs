//! The desk of the agent: hears the session, the tasks and the clock, has the state decide, and carries out what follows.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use leat_wire::host_v1::{Machine, Orders, Report};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Ended;
use super::broom::Broom;
use super::hands::Hands;
use super::lease::Lease;
use super::link::News;
use super::logs::Logs;
use super::orphan::Orphan;
use super::pace::Pace;
use super::state::{Action, State};
use super::wire::{self, Entry};
use crate::run::Progress;
use crate::run::task::Bell;

/// How long an agent that was told to end takes to stop its runs and report their ends.
const CLOSING_PATIENCE: Duration = Duration::from_secs(5);

/// How long workers may take to be gone when they are no longer waited for.
const END_PATIENCE: Duration = Duration::from_secs(1);

/// How long the midtier may take to hear that the host takes its leave.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(1);

/// The longest sleep, where nothing is due.
const SLEEP_MAX: Duration = Duration::from_secs(60);

/// Who an agent is.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) host: String,
    pub(super) incarnation: String,
    pub(super) machine: Machine,
}

/// What the agent knows, and what it holds in hand.
pub(super) struct Desk {
    identity: Identity,
    state: State,
    lease: Lease,
    pace: Pace,
    logs: Logs,
    session: Option<Session>,
    hands: Hands,
    broom: Broom,
    chores: TaskTracker,
    /// When it ends whatever happens, once it was told to end.
    closing: Option<Instant>,
}

struct Session {
    reports: mpsc::Sender<Report>,
    abandon: CancellationToken,
}

impl Desk {
    pub(super) fn new(identity: Identity, hands: Hands, keep: Duration, chores: TaskTracker) -> Self {
        Desk {
            identity,
            state: State::default(),
            lease: Lease::new(),
            pace: Pace::default(),
            logs: Logs::default(),
            session: None,
            hands,
            broom: Broom::new(keep),
            chores,
            closing: None,
        }
    }

    /// Works until the agent is to end.
    pub(super) async fn work(
        mut self,
        mut news: mpsc::Receiver<News>,
        mut orphan: Orphan,
        shutdown: CancellationToken,
    ) -> Ended {
        let bell: Arc<Bell> = self.hands.bell();
        let ended = loop {
            let wake = self.wake(&orphan);
            tokio::select! {
                () = shutdown.cancelled(), if self.closing.is_none() => self.close(),
                Some(news) = news.recv() => self.hear(news, &mut orphan),
                (run, end) = self.hands.next_end() => {
                    // The lease may have ended before it, and then it is no success.
                    self.tick();
                    let actions = self.state.ended(&run, end);
                    self.carry_out(actions);
                }
                () = bell.change.notified() => self.pace.change(),
                () = bell.status.notified() => self.pace.status(),
                () = sleep_until(wake) => {}
            }
            self.tick();
            self.report().await;
            if self.is_closed() {
                break Ended::Shutdown;
            }
            if self.closing.is_none() && !self.state.is_at_work() && Instant::now() >= orphan.due() {
                tokio::select! {
                    biased;
                    () = shutdown.cancelled() => {}
                    true = orphan.act() => break Ended::Orphaned,
                    else => {}
                }
            }
        };
        self.hands.end_all(END_PATIENCE).await;
        self.take_leave(news).await;
        ended
    }

    /// Ends the session in good order. To the midtier this says that the host is gone with all it held, so nothing may be
    /// at work any more; and it says so to nobody who is merely slow: see [`Desk::leave`].
    async fn take_leave(mut self, mut news: mpsc::Receiver<News>) {
        let Some(session) = self.session.take() else { return };
        let last = Report {
            host: self.identity.host.clone(),
            incarnation: self.identity.incarnation.clone(),
            number: self.lease.send(Instant::now()),
            farewell: true,
            ..Report::default()
        };
        // Where there is no room for it the midtier does not listen either.
        let _ = session.reports.try_send(last);
        drop(session);
        let heard = async { while !matches!(news.recv().await, None | Some(News::Lost)) {} };
        // Who does not hear it finds out when the lease is over.
        let _ = timeout(FAREWELL_PATIENCE, heard).await;
    }

    /// Leaves a session for another, though the midtier may still be there: without a farewell.
    fn leave(&mut self) {
        if let Some(session) = self.session.take() {
            session.abandon.cancel();
        }
    }

    /// When there is something to do at the latest, if nobody says anything.
    fn wake(&self, orphan: &Orphan) -> Instant {
        let now = Instant::now();
        let in_session = |due: Option<Instant>| due.filter(|_| self.session.is_some());
        let due = [
            in_session(self.pace.due(&self.lease, now)),
            in_session(self.lease.patience_ends()),
            self.lease.end().filter(|end| *end > now),
            self.broom.due(),
            self.closing,
            Some(orphan.due()).filter(|_| self.closing.is_none() && !self.state.is_at_work()),
        ];
        due.into_iter().flatten().min().unwrap_or(now + SLEEP_MAX).min(now + SLEEP_MAX)
    }

    fn hear(&mut self, news: News, orphan: &mut Orphan) {
        match news {
            News::Opened { reports, abandon } => {
                self.session = Some(Session { reports, abandon });
                self.lease.open();
                self.logs.open();
                self.pace.open();
            }
            News::Orders(orders) => {
                orphan.heard(Instant::now());
                self.obey(orders);
            }
            News::Lost => self.leave(),
        }
    }

    fn obey(&mut self, orders: Orders) {
        // Of a session that was abandoned meanwhile.
        if self.session.is_none() {
            return;
        }
        let length = Duration::from_millis(orders.lease_ms.into());
        if !self.lease.take(orders.answers, length, Instant::now()) {
            return;
        }
        self.logs.answered(orders.answers);
        let actions = self.state.take(orders.runs.into_iter().map(wire::assignment).collect());
        self.carry_out(actions);
    }

    /// What the clock says.
    fn tick(&mut self) {
        let now = Instant::now();
        if !self.lease.holds(now) {
            let actions = self.state.fence();
            if !actions.is_empty() {
                tracing::error!(
                    lease.length_s = self.lease.length().as_secs(),
                    runs = actions.len(),
                    "no midtier has answered for as long as the lease is: every run is ended"
                );
            }
            self.carry_out(actions);
        }
        if self.lease.patience_ends().is_some_and(|end| end <= now) {
            self.leave();
        }
        self.broom.sweep(now, &self.chores);
        if self.state.take_change() {
            self.pace.change();
        }
    }

    fn carry_out(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Start { run, generation, task } => self.hands.start(run, generation, *task),
                Action::Checkpoint { run, number } => self.hands.checkpoint(&run, number),
                Action::Stop(run) => self.hands.stop(&run),
                Action::Kill(run) => self.hands.kill(&run),
                Action::Forget(run) => {
                    self.logs.forget(&run);
                    let left: Option<PathBuf> = self.hands.forget(&run);
                    if let Some(directory) = left {
                        self.broom.take(directory, Instant::now());
                    }
                }
            }
        }
    }

    /// Sends a report, if one is due.
    async fn report(&mut self) {
        let now = Instant::now();
        let due = self.pace.due(&self.lease, now).is_some_and(|due| due <= now);
        let Some(session) = self.session.as_ref().filter(|_| due) else { return };
        let reports = session.reports.clone();
        let number = self.lease.send(now);
        self.pace.sent(now);
        for (run, ..) in self.state.runs() {
            if let Some((generation, Progress::Running { logs, .. })) = self.hands.progress(run) {
                self.logs.follow(run, generation, &logs);
            }
        }
        let mut logs = std::mem::take(&mut self.logs);
        let read = spawn_blocking(move || {
            let pieces = logs.read(number);
            (logs, pieces)
        });
        // It fails only where the runtime ends.
        let Ok((logs, pieces)) = read.await else { return };
        self.logs = logs;
        let entries = self.state.runs().map(|(run, generation, standing)| Entry {
            run,
            generation,
            standing,
            progress: self.hands.progress(run).map(|(_, progress)| progress),
            left: self.hands.left(run),
            logs_sent: self.logs.is_at_end(run),
        });
        let (runs, waits) = wire::runs(entries);
        let report = Report {
            host: self.identity.host.clone(),
            incarnation: self.identity.incarnation.clone(),
            number,
            machine: (number == 1).then(|| self.identity.machine.clone()),
            runs,
            logs: pieces.into_iter().map(Into::into).collect(),
            farewell: false,
        };
        if reports.try_send(report).is_err() {
            // The session is about to be lost; the next begins with everything.
            tracing::debug!("a report could not be sent");
        }
        if waits || self.logs.has_more() {
            self.pace.change();
        }
    }

    /// The agent was told to end.
    fn close(&mut self) {
        tracing::info!("the agent was told to end: its runs are stopped");
        self.closing = Some(Instant::now() + CLOSING_PATIENCE);
        let actions = self.state.close();
        self.carry_out(actions);
    }

    /// Whether an agent that was told to end is done, or has had its time: every end is reported and answered.
    fn is_closed(&self) -> bool {
        let Some(deadline) = self.closing else { return false };
        let told = self.state.is_empty() || (self.lease.unanswered() == 0 && !self.pace.is_changed());
        let told = told || self.session.is_none();
        (!self.state.is_at_work() && told) || Instant::now() >= deadline
    }
}
