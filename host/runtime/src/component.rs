//! A component, compiled and asked what it is, ready to be instantiated.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, thread};

use leat_stream::node_info::NodeInfo;
use sha2::{Digest, Sha256};
use wasmtime::component::Component as Compiled;

use crate::bindings::{GuestPre, VERSION};
use crate::cache::{Cache, Key, hex};
use crate::describe;
use crate::engine::{Engine, EngineError, StackEngine};
use crate::inspect::{self, COMPONENT_BYTES_MAX};
use crate::load_error::LoadError;
use crate::state::State;

/// A loaded component. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Component {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    path: String,
    digest: String,
    info: NodeInfo,
    unserved: Vec<String>,
    compiled: Compiled,
    by_stack: Mutex<BTreeMap<u64, Arc<Prepared>>>,
}

/// A component in the engine of one stack size, with its imports resolved.
pub(crate) struct Prepared {
    pub(crate) engine: Arc<StackEngine>,
    pub(crate) guest: GuestPre<State>,
}

impl Engine {
    /// Loads a component from its file: from the cache in a millisecond, else compiled, described and kept.
    pub fn load(&self, path: &Path) -> Result<Component, LoadError> {
        let name = path.display().to_string();
        let bytes = read(path, &name)?;
        self.load_bytes(&name, &bytes)
    }

    /// Loads a component from memory. `name` stands in messages where a file's name would.
    pub fn load_bytes(&self, name: &str, bytes: &[u8]) -> Result<Component, LoadError> {
        inspect::check_preamble(name, bytes)?;
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let stack = self.default_stack().map_err(|error| host(name, error))?;
        let cache = self.shared.config.cache_dir.clone().map(Cache::new);
        let key = Key::new(&stack.wasmtime, &digest);
        let cached = cache.as_ref().and_then(|cache| cache.get(key)).and_then(|entry| {
            let compiled = deserialize(&stack.wasmtime, entry.code())?;
            Some((compiled, entry.info))
        });
        let (compiled, info) = match cached {
            Some(cached) => cached,
            None => {
                let (compiled, info) = compile(&stack.wasmtime, (name, bytes), self.shared.config.describe_time)?;
                if let (Some(cache), Ok(code)) = (&cache, compiled.serialize()) {
                    cache.put(key, &info, &code);
                }
                (compiled, info)
            }
        };
        let unserved = inspect::check_world(name, &compiled)?;
        Ok(Component {
            inner: Arc::new(Inner {
                engine: self.clone(),
                path: name.to_owned(),
                digest: hex(&digest),
                info,
                unserved,
                compiled,
                by_stack: Mutex::default(),
            }),
        })
    }
}

impl Component {
    /// What it says of itself, checked.
    pub fn info(&self) -> &NodeInfo {
        &self.inner.info
    }

    /// SHA-256 of its file, in lower-case hexadecimal.
    pub fn digest(&self) -> &str {
        &self.inner.digest
    }

    /// Interfaces of the contract that it imports and this version of Leat does not serve. Where there are any it
    /// cannot be instantiated; `check` says so.
    pub fn unserved_imports(&self) -> &[String] {
        &self.inner.unserved
    }

    /// The file it was loaded from, as it was named.
    pub fn path(&self) -> &str {
        &self.inner.path
    }

    pub(crate) fn interruptible(&self) -> bool {
        self.inner.engine.shared.config.interruptible
    }

    /// The component for guests with that much stack, imports resolved once for all its instances.
    pub(crate) fn prepared(&self, stack_bytes: u64) -> Result<Arc<Prepared>, LoadError> {
        let inner = &self.inner;
        let mut by_stack = inner.by_stack.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = by_stack.get(&stack_bytes) {
            return Ok(Arc::clone(prepared));
        }
        let name = &inner.path;
        let engine = inner.engine.for_stack(stack_bytes).map_err(|error| host(name, error))?;
        let compiled = if wasmtime::Engine::same(&engine.wasmtime, inner.compiled.engine()) {
            inner.compiled.clone()
        } else {
            let code = inner.compiled.serialize().map_err(|error| host(name, error))?;
            deserialize(&engine.wasmtime, &code).ok_or_else(|| host(name, "its code fits no other stack size"))?
        };
        let guest = prepare(&engine, &compiled, name)?;
        let prepared = Arc::new(Prepared { engine, guest });
        by_stack.insert(stack_bytes, Arc::clone(&prepared));
        Ok(prepared)
    }
}

fn host(path: &str, reason: impl ToString) -> LoadError {
    LoadError::Host { path: path.to_owned(), reason: reason.to_string() }
}

/// Resolves a component's imports and finds the contract's functions among its exports.
pub(crate) fn prepare(engine: &StackEngine, compiled: &Compiled, path: &str) -> Result<GuestPre<State>, LoadError> {
    let pre = engine.linker.instantiate_pre(compiled);
    pre.and_then(GuestPre::new).map_err(|error| LoadError::Mismatch {
        path: path.to_owned(),
        expected: VERSION,
        reason: format!("{error:#}"),
    })
}

/// Compiles, and asks meanwhile: the copy that is asked is compiled in a hurry and can be interrupted.
fn compile(
    engine: &wasmtime::Engine,
    (path, bytes): (&str, &[u8]),
    describe_time: Duration,
) -> Result<(Compiled, NodeInfo), LoadError> {
    thread::scope(|scope| {
        let describing = thread::Builder::new()
            .name("leat-describe".into())
            .stack_size(describe::thread_stack_bytes())
            .spawn_scoped(scope, || describe::describe(path, bytes, describe_time))
            .map_err(|error| host(path, error))?;
        let compiled = Compiled::from_binary(engine, bytes);
        let info = describing
            .join()
            .unwrap_or_else(|_| Err(host(path, "asking it what it is ended in a panic of the host")))?;
        let compiled = compiled.map_err(|error| invalid(path, &error))?;
        Ok((compiled, info))
    })
}

/// The validator's verdict in one line.
pub(crate) fn invalid(path: &str, error: &wasmtime::Error) -> LoadError {
    LoadError::Invalid { path: path.to_owned(), reason: format!("{:#}", error).replace('\n', " ") }
}

/// A compiled component from what [`Compiled::serialize`] wrote; nothing where this engine will not have it.
#[allow(unsafe_code, reason = "the one way to load compiled code; the cache answers for what it hands over")]
fn deserialize(engine: &wasmtime::Engine, code: &[u8]) -> Option<Compiled> {
    // SAFETY: `code` must be what wasmtime serialised. It comes from `Compiled::serialize` in this process, or from a
    // cache entry that belongs to this user, that no other user may write, and whose digest over all of `code` holds.
    // wasmtime itself refuses code of another version, target or setting.
    match unsafe { Compiled::deserialize(engine, code) } {
        Ok(compiled) => Some(compiled),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "compiled component refused; compiling it again");
            None
        }
    }
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => LoadError::Missing { path: name.to_owned() },
        _ => LoadError::Unreadable { path: name.to_owned(), reason: error.to_string() },
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(LoadError::Directory { path: name.to_owned() });
    }
    if !metadata.is_file() {
        // A pipe or a device may never come to its end.
        return Err(unreadable(io::Error::other("it is not a plain file")));
    }
    if metadata.len() > COMPONENT_BYTES_MAX {
        return Err(LoadError::TooLarge { path: name.to_owned(), bytes: metadata.len(), limit: COMPONENT_BYTES_MAX });
    }
    fs::read(path).map_err(unreadable)
}

impl Engine {
    fn default_stack(&self) -> Result<Arc<StackEngine>, EngineError> {
        self.for_stack(leat_stream::plan::Limits::default().stack_bytes)
    }
}
