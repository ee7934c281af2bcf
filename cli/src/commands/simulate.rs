//! `leat simulate`: a list of runs on a fleet, in virtual time. Reads the files and prints the report; `leat-simulator` does
//! the rest.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use leat_simulator::{Fleet, FleetError, Trace, simulate};

use crate::args::{SimulateArgs, TextOrJson};
use crate::failure::Kind;

/// The largest file that is read. The most runs that a trace may have take a tenth of it as CSV.
const FILE_BYTES_MAX: u64 = 2 << 30;

pub(crate) fn run(args: &SimulateArgs) -> anyhow::Result<ExitCode> {
    let overrides: BTreeMap<String, String> = args.policy.iter().cloned().collect();
    let mut given = Fleet::from_toml(&read(&args.fleet)?, &overrides).map_err(|error| match error {
        FleetError::Key { key, what } if overrides.contains_key(&key) => Kind::Usage(format!("--policy {key}: {what}")),
        error => Kind::Configuration(format!("{}: {error}", args.fleet.display())),
    })?;
    given.fleet.faults.seed = args.seed;
    if !given.passed_over.is_empty() {
        eprintln!("passed over in {}: {}", args.fleet.display(), given.passed_over.join(", "));
    }
    let text = read(&args.trace)?;
    let is_json = args.trace.extension().is_some_and(|extension| extension == "json" || extension == "jsonl");
    let trace = if is_json { Trace::from_json(&text) } else { Trace::from_csv(&text) };
    let trace = trace.with_context(|| args.trace.display().to_string())?;
    let report = simulate(&trace, &given.fleet, &given.policy);
    match args.format {
        TextOrJson::Text => print!("{report}"),
        TextOrJson::Json => println!("{}", report.to_json()),
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<String> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let mut text = String::new();
    let length = file.take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
    let length = length.with_context(|| path.display().to_string())?;
    if length as u64 > FILE_BYTES_MAX {
        anyhow::bail!("{}: larger than 2 GiB; simulate a part of it", path.display());
    }
    Ok(text)
}
