//! `leat plan`: the checked plan as text, data or a picture.

use std::process::ExitCode;

use crate::args::{PlanArgs, PlanFormat};
use crate::config::Environment;
use crate::failure::FAILED;
use crate::surroundings::Checkup;

pub(crate) fn run(args: &PlanArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let checkup = Checkup::of(&args.file, &args.given, environment)?;
    checkup.problems().print(environment);
    let Some(plan) = checkup.plan() else {
        return Ok(ExitCode::from(FAILED));
    };
    let text = match args.format {
        PlanFormat::Text => plan.to_text(),
        PlanFormat::Json => plan.to_json(),
        PlanFormat::Dot => plan.to_dot(),
        PlanFormat::Mermaid => plan.to_mermaid(),
        PlanFormat::Svg => plan.to_svg(),
    };
    println!("{}", text.trim_end());
    Ok(ExitCode::SUCCESS)
}
