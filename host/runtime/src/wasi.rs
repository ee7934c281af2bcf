//! The WASI 0.2 that a guest sees: a machine with nothing in it.
//!
//! No files (no directory is preopened, so no path can be opened), no sockets, no names looked up, no environment, no
//! arguments, an input that has ended; output goes line by line to the node's log. Clocks and random numbers come from
//! the run, so that a rerun sees the same ([`clocks`], [`random`]).
//!
//! Files and sockets are wasmtime-wasi's, with nothing granted; the rest is ours. Nothing here is called on the data
//! path, and nothing here waits.

mod cli;
mod clocks;
mod random;
mod stdio;

use std::sync::{Arc, Mutex};

use leat_stream::plan::Limits;
use serde::{Deserialize, Serialize};
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystem, WasiFilesystemView};
use wasmtime_wasi::p2::bindings::{cli as p2_cli, clocks as p2_clocks, filesystem, random as p2_random, sockets, sync};
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::instance::RunContext;
use crate::state::State;

pub(crate) use stdio::{LINE_COST_BYTES, Printed, Stdio};

/// Streams, pollables and errors that a guest holds at once. Each costs the host memory.
const RESOURCES_MAX: usize = 1_000;

/// How far a guest has come in what it sees of the world.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Random bytes that were drawn.
    random_bytes: u64,
    /// What the monotonic clock shows.
    monotonic_ns: u64,
}

/// A guest's share of WASI's state.
pub(crate) struct Wasi {
    nothing_granted: WasiCtx,
    table: ResourceTable,
    stdio: Arc<Mutex<Stdio>>,
    clocks: clocks::Clocks,
    /// Whether the guest asked which directories it has.
    looked_for_files: bool,
    random: random::Random,
}

impl Wasi {
    pub(crate) fn new(node: &str, run: &RunContext, limits: &Limits) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES_MAX);
        Wasi {
            nothing_granted: WasiCtx::builder().build(),
            table,
            stdio: Arc::new(Mutex::new(Stdio::new(limits.log_bytes))),
            clocks: clocks::Clocks::new(run.started_us),
            looked_for_files: false,
            random: random::Random::new(run.seed, node, run.instance),
        }
    }

    pub(crate) fn stdio(&self) -> Arc<Mutex<Stdio>> {
        Arc::clone(&self.stdio)
    }

    /// Where its random numbers and its clock are.
    pub(crate) fn position(&self) -> Position {
        Position { random_bytes: self.random.drawn(), monotonic_ns: self.clocks.monotonic_ns() }
    }

    /// Has them go on from there.
    pub(crate) fn go_to(&mut self, position: Position) {
        self.random.go_to(position.random_bytes);
        self.clocks.set_monotonic_ns(position.monotonic_ns);
    }

    /// Whether the guest tried to open a file: with no directory to look in, its library says "no such file", which
    /// does not tell a person why.
    pub(crate) fn looked_for_files(&self) -> bool {
        self.looked_for_files
    }
}

impl filesystem::preopens::Host for &mut Wasi {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<Descriptor>, String)>> {
        self.looked_for_files = true;
        Ok(Vec::new())
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi.nothing_granted, table: &mut self.wasi.table }
    }
}

/// Our own implementations, lent to the linker's functions.
struct Ours;

impl HasData for Ours {
    type Data<'a> = &'a mut Wasi;
}

/// Streams, pollables and errors.
struct Table;

impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}

/// Defines every interface of WASI 0.2 but http.
pub(crate) fn add_to_linker(l: &mut Linker<State>) -> wasmtime::Result<()> {
    sync::io::error::add_to_linker::<_, Table>(l, |s| &mut s.wasi.table)?;
    sync::io::poll::add_to_linker::<_, Table>(l, |s| &mut s.wasi.table)?;
    sync::io::streams::add_to_linker::<_, Table>(l, |s| &mut s.wasi.table)?;

    p2_cli::environment::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::exit::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::stdin::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::stdout::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::stderr::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::terminal_input::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::terminal_output::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::terminal_stdin::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::terminal_stdout::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_cli::terminal_stderr::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;

    p2_clocks::wall_clock::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_clocks::monotonic_clock::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_random::random::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_random::insecure::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    p2_random::insecure_seed::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;

    filesystem::preopens::add_to_linker::<_, Ours>(l, |s| &mut s.wasi)?;
    sync::filesystem::types::add_to_linker::<_, WasiFilesystem>(l, State::filesystem)?;
    sockets::instance_network::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::network::add_to_linker::<_, WasiSockets>(l, &Default::default(), State::sockets)?;
    sockets::ip_name_lookup::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sockets::tcp_create_socket::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sync::sockets::tcp::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sync::sockets::udp_create_socket::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    sync::sockets::udp::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    Ok(())
}
