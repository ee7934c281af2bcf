//! `leat check`: everything that can be known of a process without running it.

use std::process::ExitCode;

use crate::args::{CheckArgs, TextOrJson};
use crate::config::Environment;
use crate::failure::FAILED;
use crate::surroundings::Checkup;

pub(crate) fn run(args: &CheckArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let checkup = Checkup::of(&args.file, &args.given, environment)?;
    match args.format {
        TextOrJson::Text => checkup.problems().print(environment),
        TextOrJson::Json => println!("{}", checkup.problems().to_json()),
    }
    let failed = checkup.problems().errors() > 0 || (args.strict && checkup.problems().warnings() > 0);
    if args.format == TextOrJson::Text && !failed {
        println!("{}: {}", args.file.display(), checkup.verdict());
    }
    Ok(if failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}
