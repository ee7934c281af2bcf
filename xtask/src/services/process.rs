//! Processes of services: started so that they outlive the chore, waited for with a bound, found again and stopped.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::state::Running;
use crate::cargo::{output, spelled};

/// Ports are taken from here: below the range from which systems take ports for outgoing connections.
const PORTS: std::ops::Range<u16> = 21_000..29_000;
/// How often it is asked whether a service answers, or a process is gone.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a process may take to go after it was told to.
const END_PATIENCE: Duration = Duration::from_secs(20);
/// How much of a log a failure quotes.
const QUOTED_LINES: usize = 20;

/// A process that was started, with its children, and how it is told from a stranger that has the same number later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    /// Its number, and that of its process group: some services are started by a script that stays their parent.
    pub(super) pid: u32,
    /// What stands in the command line of the process, or of the child that matters.
    pub(super) mark: String,
}

/// A service that was started and may not answer yet.
pub(super) struct Started {
    /// What is known of it.
    pub(super) running: Running,
    /// The service's own process.
    pub(super) child: Child,
}

impl Started {
    /// Waits until the service answers `ask` with its version. A service that ends first, or takes too long, is an error
    /// with the last lines of its log.
    pub(super) fn wait(&mut self, patience: Duration, ask: impl Fn(&str) -> Result<String>) -> Result<String> {
        let begun = Instant::now();
        let log = &self.running.log;
        loop {
            let error = match ask(&self.running.url) {
                Ok(version) => return Ok(version),
                Err(error) => error,
            };
            if let Some(status) = self.child.try_wait().context("cannot ask for a service's end")? {
                bail!("it ended with {status} before it answered; {}", last_lines(log));
            }
            ensure!(
                begun.elapsed() < patience,
                "it does not answer at {} after {} s: {error:#}; {}",
                self.running.url,
                patience.as_secs(),
                last_lines(log)
            );
            std::thread::sleep(PAUSE);
        }
    }
}

impl Running {
    /// Kills the service at once with all of its children, and waits until they are gone. Its data stay.
    pub(super) fn kill(&self) -> Result<()> {
        let service = self.service()?;
        let killed = service.tree()?;
        send("-KILL", &killed);
        let begun = Instant::now();
        while killed.iter().any(|pid| is_there(*pid)) {
            ensure!(begun.elapsed() < END_PATIENCE, "process {} does not end; end it by hand", service.pid);
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// Sends a signal (`-STOP`) to the service and all of its children.
    pub(super) fn signal(&self, name: &str) -> Result<()> {
        send(name, &self.service()?.tree()?);
        Ok(())
    }

    fn service(&self) -> Result<&Process> {
        self.processes.first().context("it is not known which process it is")
    }

    /// Ends its processes, the service first, and throws its data away.
    pub(super) fn stop(&self) -> Result<()> {
        self.processes.iter().try_for_each(Process::stop)?;
        if self.data.exists() {
            std::fs::remove_dir_all(&self.data).with_context(|| format!("cannot remove {}", self.data.display()))?;
        }
        Ok(())
    }
}

impl Process {
    /// Ends it, where it still runs: at once, since its data is thrown away. SIGQUIT is what PostgreSQL takes for that,
    /// because it has to end its own children first.
    fn stop(&self) -> Result<()> {
        let signal = |name: &str| {
            let mut kill = Command::new("kill");
            // It may have gone a moment before.
            let _ = kill.args([name, "--", &format!("-{}", self.pid)]).stderr(Stdio::null()).status();
        };
        let begun = Instant::now();
        if self.runs() {
            signal("-QUIT");
        }
        let mut killed = false;
        while self.runs() {
            if !killed && begun.elapsed() > Duration::from_secs(1) {
                signal("-KILL");
                killed = true;
            }
            ensure!(begun.elapsed() < END_PATIENCE, "process {} does not end; end it by hand", self.pid);
            std::thread::sleep(PAUSE);
        }
        Ok(())
    }

    /// The numbers of its process group and of everything that descends from it: PostgreSQL's children are in groups of their own.
    fn tree(&self) -> Result<Vec<u32>> {
        let listed = output(Command::new("ps").args(["-A", "-o", "pid=", "-o", "ppid=", "-o", "pgid="]))?;
        let number = |line: &str| -> Option<[u32; 3]> {
            let numbers: Vec<u32> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            numbers.try_into().ok()
        };
        let all: Vec<[u32; 3]> = listed.lines().filter_map(number).collect();
        Ok(tree_of(self.pid, &all))
    }

    fn runs(&self) -> bool {
        let asked = Command::new("ps").args(["-A", "-ww", "-o", "pgid=", "-o", "stat=", "-o", "args="]).output();
        asked.is_ok_and(|answer| {
            let lines = String::from_utf8_lossy(&answer.stdout);
            lines.lines().any(|line| is_member(line, self.pid, &self.mark))
        })
    }
}

/// The processes of a group and what descends from them, from all processes as number, parent and group.
fn tree_of(group: u32, all: &[[u32; 3]]) -> Vec<u32> {
    let mut tree: Vec<u32> =
        all.iter().filter(|[pid, _, of]| *of == group || *pid == group).map(|[pid, ..]| *pid).collect();
    let mut looked_at = 0;
    while let Some(&parent) = tree.get(looked_at) {
        looked_at += 1;
        let children: Vec<u32> = all.iter().filter(|[_, of, _]| *of == parent).map(|[pid, ..]| *pid).collect();
        for child in children {
            if !tree.contains(&child) {
                tree.push(child);
            }
        }
    }
    tree
}

fn send(signal: &str, pids: &[u32]) {
    let mut kill = Command::new("kill");
    // Some may have gone a moment before.
    let _ = kill.arg(signal).arg("--").args(pids.iter().map(u32::to_string)).stderr(Stdio::null()).status();
}

/// Whether a process lives; one that has ended and was not asked for its status yet does not.
fn is_there(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}

/// Whether a line of `ps` (group, state, command line) tells of a live process of a group that has a mark.
fn is_member(line: &str, group: u32, mark: &str) -> bool {
    let mut words = line.split_whitespace();
    let in_group = words.next().and_then(|word| word.parse().ok()) == Some(group);
    // One that has ended, and was not asked for its status yet.
    let has_ended = words.next().is_none_or(|state| state.starts_with('Z'));
    in_group && !has_ended && line.contains(mark)
}

/// Starts a command that writes to a log and outlives the chore: in a process group of its own, so that Ctrl-C at the
/// chore does not reach it.
pub(super) fn spawn(command: &mut Command, log: &Path) -> Result<Child> {
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let errors = file.try_clone().with_context(|| format!("cannot write {}", log.display()))?;
    let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).process_group(0).spawn();
    child.with_context(|| format!("cannot start `{}`", spelled(command)))
}

/// Ports of the loopback interface, each given once: a service takes a while until it listens at its own.
pub(super) struct Ports {
    candidates: Box<dyn Iterator<Item = u16>>,
}

impl Ports {
    /// All of them, beginning somewhere else than another chore that looks at the same time.
    pub(super) fn new() -> Ports {
        let offset = std::process::id() as usize * 16 % PORTS.len();
        Ports { candidates: Box::new(PORTS.cycle().skip(offset).take(PORTS.len())) }
    }

    /// Some at which nobody listens.
    pub(super) fn take<const COUNT: usize>(&mut self) -> Result<[u16; COUNT]> {
        let mut free = self.candidates.by_ref().filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
        let mut ports = [0; COUNT];
        for port in &mut ports {
            *port = free.next().context("no port is free between 21000 and 29000")?;
        }
        Ok(ports)
    }
}

/// A fresh folder for a service's data, in place of what an earlier one left there.
pub(super) fn fresh_folder(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// The end of a log, for an error.
fn last_lines(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(QUOTED_LINES)..];
    match last {
        [] => format!("its log {} is empty", log.display()),
        last => format!("its log {} ends with:\n{}", log.display(), last.join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_once() {
        let mut ports = Ports::new();
        let [one, two] = ports.take().unwrap();
        let [three] = ports.take().unwrap();
        assert!(one != two && three != one && three != two && PORTS.contains(&three));
    }

    #[test]
    fn a_process_is_known_by_its_command_line_too() {
        let mut child = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
        let process = |mark: &str| Process { pid: child.id(), mark: mark.to_owned() };
        let (ours, stranger) = (process("sleep 600"), process("postgres -D"));
        assert!(ours.runs() && !stranger.runs());
        stranger.stop().unwrap();
        assert!(ours.runs());
        ours.stop().unwrap();
        assert!(!ours.runs());
        child.wait().unwrap();
    }

    #[test]
    fn a_service_is_its_group_and_all_that_descends_from_it() {
        let all = [[7, 1, 7], [8, 7, 7], [9, 8, 9], [10, 9, 10], [11, 1, 11], [12, 11, 7]];
        assert_eq!(tree_of(7, &all), [7, 8, 12, 9, 10]);
    }

    #[test]
    fn a_service_behind_a_script_is_ended_with_it() {
        let mut script = Command::new("sh").args(["-c", "sleep 601 & wait"]).process_group(0).spawn().unwrap();
        let process = Process { pid: script.id(), mark: "sleep 601".to_owned() };
        while !process.runs() {
            std::thread::yield_now();
        }
        process.stop().unwrap();
        assert!(!process.runs());
        script.wait().unwrap();
    }

    #[test]
    fn who_has_ended_or_is_of_another_group_is_none_of_ours() {
        assert!(is_member("  7 Sl   beam -data /x", 7, "/x"));
        for line in ["  7 Z    [beam] /x", " 77 Sl   beam -data /x", "  7 Sl   vi /y", ""] {
            assert!(!is_member(line, 7, "/x"), "{line}");
        }
    }

    #[test]
    fn a_service_that_ends_before_it_answers_is_quoted() {
        let folder = std::env::temp_dir().join(format!("leat-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let log = folder.join("log");
        let child = spawn(Command::new("sh").args(["-c", "echo port is taken; exit 3"]), &log).unwrap();
        let running =
            Running { url: "x".to_owned(), log, data: folder.clone(), processes: Vec::new(), more: Vec::new() };
        let mut started = Started { running, child };
        let error = started.wait(Duration::from_secs(60), |_| bail!("no answer")).unwrap_err().to_string();
        assert!(error.contains("exit status: 3") && error.ends_with("port is taken"), "{error}");
        started.running.stop().unwrap();
        assert!(!folder.exists());
    }
}
