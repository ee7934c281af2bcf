//! The digest of a file, made while it is written.
//!
//! The bytes of a large file are hashed by a thread of their own, which reads them behind the writer: an output's one thread is what
//! many runs wait for. Small ones, and the many files of an output in parts, are hashed as they are written. Called by
//! [`crate::partial::PartialFile`].

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use leat_bundle::Hasher;

/// From this size on a file has a thread that hashes it.
const THREAD_FROM_BYTES: u64 = 4 << 20;
/// How much is hashed at once.
const PIECE_BYTES: u64 = 256 << 10;

/// What is known of the bytes of a file that is being written from its beginning on.
#[derive(Debug)]
pub(crate) struct Hashing {
    /// Of all that was written, as long as no thread does it.
    hasher: Hasher,
    written: u64,
    may_start: bool,
    behind: Option<Behind>,
}

/// A thread that hashes behind the writer.
#[derive(Debug)]
struct Behind {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    written: u64,
    hashed: u64,
    /// Of what is hashed.
    hasher: Hasher,
    /// Somebody waits for the rest, be it less than a piece.
    hurries: bool,
    over: bool,
    failed: Option<String>,
}

impl Hashing {
    /// Of a file whose first bytes a hasher has seen.
    pub(crate) fn new(hasher: Hasher, written: u64) -> Self {
        Hashing { hasher, written, may_start: false, behind: None }
    }

    /// Lets a large file have a thread.
    pub(crate) fn may_start_thread(&mut self) {
        self.may_start = true;
    }

    /// These bytes were written behind the others.
    pub(crate) fn wrote(&mut self, file: &File, bytes: &[u8]) {
        if self.behind.is_none() {
            self.hasher.update(bytes);
        }
        self.add(bytes.len() as u64);
        if self.behind.is_none() && self.written >= THREAD_FROM_BYTES {
            self.start(file, self.written);
        }
    }

    /// So many bytes were written behind the others that nobody has seen: they are in the file.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub(crate) fn copied(&mut self, file: &File, bytes: u64) -> io::Result<()> {
        let from = self.written;
        self.add(bytes);
        if self.behind.is_none() && self.written >= THREAD_FROM_BYTES {
            self.start(file, from);
        }
        if self.behind.is_none() {
            let mut piece = Vec::new();
            for at in (from..self.written).step_by(PIECE_BYTES as usize) {
                hash(file, (at, self.written), &mut piece, &mut self.hasher)?;
            }
        }
        Ok(())
    }

    /// What is known of all that was written.
    ///
    /// # Errors
    /// Where the file could not be read.
    pub(crate) fn hasher(&self) -> io::Result<Hasher> {
        self.behind.as_ref().map_or_else(|| Ok(self.hasher.clone()), Behind::hasher)
    }

    fn add(&mut self, bytes: u64) {
        self.written += bytes;
        if let Some(behind) = &self.behind {
            behind.shared.lock().written = self.written;
            behind.shared.changed.notify_all();
        }
    }

    /// Starts the thread, which goes on behind so many bytes that are hashed already. Where there is none to be had it is tried
    /// no more.
    fn start(&mut self, file: &File, hashed: u64) {
        if !std::mem::take(&mut self.may_start) {
            return;
        }
        let (hasher, written) = (self.hasher.clone(), self.written);
        let state = State { written, hashed, hasher, hurries: false, over: false, failed: None };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let ours = Arc::clone(&shared);
        let started = file.try_clone().and_then(|file| {
            let follow = move || ours.follow(&file);
            thread::Builder::new().name("digest".to_owned()).spawn(follow)
        });
        self.behind = started.ok().map(|thread| Behind { shared, thread: Some(thread) });
    }
}

impl Behind {
    fn hasher(&self) -> io::Result<Hasher> {
        let mut state = self.shared.lock();
        state.hurries = true;
        self.shared.changed.notify_all();
        while state.hashed < state.written && state.failed.is_none() {
            state = self.shared.wait(state);
        }
        state.hurries = false;
        match &state.failed {
            None => Ok(state.hasher.clone()),
            Some(reason) => Err(io::Error::other(format!("what was written cannot be read back: {reason}"))),
        }
    }
}

impl Shared {
    /// What the thread does.
    fn follow(&self, file: &File) {
        let mut hasher = self.lock().hasher.clone();
        let mut piece = Vec::new();
        let mut state = self.lock();
        loop {
            let left = state.written - state.hashed;
            if state.over || state.failed.is_some() {
                return;
            }
            if left == 0 || (left < PIECE_BYTES && !state.hurries) {
                state = self.wait(state);
                continue;
            }
            let (from, to) = (state.hashed, state.written);
            drop(state);
            let hashed = hash(file, (from, to), &mut piece, &mut hasher);
            state = self.lock();
            match hashed {
                Ok(bytes) => {
                    state.hashed = from + bytes;
                    state.hasher = hasher.clone();
                }
                Err(error) => state.failed = Some(error.to_string()),
            }
            if state.hurries {
                self.changed.notify_all();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hashes the next piece of a file's bytes between two places: how many they are.
fn hash(file: &File, (from, to): (u64, u64), piece: &mut Vec<u8>, hasher: &mut Hasher) -> io::Result<u64> {
    let bytes = (to - from).min(PIECE_BYTES);
    piece.resize(bytes as usize, 0);
    file.read_exact_at(piece, from)?;
    hasher.update(piece);
    Ok(bytes)
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.shared.lock().over = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It ends after the piece in hand; that it panicked is nobody's loss any more.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use leat_bundle::Digest;

    use super::*;

    #[test]
    fn the_digest_is_that_of_the_file_with_a_thread_or_without_one_wherever_it_is_asked_for() {
        let bytes: Vec<u8> = (0..3 * THREAD_FROM_BYTES + 77).map(|n| (n % 251) as u8).collect();
        for with_thread in [false, true] {
            let mut file = tempfile::tempfile().unwrap();
            let mut hashing = Hashing::new(Hasher::default(), 0);
            if with_thread {
                hashing.may_start_thread();
            }
            let mut written = 0;
            for (number, piece) in bytes.chunks(777_777).enumerate() {
                file.write_all(piece).unwrap();
                if number % 3 == 1 {
                    hashing.copied(&file, piece.len() as u64).unwrap();
                } else {
                    hashing.wrote(&file, piece);
                }
                written += piece.len();
                if number % 4 == 0 {
                    assert_eq!(hashing.hasher().unwrap().finish(), Digest::of(&bytes[..written]));
                }
            }
            assert_eq!(hashing.behind.is_some(), with_thread);
            assert_eq!(hashing.hasher().unwrap().finish(), Digest::of(&bytes));
        }
    }

    #[test]
    fn what_cannot_be_read_back_has_no_digest() {
        let mut file = tempfile::tempfile().unwrap();
        let mut hashing = Hashing::new(Hasher::default(), 0);
        hashing.may_start_thread();
        let piece = vec![7; THREAD_FROM_BYTES as usize];
        for _ in 0..2 {
            file.write_all(&piece).unwrap();
            hashing.wrote(&file, &piece);
        }
        // As where somebody cuts the file meanwhile.
        file.set_len(0).unwrap();
        hashing.copied(&file, 1).unwrap();
        assert!(hashing.hasher().unwrap_err().to_string().contains("cannot be read back"));
    }
}
