//! What becomes of hosts: switched on, up, idle, lost, off.

use leat_planner::id::HostId;
use leat_planner::{Plan, Power, PowerState};

use super::chance::{boot_fails, lost_after};
use super::events::Event;
use super::observe::EVER;
use super::{LOOK_INTERVAL, World};

impl World<'_> {
    /// A host that stays on is ready when the first run comes.
    pub(super) fn is_on_from_the_start(&mut self, number: usize) {
        self.machines[number].switch_on(self.now);
        self.snapshot.hosts[number].keep_on_until = Some(EVER);
        self.is_ready(number);
    }

    pub(super) fn commit_power(&mut self, plan: &Plan) {
        for failed in &plan.mark_failed {
            self.is_failed(&failed.host);
        }
        for host in &plan.undrain {
            let number = self.number(host);
            self.set(number, PowerState::Ready);
            self.foresee_idle(number);
        }
        for host in &plan.power_on {
            self.switch_on(self.number(host));
        }
        for host in &plan.drain {
            let number = self.number(host);
            self.snapshot.hosts[number].power.failures = self.counted(number);
            self.set(number, PowerState::Draining);
        }
        for host in &plan.power_off {
            self.switch_off(self.number(host));
        }
    }

    /// The failures of a host that are not forgotten.
    fn counted(&self, number: usize) -> u32 {
        let host = &self.snapshot.hosts[number];
        self.policy.power.still_counted(host.power.failures, host.up_since.map(|up| self.now.since(up)))
    }

    fn set(&mut self, number: usize, state: PowerState) {
        let host = &mut self.snapshot.hosts[number];
        host.power = Power { state, since: self.now, ..host.power };
    }

    fn switch_on(&mut self, number: usize) {
        self.set(number, PowerState::Starting);
        self.machines[number].switch_on(self.now);
        self.count.boots += 1;
        let boot = self.machines[number].boot;
        if boot_fails(&self.fleet.faults, number, boot) {
            self.count.boot_failures += 1;
        } else {
            let up = self.now.after(self.given[number].boot_time);
            self.events.push(up, Event::HostUp { host: number, boot });
        }
        self.events.push(self.now.after(self.policy.power.boot_timeout), Event::HostLook { host: number });
    }

    /// A host takes work, if nobody has given it up meanwhile.
    pub(super) fn host_up(&mut self, number: usize, boot: u32) -> bool {
        let is_awaited = matches!(self.power(number), PowerState::Starting | PowerState::Failed);
        if self.machines[number].boot != boot || !is_awaited {
            return false;
        }
        self.is_ready(number);
        true
    }

    fn is_ready(&mut self, number: usize) {
        let (now, boot) = (self.now, self.machines[number].boot);
        let host = &mut self.snapshot.hosts[number];
        host.boot_time_seen = (host.power.state == PowerState::Starting).then(|| now.since(host.power.since));
        host.power = Power { state: PowerState::Ready, since: now, ..host.power };
        // Its agent reports in time, until it is lost.
        (host.lease_until, host.up_since, host.idle_since) = (Some(EVER), Some(now), Some(now));
        if let Some(after) = lost_after(&self.fleet.faults, number, boot) {
            self.events.push(now.after(after), Event::HostLost { host: number, boot });
        }
        self.foresee_idle(number);
    }

    /// A host without work goes off after a while.
    pub(super) fn foresee_idle(&mut self, number: usize) {
        let (host, power) = (&self.snapshot.hosts[number], &self.policy.power);
        let (Some(up), Some(idle)) = (host.up_since, host.idle_since) else { return };
        if !self.stays_on(number) {
            let due = idle.max(up).after(power.idle_timeout).max(up.after(power.minimum_up));
            self.events.push(due.max(self.now), Event::HostLook { host: number });
        }
    }

    /// A host falls silent: what it does has no end any more, and is begun again once its lease is over.
    pub(super) fn host_lost(&mut self, number: usize, boot: u32) -> bool {
        let is_up = matches!(self.power(number), PowerState::Ready | PowerState::Draining);
        if self.machines[number].boot != boot || !is_up {
            return false;
        }
        self.count.losses += 1;
        self.machines[number].is_lost = true;
        for run in self.machines[number].runs.iter().copied().collect::<Vec<_>>() {
            self.is_silent(run);
            self.silent.insert(number);
        }
        self.note_work(number);
        let lease = self.now.after(self.fleet.lease);
        self.snapshot.hosts[number].lease_until = Some(lease);
        self.events.push(lease, Event::HostLook { host: number });
        self.events.push(lease.after(self.policy.power.lease_grace), Event::HostLook { host: number });
        !self.lines.is_empty()
    }

    fn is_failed(&mut self, host: &HostId) {
        let number = self.number(host);
        let counted = self.counted(number);
        self.set(number, PowerState::Failed);
        let host = &mut self.snapshot.hosts[number];
        host.power.failures = counted.saturating_add(1);
        // Its lease has ended, or it never had one: nothing executes there.
        host.holds.clear();
        (host.lease_until, host.up_since) = (None, None);
        let rest = self.policy.power.rest_after(host.power.failures);
        self.events.push(self.now.after(rest), Event::HostLook { host: number });
    }

    fn switch_off(&mut self, number: usize) {
        self.set(number, PowerState::Stopping);
        let host = &mut self.snapshot.hosts[number];
        (host.lease_until, host.up_since) = (None, None);
        let boot = self.machines[number].boot;
        // One that went off later than it was waited for is found off now.
        let takes = if self.machines[number].is_on() { self.fleet.stop_time } else { std::time::Duration::ZERO };
        self.events.push(self.now.after(takes), Event::HostOff { host: number, boot });
        self.events.push(self.now.after(self.policy.power.stop_timeout), Event::HostLook { host: number });
    }

    pub(super) fn host_off(&mut self, number: usize, boot: u32) -> bool {
        if self.machines[number].boot != boot {
            return false;
        }
        self.machines[number].power_is_off(self.now);
        if self.power(number) != PowerState::Stopping {
            return false;
        }
        self.set(number, PowerState::Off);
        if self.stays_on(number) {
            // Who never switches it off does not leave it off either.
            self.switch_on(number);
        }
        self.events.push(self.now.after(self.policy.power.minimum_off), Event::HostLook { host: number });
        !self.lines.is_empty()
    }

    /// Answers whether the planner would do something about a host by now, which has been in its state for a while.
    pub(super) fn host_look(&mut self, number: usize) -> bool {
        let (host, power) = (&self.snapshot.hosts[number], &self.policy.power);
        let in_state = self.now.since(host.power.since);
        match host.power.state {
            PowerState::Off => in_state >= power.minimum_off && !self.lines.is_empty(),
            PowerState::Starting => in_state >= power.boot_timeout,
            PowerState::Stopping => in_state >= power.stop_timeout,
            PowerState::Failed => in_state >= power.rest_after(host.power.failures),
            PowerState::Ready | PowerState::Draining if self.machines[number].is_lost => true,
            PowerState::Ready | PowerState::Draining => {
                let is_due = self.is_idle_for_long(number);
                if is_due {
                    // Should the planner want it a little longer, for a run that it keeps it free for.
                    self.events.push(self.now.after(LOOK_INTERVAL), Event::HostLook { host: number });
                }
                is_due
            }
        }
    }

    fn is_idle_for_long(&self, number: usize) -> bool {
        let (host, power) = (&self.snapshot.hosts[number], &self.policy.power);
        let (Some(up), Some(idle)) = (host.up_since, host.idle_since) else { return false };
        let is_long = self.now.since(idle.max(up)) >= power.idle_timeout && self.now.since(up) >= power.minimum_up;
        is_long && !self.stays_on(number)
    }
}
