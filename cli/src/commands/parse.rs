//! `leat parse`: whether a stream file's syntax is accepted. Needs nothing but the file.

use std::process::ExitCode;

use leat_stream::parser;

use crate::args::{ParseArgs, TextOrJson};
use crate::config::Environment;
use crate::failure::FAILED;
use crate::surroundings::{self, Problems};

pub(crate) fn run(args: &ParseArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let source = surroundings::read_source(&args.file)?;
    let problems = Problems { diagnostics: parser::parse(&source).diagnostics, source };
    match args.format {
        TextOrJson::Text => problems.print(environment),
        TextOrJson::Json => println!("{}", problems.to_json()),
    }
    Ok(if problems.errors() > 0 { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
}
