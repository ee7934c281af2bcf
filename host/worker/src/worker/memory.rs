//! How much memory the worker has used, as the kernel counts it.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// What the kernel writes of a process is some 1,500 bytes.
const STATUS_BYTES_MAX: usize = 8 << 10;

/// The process's resident memory at its peak.
pub(super) struct PeakMemory {
    /// Opened before the wall is raised, which grants nothing of `/proc`.
    status: Option<File>,
}

impl PeakMemory {
    /// Of this process.
    pub(super) fn open() -> Self {
        PeakMemory { status: File::open("/proc/self/status").ok() }
    }

    /// In bytes; 0 where the kernel does not say.
    pub(super) fn bytes(&self) -> u64 {
        let mut text = [0; STATUS_BYTES_MAX];
        let length = self.status.as_ref().and_then(|status| status.read_at(&mut text, 0).ok()).unwrap_or(0);
        let text = String::from_utf8_lossy(&text[..length]);
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        kibibytes.unwrap_or(0) * 1024
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_peak_is_found_and_grows() {
        let memory = PeakMemory::open();
        let before = memory.bytes();
        assert!(before > 100_000);
        std::hint::black_box(vec![1_u8; 64 << 20]);
        assert!(memory.bytes() > before + (32 << 20));
    }
}
