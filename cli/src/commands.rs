//! The commands, one file each, and the choice between them.

mod build;
mod check;
mod generate;
mod login;
mod new;
mod parse;
mod plan;
mod remote;
mod replay;
mod risk;
mod run;
mod secret;
mod services;
mod simulate;
mod test;
mod trace;

use std::process::ExitCode;

use clap::CommandFactory;

use crate::args::{Args, Command};
use crate::config::Environment;

/// Runs the command that was asked for. `Ok` holds its exit code; an error is reported by the caller.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let environment = Environment::read();
    match args.command {
        Command::New(args) => new::run(args),
        Command::Build(args) => build::run(&args, &environment),
        Command::Check(args) => check::run(&args, &environment),
        Command::Plan(args) => plan::run(&args, &environment),
        Command::Parse(args) => parse::run(&args, &environment),
        Command::Run(args) => run::run(&args, &environment),
        Command::Trace(args) => trace::run(&args),
        Command::Replay(args) => replay::run(&args, &environment),
        Command::Test(args) => test::run(&args, &environment),
        Command::Generate(args) => generate::run(&args, &environment),
        Command::Risk(command) => risk::run(&command, &environment),
        Command::Secret(command) => secret::run(&command, &environment),
        Command::Login(args) => login::login(&args, &environment),
        Command::Logout(args) => login::logout(&args, &environment),
        Command::Whoami(args) => remote::whoami(&args, &environment),
        Command::Token(command) => remote::token(&command, &environment),
        Command::Account(command) => remote::account(&command, &environment),
        Command::Role(command) => remote::role(&command, &environment),
        Command::Submit(args) => remote::submit(&args, &environment),
        Command::Runs(args) => remote::runs(&args, &environment),
        Command::Status(args) => remote::status(&args, &environment),
        Command::Logs(args) => remote::logs(&args, &environment),
        Command::Cancel(args) => remote::ask_of(&args, "cancel", &environment),
        Command::Pause(args) => remote::ask_of(&args, "pause", &environment),
        Command::Resume(args) => remote::ask_of(&args, "resume", &environment),
        Command::Retry(args) => remote::retry(&args, &environment),
        Command::Fetch(args) => remote::fetch(&args, &environment),
        Command::Hosts(args) => remote::hosts(&args, &environment),
        Command::Audit(command) => remote::audit(&command, &environment),
        Command::Simulate(args) => simulate::run(&args),
        Command::Serve(args) => services::serve(&args, &environment),
        Command::Midtier(args) => services::midtier(&args, &environment),
        Command::Host(args) => services::host(&args, &environment),
        Command::Completions(args) => {
            clap_complete::generate(args.shell, &mut Args::command(), "leat", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
        Command::Worker => Ok(run::worker()),
    }
}
