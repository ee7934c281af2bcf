//! `leat audit`: who did what at a server.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args as ClapArgs, Subcommand};
use jiff::Timestamp;
use leat_midtier::audit::Link;

use super::{ServerArgs, TextOrJson};
use crate::units::Span;

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List who did what, the latest first
    #[command(
        after_help = "Examples:\n  leat audit list --from 2h\n  leat audit list --who ada --action 'run.*'\n  leat audit list --on 'host c7' --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z\n  leat audit list --outcome refused --format json | jq -r '.items[].address'"
    )]
    List(AuditListArgs),
    /// Write the whole log as lines of JSON, to be kept elsewhere
    #[command(
        after_help = "Examples:\n  leat audit export --output audit.jsonl\n  leat audit export --after 12000 | gzip > audit-since.jsonl.gz\n\nThe file holds each row's hash: `leat audit verify --file audit.jsonl` checks it without any server."
    )]
    Export {
        #[command(flatten)]
        server: ServerArgs,
        /// The file to write (default: standard output)
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Only rows behind this one: the last of an earlier export
        #[arg(long, value_name = "NUMBER")]
        after: Option<u64>,
    },
    /// Say whether the log is as it was written: no row changed, taken out, put in, moved or cut off
    #[command(
        after_help = "Examples:\n  leat audit verify\n  leat audit verify --noted 12000:6f1c…      what an earlier verify has printed\n  leat audit verify --file audit.jsonl\n\nWhoever may write the whole database could write the whole log anew; a place that was noted elsewhere tells. The exit code is\n1 where the log is not sound."
    )]
    Verify {
        #[command(flatten)]
        server: ServerArgs,
        /// Check this export instead of a server's log
        #[arg(long, value_name = "FILE", conflicts_with = "server")]
        file: Option<PathBuf>,
        /// A place in the log that was noted earlier, which must still be as it was
        #[arg(long, value_name = "NUMBER:HASH")]
        noted: Option<Link>,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AuditListArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Only what this user did
    #[arg(long, value_name = "USER")]
    pub(crate) who: Option<String>,
    /// Only this action, as run.cancel; or all that begin so, as run.*
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Only what was done on this: a kind and a name, as "host c7" or "run 0199…"
    #[arg(long, value_name = "WHAT")]
    pub(crate) on: Option<String>,
    /// Only what was not before this: a time, or how long ago
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<When>,
    /// Only what was before this: a time, or how long ago
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<When>,
    /// Only what ended so: allowed, done, refused, failed or unknown
    #[arg(long)]
    pub(crate) outcome: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
    /// How they are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextOrJson,
}

/// A time, as people give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// This one: `2026-11-22T08:00:00Z`.
    At(Timestamp),
    /// So long ago: `2h`.
    Ago(Span),
}

impl When {
    /// The time that is meant.
    pub(crate) fn time(self, now: Timestamp) -> Timestamp {
        match self {
            When::At(time) => time,
            When::Ago(Span(span)) => now.checked_sub(span).unwrap_or(Timestamp::MIN),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is no time; write it as 2026-11-22T08:00:00Z, or as 2h for two hours ago");
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(When::At(time));
        }
        text.parse::<Span>().map(When::Ago).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_or_as_how_long_ago() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let time = |text: &str| text.parse::<When>().unwrap().time(now).to_string();
        assert_eq!(time("2026-11-01T00:00:00+01:00"), "2026-10-31T23:00:00Z");
        assert_eq!((time("2h"), time("90s")), ("2026-11-22T06:00:00Z".to_owned(), "2026-11-22T07:58:30Z".to_owned()));
        for text in ["", "yesterday", "-", "2026-13-01T00:00:00Z"] {
            assert!(text.parse::<When>().unwrap_err().contains("two hours ago"), "{text:?}");
        }
    }
}
