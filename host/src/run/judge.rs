//! Whose fault it is that a run did not succeed: its own, which no other host can mend, or this host's.

use leat_bundle::BadManifest;
use leat_stream::plan::{BadPlan, Plan};
use leat_worker::{Aftermath, FailureReport, Next, Outcome as Ended, Report, aftermath};

use super::playpen::PlaypenError;
use super::{End, Outcome, Task};
use crate::transfer::TransferError;

/// How long a report's text may be; beyond, it is sent without what else is told of the outputs, or not at all.
const REPORT_BYTES_MAX: usize = 4 << 20;

/// The end of a run that had a worker, with this plan. Outputs are not in it yet.
pub(crate) fn of_report(report: &Report, task: &Task, plan: &Plan) -> End {
    let (outcome, reason) = match &report.outcome {
        Ended::Succeeded => (Outcome::Succeeded, String::new()),
        Ended::Stopped => (Outcome::Stopped, "it was stopped".to_owned()),
        Ended::Failed(failure) => of_failure(failure, report.memory_bytes_peak, task),
    };
    let end = End { report_json: text_of(report), ..End::new(outcome, reason) };
    match &report.death {
        Some(death) => after_death(end, aftermath(plan, &task.deaths, &report.outcome, death)),
        None => end,
    }
}

/// What becomes of an end when it is known what the worker died of.
fn after_death(end: End, Aftermath { deaths, next }: Aftermath) -> End {
    // Without it they are counted anew.
    let deaths_json = serde_json::to_string(&deaths).unwrap_or_default();
    let end = End { deaths_json, ..end };
    match next {
        Next::AsReported => end,
        Next::Again { refuses: None } => End { outcome: Outcome::HostFault, ..end },
        Next::Again { refuses: Some(told) } => {
            let reason = format!("{}; {told}: the next attempt refuses it", end.reason);
            End { outcome: Outcome::HostFault, reason, taught: true, ..end }
        }
        Next::GivenUp(failure) => End { outcome: Outcome::Failed, reason: words(&failure), ..end },
    }
}

fn of_failure(failure: &FailureReport, memory_bytes_peak: u64, task: &Task) -> (Outcome, String) {
    let reason = words(failure);
    if !failure.is_of_the_host() {
        return (Outcome::Failed, reason);
    }
    if failure.node.is_none() && memory_bytes_peak > task.memory_bytes {
        // Whoever ended the worker had a reason that it takes along to every host.
        let (peak, promised) = (memory_bytes_peak.div_ceil(1 << 20), task.memory_bytes >> 20);
        return (
            Outcome::Failed,
            format!(
                "{reason}; it had taken {peak} MiB of memory, and was promised {promised} MiB: let it ask for more"
            ),
        );
    }
    (Outcome::HostFault, reason)
}

/// A failure in a sentence: where, why, and the way out.
fn words(failure: &FailureReport) -> String {
    let FailureReport { node, line, file, reason, hint, .. } = failure;
    let place = match (node, line, file) {
        (Some(node), Some(line), Some(file)) => format!("node `{node}` ({file}, line {line}): "),
        (Some(node), Some(line), None) => format!("node `{node}` (line {line}): "),
        (Some(node), None, _) => format!("node `{node}`: "),
        (None, ..) => String::new(),
    };
    let hint = hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
    format!("{place}{reason}{hint}")
}

/// The report as JSON, with nothing in it that grows without end.
fn text_of(report: &Report) -> String {
    let fits = |report: &Report| serde_json::to_string(report).ok().filter(|text| text.len() <= REPORT_BYTES_MAX);
    fits(report).or_else(|| fits(&Report { outputs: Vec::new(), ..report.clone() })).unwrap_or_default()
}

/// The end of a run whose contents did not come, or whose outputs did not go.
pub(crate) fn of_transfer(error: &TransferError) -> End {
    let outcome = match error {
        TransferError::Missing(_) | TransferError::Refused { too_large: true, .. } => Outcome::Failed,
        TransferError::Away(_)
        | TransferError::Refused { .. }
        | TransferError::Lies(_)
        | TransferError::TooLarge { .. }
        | TransferError::Disk { .. } => Outcome::HostFault,
    };
    End::new(outcome, error.to_string())
}

/// The end of a run whose bundle is none.
pub(crate) fn of_manifest(error: &BadManifest) -> End {
    End::new(Outcome::Failed, error.to_string())
}

/// The end of a run whose plan cannot be read here. A host of the version that made it may be able to.
pub(crate) fn of_plan(error: &BadPlan, made_by: &str, here: &str) -> End {
    if made_by == here {
        return End::new(Outcome::Failed, error.to_string());
    }
    let reason = format!("{error}; the bundle was made by Leat {made_by}, and this host runs Leat {here}");
    End::new(Outcome::HostFault, reason)
}

/// The end of a run that has no playpen.
pub(crate) fn of_playpen(error: &PlaypenError) -> End {
    let outcome = match error {
        PlaypenError::Bundle(_) => Outcome::Failed,
        PlaypenError::Disk { .. } => Outcome::HostFault,
        PlaypenError::Stopped => Outcome::Stopped,
    };
    End::new(outcome, error.to_string())
}

#[cfg(test)]
mod tests {
    use leat_bundle::Digest;

    use super::*;

    fn task() -> Task {
        Task {
            bundle: Digest::of(b""),
            started_us: 0,
            seed: 0,
            cpu_millis: 1000,
            memory_bytes: 100 << 20,
            division: None,
            checkpoint_every_ms: None,
            checkpoint: Vec::new(),
            deaths: leat_worker::Deaths::default(),
            span: None,
        }
    }

    fn failure(node: Option<&str>, reason: &str) -> FailureReport {
        FailureReport {
            node: node.map(str::to_owned),
            line: node.map(|_| 12),
            file: None,
            reason: reason.to_owned(),
            backtrace: Vec::new(),
            hint: None,
            worker: None,
        }
    }

    #[test]
    fn a_worker_that_was_killed_is_the_hosts_fault_unless_it_took_more_memory_than_promised() {
        let killed = failure(None, "the worker was killed from outside (signal 9): …");
        assert_eq!(of_failure(&killed, 50 << 20, &task()).0, Outcome::HostFault);
        let (outcome, reason) = of_failure(&killed, 200 << 20, &task());
        assert_eq!(outcome, Outcome::Failed);
        assert!(reason.contains("200 MiB") && reason.contains("100 MiB"), "{reason}");
    }

    #[test]
    fn a_node_that_fails_is_named_with_its_line_and_the_way_out() {
        let mut failed = failure(Some("price"), "division by zero");
        failed.hint = Some("look at record 7".to_owned());
        let (outcome, reason) = of_failure(&failed, 200 << 20, &task());
        assert_eq!(outcome, Outcome::Failed);
        assert_eq!(reason, "node `price` (line 12): division by zero; look at record 7");
        failed.file = Some("sub.strm".to_owned());
        assert!(words(&failed).starts_with("node `price` (sub.strm, line 12): "));
    }

    #[test]
    fn a_full_disk_is_the_hosts_fault_though_a_node_met_it() {
        let full = failure(Some("out"), "out.csv: the disk is full; make room or choose another output directory");
        assert_eq!(of_failure(&full, 200 << 20, &task()).0, Outcome::HostFault);
    }

    #[test]
    fn what_no_midtier_has_no_other_host_will_find() {
        assert_eq!(of_transfer(&TransferError::Missing("x".to_owned())).outcome, Outcome::Failed);
        for fault in [TransferError::Away("x".to_owned()), TransferError::Lies("x".to_owned())] {
            assert_eq!(of_transfer(&fault).outcome, Outcome::HostFault);
        }
    }

    #[test]
    fn a_plan_of_another_version_is_left_to_another_host() {
        let bad = Plan::from_json("{}").unwrap_err();
        assert_eq!(of_plan(&bad, "0.1.0", "0.1.0").outcome, Outcome::Failed);
        let end = of_plan(&bad, "0.2.0", "0.1.0");
        assert_eq!(end.outcome, Outcome::HostFault);
        assert!(end.reason.ends_with("made by Leat 0.2.0, and this host runs Leat 0.1.0"), "{}", end.reason);
    }
}
