//! The threads that decode a file: each has some of its columns, and all go through the same row groups in step.
//!
//! Nothing is unbounded: a thread holds a page of each of its columns, and lays down few batches that nobody has taken.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::{self, JoinHandle};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use leat_flow::step::BATCH_ROWS;

use super::file::ParquetFile;
use crate::fault::{Fault, FaultKind};
use crate::typed::guarded;

/// More threads than this would only hold memory: one node takes what a few of them decode.
const THREADS_MAX: usize = 8;
/// How many batches of its columns a thread may be ahead.
const AHEAD_MAX: usize = 8;

/// Running threads; they end when this is dropped.
pub(super) struct Lanes {
    lanes: Vec<Lane>,
}

struct Lane {
    /// The columns it decodes, in the file's order: their places in the file and in the queue.
    columns: Vec<(usize, usize)>,
    /// Gone when the thread is to end.
    batches: Option<Receiver<Result<RecordBatch, FaultKind>>>,
    thread: Option<JoinHandle<()>>,
}

impl Lanes {
    /// Starts at most `threads` threads that decode the columns at `places` of these row groups, of the first without its
    /// first rows.
    pub(super) fn start(
        file: &ParquetFile,
        places: &[usize],
        (groups, first_rows): (&[usize], u64),
        threads: NonZeroUsize,
    ) -> io::Result<Self> {
        let mut lanes = Vec::new();
        for (number, columns) in dealt(file, places, threads.get().min(THREADS_MAX)).into_iter().enumerate() {
            let (send, batches) = mpsc::sync_channel(AHEAD_MAX);
            let (file, groups) = (file.clone(), groups.to_vec());
            let decoded = columns.iter().map(|(place, _)| *place).collect::<Vec<usize>>();
            let work = move || {
                for (number, group) in groups.into_iter().enumerate() {
                    let from = if number == 0 { first_rows } else { 0 };
                    let outcome = decode(&file, (group, from), &decoded, &send);
                    if let Err(stop) = outcome {
                        // The receiver is gone where nobody wants to know.
                        let _ = stop.map(|fault| send.send(Err(fault)));
                        return;
                    }
                }
            };
            let thread = thread::Builder::new().name(format!("parquet-{number}")).spawn(work)?;
            lanes.push(Lane { columns, batches: Some(batches), thread: Some(thread) });
        }
        Ok(Lanes { lanes })
    }

    /// The next batch, of which it is known how many rows it has: its columns in the queue's order. Waits for it.
    pub(super) fn next(&mut self, group: usize, rows: usize) -> Result<Vec<ArrayRef>, Fault> {
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.lanes.iter().map(|lane| lane.columns.len()).sum()];
        for lane in &mut self.lanes {
            let batch = lane.batches.as_ref().and_then(|batches| batches.recv().ok());
            let batch = batch.unwrap_or_else(|| Err(damaged(group, "a thread that decoded it ended too soon")))?;
            if batch.num_rows() != rows {
                return Err(damaged(group, "its columns do not have as many rows as it says").into());
            }
            for ((_, place), column) in lane.columns.iter().zip(batch.columns()) {
                columns[*place] = Some(Arc::clone(column));
            }
        }
        let columns: Option<Vec<ArrayRef>> = columns.into_iter().collect();
        columns.ok_or_else(|| damaged(group, "a column is missing in it").into())
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        for lane in &mut self.lanes {
            lane.batches = None;
            // A panic of the decoder is caught where it happens; what else could panic has been told by its silence.
            let _ = lane.thread.take().map(JoinHandle::join);
        }
    }
}

/// Deals columns to at most so many threads, the largest first to who has the least; there is one at least, so that rows
/// are counted even where no column is read.
fn dealt(file: &ParquetFile, places: &[usize], threads: usize) -> Vec<Vec<(usize, usize)>> {
    let sizes: Vec<i64> = places.iter().map(|place| packed_bytes(file, *place)).collect();
    let mut by_size: Vec<usize> = (0..places.len()).collect();
    by_size.sort_by_key(|at| (-sizes[*at], *at));
    let mut lanes = vec![(0, Vec::new()); threads.min(places.len()).max(1)];
    for at in by_size {
        if let Some((load, columns)) = lanes.iter_mut().min_by_key(|(load, _)| *load) {
            // An empty column costs something too.
            *load += sizes[at].max(1);
            columns.push((places[at], at));
        }
    }
    for (_, columns) in &mut lanes {
        columns.sort_unstable();
    }
    lanes.into_iter().map(|(_, columns)| columns).collect()
}

/// How much of the file a column takes; a guess for nested ones, which are not read.
fn packed_bytes(file: &ParquetFile, place: usize) -> i64 {
    let root = |leaf: usize| file.parquet().file_metadata().schema_descr().get_column_root_idx(leaf);
    let groups = file.parquet().row_groups().iter();
    let columns = groups.flat_map(|group| group.columns().iter().enumerate());
    columns.filter(|(leaf, _)| root(*leaf) == place).map(|(_, column)| column.compressed_size().max(0)).sum()
}

/// Decodes columns of a row group from a row on and sends them batch by batch. The error is a fault of the file, or nothing where nobody
/// takes batches any more.
fn decode(
    file: &ParquetFile,
    (group, from): (usize, u64),
    places: &[usize],
    send: &SyncSender<Result<RecordBatch, FaultKind>>,
) -> Result<(), Option<FaultKind>> {
    let fault = |what: String| Some(FaultKind::RowGroupDamaged { group: group + 1, what });
    let mut reader = guarded(|| reader(file, (group, from), places)).map_err(fault)?;
    let mut left = file.rows_in(group).saturating_sub(from);
    while let Some(batch) = guarded(|| reader.next().transpose()).map_err(fault)? {
        let Some(rest) = left.checked_sub(batch.num_rows() as u64) else {
            return Err(Some(damaged(group, "its columns have more rows than it says")));
        };
        left = rest;
        send.send(Ok(batch)).map_err(|_| None)?;
    }
    if left > 0 { Err(Some(damaged(group, "its columns have fewer rows than it says"))) } else { Ok(()) }
}

fn reader(
    file: &ParquetFile,
    (group, from): (usize, u64),
    places: &[usize],
) -> ::parquet::errors::Result<ParquetRecordBatchReader> {
    let mask = ProjectionMask::roots(file.parquet().file_metadata().schema_descr(), places.iter().copied());
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.bytes(), file.metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(BATCH_ROWS);
    // Without a row to pass over the decoder takes a way with less to do.
    if from == 0 { reader.build() } else { reader.with_offset(usize::try_from(from)?).build() }
}

fn damaged(group: usize, what: &str) -> FaultKind {
    FaultKind::RowGroupDamaged { group: group + 1, what: what.to_owned() }
}
