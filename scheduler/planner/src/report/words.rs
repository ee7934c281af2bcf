//! The words of reasons. Knows what people read, decides nothing.

use std::fmt::{self, Display, Formatter};

use super::{Ahead, Away, FailedRun, HostTrouble, Impossible, Reason, Refused};
use crate::resources::Cpu;
use crate::snapshot::Constraints;
use crate::time::Words;

impl Display for Reason {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Booting { host, since, usual } => {
                write!(f, "waits for host {host}, booting for {} of about {}", Words(*since), Words(*usual))
            }
            Reason::SwitchedOn { host, usual } => {
                write!(f, "waits for host {host}, which is switched on now and takes about {}", Words(*usual))
            }
            Reason::PreviousAttempt { host } => {
                write!(f, "waits until its previous attempt has ended on host {host}")
            }
            Reason::Quota { group, quota, used, needed } => {
                // The one that is in the way, not both.
                if used.plus(*needed).cpu_millis > quota.cpu_millis {
                    let (quota, used, needed) = (Cpu(quota.cpu_millis), Cpu(used.cpu_millis), Cpu(needed.cpu_millis));
                    return write!(
                        f,
                        "group {group} is at its quota of {quota}: it has {used}, this run needs {needed}"
                    );
                }
                let (quota, used, needed) = (quota.memory, used.memory, needed.memory);
                write!(f, "group {group} is at its quota of {quota}: it has {used}, this run needs {needed}")
            }
            Reason::Full { hosts, parts, ahead } => {
                match (hosts, parts) {
                    (1, 1) => f.write_str("the only host that fits is taken")?,
                    (_, 1) => write!(f, "the {hosts} hosts that fit are taken")?,
                    _ => write!(f, "its {parts} parts find no room together on the hosts that are free")?,
                }
                ahead.fmt(f)
            }
            Reason::Reserved { host, missing } => {
                write!(
                    f,
                    "next on host {host}, which is kept free for it: waits until {} more are free",
                    Missing(missing)
                )
            }
            Reason::StartingLimit { starting } => {
                write!(f, "waits for its turn to have a host switched on: {starting} are starting, the most at a time")
            }
            Reason::Away { host, why } => write!(f, "waits for host {host}, {why}"),
            Reason::Impossible { why, refused_in } => {
                let remedy = match why {
                    Impossible::OverQuota { .. } => "the quota is raised",
                    _ => "a host that fits is added",
                };
                write!(f, "{why}; it is refused in {} unless {remedy}", Words(*refused_in))
            }
        }
    }
}

struct Missing<'a>(&'a crate::resources::Resources);

impl Display for Missing<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.0.cpu_millis, self.0.memory.bytes()) {
            (cpu_millis, 0) => Cpu(cpu_millis).fmt(f),
            (0, _) => self.0.memory.fmt(f),
            _ => self.0.fmt(f),
        }
    }
}

impl Display for Ahead {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Ahead { higher: 0, all: 0 } => f.write_str("; first in line"),
            Ahead { higher: 0, all: 1 } => f.write_str("; behind 1 run"),
            Ahead { higher: 0, all } => write!(f, "; behind {all} runs"),
            Ahead { higher: 1, .. } => f.write_str("; behind 1 run of higher priority"),
            Ahead { higher, .. } => write!(f, "; behind {higher} runs of higher priority"),
        }
    }
}

impl Display for Away {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Away::Resting { more } => write!(f, "which went off a moment ago and rests for {} more", Words(*more)),
            Away::Stopping => f.write_str("which is going off before it can be switched on again"),
            Away::Silent => f.write_str("which has not renewed its lease"),
            Away::Failed { more, failures: 0 | 1 } => {
                write!(f, "which has failed and is tried again in {}", Words(*more))
            }
            Away::Failed { more, failures } => {
                write!(f, "which has failed {failures} times in a row and is tried again in {}", Words(*more))
            }
            Away::Cordoned => f.write_str("which an operator has cordoned"),
        }
    }
}

impl Display for Impossible {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Impossible::NoHosts => f.write_str("no host is known"),
            Impossible::Nothing => f.write_str("it asks for nothing: the run has no parts"),
            Impossible::NoSuchHost { part, constraints } => {
                Needs(part.as_ref()).fmt(f)?;
                write!(f, "a host{}; there is none", Wish(constraints))
            }
            Impossible::TooLarge { part, constraints, needed, largest } => {
                Needs(part.as_ref()).fmt(f)?;
                let wish = Wish(constraints);
                if needed.memory > largest.memory {
                    write!(f, "{} on one host{wish}; the largest such host has {}", needed.memory, largest.memory)
                } else if needed.cpu_millis > largest.cpu_millis {
                    let (needed, largest) = (Cpu(needed.cpu_millis), Cpu(largest.cpu_millis));
                    write!(f, "{needed} on one host{wish}; the largest such host has {largest}")
                } else {
                    write!(f, "{needed} on one host{wish}; no such host has both")
                }
            }
            Impossible::TooFewHosts { needed, known } => {
                write!(f, "asks for {needed} hosts, one for each of its parts; {known} can take one")
            }
            Impossible::TooMuch { needed, capacity } => {
                write!(f, "needs {needed} in all; the hosts it may use have {capacity} together")
            }
            Impossible::NoArrangement { parts } => {
                write!(f, "its {parts} parts cannot all have room at a time on the hosts that are known")
            }
            Impossible::OverQuota { group, needed, quota } => {
                write!(f, "needs {needed}; group {group} may have {quota}")
            }
        }
    }
}

struct Needs<'a>(Option<&'a crate::id::PartName>);

impl Display for Needs<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(part) => write!(f, "its part {part} needs "),
            None => f.write_str("needs "),
        }
    }
}

/// ` in region eu with gpu and nvme for aarch64 other than c1`, or nothing where anything will do.
struct Wish<'a>(&'a Constraints);

impl Display for Wish<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Constraints { regions, labels, architecture, not_on } = self.0;
        for (number, region) in regions.iter().enumerate() {
            write!(f, "{} {region}", if number == 0 { " in region" } else { " or" })?;
        }
        for (number, label) in labels.iter().enumerate() {
            write!(f, "{} {label}", if number == 0 { " with" } else { " and" })?;
        }
        if let Some(architecture) = architecture {
            write!(f, " for {architecture}")?;
        }
        for (number, host) in not_on.iter().enumerate() {
            write!(f, "{} {host}", if number == 0 { " other than" } else { " and" })?;
        }
        Ok(())
    }
}

impl Display for Refused {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Impossible(why) => why.fmt(f),
            Refused::WaitedTooLong { waited } => write!(f, "waited for {}, as long as a run may", Words(*waited)),
        }
    }
}

impl Display for FailedRun {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            FailedRun::NoAttemptsLeft { attempts: 1, lost } => {
                write!(f, "host {lost} was lost, and this was the only attempt it had")
            }
            FailedRun::NoAttemptsLeft { attempts, lost } => {
                write!(f, "host {lost} was lost in attempt {attempts}, the last one it had")
            }
        }
    }
}

impl Display for HostTrouble {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            HostTrouble::DidNotStart { waited } => write!(f, "was not ready after {}", Words(*waited)),
            HostTrouble::DidNotStop { waited } => write!(f, "was not off after {}", Words(*waited)),
            HostTrouble::LeaseLost => f.write_str("did not renew its lease"),
        }
    }
}
