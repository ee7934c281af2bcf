//! A file system in memory that loses power: what was not synced is lost, torn or there, each name and each file by
//! itself.
//!
//! Names are what a folder's sync makes durable, contents what a file's does. A rename is atomic, but survives or not like
//! everything else; names that were changed later may survive those that were changed before.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

use leat_checkpoint::store::disk::Disk;

use super::chance::Chance;

/// Something done in the middle of a call, between two of its operations.
type Interruption = Box<dyn FnOnce() + Send>;

#[derive(Clone, Default)]
pub(crate) struct MemoryDisk {
    state: Arc<Mutex<State>>,
}

struct State {
    nodes: Vec<Inode>,
    pending: Vec<Change>,
    /// How many operations go on before every further one fails, as if the process were dead.
    left: Option<u64>,
    interruption: Option<(u64, Interruption)>,
    operations: u64,
    /// For a protocol that is broken on purpose: folders are not synced.
    forgets_folders: bool,
}

enum Inode {
    File { content: Vec<u8>, durable: Vec<u8> },
    Folder { names: BTreeMap<String, usize>, durable: BTreeMap<String, usize> },
}

enum Change {
    Put { folder: usize, name: String, inode: usize },
    Remove { folder: usize, name: String },
    Move { from: (usize, String), to: (usize, String), inode: usize },
}

impl Default for State {
    fn default() -> Self {
        let root = Inode::Folder { names: BTreeMap::new(), durable: BTreeMap::new() };
        let nodes = vec![root];
        State { nodes, pending: Vec::new(), left: None, interruption: None, operations: 0, forgets_folders: false }
    }
}

impl MemoryDisk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with it")
    }

    /// After so many operations the process that asks is dead; with nothing, it lives.
    pub(crate) fn die_after(&self, operations: Option<u64>) {
        self.lock().left = operations;
    }

    pub(crate) fn forget_folders(&self) {
        self.lock().forgets_folders = true;
    }

    /// Before the operation of that number, counted from now, something else happens.
    pub(crate) fn interrupt(&self, after: u64, interruption: impl FnOnce() + Send + 'static) {
        self.lock().interruption = Some((after, Box::new(interruption)));
    }

    pub(crate) fn operations(&self) -> u64 {
        self.lock().operations
    }

    /// Power is lost and comes back.
    pub(crate) fn lose_power(&self, chance: &mut Chance) {
        let mut state = self.lock();
        state.left = None;
        for change in std::mem::take(&mut state.pending) {
            if chance.once_in(2) {
                state.endure(&change);
            }
        }
        for node in &mut state.nodes {
            match node {
                Inode::File { content, durable } => {
                    if content != durable {
                        match chance.below(3) {
                            0 => *content = durable.clone(),
                            1 => content.truncate(chance.below(content.len() + 1)),
                            _ => content.iter_mut().skip(chance.below(8)).step_by(3).for_each(|byte| *byte = 0),
                        }
                        *durable = content.clone();
                    }
                }
                Inode::Folder { names, durable } => *names = durable.clone(),
            }
        }
    }

    /// One operation: counted, interrupted, or the process's last.
    fn begin(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.lock();
        state.operations += 1;
        if let Some((after, interruption)) = state.interruption.take() {
            if after == 0 {
                drop(state);
                interruption();
                state = self.lock();
            } else {
                state.interruption = Some((after - 1, interruption));
            }
        }
        match &mut state.left {
            Some(0) => Err(io::Error::other("the process is dead")),
            Some(left) => {
                *left -= 1;
                Ok(state)
            }
            None => Ok(state),
        }
    }
}

impl State {
    fn find(&self, path: &Path) -> io::Result<usize> {
        path.iter().filter(|name| *name != OsStr::new("/")).try_fold(0, |at, name| {
            let found = self.names(at)?.get(text(name)).copied();
            found.ok_or_else(|| io::Error::from(ErrorKind::NotFound))
        })
    }

    fn parent(&self, path: &Path) -> io::Result<(usize, String)> {
        let folder = self.find(path.parent().expect("no path here is the root"))?;
        Ok((folder, text(path.file_name().expect("every path ends in a name")).to_owned()))
    }

    fn names(&self, folder: usize) -> io::Result<&BTreeMap<String, usize>> {
        match &self.nodes[folder] {
            Inode::Folder { names, .. } => Ok(names),
            Inode::File { .. } => Err(ErrorKind::NotADirectory.into()),
        }
    }

    fn names_mut(&mut self, folder: usize) -> &mut BTreeMap<String, usize> {
        match &mut self.nodes[folder] {
            Inode::Folder { names, .. } => names,
            Inode::File { .. } => panic!("a file has no names"),
        }
    }

    fn durable(&mut self, folder: usize) -> &mut BTreeMap<String, usize> {
        match &mut self.nodes[folder] {
            Inode::Folder { durable, .. } => durable,
            Inode::File { .. } => panic!("a file has no names"),
        }
    }

    fn put(&mut self, folder: usize, name: String, inode: Inode) -> usize {
        self.nodes.push(inode);
        let inode = self.nodes.len() - 1;
        self.names_mut(folder).insert(name.clone(), inode);
        self.pending.push(Change::Put { folder, name, inode });
        inode
    }

    fn remove(&mut self, folder: usize, name: String) -> io::Result<()> {
        self.names_mut(folder).remove(&name).ok_or(ErrorKind::NotFound)?;
        self.pending.push(Change::Remove { folder, name });
        Ok(())
    }

    fn endure(&mut self, change: &Change) {
        match change {
            Change::Put { folder, name, inode } => drop(self.durable(*folder).insert(name.clone(), *inode)),
            Change::Remove { folder, name } => drop(self.durable(*folder).remove(name)),
            Change::Move { from, to, inode } => {
                let old = self.durable(from.0);
                if old.get(&from.1) == Some(inode) {
                    old.remove(&from.1);
                }
                self.durable(to.0).insert(to.1.clone(), *inode);
            }
        }
    }
}

impl Change {
    fn touches(&self, at: usize) -> bool {
        match self {
            Change::Put { folder, .. } | Change::Remove { folder, .. } => *folder == at,
            Change::Move { from, to, .. } => from.0 == at || to.0 == at,
        }
    }
}

impl Disk for MemoryDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin()?;
        let (folder, name) = state.parent(path)?;
        if state.names(folder)?.contains_key(&name) {
            return Err(ErrorKind::AlreadyExists.into());
        }
        state.put(folder, name, Inode::Folder { names: BTreeMap::new(), durable: BTreeMap::new() });
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.begin()?;
        let (folder, name) = state.parent(path)?;
        let known = state.names(folder)?.get(&name).copied();
        let inode =
            known.unwrap_or_else(|| state.put(folder, name, Inode::File { content: Vec::new(), durable: Vec::new() }));
        match &mut state.nodes[inode] {
            Inode::File { content, .. } => *content = bytes.to_vec(),
            Inode::Folder { .. } => return Err(ErrorKind::IsADirectory.into()),
        }
        Ok(())
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin()?;
        let inode = state.find(path)?;
        match &mut state.nodes[inode] {
            Inode::File { content, durable } => *durable = content.clone(),
            Inode::Folder { .. } => return Err(ErrorKind::IsADirectory.into()),
        }
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin()?;
        let folder = state.find(path)?;
        if state.forgets_folders {
            return Ok(());
        }
        let (synced, pending) = std::mem::take(&mut state.pending).into_iter().partition(|it| it.touches(folder));
        state.pending = pending;
        let synced: Vec<Change> = synced;
        synced.iter().for_each(|change| state.endure(change));
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.begin()?;
        let (from, to) = (state.parent(from)?, state.parent(to)?);
        let inode = state.names_mut(from.0).remove(&from.1).ok_or(ErrorKind::NotFound)?;
        state.names_mut(to.0).insert(to.1.clone(), inode);
        state.pending.push(Change::Move { from, to, inode });
        Ok(())
    }

    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        let state = self.begin()?;
        match &state.nodes[state.find(path)?] {
            Inode::File { content, .. } if content.len() as u64 <= bytes_max => Ok(content.clone()),
            Inode::File { .. } => Err(ErrorKind::FileTooLarge.into()),
            Inode::Folder { .. } => Err(ErrorKind::IsADirectory.into()),
        }
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let state = self.begin()?;
        Ok(state.names(state.find(path)?)?.keys().cloned().collect())
    }

    fn file_bytes(&self, path: &Path) -> io::Result<u64> {
        let state = self.begin()?;
        match &state.nodes[state.find(path)?] {
            Inode::File { content, .. } => Ok(content.len() as u64),
            Inode::Folder { .. } => Err(ErrorKind::IsADirectory.into()),
        }
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin()?;
        let (folder, name) = state.parent(path)?;
        state.remove(folder, name)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin()?;
        let inode = state.find(path)?;
        if !state.names(inode)?.is_empty() {
            return Err(ErrorKind::DirectoryNotEmpty.into());
        }
        let (folder, name) = state.parent(path)?;
        state.remove(folder, name)
    }
}

fn text(name: &OsStr) -> &str {
    name.to_str().expect("names here are text")
}
