//! Messages between the control side and machines: late, lost and doubled while things go wrong.

use leat_planner::id::{Generation, RunId};
use leat_planner::{Resources, Time};

use super::chance::Chance;

/// What is said.
#[derive(Clone, Debug)]
pub(super) enum Message {
    /// To a machine: execute this. Refused by another session than the one it was planned for.
    Dispatch { run: RunId, generation: Generation, session: u64, resources: Resources, seconds: u64 },
    /// To a machine: this generation and all before it are over, and to be refused from now on.
    Fence { run: RunId, generation: Generation },
    /// To a machine: what was asked for in a heartbeat.
    Lease { session: u64, until: Time },
    /// To the control side, from a machine.
    Heartbeat(Heartbeat),
}

/// What a machine says of itself.
#[derive(Clone, Debug)]
pub(super) struct Heartbeat {
    pub(super) session: u64,
    pub(super) sent: Time,
    /// Generations that have ended well.
    pub(super) done: Vec<(RunId, Generation)>,
    /// Generations that do not execute there and never will.
    pub(super) over: Vec<(RunId, Generation)>,
}

/// Messages on their way, each to or from one machine.
#[derive(Default)]
pub(super) struct Network {
    /// When it arrives, a number that breaks ties, the machine, the message.
    on_their_way: Vec<(Time, u64, usize, Message)>,
    sent: u64,
    /// Whether messages are lost, doubled and long on their way.
    pub(super) trouble: bool,
}

impl Network {
    pub(super) fn send(&mut self, machine: usize, message: Message, now: Time, chance: &mut Chance) {
        let trouble = self.trouble;
        let copies = match chance.number(0..100) {
            0..8 if trouble => 0,
            8..14 if trouble => 2,
            _ => 1,
        };
        for _ in 0..copies {
            // Mostly at once; while there is trouble sometimes minutes late.
            let seconds = match chance.number(0..100) {
                0..80 => 0,
                80..97 => chance.number(0..15),
                _ if trouble => chance.number(0..400),
                _ => 0,
            };
            self.sent += 1;
            let arrives = now.after(std::time::Duration::from_secs(seconds));
            self.on_their_way.push((arrives, self.sent, machine, message.clone()));
        }
    }

    /// What has arrived, in its order.
    pub(super) fn arrived(&mut self, now: Time) -> Vec<(usize, Message)> {
        let mut arrived: Vec<_> = self.on_their_way.extract_if(.., |(at, ..)| *at <= now).collect();
        arrived.sort_by_key(|(at, number, ..)| (*at, *number));
        arrived.into_iter().map(|(_, _, machine, message)| (machine, message)).collect()
    }
}
