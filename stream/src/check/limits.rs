//! Limits of a component as a node's options say them: sizes such as `"256MiB"` and times such as `"30s"`.

use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::plan::{Limits, WAIT_MAX_DEFAULT};
use crate::syntax::{OptionName, Options, Text};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// Units of sizes, longest spelling first where one ends in another.
const SIZE_UNITS: [(&str, u64); 8] = [
    ("KiB", KIB),
    ("MiB", MIB),
    ("GiB", GIB),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// Units of times, in milliseconds.
const TIME_UNITS: [(&str, u64); 5] = [("ms", 1), ("min", 60_000), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

/// What a size may be.
struct SizeRange {
    name: OptionName,
    least: u64,
    most: u64,
    example: &'static str,
}

const MEMORY: SizeRange = SizeRange { name: OptionName::Memory, least: MIB, most: 4 * GIB, example: "\"256MiB\"" };
/// A query holds records on this side of the sandbox, where no wasm sets the bound.
const QUERY_MEMORY: SizeRange =
    SizeRange { name: OptionName::Memory, least: 64 * MIB, most: 1 << 40, example: "\"4GiB\"" };
const STACK: SizeRange = SizeRange { name: OptionName::Stack, least: 64 * KIB, most: 64 * MIB, example: "\"1MiB\"" };
const MAX_OUTPUT: SizeRange =
    SizeRange { name: OptionName::MaxOutput, least: 64 * KIB, most: 64 * GIB, example: "\"1GiB\"" };
const MAX_LOG: SizeRange = SizeRange { name: OptionName::MaxLog, least: KIB, most: 4 * GIB, example: "\"16MiB\"" };

/// What a time may be; the most in hours.
struct TimeRange {
    name: OptionName,
    most_hours: u64,
}

const TIME_LEAST: Duration = Duration::from_millis(10);
const TIMEOUT: TimeRange = TimeRange { name: OptionName::Timeout, most_hours: 24 };
const WAIT: TimeRange = TimeRange { name: OptionName::Wait, most_hours: 24 * 365 };

/// The limits of a node: what its options say, else the defaults.
pub(super) fn limits_of(options: &Options, problems: &mut Vec<Diagnostic>) -> Limits {
    let defaults = Limits::default();
    let mut size = |range: &SizeRange, default| match options.text(range.name) {
        Some(text) => size_within(text, range, problems).unwrap_or(default),
        None => default,
    };
    let memory_bytes = size(&MEMORY, defaults.memory_bytes);
    let stack_bytes = size(&STACK, defaults.stack_bytes);
    let output_bytes = size(&MAX_OUTPUT, defaults.output_bytes);
    let log_bytes = size(&MAX_LOG, defaults.log_bytes);
    let call_time = match options.text(OptionName::Timeout) {
        Some(text) => time_within(text, &TIMEOUT, problems).unwrap_or(defaults.call_time),
        None => defaults.call_time,
    };
    Limits { memory_bytes, call_time, stack_bytes, output_bytes, log_bytes, ..defaults }
}

/// The memory of a query: what its options say, else 1 GiB.
pub(super) fn query_memory(options: &Options, problems: &mut Vec<Diagnostic>) -> u64 {
    let written = options.text(OptionName::Memory);
    written.and_then(|text| size_within(text, &QUERY_MEMORY, problems)).unwrap_or(GIB)
}

/// How long a statement waits for one signal or fact: what its options say, else the default.
pub(super) fn wait_of(options: &Options, problems: &mut Vec<Diagnostic>) -> Duration {
    let written = options.text(OptionName::Wait);
    written.and_then(|text| time_within(text, &WAIT, problems)).unwrap_or(WAIT_MAX_DEFAULT)
}

fn size_within(text: &Text, range: &SizeRange, problems: &mut Vec<Diagnostic>) -> Option<u64> {
    let option = range.name.text();
    let Some(bytes) = parse_with_units(&text.value, &SIZE_UNITS) else {
        problems.push(
            Diagnostic::error("bad-limit", text.span, format!("`{option}=\"{}\"` is not a size", text.value))
                .label(format!("expected a number and B, KiB, MiB or GiB, such as {}", range.example)),
        );
        return None;
    };
    if (range.least..=range.most).contains(&bytes) {
        return Some(bytes);
    }
    let message = format!("`{option}=\"{}\"` is out of range", text.value);
    let label = format!("expected {} to {}", shown(range.least), shown(range.most));
    problems.push(Diagnostic::error("bad-limit", text.span, message).label(label));
    None
}

fn time_within(text: &Text, range: &TimeRange, problems: &mut Vec<Diagnostic>) -> Option<Duration> {
    let option = range.name.text();
    let Some(millis) = parse_with_units(&text.value, &TIME_UNITS) else {
        problems.push(
            Diagnostic::error("bad-limit", text.span, format!("`{option}=\"{}\"` is not a time", text.value))
                .label("expected a number and ms, s, min or h, such as \"30s\""),
        );
        return None;
    };
    let time = Duration::from_millis(millis);
    let most = range.most_hours;
    if (TIME_LEAST..=Duration::from_secs(most * 3600)).contains(&time) {
        return Some(time);
    }
    let message = format!("`{option}=\"{}\"` is out of range", text.value);
    problems.push(Diagnostic::error("bad-limit", text.span, message).label(format!("expected 10ms to {most}h")));
    None
}

/// A number with a unit, such as `1.5 GiB`, in the units' smallest steps, rounded down.
fn parse_with_units(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim());
    let (_, factor) = units.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(*factor);
    }
    let number: f64 = number.parse().ok()?;
    let product = number * *factor as f64;
    // Above this a float no longer tells neighbouring numbers apart.
    (product < 9e15).then_some(product as u64)
}

fn shown(bytes: u64) -> String {
    for (unit, size) in [("GiB", GIB), ("MiB", MIB), ("KiB", KIB)] {
        if bytes.is_multiple_of(size) {
            return format!("{}{unit}", bytes / size);
        }
    }
    format!("{bytes}B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_have_units() {
        let size = |text| parse_with_units(text, &SIZE_UNITS);
        assert_eq!(size("256MiB"), Some(256 * MIB));
        assert_eq!(size(" 1.5 gib "), Some(3 * GIB / 2));
        assert_eq!(size("10MB"), Some(10_000_000));
        for text in ["", "256", "MiB", "-1MiB", "1.2.3MiB", "256 potatoes", "99999999999999999999GiB"] {
            assert_eq!(size(text), None, "{text}");
        }
        let time = |text| parse_with_units(text, &TIME_UNITS);
        assert_eq!(time("30s"), Some(30_000));
        assert_eq!(time("2min"), Some(120_000));
        assert_eq!(time("250ms"), Some(250));
        assert_eq!(time("30"), None);
    }
}
