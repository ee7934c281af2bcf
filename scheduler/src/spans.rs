//! How long each run waited for its place, as a span of the run's trace.
//!
//! Called by the scheduler after a commit: what was not done is not told.

use std::collections::{BTreeMap, BTreeSet};

use leat_spans::{Kind, Recorder};

use crate::ledger::Decision;
use crate::model::{Moment, RunId, RunRecord};

/// Records the waits that have come to an end: of runs that were placed, and of those that never will be.
pub(crate) fn record<'a>(
    recorder: &Recorder,
    runs: &[RunRecord],
    decisions: impl Iterator<Item = (&'a Decision, &'a bool)>,
    now: Moment,
) {
    if !recorder.is_on() {
        return;
    }
    let done = decisions.filter(|(_, done)| **done).map(|(decision, _)| decision);
    let ended: BTreeMap<&RunId, &Decision> = done
        .filter_map(|decision| match decision {
            Decision::Place { run, .. } | Decision::Fail { run, .. } => Some((run, decision)),
            _ => None,
        })
        .collect();
    if ended.is_empty() {
        return;
    }
    for run in runs.iter().filter(|run| run.state.is_waiting()) {
        let Some(decision) = ended.get(&run.id) else { continue };
        let mut span = recorder.begin_at("schedule", Kind::Internal, run.span, run.since.0);
        span.set("leat.run.id", run.id.as_str());
        span.set("leat.run.group", run.group.as_str());
        match decision {
            Decision::Place { placements, .. } => {
                let hosts: BTreeSet<&str> = placements.iter().map(|placement| placement.host.as_str()).collect();
                span.set("leat.run.attempt", u64::from(run.attempts) + 1);
                span.set("leat.hosts", hosts.into_iter().map(str::to_owned).collect::<Vec<_>>());
            }
            Decision::Fail { reason, .. } => span.fail(reason.as_str()),
            _ => {}
        }
        span.end_at(now.0);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use leat_spans::{Span, SpanContext, Spans, Value};

    use super::*;
    use crate::model::{Generation, HostId, Placement};
    use crate::testing::run;

    #[derive(Default)]
    struct Taken(Mutex<Vec<Span>>);

    impl Spans for Taken {
        fn take(&self, span: Span) {
            self.0.lock().unwrap().push(span);
        }
    }

    #[test]
    fn a_wait_is_told_from_its_begin_to_what_ended_it_and_only_if_that_was_done() {
        let taken = Arc::<Taken>::default();
        let recorder = Recorder::new(|| 0, taken.clone());
        let span = SpanContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let waiting = |name: &str| RunRecord { span, since: Moment(5), attempts: 1, ..run(name) };
        let runs = ["placed", "refused", "stale"].map(waiting);
        let placements =
            ["c2", "c1", "c2"].map(|host| Placement { part: "all".to_owned(), host: HostId::parse(host).unwrap() });
        let place = |run: &RunRecord| Decision::Place {
            run: run.id.clone(),
            revision: run.revision,
            generation: Generation(2),
            placements: placements.to_vec(),
        };
        let fail = Decision::Fail { run: runs[1].id.clone(), revision: 1, reason: "too large".to_owned() };
        let decisions = [(place(&runs[0]), true), (fail, true), (place(&runs[2]), false)];
        record(&recorder, &runs, decisions.iter().map(|(decision, done)| (decision, done)), Moment(9));
        let spans = taken.0.lock().unwrap();
        let [placed, refused] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!((placed.parent, placed.start_us, placed.end_us), (span.map(|span| span.span), 5, 9));
        let hosts = Value::Texts(vec!["c1".to_owned(), "c2".to_owned()]);
        assert!(placed.attributes.contains(&("leat.hosts", hosts)), "{placed:?}");
        assert!(placed.attributes.contains(&("leat.run.attempt", Value::Number(2))), "{placed:?}");
        assert_eq!((placed.error.as_deref(), refused.error.as_deref()), (None, Some("too large")));
    }
}
