//! The engines of the benchmark and the Markdown report of what was measured.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::check::Tolerance;
use super::command_in;
use super::contest::Contest;
use super::cores;
use super::measure::{Measured, median};
use super::options::INPUT;

/// One way to do the job.
pub(super) struct Engine {
    /// With its version.
    pub(super) name: String,
    /// How far its values may be from Leat's.
    pub(super) tolerance: Tolerance,
    /// What it took, round by round.
    pub(super) rounds: Vec<Measured>,
    program: PathBuf,
    arguments: Vec<String>,
    output: PathBuf,
    yardstick: bool,
}

impl Engine {
    /// `leat run price.strm` in a stage.
    pub(super) fn leat(leat: &Path, stage: &Path) -> Engine {
        Engine::leat_running(leat, stage, ("price.strm", "run"), "values.csv")
    }

    /// `leat run` of a stream file in a stage, into a run directory there, for the output of that name.
    pub(super) fn leat_running(leat: &Path, stage: &Path, (file, run): (&str, &str), output: &str) -> Engine {
        let directory = stage.join(run);
        let arguments = ["run", file, "--quiet", "--output", &directory.to_string_lossy()];
        Engine {
            name: "Leat".to_owned(),
            tolerance: Tolerance::Exact,
            rounds: Vec::new(),
            program: leat.to_owned(),
            arguments: arguments.map(str::to_owned).to_vec(),
            output: Path::new(run).join(output),
            yardstick: false,
        }
    }

    /// A Python program that is called with the options, the output and the interest rate.
    pub(super) fn python(name: &str, python: &Path, script: PathBuf, tolerance: Tolerance, rate: f64) -> Engine {
        Engine::python_on(name, python, script, (INPUT, "csv"), (tolerance, rate))
    }

    /// The same for another input, and an output with an ending.
    pub(super) fn python_on(
        name: &str,
        python: &Path,
        script: PathBuf,
        (input, ending): (&str, &str),
        (tolerance, rate): (Tolerance, f64),
    ) -> Engine {
        let stem = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let output = format!("{stem}.{ending}");
        Engine {
            name: name.to_owned(),
            tolerance,
            rounds: Vec::new(),
            program: python.to_owned(),
            arguments: vec![script.to_string_lossy().into_owned(), input.to_owned(), output.clone(), rate.to_string()],
            output: PathBuf::from(output),
            yardstick: false,
        }
    }

    /// Marks it as slow and exact: it runs once.
    pub(super) fn into_yardstick(mut self) -> Engine {
        self.yardstick = true;
        self
    }

    /// Whether it runs once.
    pub(super) fn is_yardstick(&self) -> bool {
        self.yardstick
    }

    /// The command that does the job in a stage.
    pub(super) fn command(&self, stage: &Path) -> Command {
        let mut command = command_in(stage, &self.program);
        command.args(&self.arguments);
        command
    }

    /// The file of values it writes.
    pub(super) fn values(&self, stage: &Path) -> PathBuf {
        stage.join(&self.output)
    }

    /// Removes what an earlier run wrote, so that no engine pays for truncating a large file.
    pub(super) fn clear(&self, stage: &Path) -> Result<()> {
        let values = self.values(stage);
        let gone = match values.parent().filter(|folder| *folder != stage) {
            Some(run) => std::fs::remove_dir_all(run),
            None => std::fs::remove_file(&values),
        };
        match gone {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", values.display()))
            }
            _ => Ok(()),
        }
    }

    /// The median of its rounds.
    pub(super) fn wall(&self) -> Duration {
        median(self.rounds.iter().map(|round| round.wall))
    }

    fn peak_bytes(&self) -> Option<u64> {
        self.rounds.iter().filter_map(|round| round.peak_bytes).max()
    }
}

/// The engines' names in one line.
pub(super) fn names(engines: &[Engine]) -> String {
    let names: Vec<&str> = engines.iter().map(|engine| engine.name.as_str()).collect();
    names.join(", ")
}

/// What was measured besides the race.
pub(super) struct Besides<'a> {
    /// Leat on ten times the rows.
    pub(super) large: Option<&'a Measured>,
    /// A run that has next to nothing to do.
    pub(super) small: Duration,
    /// What the runtime's example says of the boundary of a node.
    pub(super) boundary: &'a str,
    /// What the planner's example says of its own times.
    pub(super) planner: &'a str,
    /// The other jobs; the last is one node on one thread and on two.
    pub(super) contests: &'a [Contest],
}

/// The whole report.
pub(super) fn markdown(rows: u64, engines: &[Engine], besides: &Besides<'_>) -> String {
    let mut text = format!("{}\n\n", machine());
    text.push_str(&race_table("options, CSV to CSV, whole process", rows, engines));
    if let Some(large) = besides.large {
        text.push_str(&format!("\nLeat on ten times the rows ({}): {large}.\n", thousands(rows * 10)));
    }
    let milliseconds = besides.small.as_secs_f64() * 1000.0;
    text.push_str(&format!(
        "\n`leat run` of ten rows, everything compiled and cached: {milliseconds:.0} ms (median).\n"
    ));
    for contest in besides.contests {
        text.push_str(&format!("\n{}", contest.table()));
    }
    if let Some(ratio) = besides.contests.last().and_then(Contest::ratio) {
        let possible = cores::two_beside_one();
        text.push_str(&format!(
            "\nTwo threads are {ratio:.2} times as fast as one, and write the same bytes. Two threads of this machine that share \
             nothing do {possible:.2} times the work of one.\n"
        ));
    }
    text.push_str(&format!("\n{}\n", besides.boundary.trim_end()));
    text.push_str(&format!("\n{}\n", besides.planner.trim_end()));
    text
}

/// A line for each engine.
pub(super) fn race_table(title: &str, rows: u64, engines: &[Engine]) -> String {
    let mut text = format!(
        "| {} {title} | median | fastest–slowest | rows/s | peak memory |\n\
         | --- | --- | --- | --- | --- |\n",
        thousands(rows)
    );
    for engine in engines {
        let walls = || engine.rounds.iter().map(|round| round.wall.as_secs_f64());
        let fastest = walls().fold(f64::INFINITY, f64::min);
        let slowest = walls().fold(0.0, f64::max);
        let median = engine.wall().as_secs_f64();
        let memory = engine.peak_bytes().map_or("–".to_owned(), |bytes| format!("{} MB", bytes / 1_000_000));
        let million_rows = rows as f64 / median / 1e6;
        let name = &engine.name;
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "| {name} | {median:.2} s | {fastest:.2}–{slowest:.2} s | {million_rows:.2} million | {memory} |"
        );
    }
    text
}

/// A number with a comma between thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// Processor, cores and kernel, as the system names them.
pub(super) fn machine() -> String {
    let processor = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| model_name(&text))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("Measured on: {processor}, {cores} cores, {} {}.", std::env::consts::OS, kernel.trim())
}

fn model_name(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"))?;
    Some(line.trim_start_matches([' ', '\t', ':']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_engine() {
        let mut engine = Engine::leat(Path::new("leat"), Path::new("stage"));
        for (milliseconds, peak) in [(500, 30_000_000), (400, 32_000_000), (900, 31_000_000)] {
            engine.rounds.push(Measured { wall: Duration::from_millis(milliseconds), peak_bytes: Some(peak) });
        }
        let table = race_table("options", 2_000_000, &[engine]);
        assert!(table.ends_with("| Leat | 0.50 s | 0.40–0.90 s | 4.00 million | 32 MB |\n"), "{table}");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([7, 100, 1_000, 20_000_000].map(thousands), ["7", "100", "1,000", "20,000,000"]);
    }

    #[test]
    fn the_processor_is_named_as_the_system_names_it() {
        assert_eq!(model_name("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"), Some("Some CPU @ 2 GHz".to_owned()));
    }
}
