//! Between the protocol's types and ours. What comes in is believed in nothing: what cannot be understood is a run that
//! fails, with the reason.

use leat_bundle::Digest;
use leat_spans::SpanContext;
use leat_stream::plan::ShareOf;
use leat_wire::host_v1 as wire;
use leat_wire::host_v1::run_report::State;
use leat_worker::Deaths;

use super::state::Standing;
use crate::config::Machine;
use crate::run::checkpoints::Left;
use crate::run::{Assignment, BrokerWay, Division, End, Outcome, Progress, RunId, Task};

/// How much of a report its runs may take; the rest of [`leat_wire::MESSAGE_BYTES_MAX`] is for logs and frames.
const RUNS_BYTES_MAX: usize = 12 << 20;

/// How long a worker's status may be. A longer one is left out.
const STATUS_BYTES_MAX: usize = 1 << 20;

/// Among how many hosts a run may be divided: as many parts as a bundle may have.
const SHARES_MAX: usize = leat_bundle::PARTS_MAX;

/// A run of the orders, as far as it can be understood.
pub(crate) fn assignment(given: wire::Assignment) -> Assignment {
    let run = RunId(given.run);
    let task = match given.bundle.parse() {
        _ if !run.is_plain() => {
            Err(format!("the run's name {:?} is no plain name of at most 100 letters", shortened(&run.0)))
        }
        Err(error) => Err(format!("the orders name no bundle: {error}")),
        Ok(bundle) => checkpoint(&given.checkpoint).map(|checkpoint| Task {
            bundle,
            started_us: given.started_us,
            seed: given.seed,
            cpu_millis: given.cpu_millis,
            memory_bytes: given.memory_bytes,
            division: given.division.map(division),
            checkpoint_every_ms: Some(given.checkpoint_every_ms).filter(|millis| *millis > 0),
            checkpoint,
            deaths: deaths(&given.deaths_json),
            span: SpanContext::parse(&given.traceparent),
        }),
    };
    Assignment { run, generation: given.generation, stop: given.stop, checkpoint_wanted: given.checkpoint_wanted, task }
}

/// The lists of what an attempt goes on from.
fn checkpoint(lists: &[String]) -> Result<Vec<Digest>, String> {
    let digests = lists.iter().take(SHARES_MAX).map(|list| list.parse());
    digests.collect::<Result<_, _>>().map_err(|error| format!("the orders name no checkpoint: {error}"))
}

/// How workers have died. Another version of Leat may have counted them: then they are counted anew.
fn deaths(json: &str) -> Deaths {
    if json.is_empty() {
        return Deaths::default();
    }
    serde_json::from_str(json).unwrap_or_else(|error| {
        tracing::warn!("how workers of a run have died before cannot be read, and is counted anew: {error}");
        Deaths::default()
    })
}

/// Who has what of a divided run. Whether the plan can be divided so is seen when it is.
fn division(given: wire::Division) -> Division {
    let wire::Division { shares, mine, broker, parts, asks_for_broker } = given;
    let share = |wire::Share { host, parts }: wire::Share| ShareOf { host, parts };
    let shares: Vec<ShareOf> = shares.into_iter().take(SHARES_MAX).map(share).collect();
    let mine = usize::try_from(mine).unwrap_or(usize::MAX);
    let broker = match (asks_for_broker, broker.is_empty()) {
        (true, _) => BrokerWay::Asked,
        (false, false) => BrokerWay::Told(broker),
        (false, true) => BrokerWay::None,
    };
    Division { shares, mine, broker, shares_max: parts.min(SHARES_MAX as u32) }
}

fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

/// What a host is, for a session's first report.
pub(crate) fn machine(machine: &Machine, leat_version: &str) -> wire::Machine {
    wire::Machine {
        leat_version: leat_version.to_owned(),
        architecture: machine.architecture.clone(),
        region: machine.region.clone(),
        labels: machine.labels.clone().into_iter().collect(),
        cpu_millis: machine.cpu_millis,
        memory_bytes: machine.memory_bytes,
    }
}

/// A run of a report.
pub(crate) struct Entry<'a> {
    pub(crate) run: &'a RunId,
    pub(crate) generation: u64,
    pub(crate) standing: Standing<'a>,
    /// How its task goes on, or went on when last heard.
    pub(crate) progress: Option<Progress>,
    /// What it has left at the midtier.
    pub(crate) left: Left,
    /// Whether the logs were sent to their end.
    pub(crate) logs_sent: bool,
}

/// The runs of a report, cut to what a message may hold. Answers whether an end had to wait for a later report: because
/// its logs have to go first, or because there was no room for it.
pub(crate) fn runs<'a>(entries: impl Iterator<Item = Entry<'a>>) -> (Vec<wire::RunReport>, bool) {
    let (mut reports, mut waits, mut room) = (Vec::new(), false, RUNS_BYTES_MAX);
    for entry in entries {
        let state = match entry.standing {
            Standing::Over(end) if entry.logs_sent && end.bytes() <= room => State::Ended(ended(end)),
            Standing::Over(_) => {
                waits = true;
                progress(entry.progress.as_ref(), room)
            }
            Standing::AtWork => progress(entry.progress.as_ref(), room),
            Standing::Waits => starting("waits for the end of an older attempt"),
        };
        room = room.saturating_sub(bytes(&state));
        let (checkpoint, no_checkpoints) = left(entry.left);
        let (run, generation) = (entry.run.0.clone(), entry.generation);
        reports.push(wire::RunReport { run, generation, state: Some(state), checkpoint, no_checkpoints });
    }
    (reports, waits)
}

fn left(left: Left) -> (Option<wire::Checkpoint>, String) {
    match left {
        Left::Nothing => (None, String::new()),
        Left::Never(why) => (None, why),
        Left::Checkpoint { number, list } => (Some(wire::Checkpoint { number, list: list.to_string() }), String::new()),
    }
}

fn bytes(state: &State) -> usize {
    match state {
        State::Starting(starting) => starting.doing.len(),
        State::Running(running) => running.status_json.len(),
        State::Ended(ended) => {
            let outputs: usize = ended.outputs.iter().map(|output| output.path.len() + 88).sum();
            ended.reason.len() + ended.report_json.len() + ended.deaths_json.len() + outputs
        }
    }
}

fn progress(progress: Option<&Progress>, room: usize) -> State {
    match progress {
        Some(Progress::Running { status_json, .. }) => {
            let fits = status_json.len() <= room.min(STATUS_BYTES_MAX);
            State::Running(wire::Running { status_json: if fits { status_json.to_string() } else { String::new() } })
        }
        Some(Progress::Starting(doing)) => starting(doing),
        None => starting("begins"),
    }
}

fn starting(doing: &str) -> State {
    State::Starting(wire::Starting { doing: doing.to_owned() })
}

fn ended(end: &End) -> wire::Ended {
    let outcome = match end.outcome {
        Outcome::Succeeded => wire::ended::Outcome::Succeeded,
        Outcome::Failed => wire::ended::Outcome::Failed,
        Outcome::Stopped => wire::ended::Outcome::Stopped,
        Outcome::HostFault => wire::ended::Outcome::HostFault,
    };
    let outputs = end.outputs.iter().map(|output| wire::Output {
        path: output.path.clone(),
        digest: output.digest.to_string(),
        bytes: output.bytes,
    });
    wire::Ended {
        outcome: outcome.into(),
        reason: end.reason.clone(),
        report_json: end.report_json.clone(),
        outputs: outputs.collect(),
        deaths_json: end.deaths_json.clone(),
        taught: end.taught,
    }
}

/// A piece of a log, with the run it is of.
pub(crate) struct LogPiece {
    pub(crate) run: RunId,
    pub(crate) generation: u64,
    pub(crate) node: String,
    pub(crate) offset: u64,
    pub(crate) text: Vec<u8>,
}

impl From<LogPiece> for wire::LogPiece {
    fn from(piece: LogPiece) -> Self {
        let LogPiece { run, generation, node, offset, text } = piece;
        wire::LogPiece { run: run.0, generation, node, offset, text }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use leat_fuzzing::{Fuzz, Shape};
    use prost::Message;

    use super::*;

    fn entry<'a>(run: &'a RunId, end: &'a End) -> Entry<'a> {
        Entry {
            run,
            generation: 1,
            standing: Standing::Over(end),
            progress: None,
            left: Left::Nothing,
            logs_sent: true,
        }
    }

    #[test]
    fn an_order_that_cannot_be_understood_says_why() {
        let order = |run: &str, bundle: &str| {
            let given = wire::Assignment { run: run.to_owned(), bundle: bundle.to_owned(), ..Default::default() };
            assignment(given).task
        };
        let digest = Digest::of(b"x").to_string();
        assert!(order("run-1", &digest).is_ok());
        assert!(order("../../etc", &digest).unwrap_err().contains("../../etc"));
        assert!(order("", &digest).unwrap_err().contains("no plain name"));
        assert!(order("run-1", "latest").unwrap_err().contains("\"latest\" is no digest"));
    }

    #[test]
    fn a_run_is_begun_though_another_version_has_counted_its_deaths() {
        let deaths = |json: &str| {
            let (run, bundle) = ("run-1".to_owned(), Digest::of(b"x").to_string());
            let given = wire::Assignment { run, bundle, deaths_json: json.to_owned(), ..Default::default() };
            assignment(given).task.unwrap().deaths
        };
        let counted = r#"{"in_a_row":[],"without_progress":2,"poisoned":[{"node":1,"end":0,"number":7}]}"#;
        assert_eq!(deaths(counted).poisoned().len(), 1);
        assert_eq!((deaths(""), deaths("[1]")), (Deaths::default(), Deaths::default()));
    }

    #[test]
    fn a_run_is_begun_whatever_stands_for_its_span() {
        let span = |traceparent: &str| {
            let bundle = Digest::of(b"x").to_string();
            let given = wire::Assignment {
                run: "run-1".to_owned(),
                bundle,
                traceparent: traceparent.to_owned(),
                ..Default::default()
            };
            assignment(given).task.unwrap().span
        };
        let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(span(sound).unwrap().to_string(), sound);
        assert_eq!((span(""), span("00-garbage")), (None, None));
    }

    #[test]
    fn an_end_waits_for_its_logs() {
        let (run, end) = (RunId("a".to_owned()), End::new(Outcome::Succeeded, ""));
        let (reports, waits) = runs([Entry { logs_sent: false, ..entry(&run, &end) }].into_iter());
        assert!(waits);
        assert!(matches!(reports[0].state, Some(State::Starting(_))));
        let (reports, waits) = runs([entry(&run, &end)].into_iter());
        assert!(!waits);
        assert!(matches!(reports[0].state, Some(State::Ended(_))));
    }

    #[test]
    fn a_report_never_grows_beyond_a_message() {
        let ids: Vec<RunId> = (0..4).map(|number| RunId(format!("r{number}"))).collect();
        let end = End { report_json: "x".repeat(5 << 20), ..End::new(Outcome::Failed, "") };
        let (reports, waits) = runs(ids.iter().map(|run| entry(run, &end)));
        let ended = reports.iter().filter(|report| matches!(report.state, Some(State::Ended(_)))).count();
        assert_eq!(
            (reports.len(), ended, waits),
            (4, 2, true),
            "every run is named, and what does not fit comes later"
        );
    }

    #[test]
    fn a_status_that_is_too_long_is_left_out() {
        let run = RunId("a".to_owned());
        let status_json: Arc<str> = "x".repeat(STATUS_BYTES_MAX + 1).into();
        let progress = Some(Progress::Running { status_json, logs: Arc::default() });
        let entry = Entry {
            run: &run,
            generation: 1,
            standing: Standing::AtWork,
            progress,
            left: Left::Nothing,
            logs_sent: true,
        };
        let (reports, _) = runs([entry].into_iter());
        assert!(matches!(&reports[0].state, Some(State::Running(running)) if running.status_json.is_empty()));
    }

    #[test]
    fn fuzzed_orders_are_understood_or_refused() {
        let good = wire::Orders {
            answers: 7,
            lease_ms: 10_000,
            runs: vec![wire::Assignment {
                run: "run-1".to_owned(),
                generation: 2,
                bundle: Digest::of(b"x").to_string(),
                started_us: 1,
                seed: 3,
                cpu_millis: 1_000,
                memory_bytes: 1 << 30,
                checkpoint_every_ms: 200,
                checkpoint: vec![Digest::of(b"y").to_string()],
                deaths_json: r#"{"in_a_row":[],"without_progress":2,"poisoned":[{"node":1,"end":0,"number":7}]}"#
                    .to_owned(),
                division: Some(wire::Division {
                    shares: vec![wire::Share { host: "c1".to_owned(), parts: vec!["a".to_owned()] }],
                    mine: 0,
                    broker: "amqp://u:p@127.0.0.1:5672/%2f".to_owned(),
                    parts: 1,
                    asks_for_broker: false,
                }),
                traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
                ..Default::default()
            }],
        };
        Fuzz::new("orders to hosts", Shape::Protobuf, [good.encode_to_vec()]).words(["../", "\0"]).run(|bytes| {
            let Ok(orders) = wire::Orders::decode(bytes) else { return false };
            orders.runs.into_iter().map(assignment).all(|assigned| assigned.task.is_ok())
        });
    }
}
