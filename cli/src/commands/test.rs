//! `leat test`: one component run on rows from a file, the way a process runs it: a stream file around it is made up,
//! checked and run in a worker, and what came out is shown or held against a file. With `--recovery` also a whole process.

mod compare;
mod process;
mod secrets;
mod subject;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use leat_stream::node_info::NodeInfo;
use leat_stream::source::SourceFile;
use leat_worker::{Control, Outcome, Report, Supervision, supervise};

use self::subject::{REJECTS, Subject, output_file};
use super::run::{Start, job, stop_on_signals};
use crate::args::{GivenArgs, TestArgs};
use crate::config::Environment;
use crate::failure::{FAILED, Kind};
use crate::playpen::Playpen;
use crate::surroundings::{Checkup, component_info};
use crate::{clock, view};

/// An expected file larger than this is no test's.
const EXPECTED_BYTES_MAX: u64 = 1 << 30;

pub(crate) fn run(args: &TestArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    if args.node.ends_with(".strm") {
        return process::run(args, environment);
    }
    // Only the folder counts: the playpen around the current directory.
    let playpen = secrets::allowed_by(Playpen::around_file(Path::new("test.strm"))?);
    let subject = Subject::of(&args.node)?;
    let info = component_info(&playpen.root, &subject.component, environment)?;
    let port = port(args, &info)?;
    let text = subject::text(&subject, &info, args)?;
    let source = SourceFile::from_bytes(format!("<leat test {}>", args.node), text.into_bytes())?;
    let checkup = Checkup::of_source(source, Path::new("test.strm"), playpen, &given(args), environment)?;
    tried(args, &checkup, &subject.name, environment, |report| verdict(args, &info, port, report))
}

/// What the arguments give the process.
fn given(args: &TestArgs) -> GivenArgs {
    GivenArgs { params: args.params.clone(), facts: args.facts.clone(), ..GivenArgs::default() }
}

/// Runs a process that was checked, in a directory that is removed unless `--output` names it.
fn tried(
    args: &TestArgs,
    checkup: &Checkup,
    name: &str,
    environment: &Environment,
    verdict: impl FnOnce(&Report) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    let Some(plan) = checkup.plan() else {
        checkup.problems().print(environment);
        return Ok(ExitCode::from(FAILED));
    };
    let scratch = checkup.root().join(".leat").join("test").join(format!("{name}-{}", std::process::id()));
    let directory = args.output.clone().unwrap_or_else(|| scratch.clone());
    let start = Start {
        plan,
        root: checkup.root(),
        output: Some(&directory),
        seed: args.seed,
        interruptible: true,
        started: clock::now(),
        trace: None,
        checkpoints: None,
        tries_recovery: args.recovery,
        secrets: secrets::given(args, plan)?,
    };
    let job = job(&start, environment)?;
    let control = Control::new();
    stop_on_signals(&control)?;
    let program = std::env::current_exe().context("cannot find leat's own executable")?;
    let supervision = Supervision::new(program, vec!["worker".into()]);
    let report = supervise(&job, &supervision, &control, &mut *view::observer(environment, true))?;
    let verdict = verdict(&report);
    if args.output.is_none() {
        // What cannot be removed is only in the way of nobody.
        let _ = std::fs::remove_dir_all(&scratch);
    }
    verdict
}

/// That the nodes were tried for recovery, and stood it.
fn say_recovered(args: &TestArgs) {
    if args.recovery {
        println!("recovery: with a new instance before every call, restored from a snapshot, all went on as it was\n");
    }
}

/// Shows what came out, or says where it differs from what was expected.
fn verdict(args: &TestArgs, info: &NodeInfo, port: Option<usize>, report: &Report) -> anyhow::Result<ExitCode> {
    if report.outcome != Outcome::Succeeded {
        show_log(report)?;
        view::print_summary(report, true);
        return Ok(ExitCode::from(FAILED));
    }
    say_recovered(args);
    let made = |port: usize| report.run_directory.join(output_file(port));
    let Some(expected) = &args.expect else {
        for (number, output) in info.outputs.iter().enumerate().filter(|(number, _)| port.is_none_or(|p| p == *number))
        {
            show(&output.name, &made(number), args.rows)?;
        }
        let rejects = report.run_directory.join(REJECTS);
        if rejects.exists() {
            show("rejects", &rejects, args.rows)?;
        }
        show_log(report)?;
        return Ok(ExitCode::SUCCESS);
    };
    let port = port.or((!info.outputs.is_empty()).then_some(0));
    let port = port.ok_or_else(|| Kind::Usage(format!("`{}` has no output port to compare", args.node)))?;
    let name = &info.outputs[port].name;
    match compare::first_difference(&read(expected)?, &read(&made(port))?, args.tolerance) {
        Ok(rows) => {
            println!("{name}: as expected, {}", rows_text(rows));
            Ok(ExitCode::SUCCESS)
        }
        Err(difference) => {
            show_log(report)?;
            eprintln!("{name} differs from {}: {difference}", expected.display());
            Ok(ExitCode::from(FAILED))
        }
    }
}

/// The output port of `--port`, by name or number.
fn port(args: &TestArgs, info: &NodeInfo) -> anyhow::Result<Option<usize>> {
    let Some(wanted) = &args.port else { return Ok(None) };
    let by_name = info.outputs.iter().position(|port| port.name == *wanted);
    let by_number = wanted.parse().ok().filter(|number| *number < info.outputs.len());
    by_name.or(by_number).map(Some).ok_or_else(|| {
        let names: Vec<&str> = info.outputs.iter().map(|port| port.name.as_str()).collect();
        let message = format!("`{}` has no output port `{wanted}`; it has {}", args.node, names.join(", "));
        Kind::Usage(message).into()
    })
}

pub(super) fn show(name: &str, file: &Path, rows_max: usize) -> anyhow::Result<()> {
    let text = read(file)?;
    let records = compare::records(&text);
    let rows = records.len().saturating_sub(1);
    println!("{name}: {}", rows_text(rows));
    let shown = records.iter().take(rows_max.saturating_add(1)).next_back().map_or(0, |record| record.end);
    print!("{}", &text[..shown]);
    if rows > rows_max {
        println!("… and {} more; `--rows` shows more, `--output DIR` keeps all", rows - rows_max);
    }
    println!();
    Ok(())
}

/// The log of the node, where it wrote one.
pub(super) fn show_log(report: &Report) -> anyhow::Result<()> {
    for log in report.nodes.iter().filter_map(|node| node.log.as_ref()) {
        print!("log:\n{}", read(&report.run_directory.join(log))?);
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let at = || format!("cannot read {}", file.display());
    let bytes = std::fs::metadata(file).with_context(at)?.len();
    anyhow::ensure!(bytes <= EXPECTED_BYTES_MAX, "{} has {bytes} bytes; a test reads 1 GiB at most", file.display());
    std::fs::read_to_string(file).with_context(at)
}

fn rows_text(rows: usize) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

/// A path as it stands wherever it is used from.
fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("cannot use {}", path.display()))
}
