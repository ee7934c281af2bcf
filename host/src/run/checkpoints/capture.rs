//! What a run at work leaves, as blocks: its newest checkpoint held fast, and what its outputs hold so far.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use leat_bundle::{BLOCK_BYTES, CheckpointFile, CheckpointManifest, Content, Digest, block_sizes};
use leat_worker::{Job, Left, LeftOutput, OutputReport, left, left_at_end};

use super::super::contents::Piece;
use crate::directory::remove_all;

/// Captures what one job leaves, time after time.
#[derive(Debug)]
pub(super) struct Capturing {
    job: Job,
    /// Where what is on its way stands: beside the run's directory, on the same disk.
    aside: PathBuf,
    /// The checkpoint that was sent last.
    last: u64,
    /// The whole blocks of outputs, which never change while the attempt is at work.
    whole: HashMap<PathBuf, Vec<Digest>>,
}

/// What is to be sent.
#[derive(Debug)]
pub(super) struct Captured {
    pub(super) number: u64,
    /// The list of the files.
    pub(super) list: Piece,
    /// Every block of them, each once.
    pub(super) blocks: BTreeMap<Digest, Piece>,
}

impl Capturing {
    pub(super) fn new(job: Job) -> Self {
        let aside = job.run_directory.with_extension("leaving");
        Capturing { job, aside, last: 0, whole: HashMap::new() }
    }

    /// A checkpoint has arrived.
    pub(super) fn sent(&mut self, number: u64) {
        self.last = number;
    }

    /// What is left now; nothing where it is not newer than what was sent last. What that one held aside is let go of.
    pub(super) fn capture(&mut self) -> io::Result<Option<Captured>> {
        left(&self.job, self.last)?.map(|left| self.captured(left)).transpose()
    }

    /// What a share leaves that has come to its end with these outputs.
    pub(super) fn capture_at_end(&mut self, published: &[OutputReport]) -> io::Result<Option<Captured>> {
        left_at_end(&self.job, published)?.map(|left| self.captured(left)).transpose()
    }

    fn captured(&mut self, left: Left) -> io::Result<Captured> {
        let Left { number, last, checkpoint, outputs } = left;
        remove_all(&self.aside)?;
        fs::create_dir_all(&self.aside)?;
        let (mut files, mut blocks) = (Vec::new(), BTreeMap::new());
        for (place, path) in checkpoint.iter().enumerate() {
            // The run may remove its own name of it at any time.
            let held = self.aside.join(place.to_string());
            fs::hard_link(path, &held)?;
            let of_held = digests(&held, fs::metadata(&held)?.len(), &[])?;
            self.note((path, None), &held, of_held, (&mut files, &mut blocks))?;
        }
        for LeftOutput { path, node } in &outputs {
            let bytes = fs::metadata(path)?.len();
            let known = self.whole.get(path).map(Vec::as_slice).unwrap_or_default();
            let (digests, bytes) = digests(path, bytes, known)?;
            let whole = usize::try_from(bytes / BLOCK_BYTES).unwrap_or(usize::MAX);
            self.whole.insert(path.clone(), digests.iter().copied().take(whole).collect());
            self.note((path, *node), path, (digests, bytes), (&mut files, &mut blocks))?;
        }
        let list = CheckpointManifest::new(self.job.leat_version.clone(), (number, last), files).to_bytes();
        let file = self.aside.join("list");
        fs::write(&file, &list)?;
        let content = Content { digest: Digest::of(&list), bytes: list.len() as u64 };
        Ok(Captured { number, list: Piece { content, file, offset: 0 }, blocks })
    }

    fn note(
        &self,
        (path, node): (&Path, Option<u32>),
        file: &Path,
        (digests, bytes): (Vec<Digest>, u64),
        (files, blocks): (&mut Vec<CheckpointFile>, &mut BTreeMap<Digest, Piece>),
    ) -> io::Result<()> {
        let inside = path.strip_prefix(&self.job.run_directory).ok().and_then(Path::to_str);
        let inside = inside.ok_or_else(|| io::Error::other(format!("{} is no plain path", path.display())))?;
        let mut offset = 0;
        for (&digest, bytes) in digests.iter().zip(block_sizes(bytes)) {
            let content = Content { digest, bytes };
            blocks.entry(digest).or_insert_with(|| Piece { content, file: file.to_owned(), offset });
            offset += bytes;
        }
        files.push(CheckpointFile { path: inside.to_owned(), node, bytes, blocks: digests });
        Ok(())
    }
}

/// The digests of the blocks of a file's first bytes, of which the first ones are known; and how many bytes those are.
fn digests(path: &Path, bytes: u64, known: &[Digest]) -> io::Result<(Vec<Digest>, u64)> {
    let mut digests: Vec<Digest> = known.to_vec();
    let mut file = File::open(path)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(digests.len() as u64 * BLOCK_BYTES))?;
    let mut block = Vec::new();
    for size in block_sizes(bytes).skip(digests.len()) {
        block.clear();
        if file.by_ref().take(size).read_to_end(&mut block)? as u64 != size {
            return Err(io::Error::other(format!("{} is shorter than it was", path.display())));
        }
        digests.push(Digest::of(&block));
    }
    Ok((digests, bytes))
}

#[cfg(test)]
mod tests {
    use leat_worker::{Begins, CHECKPOINT_FOLDER, CheckpointJob, QUEUE_BYTES_DEFAULT};
    use serde_json::json;

    use super::*;

    /// A job without nodes that has taken checkpoints of these numbers.
    fn at_work(root: &Path, numbers: &[u64]) -> Job {
        let run_directory = root.join("run");
        let directory = run_directory.join(CHECKPOINT_FOLDER);
        for number in numbers {
            let folder = directory.join(format!("g00000001/c{number:08}"));
            fs::create_dir_all(&folder).unwrap();
            let id = json!({ "generation": 1, "number": number });
            let body = json!({ "version": 1, "id": id, "last": false, "nodes": [] }).to_string();
            fs::write(folder.join("complete"), format!("{}\n{body}", Digest::of(body.as_bytes()))).unwrap();
        }
        let plan = json!({
            "process": "p", "file": "p.strm", "parameters": [], "options": [], "queues": [], "nodes": [],
        });
        Job {
            plan: serde_json::from_value(plan).unwrap(),
            playpen: root.to_owned(),
            run_directory,
            run_id: "r".to_owned(),
            started_us: 0,
            seed: 1,
            cache: root.to_owned(),
            interruptible: false,
            csv_threads: 1,
            queue_bytes: QUEUE_BYTES_DEFAULT,
            trace: None,
            tries_recovery: false,
            between_hosts: None,
            checkpoints: Some(CheckpointJob {
                begins: Begins::Every { ms: 1000 },
                kept: 1,
                directory,
                generation: 1,
                poison: Vec::new(),
            }),
            secrets: leat_worker::RunSecrets::default(),
            leat_version: "0.1.0".to_owned(),
        }
    }

    fn list(captured: &Captured) -> CheckpointManifest {
        CheckpointManifest::parse(&fs::read(&captured.list.file).unwrap()).unwrap()
    }

    /// The bytes that the blocks of a file stand for.
    fn content(captured: &Captured, path: &str) -> Vec<u8> {
        let list = list(captured);
        let file = list.files.iter().find(|file| file.path == path).unwrap();
        let read = |content: Content| {
            let block = &captured.blocks[&content.digest];
            fs::read(&block.file).unwrap()[block.offset as usize..][..content.bytes as usize].to_vec()
        };
        file.contents().flat_map(read).collect()
    }

    #[test]
    fn what_is_left_is_the_checkpoint_and_what_outputs_hold_and_grows_at_its_end() {
        let root = tempfile::tempdir().unwrap();
        let mut capturing = Capturing::new(at_work(root.path(), &[1, 2]));
        let output = root.path().join("run/.out.csv.partial");
        let mut bytes: Vec<u8> = (0..BLOCK_BYTES + 5).map(|place| (place % 251) as u8).collect();
        fs::write(&output, &bytes).unwrap();

        let first = capturing.capture().unwrap().unwrap();
        assert_eq!((first.number, list(&first).number, list(&first).files.len()), (2, 2, 2));
        assert_eq!(content(&first, ".out.csv.partial"), bytes);
        // The run may remove what it took meanwhile: what is on its way is held.
        fs::remove_dir_all(root.path().join("run/checkpoints/g00000001/c00000002")).unwrap();
        assert!(!content(&first, "checkpoints/g00000001/c00000002/complete").is_empty());
        at_work(root.path(), &[2]);
        let again = capturing.capture().unwrap().unwrap();
        assert_eq!(again.number, 2, "it has not arrived");
        let blocks = |captured: &Captured| {
            list(captured).files.iter().find(|file| file.bytes > BLOCK_BYTES).unwrap().blocks.clone()
        };
        let before = blocks(&again);
        capturing.sent(2);
        assert!(capturing.capture().unwrap().is_none());

        bytes.extend_from_slice(b"more");
        fs::write(&output, &bytes).unwrap();
        at_work(root.path(), &[3]);
        let second = capturing.capture().unwrap().unwrap();
        assert_eq!(content(&second, ".out.csv.partial"), bytes);
        let after = blocks(&second);
        assert_eq!(before[0], after[0], "a block that is full is the same for ever");
        assert_ne!(before[1], after[1]);
    }

    #[test]
    fn what_is_gone_meanwhile_is_captured_another_time() {
        let root = tempfile::tempdir().unwrap();
        let mut capturing = Capturing::new(at_work(root.path(), &[1]));
        let folder = root.path().join("run/checkpoints/g00000001/c00000001");
        let body = fs::read_to_string(folder.join("complete")).unwrap();
        let (_, body) = body.split_once('\n').unwrap();
        let part = json!({
            "name": { "node": 0, "part": "position" }, "share": 0, "bytes": 1, "digest": Digest::of(b"x").to_string(),
        });
        let node = json!([{ "node": 0, "finished": false, "parts": [part] }]).to_string();
        let body = body.replace("\"nodes\":[]", &format!("\"nodes\":{node}"));
        fs::write(folder.join("complete"), format!("{}\n{body}", Digest::of(body.as_bytes()))).unwrap();
        let error = capturing.capture().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound, "{error}");
        fs::write(folder.join("node-0-position"), "x").unwrap();
        assert_eq!(list(&capturing.capture().unwrap().unwrap()).files.len(), 2);
    }
}
