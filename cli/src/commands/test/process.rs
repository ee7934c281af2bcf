//! `leat test FILE.strm --recovery`: a whole process run as it stands, with every component on trial. Its outputs are not the
//! point: they lie in a directory that goes away.

use std::path::Path;
use std::process::ExitCode;

use leat_stream::plan::{NodeKind, Plan};
use leat_worker::{Outcome, Report};

use super::{given, say_recovered, tried};
use crate::args::TestArgs;
use crate::config::Environment;
use crate::failure::{FAILED, Kind};
use crate::surroundings::Checkup;
use crate::view;

pub(super) fn run(args: &TestArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    if !args.recovery {
        let message = format!("`leat test {}` tries whether its nodes can be resumed: add `--recovery`", args.node);
        return Err(Kind::Usage(message).into());
    }
    if !args.input.is_empty() || args.expect.is_some() || args.port.is_some() {
        let message = format!("`{}` is a process: it has inputs and outputs of its own", args.node);
        return Err(Kind::Usage(message).into());
    }
    let checkup = Checkup::of(Path::new(&args.node), &given(args), environment)?;
    let name = match checkup.plan() {
        Some(plan) => {
            outputs_stay(plan)?;
            plan.process.clone()
        }
        None => String::new(),
    };
    tried(args, &checkup, &name, environment, |report| Ok(verdict(args, report)))
}

/// A test publishes nothing outside of its directory.
fn outputs_stay(plan: &Plan) -> anyhow::Result<()> {
    for node in &plan.nodes {
        if let NodeKind::Output(output) = &node.kind
            && Path::new(&output.path).is_absolute()
        {
            let message = format!("output `{}` goes to {}, which a test does not write", node.name, output.path);
            return Err(Kind::Usage(message).into());
        }
    }
    Ok(())
}

fn verdict(args: &TestArgs, report: &Report) -> ExitCode {
    if report.outcome == Outcome::Succeeded {
        say_recovered(args);
        return ExitCode::SUCCESS;
    }
    view::print_summary(report, true);
    ExitCode::from(FAILED)
}
