//! What is done to whom, and when: all of a round, drawn from its seed. Pure; `round` and `alone` carry it out.

use std::fmt;
use std::time::Duration;

use crate::seeded::Seeded;

/// Hosts of the installation.
pub(crate) const HOSTS: usize = 3;
/// Midtiers of the installation.
pub(crate) const MIDTIERS: usize = 2;
/// Runs that are submitted in a round; one more is of `leat run`.
pub(crate) const SUBMITTED: usize = 3;

/// A round.
pub(crate) struct Plan {
    /// When each run is submitted, from the round's beginning, and whether each of its parts is to be on a host of its own.
    pub(crate) submitted: Vec<(Duration, bool)>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) alone: Alone,
}

/// Something bad, at a moment.
pub(crate) struct Fault {
    pub(crate) at: Moment,
    pub(crate) deed: Deed,
}

/// When.
#[derive(Clone, Copy)]
pub(crate) enum Moment {
    /// After the round has begun.
    Round(Duration),
    /// After a run is at work in its n-th attempt, or a later one.
    Attempt { run: usize, attempt: u64, after: Duration },
}

/// What is done. Hosts and midtiers are counted from 0.
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    /// One of the workers of a host, or of the next host that has any.
    KillWorker {
        host: usize,
        which: usize,
    },
    StopWorker {
        host: usize,
        which: usize,
        lasting: Duration,
    },
    /// Started again by its operator after so long, or by nobody but the midtier.
    KillAgent {
        host: usize,
        back: Option<Duration>,
    },
    StopAgent {
        host: usize,
        with_workers: bool,
        lasting: Duration,
    },
    KillMidtier {
        midtier: usize,
        back: Duration,
    },
    StopMidtier {
        midtier: usize,
        lasting: Duration,
    },
    KillBroker,
    StopBroker {
        lasting: Duration,
    },
    KillDatabase,
    StopDatabase {
        lasting: Duration,
    },
    /// All connections to the database, and none comes through.
    CutDatabase {
        lasting: Duration,
    },
}

/// What is done to a `leat run`, time after time, before it is let to its end.
pub(crate) struct Alone {
    /// The place of its process among all.
    pub(crate) process: usize,
    /// Each in an attempt of its own.
    pub(crate) faults: Vec<(AloneMoment, AloneDeed)>,
}

/// When something is done to a `leat run`.
#[derive(Clone, Copy)]
pub(crate) enum AloneMoment {
    /// So long after it was started: it may not have begun, or be at its end.
    Start(Duration),
    /// So long after it has completed its first checkpoint.
    Checkpoint(Duration),
}

#[derive(Clone, Copy)]
pub(crate) enum AloneDeed {
    KillWorker,
    KillSupervisor,
    KillBoth,
    StopWorker {
        lasting: Duration,
    },
    StopSupervisor {
        lasting: Duration,
    },
    /// The worker is stopped, its supervisor killed, and the next run begins before the worker goes on.
    Orphan {
        lasting: Duration,
    },
}

impl Plan {
    /// The round of a seed.
    pub(crate) fn of(seed: u64) -> Plan {
        let mut seeded = Seeded::new(seed);
        let submitted = (0..SUBMITTED).map(|_| (seeded.millis(0, 1_000), seeded.chance(60))).collect();
        let count = 2 + seeded.below(7);
        let mut faults = Vec::new();
        let mut broker_was_killed = false;
        while faults.len() < count {
            let fault = Fault { at: Moment::of(&mut seeded), deed: Deed::of(&mut seeded) };
            // A broker takes many seconds to come up: once a round is enough.
            let again = broker_was_killed && matches!(fault.deed, Deed::KillBroker);
            broker_was_killed |= matches!(fault.deed, Deed::KillBroker);
            if !again {
                faults.push(fault);
            }
        }
        Plan { submitted, faults, alone: Alone::of(&mut seeded) }
    }
}

impl Moment {
    fn of(seeded: &mut Seeded) -> Moment {
        if seeded.chance(50) {
            return Moment::Round(seeded.millis(0, 6_000));
        }
        let (run, attempt) = (seeded.below(SUBMITTED), 1 + seeded.below(3) as u64);
        Moment::Attempt { run, attempt, after: seeded.millis(0, 2_500) }
    }
}

impl Deed {
    fn of(seeded: &mut Seeded) -> Deed {
        let host = seeded.below(HOSTS);
        let midtier = seeded.below(MIDTIERS);
        // Around the lease of two seconds and its grace of one, on both sides.
        let lasting = seeded.millis(50, 6_000);
        match seeded.below(100) {
            0..28 => Deed::KillWorker { host, which: seeded.below(4) },
            28..36 => Deed::StopWorker { host, which: seeded.below(4), lasting },
            36..52 => Deed::KillAgent { host, back: seeded.chance(60).then(|| seeded.millis(0, 3_000)) },
            52..66 => Deed::StopAgent { host, with_workers: seeded.chance(50), lasting },
            66..76 => Deed::KillMidtier { midtier, back: seeded.millis(0, 4_000) },
            76..82 => Deed::StopMidtier { midtier, lasting },
            82..85 => Deed::KillBroker,
            85..89 => Deed::StopBroker { lasting },
            89..93 => Deed::KillDatabase,
            93..97 => Deed::StopDatabase { lasting },
            _ => Deed::CutDatabase { lasting },
        }
    }

    /// What is counted: the kind of the deed and its target.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Deed::KillWorker { .. } => "SIGKILL of a worker",
            Deed::StopWorker { .. } => "SIGSTOP of a worker",
            Deed::KillAgent { .. } => "SIGKILL of an agent",
            Deed::StopAgent { with_workers: false, .. } => "SIGSTOP of an agent",
            Deed::StopAgent { with_workers: true, .. } => "SIGSTOP of an agent and its workers",
            Deed::KillMidtier { .. } => "SIGKILL of a midtier",
            Deed::StopMidtier { .. } => "SIGSTOP of a midtier",
            Deed::KillBroker => "SIGKILL of the broker",
            Deed::StopBroker { .. } => "SIGSTOP of the broker",
            Deed::KillDatabase => "SIGKILL of the database",
            Deed::StopDatabase { .. } => "SIGSTOP of the database",
            Deed::CutDatabase { .. } => "connections to the database cut",
        }
    }
}

impl Alone {
    fn of(seeded: &mut Seeded) -> Alone {
        let process = seeded.below(SUBMITTED);
        let faults = (0..1 + seeded.below(3)).map(|_| (AloneMoment::of(seeded), AloneDeed::of(seeded))).collect();
        Alone { process, faults }
    }
}

impl AloneMoment {
    fn of(seeded: &mut Seeded) -> AloneMoment {
        match seeded.chance(80) {
            true => AloneMoment::Checkpoint(seeded.millis(0, 400)),
            false => AloneMoment::Start(seeded.millis(0, 1_600)),
        }
    }
}

impl AloneDeed {
    fn of(seeded: &mut Seeded) -> AloneDeed {
        let lasting = seeded.millis(50, 3_000);
        match seeded.below(100) {
            0..25 => AloneDeed::KillWorker,
            25..50 => AloneDeed::KillSupervisor,
            50..60 => AloneDeed::KillBoth,
            60..70 => AloneDeed::StopWorker { lasting },
            70..80 => AloneDeed::StopSupervisor { lasting },
            _ => AloneDeed::Orphan { lasting },
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            AloneDeed::KillWorker => "leat run: SIGKILL of its worker",
            AloneDeed::KillSupervisor => "leat run: SIGKILL of its supervisor",
            AloneDeed::KillBoth => "leat run: SIGKILL of both",
            AloneDeed::StopWorker { .. } => "leat run: SIGSTOP of its worker",
            AloneDeed::StopSupervisor { .. } => "leat run: SIGSTOP of its supervisor",
            AloneDeed::Orphan { .. } => "leat run: worker stopped, supervisor killed, worker let go in the next run",
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Round(after) => write!(f, "at {} ms", after.as_millis()),
            Moment::Attempt { run, attempt, after } => {
                write!(f, "{} ms into attempt {attempt} of run {run}", after.as_millis())
            }
        }
    }
}

impl fmt::Display for AloneMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AloneMoment::Start(after) => write!(f, "after {} ms", after.as_millis()),
            AloneMoment::Checkpoint(after) => write!(f, "{} ms after its first checkpoint", after.as_millis()),
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            Deed::KillWorker { host, .. } | Deed::StopWorker { host, .. } => write!(f, " of c{}", host + 1)?,
            Deed::KillAgent { host, back } => {
                write!(f, ", c{}", host + 1)?;
                back.map_or(Ok(()), |back| write!(f, ", started again after {} ms", back.as_millis()))?;
            }
            Deed::StopAgent { host, .. } => write!(f, ", c{}", host + 1)?,
            Deed::KillMidtier { midtier, back } => {
                write!(f, ", m{midtier}, started again after {} ms", back.as_millis())?;
            }
            Deed::StopMidtier { midtier, .. } => write!(f, ", m{midtier}")?,
            _ => {}
        }
        self.lasting().map_or(Ok(()), |lasting| write!(f, ", for {} ms", lasting.as_millis()))
    }
}

impl Deed {
    /// How long it lasts, where it does not go on by itself.
    pub(crate) fn lasting(&self) -> Option<Duration> {
        match self {
            Deed::StopWorker { lasting, .. }
            | Deed::StopAgent { lasting, .. }
            | Deed::StopMidtier { lasting, .. }
            | Deed::StopBroker { lasting }
            | Deed::StopDatabase { lasting }
            | Deed::CutDatabase { lasting } => Some(*lasting),
            _ => None,
        }
    }
}
