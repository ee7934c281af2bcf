//! Where a node's snapshot is cut, and which batches that are on their way to it belong in it.
//!
//! Told by the engine of everything that arrives at the ends of a node's queues and of every batch that is taken from them.
//!
//! Barriers lie between the batches of a queue, and the node takes batches in an order that depends on the batches alone
//! ([`Order`](crate::order::Order)). To hold back a queue whose barrier has come until those of the others have, and to go on with the
//! others meanwhile, would make the order depend on where barriers lie: on time. So nothing is held back. The cut is a place
//! in the order of delivery: at the latest where the next thing wanted is the barrier, and as early as its arrival at any
//! end. Of the ends that are behind there, what comes before their barrier is kept beside the state, whether the node takes
//! it meanwhile or not: on recovery it comes first, and what the restored writer sends comes after it. An end whose writer
//! has finished is at its barrier with its end.

/// What has become of an end's barrier in the cut that is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    /// It has not come: what arrives is kept.
    Open,
    /// It has come.
    ByBarrier,
    /// The end of the queue has come instead.
    ByEnd,
}

/// Something that arrives at an end of a queue, in the order of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A batch of so many bytes.
    Batch {
        /// As the queue counts them.
        bytes: u64,
    },
    /// The barrier of a checkpoint of this generation.
    Barrier(u64),
    /// There is no more.
    End,
}

/// Why a node gives up a checkpoint. The run goes on, without this checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GivenUp {
    /// A newer checkpoint has begun, so that this one is over, whole or not.
    #[error("checkpoint {by} has begun")]
    Superseded {
        /// Which.
        by: u64,
    },
    /// More was on its way to the node than a checkpoint may keep.
    #[error("{bytes} bytes of batches are on their way to it, and a checkpoint may keep {bytes_max}")]
    TooMuchOnTheWay {
        /// So much, at least.
        bytes: u64,
        /// So much may.
        bytes_max: u64,
    },
    /// The coordinator has said so.
    #[error("it was called off")]
    CalledOff,
    /// The node came to its end, because nobody wants more of it, before its snapshot was whole.
    #[error("the node came to its end before its snapshot was whole")]
    CameToItsEnd,
}

/// What follows from an arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// The batch belongs in the cut: a reference to it is to be kept beside the queue.
    pub keep: bool,
    /// The cut is whole now: [`Alignment::take`] gives it.
    pub aligned: bool,
    /// The checkpoint that is given up, and why; what was kept for it can go.
    pub given_up: Option<(u64, GivenUp)>,
}

/// Whether a barrier that the node has come to is where it cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// It is: [`Alignment::cut`] must be called before another batch is taken.
    Cut,
    /// The cut was made, or the checkpoint is over: the barrier is nothing any more.
    Pass,
}

/// One end in a cut that has just been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndCut {
    /// So many of the batches that wait at the end, from the foremost, belong in the cut.
    pub waiting: u64,
    /// Its barrier or its end has come: nothing more is kept of it.
    pub closed: bool,
}

/// A cut that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlignedCut {
    /// Of which checkpoint.
    pub number: u64,
    /// By end: what its part says.
    pub ends: Vec<crate::snapshot::EndState>,
}

/// The barriers of one node. Its memory is bounded by the number of its ends.
#[derive(Clone, Debug)]
pub struct Alignment {
    ends: Vec<EndTrack>,
    cut: Option<Cut>,
    /// The highest number that was cut, given up or called off.
    settled: u64,
    /// The highest number whose barrier has arrived anywhere.
    newest: u64,
    /// The highest number that the coordinator has asked for.
    asked: u64,
    kept_bytes_max: u64,
}

#[derive(Clone, Debug, Default)]
struct EndTrack {
    arrived: Amount,
    delivered: Amount,
    ended: bool,
    /// The newest barrier that arrived, and what had before it.
    barrier: Option<(u64, Amount)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Amount {
    batches: u64,
    bytes: u64,
}

#[derive(Clone, Debug)]
struct Cut {
    number: u64,
    ends: Vec<CutEnd>,
    kept_bytes: u64,
}

#[derive(Clone, Copy, Debug)]
struct CutEnd {
    delivered: u64,
    kept: u64,
    closed: Closed,
}

impl Alignment {
    /// For a node with so many ends; a cut may keep so many bytes of batches that are on their way.
    pub fn new(ends: usize, kept_bytes_max: u64) -> Self {
        let ends = vec![EndTrack::default(); ends];
        Alignment { ends, cut: None, settled: 0, newest: 0, asked: 0, kept_bytes_max }
    }

    /// For a restored node. What was kept is then to arrive anew ([`Alignment::arrived`]), before anything else, and the
    /// end of those that had ended.
    pub fn restored(ends: &[crate::snapshot::EndState], kept_bytes_max: u64) -> Self {
        let mut alignment = Alignment::new(ends.len(), kept_bytes_max);
        for (track, end) in alignment.ends.iter_mut().zip(ends) {
            track.arrived.batches = end.delivered;
            track.delivered.batches = end.delivered;
        }
        alignment
    }

    /// Something has arrived at an end.
    pub fn arrived(&mut self, end: usize, arrival: Arrival) -> Noted {
        let track = &mut self.ends[end];
        match arrival {
            Arrival::Batch { bytes } => {
                track.arrived.batches += 1;
                track.arrived.bytes += bytes;
                self.keep(end, bytes)
            }
            Arrival::Barrier(number) => {
                if track.ended || track.barrier.is_some_and(|(newest, _)| newest >= number) {
                    return Noted::default();
                }
                track.barrier = Some((number, track.arrived));
                self.newest = self.newest.max(number);
                if let Some(cut) = &self.cut
                    && cut.number < number
                {
                    let given_up = self.give_up(cut.number, GivenUp::Superseded { by: number });
                    return Noted { given_up, ..Noted::default() };
                }
                self.close(end, number, Closed::ByBarrier)
            }
            Arrival::End => {
                track.ended = true;
                let number = self.cut.as_ref().map_or(0, |cut| cut.number);
                self.close(end, number, Closed::ByEnd)
            }
        }
    }

    /// The coordinator asks for a checkpoint. The node waits for its barrier all the same, unless all its writers have
    /// finished: then none brings it, and the node, which may have much to do yet, begins by itself as a source does.
    pub fn asked(&mut self, number: u64) {
        self.asked = self.asked.max(number);
    }

    /// A batch was taken from an end.
    pub fn delivered(&mut self, end: usize, bytes: u64) {
        let delivered = &mut self.ends[end].delivered;
        delivered.batches += 1;
        delivered.bytes += bytes;
    }

    /// How many batches were taken from an end since the run began.
    pub fn batches_delivered(&self, end: usize) -> u64 {
        self.ends[end].delivered.batches
    }

    /// The next thing wanted is the barrier of this checkpoint.
    pub fn reached(&self, number: u64) -> Reached {
        if self.due() == Some(number) { Reached::Cut } else { Reached::Pass }
    }

    /// The checkpoint whose barrier has arrived, or can arrive no more, and that has no cut yet. The cut may be made at once, which a node that
    /// takes no batches for long (it waits for a signal, say) should do.
    pub fn due(&self) -> Option<u64> {
        let asked = if self.ends.iter().all(|end| end.ended) { self.asked } else { 0 };
        Some(self.newest.max(asked)).filter(|due| *due > self.settled)
    }

    /// Whether the node, which the coordinator has asked, may cut before any barrier has come: the checkpoint is not over, and no newer
    /// one has begun. Of use to one that has not started, since it takes nothing until it does.
    pub fn may_cut(&self, number: u64) -> bool {
        number > self.settled && number >= self.newest
    }

    /// Cuts here, between two batches, for the checkpoint that is [`due`](Alignment::due). The state of the node and its
    /// order are to be snapshot as they are now, and the barrier to be passed on behind everything that was sent for what
    /// was taken.
    ///
    /// # Errors
    /// Where more is on its way than may be kept. The barrier is to be passed on all the same.
    pub fn cut(&mut self, number: u64) -> Result<Vec<EndCut>, GivenUp> {
        self.settled = self.settled.max(number);
        let mut kept_bytes = 0;
        let ends = self.ends.iter().map(|track| {
            let (upto, closed) = match track.barrier {
                Some((newest, upto)) if newest == number => (upto, Closed::ByBarrier),
                _ if track.ended => (track.arrived, Closed::ByEnd),
                _ => (track.arrived, Closed::Open),
            };
            kept_bytes += upto.bytes.saturating_sub(track.delivered.bytes);
            let kept = upto.batches.saturating_sub(track.delivered.batches);
            CutEnd { delivered: track.delivered.batches, kept, closed }
        });
        let ends: Vec<CutEnd> = ends.collect();
        if kept_bytes > self.kept_bytes_max {
            self.cut = None;
            return Err(GivenUp::TooMuchOnTheWay { bytes: kept_bytes, bytes_max: self.kept_bytes_max });
        }
        let cuts = ends.iter().map(|end| EndCut { waiting: end.kept, closed: end.closed != Closed::Open }).collect();
        self.cut = Some(Cut { number, ends, kept_bytes });
        Ok(cuts)
    }

    /// The cut, once it is whole; it is given once.
    pub fn take(&mut self) -> Option<AlignedCut> {
        let cut = self.cut.take_if(|cut| cut.is_aligned())?;
        let state = |end: &CutEnd| crate::snapshot::EndState {
            delivered: end.delivered,
            waiting: end.kept,
            ended: end.closed == Closed::ByEnd,
        };
        Some(AlignedCut { number: cut.number, ends: cut.ends.iter().map(state).collect() })
    }

    /// The coordinator has called off a checkpoint: nothing is kept for it any more.
    pub fn call_off(&mut self, number: u64) -> Option<(u64, GivenUp)> {
        self.settled = self.settled.max(number);
        self.give_up(number, GivenUp::CalledOff)
    }

    /// The node takes no more, though there may be more. A cut that is not whole can never be: its checkpoint is to be refused,
    /// since what the node has sent behind the barrier belongs to nothing.
    pub fn unread(&mut self) -> Option<(u64, GivenUp)> {
        let number = self.cut.as_ref()?.number;
        self.give_up(number, GivenUp::CameToItsEnd)
    }

    fn keep(&mut self, end: usize, bytes: u64) -> Noted {
        let Some(cut) = self.cut.as_mut().filter(|cut| cut.ends[end].closed == Closed::Open) else {
            return Noted::default();
        };
        cut.ends[end].kept += 1;
        cut.kept_bytes += bytes;
        if cut.kept_bytes <= self.kept_bytes_max {
            return Noted { keep: true, ..Noted::default() };
        }
        let reason = GivenUp::TooMuchOnTheWay { bytes: cut.kept_bytes, bytes_max: self.kept_bytes_max };
        let number = cut.number;
        Noted { given_up: self.give_up(number, reason), ..Noted::default() }
    }

    fn close(&mut self, end: usize, number: u64, closed: Closed) -> Noted {
        let Some(cut) = self.cut.as_mut().filter(|cut| cut.number == number) else {
            return Noted::default();
        };
        if cut.ends[end].closed == Closed::Open {
            cut.ends[end].closed = closed;
        }
        Noted { aligned: cut.is_aligned(), ..Noted::default() }
    }

    fn give_up(&mut self, number: u64, reason: GivenUp) -> Option<(u64, GivenUp)> {
        self.cut.take_if(|cut| cut.number == number).map(|cut| (cut.number, reason))
    }
}

impl Cut {
    fn is_aligned(&self) -> bool {
        self.ends.iter().all(|end| end.closed != Closed::Open)
    }
}
