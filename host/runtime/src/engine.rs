//! The engines behind the sandbox: one wasmtime engine for each stack size in use, all with the same code settings.
//!
//! wasmtime knows the guest's stack limit by engine, Leat by node. The limit is no part of the compiled code, so one
//! cache entry serves every stack size, and an engine for another size is made when the first node asks for it. Sizes
//! are few: almost every node has the default.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use leat_stream::plan::Limits;
use wasmtime::component::Linker;
use wasmtime::{Config, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use crate::limiter::{CORE_INSTANCES_MAX, MEMORIES_MAX, TABLE_ELEMENTS_MAX, TABLES_MAX};
use crate::state::State;
use crate::{host, wasi};

/// Stack that host functions may need below the guest: gathering rows and handing batches on.
const HOST_STACK_BYTES: usize = 1 << 20;

/// Bounds of `stack=`.
pub(crate) const STACK_BYTES_MIN: u64 = 64 << 10;
/// See [`STACK_BYTES_MIN`].
pub(crate) const STACK_BYTES_MAX: u64 = 256 << 20;

/// How often the interruptible profile looks at the clock.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How the sandbox is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Where compiled components are kept; nothing: they are compiled each time. Made if it is missing. Entries that
    /// another user could have written are never used.
    pub cache_dir: Option<PathBuf>,
    /// Compiles checks into every loop, so that a call beyond its time limit ends with a backtrace of where it hung.
    /// Costs up to half of a numeric loop's speed (docs/performance.md). Without it the time limit is the caller's to
    /// enforce, by ending the process.
    pub interruptible: bool,
    /// Time that a component's `describe` may take, when it is loaded for the first time. It answers a constant.
    pub describe_time: Duration,
    /// Instances alive at once, over all components. Each reserves 4 GiB of address space, and no memory.
    pub instances_max: u32,
}

impl Default for EngineConfig {
    fn default() -> Self {
        EngineConfig {
            cache_dir: None,
            interruptible: false,
            describe_time: Duration::from_secs(10),
            instances_max: 64,
        }
    }
}

/// The sandbox cannot be set up on this machine.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox cannot be set up: {0}")]
pub struct EngineError(pub(crate) String);

/// Stack that a thread must have to call a component with these limits: hand it to [`std::thread::Builder::stack_size`].
/// A guest that recurses for ever then ends in its own error; on a smaller stack it would end the process.
pub fn thread_stack_bytes(limits: &Limits) -> usize {
    let guest = limits.stack_bytes.clamp(STACK_BYTES_MIN, STACK_BYTES_MAX);
    usize::try_from(guest).expect("at most 256 MiB") + HOST_STACK_BYTES
}

/// Compiles and runs components. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Engine {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) config: EngineConfig,
    by_stack: Mutex<BTreeMap<u64, Arc<StackEngine>>>,
    /// Dropped with the engine, which ends the ticker's thread.
    _ticker: Option<mpsc::Sender<()>>,
}

/// A wasmtime engine for one stack size, and the host's functions for it.
pub(crate) struct StackEngine {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) linker: Linker<State>,
}

impl Engine {
    /// Sets the sandbox up. Takes about a millisecond; starts a thread in the interruptible profile alone.
    pub fn new(config: EngineConfig) -> Result<Self, EngineError> {
        let (ticker, stop) = mpsc::channel();
        let interruptible = config.interruptible;
        let shared = Arc::new(Shared { config, by_stack: Mutex::default(), _ticker: interruptible.then_some(ticker) });
        let engine = Engine { shared };
        engine.for_stack(Limits::default().stack_bytes)?;
        if interruptible {
            let shared = Arc::downgrade(&engine.shared);
            thread::Builder::new()
                .name("leat-epochs".into())
                .spawn(move || tick(&shared, &stop))
                .map_err(|e| EngineError(format!("no thread for the clock: {e}")))?;
        }
        Ok(engine)
    }

    /// The wasmtime engine whose guests have that much stack.
    pub(crate) fn for_stack(&self, stack_bytes: u64) -> Result<Arc<StackEngine>, EngineError> {
        let mut by_stack = self.shared.by_stack.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = by_stack.get(&stack_bytes) {
            return Ok(Arc::clone(engine));
        }
        let engine = Arc::new(StackEngine::new(run_engine(&self.shared.config, stack_bytes)?)?);
        by_stack.insert(stack_bytes, Arc::clone(&engine));
        Ok(engine)
    }
}

impl StackEngine {
    fn new(wasmtime: wasmtime::Engine) -> Result<Self, EngineError> {
        let linker = linker(&wasmtime)?;
        Ok(StackEngine { wasmtime, linker })
    }

    /// The engine that asks components what they are: always interruptible, compiled in a hurry, instances unpooled.
    pub(crate) fn for_describe() -> Result<Self, EngineError> {
        let mut config = common_config(Limits::default().stack_bytes);
        config.epoch_interruption(true);
        config.cranelift_opt_level(OptLevel::None);
        StackEngine::new(wasmtime::Engine::new(&config).map_err(|e| EngineError(format!("{e:#}")))?)
    }
}

fn linker(engine: &wasmtime::Engine) -> Result<Linker<State>, EngineError> {
    let mut linker = Linker::new(engine);
    host::add_to_linker(&mut linker)
        .and_then(|()| wasi::add_to_linker(&mut linker))
        .map_err(|e| EngineError(format!("{e:#}")))?;
    Ok(linker)
}

/// An engine with a pool of instances; without one where the system grants too little address space for it.
fn run_engine(settings: &EngineConfig, stack_bytes: u64) -> Result<wasmtime::Engine, EngineError> {
    let mut config = common_config(stack_bytes);
    config.epoch_interruption(settings.interruptible);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(settings.instances_max)));
    wasmtime::Engine::new(&config).or_else(|pooled| {
        tracing::warn!(
            error = format!("{pooled:#}"),
            "no address space for a pool of instances; making them one by one"
        );
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        wasmtime::Engine::new(&config).map_err(|e| EngineError(format!("{e:#}")))
    })
}

fn common_config(stack_bytes: u64) -> Config {
    let stack = usize::try_from(stack_bytes).expect("at most 256 MiB");
    let mut config = Config::new();
    // Calls are synchronous: half a microsecond less for each (docs/performance.md).
    config.concurrency_support(false);
    config.max_wasm_stack(stack);
    // Never allocated, since nothing is called asynchronously; wasmtime wants it no smaller than the other.
    config.async_stack_size(stack + HOST_STACK_BYTES);
    // Enough to see what a recursion came from.
    config.wasm_backtrace_max_frames(NonZeroUsize::new(64));
    // The same bytes on every machine.
    config.relaxed_simd_deterministic(true);
    // 64-bit memories have no guard pages, and so bounds checks and another kind of limit; no toolchain needs them.
    config.wasm_memory64(false);
    config
}

/// Room for every instance at the size that an interpreter linked from libraries has, and for one at the limits.
fn pool(instances_max: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(instances_max)
        .total_core_instances(instances_max.saturating_mul(32).max(CORE_INSTANCES_MAX))
        .total_memories(instances_max.saturating_mul(2).max(MEMORIES_MAX))
        .total_tables(instances_max.saturating_mul(8).max(TABLES_MAX))
        .total_stacks(0)
        .max_core_instances_per_component(CORE_INSTANCES_MAX)
        .max_memories_per_component(MEMORIES_MAX)
        .max_tables_per_component(TABLES_MAX)
        .max_memories_per_module(MEMORIES_MAX)
        .max_tables_per_module(TABLES_MAX)
        .table_elements(usize::try_from(TABLE_ELEMENTS_MAX).expect("a million"))
        .max_memory_size(4 << 30);
    pool
}

/// Lets every engine of the interruptible profile look at the clock now and then, until the sandbox is dropped.
fn tick(shared: &Weak<Shared>, stop: &mpsc::Receiver<()>) {
    while stop.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let Some(shared) = shared.upgrade() else { return };
        let by_stack = shared.by_stack.lock().unwrap_or_else(PoisonError::into_inner);
        for engine in by_stack.values() {
            engine.wasmtime.increment_epoch();
        }
    }
}
