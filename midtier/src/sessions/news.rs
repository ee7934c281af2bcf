//! What an agent says of its runs: which of it is written down now, which later, and which never.

use std::collections::HashMap;
use std::time::Duration;

use leat_scheduler::model::{Generation, HostId, RunId};
use leat_wire::host_v1::run_report::State;
use leat_wire::host_v1::{LogPiece, RunReport};
use tokio::time::Instant;

use super::convert::{self, Refused};
use super::left::Left;
use crate::app::App;
use crate::store::{Assigned, RunNews, StoreError, Taken};

/// How often a status that says nothing new but numbers is written.
const STATUS_EVERY: Duration = Duration::from_secs(1);
/// How large a piece of a log may be that is written at once, bytes.
const LOG_PIECE_MAX: usize = 1 << 20;

/// What a host has said of its runs.
pub(super) struct News {
    host: HostId,
    runs: HashMap<RunId, Said>,
    left: Left,
}

/// What was said of one run.
struct Said {
    generation: Generation,
    /// Whether its worker has told a status.
    is_running: bool,
    /// When something was last written.
    written: Instant,
    /// What came since then, and was not written.
    waits: Option<String>,
}

impl News {
    pub(super) fn new(host: HostId) -> Self {
        News { host, runs: HashMap::new(), left: Left::default() }
    }

    /// Keeps what nodes have logged. Logs come before ends: whoever follows a log has all of it when the run ends.
    pub(super) async fn logs(&self, app: &App, pieces: Vec<LogPiece>, orders: &[Assigned]) -> Result<(), StoreError> {
        for piece in pieces {
            let piece = match convert::log(&self.host, piece) {
                Ok(piece) if piece.text.len() > LOG_PIECE_MAX => {
                    self.refuse(&format!("a piece of a log of more than {LOG_PIECE_MAX} bytes"));
                    continue;
                }
                Ok(piece) => piece,
                Err(why) => {
                    self.refuse(&why);
                    continue;
                }
            };
            // An old attempt's words would end up in a log that is no longer its own.
            if holds(orders, &piece.run, piece.generation) {
                app.store.append_log(&piece, app.config.log_bytes_max).await?;
            }
        }
        Ok(())
    }

    /// Takes in what is said of one run. Answers whether there may be something to be decided or ordered now.
    pub(super) async fn run(&mut self, app: &App, report: RunReport, orders: &[Assigned]) -> Result<bool, StoreError> {
        let (run, generation) = match convert::attempt(&report.run, report.generation) {
            Ok(attempt) => attempt,
            Err(why) => return Ok(self.refuse(&why)),
        };
        // A run that is no longer in the orders is told until the agent has read them: there is nothing to be done.
        if !holds(orders, &run, generation) {
            return Ok(false);
        }
        // Before an end that may be in the same report: with it the host holds the attempt no longer.
        let mut kept = self.left.none(app, &self.host, (&run, generation), &report.no_checkpoints).await?;
        if let Some(left) = &report.checkpoint {
            kept |= self.left.keep(app, &self.host, (&run, generation), left).await?;
        }
        let turned = self.state(app, (run, generation), report.state).await?;
        Ok(turned || kept)
    }

    async fn state(
        &mut self,
        app: &App,
        (run, generation): (RunId, Generation),
        state: Option<State>,
    ) -> Result<bool, StoreError> {
        match state {
            Some(State::Starting(_)) => self.status(app, run, generation, None).await,
            Some(State::Running(running)) => match convert::document("the status", running.status_json) {
                Ok(status) => self.status(app, run, generation, status).await,
                Err(why) => Ok(self.refuse(&why)),
            },
            Some(State::Ended(ended)) => match convert::end(run, generation, ended) {
                Ok(end) => {
                    let taken = app.store.run_ended(&self.host, &end, app.now()).await?;
                    self.runs.remove(&end.run);
                    tracing::info!(run.id = %end.run, host.id = %self.host, kind = ?end.kind, ?taken, "a run has ended on a host");
                    Ok(taken == Taken::Yes)
                }
                Err(why) => Ok(self.refuse(&why)),
            },
            None => Ok(self.refuse("a run in no state")),
        }
    }

    async fn status(
        &mut self,
        app: &App,
        run: RunId,
        generation: Generation,
        status: Option<String>,
    ) -> Result<bool, StoreError> {
        let now = Instant::now();
        let said = self.runs.get_mut(&run).filter(|said| said.generation == generation);
        let (is_new, began) = match &said {
            None => (true, status.is_some()),
            Some(said) => (false, status.is_some() && !said.is_running),
        };
        if let Some(said) = said
            && !began
            && (status.is_none() || now - said.written < STATUS_EVERY)
        {
            said.waits = status.or(said.waits.take());
            return Ok(false);
        }
        let is_running = status.is_some();
        self.write(app, RunNews { run: run.clone(), generation, status_json: status }).await?;
        self.runs.insert(run, Said { generation, is_running, written: now, waits: None });
        Ok(is_new || began)
    }

    async fn write(&self, app: &App, news: RunNews) -> Result<(), StoreError> {
        if app.store.run_news(&self.host, &news, app.now()).await? == Taken::Refused {
            self.refuse(&format!("news of run {} attempt {}, which it does not hold", news.run, news.generation));
        }
        Ok(())
    }

    /// Writes what was held back for long enough, and forgets runs that are no longer in the orders.
    pub(super) async fn flush(&mut self, app: &App, orders: &[Assigned]) -> Result<(), StoreError> {
        self.runs.retain(|run, said| holds(orders, run, said.generation));
        self.left.retain(orders);
        let now = Instant::now();
        let mut due = Vec::new();
        for (run, said) in &mut self.runs {
            if now - said.written >= STATUS_EVERY
                && let Some(status) = said.waits.take()
            {
                said.written = now;
                due.push(RunNews { run: run.clone(), generation: said.generation, status_json: Some(status) });
            }
        }
        for news in due {
            self.write(app, news).await?;
        }
        Ok(())
    }

    /// Logs what an agent said and may not say. Nothing has changed by it.
    fn refuse(&self, why: &str) -> bool {
        let why: &Refused = &why.to_owned();
        tracing::warn!(host.id = %self.host, "refused a word of an agent: {why}");
        false
    }
}

/// Whether a host is to hold this attempt of a run.
pub(super) fn holds(orders: &[Assigned], run: &RunId, generation: Generation) -> bool {
    orders.iter().any(|assigned| assigned.run == *run && assigned.generation == generation)
}
