//! The outputs of a run that succeeded: found in its directory, and sent where the midtier does not have them.
//!
//! Their digests are those of the report: the worker made them as it wrote. A file whose report has none, or that is of another size, is
//! hashed here. Whoever takes an upload in holds its bytes against the digest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leat_bundle::{Content, Digest, require_inside};
use leat_worker::{OutputReport, Report};

use super::contents::{self, Piece};
use super::{End, Outcome, Output, judge};
use crate::cache::hash;
use crate::transfer::{TransferError, Transfers};

/// How many outputs a run may send, and how much of a message their names may take.
const OUTPUTS_MAX: usize = 20_000;
const NAMES_BYTES_MAX: usize = 6 << 20;

/// An output, and where it lies.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) output: Output,
    file: PathBuf,
}

/// The outputs that lie in the run's directory, with their digests. Others are named by the report and stay where they are. Reads
/// files: not for a thread that drives tasks.
pub(crate) fn find(report: &Report, run_directory: &Path) -> Result<Vec<Found>, End> {
    let mut found: Vec<Found> = Vec::new();
    let (mut names_bytes, mut known) = (0, BTreeSet::new());
    // Two nodes that add to one file publish it twice, and the last one's is what is there.
    for published in report.outputs.iter().rev() {
        let Ok(relative) = published.path.strip_prefix(run_directory) else { continue };
        let Some(path) = relative.to_str().filter(|path| require_inside(path).is_ok()) else {
            let reason = format!("the output {} cannot be sent: its path is no plain text", published.path.display());
            return Err(End::new(Outcome::Failed, reason));
        };
        if !known.insert(path.to_owned()) {
            continue;
        }
        let content = content(published)
            .map_err(|source| judge::of_transfer(&TransferError::Disk { path: published.path.clone(), source }))?;
        let output = Output { path: path.to_owned(), digest: content.digest, bytes: content.bytes };
        names_bytes += output.bytes_on_the_wire();
        found.push(Found { output, file: published.path.clone() });
        if found.len() > OUTPUTS_MAX || names_bytes > NAMES_BYTES_MAX {
            let reason = format!(
                "it has published more than {OUTPUTS_MAX} files, or files with longer names than can be told: write fewer \
                 parts, or to an absolute path"
            );
            return Err(End::new(Outcome::Failed, reason));
        }
    }
    found.reverse();
    Ok(found)
}

/// What a published file holds. It must be a file itself: a link could stand for any file of this host.
fn content(published: &OutputReport) -> io::Result<Content> {
    let file = fs::symlink_metadata(&published.path)?;
    if !file.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    match published.digest {
        Some(digest) if file.len() == published.bytes => Ok(Content { digest, bytes: published.bytes }),
        _ => hash(&published.path),
    }
}

/// Sends those that the midtier does not have, each content once.
pub(crate) async fn send(transfers: &Arc<Transfers>, found: &[Found]) -> Result<(), TransferError> {
    let piece = |Found { output, file }: &Found| Piece {
        content: Content { digest: output.digest, bytes: output.bytes },
        file: file.clone(),
        offset: 0,
    };
    let pieces: BTreeMap<Digest, Piece> = found.iter().map(|found| (found.output.digest, piece(found))).collect();
    contents::send(transfers, pieces.into_values().collect()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(outputs: &[PathBuf]) -> Report {
        let output = |path: &PathBuf| output(path, 1, None);
        report_of(outputs.iter().map(output).collect())
    }

    fn output(path: &Path, bytes: u64, digest: Option<Digest>) -> OutputReport {
        OutputReport { node: "out".to_owned(), path: path.to_owned(), rows: 1, bytes, digest }
    }

    fn report_of(outputs: Vec<OutputReport>) -> Report {
        let report = serde_json::json!({
            "leat_version": "", "run_id": "", "process": "", "file": "", "started": "", "elapsed_seconds": 0.0, "seed": 0,
            "outcome": { "kind": "succeeded" }, "parameters": [], "outputs": outputs, "nodes": [], "queues": [],
            "memory_bytes_peak": 0, "warnings": [], "run_directory": "",
        });
        serde_json::from_value(report).unwrap()
    }

    #[test]
    fn outputs_in_the_runs_directory_are_found_and_others_left_where_they_are() {
        let root = tempfile::tempdir().unwrap();
        let run = root.path().join("run");
        fs::create_dir_all(run.join("parts")).unwrap();
        fs::write(run.join("parts/a.csv"), "abc").unwrap();
        fs::write(root.path().join("elsewhere.csv"), "x").unwrap();
        let part = run.join("parts/a.csv");
        let found = find(&report(&[part.clone(), part, root.path().join("elsewhere.csv")]), &run).unwrap();
        let outputs: Vec<_> = found.into_iter().map(|found| found.output).collect();
        assert_eq!(outputs, [Output { path: "parts/a.csv".to_owned(), digest: Digest::of(b"abc"), bytes: 3 }]);
    }

    #[test]
    fn the_digest_of_the_last_report_of_a_file_counts_where_its_size_is_the_files() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.csv");
        fs::write(&path, "abc").unwrap();
        let told = Digest::of(b"as it was written");
        let digest = |outputs: Vec<OutputReport>| find(&report_of(outputs), root.path()).unwrap()[0].output.digest;
        let before = output(&path, 3, Some(Digest::of(b"before")));
        assert_eq!(digest(vec![before, output(&path, 3, Some(told))]), told);
        assert_eq!(digest(vec![output(&path, 4, Some(told))]), Digest::of(b"abc"));
    }

    #[test]
    fn a_link_or_a_missing_file_is_never_sent() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("secret"), "x").unwrap();
        let run = root.path().join("run");
        fs::create_dir(&run).unwrap();
        std::os::unix::fs::symlink(root.path().join("secret"), run.join("out.csv")).unwrap();
        for path in ["out.csv", "missing.csv"] {
            let end = find(&report(&[run.join(path)]), &run).unwrap_err();
            assert_eq!(end.outcome, Outcome::HostFault, "{end:?}");
        }
    }

    #[test]
    fn a_path_that_leads_out_is_never_sent() {
        let root = tempfile::tempdir().unwrap();
        let end = find(&report(&[root.path().join("run/../../etc/passwd")]), &root.path().join("run")).unwrap_err();
        assert_eq!(end.outcome, Outcome::Failed);
    }
}
