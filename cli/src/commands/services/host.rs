//! `leat host`: the agent of a compute host, as a configuration file says.

use std::io::Read;
use std::process::ExitCode;

use leat_tls::PlainText;

use super::{block_on, shutdown_on_signals};
use crate::args::HostArgs;
use crate::config::Environment;
use crate::failure::{FAILED, Kind};
use crate::settings::{self, HostSettings};
use crate::telemetry::{Telemetry, Wanted};
use crate::transport;
use crate::wiring::{AgentEnd, run_agent};

pub(crate) fn run(args: &HostArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let mut settings: HostSettings = settings::read(&args.config)?;
    let refused = |error: String| Kind::Configuration(format!("{}: {error}", args.config.display()));
    transport::require_host(&settings, args.plain_text).map_err(refused)?;
    let said = PlainText { key: settings.plain_text_outside_this_machine, flag: args.plain_text };
    // From here on it is said twice or not at all.
    settings.plain_text_outside_this_machine &= args.plain_text;
    let program = std::env::current_exe()?;
    block_on(async {
        let shutdown = shutdown_on_signals()?;
        if args.until_stdin_closes {
            let shutdown = shutdown.clone();
            // Nobody writes there: it ends when whoever started this has ended. A thread of its own, and none of the event loop's: that would
            // wait for it at its end, and an agent that was told to end would stay for as long as whoever started it.
            drop(std::thread::spawn(move || {
                let _ = std::io::stdin().read(&mut [0]);
                shutdown.cancel();
            }));
        }
        let wanted = Wanted { settings: &settings.telemetry, ca_file: settings.tls.ca_file.as_deref(), said };
        let telemetry = Telemetry::start(&wanted, environment, "leat-host", &settings.name)?;
        let ended = run_agent(settings, program, telemetry.recorder(), shutdown).await;
        telemetry.end().await;
        match ended? {
            AgentEnd::AsAsked => Ok(ExitCode::SUCCESS),
            AgentEnd::Orphaned => Ok(ExitCode::from(FAILED)),
        }
    })
    .inspect(|_| tracing::info!("the agent has ended"))
}
