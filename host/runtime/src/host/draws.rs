//! Random numbers by position, bounded in each call. The generator is `leat-draws`.

use leat_draws::Stream;
use wasmtime::StoreContextMut;

use crate::bindings::BitsParams;
use crate::failure::Violation;
use crate::state::State;

/// Numbers of one call: 1 MiB.
const NUMBERS_MAX: u32 = 1 << 17;
/// Length of a stream's name.
const NAME_BYTES_MAX: usize = 256;

pub(super) fn bits(cx: StoreContextMut<'_, State>, (name, index, count): BitsParams) -> wasmtime::Result<(Vec<u8>,)> {
    if count > NUMBERS_MAX {
        let reason = format!("draws: {count} numbers in one call; at most {NUMBERS_MAX} are given");
        return Err(Violation::Lie(reason).into());
    }
    let name = name.to_str(&cx)?;
    if name.len() > NAME_BYTES_MAX {
        let reason = format!("draws: a stream's name of {} bytes; at most {NAME_BYTES_MAX} are taken", name.len());
        return Err(Violation::Lie(reason).into());
    }
    Ok((Stream::new(cx.data().seed, &name).bytes(index, count as usize),))
}
