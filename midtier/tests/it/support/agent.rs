//! A host's agent, as far as the midtier sees of it.

use std::net::SocketAddr;

use leat_wire::host_v1::broker_answer::Answer as ForBroker;
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::hosts_client::HostsClient;
use leat_wire::host_v1::run_report::State;
use leat_wire::host_v1::secrets_answer::Answer;
use leat_wire::host_v1::{Ended, Machine, Orders, Output, Report, RunReport, Running, SecretsRequest, Starting};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};

use super::PATIENCE;

/// A session with a midtier.
pub(crate) struct Agent {
    host: String,
    incarnation: String,
    number: u64,
    reports: mpsc::Sender<Report>,
    orders: Streaming<Orders>,
}

/// A report without news: what tests change of it is what matters to them.
pub(crate) fn report(host: &str, incarnation: &str) -> Report {
    let labels = [("disk".to_owned(), "fast".to_owned())].into();
    let machine = Machine {
        leat_version: "0.1.0".to_owned(),
        architecture: "x86_64".to_owned(),
        region: "eu".to_owned(),
        labels,
        cpu_millis: 4_000,
        memory_bytes: 8 << 30,
    };
    Report {
        host: host.to_owned(),
        incarnation: incarnation.to_owned(),
        number: 1,
        machine: Some(machine),
        runs: Vec::new(),
        logs: Vec::new(),
        farewell: false,
    }
}

impl Agent {
    /// Begins a session with this report.
    pub(crate) async fn open(address: SocketAddr, token: &str, first: Report) -> Result<Self, Status> {
        let client = HostsClient::connect(format!("http://{address}")).await;
        let mut client = client.map_err(|error| Status::unavailable(error.to_string()))?;
        let (reports, receiver) = mpsc::channel(16);
        let (host, incarnation, number) = (first.host.clone(), first.incarnation.clone(), first.number);
        reports.send(first).await.unwrap();
        let mut request = Request::new(ReceiverStream::new(receiver));
        if !token.is_empty() {
            request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        let orders = client.session(request).await?.into_inner();
        Ok(Agent { host, incarnation, number, reports, orders })
    }

    /// Begins a session, and hears its first orders.
    pub(crate) async fn enlist(address: SocketAddr, token: &str, first: Report) -> Result<(Self, Orders), Status> {
        let mut agent = Agent::open(address, token, first).await?;
        let orders = agent.hear().await?;
        Ok((agent, orders))
    }

    /// The next orders.
    pub(crate) async fn hear(&mut self) -> Result<Orders, Status> {
        let message = tokio::time::timeout(PATIENCE, self.orders.message()).await.expect("orders or an end");
        message?.ok_or_else(|| Status::new(Code::Ok, "the session has ended"))
    }

    /// Reports runs; answers the number of the report.
    pub(crate) async fn say(&mut self, runs: Vec<RunReport>) -> u64 {
        self.number += 1;
        let logs = Vec::new();
        let number = self.number;
        self.send(Report { number, runs, logs, machine: None, ..report(&self.host, &self.incarnation) }).await;
        number
    }

    /// Sends a report as it is.
    pub(crate) async fn send(&mut self, report: Report) {
        self.number = self.number.max(report.number);
        let _ = self.reports.send(report).await;
    }

    /// Reports runs, and hears the orders that answer it.
    pub(crate) async fn tell(&mut self, runs: Vec<RunReport>) -> Orders {
        let number = self.say(runs).await;
        loop {
            let orders = self.hear().await.unwrap();
            if orders.answers >= number {
                return orders;
            }
        }
    }

    /// Says that it ends, and hears the session's end.
    pub(crate) async fn farewell(mut self) {
        let number = self.number + 1;
        let (runs, logs) = (Vec::new(), Vec::new());
        let last = report(&self.host, &self.incarnation);
        self.send(Report { number, runs, logs, machine: None, farewell: true, ..last }).await;
        while self.hear().await.is_ok() {}
    }

    /// Drops the session without a word, as one that goes to another midtier does.
    pub(crate) fn leave(self) {}
}

/// What a host that asks for the secrets of an attempt is answered.
pub(crate) async fn ask_for_secrets(address: SocketAddr, token: &str, asked: SecretsRequest) -> Result<Answer, Status> {
    let (mut client, request) = asking(address, token, asked).await?;
    Ok(client.grant_secrets(request).await?.into_inner().answer.expect("there is an answer"))
}

/// What a host that asks for the broker of an attempt is answered.
pub(crate) async fn ask_for_broker(
    address: SocketAddr,
    token: &str,
    asked: SecretsRequest,
) -> Result<ForBroker, Status> {
    let (mut client, request) = asking(address, token, asked).await?;
    Ok(client.grant_broker(request).await?.into_inner().answer.expect("there is an answer"))
}

async fn asking(
    address: SocketAddr,
    token: &str,
    asked: SecretsRequest,
) -> Result<(HostsClient<Channel>, Request<SecretsRequest>), Status> {
    let client = HostsClient::connect(format!("http://{address}")).await;
    let client = client.map_err(|error| Status::unavailable(error.to_string()))?;
    let mut request = Request::new(asked);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    Ok((client, request))
}

fn run_report(run: &str, generation: u64, state: State) -> RunReport {
    RunReport { run: run.to_owned(), generation, state: Some(state), ..RunReport::default() }
}

pub(crate) fn starting(run: &str, generation: u64) -> RunReport {
    run_report(run, generation, State::Starting(Starting { doing: "fetches".to_owned() }))
}

pub(crate) fn running(run: &str, generation: u64, status_json: &str) -> RunReport {
    run_report(run, generation, State::Running(Running { status_json: status_json.to_owned() }))
}

/// A run that ended, with outputs by path and digest.
pub(crate) fn ended(run: &str, generation: u64, outcome: Outcome, outputs: &[(&str, &str)]) -> RunReport {
    let output =
        |(path, digest): &(&str, &str)| Output { path: (*path).to_owned(), digest: (*digest).to_owned(), bytes: 3 };
    let outputs = outputs.iter().map(output).collect();
    let (reason, report_json) = ("because".to_owned(), "{\"ended\":true}".to_owned());
    ended_so(run, generation, Ended { outcome: outcome.into(), reason, report_json, outputs, ..Ended::default() })
}

pub(crate) fn ended_so(run: &str, generation: u64, ended: Ended) -> RunReport {
    run_report(run, generation, State::Ended(ended))
}
