//! `emit` and `reject`: from the guest's memory to the dataflow.
//!
//! A guest may send any number of rows at once; they leave in batches of [`BATCH_ROWS`], each checked, copied out of
//! the guest's memory (once) and handed on before the next, so that what the host holds does not depend on the guest.

use arrow_array::RecordBatch;
use leat_flow::step::{self, BATCH_ROWS, Rejected};
use wasmtime::StoreContextMut;
use wasmtime::component::WasmList;

use crate::bindings::{EmitParams, OutColumn, RejectParams, Stopped};
use crate::columns::{Emission, Sent, Source, row_numbers};
use crate::failure::Violation;
use crate::state::State;

/// How much of a reason for rejecting rows is kept.
const REASON_BYTES_MAX: usize = 4096;

/// What the contract's functions return: a one-tuple of the result.
type Answer = wasmtime::Result<(Result<(), Stopped>,)>;

pub(super) fn emit(mut cx: StoreContextMut<'_, State>, params: EmitParams) -> Answer {
    let (port, rows, selection, columns) = params;
    refuse_after_cancel(&cx)?;
    let function = cx.data().call.function;
    if !matches!(function, "process" | "end-of-input" | "finish") {
        // An instance that takes another's place would send it again.
        let lie = format!("emit during {function}: records leave during process, end-of-input and finish");
        return Err(Violation::Lie(lie).into());
    }
    let port = port as usize;
    let expected = cx.data().outputs.get(port).map(|port| port.fields.len()).ok_or_else(|| {
        let ports = cx.data().outputs.len();
        Violation::Lie(format!("emit: output port {port}, where the node has {ports}"))
    })?;
    if columns.len() != expected {
        return Err(Violation::Lie(format!(
            "emit to output port {port}: {} columns, where the port has {expected}",
            columns.len()
        ))
        .into());
    }
    let columns: Vec<OutColumn> = columns.iter(&mut cx)?.collect::<wasmtime::Result<_>>()?;
    let rows = rows as usize;
    let mut from = 0;
    while from < rows {
        let count = BATCH_ROWS.min(rows - from);
        let batch = batch(&cx, port, (rows, from, count), (selection.as_ref(), &columns))?;
        let made_of = made_of(&cx, (rows, from, count), selection.as_ref());
        if let Err(stopped) = hand_on(&mut cx, port, batch, made_of.as_deref()) {
            return Ok((Err(stopped),));
        }
        from += count;
    }
    if rows == 0 {
        // Nothing to hand on, and nothing to lie about but the columns.
        batch(&cx, port, (0, 0, 0), (selection.as_ref(), &columns))?;
    }
    Ok((Ok(()),))
}

/// One batch of what the guest emits: `count` rows from row `from` on, of `rows`.
fn batch(
    cx: &StoreContextMut<'_, State>,
    port: usize,
    (rows, from, count): (usize, usize, usize),
    (selection, columns): (Option<&WasmList<u8>>, &[OutColumn]),
) -> Result<(RecordBatch, u64), Violation> {
    let state = cx.data();
    let emission = Emission {
        port,
        fields: &state.outputs[port].fields,
        schema: &state.outputs[port].schema,
        rows,
        selection: selection.map(|selection| selection.as_le_slice(cx)),
        in_hand: state.call.in_hand.as_ref(),
        bytes_left: state.limits.output_bytes.saturating_sub(state.call.emitted_bytes),
        bytes_max: state.limits.output_bytes,
    };
    let sources: Vec<Source<'_>> = columns
        .iter()
        .map(|column| match column {
            OutColumn::Pass(field) => Source::Passed(*field as usize),
            OutColumn::Fresh(fresh) => Source::Fresh(Sent {
                data: fresh.data.as_le_slice(cx),
                offsets: fresh.offsets.as_ref().map(|bytes| bytes.as_le_slice(cx)),
                validity: fresh.validity.as_ref().map(|bytes| bytes.as_le_slice(cx)),
            }),
        })
        .collect();
    emission.batch(&sources, from, count)
}

/// The rows of the batch in hand that rows were made of, where the run is traced and it is known: by the selection, or one
/// for one.
fn made_of(
    cx: &StoreContextMut<'_, State>,
    (rows, from, count): (usize, usize, usize),
    selection: Option<&WasmList<u8>>,
) -> Option<Vec<u32>> {
    let state = cx.data();
    let in_hand = state.call.in_hand.as_ref().filter(|_| state.outlet.is_traced())?.num_rows();
    match selection {
        // It has been checked with the batch.
        Some(selection) => Some(row_numbers(selection.as_le_slice(cx), in_hand).ok()?[from..from + count].to_vec()),
        None => (rows == in_hand).then(|| (from..from + count).map(|row| row as u32).collect()),
    }
}

fn hand_on(
    cx: &mut StoreContextMut<'_, State>,
    port: usize,
    batch: (RecordBatch, u64),
    made_of: Option<&[u32]>,
) -> Result<(), Stopped> {
    let (batch, bytes) = batch;
    let state = cx.data_mut();
    state.flush_stdio();
    state.call.emitted = true;
    state.call.emitted_bytes += bytes;
    let answer = state.hand_on(|outlet| match made_of {
        Some(rows) => outlet.emit_from(port, batch, rows),
        None => outlet.emit(port, batch),
    });
    answer.map_err(|stopped| told(state, stopped))
}

pub(super) fn reject(mut cx: StoreContextMut<'_, State>, (rows, reason): RejectParams) -> Answer {
    refuse_after_cancel(&cx)?;
    let Some(batch) = cx.data().call.in_hand.as_ref() else {
        return Err(Violation::Lie(format!(
            "reject during {}: there is a batch in hand only during process",
            cx.data().call.function
        ))
        .into());
    };
    let total = batch.num_rows();
    let rows = row_numbers(rows.as_le_slice(&cx), total).map_err(|lie| Violation::Lie(format!("reject: {lie}")))?;
    let mut reason = reason.to_str(&cx)?.into_owned();
    reason.truncate(reason.floor_char_boundary(REASON_BYTES_MAX));
    let state = cx.data_mut();
    state.call.rejected.resize(total, false);
    for &row in &rows {
        if std::mem::replace(&mut state.call.rejected[row as usize], true) {
            return Err(Violation::Lie(format!("reject: row {row} a second time in one batch")).into());
        }
    }
    if rows.is_empty() {
        return Ok((Ok(()),));
    }
    state.flush_stdio();
    let rejected = Rejected::Rows { rows: &rows, reason: &reason };
    let answer = state.hand_on(|outlet| outlet.reject(rejected));
    Ok((answer.map_err(|stopped| told(state, stopped)),))
}

/// A guest that was told of the run's end and goes on is stopped, so that the end comes soon.
fn refuse_after_cancel(cx: &StoreContextMut<'_, State>) -> Result<(), Violation> {
    match cx.data().call.stopped {
        Some(step::Stopped::Cancelled) => Err(Violation::Stopped),
        _ => Ok(()),
    }
}

fn told(state: &mut State, stopped: step::Stopped) -> Stopped {
    state.call.stopped = Some(stopped);
    match stopped {
        step::Stopped::Cancelled => Stopped::Cancelled,
        step::Stopped::Unread => Stopped::Unread,
    }
}
