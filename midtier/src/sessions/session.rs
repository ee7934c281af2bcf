//! One session: reports in, orders out.

use std::sync::Arc;
use std::time::Duration;

use leat_wire::host_v1::Report;
use tokio::time::{Instant, timeout};
use tonic::{Status, Streaming};

use super::Sender;
use super::convert::{self, Way};
use super::enlist::{Agent, Voice, enlist, unavailable};
use super::news::News;
use crate::app::{App, POLL};
use crate::audit::sessions::{AgentAsks, on_host};
use crate::store::{Assigned, StoreError, Taken};

/// A session with an agent that speaks for its host.
pub(super) struct Session {
    app: Arc<App>,
    agent: Agent,
    asks: AgentAsks,
    sender: Sender,
    news: News,
    /// What the host is to hold, as it was last told.
    orders: Vec<Assigned>,
    /// The number of the last report that was taken in.
    answers: u64,
    /// When the beat was last written; nothing where it is to be written at once.
    beaten: Option<Instant>,
}

/// What a session waits for.
enum Next {
    Report(Box<Report>),
    /// Something may have changed.
    Look,
}

impl Session {
    /// Serves an agent until it goes, is replaced, or falls silent.
    pub(super) async fn run(
        app: Arc<App>,
        (voice, asks): (Voice, AgentAsks),
        mut reports: Streaming<Report>,
        sender: Sender,
    ) -> Result<(), Status> {
        let first = timeout(app.config.lease, reports.message()).await;
        let first = first.map_err(|_| Status::deadline_exceeded("no report came"))??;
        let mut first = first.ok_or_else(|| Status::invalid_argument("the session ended without a report"))?;
        let host = first.host.clone();
        let agent = match enlist(&app, (&voice, &asks), &mut first).await {
            Ok(agent) => agent,
            Err(status) => {
                asks.refused(on_host(&host), &status).await;
                return Err(status);
            }
        };
        let orders = app.store.assigned(&agent.host).await.map_err(|error| unavailable(&error))?;
        let news = News::new(agent.host.clone());
        let mut session = Session { app, agent, asks, sender, news, orders, answers: 0, beaten: None };
        let ended = session.serve(first, reports).await;
        let host = session.agent.host.as_str();
        match &ended {
            Ok(()) => tracing::info!(host.id = host, "a host has said farewell"),
            Err(status) => tracing::info!(host.id = host, %status, "a session has ended"),
        }
        ended
    }

    async fn serve(&mut self, first: Report, mut reports: Streaming<Report>) -> Result<(), Status> {
        let mut bell = self.app.wake.listen();
        let mut heard = Instant::now();
        self.report(first).await?;
        // An agent reports three times in a lease. One that is silent for two is gone, whatever its connection says.
        let patience = self.app.config.lease * 2;
        loop {
            let next = tokio::select! {
                message = reports.message() => match message? {
                    Some(report) => Next::Report(Box::new(report)),
                    None => return Err(Status::cancelled("the session has ended without a farewell")),
                },
                () = bell.wait(POLL) => Next::Look,
            };
            match next {
                Next::Report(report) => {
                    heard = Instant::now();
                    let is_last = report.farewell;
                    self.report(*report).await?;
                    if is_last {
                        return self.farewell().await;
                    }
                }
                Next::Look => self.look().await?,
            }
            if heard.elapsed() > patience {
                return Err(Status::deadline_exceeded(format!("no report came for {patience:?}")));
            }
        }
    }

    /// Takes in a report, and answers it. While the store cannot be reached it is not answered: the agent's lease runs out
    /// unless a later one is.
    async fn report(&mut self, report: Report) -> Result<(), Status> {
        if (report.host.as_str(), &report.incarnation) != (self.agent.host.as_str(), &self.agent.incarnation) {
            return Err(Status::invalid_argument("a session speaks for one host and one incarnation"));
        }
        if report.number <= self.answers {
            return Ok(());
        }
        let number = report.number;
        match self.take(report).await {
            Ok(Taken::Yes) => {
                self.answers = number;
                self.send().await
            }
            Ok(Taken::Refused) => {
                Err(Status::already_exists(format!("another agent speaks for host {} now", self.agent.host)))
            }
            Err(error) if error.is_retryable() => {
                tracing::warn!(host.id = %self.agent.host, %error, "cannot take in a report");
                Ok(())
            }
            Err(error) => Err(unavailable(&error)),
        }
    }

    async fn take(&mut self, report: Report) -> Result<Taken, StoreError> {
        let app = self.app.clone();
        if self.is_beat_due() && self.beat().await? == Taken::Refused {
            return Ok(Taken::Refused);
        }
        self.news.logs(&app, report.logs, &self.orders).await?;
        let mut has_changed = false;
        for run in report.runs {
            has_changed |= self.news.run(&app, run, &self.orders).await?;
        }
        if has_changed {
            app.wake.ring();
            self.beaten = None;
        }
        self.orders = app.store.assigned(&self.agent.host).await?;
        Ok(Taken::Yes)
    }

    /// A beat says that the agent lives. Four in a lease are enough for the scheduler, and few enough for the store.
    fn is_beat_due(&self) -> bool {
        self.beaten.is_none_or(|beaten| beaten.elapsed() >= self.app.config.lease / 4)
    }

    async fn beat(&mut self) -> Result<Taken, StoreError> {
        let taken = self.app.store.beat(&self.agent.host, &self.agent.incarnation).await?;
        self.beaten = Some(Instant::now());
        Ok(taken)
    }

    /// Looks whether the host is to do something else, and tells it.
    async fn look(&mut self) -> Result<(), Status> {
        let app = self.app.clone();
        let looked = async {
            let orders = app.store.assigned(&self.agent.host).await?;
            self.news.flush(&app, &orders).await?;
            Ok::<_, StoreError>(orders)
        };
        match looked.await {
            Ok(orders) if orders == self.orders => Ok(()),
            Ok(orders) => {
                self.orders = orders;
                self.send().await
            }
            Err(error) if error.is_retryable() => {
                tracing::debug!(host.id = %self.agent.host, %error, "cannot look for orders");
                Ok(())
            }
            Err(error) => Err(unavailable(&error)),
        }
    }

    async fn send(&self) -> Result<(), Status> {
        let patience: Duration = self.app.config.lease;
        let orders = convert::orders((self.answers, patience), Way::of(&self.app), &self.orders);
        let sent = timeout(patience, self.sender.send(Ok(orders))).await;
        let gone = |_| Status::cancelled("the agent reads no orders");
        sent.map_err(|_| Status::deadline_exceeded("the agent reads no orders"))?.map_err(gone)
    }

    async fn farewell(&self) -> Result<(), Status> {
        let Agent { host, incarnation } = &self.agent;
        let taken = self.app.store.farewell(host, incarnation, self.app.now()).await;
        self.app.wake.ring();
        taken.map_err(|error| unavailable(&error))?;
        self.asks.farewell(host).await;
        Ok(())
    }
}
