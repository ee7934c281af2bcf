//! Writes down what it sees of the world: environment, clocks, random numbers. It sleeps, too.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant, SystemTime};

use support::{Column, DataType, Failure, Node, NodeInfo, emit, made, node, or_stop, read, texts};

struct LooksAround;

impl Node for LooksAround {
    fn describe() -> NodeInfo {
        node("looks-around", vec![read("x", DataType::Float64)], vec![made("seen", DataType::Text)])
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        let start = Instant::now();
        std::thread::sleep(Duration::from_secs(3600));
        let slept = start.elapsed() >= Duration::from_secs(3600);
        while start.elapsed() < Duration::from_secs(3600) + Duration::from_millis(5) {}
        let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map(|t| t.as_micros());
        let seen = [
            format!("environment {:?}", std::env::vars().collect::<Vec<_>>()),
            format!("arguments {:?}", std::env::args().collect::<Vec<_>>()),
            format!("input {:?}", std::io::read_to_string(std::io::stdin())),
            format!("wall clock {started:?}"),
            format!("slept {slept}"),
            format!("random {:016x}", RandomState::new().hash_one(1)),
        ];
        or_stop(emit(0, seen.len() as u32, None, &[texts(&seen)]))
    }
}

support::node!(LooksAround);
