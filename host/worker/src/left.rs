//! What a run at work leaves for an attempt of it on another machine: its newest checkpoint, and what its outputs hold so far.
//!
//! Asked by whoever sends that somewhere while the run goes on. The files of a checkpoint may be gone a moment later, when a newer
//! one is whole; what an output holds grows at its end and nowhere else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use leat_checkpoint::id::Generation;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_stream::plan::{NodeKind, PathPiece, Plan};

use crate::job::{CHECKPOINT_FOLDER, Job};
use crate::worker::why_not;

/// What an attempt leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which of its checkpoints.
    pub number: u64,
    /// The checkpoint's own files, below the run's directory.
    pub checkpoint: Vec<PathBuf>,
    /// The files that outputs are written to until they are whole: with their first bytes as they are now, and any behind
    /// those, another attempt can go on.
    pub outputs: Vec<PathBuf>,
}

/// Why no other machine can go on with a job, for a person; nothing where it can be tried.
pub fn why_none_is_left(job: &Job) -> Option<String> {
    if job.between_hosts.is_some() {
        return Some("the run is divided over several hosts".to_owned());
    }
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

/// What a job at work leaves now, if that is newer than its checkpoint `after`; nothing where it is not, and where every node of it
/// has ended, since its outputs are about to get their names.
///
/// # Errors
/// Where its directory cannot be read; also where a file is gone meanwhile.
pub fn left(job: &Job, after: u64) -> io::Result<Option<Left>> {
    let Some(settings) = &job.checkpoints else { return Ok(None) };
    let store = DirectoryStore::new(LocalDisk, settings.directory.clone());
    let newest = store.newest_of(Generation(settings.generation)).map_err(io::Error::other)?;
    let Some((completion, checkpoint)) = newest.filter(|(newest, _)| newest.id.number > after && !newest.last) else {
        return Ok(None);
    };
    let mut outputs = Vec::new();
    staged(&job.run_directory, true, &mut outputs)?;
    outputs.sort();
    Ok(Some(Left { number: completion.id.number, checkpoint, outputs }))
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
    use leat_checkpoint::snapshot::{Completion, NodeRecord, Part, PartName};
    use leat_checkpoint::store::CheckpointStore;

    use super::*;
    use crate::job::{Begins, CheckpointJob, sample};

    fn job(root: &Path) -> Job {
        let directory = root.join(CHECKPOINT_FOLDER);
        fs::create_dir_all(&directory).unwrap();
        Job {
            checkpoints: Some(CheckpointJob { begins: Begins::Every { ms: 100 }, kept: 1, directory, generation: 3 }),
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
        assert_eq!(found.outputs, outputs);
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
