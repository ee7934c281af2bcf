//! Between protobuf and the store's records.

use leat_bundle::BundleParameter;
use leat_scheduler::model::{Moment, Resources, RunState};
use leat_wire::api_v1::{
    self as wire, CancelRequested, Checkpoint, Event, HostTurned, Output, Parameter, PartNeeds, PauseRequested,
    Process, RiskObject, Run, RunSubmitted, RunSummary, RunTurned, SubmitRequest, SubmitResponse, event,
};

use crate::api::runs::{hosts, needs, why};
use crate::api::submit::{TakenIn, Values, Wish};
use crate::papers;
use crate::problem::{Answer, Problem};
use crate::store::{self, CheckpointSummary, EventKind, ObjectVersion, OutputRecord, ProcessRecord, RunDetail};

fn micros(moment: Moment) -> i64 {
    moment.0
}

fn state(state: RunState) -> i32 {
    let said = match state {
        RunState::Queued => wire::RunState::Queued,
        RunState::Starting => wire::RunState::Starting,
        RunState::Running => wire::RunState::Running,
        RunState::Recovering => wire::RunState::Recovering,
        RunState::Paused => wire::RunState::Paused,
        RunState::Succeeded => wire::RunState::Succeeded,
        RunState::Failed => wire::RunState::Failed,
        RunState::Cancelled => wire::RunState::Cancelled,
    };
    said.into()
}

/// A state that is asked for.
pub(super) fn state_of(number: i32) -> Answer<RunState> {
    let known = RunState::ALL.into_iter().find(|known| state(*known) == number);
    known.ok_or_else(|| Problem::invalid(format!("there is no state {number}")))
}

/// A run to be.
pub(super) fn wish(asked: SubmitRequest) -> Answer<Wish> {
    Ok(Wish {
        bundle: asked.bundle.parse().map_err(|error| Problem::invalid(format!("bundle: {error}")))?,
        group: asked.group,
        priority: asked.priority,
        attempts_max: asked.attempts_max,
        seed: asked.seed,
        checkpoint_every_ms: asked.checkpoint_every_ms,
        region: asked.region,
        labels: Some(asked.labels),
        architecture: asked.architecture,
        spread: asked.spread,
        parts: Some(asked.parts.into_iter().map(|(name, needs)| (name, resources(needs))).collect()),
        cpu_millis: asked.cpu_millis,
        memory_bytes: asked.memory_bytes,
        values: Values {
            parameters: asked.parameters.into_iter().collect(),
            facts: asked.facts.into_iter().collect(),
            tags: asked.tags.map(|tags| tags.names.into_iter().collect()),
        },
    })
}

fn resources(needs: PartNeeds) -> Resources {
    Resources { cpu_millis: needs.cpu_millis, memory_bytes: needs.memory_bytes }
}

pub(super) fn taken_in(taken: &TakenIn) -> SubmitResponse {
    SubmitResponse { run: Some(run(&taken.run)), is_new: taken.is_new }
}

pub(super) fn summary(summary: &store::RunSummary) -> RunSummary {
    let record = &summary.record;
    RunSummary {
        id: record.id.to_string(),
        process: summary.process.clone(),
        user: record.user.clone(),
        group: record.group.clone(),
        state: state(record.state),
        why: why(summary),
        priority: record.priority,
        submitted_us: micros(record.submitted),
        since_us: micros(record.since),
        started_us: summary.started.map(micros),
        ended_us: summary.ended.map(micros),
        attempts: record.attempts,
        attempts_max: record.attempts_max,
        hosts: hosts(summary),
        cancel_requested: record.cancel_requested,
        pause_requested: record.pause_requested,
    }
}

pub(super) fn run(detail: &RunDetail) -> Run {
    let constraints = &detail.summary.record.constraints;
    let needs = needs(&detail.summary);
    Run {
        summary: Some(summary(&detail.summary)),
        bundle: detail.bundle.to_string(),
        seed: detail.seed,
        retry_of: detail.retry_of.as_ref().map(ToString::to_string),
        checkpoint_every_ms: detail.checkpoint_every.map(|every| u64::try_from(every.as_millis()).unwrap_or(u64::MAX)),
        checkpoint: detail.checkpoint.as_ref().map(checkpoint),
        region: constraints.region.clone(),
        labels: constraints.labels.clone(),
        architecture: constraints.architecture.clone(),
        cpu_millis: needs.cpu_millis,
        memory_bytes: needs.memory_bytes,
        status_json: papers::status(&detail.papers).map(|status| status.to_string()),
    }
}

fn checkpoint(checkpoint: &CheckpointSummary) -> Checkpoint {
    let CheckpointSummary { generation, number, bytes, kept } = *checkpoint;
    Checkpoint { generation: generation.0, number, bytes, kept_us: micros(kept) }
}

pub(super) fn event(event: &store::Event) -> Event {
    let what = match &event.kind {
        EventKind::Submitted { run } => event::What::Submitted(RunSubmitted { run: run.to_string() }),
        EventKind::Run { run, state: now, generation, hosts } => event::What::Run(RunTurned {
            run: run.to_string(),
            state: state(*now),
            generation: generation.0,
            hosts: hosts.iter().map(ToString::to_string).collect(),
        }),
        EventKind::CancelRequested { run } => event::What::CancelRequested(CancelRequested { run: run.to_string() }),
        EventKind::PauseRequested { run } => event::What::PauseRequested(PauseRequested { run: run.to_string() }),
        EventKind::Host { host, what } => event::What::Host(HostTurned { host: host.to_string(), what: what.clone() }),
    };
    Event {
        number: event.number,
        at_us: micros(event.at),
        actor: event.cause.actor.clone(),
        reason: event.cause.reason.clone(),
        what: Some(what),
    }
}

pub(super) fn output(output: &OutputRecord) -> Output {
    Output { path: output.path.clone(), digest: output.digest.to_string(), bytes: output.bytes }
}

pub(super) fn process(record: &ProcessRecord) -> Process {
    let parameter = |known: &BundleParameter| Parameter {
        name: known.name.clone(),
        r#type: known.value_type.clone(),
        value: known.value.clone(),
    };
    Process {
        process: record.process.clone(),
        group: record.group.clone(),
        bundle: record.bundle.to_string(),
        user: record.user.clone(),
        created_us: micros(record.created),
        takes_parameters: record.parameters.is_some(),
        parameters: record.parameters.iter().flatten().map(parameter).collect(),
    }
}

pub(super) fn object(object: &ObjectVersion) -> RiskObject {
    RiskObject {
        name: object.name.clone(),
        version: object.version,
        file: object.file.clone(),
        digest: object.digest.to_string(),
        bytes: object.bytes,
        user: object.user.clone(),
        created_us: micros(object.created),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_the_same_in_both_directions_and_no_other_number_is_one() {
        for known in RunState::ALL {
            assert_eq!(state_of(state(known)).unwrap(), known);
        }
        for number in [0, -1, 9, i32::MAX] {
            assert!(state_of(number).is_err(), "{number}");
        }
    }
}
