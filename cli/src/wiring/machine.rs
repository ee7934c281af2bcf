//! What this machine has.

/// What can be divided among hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Machine {
    pub(crate) cpu_millis: u64,
    pub(crate) memory_bytes: u64,
}

/// What is taken for a machine's memory where the system does not say.
const MEMORY_BYTES_GUESSED: u64 = 4 << 30;

impl Machine {
    /// This one: its processors, and three quarters of its memory; the rest is the system's and Leat's own.
    pub(crate) fn this() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let memory = total_of(&text).unwrap_or(MEMORY_BYTES_GUESSED);
        Machine { cpu_millis: cores * 1_000, memory_bytes: memory / 4 * 3 }
    }

    /// What this machine is called until it is started anew, the same in all of its containers; nothing where the system does not say.
    pub(crate) fn boot() -> Option<String> {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(text.trim().to_owned()).filter(|boot| !boot.is_empty())
    }
}

/// The total in what Linux says of its memory: `MemTotal:       24540320 kB`, in KiB whatever it calls them.
fn total_of(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_found_in_what_the_system_says() {
        assert_eq!(total_of("MemTotal:       24540320 kB\nMemFree: 1 kB\n"), Some(24_540_320 * 1024));
        assert_eq!(total_of("MemFree: 1 kB\n"), None);
    }
}
