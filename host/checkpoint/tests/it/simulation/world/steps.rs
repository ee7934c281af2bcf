//! The steps of the processes: of a node one thing at a time, of the coordinator one command.

use leat_checkpoint::coordinator::{Command, Event};
use leat_checkpoint::id::CheckpointId;
use leat_checkpoint::store::CheckpointStore;

use super::network::{Control, Frame};
use super::{End, World};
use crate::simulation::node::{Slot, Stepped};

/// What a link to another process holds that is not known to have come.
const UNACKNOWLEDGED_MAX: usize = 4;

/// So many nodes are looked at for one that has something to do.
const LOOKED_AT: usize = 6;

impl World {
    /// A node that has something to do, of a few that are looked at, does one thing of it.
    pub(super) fn step_node(&mut self, at: usize) -> Result<(), String> {
        for _ in 0..LOOKED_AT {
            let node = self.chance.below(self.graph.nodes.len());
            let share = self.graph.nodes[node].share;
            if !self.attempts[at].alive[share] || !self.chance.once_in(self.graph.nodes[node].slowness + 1) {
                continue;
            }
            let first = self.chance.below(5);
            for action in 0..5 {
                match self.act(at, node, (first + action) % 5)? {
                    Stepped::Idle => continue,
                    Stepped::Died(of) => self.kill(at, share, of),
                    Stepped::Done => {
                        self.check_kept(at, node)?;
                        self.send_words(at, node);
                    }
                }
                return Ok(());
            }
        }
        Ok(())
    }

    fn act(&mut self, at: usize, node: usize, action: usize) -> Result<Stepped, String> {
        let plan = &self.graph.nodes[node];
        match action {
            0 => {
                let may_begin = self.attempts[at].may_begin(&self.graph, node);
                Ok(self.attempts[at].nodes[node].read(plan, &mut self.chance, may_begin))
            }
            1 => {
                let (poison, skips) = (self.graph.poison, &self.skips);
                let dies_of = |name| {
                    let skipped = skips.contains(&name);
                    (skipped || poison.is_some_and(|(poison, _)| poison == name)).then_some(!skipped)
                };
                Ok(self.attempts[at].nodes[node].execute(plan, &mut self.chance, &mut self.target, dies_of))
            }
            2 => Ok(self.attempts[at].nodes[node].flush()),
            3 => self.emit(at, node),
            _ => {
                let share = plan.share as u32;
                self.arm(300, 4);
                let stepped = self.attempts[at].nodes[node].store_part(&self.store, share);
                self.disk.die_after(None);
                Ok(stepped)
            }
        }
    }

    /// The foremost of what a node sends goes to all its readers, once there is room with each.
    fn emit(&mut self, at: usize, node: usize) -> Result<Stepped, String> {
        let readers = self.graph.readers(node);
        let attempt = &mut self.attempts[at];
        if attempt.nodes[node].account.is_finished() {
            return Ok(Stepped::Idle);
        }
        if !readers.is_empty() && readers.iter().all(|(reader, _)| attempt.nodes[*reader].gone) {
            attempt.nodes[node].end_early();
            attempt.nodes[node].out.clear();
            attempt.nodes[node].conclude(&mut self.target)?;
            return Ok(Stepped::Done);
        }
        let has_room = |reader: &(usize, usize)| match attempt.links.get(reader) {
            Some(link) => link.unacknowledged.len() < UNACKNOWLEDGED_MAX || attempt.nodes[reader.0].gone,
            None => attempt.has_room(&self.graph, *reader),
        };
        if attempt.nodes[node].out.is_empty() || !readers.iter().all(has_room) {
            return Ok(Stepped::Idle);
        }
        let Some(slot) = attempt.nodes[node].out.pop_front() else { return Ok(Stepped::Idle) };
        for &(reader, end) in &readers {
            match attempt.links.get_mut(&(reader, end)) {
                Some(link) => {
                    let (sequence, generation) = (link.next, attempt.generation);
                    link.next += 1;
                    link.unacknowledged.push_back((sequence, slot.clone()));
                    self.frames.push(Frame { at: (reader, end), generation, sequence, slot: slot.clone() });
                }
                None => attempt.nodes[reader].arrive(end, slot.clone()),
            }
        }
        if matches!(slot, Slot::End) && attempt.nodes[node].is_ending() {
            attempt.nodes[node].conclude(&mut self.target)?;
        }
        for (reader, _) in readers {
            self.check_kept(at, reader)?;
            self.send_words(at, reader);
        }
        Ok(Stepped::Done)
    }

    /// The coordinator does what is foremost, or sees what time it is.
    pub(super) fn step_coordinator(&mut self, at: usize) -> Result<(), String> {
        if self.attempts[at].shares.is_some() {
            return self.step_shares(at);
        }
        let attempt = &mut self.attempts[at];
        let process = attempt.alive.len() - 1;
        if !attempt.alive[process] {
            return Ok(());
        }
        let Some(command) = attempt.commands.pop_front() else {
            let commands = attempt.coordinator.on(Event::Tick(attempt.age(self.steps)));
            attempt.commands.extend(commands);
            return Ok(());
        };
        let generation = attempt.generation;
        match command {
            Command::Send { node, request } => self.controls.push(Control::ToNode(node as usize, request)),
            Command::Record(completion) => {
                self.arm(12, 8);
                let recorded = self.store.complete(&completion);
                self.disk.die_after(None);
                if recorded.is_err() {
                    self.kill(at, process, None);
                    return Ok(());
                }
                self.note_recorded(at, completion.id);
                let attempt = &mut self.attempts[at];
                let commands = attempt.coordinator.on(Event::Recorded(completion.id));
                attempt.commands.extend(commands);
            }
            Command::KeepOnly(numbers) => {
                self.arm(30, 12);
                let swept = self.store.keep_only(generation, &numbers);
                self.disk.die_after(None);
                if swept.is_err() {
                    self.kill(at, process, None);
                    return Ok(());
                }
                self.target.sweep(generation);
                self.check_swept(generation)?;
            }
            // Of an older attempt nobody believes it: what its sinks do not find may have been taken over, not published.
            Command::Done if generation.0 < self.generation => {}
            Command::Done => self.end = Some(End::Published),
        }
        Ok(())
    }

    /// A checkpoint of the run is whole.
    pub(super) fn note_recorded(&mut self, at: usize, id: CheckpointId) {
        self.figures.checkpoints += 1;
        self.recorded = self.recorded.max(Some(id));
        self.deaths.progressed();
        if self.chance.once_in(2) {
            self.crash_at = Some(self.steps + self.chance.between(1, 1500));
        }
        self.attempts[at].recorded = true;
    }

    /// What a node keeps for a checkpoint is bounded.
    pub(super) fn check_kept(&self, at: usize, node: usize) -> Result<(), String> {
        let kept = self.attempts[at].nodes[node].kept_bytes();
        if kept > self.options.kept_bytes_max {
            return Err(format!("node {node} keeps {kept} bytes for a checkpoint"));
        }
        Ok(())
    }
}
