//! Every limit ends in an error that names the node, the limit and its value.

use std::time::Duration;

use leat_runtime::{Engine, EngineConfig};
use leat_tests::guests;

use super::bench::{Bench, Input, guest};

fn input() -> Input {
    Input::numbers(&[1.0, 2.0])
}

#[test]
fn memory_ends_in_its_limit() {
    let (message, backtrace) = guest("allocates").limits(|l| l.memory_bytes = 32 << 20).breaks(&input());
    assert!(
        message.starts_with("node `node-1`: in process: memory limit 32 MiB reached (memory=): it held "),
        "{message}"
    );
    assert!(backtrace.iter().any(|frame| frame.contains("allocates::hoard")), "{backtrace:#?}");
}

#[test]
fn memory_below_what_the_component_starts_with_is_told_before_it_starts() {
    let (message, _) = guest("doubling").limits(|l| l.memory_bytes = 64 << 10).breaks(&input());
    assert!(message.starts_with("node `node-1`: in instantiation: memory limit 64 KiB reached"), "{message}");
}

#[test]
fn a_column_that_does_not_fit_into_the_guests_memory_ends_in_its_limit() {
    let bench = guest("doubling").limits(|l| l.memory_bytes = 2 << 20);
    let (message, _) = bench.breaks(&Input::numbers(&vec![1.0; 1 << 20]));
    assert!(message.contains("memory limit 2 MiB reached"), "{message}");
}

#[test]
fn recursion_ends_in_the_stack_limit_of_the_node() {
    for (stack_bytes, named) in [(1 << 20, "1 MiB"), (256 << 10, "256 KiB"), (8 << 20, "8 MiB")] {
        let (message, backtrace) = guest("recurses").limits(|l| l.stack_bytes = stack_bytes).breaks(&input());
        let expected = format!("node `node-1`: in process: stack limit {named} reached (stack=)");
        assert!(message.starts_with(&expected), "{message}");
        assert!(backtrace[0].contains("recurses::deeper"), "{backtrace:#?}");
    }
}

#[test]
fn recursion_beyond_the_stack_in_linear_memory_is_told_as_recursion() {
    let (message, backtrace) = guest("recurses-with-arrays").limits(|l| l.stack_bytes = 8 << 20).breaks(&input());
    assert!(message.starts_with("node `node-1`: in process: recurses too deeply: it left the stack"), "{message}");
    assert!(backtrace[0].contains("recurses_with_arrays::deeper"), "{backtrace:#?}");
}

#[test]
fn a_stack_that_no_thread_could_have_is_refused() {
    let (outcome, _) = guest("doubling").limits(|l| l.stack_bytes = 1 << 40).run(&input());
    let message = outcome.unwrap_err().to_string();
    assert!(message.contains("stack=1024 GiB is not between 64 KiB and 256 MiB"), "{message}");
}

#[test]
fn a_table_ends_in_its_limit() {
    let (message, _) = guest("doubling").limits(|l| l.table_elements = 1).breaks(&input());
    assert!(message.starts_with("node `node-1`: in instantiation: table limit 1 elements reached"), "{message}");
}

#[test]
fn output_ends_in_its_limit_before_it_is_kept() {
    let bench = guest("floods-output").limits(|l| l.output_bytes = 1 << 20);
    let (message, backtrace) = bench.breaks(&input());
    let expected = "node `node-1`: in process: output limit 1 MiB for one call reached (max_output=)";
    assert_eq!(message, expected);
    assert!(!backtrace.is_empty());
    assert!(bench.run(&input()).1.rows() * 8 <= 1 << 20);
}

#[test]
fn logging_and_printing_end_in_their_limit() {
    for by in ["logging", "printing"] {
        let bench = guest("floods-log").limits(|l| l.log_bytes = 10_000).parameter("by", by);
        let (message, _) = bench.breaks(&input());
        assert_eq!(message, "node `node-1`: in process: log limit 9.8 KiB reached (max_log=)", "{by}");
        let (_, record) = bench.run(&input());
        let kept: usize = record.lines().iter().map(|line| line.len()).sum();
        assert!((1_000..=10_000).contains(&kept), "{by}: {kept} bytes kept");
    }
}

#[test]
fn a_node_may_print_as_often_as_its_limit_allows() {
    let bench = guest("floods-log").limits(|l| l.log_bytes = 1 << 20).parameter("by", "printing");
    let (message, _) = bench.breaks(&input());
    assert_eq!(message, "node `node-1`: in process: log limit 1 MiB reached (max_log=)");
    assert!(bench.run(&input()).1.lines().len() > 10_000);
}

#[test]
fn counters_are_bounded_in_number() {
    let (message, _) = guest("floods-log").parameter("by", "counting").breaks(&input());
    assert!(message.contains("`counter 256` is one counter too many; an instance may have 256"), "{message}");
}

#[test]
fn a_hang_ends_in_the_time_limit_with_its_place_in_the_interruptible_profile() {
    let engine = Engine::new(EngineConfig { interruptible: true, ..EngineConfig::default() }).unwrap();
    let component = engine.load(&guests::component("hangs")).unwrap();
    let bench = Bench::new(component).limits(|l| l.call_time = Duration::from_millis(50));
    let (message, backtrace) = bench.breaks(&input());
    assert_eq!(message, "node `node-1`: in process: time limit 50 ms for one call reached (timeout=)");
    assert!(backtrace[0].contains("hangs::look_for_the_end"), "{backtrace:#?}");
}

#[test]
fn the_interruptible_profile_computes_the_same() {
    let engine = Engine::new(EngineConfig { interruptible: true, ..EngineConfig::default() }).unwrap();
    let component = engine.load(&guests::component("doubling")).unwrap();
    let slow = Bench::new(component).succeeds(&input());
    assert_eq!(slow.emitted, guest("doubling").succeeds(&input()).emitted);
}
