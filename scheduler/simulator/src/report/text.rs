//! The report as text: what it comes to, the two fleets side by side, the groups, and why runs had no place.

use std::fmt::{self, Display, Formatter, Write as _};
use std::time::Duration;

use leat_planner::Words;

use super::{FleetFigures, HostFigures, RunFigures, SimulationReport, Told};

/// How many reasons are told; a report is read by a person.
const REASONS_MAX: usize = 20;
/// How wide what a person has named may be in a table.
const NAME_WIDTH_MAX: usize = 40;

impl Display for SimulationReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (demand, always) = (&self.on_demand, &self.always_on);
        writeln!(
            f,
            "{} of {} on {} over {}",
            counted(demand.all.runs, "run"),
            counted(demand.groups.len(), "group"),
            counted(self.hosts, "host"),
            Words(self.span)
        )?;
        if self.unswitched > 0 {
            writeln!(f, "{} of the hosts name no power: they are never switched off", count(self.unswitched as u64))?;
        }
        if self.passed_over > 0 {
            writeln!(f, "{} left out: never at work, or not over", counted(self.passed_over, "run"))?;
        }
        writeln!(f)?;
        f.write_str(&fleets(demand, always))?;
        writeln!(f)?;
        f.write_str(&groups(demand, always))?;
        told(f, "refused", &demand.refusals)?;
        told(f, "failed", &demand.failures)?;
        writeln!(f, "\n{}", self.verdict())
    }
}

impl SimulationReport {
    /// The line that one has come for.
    fn verdict(&self) -> String {
        let (demand, always) = (&self.on_demand, &self.always_on);
        let mut line = format!(
            "switching hosts off saves {} host hours, {}",
            hours(self.saved()),
            percent(share(self.saved().as_secs_f64(), always.hosts.on.as_secs_f64()))
        );
        if always.hosts.cost > 0.0 {
            let saved = always.hosts.cost - demand.hosts.cost;
            let of_cost = percent(share(saved, always.hosts.cost));
            // Writing into a string cannot fail.
            let _ = write!(line, ", and {} of the cost, {of_cost}", decimal(saved, 2));
        }
        let (median, always) = (demand.all.waited.p50, always.all.waited.p50);
        let _ = write!(line, "; half of the runs start within {}, and would within {}", Words(median), Words(always));
        line
    }
}

fn fleets(demand: &FleetFigures, always: &FleetFigures) -> String {
    type Of = fn(&RunFigures) -> String;
    let of_runs: [(&str, Of); 8] = [
        ("runs ended", |runs| count(runs.ended as u64)),
        ("  refused", |runs| count(runs.refused as u64)),
        ("  failed", |runs| count(runs.failed as u64)),
        ("  begun again", |runs| count(runs.begun_again as u64)),
        ("waited, 50 % at most", |runs| Words(runs.waited.p50).to_string()),
        ("  95 %", |runs| Words(runs.waited.p95).to_string()),
        ("  99 %", |runs| Words(runs.waited.p99).to_string()),
        ("  the longest", |runs| Words(runs.waited.max).to_string()),
    ];
    type OfHosts = fn(&HostFigures) -> String;
    let of_hosts: [(&str, OfHosts); 7] = [
        ("host hours on", |hosts| hours(hosts.on)),
        ("  with work", |hosts| hours(hosts.busy)),
        ("utilisation", |hosts| percent(hosts.utilisation())),
        ("cost", |hosts| decimal(hosts.cost, 2)),
        ("boots", |hosts| count(hosts.boots)),
        ("  that failed", |hosts| count(hosts.boot_failures)),
        ("hosts lost", |hosts| count(hosts.losses)),
    ];
    let mut rows = vec![["", "on demand", "always on"].map(str::to_owned).to_vec()];
    rows.extend(of_runs.map(|(name, of)| vec![name.to_owned(), of(&demand.all), of(&always.all)]));
    rows.extend(of_hosts.map(|(name, of)| vec![name.to_owned(), of(&demand.hosts), of(&always.hosts)]));
    table(&rows)
}

fn groups(demand: &FleetFigures, always: &FleetFigures) -> String {
    let heading =
        ["group", "runs", "ended", "refused", "failed", "50 %", "95 %", "99 %", "longest", "always on: 50 %", "99 %"];
    let mut rows = vec![heading.map(str::to_owned).to_vec()];
    for ((id, runs), (_, on)) in demand.groups.iter().zip(&always.groups) {
        let counts = [runs.runs, runs.ended, runs.refused, runs.failed].map(|number| count(number as u64));
        let waited = [runs.waited.p50, runs.waited.p95, runs.waited.p99, runs.waited.max, on.waited.p50, on.waited.p99];
        let mut row = vec![plain(id.as_str())];
        row.extend(counts);
        row.extend(waited.map(|wait| Words(wait).to_string()));
        rows.push(row);
    }
    table(&rows)
}

fn told(f: &mut Formatter<'_>, what: &str, reasons: &[Told]) -> fmt::Result {
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(f, "\n{what}:")?;
    for Told { reason, runs } in reasons.iter().take(REASONS_MAX) {
        writeln!(f, "  {}: {}", counted(*runs, "run"), printable(reason))?;
    }
    let rest: usize = reasons.iter().skip(REASONS_MAX).map(|told| told.runs).sum();
    if rest > 0 {
        writeln!(f, "  {} for {} other reasons", counted(rest, "run"), reasons.len() - REASONS_MAX)?;
    }
    Ok(())
}

/// Columns as wide as what is in them: the first to the left, the others to the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| match column {
            0 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// What a person has named, for a table.
fn plain(text: &str) -> String {
    printable(text).chars().take(NAME_WIDTH_MAX).collect()
}

/// Names come from files: they must not steer a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn counted(number: usize, what: &str) -> String {
    format!("{} {what}{}", count(number as u64), if number == 1 { "" } else { "s" })
}

/// `1,234,567`.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn hours(span: Duration) -> String {
    decimal(span.as_secs_f64() / 3_600.0, 1)
}

/// `1,234.50`.
fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, "0"));
    let is_below = number < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c));
    format!("{}{}.{rest}", if is_below { "-" } else { "" }, whole.parse().map_or_else(|_| whole.to_owned(), count))
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
