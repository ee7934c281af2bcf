//! `leat`, the one executable: the order of operations and nothing else. What each command does is in [`commands`].

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the program that talks to people")]

mod args;
mod clock;
mod commands;
mod config;
mod failure;
mod guarded;
mod own_secrets;
mod past_run;
mod playpen;
mod remote;
mod sdk;
mod settings;
mod surroundings;
mod telemetry;
mod templates;
mod toolchain;
mod transport;
mod units;
mod view;
mod wiring;
mod world;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    if args.is_service() {
        telemetry::start_service();
    } else {
        telemetry::start_quiet();
    }
    match commands::run(args) {
        Ok(code) => code,
        Err(error) => failure::report(&error),
    }
}
