//! `leat audit`: who did what at a server, listed, written into a file, and followed to see whether it is as it was written.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use leat_midtier::audit::Link;
use leat_midtier::audit::export::{self, Checked, Unsound};
use leat_midtier::audit::line::{Line, Place};
use serde::Deserialize;
use serde_json::Value;

use super::{connect, parsed, print_json};
use crate::args::{AuditCommand, AuditListArgs, ServerArgs, TextOrJson};
use crate::clock;
use crate::config::Environment;
use crate::failure::FAILED;
use crate::remote::{Remote, block_on, escaped};
use crate::view::Table;

/// A page of rows.
#[derive(Deserialize)]
struct Page {
    items: Vec<Line>,
    next: Option<u64>,
}

/// What a server found in its log.
#[derive(Deserialize)]
struct Found {
    is_sound: bool,
    rows: u64,
    anchor: Place,
    head: Place,
    fault: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    what: String,
}

pub(crate) fn run(command: &AuditCommand, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::List(args) => list(args, environment),
        AuditCommand::Export { server, output, after } => {
            let remote = connect(server, environment)?;
            match output {
                Some(file) => export_into(&remote, file, *after),
                None => export_to(&remote, &mut std::io::stdout().lock(), *after).map(|()| ExitCode::SUCCESS),
            }
        }
        AuditCommand::Verify { file: Some(file), noted, .. } => verify_file(file, *noted),
        AuditCommand::Verify { server, noted, .. } => verify(server, *noted, environment),
    }
}

fn list(args: &AuditListArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let now = clock::now();
    let time = |when: crate::args::When| when.time(now).to_string();
    let asked = [
        ("who", args.who.clone()),
        ("action", args.action.clone()),
        ("on", args.on.clone()),
        ("outcome", args.outcome.clone()),
        ("from", args.from.map(time)),
        ("to", args.to.map(time)),
        ("limit", Some(args.limit.to_string())),
    ];
    let query: Vec<(&str, String)> = asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let remote = connect(&args.server, environment)?;
    let answer: Value = block_on(remote.get("/audit", &query))?;
    if args.format == TextOrJson::Json {
        print_json(&answer)?;
        return Ok(ExitCode::SUCCESS);
    }
    let page: Page = parsed(&answer)?;
    let mut table = Table::new(&["number", "at", "who", "role", "action", "on", "address", "outcome", "note"]);
    for line in &page.items {
        table.row(cells(line));
    }
    if page.items.is_empty() {
        println!("nothing of the kind stands in the audit log");
    } else {
        print!("{}", table.text());
    }
    if page.next.is_some() {
        println!("there are more: give --limit, or another --to");
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(line: &Line) -> Vec<String> {
    let seconds = line.at.split('.').next().unwrap_or_default().trim_end_matches('Z');
    let code = if line.code.is_empty() { String::new() } else { format!(": {}", line.code) };
    vec![
        line.number.to_string(),
        format!("{seconds}Z"),
        line.who.clone(),
        line.role.clone(),
        line.action.clone(),
        line.on.clone(),
        line.address.clone(),
        format!("{}{code}", line.outcome),
        line.note.clone(),
    ]
}

fn export_to(remote: &Remote, into: &mut impl Write, after: Option<u64>) -> anyhow::Result<()> {
    let query = after.map(|after| format!("?after={after}")).unwrap_or_default();
    block_on(remote.stream(&format!("/audit/export{query}"), |piece| into.write_all(piece)))?;
    into.flush().context("cannot write what came")
}

/// Writes an export beside its place, and puts it there once it is whole and sound.
fn export_into(remote: &Remote, file: &Path, after: Option<u64>) -> anyhow::Result<ExitCode> {
    let mut name = file.file_name().context("--output must name a file")?.to_owned();
    name.push(".part");
    let begun: PathBuf = file.with_file_name(name);
    let opened = File::create(&begun).with_context(|| format!("cannot write {}", begun.display()))?;
    let mut writer = BufWriter::new(opened);
    export_to(remote, &mut writer, after)?;
    let opened = writer.into_inner().context("cannot write what came")?;
    opened.sync_all().with_context(|| format!("cannot write {}", begun.display()))?;
    match checked(&begun, None)? {
        Ok(whole) => {
            std::fs::rename(&begun, file).with_context(|| format!("cannot write {}", file.display()))?;
            println!("{} holds {}", file.display(), told(&whole));
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => anyhow::bail!("the log that came is not sound, and stays in {}: {why}", begun.display()),
    }
}

/// What is wrong with a file; an error where it cannot be read at all.
fn checked(file: &Path, noted: Option<Link>) -> anyhow::Result<Result<Checked, Unsound>> {
    let unreadable = || format!("cannot read {}", file.display());
    let opened = File::open(file).with_context(unreadable)?;
    match export::check(BufReader::new(opened), noted) {
        Err(Unsound::Read(error)) => Err(error).with_context(unreadable),
        found => Ok(found),
    }
}

fn told(whole: &Checked) -> String {
    let Checked { rows, anchor, head } = whole;
    format!("{rows} rows behind {}, up to {head}", anchor.number)
}

fn verify_file(file: &Path, noted: Option<Link>) -> anyhow::Result<ExitCode> {
    match checked(file, noted)? {
        Ok(whole) => {
            println!("sound: {}", told(&whole));
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            eprintln!("NOT SOUND: {}: {why}", file.display());
            Ok(ExitCode::from(FAILED))
        }
    }
}

fn verify(server: &ServerArgs, noted: Option<Link>, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(server, environment)?;
    let query = noted.map(|noted| format!("?noted={}", escaped(&noted.to_string()))).unwrap_or_default();
    let found: Found = block_on(remote.get(&format!("/audit/verify{query}"), &[]))?;
    let head = format!("{}:{}", found.head.number, found.head.hash);
    match found.fault {
        None if found.is_sound => {
            println!("sound: {} rows behind {}, up to {head}", found.rows, found.anchor.number);
            Ok(ExitCode::SUCCESS)
        }
        fault => {
            let what = fault.map_or_else(|| "the server does not say why".to_owned(), |fault| fault.what);
            eprintln!("NOT SOUND: {what}; {} rows before that are in order, and the end is {head}", found.rows);
            Ok(ExitCode::from(FAILED))
        }
    }
}
