//! The bounds of a worker that are kept from outside: its cell, and what is said where there is none.

use leat_wall::{Cell, CellError, CellLimits};

use crate::report::WorkerEnd;

/// A worker's share of the machine. Dropped after the worker has ended.
pub(super) struct Confined {
    cell: Option<Cell>,
    limits: CellLimits,
    /// What is not bounded though it was to be.
    pub(super) warnings: Vec<String>,
}

impl Confined {
    /// A cell for a run, where there is something to bound.
    pub(super) fn new(run: &str, limits: CellLimits) -> Self {
        let mut confined = Confined { cell: None, limits, warnings: Vec::new() };
        if limits != CellLimits::default() {
            match Cell::create(run, &limits) {
                Ok(cell) => {
                    confined.warnings.extend(cell.missing().iter().map(|missing| unbounded(missing)));
                    confined.cell = Some(cell);
                }
                Err(error) => confined.warnings.push(unbounded(&told(&error))),
            }
        }
        confined
    }

    /// Puts the worker in.
    pub(super) fn put(&mut self, process: u32) {
        let Some(cell) = &self.cell else { return };
        if let Err(error) = cell.put(process) {
            self.warnings.push(unbounded(&told(&error)));
            self.cell = None;
        }
    }

    /// The worker's end, where the kernel killed it for want of memory.
    pub(super) fn out_of_memory(&self) -> Option<WorkerEnd> {
        let cell = self.cell.as_ref()?;
        let memory_bytes_max = self.limits.memory_bytes_max;
        cell.ran_out_of_memory().then_some(WorkerEnd::OutOfMemory { memory_bytes_max })
    }
}

fn unbounded(why: &str) -> String {
    format!("the worker has not all of its limits: {why}")
}

fn told(error: &CellError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
