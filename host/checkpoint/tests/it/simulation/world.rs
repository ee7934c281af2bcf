//! The world of one simulated run: attempts that come and go, a network and a disk that fail, and what must hold all the
//! while.

mod network;
mod shares;
mod steps;

use std::path::{Path, PathBuf};
use std::time::Duration;

use leat_checkpoint::coordinator::{Begins, Settings};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::poison::{BatchName, Deaths, Patience, Verdict};
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::Disk;

use self::network::{Control, Frame};
use super::attempt::{Attempt, Options};
use super::chance::Chance;
use super::disk::MemoryDisk;
use super::fault::Fault;
use super::graph::Graph;
use super::node::NodeSim;
use super::target::Target;

/// A run that is not done by then is stuck. Nearly all take a small part of this; those of seeds 116086 and 126780 take 438,598
/// and 754,885.
const STEPS_MAX: u64 = 2_500_000;

const PATIENCE: Patience = Patience { deaths_by_batch_max: 3, attempts_without_progress_max: 60 };

pub(crate) struct World {
    chance: Chance,
    graph: Graph,
    options: Options,
    disk: MemoryDisk,
    store: DirectoryStore<MemoryDisk>,
    target: Target,
    attempts: Vec<Attempt>,
    generation: u64,
    frames: Vec<Frame>,
    controls: Vec<Control>,
    deaths: Deaths,
    skips: Vec<BatchName>,
    /// Faults of processes and power that are still to come.
    crashes_left: u64,
    crash_once_in: u64,
    /// One of them comes then: soon after a checkpoint, so that there is something to restore.
    crash_at: Option<u64>,
    restart_at: Option<u64>,
    steps: u64,
    end: Option<End>,
    /// The newest checkpoint that is whole for certain.
    recorded: Option<CheckpointId>,
    figures: Figures,
}

enum End {
    Published,
    Poisoned(BatchName),
}

/// What a run was like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) steps: u64,
    pub(crate) attempts: u64,
    pub(crate) checkpoints: u64,
    /// Of those, so many were joined of what shares kept.
    pub(crate) joined: u64,
    pub(crate) refused: u64,
    /// Attempts that began from a checkpoint, and not from nothing.
    pub(crate) restored: u64,
    /// The most checkpoints that a generation ever had on the disk right after a sweep.
    pub(crate) on_disk_max: usize,
}

impl World {
    pub(crate) fn new(seed: u64, fault: Option<Fault>) -> Self {
        let mut chance = Chance::new(seed);
        let graph = Graph::draw(&mut chance);
        let disk = MemoryDisk::default();
        disk.create_folder(Path::new("/run")).expect("the disk is new");
        disk.sync_folder(Path::new("/")).expect("the disk is new");
        if fault == Some(Fault::UnsyncedNames) {
            disk.forget_folders();
        }
        let settings = Settings {
            begins: Begins::Every(Duration::from_millis(chance.between(30, 400))),
            patience: Duration::from_millis(chance.between(300, 4000)),
            ask_again: Duration::from_millis(chance.between(100, 600)),
            kept: 1 + chance.below(3),
        };
        let kept_bytes_max = if chance.once_in(6) { 160 } else { 1 << 20 };
        World {
            store: DirectoryStore::new(disk.clone(), PathBuf::from("/run")),
            disk,
            graph,
            options: Options { fault, settings, kept_bytes_max },
            target: Target::default(),
            attempts: Vec::new(),
            generation: 0,
            frames: Vec::new(),
            controls: Vec::new(),
            deaths: Deaths::default(),
            skips: Vec::new(),
            crashes_left: chance.between(0, 7),
            crash_once_in: chance.between(300, 6000),
            crash_at: None,
            restart_at: Some(0),
            steps: 0,
            end: None,
            recorded: None,
            figures: Figures::default(),
            chance,
        }
    }

    /// Runs to the end. An error tells what was violated.
    pub(crate) fn run(mut self) -> Result<Figures, String> {
        while self.end.is_none() {
            self.steps += 1;
            if self.steps > STEPS_MAX {
                let nodes = self.attempts.last().map_or(&[][..], |attempt| &attempt.nodes);
                let far: String = nodes.iter().map(NodeSim::how_far).collect();
                let (frames, controls, kinds) = (self.frames.len(), self.controls.len(), self.kinds());
                return Err(format!("the run is stuck: {kinds:?}; {far}{frames} frames, {controls} messages"));
            }
            self.step()?;
        }
        self.figures.steps = self.steps;
        self.check_end().map(|()| self.figures)
    }

    fn step(&mut self) -> Result<(), String> {
        self.attempts.retain(|attempt| attempt.dies_at.is_none_or(|at| at > self.steps));
        let is_due = self.crash_at.is_some_and(|at| at <= self.steps);
        if self.crashes_left > 0 && (is_due || self.chance.once_in(self.crash_once_in)) {
            self.crash_at = None;
            self.crashes_left -= 1;
            self.crash_something();
        }
        if self.restart_at.is_some_and(|at| at <= self.steps) {
            self.restart_at = None;
            self.begin_attempt()?;
        }
        if self.end.is_some() || self.attempts.is_empty() {
            return Ok(());
        }
        let newest = self.attempts.len() - 1;
        let at = if self.chance.once_in(4) { self.chance.below(newest + 1) } else { newest };
        match self.chance.below(100) {
            0..64 => self.step_node(at),
            64..72 => self.step_coordinator(at),
            72..88 => self.deliver_control(),
            88..96 => self.deliver_frame().and_then(|()| self.deliver_frame()),
            _ => {
                self.send_again(at);
                Ok(())
            }
        }
    }

    /// A process dies, power is lost, or an attempt that lives is believed dead.
    fn crash_something(&mut self) {
        match self.chance.below(8) {
            0 | 1 => {
                self.attempts.clear();
                self.frames.clear();
                self.controls.clear();
                self.disk.lose_power(&mut self.chance);
                self.target.lose_power(&mut self.chance);
                self.died(None);
            }
            2 => self.restart(),
            _ if self.attempts.is_empty() => {}
            _ => {
                let at = self.chance.below(self.attempts.len());
                let process = self.chance.below(self.attempts[at].alive.len());
                self.kill(at, process, None);
            }
        }
    }

    /// A process is dead: the newest attempt's death has consequences, an older one's none.
    fn kill(&mut self, attempt: usize, process: usize, of: Option<BatchName>) {
        self.attempts[attempt].alive[process] = false;
        if attempt + 1 == self.attempts.len() {
            self.died(of);
        }
    }

    fn died(&mut self, of: Option<BatchName>) {
        match self.deaths.died(of.as_slice(), PATIENCE) {
            Verdict::Again => {}
            Verdict::Poisoned { batch, .. } => {
                let goes_on = self.graph.poison.is_some_and(|(_, goes_on)| goes_on);
                if goes_on {
                    self.skips.push(batch);
                } else {
                    self.end = Some(End::Poisoned(batch));
                }
            }
            // Faults are few, so that this is a run that is stuck.
            Verdict::NoProgress { .. } => self.steps = STEPS_MAX,
        }
        self.restart();
    }

    fn restart(&mut self) {
        let at = self.steps + self.chance.between(1, 200);
        self.restart_at = Some(self.restart_at.map_or(at, |known| known.min(at)));
    }

    fn begin_attempt(&mut self) -> Result<(), String> {
        self.generation += self.chance.between(1, 2);
        self.figures.attempts += 1;
        let generation = Generation(self.generation);
        self.arm(20, 12);
        let taken = self.store.take_over(generation);
        self.disk.die_after(None);
        // It died while it took over: the next one may.
        let Ok(base) = taken else {
            self.died(None);
            return Ok(());
        };
        if self.recorded.is_some_and(|recorded| base.is_beginning() || base.id < recorded) {
            return Err(format!("{generation} begins from {}, and {:?} was whole", base.id, self.recorded));
        }
        self.figures.restored += u64::from(!base.is_beginning());
        // Where all had ended there is nothing left but to publish, of which only the lead knows how far it is.
        let in_shares = self.graph.shares > 1 && !base.last && self.chance.once_in(2);
        let began = (generation, self.steps, in_shares);
        let ground = (&self.store, &mut self.target);
        let attempt = Attempt::begin(&self.graph, &base, began, &self.options, ground)?;
        for older in &mut self.attempts {
            older.dies_at.get_or_insert(self.steps + self.chance.between(0, 800));
        }
        self.attempts.push(attempt);
        for node in 0..self.graph.nodes.len() {
            self.send_words(self.attempts.len() - 1, node);
        }
        Ok(())
    }

    /// Perhaps the process dies in the middle of what it does next with the disk.
    fn arm(&mut self, once_in: u64, operations: u64) {
        if self.crashes_left > 0 && self.chance.once_in(once_in) {
            self.crashes_left -= 1;
            self.disk.die_after(Some(self.chance.between(0, operations)));
        }
    }

    fn check_end(&self) -> Result<(), String> {
        match &self.end {
            Some(End::Poisoned(batch)) if self.graph.poison.is_some_and(|(poison, _)| poison == *batch) => {
                return Ok(());
            }
            Some(End::Poisoned(batch)) => return Err(format!("the run failed for {batch}, which is not poison")),
            Some(End::Published) | None => {}
        }
        for (sink, expected) in self.graph.reference(&self.skips) {
            let published = self.target.published.get(&sink).map_or(&[][..], Vec::as_slice);
            let [(_, rows)] = published else {
                return Err(format!("sink {sink} was published {} times in {:?}", published.len(), self.kinds()));
            };
            if *rows != expected {
                let (found, wanted) = (rows.len(), expected.len());
                let differ = rows.iter().zip(&expected).position(|(a, b)| a != b).unwrap_or(found.min(wanted));
                let kinds = self.kinds();
                return Err(format!(
                    "sink {sink} has {found} rows, not {wanted}, and differs at row {differ} in {kinds:?}"
                ));
            }
        }
        Ok(())
    }

    fn kinds(&self) -> Vec<String> {
        let node = |node: &super::graph::NodePlan| {
            let kind = format!("{:?}", node.kind);
            let kind = kind.split(['(', ' ']).next().unwrap_or_default().to_owned();
            let ends: Vec<usize> = node.ends.iter().map(|end| end.from).collect();
            format!("{kind}{ends:?}@{}", node.share)
        };
        self.graph.nodes.iter().map(node).collect()
    }

    /// Old checkpoints are gone: no more are there than are kept, and no older generation.
    fn check_swept(&mut self, generation: Generation) -> Result<(), String> {
        let root = Path::new("/run");
        let names = self.disk.names(root).map_err(|error| error.to_string())?;
        let own = format!("g{:08}", generation.0);
        if let Some(older) = names.iter().find(|name| **name < own) {
            return Err(format!("{older} is still there after {own} has swept"));
        }
        let checkpoints = self.disk.names(&root.join(own)).map_err(|error| error.to_string())?.len();
        self.figures.on_disk_max = self.figures.on_disk_max.max(checkpoints);
        if checkpoints > self.options.settings.kept {
            return Err(format!("{checkpoints} checkpoints are there and {} are kept", self.options.settings.kept));
        }
        Ok(())
    }
}
