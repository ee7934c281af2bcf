//! Clocks that a rerun reads the same.
//!
//! The wall clock stands at the run's start. The monotonic clock counts what the guest does: a microsecond for every
//! reading, and the whole wait for every sleep, which returns at once. So a guest that waits for a deadline, by sleeping
//! or by looking again and again, gets there, holds nothing up, and does the same on every run.

use std::future::{self, Future};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use super::Wasi;

/// How far the monotonic clock moves at every reading.
const READING_NS: u64 = 1_000;

pub(super) struct Clocks {
    /// The run's start, since 1970; a run before that is taken to start there.
    wall_us: u64,
    monotonic_ns: Arc<AtomicU64>,
}

impl Clocks {
    pub(super) fn new(started_us: i64) -> Self {
        Clocks { wall_us: u64::try_from(started_us).unwrap_or(0), monotonic_ns: Arc::default() }
    }

    /// How far the monotonic clock is.
    pub(super) fn monotonic_ns(&self) -> u64 {
        self.monotonic_ns.load(Ordering::Relaxed)
    }

    /// Sets the monotonic clock.
    pub(super) fn set_monotonic_ns(&self, ns: u64) {
        self.monotonic_ns.store(ns, Ordering::Relaxed);
    }
}

impl wall_clock::Host for &mut Wasi {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        let us = self.clocks.wall_us;
        Ok(wall_clock::Datetime {
            seconds: us / 1_000_000,
            nanoseconds: u32::try_from(us % 1_000_000 * 1_000).expect("below a billion"),
        })
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1_000 })
    }
}

impl monotonic_clock::Host for &mut Wasi {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(self.clocks.monotonic_ns.fetch_add(READING_NS, Ordering::Relaxed))
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(READING_NS)
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let alarm = self.table.push(Alarm { clock: Arc::clone(&self.clocks.monotonic_ns), when })?;
        subscribe(&mut self.table, alarm)
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let now = self.clocks.monotonic_ns.load(Ordering::Relaxed);
        self.subscribe_instant(now.saturating_add(duration))
    }
}

/// A moment that comes as soon as it is waited for.
struct Alarm {
    clock: Arc<AtomicU64>,
    when: u64,
}

impl Pollable for Alarm {
    fn ready<'s, 'f>(&'s mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        self.clock.fetch_max(self.when, Ordering::Relaxed);
        Box::pin(future::ready(()))
    }
}
