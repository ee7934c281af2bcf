//! What a run at work leaves, as blocks: its newest checkpoint held fast, and what its outputs hold so far.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use leat_bundle::{BLOCK_BYTES, CheckpointFile, CheckpointManifest, Content, Digest, block_sizes};
use leat_worker::{Job, Left, LeftOutput, OutputReport, left, left_at_end};

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
    pub(super) list: Block,
    /// Every block of them, each once.
    pub(super) blocks: BTreeMap<Digest, Block>,
}

/// A piece of a file.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) content: Content,
    pub(super) file: PathBuf,
    /// Where it begins.
    pub(super) offset: u64,
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
        Ok(Captured { number, list: Block { content, file, offset: 0 }, blocks })
    }

    fn note(
        &self,
        (path, node): (&Path, Option<u32>),
        file: &Path,
        (digests, bytes): (Vec<Digest>, u64),
        (files, blocks): (&mut Vec<CheckpointFile>, &mut BTreeMap<Digest, Block>),
    ) -> io::Result<()> {
        let inside = path.strip_prefix(&self.job.run_directory).ok().and_then(Path::to_str);
        let inside = inside.ok_or_else(|| io::Error::other(format!("{} is no plain path", path.display())))?;
        let mut offset = 0;
        for (&digest, bytes) in digests.iter().zip(block_sizes(bytes)) {
            let content = Content { digest, bytes };
            blocks.entry(digest).or_insert_with(|| Block { content, file: file.to_owned(), offset });
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
