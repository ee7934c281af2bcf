//! What a host offers and a run needs: processor time and memory.

use std::fmt;

/// A number of bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct ByteSize(u64);

impl ByteSize {
    /// So many bytes.
    pub const fn from_bytes(bytes: u64) -> ByteSize {
        ByteSize(bytes)
    }

    /// So many MiB (2^20 bytes).
    pub const fn from_mib(mib: u64) -> ByteSize {
        ByteSize(mib.saturating_mul(1 << 20))
    }

    /// So many GiB (2^30 bytes).
    pub const fn from_gib(gib: u64) -> ByteSize {
        ByteSize(gib.saturating_mul(1 << 30))
    }

    /// How many bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

/// `64 GiB`, `1.5 GiB`, `512 MiB`, `100 bytes`: the largest unit that it reaches, to a tenth.
impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1_u64 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        let Some((size, unit)) = units.into_iter().find(|(size, _)| self.0 >= *size) else {
            return write!(f, "{} bytes", self.0);
        };
        let tenths = self.0 % size / (size / 10);
        match tenths.min(9) {
            0 => write!(f, "{} {unit}", self.0 / size),
            tenths => write!(f, "{}.{tenths} {unit}", self.0 / size),
        }
    }
}

/// An amount of what hosts have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Resources {
    /// Thousandths of a processor: 1,000 is one core.
    pub cpu_millis: u64,
    /// Main memory.
    pub memory: ByteSize,
}

impl Resources {
    /// Nothing at all.
    pub const ZERO: Resources = Resources { cpu_millis: 0, memory: ByteSize(0) };

    /// An amount of both.
    pub const fn new(cpu_millis: u64, memory: ByteSize) -> Resources {
        Resources { cpu_millis, memory }
    }

    /// Whether `room` has this much of everything.
    pub fn fits_in(&self, room: &Resources) -> bool {
        self.cpu_millis <= room.cpu_millis && self.memory <= room.memory
    }

    /// Both together; the largest number there is where that goes beyond it.
    #[must_use]
    pub fn plus(self, other: Resources) -> Resources {
        Resources {
            cpu_millis: self.cpu_millis.saturating_add(other.cpu_millis),
            memory: ByteSize(self.memory.0.saturating_add(other.memory.0)),
        }
    }

    /// What is left without `other`; zero of whatever `other` has more of.
    #[must_use]
    pub fn minus(self, other: Resources) -> Resources {
        Resources {
            cpu_millis: self.cpu_millis.saturating_sub(other.cpu_millis),
            memory: ByteSize(self.memory.0.saturating_sub(other.memory.0)),
        }
    }

    /// The larger of both, each for itself.
    pub(crate) fn at_least(self, other: Resources) -> Resources {
        Resources { cpu_millis: self.cpu_millis.max(other.cpu_millis), memory: self.memory.max(other.memory) }
    }

    /// The dominant share of `total` in millionths: the greater of the share of processors and that of memory, as in
    /// Ghodsi et al., "Dominant Resource Fairness", NSDI 2011. Something of nothing is more than everything.
    pub(crate) fn share_of(self, total: Resources) -> u64 {
        let cpu = millionths(self.cpu_millis, total.cpu_millis);
        cpu.max(millionths(self.memory.0, total.memory.0))
    }
}

fn millionths(part: u64, whole: u64) -> u64 {
    match (part, whole) {
        (0, _) => 0,
        (_, 0) => u64::MAX,
        // 128 bits, because a million times a host's memory in bytes does not fit in 64.
        _ => u64::try_from(u128::from(part) * 1_000_000 / u128::from(whole)).unwrap_or(u64::MAX),
    }
}

/// `4 CPU and 16 GiB`.
impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} and {}", Cpu(self.cpu_millis), self.memory)
    }
}

/// Thousandths of a processor in words: `4 CPU`, `0.5 CPU`.
pub(crate) struct Cpu(pub(crate) u64);

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(f, "{whole} CPU");
        }
        let decimals = format!("{rest:03}");
        write!(f, "{whole}.{} CPU", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_told_in_the_units_people_use() {
        let sizes =
            [ByteSize::from_bytes(100), ByteSize::from_mib(512), ByteSize::from_mib(1536), ByteSize::from_gib(64)];
        assert_eq!(sizes.map(|size| size.to_string()), ["100 bytes", "512 MiB", "1.5 GiB", "64 GiB"]);
        assert_eq!([4_000, 500, 1_250].map(|millis| Cpu(millis).to_string()), ["4 CPU", "0.5 CPU", "1.25 CPU"]);
    }

    #[test]
    fn the_dominant_share_is_the_greater_one() {
        let total = Resources::new(10_000, ByteSize::from_gib(100));
        assert_eq!(Resources::new(1_000, ByteSize::from_gib(50)).share_of(total), 500_000);
        assert_eq!(Resources::new(9_000, ByteSize::from_gib(50)).share_of(total), 900_000);
        assert_eq!(Resources::new(1, ByteSize::default()).share_of(Resources::ZERO), u64::MAX);
    }
}
