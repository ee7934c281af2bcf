//! Runs that ended other than by their own word, told to a person.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use leat_flow::run::BETWEEN_HOSTS;
use rustix::process::Signal;

use super::Exit;
use crate::job::Job;
use crate::report::{FailureReport, Outcome, WorkerEnd};
use crate::status::CallStatus;

/// The signal of the kernel's out-of-memory killer, and of `kill -9`.
const SIGKILL: i32 = 9;

/// How reasons begin that say nothing against the process: its worker was ended from outside, or cannot work here.
const OF_THE_HOST: &[&str] = &[
    "the worker has said nothing for",
    "the worker said what no worker",
    "the worker is lost",
    "the worker was killed from outside",
    "the worker was ended, for the machine",
    "the worker ended without a word",
    "this worker cannot read its job",
];

/// What reasons hold where a node met the end of what the machine has: room on a disk (ENOSPC, EDQUOT), open files (ENFILE,
/// EMFILE), or a disk that fails (EIO) or takes no writes any more (EROFS).
const SIGNS_OF_THE_HOST: &[&str] = &[
    "the disk is full",
    "No space left on device",
    "(os error 28)",
    "(os error 122)",
    "(os error 23)",
    "(os error 24)",
    "(os error 5)",
    "(os error 30)",
    BETWEEN_HOSTS,
];

impl FailureReport {
    /// Whether the machine is to blame and not the process: another machine may do better. Told by the words of the
    /// reason, because it comes from the worker as words. A component that uses these words gets itself another attempt,
    /// no more.
    pub fn is_of_the_host(&self) -> bool {
        let of_worker = self.node.is_none() && OF_THE_HOST.iter().any(|start| self.reason.starts_with(start));
        let no_thread = self.reason.starts_with("there is no thread");
        of_worker || no_thread || SIGNS_OF_THE_HOST.iter().any(|sign| self.reason.contains(sign))
    }
}

/// Why the supervisor ended a worker.
#[derive(Debug)]
pub(super) enum Verdict {
    /// A call took longer than its node may take.
    Overran { node: usize, call: CallStatus },
    /// It said nothing for so long.
    Silent { silence: Duration },
    /// It said something that no worker says.
    Nonsense { line: String },
    /// The user wished it, and it did not end by itself in time.
    Stopped,
}

impl Verdict {
    /// What the report says of it.
    pub(super) fn outcome(self, job: &Job) -> Outcome {
        match self {
            Verdict::Overran { node, call } => Outcome::Failed(overrun(job, node, &call)),
            Verdict::Silent { silence } => Outcome::Failed(of_worker(format!(
                "the worker has said nothing for {} and was ended: it hangs, or the machine is too busy to run it",
                time(silence)
            ))),
            Verdict::Nonsense { line } => Outcome::Failed(of_worker(format!(
                "the worker said what no worker of this version says, and was ended: {line:?}"
            ))),
            Verdict::Stopped => Outcome::Stopped,
        }
    }
}

fn overrun(job: &Job, index: usize, call: &CallStatus) -> FailureReport {
    let node = &job.plan.nodes[index];
    let limit = time(call_time_max(job, index).unwrap_or_default());
    let queue = call.port.zip(call.queue.as_ref());
    let place = match (queue, call.batch) {
        (Some((port, queue)), Some(batch)) => format!(" of batch {batch} of input port {port} (queue `{queue}`)"),
        (Some((port, queue)), None) => format!(" of input port {port} (queue `{queue}`)"),
        (None, _) => String::new(),
    };
    let hint = if job.interruptible {
        format!("give it more time with timeout= on node `{}`", node.name)
    } else {
        format!(
            "run it with --interruptible to see where it hangs, or give it more time with timeout= on node `{}`",
            node.name
        )
    };
    FailureReport {
        node: Some(node.name.clone()),
        line: Some(node.line),
        file: node.file.clone(),
        reason: format!(
            "the call to `{}`{place} took longer than its time limit of {limit}; the worker was ended",
            call.function
        ),
        backtrace: Vec::new(),
        hint: Some(hint),
        worker: None,
    }
}

/// How long a call of a node may take.
pub(super) fn call_time_max(job: &Job, node: usize) -> Option<Duration> {
    Some(job.plan.nodes.get(node)?.kind.component()?.limits.call_time)
}

/// Whether a worker that ended without a word died of what it did, as far as can be told: the kernel's out-of-memory killer cannot be
/// told from a person with `kill -9`. A signal that asks a program to end is no such death.
pub(super) fn is_own_death(exit: &Exit) -> bool {
    let asks = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM].map(Signal::as_raw);
    exit.as_ref().is_ok_and(|(status, _)| status.signal().is_none_or(|signal| !asks.contains(&signal)))
}

/// What is said of a worker that ended without a word, nobody having asked it to. `out_of_memory` is its end, where the kernel
/// killed it for that.
pub(super) fn of_dead_worker(exit: Exit, out_of_memory: Option<WorkerEnd>) -> FailureReport {
    let (status, complaint) = match exit {
        Ok(exit) => exit,
        Err(error) => return of_worker(format!("the worker is lost: {error}")),
    };
    let is_killed = status.signal() == Some(SIGKILL);
    let end = out_of_memory.filter(|_| is_killed).or_else(|| match (status.signal(), status.code()) {
        (Some(signal), _) => Some(WorkerEnd::Signaled { signal, name: signal_name(signal).map(str::to_owned) }),
        (None, code) => code.map(|code| WorkerEnd::Exited { code }),
    });
    let last_words = if complaint.is_empty() { String::new() } else { format!("; its last words: {complaint}") };
    let reason = format!("the worker {}{last_words}", how(end.as_ref()));
    let hint = is_killed.then(|| "lower memory= of the nodes or run it where there is more memory".to_owned());
    FailureReport { hint, worker: end, ..of_worker(reason) }
}

fn how(end: Option<&WorkerEnd>) -> String {
    match end {
        Some(WorkerEnd::OutOfMemory { memory_bytes_max: Some(bytes) }) => {
            format!("ran out of memory: it may use {} MiB", bytes >> 20)
        }
        Some(WorkerEnd::OutOfMemory { memory_bytes_max: None }) => {
            "was ended, for the machine ran out of memory".to_owned()
        }
        Some(WorkerEnd::Signaled { signal: SIGKILL, .. }) => {
            "was killed from outside (SIGKILL, signal 9): the machine ran out of memory, or someone ended it".to_owned()
        }
        Some(WorkerEnd::Signaled { signal, name: Some(name) }) => format!("crashed ({name}, signal {signal})"),
        Some(WorkerEnd::Signaled { signal, name: None }) => format!("crashed (signal {signal})"),
        Some(WorkerEnd::Exited { code }) => format!("ended without a word (exit code {code})"),
        None => "ended without a word".to_owned(),
    }
}

/// The name of a signal that ends a program. Numbers differ from system to system.
fn signal_name(number: i32) -> Option<&'static str> {
    let names = [
        (Signal::HUP, "SIGHUP"),
        (Signal::INT, "SIGINT"),
        (Signal::QUIT, "SIGQUIT"),
        (Signal::ILL, "SIGILL"),
        (Signal::TRAP, "SIGTRAP"),
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::PIPE, "SIGPIPE"),
        (Signal::TERM, "SIGTERM"),
        (Signal::XCPU, "SIGXCPU"),
        (Signal::XFSZ, "SIGXFSZ"),
        (Signal::SYS, "SIGSYS"),
    ];
    names.into_iter().find(|(signal, _)| signal.as_raw() == number).map(|(_, name)| name)
}

/// A duration as stream files write it: whole seconds, else milliseconds.
fn time(duration: Duration) -> String {
    match duration.subsec_nanos() {
        0 => format!("{} s", duration.as_secs()),
        _ => format!("{} ms", duration.as_millis()),
    }
}

fn of_worker(reason: String) -> FailureReport {
    FailureReport { node: None, line: None, file: None, reason, backtrace: Vec::new(), hint: None, worker: None }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::process::ExitStatus;

    use super::*;
    use crate::job::sample as job;

    fn exit(raw: i32) -> FailureReport {
        of_dead_worker(Ok((ExitStatus::from_raw(raw), String::new())), None)
    }

    fn of_node(reason: &str) -> FailureReport {
        FailureReport { node: Some("price".to_owned()), ..of_worker(reason.to_owned()) }
    }

    #[test]
    fn a_worker_that_was_asked_to_end_did_not_die_of_itself() {
        let of = |raw| is_own_death(&Ok((ExitStatus::from_raw(raw), String::new())));
        let [hangup, interrupt, term] = [Signal::HUP, Signal::INT, Signal::TERM].map(Signal::as_raw);
        assert!([hangup, interrupt, term].into_iter().all(|signal| !of(signal)));
        let [abort, kill, segv] = [Signal::ABORT, Signal::KILL, Signal::SEGV].map(Signal::as_raw);
        assert!([abort, kill, segv, 1 << 8].into_iter().all(of), "and an exit code without a word");
        assert!(!is_own_death(&Err(io::ErrorKind::Other.into())));
    }

    #[test]
    fn a_worker_that_was_ended_from_outside_is_the_hosts_fault() {
        assert!(exit(9).is_of_the_host());
        assert!(exit(3 << 8).is_of_the_host());
        assert!(of_dead_worker(Err(io::ErrorKind::Other.into()), None).is_of_the_host());
        let verdicts =
            [Verdict::Silent { silence: Duration::from_secs(1) }, Verdict::Nonsense { line: "?".to_owned() }];
        for verdict in verdicts {
            match verdict.outcome(&job("/".as_ref())) {
                Outcome::Failed(failure) => assert!(failure.is_of_the_host(), "{failure:?}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_worker_that_crashes_is_the_runs_fault() {
        for signal in [6, 11, 31] {
            assert!(!exit(signal).is_of_the_host(), "{signal}");
        }
    }

    #[test]
    fn a_node_fails_by_its_own_fault_unless_the_machine_is_at_its_end() {
        let full = "out.csv: the disk is full; make room or choose another output directory";
        assert!(of_node(full).is_of_the_host());
        assert!(of_node("cannot write out.csv: Input/output error (os error 5)").is_of_the_host());
        assert!(of_node("there is no thread for it: Resource temporarily unavailable").is_of_the_host());
        assert!(!of_node("the worker was killed from outside").is_of_the_host());
        assert!(!of_node("in.csv: No such file or directory (os error 2)").is_of_the_host());
    }
}
