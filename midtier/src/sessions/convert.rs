//! Between protobuf and the store's records. What comes from an agent is believed only as far as it can be checked here.

use std::time::Duration;

use leat_bundle::require_inside;
use leat_scheduler::model::{Generation, HostId, HostRecord, PowerState, Resources, RunId};
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::{Assignment, Division as WireDivision, Ended, LogPiece as WireLog, Machine, Orders, Share};
use serde::de::IgnoredAny;

use crate::app::App;
use crate::config::Broker;
use crate::store::{Assigned, Division, End, EndKind, LogPiece, OutputRecord};

/// Longest texts that are taken of an agent, bytes.
const NAME_BYTES_MAX: usize = 200;
const REASON_BYTES_MAX: usize = 4_000;
const DOCUMENT_BYTES_MAX: usize = 8 << 20;
/// How many labels a host may have, and outputs a run.
const LABELS_MAX: usize = 64;
const OUTPUTS_MAX: usize = 100_000;
/// Stores count with signed numbers.
const NUMBER_MAX: u64 = i64::MAX as u64;

/// What cannot be taken of an agent, for its log.
pub(super) type Refused = String;

/// A host as its agent describes it, joined to what is known of it already: how it is switched and what it costs is the
/// operator's to say, and where an agent says nothing of region or labels, what is known stays.
pub(super) fn host(id: &HostId, machine: Machine, known: Option<&HostRecord>) -> Result<HostRecord, Refused> {
    let texts = machine.labels.iter().flat_map(|(name, value)| [name, value]);
    for text in texts.chain([&machine.architecture, &machine.leat_version]) {
        plain("a text of the machine", text)?;
    }
    if machine.labels.len() > LABELS_MAX {
        return Err(format!("the machine has more than {LABELS_MAX} labels"));
    }
    let labels = machine.labels.into_iter().collect();
    let region = match machine.region {
        region if region.is_empty() => known.and_then(|known| known.region.clone()),
        region => {
            plain("the region", &region)?;
            Some(region)
        }
    };
    let capacity = Resources {
        cpu_millis: machine.cpu_millis.min(NUMBER_MAX),
        memory_bytes: machine.memory_bytes.min(NUMBER_MAX),
    };
    Ok(HostRecord {
        labels: known
            .filter(|_| std::collections::BTreeMap::is_empty(&labels))
            .map_or(labels, |known| known.labels.clone()),
        region,
        power: known.and_then(|known| known.power.clone()),
        cost_per_hour: known.map_or(0.0, |known| known.cost_per_hour),
        state: PowerState::Ready,
        ..HostRecord::off(id.clone(), machine.architecture, capacity)
    })
}

/// A name that a store can keep and a log can show.
pub(super) fn plain(what: &str, text: &str) -> Result<(), Refused> {
    if text.len() > NAME_BYTES_MAX || text.chars().any(char::is_control) {
        return Err(format!("{what} is longer than {NAME_BYTES_MAX} bytes, or holds control characters"));
    }
    Ok(())
}

/// A run and its attempt.
pub(super) fn attempt(run: &str, generation: u64) -> Result<(RunId, Generation), Refused> {
    Ok((RunId::parse(run).map_err(|error| error.to_string())?, Generation(generation)))
}

/// A document of JSON; nothing where there is none.
pub(super) fn document(what: &str, text: String) -> Result<Option<String>, Refused> {
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > DOCUMENT_BYTES_MAX {
        return Err(format!("{what} is larger than {DOCUMENT_BYTES_MAX} bytes"));
    }
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| format!("{what} is no JSON: {error}"))?;
    Ok(Some(text))
}

/// How a run has ended.
pub(super) fn end(run: RunId, generation: Generation, ended: Ended) -> Result<End, Refused> {
    let kind = match ended.outcome() {
        Outcome::Succeeded => EndKind::Succeeded,
        Outcome::Failed => EndKind::Failed,
        Outcome::Stopped => EndKind::Stopped,
        Outcome::HostFault => EndKind::HostFault,
        Outcome::Unspecified => return Err("an end without an outcome".to_owned()),
    };
    if ended.outputs.len() > OUTPUTS_MAX {
        return Err(format!("more than {OUTPUTS_MAX} outputs"));
    }
    let mut outputs = Vec::with_capacity(ended.outputs.len());
    for output in ended.outputs {
        require_inside(&output.path).map_err(|error| error.to_string())?;
        let digest = output.digest.parse().map_err(|error| format!("{error}"))?;
        outputs.push(OutputRecord { path: output.path, digest, bytes: output.bytes.min(NUMBER_MAX) });
    }
    outputs.sort_by(|one, other| one.path.cmp(&other.path));
    if let Some(twice) = outputs.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(format!("the output {:?} stands twice", twice[0].path));
    }
    let report_json = document("the report", ended.report_json)?;
    let deaths_json = document("what is told of deaths", ended.deaths_json)?;
    let (reason, taught) = (reason(&ended.reason), ended.taught);
    Ok(End { run, generation, kind, reason, report_json, outputs, deaths_json, taught })
}

/// A reason as people read it: one line, not without end.
pub(super) fn reason(text: &str) -> String {
    let mut said = String::new();
    for c in text.chars() {
        if said.len() + c.len_utf8() > REASON_BYTES_MAX {
            break;
        }
        said.push(if c.is_control() { ' ' } else { c });
    }
    said
}

/// A piece of a log.
pub(super) fn log(host: &HostId, piece: WireLog) -> Result<LogPiece, Refused> {
    let (run, generation) = attempt(&piece.run, piece.generation)?;
    plain("a node's name", &piece.node)?;
    if piece.node.is_empty() || piece.offset > NUMBER_MAX {
        return Err("a piece of a log without a node, or from beyond every log".to_owned());
    }
    let WireLog { node, offset, text, .. } = piece;
    Ok(LogPiece { run, generation, host: host.clone(), node, offset, text })
}

/// How a host comes to know the broker of a divided run.
#[derive(Clone, Copy)]
pub(super) enum Way<'a> {
    /// There is none.
    None,
    /// It is told where it is.
    Told(&'a Broker),
    /// It asks, and is given a user of its own.
    Asked,
}

impl Way<'_> {
    pub(super) fn of(app: &App) -> Way<'_> {
        match &app.config.broker {
            _ if app.secrets.makes_broker_users() => Way::Asked,
            Some(broker) => Way::Told(broker),
            None => Way::None,
        }
    }
}

/// What a host is to do, for as long as its lease holds.
pub(super) fn orders((answers, lease): (u64, Duration), way: Way<'_>, assigned: &[Assigned]) -> Orders {
    let assignment = |assigned: &Assigned| Assignment {
        run: assigned.run.to_string(),
        generation: assigned.generation.0,
        bundle: assigned.bundle.to_string(),
        started_us: assigned.started.0,
        seed: assigned.seed,
        stop: assigned.stop,
        cpu_millis: assigned.needs.cpu_millis,
        memory_bytes: assigned.needs.memory_bytes,
        checkpoint_every_ms: assigned
            .checkpoint_every
            .map_or(0, |every| u64::try_from(every.as_millis()).unwrap_or(u64::MAX)),
        checkpoint_wanted: assigned.checkpoint_wanted,
        checkpoint: assigned.checkpoint.iter().map(ToString::to_string).collect(),
        deaths_json: assigned.deaths_json.clone().unwrap_or_default(),
        division: assigned.division.as_ref().map(|division| self::division(division, way)),
        traceparent: assigned.span.map(|span| span.to_string()).unwrap_or_default(),
    };
    let lease_ms = u32::try_from(lease.as_millis()).unwrap_or(u32::MAX);
    Orders { answers, lease_ms, runs: assigned.iter().map(assignment).collect() }
}

/// Who has what of a divided run, and the way between them.
fn division(division: &Division, way: Way<'_>) -> WireDivision {
    let share = |(host, parts): &(HostId, Vec<String>)| Share { host: host.to_string(), parts: parts.clone() };
    WireDivision {
        shares: division.shares.iter().map(share).collect(),
        mine: u32::try_from(division.mine).unwrap_or(u32::MAX),
        broker: match way {
            Way::Told(broker) => broker.0.clone(),
            Way::None | Way::Asked => String::new(),
        },
        asks_for_broker: matches!(way, Way::Asked),
        parts: u32::try_from(division.parts).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use leat_fuzzing::{Fuzz, Shape};
    use leat_wire::host_v1::Output;
    use prost::Message;

    use super::*;

    fn ended(outputs: &[&str]) -> Ended {
        let digest = "ab".repeat(32);
        let output = |path: &&str| Output { path: (*path).to_owned(), digest: digest.clone(), bytes: 1 };
        let outputs = outputs.iter().map(output).collect();
        let (outcome, reason, report_json) = (Outcome::Succeeded.into(), "a\nb".to_owned(), "{}".to_owned());
        Ended { outcome, reason, report_json, outputs, ..Ended::default() }
    }

    fn end_of(ended: Ended) -> Result<End, Refused> {
        end(RunId::parse("r").unwrap(), Generation(1), ended)
    }

    #[test]
    fn an_end_is_taken_with_its_outputs_in_order_and_its_reason_on_one_line() {
        let end = end_of(ended(&["b.csv", "a/c.csv"])).unwrap();
        assert_eq!(end.reason, "a b");
        assert_eq!(end.outputs.iter().map(|output| output.path.as_str()).collect::<Vec<_>>(), ["a/c.csv", "b.csv"]);
    }

    #[test]
    fn an_end_that_could_do_harm_is_refused() {
        assert!(end_of(ended(&["../x"])).unwrap_err().contains("../x"));
        assert!(end_of(ended(&["a", "a"])).unwrap_err().contains("twice"));
        assert!(end_of(Ended { report_json: "{".to_owned(), ..ended(&[]) }).unwrap_err().contains("no JSON"));
        assert!(end_of(Ended { deaths_json: "{".to_owned(), ..ended(&[]) }).unwrap_err().contains("deaths"));
        assert!(end_of(Ended { outcome: 0, ..ended(&[]) }).unwrap_err().contains("outcome"));
        assert!(end_of(Ended { outcome: 77, ..ended(&[]) }).unwrap_err().contains("outcome"));
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(reason(&"ü".repeat(REASON_BYTES_MAX)).len(), REASON_BYTES_MAX);
        assert_eq!(reason(&format!("a{}", "ü".repeat(REASON_BYTES_MAX))).len(), REASON_BYTES_MAX - 1);
    }

    #[test]
    fn what_an_agent_leaves_out_stays_as_it_is_known() {
        let id = HostId::parse("c1").unwrap();
        let machine = Machine { architecture: "x86_64".to_owned(), cpu_millis: u64::MAX, ..Machine::default() };
        let mut known = host(&id, machine.clone(), None).unwrap();
        (known.region, known.power, known.cost_per_hour) = (Some("eu".to_owned()), Some("ssh".to_owned()), 1.5);
        known.labels.insert("disk".to_owned(), "fast".to_owned());
        assert_eq!(host(&id, machine.clone(), Some(&known)).unwrap(), known);
        let labels = [("disk".to_owned(), "slow".to_owned())].into();
        let said = host(&id, Machine { region: "us".to_owned(), labels, ..machine }, Some(&known)).unwrap();
        assert_eq!((said.region.as_deref(), said.labels["disk"].as_str()), (Some("us"), "slow"));
    }

    #[test]
    fn fuzzed_reports_of_hosts_are_taken_or_refused() {
        use leat_wire::host_v1::run_report::State;
        use leat_wire::host_v1::{Report, RunReport, Running};
        let run = |state| RunReport { run: "r".to_owned(), generation: 1, state: Some(state), ..RunReport::default() };
        let labels = [("disk".to_owned(), "fast".to_owned())].into();
        let good = Report {
            host: "c1".to_owned(),
            number: 1,
            machine: Some(Machine {
                architecture: "x86_64".to_owned(),
                cpu_millis: 4_000,
                labels,
                ..Machine::default()
            }),
            runs: vec![
                run(State::Ended(ended(&["a/b.csv", "c.csv"]))),
                run(State::Running(Running { status_json: r#"{"nodes":[{"name":"a","rows":1}]}"#.to_owned() })),
            ],
            logs: vec![WireLog { run: "r".to_owned(), generation: 1, node: "n".to_owned(), ..WireLog::default() }],
            ..Report::default()
        };
        Fuzz::new("reports of hosts", Shape::Protobuf, [good.encode_to_vec()]).words(["../", "\n", "{"]).run(|bytes| {
            let Ok(report) = Report::decode(bytes) else { return false };
            let id = HostId::parse(&report.host);
            let machine = id.as_ref().ok().zip(report.machine).map(|(id, machine)| host(id, machine, None));
            let logs = report.logs.into_iter().all(|piece| log(&HostId::parse("c1").unwrap(), piece).is_ok());
            let runs = report.runs.into_iter().all(|said| {
                let Ok((run, generation)) = attempt(&said.run, said.generation) else { return false };
                match said.state {
                    Some(State::Ended(ended)) => end(run, generation, ended).is_ok_and(|end| {
                        assert!(!end.reason.contains(char::is_control));
                        assert!(end.outputs.iter().all(|output| require_inside(&output.path).is_ok()));
                        true
                    }),
                    Some(State::Running(running)) => document("the status", running.status_json).is_ok(),
                    _ => true,
                }
            });
            runs && logs && machine.is_none_or(|machine| machine.is_ok())
        });
    }
}
