//! Facts: who waits, what a wait costs, and how it ends.

use std::sync::mpsc;
use std::time::Duration;

use leat_flow::cuts::{Checkpoints, Counted, Restored};
use leat_flow::facts::FACT_TEXT_BYTES_MAX;
use leat_flow::meter::Activity;
use leat_flow::run::NodeEnd;
use leat_flow::step::{FactProblem, Outlet, StepError, Stopped};
use leat_stream::node_info::{Value, ValueType};
use leat_stream::plan::{Fact, FactSource, FactUse, FactWay};

use crate::pressure::wait_until;
use crate::process::{Process, Taken, count_to, step};

/// The node called `setter` sets the fact `n`, the others use it.
fn fact(process: &mut Process, setter: usize, uses: &[(usize, FactWay)]) {
    let source = FactSource::SetBy(setter);
    process.plan.facts = vec![Fact { name: "group.n".to_owned(), value_type: ValueType::Int64, source }];
    for (node, way) in [(setter, FactWay::Set)].iter().chain(uses) {
        process.plan.nodes[*node].facts = vec![FactUse { name: "n".to_owned(), fact: 0, way: *way }];
    }
}

fn read(outlet: &mut dyn Outlet) -> Result<i64, StepError> {
    match outlet.fact("n") {
        Ok(Value::Int64(value)) => Ok(value),
        Err(FactProblem::Stopped(stopped)) => Err(StepError::Stopped(stopped)),
        other => Err(StepError::Failed(format!("{other:?}"))),
    }
}

#[test]
fn a_wait_in_the_middle_of_a_call_is_seen_costs_no_time_of_the_call_and_lets_its_writers_go_on() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let (release, gate) = mpsc::channel::<()>();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(100_000, 100));
    let mut batches = 0;
    let setter = step(move |outlet, _, _| {
        batches += 1;
        if batches == 1_000 && gate.recv().is_ok() {
            outlet.set_fact("n", Value::Int64(7)).map_err(|problem| StepError::Failed(format!("{problem:?}")))?;
        }
        Ok(())
    });
    let setter = process.node("setter", &[(q, false)], &[], setter);
    let reader = step(|outlet, _, batch| {
        assert_eq!(read(outlet)?, 7);
        outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
    });
    let reader = process.node("reader", &[(q, false)], &[Some(r)], reader);
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    fact(&mut process, setter, &[(reader, FactWay::Wait)]);
    let ran = process.run(|watches, _| {
        let reader = &watches[reader];
        wait_until("it waits", || reader.node.meter().activity() == Activity::WaitingForFacts);
        assert_eq!(reader.node.awaiting()[0].to_string(), "fact group.n");
        let calls = || reader.node.meter().call().map(|call| (call.elapsed - call.waited, call.waited));
        let (spent, _) = calls().unwrap();
        wait_until("the wait is long", || calls().unwrap().1 > 50 * spent.max(Duration::from_micros(10)));
        wait_until("records wait on disk", || reader.inputs.fill(0).spilled_bytes > 0);
        release.send(()).unwrap();
        drop(release);
    });
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole), "{:?}", ran.stop.failure());
    assert_eq!(taken.numbers("sink"), (0..100_000).collect::<Vec<_>>());
}

#[test]
fn a_setter_whose_readers_are_gone_goes_on_until_its_fact_is_set() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let [q, r, s] = ["q", "r", "s"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(10_000, 100));
    let mut batches = 0;
    let setter = step(move |outlet, _, batch| {
        batches += 1;
        if batches == 100 {
            outlet.set_fact("n", Value::Int64(batches)).map_err(|problem| StepError::Failed(format!("{problem:?}")))?;
        }
        outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
    });
    let setter = process.node("setter", &[(q, false)], &[Some(r)], setter);
    let gone = step(|_, _, _| Err(StepError::Stopped(Stopped::Unread)));
    process.node("gone", &[(r, false)], &[], gone);
    let reader = step(|outlet, _, batch| {
        assert_eq!(read(outlet)?, 100);
        outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
    });
    let reader = process.node("reader", &[(q, false)], &[Some(s)], reader);
    process.node("sink", &[(s, false)], &[], taken.sink("sink"));
    fact(&mut process, setter, &[(reader, FactWay::Get)]);
    let ran = process.run(|_, _| {});
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole), "{:?}", ran.stop.failure());
    assert_eq!(taken.numbers("sink").len(), 10_000);
}

#[test]
fn a_wait_for_a_fact_that_its_setter_left_unset_or_that_takes_too_long_ends_the_run() {
    for way in [FactWay::Get, FactWay::Wait] {
        for patient in [true, false] {
            let directory = tempfile::tempdir().unwrap();
            let mut process = Process::new(directory.path(), 4_000);
            let (release, gate) = mpsc::channel::<()>();
            let [q, r] = ["q", "r"].map(|name| process.numbers(name));
            process.node("source", &[], &[Some(q)], count_to(10, 10));
            let ends = step(move |_, _, _| {
                gate.recv().unwrap_or_default();
                Ok(())
            });
            let setter = process.node("setter", &[(q, false)], &[], ends);
            let reader = step(|outlet, _, _| read(outlet).map(|_| ()));
            let reader = process.node("reader", &[(q, false)], &[Some(r)], reader);
            process.node("sink", &[(r, false)], &[], Taken::default().sink("sink"));
            fact(&mut process, setter, &[(reader, way)]);
            let mut held = Some(release);
            let said = if patient {
                held = None;
                "waits for fact group.n, set by nobody alive: `setter` has ended without setting it"
            } else {
                process.plan.nodes[reader].wait_max = Duration::from_millis(20);
                "waited 20ms for fact group.n, and `setter` has not set it"
            };
            let ran = process.run(|watches, stop| {
                wait_until("the run is ended", || stop.is_set());
                assert_eq!(watches[reader].node.awaiting()[0].to_string(), "fact group.n");
                drop(held);
            });
            let failure = ran.stop.failure().unwrap();
            assert_eq!((failure.node, failure.reason.as_str()), (Some(reader), said));
            assert_eq!(ran.ends[reader], NodeEnd::CutShort);
        }
    }
}

#[test]
fn only_what_is_fit_of_its_type_and_named_is_set_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(1, 1));
    let setter = step(|outlet, _, batch| {
        assert_eq!(outlet.set_fact("m", Value::Int64(1)), Err(FactProblem::Undeclared));
        assert_eq!(outlet.set_fact("group.n", Value::Int64(1)), Err(FactProblem::Undeclared));
        assert_eq!(outlet.fact("n"), Err(FactProblem::Undeclared));
        assert_eq!(outlet.set_fact("n", Value::Boolean(true)), Err(FactProblem::OtherType(ValueType::Int64)));
        assert_eq!(outlet.set_fact("n", Value::Int64(1)), Ok(()));
        assert_eq!(outlet.set_fact("n", Value::Int64(1)), Err(FactProblem::SetAlready));
        let long = |bytes| Value::Text("x".repeat(bytes));
        assert_eq!(outlet.set_fact("f", Value::Float64(f64::INFINITY)), Err(FactProblem::Unfit));
        assert_eq!(outlet.set_fact("t", long(FACT_TEXT_BYTES_MAX + 1)), Err(FactProblem::Unfit));
        assert_eq!(outlet.set_fact("t", long(FACT_TEXT_BYTES_MAX)), Ok(()));
        outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
    });
    let setter = process.node("setter", &[(q, false)], &[Some(r)], setter);
    process.node("sink", &[(r, false)], &[], Taken::default().sink("sink"));
    fact(&mut process, setter, &[]);
    for (place, (name, value_type)) in [("f", ValueType::Float64), ("t", ValueType::Text)].into_iter().enumerate() {
        process.plan.facts.push(Fact { name: name.to_owned(), value_type, source: FactSource::SetBy(setter) });
        let used = FactUse { name: name.to_owned(), fact: place + 1, way: FactWay::Set };
        process.plan.nodes[setter].facts.push(used);
    }
    let ran = process.run(|_, _| {});
    assert_eq!(ran.stop.failure(), None);
}

#[test]
fn a_run_begun_again_has_the_facts_that_were_known_and_fails_where_one_becomes_another() {
    for (again, said) in [
        (7, None),
        (
            8,
            Some(
                "sets the fact group.n to 8, and before the run was begun again it was 7, which others may have used: the node does \
                 not do the same with the same records",
            ),
        ),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut process = Process::new(directory.path(), 4_000);
        let taken = Taken::default();
        let (release, gate) = mpsc::channel::<()>();
        let [q, r] = ["q", "r"].map(|name| process.numbers(name));
        process.node("source", &[], &[Some(q)], count_to(10, 10));
        let setter = step(move |outlet, _, _| {
            gate.recv().unwrap_or_default();
            outlet.set_fact("n", Value::Int64(again)).map_err(|problem| match problem {
                FactProblem::Stopped(stopped) => StepError::Stopped(stopped),
                other => StepError::Failed(format!("{other:?}")),
            })
        });
        let setter = process.node("setter", &[(q, false)], &[], setter);
        let reader = step(|outlet, _, batch| {
            assert_eq!(read(outlet)?, 7);
            outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
        });
        let reader = process.node("reader", &[(q, false)], &[Some(r)], reader);
        process.node("sink", &[(r, false)], &[], taken.sink("sink"));
        fact(&mut process, setter, &[(reader, FactWay::Get)]);
        let counted = Counted { facts: vec![(0, Value::Int64(7))], ..Counted::default() };
        let mut restored: Vec<Restored> = (0..4).map(|_| Restored::default()).collect();
        restored[reader].counted = Some(counted);
        let (news, _heard) = mpsc::channel();
        process.checkpoints = Some(Checkpoints {
            news,
            kept_bytes_max: 0,
            reread_bytes_max: 0,
            restored,
            in_hand: None,
            poison: Vec::new(),
        });
        let ran = process.run(|watches, _| {
            wait_until("the reader goes on before the fact is set again", || !taken.numbers("sink").is_empty());
            assert_eq!(watches[setter].node.run_facts().value(0), Some(Value::Int64(7)));
            release.send(()).unwrap();
        });
        assert_eq!(ran.stop.failure().map(|failure| failure.reason).as_deref(), said);
    }
}
