//! Numbers as people read them.

use std::time::Duration;

/// `1,234,567`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `3.2 MB`: powers of ten, as disks and networks count.
pub(crate) fn bytes(n: u64) -> String {
    scaled(n, [" B", " kB", " MB", " GB", " TB"])
}

/// `3.2 M`: a rate or an amount where three digits are enough.
pub(crate) fn short(n: u64) -> String {
    scaled(n, ["", " k", " M", " G", " T"])
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn scaled(n: u64, units: [&str; 5]) -> String {
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 999.5 && unit < units.len() - 1 {
        value /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{n}{}", units[0]),
        _ if value < 9.95 => format!("{value:.1}{}", units[unit]),
        _ => format!("{value:.0}{}", units[unit]),
    }
}

/// `0.42 s`, `12.3 s`, `2 min 05 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 60.0 => format!("{s:.1} s"),
        _ => format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_scaled() {
        assert_eq!([count(0), count(999), count(1_234_567)], ["0", "999", "1,234,567"]);
        assert_eq!([bytes(0), bytes(999), bytes(1_500), bytes(114_000_000)], ["0 B", "999 B", "1.5 kB", "114 MB"]);
        assert_eq!([short(12), short(9_960), short(4_200_000)], ["12", "10 k", "4.2 M"]);
        let times = [0.421, 12.34, 125.0].map(|s| elapsed(Duration::from_secs_f64(s)));
        assert_eq!(times, ["0.42 s", "12.3 s", "2 min 05 s"]);
    }
}
