//! A round on the installation: runs are submitted, things are done to whoever works for them, and every run is seen to its end.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use leat_tests::processes::signal;

use crate::judge;
use crate::plan::{Deed, HOSTS, Moment, Plan};
use crate::playpens::Process;
use crate::stage::Stage;
use crate::tally::Tally;
use crate::watch::Watched;

/// How often a run is asked for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(80);
/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_millis(5);
/// How long a run may take to its end once nothing is done to it any more.
const PATIENCE: Duration = Duration::from_secs(120);

/// What ends a fault that lasts.
enum Cure {
    Continue(Vec<i32>),
    SwitchOn(usize),
    StartMidtier(usize),
    Thaw(&'static str),
    MendDatabase,
}

/// A round that goes on.
pub(crate) struct Round<'a> {
    stage: &'a mut Stage,
    processes: &'a [Process],
    plan: &'a Plan,
    seed: u64,
    begun: Instant,
    runs: Vec<Watched>,
    /// Which faults were done, or found nobody.
    done: Vec<bool>,
    cures: Vec<(Instant, &'static str, Cure)>,
    /// Services that are being started again.
    chores: Vec<(&'static str, Child)>,
    looked: Instant,
}

impl<'a> Round<'a> {
    pub(crate) fn new(stage: &'a mut Stage, processes: &'a [Process], plan: &'a Plan, seed: u64) -> Self {
        let runs = (0..processes.len()).map(Watched::new).collect();
        let (done, now) = (vec![false; plan.faults.len()], Instant::now());
        Round {
            stage,
            processes,
            plan,
            seed,
            begun: now,
            runs,
            done,
            cures: Vec::new(),
            chores: Vec::new(),
            looked: now,
        }
    }

    /// Goes on until every run has ended and everything runs again.
    pub(crate) fn run(mut self, tally: &mut Tally) -> Result<()> {
        let mut quiet_since = Instant::now();
        loop {
            self.submit()?;
            let was_done = self.faults(tally)? | self.cures()?;
            if was_done || !self.cures.is_empty() || !self.chores.is_empty() {
                quiet_since = Instant::now();
            }
            self.look(tally);
            let all_ended = self.runs.iter().all(Watched::has_ended);
            if all_ended && self.cures.is_empty() && self.chores.is_empty() {
                break;
            }
            if quiet_since.elapsed() > PATIENCE {
                for run in self.runs.iter().filter(|run| !run.has_ended()) {
                    let (name, last) = (self.processes[run.process].name, &run.last);
                    tally.violation(self.seed, format!("{name} is stuck in attempt {}: {last}", run.attempts));
                }
                break;
            }
            std::thread::sleep(TICK);
        }
        for (fault, _) in self.plan.faults.iter().zip(&self.done).filter(|(_, done)| !**done) {
            tally.deed(fault.deed.kind(), false);
        }
        for dead in self.stage.mend()? {
            tally.violation(self.seed, dead);
        }
        judge::all(self.stage, self.processes, &self.runs, self.seed, tally);
        Ok(())
    }

    /// Submits what is due and was not taken in yet.
    fn submit(&mut self) -> Result<()> {
        for (place, (after, spread)) in self.plan.submitted.iter().enumerate() {
            if self.runs[place].id.is_none() && self.begun.elapsed() >= *after {
                let key = format!("torture-{}-{place}-{}", self.seed, std::process::id());
                self.runs[place].id = self.stage.submit(place, *spread, &key)?;
            }
        }
        Ok(())
    }

    /// Does what is due; answers whether anything was.
    fn faults(&mut self, tally: &mut Tally) -> Result<bool> {
        let mut any = false;
        let plan = self.plan;
        for (place, fault) in plan.faults.iter().enumerate() {
            let since = match fault.at {
                Moment::Round(after) => Some(self.begun + after),
                Moment::Attempt { run, attempt, after } => {
                    self.runs[run].at_work_since(attempt).map(|since| since + after)
                }
            };
            // Nobody is killed for a run that is over.
            let is_due = !self.done[place] && since.is_some_and(|at| Instant::now() >= at);
            if is_due && !self.runs.iter().all(Watched::has_ended) {
                self.done[place] = true;
                any = true;
                let is_done = self.inflict(&fault.deed)?;
                tally.deed(fault.deed.kind(), is_done);
                let at = self.begun.elapsed().as_millis();
                println!("  {at:>6} ms: {}{}", fault.deed, if is_done { "" } else { " (nobody there)" });
                if is_done {
                    self.runs.iter_mut().for_each(|run| run.disturb(fault.deed.kind()));
                }
            }
        }
        Ok(any)
    }

    /// Does something; answers whether there was anybody to do it to.
    fn inflict(&mut self, deed: &Deed) -> Result<bool> {
        match *deed {
            Deed::KillWorker { host, which } => Ok(self.kill(&self.worker(host, which))),
            Deed::StopWorker { host, which, lasting } => Ok(self.stop(deed, self.worker(host, which), lasting)),
            Deed::KillAgent { host, back } => {
                let killed = self.kill(&self.agent(host, false));
                if let Some(back) = back.filter(|_| killed) {
                    self.cures.push((Instant::now() + back, deed.kind(), Cure::SwitchOn(host)));
                }
                Ok(killed)
            }
            Deed::StopAgent { host, with_workers, lasting } => {
                Ok(self.stop(deed, self.agent(host, with_workers), lasting))
            }
            Deed::KillMidtier { midtier, back } => {
                let is_there = self.stage.installation.midtier(midtier).is_some();
                if is_there {
                    self.stage.installation.kill(midtier);
                    self.cures.push((Instant::now() + back, deed.kind(), Cure::StartMidtier(midtier)));
                }
                Ok(is_there)
            }
            Deed::StopMidtier { midtier, lasting } => {
                let pids = self.stage.installation.midtier(midtier).into_iter().collect();
                Ok(self.stop(deed, pids, lasting))
            }
            Deed::KillBroker => self.kill_service(deed, "rabbitmq"),
            Deed::KillDatabase => self.kill_service(deed, "postgres"),
            Deed::StopBroker { lasting } => self.freeze(deed, "rabbitmq", lasting),
            Deed::StopDatabase { lasting } => self.freeze(deed, "postgres", lasting),
            Deed::CutDatabase { lasting } => {
                self.stage.installation.database().cut();
                self.cures.push((Instant::now() + lasting, deed.kind(), Cure::MendDatabase));
                Ok(true)
            }
        }
    }

    /// One of the workers of a host, or of the first host after it that has any.
    fn worker(&self, host: usize, which: usize) -> Vec<i32> {
        let names = self.stage.installation.hosts();
        let workers = (0..HOSTS).map(|more| self.stage.installation.workers(&names[(host + more) % HOSTS]));
        let found = workers.into_iter().find(|workers| !workers.is_empty()).unwrap_or_default();
        found.get(which % found.len().max(1)).copied().into_iter().collect()
    }

    fn agent(&self, host: usize, with_workers: bool) -> Vec<i32> {
        let name = &self.stage.installation.hosts()[host];
        let agent = self.stage.installation.agent(name);
        let workers = if with_workers { self.stage.installation.workers(name) } else { Vec::new() };
        agent.into_iter().chain(workers).collect()
    }

    fn kill(&self, pids: &[i32]) -> bool {
        signal("KILL", pids);
        !pids.is_empty()
    }

    fn stop(&mut self, deed: &Deed, pids: Vec<i32>, lasting: Duration) -> bool {
        signal("STOP", &pids);
        let any = !pids.is_empty();
        if any {
            self.cures.push((Instant::now() + lasting, deed.kind(), Cure::Continue(pids)));
        }
        any
    }

    fn kill_service(&mut self, deed: &Deed, service: &'static str) -> Result<bool> {
        // One that is killed while it is stopped, or comes up, would be killed twice.
        let child = self.stage.chore("kill", service).spawn().context("the chore does not start")?;
        self.chores.push((deed.kind(), child));
        Ok(true)
    }

    fn freeze(&mut self, deed: &Deed, service: &'static str, lasting: Duration) -> Result<bool> {
        if !self.chores.is_empty() {
            // A service is being started again, and the chore would wait for it.
            return Ok(false);
        }
        run(&mut self.stage.chore("freeze", service))?;
        self.cures.push((Instant::now() + lasting, deed.kind(), Cure::Thaw(service)));
        Ok(true)
    }

    /// Ends the faults that have lasted long enough; answers whether any has.
    fn cures(&mut self) -> Result<bool> {
        let (mut ended, now) = (Vec::new(), Instant::now());
        let (due, left) = std::mem::take(&mut self.cures).into_iter().partition(|(at, ..)| *at <= now);
        self.cures = left;
        let due: Vec<(Instant, &'static str, Cure)> = due;
        for (_, kind, cure) in due {
            match cure {
                Cure::Continue(pids) => signal("CONT", &pids),
                Cure::SwitchOn(host) => self.stage.installation.switch_on(&self.stage.installation.hosts()[host]),
                Cure::StartMidtier(midtier) => self.stage.installation.start_again(midtier),
                Cure::Thaw(service) => run(&mut self.stage.chore("thaw", service))?,
                Cure::MendDatabase => self.stage.installation.database().mend(),
            }
            ended.push(kind);
        }
        for (kind, mut child) in std::mem::take(&mut self.chores) {
            match child.try_wait()? {
                None => self.chores.push((kind, child)),
                Some(status) => {
                    ensure!(status.success(), "{kind}: it could not be started again");
                    ended.push(kind);
                }
            }
        }
        for kind in &ended {
            // How long it takes is counted from when there is nothing in the way any more.
            self.runs.iter_mut().for_each(|run| run.disturb(kind));
        }
        Ok(!ended.is_empty())
    }

    /// Asks for every run that has not ended, now and then.
    fn look(&mut self, tally: &mut Tally) {
        if self.looked.elapsed() < BETWEEN_LOOKS {
            return;
        }
        for run in self.runs.iter_mut().filter(|run| !run.has_ended()) {
            let Some(id) = run.id.as_deref() else { continue };
            if let Some(said) = self.stage.get_json(&format!("/runs/{id}")) {
                run.see(said, tally, self.seed);
                if run.has_ended() {
                    let name = self.processes[run.process].name;
                    let (at, state) = (self.begun.elapsed().as_millis(), run.state());
                    println!("  {at:>6} ms: {name} has {state} in attempt {}", run.attempts);
                }
            }
        }
        for fallen in self.stage.start_fallen() {
            tally.violation(self.seed, fallen);
        }
        self.looked = Instant::now();
    }
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().context("the chore does not start")?;
    ensure!(status.success(), "the chore ended with {status}");
    Ok(())
}
