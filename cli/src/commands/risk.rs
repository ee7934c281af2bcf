//! `leat risk`: the playpen's risk objects listed, checked and shown.

use std::path::Path;
use std::process::ExitCode;

use leat_objects::{Object, Reference, day_to_text};
use leat_risk::{Content, Folder, Held, Shelf, open_sound};
use leat_stream::diagnostic::nearest;

use super::remote;
use crate::args::RiskCommand;
use crate::config::Environment;
use crate::failure::{FAILED, Kind};
use crate::playpen::Playpen;

pub(crate) fn run(command: &RiskCommand, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        RiskCommand::List { remote: true, server, .. } => remote::risk::list(server, environment),
        RiskCommand::Put { file, server } => remote::risk::put(file, server, environment),
        RiskCommand::Get { object, version, server } => remote::risk::get(object, *version, server, environment),
        RiskCommand::List { path, .. } => list(&folder(path)?),
        RiskCommand::Check { path } => check(&folder(path)?),
        RiskCommand::Show { object, path } => show(&folder(path)?, object),
    }
}

fn folder(path: &Path) -> anyhow::Result<Folder> {
    Ok(Folder::of_playpen(&Playpen::around(path)?.root))
}

fn list(folder: &Folder) -> anyhow::Result<ExitCode> {
    for reference in folder.list()? {
        println!("{reference}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A line for each sound object, and every fault of the others.
fn check(folder: &Folder) -> anyhow::Result<ExitCode> {
    let references = folder.list()?;
    let mut faulty = 0;
    for reference in &references {
        match open_sound(folder, reference) {
            Ok(held) => println!("{reference}: {}", held.summary()),
            Err(error) => {
                faulty += 1;
                eprintln!("{error}");
            }
        }
    }
    let objects =
        if references.len() == 1 { "1 risk object".to_owned() } else { format!("{} risk objects", references.len()) };
    match faulty {
        0 => {
            println!("{objects}, no problems");
            Ok(ExitCode::SUCCESS)
        }
        faulty => {
            eprintln!("{objects}, {faulty} of them cannot be used");
            Ok(ExitCode::from(FAILED))
        }
    }
}

fn show(folder: &Folder, object: &str) -> anyhow::Result<ExitCode> {
    let reference: Reference = object.parse().map_err(Kind::Usage)?;
    let known = folder.list()?;
    if !known.contains(&reference) {
        let names: Vec<String> = known.iter().map(Reference::to_string).collect();
        let near = nearest(object, names.iter().map(String::as_str));
        let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        anyhow::bail!("there is no {object} in risk/{hint}");
    }
    let held = open_sound(folder, &reference)?;
    print!("{}", text(&held));
    Ok(ExitCode::SUCCESS)
}

fn text(held: &Held) -> String {
    let mut lines = vec![format!("{} {:?}", held.reference, held.file)];
    if !held.description().is_empty() {
        lines.push(format!("  {}", held.description()));
    }
    lines.push(format!("  sha256 {}", held.digest));
    lines.push(format!("  {}", held.summary()));
    lines.extend(details(held).into_iter().map(|line| format!("  {line}")));
    lines.join("\n") + "\n"
}

/// The names in it.
fn details(held: &Held) -> Vec<String> {
    match &held.content {
        Content::Simulation(simulation) => vec![named("variables", simulation.variables())],
        Content::Whole(Object::Simulation(simulation)) => vec![named("variables", &simulation.variables)],
        Content::Whole(Object::ScenarioSet(set)) => {
            let mut lines = vec![named("scenarios", &set.scenarios), named("variables", &set.variables)];
            let last = set.first_step + set.horizon.saturating_sub(1);
            let start = set.start.map(|day| format!(" after {}", day_to_text(day))).unwrap_or_default();
            lines.push(format!("steps {} to {last}{start}", set.first_step));
            if !set.weights.is_empty() {
                let weights: Vec<String> = set.weights.iter().map(f64::to_string).collect();
                lines.push(named("weights", &weights));
            }
            lines
        }
        Content::Whole(Object::Matrix(matrix)) => {
            vec![named("rows", &matrix.row_keys), named("columns", &matrix.column_keys)]
        }
        Content::Whole(Object::ControlTable(table)) => {
            let typed = table.columns.iter().zip(&table.types).map(|(name, of)| format!("{name} {}", of.name()));
            vec![named("key", &table.keys), named("columns", &typed.collect::<Vec<_>>())]
        }
        Content::Whole(Object::Study(study)) => {
            let options = study.options.iter().map(|(name, value)| format!("option {name} = {value}"));
            let model = study.models.iter().map(|model| {
                let uses: Vec<String> = model.uses.iter().map(Reference::to_string).collect();
                let filter = model.filter.iter().map(|(column, values)| format!("{column} in {}", values.join("|")));
                let filter: Vec<String> = filter.collect();
                let meant = if filter.is_empty() { "everything".to_owned() } else { filter.join(", ") };
                format!("{}.{} for {meant}; {}", model.framework, model.name, named("uses", &uses))
            });
            options.chain(model).collect()
        }
    }
}

fn named(what: &str, names: &[String]) -> String {
    const SHOWN_MAX: usize = 32;
    match names.len() {
        0 => format!("{what} none"),
        count if count <= SHOWN_MAX => format!("{what} {}", names.join(", ")),
        count => format!("{what} {} and {} more", names[..SHOWN_MAX].join(", "), count - SHOWN_MAX),
    }
}
