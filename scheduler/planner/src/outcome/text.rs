//! An outcome as text: what `plan` would do and why the rest waits, a line for each, for operators and for tests.

use std::fmt::{self, Display, Formatter};

use super::{Outcome, Plan};
use crate::id::HostId;
use crate::report::Report;

impl Display for Outcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.plan, self.report)
    }
}

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for recovery in &self.recover {
            let (run, generation, lost) = (&recovery.run, recovery.generation, &recovery.lost);
            writeln!(f, "recover {run}: generation {generation} was lost with host {lost}")?;
        }
        for failure in &self.fail {
            writeln!(f, "fail {}: {}", failure.run, failure.reason)?;
        }
        for refusal in &self.refuse {
            writeln!(f, "refuse {}: {}", refusal.run, refusal.reason)?;
        }
        for placement in &self.place {
            let (run, generation, attempt) = (&placement.run, placement.generation, placement.attempt);
            write!(f, "place {run} (generation {generation}, attempt {attempt}):")?;
            for (number, seated) in placement.parts.iter().enumerate() {
                write!(f, "{} {} on {}", if number == 0 { "" } else { "," }, seated.part, seated.host)?;
            }
            writeln!(f)?;
        }
        hosts(f, "power on", &self.power_on)?;
        hosts(f, "drain", &self.drain)?;
        hosts(f, "undrain", &self.undrain)?;
        hosts(f, "power off", &self.power_off)?;
        for failed in &self.mark_failed {
            writeln!(f, "mark failed {}: {}", failed.host, failed.trouble)?;
        }
        Ok(())
    }
}

fn hosts(f: &mut Formatter<'_>, what: &str, hosts: &[HostId]) -> fmt::Result {
    hosts.iter().try_for_each(|host| writeln!(f, "{what} {host}"))
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.waiting.iter().try_for_each(|waiting| writeln!(f, "{}: {}", waiting.run, waiting.reason))
    }
}
