//! Chance by position: what happens to a boot of a host depends on the seed, the host and which of its boots it is, and on
//! nothing that happened elsewhere. The mixing is SplitMix64's (Steele, Lea, Flood, "Fast splittable pseudorandom number
//! generators", 2014).

use std::time::Duration;

use crate::fleet::Faults;

/// Which draw of a boot.
const BOOT: u64 = 1;
const LOSS: u64 = 2;

/// Whether a boot of a host does not end with it being up.
pub(super) fn boot_fails(faults: &Faults, host: usize, boot: u32) -> bool {
    draw(faults.seed, host, boot, BOOT) < faults.boot_failures
}

/// How long after it came up in this boot a host is lost; nothing where none ever is. Exponential: a host that has been on
/// for long is no likelier to be lost than another.
pub(super) fn lost_after(faults: &Faults, host: usize, boot: u32) -> Option<Duration> {
    let mean = faults.lost_after?;
    let factor = -(1.0 - draw(faults.seed, host, boot, LOSS)).ln();
    Duration::try_from_secs_f64(mean.as_secs_f64() * factor).ok()
}

/// From 0 to below 1.
fn draw(seed: u64, host: usize, boot: u32, which: u64) -> f64 {
    let mut mixed = mix(seed);
    for part in [host as u64, u64::from(boot), which] {
        mixed = mix(mixed ^ mix(part));
    }
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    let unit = (mixed >> 11) as f64 / (1_u64 << 53) as f64;
    unit
}

fn mix(value: u64) -> u64 {
    let mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_spread_and_repeat_for_their_seed() {
        let faults = Faults { seed: 7, boot_failures: 0.25, lost_after: Some(Duration::from_secs(1_000)) };
        let failed = (0..10_000).filter(|host| boot_fails(&faults, *host, 1)).count();
        assert!((2_300..2_700).contains(&failed), "{failed}");
        let sum: Duration = (0..10_000).filter_map(|host| lost_after(&faults, host, 1)).sum();
        assert!((950..1_050).contains(&(sum.as_secs() / 10_000)), "{sum:?}");
        assert_eq!(lost_after(&faults, 3, 2), lost_after(&faults, 3, 2));
        assert_ne!(lost_after(&faults, 3, 2), lost_after(&Faults { seed: 8, ..faults }, 3, 2));
    }
}
