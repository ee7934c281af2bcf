//! Adds up its records and draws a random number from WASI for each batch. Its parameter says what it does with its state:
//! give it, forget it, refuse to, or what it must not do.

use std::cell::Cell;
use std::collections::HashMap;

use support::telemetry::{Level, count, log};
use support::{
    Column, DataType, Failure, Node, NodeContext, NodeInfo, emit, failure, floats, floats_of, made, node, or_stop,
    parameter, read, text_of,
};

struct Remembers;

/// What the parameter says.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Gives,
    Forgets,
    Refuses,
    Traps,
    Emits,
    /// Emits where it is opened.
    Early,
}

thread_local! {
    static HOW: Cell<How> = const { Cell::new(How::Gives) };
    static SUM: Cell<f64> = const { Cell::new(0.0) };
}

unsafe extern "C" {
    fn getentropy(buffer: *mut u8, bytes: usize) -> i32;
}

/// Below 1.
fn random() -> f64 {
    let mut bytes = [0; 4];
    // SAFETY: the buffer has that many bytes.
    unsafe { getentropy(bytes.as_mut_ptr(), bytes.len()) };
    f64::from(u32::from_le_bytes(bytes)) / 4_294_967_296.0
}

impl Node for Remembers {
    fn describe() -> NodeInfo {
        let outputs = vec![made("sum", DataType::Float64), made("random", DataType::Float64)];
        let node = node("remembers", vec![read("x", DataType::Float64)], outputs);
        NodeInfo { parameters: vec![parameter("how")], ..node }
    }

    fn open(context: NodeContext) -> Result<(), Failure> {
        let how = match text_of(&context, "how").as_str() {
            "gives" => How::Gives,
            "forgets" => How::Forgets,
            "refuses" => How::Refuses,
            "traps" => How::Traps,
            "emits" => How::Emits,
            "early" => How::Early,
            other => return Err(failure(format!("there is no way `{other}`"))),
        };
        HOW.set(how);
        log(Level::Info, "opened", &[]);
        count("opened", 1);
        // Its keys come from WASI too.
        drop(HashMap::from([(1, 2)]));
        if how == How::Early { send(1.0, 1.0) } else { Ok(()) }
    }

    fn process(_port: u32, _rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        SUM.set(SUM.get() + floats_of(&columns[0]).iter().sum::<f64>());
        eprint!("{}-", SUM.get());
        send(SUM.get(), random())
    }

    fn finish() -> Result<(), Failure> {
        send(SUM.get(), random())
    }

    fn snapshot() -> Result<Vec<u8>, Failure> {
        // Neither this nor what is drawn in `restore` is seen by who draws next.
        random();
        match HOW.get() {
            How::Forgets => Ok(Vec::new()),
            How::Refuses => Err(failure(format!("the sum {} is a secret", SUM.get()))),
            How::Traps => panic!("no state for you"),
            How::Emits => send(1.0, 1.0).map(|()| Vec::new()),
            How::Gives | How::Early => Ok(SUM.get().to_le_bytes().to_vec()),
        }
    }

    fn restore(state: Vec<u8>) -> Result<(), Failure> {
        random();
        match state.as_slice().try_into() {
            Ok(sum) => SUM.set(f64::from_le_bytes(sum)),
            Err(_) if state.is_empty() => {}
            Err(_) => return Err(failure(format!("a sum of {} bytes", state.len()))),
        }
        Ok(())
    }
}

fn send(sum: f64, random: f64) -> Result<(), Failure> {
    or_stop(emit(0, 1, None, &[floats(&[sum]), floats(&[random])]))
}

support::node!(Remembers);
