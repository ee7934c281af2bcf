//! What is on its way between processes: lost, doubled, late, out of order, and heard by attempts that it was not meant for.

use leat_checkpoint::coordinator::Event;
use leat_checkpoint::fence::Fenced;
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::message::{Request, Word};

use super::World;
use crate::simulation::fault::Fault;
use crate::simulation::node::Slot;

/// More than this is not on its way: a sender that sends again waits.
const FRAMES_MAX: usize = 64;

/// Something on its way on a queue between hosts.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) at: (usize, usize),
    pub(super) generation: Generation,
    pub(super) sequence: u64,
    pub(super) slot: Slot,
}

/// Something on its way between the coordinator and a node.
#[derive(Clone)]
pub(super) enum Control {
    ToCoordinator(Word),
    ToNode(usize, Request),
    /// The lead orders a checkpoint of a share.
    Order {
        generation: Generation,
        share: usize,
        number: u64,
    },
}

impl World {
    /// Everything that a node has to say is on its way.
    pub(super) fn send_words(&mut self, attempt: usize, node: usize) {
        let words = std::mem::take(&mut self.attempts[attempt].nodes[node].words);
        self.figures.refused += words.iter().filter(|word| matches!(word, Word::Refused { .. })).count() as u64;
        if self.attempts[attempt].shares.is_some() {
            self.say_to_keeper(attempt, node, words);
        } else {
            self.controls.extend(words.into_iter().map(Control::ToCoordinator));
        }
    }

    /// The attempt that hears something: its own as a rule, sometimes the newest. None where it is gone.
    fn hearer(&mut self, generation: Generation) -> Option<usize> {
        let newest = self.attempts.len().checked_sub(1)?;
        if self.chance.once_in(4) {
            return Some(newest);
        }
        let own = self.attempts.iter().position(|attempt| attempt.generation == generation);
        Some(own.unwrap_or(newest))
    }

    pub(super) fn deliver_control(&mut self) -> Result<(), String> {
        if self.controls.is_empty() {
            return Ok(());
        }
        let control = self.controls.swap_remove(self.chance.below(self.controls.len()));
        if self.chance.once_in(16) {
            self.controls.push(control.clone());
        }
        let generation = match &control {
            Control::ToCoordinator(word) => word.generation(),
            Control::ToNode(_, request) => request.generation(),
            Control::Order { generation, .. } => *generation,
        };
        let Some(at) = self.hearer(generation).filter(|_| !self.chance.once_in(16)) else { return Ok(()) };
        let accepts_any = self.options.fault == Some(Fault::AcceptOlderGeneration);
        let attempt = &mut self.attempts[at];
        match control {
            Control::ToCoordinator(word) => {
                if *attempt.alive.last().expect("it has processes") {
                    let word = if accepts_any { word_of(word, attempt.generation) } else { word };
                    let commands = attempt.coordinator.on(Event::Word(word));
                    attempt.commands.extend(commands);
                }
            }
            Control::Order { generation, share, number } => {
                // A host drops what is of another attempt than the one that it runs.
                let shares =
                    attempt.shares.as_mut().filter(|_| attempt.alive[share] && generation == attempt.generation);
                shares
                    .and_then(|shares| shares.keepers[share].as_mut())
                    .into_iter()
                    .for_each(|keeper| keeper.on(Event::Begin(number)));
            }
            Control::ToNode(node, request) => {
                if attempt.alive[self.graph.nodes[node].share] {
                    let request = if accepts_any { request_of(request, attempt.generation) } else { request };
                    attempt.nodes[node].hear(request, &mut self.target)?;
                    self.send_words(at, node);
                }
            }
        }
        Ok(())
    }

    pub(super) fn deliver_frame(&mut self) -> Result<(), String> {
        if self.frames.is_empty() {
            return Ok(());
        }
        // In order on a connection, as a rule, and in none among them.
        let picked = self.chance.below(self.frames.len());
        let of = |frame: &Frame| (frame.at, frame.generation);
        let foremost = self.frames.iter().position(|frame| of(frame) == of(&self.frames[picked]));
        let taken = foremost.filter(|_| !self.chance.once_in(16)).unwrap_or(picked);
        let frame = self.frames.remove(taken);
        let Some(at) = self.hearer(frame.generation).filter(|_| !self.chance.once_in(16)) else { return Ok(()) };
        let (reader, end) = frame.at;
        let share = self.graph.nodes[reader].share;
        if !self.attempts[at].alive[share] {
            return Ok(());
        }
        if !self.attempts[at].has_room(&self.graph, frame.at) {
            self.frames.insert(taken, frame);
            return Ok(());
        }
        if self.chance.once_in(8) {
            self.frames.push(frame.clone());
        }
        let attempt = &mut self.attempts[at];
        let accepts_any = self.options.fault == Some(Fault::AcceptOlderGeneration);
        let generation = if accepts_any { attempt.generation } else { frame.generation };
        let link = attempt.links.get_mut(&frame.at).expect("frames are sent on links");
        if link.fence.came(generation, frame.sequence) == Fenced::Take {
            let next = link.fence.next();
            while link.unacknowledged.pop_front_if(|(sequence, _)| *sequence < next).is_some() {}
            attempt.nodes[reader].arrive(end, frame.slot);
            self.check_kept(at, reader)?;
            self.send_words(at, reader);
        }
        Ok(())
    }

    /// A sender sends again what it does not know to have come.
    pub(super) fn send_again(&mut self, at: usize) {
        let attempt = &self.attempts[at];
        if attempt.links.is_empty() || self.frames.len() > FRAMES_MAX {
            return;
        }
        let picked = self.chance.below(attempt.links.len());
        let (&(reader, end), link) = attempt.links.iter().nth(picked).expect("it is one of them");
        let from = self.graph.nodes[reader].ends[end].from;
        let on_its_way =
            self.frames.iter().any(|frame| frame.at == (reader, end) && frame.generation == attempt.generation);
        if on_its_way || !attempt.alive[self.graph.nodes[from].share] {
            return;
        }
        let generation = attempt.generation;
        let again = link.unacknowledged.iter().map(|(sequence, slot)| Frame {
            at: (reader, end),
            generation,
            sequence: *sequence,
            slot: slot.clone(),
        });
        self.frames.extend(again);
    }
}

fn id_of(id: CheckpointId, generation: Generation) -> CheckpointId {
    CheckpointId { generation, ..id }
}

/// A word as one hears it who does not look at generations.
fn word_of(word: Word, generation: Generation) -> Word {
    match word {
        Word::Acknowledged { id, record } => Word::Acknowledged { id: id_of(id, generation), record },
        Word::Refused { id, node, reason } => Word::Refused { id: id_of(id, generation), node, reason },
        Word::Finished { node, .. } => Word::Finished { generation, node },
        Word::Published { node, .. } => Word::Published { generation, node },
    }
}

fn request_of(request: Request, generation: Generation) -> Request {
    match request {
        Request::Begin(id) => Request::Begin(id_of(id, generation)),
        Request::CallOff(id) => Request::CallOff(id_of(id, generation)),
        Request::AskFinished(_) => Request::AskFinished(generation),
        Request::Publish(_) => Request::Publish(generation),
    }
}
