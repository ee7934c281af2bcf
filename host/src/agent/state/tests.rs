//! What follows from orders, ends and the end of a lease.

use leat_bundle::Digest;
use leat_worker::Deaths;

use super::{Action, LEASE_IS_OVER, LET_GO_MAX, Standing, State};
use crate::run::{Assignment, End, Outcome, Output, RunId, Task};

fn id(run: &str) -> RunId {
    RunId(run.to_owned())
}

fn task() -> Task {
    Task {
        bundle: Digest::of(b"bundle"),
        started_us: 0,
        seed: 1,
        cpu_millis: 1000,
        memory_bytes: 1 << 30,
        division: None,
        checkpoint_every_ms: None,
        checkpoint: Vec::new(),
        deaths: Deaths::default(),
        span: None,
    }
}

fn given(run: &str, generation: u64) -> Assignment {
    Assignment { run: id(run), generation, stop: false, checkpoint_wanted: 0, task: Ok(task()) }
}

fn stopping(run: &str, generation: u64) -> Assignment {
    Assignment { stop: true, ..given(run, generation) }
}

fn start(run: &str, generation: u64) -> Action {
    Action::Start { run: id(run), generation, task: Box::new(task()) }
}

fn success() -> End {
    let output = Output { path: "out.csv".to_owned(), digest: Digest::of(b"x"), bytes: 1 };
    End { outputs: vec![output], report_json: "{}".to_owned(), ..End::new(Outcome::Succeeded, "") }
}

fn over(state: &State, run: &str) -> (u64, End) {
    let held = state.runs().find(|(held, ..)| **held == id(run));
    match held {
        Some((_, generation, Standing::Over(end))) => (generation, end.clone()),
        other => panic!("{run} is not over: {other:?}"),
    }
}

#[test]
fn a_run_is_started_once_however_often_it_is_ordered() {
    let mut state = State::default();
    assert_eq!(state.take(vec![given("a", 1)]), [start("a", 1)]);
    assert_eq!(state.take(vec![given("a", 1)]), []);
    assert!(state.is_at_work());
}

#[test]
fn an_end_is_held_until_orders_no_longer_have_the_run() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    assert_eq!(state.ended(&id("a"), success()), []);
    assert_eq!(state.take(vec![given("a", 1)]), [], "an ended run does not begin again");
    assert_eq!(over(&state, "a"), (1, success()));
    assert_eq!(state.take(Vec::new()), [Action::Forget(id("a"))]);
    assert!(state.is_empty());
}

#[test]
fn a_run_that_orders_do_not_have_is_ended_and_forgotten() {
    let mut state = State::default();
    state.take(vec![given("a", 1), given("b", 1)]);
    assert_eq!(state.take(vec![given("b", 1)]), [Action::Kill(id("a"))]);
    assert_eq!(state.ended(&id("a"), success()), [Action::Forget(id("a"))]);
    assert_eq!(state.runs().count(), 1);
}

#[test]
fn a_run_that_is_to_be_stopped_is_asked_once_and_its_end_reported() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    assert_eq!(state.take(vec![stopping("a", 1)]), [Action::Stop(id("a"))]);
    assert_eq!(state.take(vec![stopping("a", 1)]), []);
    state.ended(&id("a"), End::new(Outcome::Stopped, "asked"));
    assert_eq!(over(&state, "a").1.outcome, Outcome::Stopped);
}

#[test]
fn a_run_that_is_stopped_before_it_began_never_begins() {
    let mut state = State::default();
    assert_eq!(state.take(vec![stopping("a", 1)]), []);
    assert_eq!(over(&state, "a").1.outcome, Outcome::Stopped);
}

#[test]
fn an_order_that_cannot_be_understood_is_a_run_that_failed() {
    let mut state = State::default();
    let odd = Assignment { task: Err("no digest".to_owned()), ..given("a", 1) };
    assert_eq!(state.take(vec![odd]), []);
    assert_eq!(over(&state, "a").1, End::new(Outcome::Failed, "no digest"));
}

#[test]
fn an_older_attempt_than_one_seen_is_refused() {
    let mut state = State::default();
    state.take(vec![given("a", 5)]);
    assert_eq!(state.take(vec![given("a", 4)]), [], "it neither begins nor ends the newer one");
    assert!(state.is_at_work());
    state.ended(&id("a"), success());
    state.take(Vec::new());
    assert_eq!(state.take(vec![given("a", 4)]), []);
    assert!(state.is_empty(), "not even when the newer one is long forgotten");
}

#[test]
fn an_attempt_that_was_let_go_of_does_not_begin_again_and_does_not_hang() {
    let mut state = State::default();
    state.take(vec![given("a", 5)]);
    state.ended(&id("a"), success());
    state.take(Vec::new());
    assert_eq!(state.take(vec![given("a", 5)]), []);
    assert_eq!(over(&state, "a").1.outcome, Outcome::HostFault);
    assert_eq!(state.take(vec![given("a", 6)]), [Action::Forget(id("a")), start("a", 6)]);
}

#[test]
fn a_newer_attempt_begins_when_the_older_one_is_gone() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    assert_eq!(state.take(vec![given("a", 2)]), [Action::Kill(id("a"))]);
    assert_eq!(state.runs().next(), Some((&id("a"), 2, Standing::Waits)));
    assert_eq!(state.take(vec![given("a", 2)]), []);
    assert_eq!(state.take(vec![given("a", 1)]), [], "the older one is refused by now");
    assert_eq!(state.ended(&id("a"), success()), [Action::Forget(id("a")), start("a", 2)]);
    assert_eq!(
        state.runs().next(),
        Some((&id("a"), 2, Standing::AtWork)),
        "the older one's success is not the newer's"
    );
}

#[test]
fn a_newer_attempt_that_is_stopped_before_the_older_is_gone_never_begins() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    state.take(vec![given("a", 2)]);
    state.take(vec![stopping("a", 2)]);
    assert_eq!(state.ended(&id("a"), success()), [Action::Forget(id("a"))]);
    let (generation, end) = over(&state, "a");
    assert_eq!((generation, end.outcome), (2, Outcome::Stopped));
}

#[test]
fn a_newer_attempt_replaces_an_ended_one_at_once() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    state.ended(&id("a"), success());
    assert_eq!(state.take(vec![given("a", 2)]), [Action::Forget(id("a")), start("a", 2)]);
}

#[test]
fn when_the_lease_is_over_every_run_is_killed_and_none_is_a_success() {
    let mut state = State::default();
    state.take(vec![given("at-work", 1), given("done", 1), stopping("stopped", 1), given("replaced", 1)]);
    state.ended(&id("done"), success());
    state.take(vec![given("at-work", 1), given("done", 1), stopping("stopped", 1), given("replaced", 2)]);
    assert_eq!(state.fence(), [Action::Kill(id("at-work")), Action::Kill(id("replaced"))]);
    assert_eq!(state.fence(), [], "once");
    assert_eq!(over(&state, "stopped").1.outcome, Outcome::Stopped);
    let (_, done) = over(&state, "done");
    assert_eq!((done.outcome, done.reason.as_str(), done.outputs.len()), (Outcome::HostFault, LEASE_IS_OVER, 0));
    assert_eq!(state.ended(&id("at-work"), success()), []);
    assert_eq!(over(&state, "at-work").1.outcome, Outcome::HostFault);
    assert_eq!(state.ended(&id("replaced"), success()), [], "the newer attempt was ordered under a lease that is over");
    let (generation, end) = over(&state, "replaced");
    assert_eq!((generation, end.outcome), (2, Outcome::HostFault));
}

#[test]
fn a_run_that_was_fenced_off_stays_so_though_orders_have_it_again() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    state.fence();
    assert_eq!(state.take(vec![given("a", 1)]), []);
    state.ended(&id("a"), success());
    assert_eq!(over(&state, "a").1.outcome, Outcome::HostFault);
    assert_eq!(state.take(vec![given("a", 2)]), [Action::Forget(id("a")), start("a", 2)]);
}

#[test]
fn a_run_that_the_midtier_drops_and_wants_again_is_no_success() {
    let mut state = State::default();
    state.take(vec![given("a", 1)]);
    state.take(Vec::new());
    assert_eq!(state.take(vec![given("a", 1)]), []);
    state.ended(&id("a"), success());
    assert_eq!(over(&state, "a").1.outcome, Outcome::HostFault);
}

#[test]
fn an_agent_on_its_way_out_asks_every_run_to_stop_and_begins_none() {
    let mut state = State::default();
    state.take(vec![given("a", 1), given("b", 1)]);
    state.take(vec![given("a", 1), given("b", 2)]);
    assert_eq!(state.close(), [Action::Stop(id("a"))]);
    let actions = state.take(vec![given("a", 1), given("b", 2), given("c", 1)]);
    assert_eq!(actions, [Action::Kill(id("b"))], "nothing begins");
    assert_eq!(state.ended(&id("b"), success()), [Action::Forget(id("b"))]);
    state.ended(&id("a"), End::new(Outcome::Stopped, "asked"));
    assert!(!state.is_at_work());
    assert_eq!(over(&state, "a").1.outcome, Outcome::Stopped);
}

#[test]
fn the_midtier_hears_of_what_changes_and_of_nothing_else() {
    let mut state = State::default();
    assert!(!state.take_change());
    state.take(vec![given("a", 1)]);
    assert!(state.take_change() && !state.take_change());
    state.take(vec![given("a", 1)]);
    assert!(!state.take_change());
    state.take(vec![given("a", 2)]);
    assert!(state.take_change());
    state.ended(&id("a"), success());
    state.take_change();
    state.ended(&id("a"), success());
    assert!(state.take_change());
    state.fence();
    assert!(state.take_change(), "its success is none any more");
    state.take(Vec::new());
    assert!(state.take_change(), "it is gone");
}

#[test]
fn what_is_remembered_of_runs_is_bounded() {
    let mut state = State::default();
    for number in 0..LET_GO_MAX + 5 {
        let run = format!("r{number}");
        state.take(vec![given(&run, 1)]);
        state.ended(&id(&run), success());
        state.take(Vec::new());
    }
    assert_eq!(state.let_go.generations.len(), LET_GO_MAX);
    assert_eq!(state.let_go.order.len(), LET_GO_MAX);
}

#[test]
fn a_checkpoint_that_is_wanted_is_asked_for_once_of_a_run_at_work() {
    let mut state = State::default();
    let wanted = |number| Assignment { checkpoint_wanted: number, ..given("a", 1) };
    state.take(vec![wanted(3)]);
    let asked = |number| vec![Action::Checkpoint { run: id("a"), number }];
    assert_eq!(state.take(vec![wanted(3)]), asked(3), "what was wanted when it began, too");
    assert_eq!(state.take(vec![wanted(3)]), []);
    assert_eq!(state.take(vec![wanted(2)]), [], "orders that are older");
    assert_eq!(state.take(vec![wanted(4)]), asked(4));
    state.ended(&id("a"), success());
    assert_eq!(state.take(vec![wanted(5)]), []);
}
