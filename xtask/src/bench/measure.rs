//! Wall time and peak memory of a whole process with its children.

use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::cargo::spelled;

/// How often the process tree is looked at. The kernel keeps each process's own high-water mark, so only growth in the
/// last instant of a process can be missed.
const SAMPLE: Duration = Duration::from_millis(3);

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// From its start until it had ended.
    pub(super) wall: Duration,
    /// The peak resident set of the process and of each process it started, added up, in bytes: an upper bound of what
    /// they held together. Nothing where the system has no `/proc`.
    pub(super) peak_bytes: Option<u64>,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.wall.as_secs_f64())?;
        match self.peak_bytes {
            Some(bytes) => write!(f, ", {} MB", bytes / 1_000_000),
            None => Ok(()),
        }
    }
}

/// Runs a command to its end. Its standard output is thrown away; what it says on standard error is shown if it fails.
pub(super) fn measure(command: &mut Command) -> Result<Measured> {
    let name = spelled(command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let ended = AtomicBool::new(false);
    let started = Instant::now();
    let child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
    let root = child.id();
    let (output, wall, peak_bytes) = std::thread::scope(|scope| {
        let sampler = scope.spawn(|| peak_of_tree(root, &ended));
        let output = child.wait_with_output();
        let wall = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        (output, wall, sampler.join().ok().flatten())
    });
    let output = output.with_context(|| format!("cannot wait for `{name}`"))?;
    if !output.status.success() {
        bail!("`{name}` ended with {}:\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(Measured { wall, peak_bytes })
}

/// Looks at a process and its descendants until told to end; answers the sum of their peaks.
fn peak_of_tree(root: u32, ended: &AtomicBool) -> Option<u64> {
    let mut peaks: Vec<(u32, u64)> = vec![(root, 0)];
    while !ended.load(Ordering::Relaxed) {
        let mut next = 0;
        while let Some((pid, peak)) = peaks.get(next).copied() {
            let proc = format!("/proc/{pid}");
            peaks[next].1 = peak.max(high_water_mark(Path::new(&proc)).unwrap_or(0));
            for child in children(Path::new(&proc)) {
                if peaks.iter().all(|(known, _)| *known != child) {
                    peaks.push((child, 0));
                }
            }
            next += 1;
        }
        std::thread::sleep(SAMPLE);
    }
    let sum: u64 = peaks.iter().map(|(_, peak)| peak).sum();
    (sum > 0).then_some(sum)
}

/// The largest resident set a process has had (proc(5), `VmHWM`).
fn high_water_mark(proc: &Path) -> Option<u64> {
    kilobytes_of(&std::fs::read_to_string(proc.join("status")).ok()?, "VmHWM:")
}

fn kilobytes_of(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The processes that any thread of a process has started and that still run.
fn children(proc: &Path) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(proc.join("task")) else {
        return Vec::new();
    };
    threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok())
        .flat_map(|text| text.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>())
        .collect()
}

/// The middle one of some durations; zero where there are none.
pub(super) fn median(durations: impl IntoIterator<Item = Duration>) -> Duration {
    let mut sorted: Vec<Duration> = durations.into_iter().collect();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_in_bytes() {
        assert_eq!(kilobytes_of("Name:\tleat\nVmHWM:\t    1234 kB\nVmRSS:\t 1 kB\n", "VmHWM:"), Some(1234 * 1024));
        assert_eq!(kilobytes_of("Name:\tkthread\n", "VmHWM:"), None);
    }

    #[test]
    fn the_median_is_the_middle_one() {
        let of = |numbers: &[u64]| median(numbers.iter().map(|n| Duration::from_millis(*n)));
        assert_eq!(of(&[30, 10, 20]), Duration::from_millis(20));
        assert_eq!(of(&[]), Duration::ZERO);
    }

    #[test]
    fn a_command_that_fails_is_no_measurement() {
        let error = measure(Command::new("rustc").arg("--no-such-flag")).unwrap_err().to_string();
        assert!(error.contains("no-such-flag"), "{error}");
    }
}
