//! The processes that are run, and what they give when nobody disturbs them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use leat_bundle::Digest;
use leat_tests::nasty::{self, Size};
use leat_tests::playpen::Playpen;

/// What the made-up records come from: the same in every round, so that a seed says all there is to say of a round.
const DATA_SEED: u64 = 5;

/// Some two seconds of work, most of it in the slow input.
const NASTY: Size = Size { quick: 30_000, slow_files: 40, slow_each: 30 };
/// Records of a file of prices, of which an input is one batch.
const PRICES_EACH: usize = 100;
/// Loans of a file, and how often the playpen's thousand loans are repeated.
const LOANS_EACH: usize = 200;
const LOANS_TIMES: usize = 8;

/// A process with its playpen, and its undisturbed outputs.
pub(crate) struct Process {
    pub(crate) name: &'static str,
    pub(crate) playpen: Playpen,
    pub(crate) file: &'static str,
    /// More arguments, of `leat run` and of `leat submit`.
    pub(crate) arguments: &'static [&'static str],
    /// Each output's path, with the digest of its content.
    pub(crate) outputs: BTreeMap<String, Digest>,
}

/// All of them, each run once undisturbed.
pub(crate) fn all() -> Result<Vec<Process>> {
    let nasty = (nasty::playpen(NASTY, DATA_SEED), nasty::FILE, [].as_slice());
    let made = [
        ("market-risk", (market_risk()?, "market_risk.strm", [].as_slice())),
        ("credit-loss", (credit_loss()?, "credit_loss.strm", ["--tag", "losses"].as_slice())),
        ("nasty", nasty),
    ];
    let run = |(name, (playpen, file, arguments))| {
        let mut process = Process { name, playpen, file, arguments, outputs: BTreeMap::new() };
        process.playpen.leat(&[&["run", file, "--quiet", "--output", "undisturbed"], arguments].concat()).succeeds();
        process.outputs = published(&process.playpen.root().join("undisturbed"))?;
        ensure!(process.outputs.len() > 2, "{name} has written {:?}", process.outputs.keys());
        Ok(process)
    };
    made.into_iter().map(run).collect()
}

/// The example on the history in its playpen, in small files, each record of which takes a fifth of a millisecond.
fn market_risk() -> Result<Playpen> {
    let playpen = Playpen::of_example("market-risk");
    for index in ["sp500", "nasdaq"] {
        in_files(&playpen, &format!("in/{index}"), &playpen.read(&format!("in/{index}.csv")), PRICES_EACH);
    }
    let slow = "dates=\"%m/%d/%Y\" where=\"levenshtein(repeat(cast(\\\"Adj Close\\\" as varchar), 40), \
                repeat(cast(\\\"Volume\\\" as varchar), 40)) >= 0\"";
    let replace = [(".csv\" ", "/*.csv\" "), ("dates=\"%m/%d/%Y\"", slow)];
    edit(&playpen, "market_risk.strm", &replace)?;
    Ok(playpen)
}

/// The example on a book that is its sample several times, in small files, each loan of which takes a tenth of a millisecond.
fn credit_loss() -> Result<Playpen> {
    let playpen = Playpen::of_example("credit-loss");
    let sample = playpen.read("in/sample.csv");
    let (header, loans) = sample.split_once('\n').context("the sample has a header")?;
    let loans: Vec<&str> = loans.lines().filter_map(|loan| Some(loan.split_once(',')?.1)).collect();
    let book = loans.iter().cycle().take(loans.len() * LOANS_TIMES).enumerate();
    let book = book.fold(format!("{header}\n"), |book, (id, loan)| book + &format!("{},{loan}\n", id + 1));
    in_files(&playpen, "in/book", &book, LOANS_EACH);
    let slow = "in \"in/book/*.csv\" -> loans where=\"levenshtein(repeat(segment, 25), repeat(rating, 99)) >= 0\"";
    edit(&playpen, "credit_loss.strm", &[("in \"in/${tape}.csv\" -> loans", slow)])?;
    Ok(playpen)
}

/// Writes records into files of so many, each with the header.
fn in_files(playpen: &Playpen, folder: &str, text: &str, each: usize) {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let records: Vec<&str> = lines.collect();
    for (number, records) in records.chunks(each).enumerate() {
        playpen.file(&format!("{folder}/{number:04}.csv"), format!("{header}\n{}\n", records.join("\n")));
    }
}

fn edit(playpen: &Playpen, file: &str, replacements: &[(&str, &str)]) -> Result<()> {
    let mut text = playpen.read(file);
    for (from, to) in replacements {
        ensure!(text.contains(from), "{file} has no {from} any more");
        text = text.replace(from, to);
    }
    playpen.file(file, text);
    Ok(())
}

/// What stands under final names in a run's directory: not what `leat` keeps there for itself, nor hidden files.
pub(crate) fn published(directory: &Path) -> Result<BTreeMap<String, Digest>> {
    let mut found = BTreeMap::new();
    collect(directory, "", &mut found)?;
    for own in ["deaths.json", "job.json", "plan.json", "report.json"] {
        found.remove(own);
    }
    found.retain(|path, _| !["checkpoints/", "logs/", "rejected/"].iter().any(|own| path.starts_with(own)));
    Ok(found)
}

fn collect(directory: &Path, prefix: &str, found: &mut BTreeMap<String, Digest>) -> Result<()> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), found)?;
        } else {
            found.insert(format!("{prefix}{name}"), Digest::of(&std::fs::read(entry.path())?));
        }
    }
    Ok(())
}
