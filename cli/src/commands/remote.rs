//! Commands that ask a midtier: one file each, and what they have in common.

mod accounts;
mod audit;
mod fetch;
mod hosts;
mod logs;
pub(crate) mod risk;
mod roles;
mod runs;
mod status;
mod submit;
mod tokens;
mod whoami;

use std::process::ExitCode;

use anyhow::Context;
use serde_json::Value;

pub(crate) use accounts::run as account;
pub(crate) use audit::run as audit;
pub(crate) use fetch::run as fetch;
pub(crate) use hosts::run as hosts;
pub(crate) use logs::run as logs;
pub(crate) use roles::run as role;
pub(crate) use runs::run as runs;
pub(crate) use status::run as status;
pub(crate) use submit::run as submit;
pub(crate) use tokens::run as token;
pub(crate) use whoami::run as whoami;

use crate::args::{RunRefArgs, ServerArgs, TextOrJson};
use crate::config::Environment;
use crate::failure::FAILED;
use crate::remote::{Page, Remote, Run, Servers, block_on, escaped};

/// A client of the server that a command is to ask.
fn connect(server: &ServerArgs, environment: &Environment) -> anyhow::Result<Remote> {
    Remote::new(Servers::choose(server, environment)?)
}

/// The path of a run; `last` is the latest of all runs that the user may see.
async fn path_of(remote: &Remote, run: &str) -> anyhow::Result<String> {
    if run != "last" {
        return Ok(format!("/runs/{}", escaped(run)));
    }
    let page: Page<Run> = remote.get("/runs", &[("limit", "1".to_owned())]).await?;
    let last = page.items.first().context("there is no run yet; `leat submit` makes one")?;
    Ok(format!("/runs/{}", last.id))
}

/// Prints what a midtier answered, for programs.
fn print_json(answer: &Value) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(answer).context("cannot write the answer")?);
    Ok(())
}

/// An answer in the form that this program shows.
fn parsed<T: serde::de::DeserializeOwned>(answer: &Value) -> anyhow::Result<T> {
    T::deserialize(answer).context("the server answered what this leat cannot read; are both of one version?")
}

/// The exit code of a command that waited for this run.
fn exit_code(run: &Run) -> ExitCode {
    if run.state == "succeeded" { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

/// `leat cancel`, `leat pause` and `leat resume`: what is wanted of a run.
pub(crate) fn ask_of(args: &RunRefArgs, wish: &str, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    block_on(async {
        let path = path_of(&remote, &args.run).await?;
        let run: Run = remote.post(&format!("{path}/{wish}"), &Value::Null).await?;
        println!("{}: {}", run.id, said(&run));
        Ok(ExitCode::SUCCESS)
    })
}

/// `leat retry`.
pub(crate) fn retry(args: &RunRefArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    block_on(async {
        let path = path_of(&remote, &args.run).await?;
        let run: Run = remote.post(&format!("{path}/retry"), &Value::Null).await?;
        println!("{}", run.id);
        Ok(ExitCode::SUCCESS)
    })
}

/// The state of a run and why: `queued: waits for host c7, …`.
fn said(run: &Run) -> String {
    let asked = match run.state.as_str() {
        _ if run.has_ended() => "",
        _ if run.cancel_requested => ", to be cancelled",
        "paused" => "",
        _ if run.pause_requested => ", to be paused",
        _ => "",
    };
    let why = if run.why.is_empty() { String::new() } else { format!(": {}", run.why) };
    format!("{}{asked}{why}", run.state)
}

/// How a list is asked for and shown.
fn show_list<T: serde::de::DeserializeOwned>(
    answer: &Value,
    format: TextOrJson,
    show: impl FnOnce(&Page<T>),
) -> anyhow::Result<ExitCode> {
    match format {
        TextOrJson::Json => print_json(answer)?,
        TextOrJson::Text => show(&parsed(answer)?),
    }
    Ok(ExitCode::SUCCESS)
}
