//! Rules of the protocol one by one, where a simulated world would not say which was broken.

use std::time::Duration;

use leat_checkpoint::account::{Account, Asked, Role};
use leat_checkpoint::alignment::{Alignment, Arrival, EndCut, GivenUp, Noted, Reached};
use leat_checkpoint::coordinator::{Begins, Command, Coordinator, Event, Settings};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::message::{Request, Word};
use leat_checkpoint::snapshot::{Completion, EndState, NodeRecord};

const BATCH: Arrival = Arrival::Batch { bytes: 10 };

fn id(generation: u64, number: u64) -> CheckpointId {
    CheckpointId { generation: Generation(generation), number }
}

#[test]
fn what_a_queue_brings_before_its_barrier_is_kept_and_what_comes_after_is_not() {
    let mut alignment = Alignment::new(2, 1000);
    for arrival in [BATCH, Arrival::Barrier(1), BATCH] {
        assert_eq!(alignment.arrived(0, arrival), Noted::default());
    }
    alignment.arrived(1, BATCH);
    alignment.arrived(1, BATCH);
    alignment.delivered(0, 10);
    alignment.delivered(1, 10);
    assert_eq!(alignment.reached(1), Reached::Cut);
    let cuts = alignment.cut(1).unwrap();
    assert_eq!(cuts, [EndCut { waiting: 0, closed: true }, EndCut { waiting: 1, closed: false }]);
    // The node goes on with what is behind the barrier: nothing waits.
    alignment.delivered(0, 10);
    assert!(alignment.arrived(1, BATCH).keep);
    assert!(!alignment.arrived(0, BATCH).keep);
    assert!(alignment.arrived(1, Arrival::Barrier(1)).aligned);
    assert!(!alignment.arrived(1, BATCH).keep);
    let states = [(1, 0), (1, 2)].map(|(delivered, waiting)| EndState { delivered, waiting, ended: false });
    assert_eq!(alignment.take().unwrap().ends, states);
    assert_eq!(alignment.reached(1), Reached::Pass);
}

#[test]
fn a_queue_at_its_end_is_at_its_barrier() {
    let mut alignment = Alignment::new(2, 1000);
    alignment.arrived(0, Arrival::Barrier(1));
    alignment.cut(1).unwrap();
    assert!(alignment.arrived(1, BATCH).keep);
    assert!(alignment.arrived(1, Arrival::End).aligned);
    assert_eq!(alignment.take().unwrap().ends[1], EndState { delivered: 0, waiting: 1, ended: true });
}

#[test]
fn a_node_that_has_not_started_may_be_cut_when_it_is_asked_and_keeps_all_that_comes_before_the_barriers() {
    let mut alignment = Alignment::new(2, 1000);
    alignment.arrived(0, BATCH);
    assert!(alignment.may_cut(1));
    let cuts = alignment.cut(1).unwrap();
    assert_eq!(cuts, [EndCut { waiting: 1, closed: false }, EndCut { waiting: 0, closed: false }]);
    assert!(!alignment.may_cut(1), "it is cut once");
    assert!(alignment.arrived(1, BATCH).keep);
    alignment.arrived(0, Arrival::Barrier(1));
    assert_eq!(alignment.reached(1), Reached::Pass, "it starts, and finds the barrier in its queue");
    assert!(!alignment.arrived(0, BATCH).keep);
    assert!(alignment.arrived(1, Arrival::Barrier(1)).aligned);
    let states = [1, 1].map(|waiting| EndState { delivered: 0, waiting, ended: false });
    assert_eq!(alignment.take().unwrap().ends, states);
    // A newer one has begun meanwhile.
    alignment.arrived(0, Arrival::Barrier(3));
    assert!(!alignment.may_cut(2));
    assert!(alignment.may_cut(3));
}

#[test]
fn a_node_whose_writers_have_finished_cuts_when_it_is_asked() {
    let mut alignment = Alignment::new(1, 1000);
    alignment.arrived(0, BATCH);
    alignment.asked(3);
    assert_eq!(alignment.due(), None);
    alignment.arrived(0, Arrival::End);
    assert_eq!(alignment.due(), Some(3));
    assert_eq!(alignment.cut(3).unwrap(), [EndCut { waiting: 1, closed: true }]);
    assert!(alignment.take().is_some());
}

#[test]
fn a_newer_barrier_or_too_much_on_the_way_gives_the_checkpoint_up() {
    let mut alignment = Alignment::new(2, 15);
    alignment.arrived(0, Arrival::Barrier(1));
    alignment.cut(1).unwrap();
    let superseded = alignment.arrived(0, Arrival::Barrier(2)).given_up;
    assert_eq!(superseded, Some((1, GivenUp::Superseded { by: 2 })));
    alignment.cut(2).unwrap();
    assert!(alignment.arrived(1, BATCH).keep);
    let too_much = alignment.arrived(1, BATCH).given_up;
    assert_eq!(too_much, Some((2, GivenUp::TooMuchOnTheWay { bytes: 20, bytes_max: 15 })));
    alignment.arrived(1, Arrival::Barrier(2));
    assert_eq!(alignment.take(), None);
}

#[test]
fn a_refusal_is_said_again_and_another_generation_is_not_heard() {
    let mut account = Account::new(Generation(2), 5, Role::Inner);
    let said = account.refuse(1, "too much".to_owned());
    assert!(matches!(said, Word::Refused { node: 5, .. }));
    assert!(matches!(account.asked(Request::Begin(id(2, 1))), Asked::Say(Word::Refused { .. })));
    assert_eq!(account.asked(Request::Begin(id(1, 7))), Asked::Nothing);
    assert_eq!(account.asked(Request::Begin(id(2, 2))), Asked::TakePart(2));
    assert_eq!(account.finish().1, Some(2), "it owes the checkpoint that it was asked for");
}

fn coordinator(kept: usize) -> Coordinator {
    begun_by(Begins::Every(Duration::from_secs(10)), kept)
}

fn begun_by(begins: Begins, kept: usize) -> Coordinator {
    let settings = Settings { begins, patience: Duration::from_secs(4), ask_again: Duration::from_secs(1), kept };
    let base = Completion::beginning(id(1, 0));
    Coordinator::new(Generation(1), &[(0, Role::Source), (1, Role::Sink)], &base, settings)
}

fn acknowledge(number: u64, node: u32, finished: bool) -> Event {
    let record = NodeRecord { node, finished, parts: Vec::new() };
    Event::Word(Word::Acknowledged { id: id(1, number), record })
}

#[test]
fn a_run_shorter_than_the_interval_takes_its_last_checkpoint_alone_and_publishes_after_it() {
    let mut coordinator = coordinator(1);
    coordinator.on(Event::Tick(Duration::from_secs(9)));
    let finished = |node| Event::Word(Word::Finished { generation: Generation(1), node });
    assert_eq!(coordinator.on(finished(0)), []);
    let begins = coordinator.on(finished(1));
    assert_eq!(begins[1], Command::Send { node: 1, request: Request::Begin(id(1, 1)) });
    assert_eq!(coordinator.on(acknowledge(1, 0, true)), []);
    let record = coordinator.on(acknowledge(1, 1, true));
    assert!(matches!(&record[..], [Command::Record(completion)] if completion.last));
    let publish = Command::Send { node: 1, request: Request::Publish(Generation(1)) };
    assert_eq!(coordinator.on(Event::Recorded(id(1, 1))), [Command::KeepOnly(vec![1]), publish]);
    let published = Event::Word(Word::Published { generation: Generation(1), node: 1 });
    assert_eq!(coordinator.on(published), [Command::Done]);
}

#[test]
fn a_checkpoint_that_is_late_is_called_off_and_late_or_foreign_words_complete_nothing() {
    let mut coordinator = coordinator(2);
    coordinator.on(Event::Tick(Duration::from_secs(10)));
    coordinator.on(acknowledge(1, 0, false));
    let called_off = coordinator.on(Event::Tick(Duration::from_secs(14)));
    assert!(called_off.contains(&Command::Send { node: 0, request: Request::CallOff(id(1, 1)) }));
    assert_eq!(coordinator.failed_in_a_row(), 1);
    assert_eq!(coordinator.on(acknowledge(1, 1, false)), []);
    coordinator.on(Event::Tick(Duration::from_secs(20)));
    coordinator.on(acknowledge(2, 0, false));
    assert_eq!(coordinator.on(acknowledge(1, 1, false)), []);
    let record = NodeRecord { node: 1, finished: false, parts: Vec::new() };
    let foreign = Event::Word(Word::Acknowledged { id: id(7, 2), record });
    assert_eq!(coordinator.on(foreign), []);
    assert!(matches!(&coordinator.on(acknowledge(2, 1, false))[..], [Command::Record(_)]));
    assert_eq!(coordinator.on(Event::Recorded(id(1, 2))), [Command::KeepOnly(vec![0, 2])]);
}

#[test]
fn what_is_begun_by_order_has_the_number_ordered_and_calls_off_what_is_open() {
    let mut coordinator = begun_by(Begins::ByOrder, 2);
    assert_eq!(
        coordinator.on(Event::Tick(Duration::from_secs(3600))).len(),
        2,
        "it asks who has finished, and begins nothing"
    );
    let to_both = |request| [0, 1].map(|node| Command::Send { node, request });
    assert_eq!(coordinator.on(Event::Begin(5)), to_both(Request::Begin(id(1, 5))));
    assert_eq!(coordinator.on(Event::Begin(5)), []);
    assert_eq!(coordinator.on(Event::Begin(4)), []);
    let begun = coordinator.on(Event::Begin(9));
    assert_eq!(begun, [to_both(Request::CallOff(id(1, 5))), to_both(Request::Begin(id(1, 9)))].concat());
    coordinator.on(acknowledge(9, 0, false));
    let record = coordinator.on(acknowledge(9, 1, false));
    assert!(matches!(&record[..], [Command::Record(completion)] if completion.id == id(1, 9) && !completion.last));
    assert_eq!(coordinator.on(Event::Recorded(id(1, 9))), [Command::KeepOnly(vec![0, 9])]);
}

#[test]
fn a_share_that_has_finished_says_so_once_with_a_number_above_all_that_it_took_part_in() {
    let mut coordinator = begun_by(Begins::ByOrder, 1);
    coordinator.on(Event::Begin(7));
    let finished = |node| Event::Word(Word::Finished { generation: Generation(1), node });
    coordinator.on(finished(0));
    coordinator.on(acknowledge(7, 0, true));
    coordinator.on(acknowledge(7, 1, false));
    coordinator.on(Event::Recorded(id(1, 7)));
    let begins = coordinator.on(finished(1));
    assert_eq!(begins[0], Command::Send { node: 0, request: Request::Begin(id(1, 8)) });
    assert_eq!(coordinator.on(Event::Begin(30)), [], "what it says of its end holds for that, too");
    coordinator.on(acknowledge(8, 0, true));
    let record = coordinator.on(acknowledge(8, 1, true));
    assert!(matches!(&record[..], [Command::Record(completion)] if completion.last));
    coordinator.on(Event::Recorded(id(1, 8)));
    assert_eq!(coordinator.on(Event::Begin(31)), []);
}
