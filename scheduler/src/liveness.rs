//! Which hosts still live, by this process's own clock.
//!
//! A host's agent counts up a beat in the store. Here is remembered when each beat was first seen, so the clocks of two
//! machines are never compared: a host whose beat has not grown for a lease is silent, whatever anybody's clock says.
//! That is safe, because the agent counts its lease from when it sent its report, which is before any midtier
//! wrote the beat and before anybody saw it.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{HostId, HostRecord, Moment};

/// When each host's beat was last seen to grow.
#[derive(Clone, Debug)]
pub(crate) struct Liveness {
    lease: Duration,
    seen: HashMap<HostId, (u64, Duration)>,
}

impl Liveness {
    /// With the lease that midtiers give to hosts.
    pub(crate) fn new(lease: Duration) -> Self {
        Liveness { lease, seen: HashMap::new() }
    }

    /// Takes in what was observed at `elapsed` on a clock that never jumps.
    pub(crate) fn look(&mut self, hosts: &[HostRecord], elapsed: Duration) {
        let mut before = std::mem::take(&mut self.seen);
        let still = hosts.iter().map(|host| {
            let seen = before.remove(&host.id).filter(|(beat, _)| *beat == host.beat);
            (host.id.clone(), seen.unwrap_or((host.beat, elapsed)))
        });
        self.seen = still.collect();
    }

    /// Until when a host may act on its lease, as a time of the wall clock that is `now` at `elapsed`; nothing for one that
    /// was never looked at.
    pub(crate) fn lease_until(&self, host: &HostId, now: Moment, elapsed: Duration) -> Option<Moment> {
        let (_, seen) = self.seen.get(host)?;
        let until = *seen + self.lease;
        Some(match until.checked_sub(elapsed) {
            Some(left) => now.after(left),
            None => Moment(now.0.saturating_sub(i64::try_from((elapsed - until).as_micros()).unwrap_or(i64::MAX))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::host;

    const NOW: Moment = Moment(1_000_000_000);
    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn a_lease_counts_from_when_the_beat_was_first_seen() {
        let mut liveness = Liveness::new(S(10));
        let mut c7 = host("c7");
        assert_eq!(liveness.lease_until(&c7.id, NOW, S(0)), None);
        liveness.look(std::slice::from_ref(&c7), S(100));
        liveness.look(std::slice::from_ref(&c7), S(104));
        assert_eq!(liveness.lease_until(&c7.id, NOW, S(104)), Some(NOW.after(S(6))));
        assert_eq!(liveness.lease_until(&c7.id, NOW, S(113)), Some(Moment(NOW.0 - 3_000_000)));
        c7.beat += 1;
        liveness.look(std::slice::from_ref(&c7), S(113));
        assert_eq!(liveness.lease_until(&c7.id, NOW, S(113)), Some(NOW.after(S(10))));
    }

    #[test]
    fn a_host_that_is_gone_is_forgotten() {
        let mut liveness = Liveness::new(S(10));
        liveness.look(&[host("c7")], S(1));
        liveness.look(&[], S(2));
        assert_eq!(liveness.lease_until(&host("c7").id, NOW, S(2)), None);
    }
}
