//! The files of a process: dates in a form that says a day; outputs that write no file twice, none of the run's own, and
//! never over an input.

use super::draft::{Draft, DraftKind};
use super::place::{Place, normal};
use super::surroundings::Surroundings;
use crate::diagnostic::Diagnostic;

/// What a run writes into its directory itself.
const OWN_FILES: [&str; 4] = ["report.json", "plan.json", "trace.jsonl", ".lock"];
const OWN_FOLDER: &str = "logs/";

/// Looks at every file's form of dates. One that says no day makes its place useless, so that nothing else is said of it.
pub(super) fn check_dates(draft: &mut Draft<'_>, surroundings: &dyn Surroundings, problems: &mut Vec<Diagnostic>) {
    for node in &mut draft.nodes {
        let (DraftKind::Input { place, .. } | DraftKind::Output { place }) = &mut node.kind else { continue };
        let Some(Place { format, dates_span: Some(span), .. }) = place else { continue };
        if let Some(Err(why)) = format.dates().map(|form| surroundings.dates(form)) {
            problems.push(
                Diagnostic::error("bad-option", *span, why)
                    .label("expected year, month and day, as in \"%m/%d/%Y\"")
                    .help("%Y is the year, %m the month and %d the day in digits, %b the month's short name"),
            );
            *place = None;
        }
    }
}

/// Looks at every output's file.
pub(super) fn check_targets(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) {
    let inputs: Vec<(&Place, String)> = places(draft, true);
    let outputs: Vec<(&Place, String)> = places(draft, false);
    for (number, (place, path)) in outputs.iter().enumerate() {
        if let Some((first, _)) = outputs[..number].iter().find(|(_, other)| other == path) {
            problems.push(
                Diagnostic::error("same-output", place.span, format!("two outputs write the file `{}`", place.path))
                    .label("written again here")
                    .also(first.span, "first written here")
                    .help("give each output a file of its own"),
            );
        }
        // A relative input is in the playpen and a relative output in the run's directory: only absolute paths can meet.
        if path.starts_with('/')
            && let Some((input, _)) = inputs.iter().find(|(_, other)| other == path)
        {
            let message = format!("the output `{}` would overwrite an input of this process", place.path);
            problems.push(
                Diagnostic::error("overwrites-input", place.span, message)
                    .label("written here")
                    .also(input.span, "read here")
                    .help("write to another file"),
            );
        }
        if place.is_dynamic() && place.literal().contains(['{', '}']) {
            let message = format!("`{}`: a path with a fact in it cannot be one of an output in parts", place.path);
            problems.push(
                Diagnostic::error("bad-path", place.span, message)
                    .label("`{…}` would stand for the value of a column")
                    .help("take the fact or the column out of the path; `${…}` is the value of a parameter"),
            );
        }
        if OWN_FILES.contains(&path.as_str()) || path.starts_with(OWN_FOLDER) || path == "logs" {
            let message = format!("`{}` is a file of the run itself", place.path);
            problems.push(
                Diagnostic::error("reserved-output", place.span, message)
                    .label("a run writes report.json, plan.json and logs/ into its directory")
                    .help("give the output another name"),
            );
        }
    }
}

fn places<'a>(draft: &'a Draft<'_>, inputs: bool) -> Vec<(&'a Place, String)> {
    let wanted = draft.nodes.iter().filter(|node| matches!(node.kind, DraftKind::Input { .. }) == inputs);
    wanted.filter_map(|node| node.place()).map(|place| (place, normal(&place.path))).collect()
}
