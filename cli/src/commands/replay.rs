//! `leat replay`: a record that a run rejected goes through its node once more, with the parameters, seed, start time and
//! facts of that run, and what comes of it is shown.

mod process;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use leat_stream::plan::{NodeKind, Plan};
use leat_stream::source::SourceFile;
use leat_worker::{Control, KeptRecord, Outcome, RejectedRecord, Report, Supervision, supervise};

use self::process::{Fed, NO_RECORDS, given_facts, output_file};
use super::run::{Start, job, stop_on_signals};
use super::test::{show, show_log};
use crate::args::{GivenArgs, ReplayArgs};
use crate::config::Environment;
use crate::failure::{FAILED, Kind};
use crate::playpen::Playpen;
use crate::surroundings::Checkup;
use crate::{past_run, view};

pub(crate) fn run(args: &ReplayArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let directory = past_run::directory(&args.run)?;
    let report = past_run::report(&directory)?;
    let rejected: Vec<(usize, &RejectedRecord)> = report
        .nodes
        .iter()
        .enumerate()
        .flat_map(|(node, told)| told.rejects.first.iter().map(move |record| (node, record)))
        .collect();
    let Some(number) = args.rejected else {
        list(&report, &rejected);
        return Ok(ExitCode::SUCCESS);
    };
    let chosen = number.checked_sub(1).and_then(|place| rejected.get(place));
    let Some(&(node, record)) = chosen else {
        let message = format!("the run kept {} rejected records, and {number} is none of them", rejected.len());
        return Err(Kind::Usage(message).into());
    };
    match &record.kept {
        Some(KeptRecord::Text(text)) => {
            println!("{} could not read this record:\n{text}\n{}", report.nodes[node].name, record.reason);
            Ok(ExitCode::from(FAILED))
        }
        Some(KeptRecord::Row { port, queue, file }) => {
            let file = std::path::absolute(directory.join(file))?;
            anyhow::ensure!(file.is_file(), "the record is not there any more: {}", file.display());
            let replay = Replay { directory: &directory, report: &report, node, record, place: (*port, queue, &file) };
            replay.run(environment)
        }
        None => anyhow::bail!("the values of this record were not kept"),
    }
}

/// The rejected records of a run that were kept, numbered.
fn list(report: &Report, rejected: &[(usize, &RejectedRecord)]) {
    if rejected.is_empty() {
        println!("the run rejected no records");
    }
    for (number, (node, record)) in rejected.iter().enumerate() {
        let reason = record.reason.lines().next().unwrap_or_default();
        let place = if reason.starts_with(&record.place) { String::new() } else { format!("{}: ", record.place) };
        println!("{:>3}  {}  {place}{reason}", number + 1, report.nodes[*node].name);
    }
}

/// A record that is to go through its node again.
struct Replay<'a> {
    directory: &'a Path,
    report: &'a Report,
    node: usize,
    record: &'a RejectedRecord,
    /// Its port, its queue and its file.
    place: (usize, &'a str, &'a Path),
}

impl Replay<'_> {
    fn run(&self, environment: &Environment) -> anyhow::Result<ExitCode> {
        let plan = self.directory.join("plan.json");
        let text = std::fs::read_to_string(&plan).with_context(|| format!("cannot read {}", plan.display()))?;
        let plan = Plan::from_json(&text).with_context(|| format!("{} is no plan of this version", plan.display()))?;
        // Only the folder counts: the playpen around the current directory.
        let playpen = Playpen::around_file(Path::new("replay.strm"))?;
        let scratch = playpen.root.join(".leat").join("replay").join(std::process::id().to_string());
        std::fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
        let outcome = self.run_in(&scratch, &plan, playpen, environment);
        // What cannot be removed is only in the way of nobody.
        let _ = std::fs::remove_dir_all(&scratch);
        outcome
    }

    fn run_in(
        &self,
        scratch: &Path,
        plan: &Plan,
        playpen: Playpen,
        environment: &Environment,
    ) -> anyhow::Result<ExitCode> {
        let planned = plan.nodes.get(self.node).context("the plan of the run has not this node")?;
        let NodeKind::Component(component) = &planned.kind else { anyhow::bail!("it is no component") };
        let none = std::path::absolute(scratch.join(NO_RECORDS))?;
        std::fs::write(&none, "")?;
        let (port, queue, file) = self.place;
        let text = process::text(plan, planned, component, &Fed { port, queue, file, none: &none });
        let source = SourceFile::from_bytes(format!("<leat replay {}>", planned.name), text.into_bytes())?;
        let given = GivenArgs {
            facts: given_facts(plan, planned, self.report),
            options: plan.options.clone(),
            ..GivenArgs::default()
        };
        let checkup = Checkup::of_source(source, Path::new("replay.strm"), playpen, &given, environment)?;
        let Some(made) = checkup.plan() else {
            checkup.problems().print(environment);
            return Ok(ExitCode::from(FAILED));
        };
        let start = Start {
            plan: made,
            root: checkup.root(),
            output: Some(scratch),
            seed: self.report.seed,
            interruptible: true,
            started: self.report.started.parse().context("the report does not say when the run began")?,
            trace: None,
            checkpoints: None,
            tries_recovery: false,
            secrets: BTreeMap::new(),
        };
        let control = Control::new();
        stop_on_signals(&control)?;
        let program = std::env::current_exe().context("cannot find leat's own executable")?;
        let supervision = Supervision::new(program, vec!["worker".into()]);
        let job = job(&start, environment)?;
        let again = supervise(&job, &supervision, &control, &mut *view::observer(environment, true))?;
        self.tell(&again, component.outputs.len(), planned.inputs.len())
    }

    /// Shows what came of it. It is no success while the node does not take the record.
    fn tell(&self, again: &Report, outputs: usize, ports: usize) -> anyhow::Result<ExitCode> {
        let (before, name) = (&self.report.nodes[self.node], &self.report.nodes[self.node].name);
        println!("{}: {}", self.record.place, self.record.reason);
        let node = again.nodes.iter().find(|node| node.component.is_some());
        let digest = |report: &leat_worker::NodeReport| report.component.as_ref().map(|ran| ran.digest.clone());
        if node.and_then(digest) != digest(before) {
            println!("the component of `{name}` is not the one of that run any more");
        }
        if ports > 1 {
            println!("its other ports have no records now");
        }
        println!();
        if again.outcome != Outcome::Succeeded {
            show_log(again)?;
            view::print_summary(again, true);
            return Ok(ExitCode::from(FAILED));
        }
        for port in 0..outputs {
            let file: PathBuf = again.run_directory.join(output_file(port));
            show(&format!("output port {port}"), &file, usize::MAX)?;
        }
        show_log(again)?;
        let rejects = node.map(|node| &node.rejects);
        match rejects.and_then(|rejects| rejects.first.first()) {
            Some(record) => {
                println!("`{name}` rejects it again: {}", record.reason);
                Ok(ExitCode::from(FAILED))
            }
            None => {
                println!("`{name}` takes it now");
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
