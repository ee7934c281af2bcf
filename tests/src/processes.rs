//! Processes of this machine by their numbers: found, told apart, and sent signals. Used by cases that kill; knows nothing of leat.

use std::path::Path;
use std::process::{Command, Stdio};

/// The processes whose command line holds all of these.
pub fn processes_with(words: &[&str]) -> Vec<i32> {
    let holds = |pid: &i32| {
        let line = std::fs::read(Path::new("/proc").join(pid.to_string()).join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        words.iter().all(|word| line.contains(word))
    };
    all().into_iter().filter(holds).collect()
}

/// The processes that a process has started, and theirs, in the order of their numbers.
pub fn descendants(of: i32) -> Vec<i32> {
    let all: Vec<(i32, i32)> = all().into_iter().filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let mut found = vec![of];
    let mut looked_at = 0;
    while let Some(&next) = found.get(looked_at) {
        looked_at += 1;
        found.extend(all.iter().filter(|(_, parent)| *parent == next).map(|(pid, _)| *pid));
    }
    found.remove(0);
    found.sort_unstable();
    found
}

/// Whether a process lives; one that has ended and was not asked for its status yet does not.
pub fn is_there(pid: i32) -> bool {
    field(pid, 0).is_some_and(|state| !state.starts_with(['Z', 'X']))
}

/// The memory that a process holds, in bytes (proc(5), `VmRSS`).
pub fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a process that lives has memory");
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("in kB");
    kilobytes * 1024
}

/// Sends a signal (`KILL`, `STOP`, `CONT`) to processes; some of them may be gone.
pub fn signal(name: &str, pids: &[i32]) {
    if pids.is_empty() {
        return;
    }
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).arg("--").args(pids.iter().map(i32::to_string)).stderr(Stdio::null());
    kill.status().expect("kill starts");
}

fn all() -> Vec<i32> {
    let entries = std::fs::read_dir("/proc").expect("Linux has /proc").flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

fn parent(pid: i32) -> Option<i32> {
    field(pid, 1)?.parse().ok()
}

/// A word of `/proc/PID/stat` behind the name, which may hold anything.
fn field(pid: i32, place: usize) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(") ")?.1.split_whitespace().nth(place).map(str::to_owned)
}
