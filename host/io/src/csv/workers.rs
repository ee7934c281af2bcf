//! The threads that parse a file, and the desk where their results come back into the file's order.
//!
//! Each thread takes the next chunk under a lock, which makes it the reader for a moment (and the one who unpacks), then
//! parses it beside the others. Nothing is unbounded: a thread holds one chunk, and does not lay down a result that is
//! more than twice the number of threads before the one that is wanted next.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use arrow_schema::ArrowError;

use super::chunks::{Chunk, ChunkReader};
use super::parse::{Parsed, Parser};
use crate::fault::Fault;

/// One thread reads about as fast as two components can compute; beyond this threads would only hold memory.
const THREADS_MAX: usize = 8;

/// What came of one turn of reading.
pub(crate) enum Outcome {
    Parsed(Parsed),
    /// The file can be read no further.
    Fault(Fault),
    /// The batch could not be made: a mistake of this crate's.
    Batch(ArrowError),
    End,
}

/// Running threads; they end when this is dropped.
pub(crate) struct Workers {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    parser: Parser,
    turns: Mutex<Turns>,
    desk: Mutex<Desk>,
    /// The wanted result lies there, or none will come.
    laid_down: Condvar,
    /// Another result is wanted now.
    moved_on: Condvar,
    stopped: AtomicBool,
    /// How many results may lie at the desk.
    ahead_max: u64,
}

struct Turns {
    reader: ChunkReader,
    next: u64,
    ended: bool,
}

#[derive(Default)]
struct Desk {
    results: BTreeMap<u64, Outcome>,
    wanted: u64,
    /// A thread panicked: its result will never come.
    broken: bool,
}

impl Workers {
    /// Starts `count` threads, or fewer, on what `reader` still has to read.
    pub(crate) fn start(reader: ChunkReader, parser: Parser, count: NonZeroUsize) -> io::Result<Self> {
        let count = count.get().min(THREADS_MAX);
        let shared = Arc::new(Shared {
            parser,
            turns: Mutex::new(Turns { reader, next: 0, ended: false }),
            desk: Mutex::default(),
            laid_down: Condvar::new(),
            moved_on: Condvar::new(),
            stopped: AtomicBool::new(false),
            ahead_max: 2 * count as u64,
        });
        let mut workers = Workers { shared, threads: Vec::with_capacity(count) };
        for number in 0..count {
            let shared = workers.shared.clone();
            let builder = thread::Builder::new().name(format!("csv-{number}"));
            workers.threads.push(builder.spawn(move || work(&shared))?);
        }
        Ok(workers)
    }

    /// The next result in the file's order; waits for it. Nothing where a thread panicked.
    pub(crate) fn next(&mut self) -> Option<Outcome> {
        let shared = &self.shared;
        let mut desk = lock(&shared.desk);
        loop {
            let wanted = desk.wanted;
            if let Some(outcome) = desk.results.remove(&wanted) {
                desk.wanted += 1;
                shared.moved_on.notify_all();
                return Some(outcome);
            }
            if desk.broken {
                return None;
            }
            desk = shared.laid_down.wait(desk).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        // Taking the lock once makes sure that a thread which saw no stop is waiting by now, and hears of it.
        drop(lock(&self.shared.desk));
        self.shared.moved_on.notify_all();
        for thread in self.threads.drain(..) {
            // A panic has been told already, by the desk.
            let _ = thread.join();
        }
    }
}

/// Tells the desk when its thread unwinds.
struct Alarm<'a>(&'a Shared);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.desk).broken = true;
            self.0.laid_down.notify_all();
        }
    }
}

fn work(shared: &Shared) {
    let _alarm = Alarm(shared);
    let mut chunk = Chunk::default();
    while let Some((turn, outcome)) = take_turn(shared, &mut chunk) {
        let outcome = outcome.unwrap_or_else(|| match shared.parser.parse(&mut chunk, &shared.stopped) {
            Ok(parsed) => Outcome::Parsed(parsed),
            Err(error) => Outcome::Batch(error),
        });
        if !lay_down(shared, turn, outcome) {
            return;
        }
    }
}

/// Reads the next chunk: its place in the file, and the outcome where there is nothing to parse.
fn take_turn(shared: &Shared, chunk: &mut Chunk) -> Option<(u64, Option<Outcome>)> {
    let mut turns = lock(&shared.turns);
    if turns.ended || shared.stopped.load(Ordering::Relaxed) {
        return None;
    }
    let turn = turns.next;
    turns.next += 1;
    let outcome = match turns.reader.next(chunk) {
        Ok(true) => None,
        Ok(false) => Some(Outcome::End),
        Err(fault) => Some(Outcome::Fault(fault)),
    };
    turns.ended = outcome.is_some();
    Some((turn, outcome))
}

/// Lays a result down when its turn is near; `false` where nobody wants it any more.
fn lay_down(shared: &Shared, turn: u64, outcome: Outcome) -> bool {
    let mut desk = lock(&shared.desk);
    while turn >= desk.wanted + shared.ahead_max {
        if shared.stopped.load(Ordering::Relaxed) {
            return false;
        }
        desk = shared.moved_on.wait(desk).unwrap_or_else(PoisonError::into_inner);
    }
    desk.results.insert(turn, outcome);
    if turn == desk.wanted {
        shared.laid_down.notify_all();
    }
    true
}

/// A panic elsewhere leaves nothing half done under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
