//! The playpen of a run, made of contents: every file of the bundle at its place.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use leat_bundle::{BundleFile, require_inside};
use leat_stream::plan::{NodeKind, Plan};
use tokio_util::sync::CancellationToken;

/// Why there is no playpen.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaypenError {
    /// The bundle says what it may not.
    #[error("{0}")]
    Bundle(String),
    /// The disk does not.
    #[error("{}", crate::disk::trouble(.path, .source))]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// Nobody wants it any more.
    #[error("it was stopped")]
    Stopped,
}

/// Lays files into a directory: as further names of the contents, or as copies where those are on another file system.
/// `content` says where a file's content lies.
pub(crate) fn lay_out(
    root: &Path,
    files: &[BundleFile],
    content: impl Fn(&BundleFile) -> Option<PathBuf>,
    stop: &CancellationToken,
) -> Result<(), PlaypenError> {
    let disk = |path: &Path| {
        let path = path.to_owned();
        move |source| PlaypenError::Disk { path, source }
    };
    fs::create_dir_all(root).map_err(disk(root))?;
    for file in files {
        if stop.is_cancelled() {
            return Err(PlaypenError::Stopped);
        }
        require_inside(&file.path).map_err(|error| PlaypenError::Bundle(error.to_string()))?;
        let place = root.join(&file.path);
        let parent = place.parent().unwrap_or(root);
        fs::create_dir_all(parent).map_err(|error| clash(file, error))?;
        let Some(content) = content(file) else {
            return Err(PlaypenError::Bundle(format!("the bundle has no content for {:?}", file.path)));
        };
        let linked = match fs::hard_link(&content, &place) {
            Err(error) if matches!(error.kind(), io::ErrorKind::CrossesDevices | io::ErrorKind::TooManyLinks) => {
                fs::copy(&content, &place).map(|_| ())
            }
            linked => linked,
        };
        linked.map_err(|error| clash(file, error))?;
    }
    Ok(())
}

/// One file is where another needs a directory, or the disk does not do its part.
fn clash(file: &BundleFile, source: io::Error) -> PlaypenError {
    match source.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists | io::ErrorKind::InvalidFilename => {
            PlaypenError::Bundle(format!("the bundle's file {:?} has no place: {source}", file.path))
        }
        _ => PlaypenError::Disk { path: PathBuf::from(&file.path), source },
    }
}

/// Refuses a plan whose paths lead to the files of other runs: with `..`, or straight into the agent's own directory. Other
/// absolute paths are the host's and its operator's business, as is what a path made of facts or a link may lead to: what
/// a worker may touch is limited where it is started.
pub(crate) fn require_contained(plan: &Plan, agents: &Path) -> Result<(), String> {
    let strays = |path: &str| path.split('/').any(|step| step == "..") || Path::new(path).starts_with(agents);
    let nodes = plan.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Input(file) => Some((node.name.as_str(), file.path.as_str())),
        NodeKind::Output(file) => Some((node.name.as_str(), file.path.as_str())),
        NodeKind::Component(component) => Some((node.name.as_str(), component.path.as_str())),
        NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => None,
    });
    let objects = plan.objects.iter().map(|object| (object.name.as_str(), object.file.as_str()));
    match nodes.chain(objects).find(|(_, path)| strays(path)) {
        None => Ok(()),
        Some((name, path)) => Err(format!(
            "the path {path:?} of `{name}` leads out of the playpen; on a host it may neither hold `..` nor lead into the \
             agent's directory"
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use leat_bundle::{Digest, Role};

    use super::*;

    fn file(path: &str) -> BundleFile {
        BundleFile { path: path.to_owned(), role: Role::Input, digest: Digest::of(b"x"), bytes: 1 }
    }

    fn laid_out(files: &[BundleFile]) -> (tempfile::TempDir, Result<(), PlaypenError>) {
        let root = tempfile::tempdir().unwrap();
        let content = root.path().join("content");
        fs::write(&content, "x").unwrap();
        let playpen = root.path().join("playpen");
        let done = lay_out(&playpen, files, |_| Some(content.clone()), &CancellationToken::new());
        (root, done)
    }

    #[test]
    fn files_are_further_names_of_their_contents() {
        let (root, done) = laid_out(&[file("a.csv"), file("in/deep/b.csv")]);
        done.unwrap();
        let inode = |path: &str| fs::metadata(root.path().join(path)).unwrap().ino();
        assert_eq!(inode("playpen/in/deep/b.csv"), inode("content"));
        assert_eq!(inode("playpen/a.csv"), inode("content"));
    }

    #[test]
    fn a_path_that_leads_out_is_refused() {
        for path in ["../x", "/tmp/x", "a/../../x"] {
            let (root, done) = laid_out(&[file(path)]);
            assert!(matches!(done, Err(PlaypenError::Bundle(_))), "{done:?}");
            assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
        }
    }

    #[test]
    fn a_file_in_the_place_of_a_directory_is_the_bundles_fault() {
        for files in [[file("a"), file("a/b")], [file("a/b"), file("a")]] {
            let (_root, done) = laid_out(&files);
            assert!(matches!(done, Err(PlaypenError::Bundle(_))), "{done:?}");
        }
    }

    #[test]
    fn who_is_stopped_lays_out_no_more() {
        let root = tempfile::tempdir().unwrap();
        let stop = CancellationToken::new();
        stop.cancel();
        let done = lay_out(root.path(), &[file("a")], |_| None, &stop);
        assert!(matches!(done, Err(PlaypenError::Stopped)));
    }

    #[test]
    fn a_plan_may_not_reach_into_the_agents_directory() {
        let contained = |path: &str| {
            let format = leat_stream::plan::Format::of_path("a.csv").unwrap();
            let output =
                leat_stream::plan::FileOutput { path: path.to_owned(), format, pieces: Vec::new(), append: false };
            let node = serde_json::json!({
                "name": "out", "label": null, "description": null, "line": 1, "kind": NodeKind::Output(output),
                "inputs": [], "outputs": [], "on_error": "fail",
            });
            let plan = serde_json::json!({
                "process": "p", "file": "p.strm", "parameters": [], "options": [], "queues": [], "nodes": [node],
            });
            require_contained(&serde_json::from_value(plan).unwrap(), Path::new("/var/lib/agent"))
        };
        for path in ["out.csv", "a/b.csv", "/data/out.csv", "/var/lib/agent2/out.csv"] {
            assert_eq!(contained(path), Ok(()), "{path}");
        }
        for path in
            ["../out.csv", "a/../../b.csv", "/data/../var/out.csv", "/var/lib/agent/contents/x", "//var/lib/agent/x"]
        {
            assert!(contained(path).unwrap_err().contains(path), "{path}");
        }
    }
}
