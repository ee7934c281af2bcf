//! From a trap to a sentence: which node, what it did, which limit and its value, and the guest's frames.

use std::fmt::Write as _;
use std::time::Duration;

use leat_flow::step::{StepError, Stopped};
use leat_stream::plan::Limits;
use wasmtime::{Trap, WasmBacktrace};

use crate::limiter::Refused;
use crate::state::State;

/// Why the host ended a call. Raised as a trap; [`broken`] finds it again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Violation {
    /// What the guest sent cannot be: which port and column, what was said and what is true.
    #[error("broke the contract: {0}")]
    Lie(String),
    /// One call emitted too much.
    #[error("output limit {} for one call reached (max_output=)", bytes(*limit))]
    Output { limit: u64 },
    /// The instance logged and printed too much.
    #[error("log limit {} reached (max_log=)", bytes(*limit))]
    Log { limit: u64 },
    /// The call took too long.
    #[error("time limit {} for one call reached (timeout=)", seconds(*limit))]
    Time { limit: Duration },
    /// The guest ended its program.
    #[error("called exit({code}); a node returns from its functions, and refuses with a failure")]
    Exited { code: u8 },
    /// A risk object could not be read: no fault of the guest's.
    #[error("{0}")]
    Object(String),
    /// The dataflow had told the guest to stop, and it went on.
    #[error("stopped")]
    Stopped,
}

/// A size in the unit that reads best, exactly where it is a whole number of it.
pub(crate) fn bytes(n: u64) -> String {
    let (unit, name) = match n {
        n if n >= 1 << 30 => (1 << 30, "GiB"),
        n if n >= 1 << 20 => (1 << 20, "MiB"),
        n if n >= 1 << 10 => (1 << 10, "KiB"),
        _ => return format!("{n} bytes"),
    };
    if n.is_multiple_of(unit) {
        format!("{} {name}", n / unit)
    } else {
        format!("{:.1} {name}", n as f64 / unit as f64)
    }
}

/// A time in seconds, or in milliseconds below one.
pub(crate) fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) { format!("{} ms", time.as_millis()) } else { format!("{} s", time.as_secs_f64()) }
}

/// What a call that did not return came to.
pub(crate) fn broken(node: &str, error: &wasmtime::Error, state: &mut State) -> StepError {
    state.finish_stdio();
    if state.call.stopped == Some(Stopped::Cancelled) {
        return StepError::Stopped(Stopped::Cancelled);
    }
    let function = state.call.function;
    StepError::Broken {
        message: format!("node `{node}`: in {function}: {}", reason(error, state)),
        backtrace: backtrace(error),
    }
}

/// What happened, without the node's name.
pub(crate) fn reason(error: &wasmtime::Error, state: &mut State) -> String {
    if let Some(violation) = error.downcast_ref::<Violation>() {
        return violation.to_string();
    }
    if let Some(refused) = state.limiter.take_refused() {
        return refusal(refused, &state.limits);
    }
    let panic = panic_message(state.stdio().error_tail());
    match (error.downcast_ref::<Trap>(), panic) {
        (Some(Trap::StackOverflow), _) => {
            format!("stack limit {} reached (stack=): it recurses too deeply", bytes(state.limits.stack_bytes))
        }
        (_, Some(panic)) => format!("panicked {panic}"),
        (Some(Trap::MemoryOutOfBounds), None) if recursive(&frames(error)) => format!(
            "recurses too deeply: it left the stack that its linker gave it ({})",
            "`-z stack-size`, 1 MiB unless told otherwise"
        ),
        (None, None) if error.to_string().contains(HOSTCALL_FUEL) => {
            "passed more to the host in one call than its memory holds".into()
        }
        (Some(trap), None) => format!("trapped: {}", trap.to_string().trim_start_matches("wasm trap: ")),
        (None, None) => format!("broke down: {}", error.root_cause()),
    }
}

/// What wasmtime says where a call passes more than `Store::set_hostcall_fuel` allows; its type is private.
const HOSTCALL_FUEL: &str = "fuel allocated for hostcalls";

fn refusal(refused: Refused, limits: &Limits) -> String {
    match refused {
        Refused::Memory { held, asked } => format!(
            "memory limit {} reached (memory=): it held {} and asked for {} more",
            bytes(limits.memory_bytes),
            bytes(held),
            bytes(asked)
        ),
        Refused::Table { held, asked } => {
            format!("table limit {} elements reached: it held {held} and asked for {asked} more", limits.table_elements)
        }
    }
}

/// What Rust's panic handler printed last: `at src/lib.rs:3:5: index out of bounds: …`.
fn panic_message(printed: &str) -> Option<String> {
    let start = printed.rfind("panicked at ")?;
    let text = &printed[start + "panicked ".len()..];
    let mut lines = text.lines();
    let mut message = lines.next()?.trim_end().to_owned();
    for line in lines.take_while(|line| !line.starts_with("note: run with")) {
        let _ = write!(message, " {}", line.trim());
    }
    Some(message)
}

/// The guest's frames, innermost first: `name (file:line)`. The machinery of panics is left out.
pub(crate) fn backtrace(error: &wasmtime::Error) -> Vec<String> {
    let mut frames = frames(error);
    let panic = frames.iter().rposition(|frame| PANIC.iter().any(|name| frame.contains(name)));
    if let Some(panic) = panic.filter(|&last| last + 1 < frames.len()) {
        frames.drain(..=panic);
    }
    folded(&frames)
}

/// Every frame, innermost first. What has no name is glue between modules, and left out.
fn frames(error: &wasmtime::Error) -> Vec<String> {
    let trace = error.downcast_ref::<WasmBacktrace>();
    trace.map_or_else(Vec::new, |trace| trace.frames().iter().filter_map(frame).collect())
}

/// Frames that stand there several times running, once with how often.
fn folded(frames: &[String]) -> Vec<String> {
    let runs = frames.chunk_by(|a, b| a == b);
    runs.map(|run| match run.len() {
        1 => run[0].clone(),
        times => format!("{} ({times} times)", run[0]),
    })
    .collect()
}

/// Whether the frames are those of a function that calls itself. Compilers keep arrays on a stack of their own in linear
/// memory, whose end wasm does not know.
fn recursive(frames: &[String]) -> bool {
    let same = frames.iter().filter(|frame| frames.first() == Some(*frame)).count();
    same > 8 && same * 2 > frames.len()
}

/// Functions of Rust's standard library that stand between a panic or a failed allocation and its trap.
const PANIC: [&str; 6] = [
    "rust_begin_unwind",
    "core::panicking::",
    "std::panicking::",
    "core::option::unwrap_failed",
    "alloc::alloc::handle_alloc_error",
    "alloc::raw_vec::",
];

fn frame(frame: &wasmtime::FrameInfo) -> Option<String> {
    let place = frame.symbols().iter().find_map(|symbol| {
        let file = symbol.file()?;
        Some(match symbol.line() {
            Some(line) => format!(" ({file}:{line})"),
            None => format!(" ({file})"),
        })
    });
    let name = format!("{:#}", rustc_demangle::demangle(frame.func_name()?));
    Some(without_hash(&name).to_owned() + &place.unwrap_or_default())
}

/// Linkers demangle the name section, and leave the hash.
fn without_hash(name: &str) -> &str {
    match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => name,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_reads_as_it_was_set() {
        assert_eq!(bytes(256 << 20), "256 MiB");
        assert_eq!(bytes(1000), "1000 bytes");
        assert_eq!(bytes(3 << 19), "1.5 MiB");
        assert_eq!(seconds(Duration::from_secs(60)), "60 s");
        assert_eq!(seconds(Duration::from_millis(50)), "50 ms");
    }

    #[test]
    fn a_panic_is_told_with_its_place_and_message() {
        let printed = "hello\n\nthread 'main' (1) panicked at src/lib.rs:3:5:\nindex out of bounds: the len is 0\n\
                       note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n";
        assert_eq!(panic_message(printed).as_deref(), Some("at src/lib.rs:3:5: index out of bounds: the len is 0"));
        assert_eq!(panic_message("nothing of the kind"), None);
    }

    #[test]
    fn frames_of_a_recursion_are_folded() {
        let frames = ["a", "b", "b", "b", "a"].map(str::to_owned);
        assert_eq!(folded(&frames), ["a", "b (3 times)", "a"]);
    }

    #[test]
    fn the_hash_of_a_function_is_left_out() {
        assert_eq!(without_hash("price::value::h0123456789abcdef"), "price::value");
        assert_eq!(without_hash("price::hedge"), "price::hedge");
    }
}
