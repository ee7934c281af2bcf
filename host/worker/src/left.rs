//! What a run at work leaves for an attempt of it on another machine: its newest checkpoint, and what its outputs hold so far.
//!
//! Asked by whoever sends that somewhere while the run goes on. The files of a checkpoint may be gone a moment later, when a newer
//! one is whole; what an output holds grows at its end and nowhere else.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use leat_checkpoint::id::Generation;
use leat_checkpoint::snapshot::Completion;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_checkpoint::store::{CheckpointStore, StoreError};
use leat_stream::plan::{NodeKind, PathPiece, Plan};

use crate::job::{CHECKPOINT_FOLDER, Job};
use crate::report::OutputReport;
use crate::worker::{partial_paths, why_not};

/// What an attempt leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which of its checkpoints.
    pub number: u64,
    /// All nodes of this job have come to their end; of a share this holds for every later number.
    pub last: bool,
    /// The checkpoint's own files, below the run's directory.
    pub checkpoint: Vec<PathBuf>,
    /// What outputs hold: with the first bytes of these files as they are now, and any behind those, another attempt can go on.
    pub outputs: Vec<LeftOutput>,
}

/// A file of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutput {
    /// Where it is.
    pub path: PathBuf,
    /// The output, by the node's place in the plan of the whole run; nothing where the path is made of facts.
    pub node: Option<u32>,
}

/// Why no other machine can go on with a job, for a person; nothing where it can be tried.
pub fn why_none_is_left(job: &Job) -> Option<String> {
    if job.checkpoints.is_none() {
        return Some("its checkpoints are off".to_owned());
    }
    why_not(job).or_else(|| {
        let away = job.plan.nodes.iter().find(|node| is_away(&job.plan, node));
        away.map(|node| format!("the output `{}` lies outside of the run's directory", node.name))
    })
}

/// Whether a node writes where no other machine finds it.
fn is_away(plan: &Plan, node: &leat_stream::plan::Node) -> bool {
    let NodeKind::Output(file) = &node.kind else { return false };
    match node.dynamic_path.first() {
        None => Path::new(&file.path).is_absolute(),
        Some(PathPiece::Text(text)) => text.starts_with('/'),
        // One that a node sets may not begin with it.
        Some(PathPiece::Fact(fact)) => {
            plan.facts[*fact].given().is_some_and(|value| value.to_path_text().starts_with('/'))
        }
    }
}

/// What a job at work leaves now, if that is newer than its checkpoint `after`; nothing where it is not, and where every node of a job
/// has ended that is no share of a run, since its outputs are about to get their names.
///
/// # Errors
/// Where its directory cannot be read; also where a file is gone meanwhile.
pub fn left(job: &Job, after: u64) -> io::Result<Option<Left>> {
    let Some((completion, checkpoint)) = newest(job, after)?.filter(|(newest, _)| !newest.last) else {
        return Ok(None);
    };
    let mut paths = Vec::new();
    staged(&job.run_directory, true, &mut paths)?;
    paths.sort();
    // Of those whose paths are made of facts it cannot be told here.
    let place = |(node, path)| Some((path, place_in_run(&job.plan, node)?));
    let nodes: HashMap<PathBuf, u32> = partial_paths(job, &[]).filter_map(place).collect();
    let output = |path: PathBuf| LeftOutput { node: nodes.get(&path).copied(), path };
    let outputs = paths.into_iter().map(output).collect();
    Ok(Some(Left { number: completion.id.number, last: false, checkpoint, outputs }))
}

/// What a share of a run leaves that has come to its end, and has published these outputs.
///
/// # Errors
/// As [`left`].
pub fn left_at_end(job: &Job, published: &[OutputReport]) -> io::Result<Option<Left>> {
    let Some((completion, checkpoint)) = newest(job, 0)?.filter(|(newest, _)| newest.last) else { return Ok(None) };
    let place = |name: &str| job.plan.nodes.iter().position(|node| node.name == name);
    let node = |name: &str| place(name).and_then(|node| place_in_run(&job.plan, node));
    let output = |output: &OutputReport| LeftOutput { path: output.path.clone(), node: node(&output.node) };
    let outputs = published.iter().map(output).collect();
    Ok(Some(Left { number: completion.id.number, last: true, checkpoint, outputs }))
}

fn newest(job: &Job, after: u64) -> io::Result<Option<(Completion, Vec<PathBuf>)>> {
    let Some(settings) = &job.checkpoints else { return Ok(None) };
    let store = DirectoryStore::new(LocalDisk, settings.directory.clone());
    let newest = store.newest_of(Generation(settings.generation)).map_err(io::Error::other)?;
    Ok(newest.filter(|(newest, _)| newest.id.number > after))
}

fn place_in_run(plan: &Plan, node: usize) -> Option<u32> {
    plan.place_in_run(node).and_then(|place| u32::try_from(place).ok())
}

/// Why what hosts have left of a run is nothing to go on from.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It is not what all hosts of one attempt have left at one cut.
    #[error("what the hosts have left does not fit together: {0}")]
    Torn(String),
    /// The disk does not do its part.
    #[error("{}: {source}", .path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
}

/// Joins what each host of an attempt has left, which is laid into these directories as it was in theirs, and puts what a plan's nodes
/// go on from into the folder of checkpoints of its run's directory. Their outputs are whoever's that calls.
///
/// # Errors
/// Where it does not fit together, or the disk does not do its part.
pub fn join(shares: &[PathBuf], plan: &Plan, run_directory: &Path) -> Result<(), JoinError> {
    let torn = |error: &dyn std::fmt::Display| JoinError::Torn(error.to_string());
    let (mut records, mut folders) = (Vec::new(), Vec::new());
    for share in shares {
        let store = DirectoryStore::new(LocalDisk, share.join(CHECKPOINT_FOLDER));
        let generation = store.last_generation().map_err(|error| torn(&error))?;
        let newest = store.newest_of(generation).map_err(|error| torn(&error))?;
        let (record, files) = newest.ok_or_else(|| torn(&"one of them left no checkpoint"))?;
        records.push(record);
        folders.extend(files);
    }
    let nodes = u32::try_from(plan.nodes_of_run()).unwrap_or(u32::MAX);
    let joined = Completion::joined(&records, nodes).map_err(|error| torn(&error))?;
    let own: Vec<u32> = (0..plan.nodes.len()).filter_map(|node| place_in_run(plan, node)).collect();
    let own = joined.of_nodes(&own);
    let files: HashMap<_, _> = folders.iter().filter_map(|path| Some((path.file_name()?.to_owned(), path))).collect();
    let store = DirectoryStore::new(LocalDisk, run_directory.join(CHECKPOINT_FOLDER));
    let disk = |path: &Path| {
        let path = path.to_owned();
        move |source| JoinError::Disk { path, source }
    };
    fs::create_dir_all(run_directory.join(CHECKPOINT_FOLDER)).map_err(disk(run_directory))?;
    let kept = |error: StoreError| JoinError::Disk { path: run_directory.to_owned(), source: io::Error::other(error) };
    // What it is of begins here with nothing before it, and then has this checkpoint of its own.
    store.take_over(own.id.generation).map_err(kept)?;
    for part in own.parts() {
        let path = files.get(&*OsString::from(part.name.to_string()));
        let path = path.ok_or_else(|| torn(&format!("{} is in none of them", part.name)))?;
        let bytes = fs::read(path).map_err(disk(path))?;
        let put = store.put(own.id, part.share, part.name, &bytes).map_err(kept)?;
        if put.digest != part.digest {
            return Err(torn(&format!("{} is not what its record says", part.name)));
        }
    }
    store.complete(&own).map_err(kept)
}

/// The files below a folder that wait for their names.
fn staged(folder: &Path, is_run: bool, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        if kind.is_dir() && !(is_run && name == CHECKPOINT_FOLDER) {
            staged(&entry.path(), false, found)?;
        }
        let name = name.as_encoded_bytes();
        if kind.is_file() && name.starts_with(b".") && name.ends_with(b".partial") {
            found.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use leat_checkpoint::id::CheckpointId;
    use leat_checkpoint::snapshot::{NodeRecord, Part, PartName};

    use super::*;
    use crate::job::{Begins, CheckpointJob, sample};

    fn job(root: &Path) -> Job {
        let directory = root.join(CHECKPOINT_FOLDER);
        fs::create_dir_all(&directory).unwrap();
        Job {
            checkpoints: Some(CheckpointJob {
                begins: Begins::Every { ms: 100 },
                kept: 1,
                directory,
                generation: 3,
                poison: Vec::new(),
            }),
            ..sample(root)
        }
    }

    fn complete(store: &DirectoryStore<LocalDisk>, number: u64, last: bool) {
        let id = CheckpointId { generation: Generation(3), number };
        let part = store.put(id, 0, PartName { node: 0, part: Part::Position }, b"here").unwrap();
        let nodes = vec![NodeRecord { node: 0, finished: last, parts: vec![part] }];
        store.complete(&Completion { last, nodes, ..Completion::beginning(id) }).unwrap();
    }

    #[test]
    fn the_newest_checkpoint_is_left_with_the_outputs_that_are_being_written() {
        let root = tempfile::tempdir().unwrap();
        let job = job(root.path());
        let store = DirectoryStore::new(LocalDisk, root.path().join(CHECKPOINT_FOLDER));
        store.take_over(Generation(3)).unwrap();
        assert_eq!(left(&job, 0).unwrap(), None, "what it began from is somebody else's");
        fs::create_dir_all(root.path().join("out/deep")).unwrap();
        for file in ["out/deep/.a.csv.partial", ".b.csv.partial", "report.json", "out/c.csv", "checkpoints/.x.partial"]
        {
            fs::write(root.path().join(file), "x").unwrap();
        }
        complete(&store, 1, false);
        complete(&store, 2, false);
        let found = left(&job, 1).unwrap().unwrap();
        let folder = root.path().join("checkpoints/g00000003/c00000002");
        assert_eq!(
            (found.number, found.checkpoint),
            (2, vec![folder.join("node-0-position"), folder.join("complete")])
        );
        let outputs = [".b.csv.partial", "out/deep/.a.csv.partial"].map(|file| root.path().join(file));
        assert_eq!(found.outputs.into_iter().map(|output| output.path).collect::<Vec<_>>(), outputs);
        assert_eq!(left(&job, 2).unwrap(), None);
        complete(&store, 3, true);
        assert_eq!(left(&job, 2).unwrap(), None, "its outputs are about to be published");
    }

    #[test]
    fn an_output_elsewhere_is_no_other_machines() {
        let root = tempfile::tempdir().unwrap();
        let mut job = job(root.path());
        assert_eq!(why_none_is_left(&job), None);
        for node in &mut job.plan.nodes {
            if let NodeKind::Output(file) = &mut node.kind {
                file.path = "/data/out.csv".to_owned();
            }
        }
        assert!(why_none_is_left(&job).unwrap().contains("lies outside of the run's directory"));
        assert!(why_none_is_left(&Job { checkpoints: None, ..job }).unwrap().contains("off"));
    }
}
