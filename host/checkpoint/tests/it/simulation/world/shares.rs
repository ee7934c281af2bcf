//! The steps of shares that keep their own checkpoints, and of the lead that orders and joins them.

use leat_checkpoint::coordinator::{Command, Coordinator, Event};
use leat_checkpoint::message::{Request, Word};
use leat_checkpoint::store::CheckpointStore;

use super::World;
use super::network::Control;
use crate::simulation::attempt::roles;
use crate::simulation::shares::Brought;

impl World {
    /// What a node says to the keeper in its own process, which hears everything, and in order. Before all else, that the node has
    /// cut: its barrier may have come before the order.
    pub(super) fn say_to_keeper(&mut self, attempt: usize, node: usize, words: Vec<Word>) {
        let attempt = &mut self.attempts[attempt];
        let cut = attempt.nodes[node].cut_for;
        let keepers =
            attempt.shares.iter_mut().flat_map(|shares| shares.keepers[self.graph.nodes[node].share].as_mut());
        for keeper in keepers {
            keeper.on(Event::Begin(cut));
            words.iter().for_each(|word| keeper.on(Event::Word(word.clone())));
        }
    }

    /// The keeper of a share does what is foremost, or sees what time it is.
    fn step_keeper(&mut self, at: usize, share: usize) -> Result<(), String> {
        let attempt = &mut self.attempts[at];
        let age = attempt.age(self.steps);
        let keeper = attempt.shares.as_mut().and_then(|shares| shares.keepers[share].as_mut());
        let Some(keeper) = keeper.filter(|_| attempt.alive[share]) else { return Ok(()) };
        match keeper.commands.pop_front() {
            None => keeper.on(Event::Tick(age)),
            // In its own directory: nothing of it is public before all have ended.
            Some(Command::Send { request: Request::Publish(_), .. } | Command::Done) => {}
            Some(Command::Send { node, request }) => {
                let node = node as usize;
                attempt.nodes[node].hear(request, &mut self.target)?;
                self.send_words(at, node);
            }
            Some(Command::Record(record)) => {
                let id = record.id;
                let Ok(brought) = Brought::of(record, &self.store) else {
                    self.kill(at, share, None);
                    return Ok(());
                };
                keeper.on(Event::Recorded(id));
                attempt.shares.iter_mut().for_each(|shares| shares.shipped.push_back((share, brought.clone())));
            }
            // They lie where those of all others do, and are removed with them.
            Some(Command::KeepOnly(_)) => {}
        }
        Ok(())
    }

    /// Keepers and the lead do one thing each, perhaps.
    pub(super) fn step_shares(&mut self, at: usize) -> Result<(), String> {
        for share in 0..self.graph.shares {
            if !self.chance.once_in(3) {
                self.step_keeper(at, share)?;
            }
        }
        if self.chance.once_in(2) { self.step_lead(at) } else { Ok(()) }
    }

    /// The lead orders a checkpoint, takes in what shares have brought, and joins it.
    fn step_lead(&mut self, at: usize) -> Result<(), String> {
        let attempt = &mut self.attempts[at];
        let (age, generation, process) = (attempt.age(self.steps), attempt.generation, attempt.alive.len() - 1);
        let Some(shares) = attempt.shares.as_mut().filter(|_| attempt.alive[process]) else { return Ok(()) };
        let above = self.chance.between(1, 3);
        if let Some(number) = shares.order(age, &self.options.settings, above) {
            let orders = (0..self.graph.shares).map(|share| Control::Order { generation, share, number });
            self.controls.extend(orders);
            return Ok(());
        }
        if let Some(brought) = shares.shipped.pop_front() {
            shares.take(brought);
            return Ok(());
        }
        let Some(joined) = shares.join(self.graph.nodes.len() as u32, self.options.fault) else { return Ok(()) };
        self.arm(12, 8);
        let kept = joined.keep(&self.store);
        let swept = self.store.keep_only(generation, &[joined.record.id.number]);
        self.disk.die_after(None);
        let (Ok(id), Ok(())) = (kept, swept) else {
            self.kill(at, process, None);
            return Ok(());
        };
        self.figures.joined += 1;
        self.note_recorded(at, id);
        if joined.record.last {
            let attempt = &mut self.attempts[at];
            attempt.shares = None;
            let nodes = roles(&self.graph);
            attempt.coordinator = Coordinator::new(generation, &nodes, &joined.record, self.options.settings);
        }
        Ok(())
    }
}
