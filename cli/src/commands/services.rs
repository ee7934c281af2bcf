//! Commands that are services: what they do is in the parts they wire; here is only how they begin and end.

mod host;
mod midtier;
mod serve;

use std::future::Future;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::own_secrets::leave_no_core_file;

pub(crate) use host::run as host;
pub(crate) use midtier::run as midtier;
pub(crate) use serve::run as serve;

/// Runs a service to its end, on as many threads as there are processors. It leaves no core file: tokens and secrets pass through it.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    leave_no_core_file()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the event loop")?.block_on(work)
}

/// A token that is cancelled by Ctrl-C or SIGTERM. A second Ctrl-C ends the program at once.
fn shutdown_on_signals() -> anyhow::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let shutdown = CancellationToken::new();
    let token = shutdown.clone();
    let listening = async move {
        let mut count = 0;
        loop {
            let signal = tokio::select! {
                _ = interrupt.recv() => signal_hook::consts::SIGINT,
                _ = terminate.recv() => signal_hook::consts::SIGTERM,
            };
            if count > 0 {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
            count += 1;
            token.cancel();
        }
    };
    drop(tokio::spawn(listening));
    Ok(shutdown)
}
