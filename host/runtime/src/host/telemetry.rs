//! What a node says of itself, within its limits.

use leat_flow::step;
use wasmtime::StoreContextMut;
use wasmtime::component::WasmStr;

use crate::bindings::{Level, LogParams};
use crate::failure::Violation;
use crate::state::State;
use crate::wasi::LINE_COST_BYTES;

/// Counters that one instance may have; each is a line of the run's report.
const COUNTERS_MAX: usize = 256;
/// Length of a counter's name.
const COUNTER_NAME_BYTES_MAX: usize = 256;
/// Fields of one log line.
const LOG_FIELDS_MAX: usize = 64;

pub(super) fn log(mut cx: StoreContextMut<'_, State>, (level, message, fields): LogParams) -> wasmtime::Result<()> {
    if fields.len() > LOG_FIELDS_MAX {
        return Err(Violation::Lie(format!(
            "log: {} fields in one line; at most {LOG_FIELDS_MAX} are taken",
            fields.len()
        ))
        .into());
    }
    let pairs: Vec<(WasmStr, WasmStr)> = fields.iter(&mut cx)?.collect::<wasmtime::Result<_>>()?;
    let mut texts = Vec::with_capacity(pairs.len());
    let message = spend(&cx, &message)?;
    for (name, value) in pairs {
        texts.push((spend(&cx, &name)?, spend(&cx, &value)?));
    }
    cx.data().stdio().spend(LINE_COST_BYTES)?;
    let level = match level {
        Level::Debug => step::Level::Debug,
        Level::Info => step::Level::Info,
        Level::Warn => step::Level::Warn,
        Level::Error => step::Level::Error,
    };
    cx.data_mut().log(level, &message, &texts);
    Ok(())
}

/// A text of the guest, counted before it is kept.
fn spend(cx: &StoreContextMut<'_, State>, text: &WasmStr) -> wasmtime::Result<String> {
    let text = text.to_str(cx)?;
    cx.data().stdio().spend(text.len())?;
    Ok(text.into_owned())
}

pub(super) fn count(mut cx: StoreContextMut<'_, State>, (name, increment): (WasmStr, u64)) -> wasmtime::Result<()> {
    let name = name.to_str(&cx)?.into_owned();
    if !cx.data().counters.contains(&name) {
        if name.len() > COUNTER_NAME_BYTES_MAX {
            return Err(Violation::Lie(format!(
                "count: a name of {} bytes; at most {COUNTER_NAME_BYTES_MAX} are taken",
                name.len()
            ))
            .into());
        }
        if cx.data().counters.len() == COUNTERS_MAX {
            return Err(Violation::Lie(format!(
                "count: `{name}` is one counter too many; an instance may have {COUNTERS_MAX}"
            ))
            .into());
        }
        cx.data_mut().counters.insert(name.clone());
    }
    cx.data_mut().outlet.count(&name, increment);
    Ok(())
}

pub(super) fn progress(mut cx: StoreContextMut<'_, State>, (done, total): (u64, Option<u64>)) -> wasmtime::Result<()> {
    cx.data_mut().outlet.progress(done, total);
    Ok(())
}
