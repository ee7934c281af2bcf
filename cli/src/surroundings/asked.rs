//! What a check asked of a playpen: the files that its outcome depends on, and the nodes that must be built first.
//!
//! Kept for `leat run --watch`, which looks at these files again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Directories that are looked into for a node's sources before a walk gives up: a node is small.
const SOURCE_DEPTH_MAX: usize = 16;

/// What was asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// Stream files and components, whether they are there or not.
    files: BTreeSet<PathBuf>,
    /// Inputs: files and patterns, relative to the root or absolute.
    inputs: BTreeSet<String>,
    /// The directories of nodes' sources.
    sources: BTreeSet<PathBuf>,
    /// Nodes whose component is missing or older than their sources, by their packages.
    stale: BTreeSet<String>,
}

/// When files were changed last, and their sizes.
pub(crate) type Stamps = BTreeMap<PathBuf, (SystemTime, u64)>;

impl Asked {
    pub(super) fn file(&mut self, path: PathBuf) {
        self.files.insert(path);
    }

    pub(super) fn input(&mut self, path: &str) {
        self.inputs.insert(path.to_owned());
    }

    pub(super) fn sources(&mut self, dir: &Path) {
        self.sources.insert(dir.to_owned());
    }

    pub(super) fn stale(&mut self, dir: &Path) {
        self.stale.extend(dir.file_name().map(|name| name.to_string_lossy().into_owned()));
    }

    /// The packages of the nodes that must be built before the process can run.
    pub(crate) fn stale_nodes(&self) -> Vec<String> {
        self.stale.iter().cloned().collect()
    }

    /// What the files are like now; those that are not there have no stamp.
    pub(crate) fn stamps(&self, root: &Path) -> Stamps {
        let inputs = self.inputs.iter().flat_map(|input| leat_io::input_files(root, input));
        let sources = self.sources.iter().flat_map(|dir| files_below(dir, SOURCE_DEPTH_MAX));
        let files = self.files.iter().cloned().chain(inputs).chain(sources);
        files.filter_map(|path| stamp(&path).map(|stamp| (path, stamp))).collect()
    }
}

fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata = path.metadata().ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The file below a node's directory that was changed last.
pub(super) fn newest(dir: &Path) -> Option<(SystemTime, PathBuf)> {
    let files = files_below(dir, SOURCE_DEPTH_MAX).into_iter();
    files.filter_map(|path| stamp(&path).map(|(time, _)| (time, path))).max()
}

/// Every file below a node's directory; cargo's own output is left out.
fn files_below(dir: &Path, depth: usize) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true if depth == 0 || entry.file_name() == "target" => {}
            true => files.extend(files_below(&path, depth - 1)),
            false => files.push(path),
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_goes_or_changes_has_another_stamp() {
        let root = tempfile::tempdir().unwrap();
        let node = root.path().join("nodes/price");
        std::fs::create_dir_all(node.join("target/debug")).unwrap();
        std::fs::create_dir_all(node.join("src")).unwrap();
        let mut asked = Asked::default();
        asked.file(root.path().join("p.strm"));
        asked.input("in/*.csv");
        asked.sources(&node);
        let count = || asked.stamps(root.path()).len();
        assert_eq!(count(), 0);
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("p.strm", "");
        write("in/a.csv", "");
        write("in/other.txt", "");
        write("nodes/price/src/lib.rs", "");
        write("nodes/price/target/debug/made", "");
        assert_eq!(count(), 3);
        let before = asked.stamps(root.path());
        write("in/b.csv", "");
        assert_eq!(count(), 4);
        std::fs::remove_file(root.path().join("in/b.csv")).unwrap();
        assert_eq!(asked.stamps(root.path()), before);
        write("nodes/price/src/lib.rs", "longer");
        assert_ne!(asked.stamps(root.path()), before);
    }
}
