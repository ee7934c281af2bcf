//! The watch over a worker that runs: frames passed on, time limits kept, the user's wish to stop handed down.

use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::Supervision;
use super::child::{Said, Worker};
use super::outcome::{Verdict, call_time_max};
use crate::control::{Control, Observer};
use crate::job::Job;
use crate::wire::{Done, Event, Frame, Order};

/// How often the supervisor looks at the clock and the control.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// How much longer than its limit a call may take where the worker itself interrupts it, and knows more about it.
const INTERRUPTIBLE_GRACE: Duration = Duration::from_secs(2);

/// The watch over one worker.
pub(super) struct Watch<'a> {
    job: &'a Job,
    supervision: &'a Supervision,
    control: &'a Control,
    /// When the supervisor began.
    began: Instant,
    heard: Instant,
    asked_to_stop: Option<Instant>,
    /// The checkpoint that it was asked for last.
    checkpoint: u64,
    seen: Watched,
}

/// What was seen of a worker until it closed its standard output.
#[derive(Default)]
pub(super) struct Watched {
    /// How it went on, when last heard.
    pub(super) frame: Option<Frame>,
    /// When the worker's clock began, since the supervisor did: as late as a frame allows that was heard the soonest.
    pub(super) clock_began: Option<Duration>,
    /// How the run ended, by the worker's word.
    pub(super) done: Option<Done>,
    /// Why it was ended from here.
    pub(super) verdict: Option<Verdict>,
}

impl<'a> Watch<'a> {
    pub(super) fn new(job: &'a Job, supervision: &'a Supervision, control: &'a Control, began: Instant) -> Self {
        let heard = Instant::now();
        Watch { job, supervision, control, began, heard, asked_to_stop: None, checkpoint: 0, seen: Watched::default() }
    }

    /// Watches until the worker has nothing more to say, of its own or because it was ended.
    pub(super) fn until_the_end(mut self, worker: &mut Worker, observer: &mut dyn Observer) -> Watched {
        loop {
            let verdict = match worker.said.recv_timeout(LOOK_INTERVAL) {
                Ok(Said::Event(event)) => self.take(*event, observer),
                Ok(Said::Nonsense(line)) => Some(Verdict::Nonsense { line }),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return self.seen,
            };
            let verdict = verdict.or_else(|| self.look(worker));
            if let Some(verdict) = verdict
                && self.seen.done.is_none()
            {
                worker.kill();
                self.seen.verdict = Some(verdict);
                return self.seen;
            }
            if self.seen.done.is_some() {
                return self.seen;
            }
        }
    }

    fn take(&mut self, event: Event, observer: &mut dyn Observer) -> Option<Verdict> {
        self.heard = Instant::now();
        match event {
            Event::Notice(notice) => observer.notice(&notice),
            Event::Done(done) => self.seen.done = Some(done),
            Event::Frame(frame) => {
                let clock_began = (self.heard - self.began).saturating_sub(frame.elapsed);
                self.seen.clock_began = Some(self.seen.clock_began.map_or(clock_began, |known| known.min(clock_began)));
                observer.status(&frame.status());
                // A run that the user stopped ends as that, whatever hangs meanwhile.
                let overrun = self.asked_to_stop.is_none().then(|| self.overrun(&frame)).flatten();
                self.seen.frame = Some(frame);
                return overrun;
            }
        }
        None
    }

    fn overrun(&self, frame: &Frame) -> Option<Verdict> {
        let grace = if self.job.interruptible { INTERRUPTIBLE_GRACE } else { Duration::ZERO };
        frame.nodes.iter().enumerate().find_map(|(node, seen)| {
            let call = seen.call.as_ref()?;
            let limit = call_time_max(self.job, node)?;
            let spent = call.elapsed.saturating_sub(call.waited);
            (spent > limit + grace).then(|| Verdict::Overran { node, call: call.clone() })
        })
    }

    /// What the clock and the user say.
    fn look(&mut self, worker: &Worker) -> Option<Verdict> {
        if self.control.kill_requested() {
            return Some(Verdict::Stopped);
        }
        match self.asked_to_stop {
            None if self.control.stop_requested() => {
                worker.order(Order::Stop);
                self.asked_to_stop = Some(Instant::now());
            }
            Some(asked) if asked.elapsed() >= self.supervision.stop_grace => return Some(Verdict::Stopped),
            None | Some(_) => {}
        }
        let checkpoint = self.control.checkpoint_requested();
        if checkpoint > self.checkpoint {
            worker.order(Order::Checkpoint(checkpoint));
            self.checkpoint = checkpoint;
        }
        let silence = self.supervision.silence_max;
        (self.heard.elapsed() >= silence).then_some(Verdict::Silent { silence })
    }
}
