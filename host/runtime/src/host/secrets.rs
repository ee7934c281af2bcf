//! Secrets: what the process gave this node, by name, and nothing else. Whether a name exists elsewhere in the process is not told.

use std::sync::Arc;

use wasmtime::StoreContextMut;
use wasmtime::component::WasmStr;

use crate::bindings::Denied;
use crate::state::State;

/// Length of a secret's name that is looked at; none that was declared is longer.
const NAME_BYTES_MAX: usize = 256;

pub(super) fn get(
    cx: StoreContextMut<'_, State>,
    (name,): (WasmStr,),
) -> wasmtime::Result<(Result<Arc<str>, Denied>,)> {
    let name = name.to_str(&cx)?;
    let known = name.len() <= NAME_BYTES_MAX;
    let secret = cx.data().secrets.iter().find(|secret| known && secret.name == name);
    let answer = match secret {
        None => Err(Denied::NotDeclared),
        Some(secret) => secret.value.as_ref().and_then(|value| value.expose_text()).ok_or(Denied::NotGranted),
    };
    Ok((answer.map(Arc::from),))
}
