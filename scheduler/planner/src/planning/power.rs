//! Which hosts go on and off. Every state of a host but `off` and `ready` has a deadline here, and a way out of it.

use std::time::Duration;

use crate::outcome::{FailedHost, Plan};
use crate::policy::PowerPolicy;
use crate::report::HostTrouble;
use crate::snapshot::{Host, PowerState};
use crate::time::Time;

use super::fleet::{Fleet, Seat};
use super::observed::{Observed, Seen};

/// What is done about one host.
enum Move {
    On,
    Drain,
    Undrain,
    Off,
    Fail(HostTrouble),
}

/// Adds to the plan what is to be done about the hosts, in the order of their ids.
pub(super) fn decide(observed: &Observed<'_>, fleet: &Fleet<'_>, now: Time, policy: &PowerPolicy, plan: &mut Plan) {
    for (seen, seat) in observed.hosts.iter().zip(fleet.seats()) {
        let Some(decided) = decide_one(seen, seat, now, policy) else { continue };
        let host = seen.host.id.clone();
        match decided {
            Move::On => plan.power_on.push(host),
            Move::Drain => plan.drain.push(host),
            Move::Undrain => plan.undrain.push(host),
            Move::Off => plan.power_off.push(host),
            Move::Fail(trouble) => plan.mark_failed.push(FailedHost { host, trouble }),
        }
    }
}

fn decide_one(seen: &Seen<'_>, seat: &Seat<'_>, now: Time, policy: &PowerPolicy) -> Option<Move> {
    let host = seen.host;
    let in_state = now.since(host.power.since);
    let is_needed = seen.is_busy || seat.is_claimed;
    match host.power.state {
        PowerState::Off => seat.is_claimed.then_some(Move::On),
        PowerState::Starting => {
            overdue(in_state, policy.boot_timeout).map(|waited| Move::Fail(HostTrouble::DidNotStart { waited }))
        }
        PowerState::Ready | PowerState::Draining if seen.is_gone => Some(Move::Fail(HostTrouble::LeaseLost)),
        PowerState::Ready if host.cordoned => Some(Move::Drain),
        PowerState::Ready => (!is_needed && may_go_off(host, now, policy)).then_some(Move::Drain),
        PowerState::Draining if seat.is_claimed => Some(Move::Undrain),
        // Whatever arrived there meanwhile runs on; the host may as well take more.
        PowerState::Draining if seen.is_busy => {
            (!host.cordoned && in_state >= policy.drain_timeout).then_some(Move::Undrain)
        }
        PowerState::Draining if is_kept_on(host, now) && !host.cordoned => Some(Move::Undrain),
        PowerState::Draining => Some(Move::Off),
        PowerState::Stopping => {
            overdue(in_state, policy.stop_timeout).map(|waited| Move::Fail(HostTrouble::DidNotStop { waited }))
        }
        // Off is the one state that a host can be brought to whatever is the matter with it. It holds nothing: its
        // lease has ended, or its runs have.
        PowerState::Failed => {
            (!seen.is_busy && in_state >= policy.rest_after(host.power.failures)).then_some(Move::Off)
        }
    }
}

fn overdue(in_state: Duration, deadline: Duration) -> Option<Duration> {
    (in_state >= deadline).then_some(in_state)
}

/// Whether an idle host has been so for long enough. One of which it is not known counts from when it came up.
fn may_go_off(host: &Host, now: Time, policy: &PowerPolicy) -> bool {
    let up_since = host.up_since.unwrap_or(host.power.since);
    let idle = now.since(host.idle_since.unwrap_or(up_since).max(up_since));
    idle >= policy.idle_timeout && now.since(up_since) >= policy.minimum_up && !is_kept_on(host, now)
}

fn is_kept_on(host: &Host, now: Time) -> bool {
    host.keep_on_until.is_some_and(|until| until > now)
}
