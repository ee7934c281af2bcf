//! Amounts as people write them: `2h`, `4GiB`, `1.5` processors.

use std::str::FromStr;
use std::time::Duration;

use jiff::SpanRelativeTo;
use leat_bundle::Needs;
use serde::Deserialize;

/// A span of time: `90s`, `5 min`, `2h 30m`, `30d`. A day has 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) Duration);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is no span of time; write it as 90s, 5min, 2h30m or 30d");
        if text.trim() == "0" {
            return Ok(Span(Duration::ZERO));
        }
        let span: jiff::Span = text.parse().map_err(|_| refused())?;
        let span = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| refused())?;
        Duration::try_from(span).map(Span).map_err(|_| refused())
    }
}

/// How often checkpoints are taken: `10s`, `1min`; nothing for `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Every(pub(crate) Option<Duration>);

/// More often they cost more than they can save.
const CHECKPOINT_INTERVAL_MIN: Duration = Duration::from_millis(100);

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Every(None));
        }
        let Span(interval) = text.parse()?;
        if interval < CHECKPOINT_INTERVAL_MIN {
            return Err("expected 100ms or more, or off".to_owned());
        }
        Ok(Every(Some(interval)))
    }
}

/// A number of bytes: `512MiB`, `4 GiB`, `1.5GiB`; without a unit they are bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Size(pub(crate) u64);

/// Binary units, and decimal ones as disks are sold by.
const SIZES: [(&str, u64); 9] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("B", 1),
];

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        let (number, unit) = SIZES
            .into_iter()
            .find_map(|(name, unit)| Some((trimmed.strip_suffix(name)?, unit)))
            .unwrap_or((trimmed, 1));
        scaled(number, unit).map(Size).ok_or_else(|| format!("{text:?} is no size; write it as 512MiB or 4GiB"))
    }
}

/// Processors, in thousandths: `2`, `0.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cpus(pub(crate) u64);

impl FromStr for Cpus {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let millis = scaled(text.trim(), 1_000).filter(|millis| *millis > 0);
        millis.map(Cpus).ok_or_else(|| format!("{text:?} is no number of processors; write it as 2 or 0.5"))
    }
}

/// What one part of a run is to have: `pricing:cpus=4,memory=8GiB`; what is left out is as for the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PartNeeds {
    name: String,
    cpus: Option<Cpus>,
    memory: Option<Size>,
}

impl PartNeeds {
    /// The part's name, and its needs where what it leaves out is as in `others`.
    pub(crate) fn or(&self, others: Needs) -> (String, Needs) {
        let cpu_millis = self.cpus.map_or(others.cpu_millis, |cpus| cpus.0);
        let memory_bytes = self.memory.map_or(others.memory_bytes, |memory| memory.0);
        (self.name.clone(), Needs { cpu_millis, memory_bytes })
    }
}

impl FromStr for PartNeeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} says nothing of a part; write it as pricing:cpus=4,memory=8GiB");
        let (name, needs) = text.split_once(':').filter(|(name, _)| !name.trim().is_empty()).ok_or_else(refused)?;
        let mut part = PartNeeds { name: name.trim().to_owned(), cpus: None, memory: None };
        for need in needs.split(',') {
            match need.split_once('=').map(|(what, amount)| (what.trim(), amount)) {
                Some(("cpus", amount)) => part.cpus = Some(amount.parse()?),
                Some(("memory", amount)) => part.memory = Some(amount.parse()?),
                _ => return Err(refused()),
            }
        }
        Ok(part)
    }
}

impl<'de> Deserialize<'de> for Cpus {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        number.to_string().parse().map_err(serde::de::Error::custom)
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// A plain decimal number of a unit, rounded down to whole ones; nothing where it is none, or too large.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let number = number.trim();
    let plain =
        number.chars().all(|c| c.is_ascii_digit() || c == '.') && number.starts_with(|c: char| c.is_ascii_digit());
    let value: f64 = plain.then(|| number.parse().ok()).flatten()?;
    #[expect(clippy::cast_precision_loss, reason = "units are powers that a double holds")]
    let scaled = value * unit as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within")]
    (scaled < 1e18).then_some(scaled as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let span = |text: &str| text.parse::<Span>().unwrap().0.as_secs();
        assert_eq!([span("90s"), span("5min"), span("2h30m"), span("1 hour"), span("0")], [90, 300, 9_000, 3_600, 0]);
        assert_eq!([span("30d"), span("1w 12h")], [30 * 86_400, 7 * 86_400 + 43_200]);
        let size = |text: &str| text.parse::<Size>().unwrap().0;
        assert_eq!([size("512MiB"), size("1.5 GiB"), size("2kB"), size("77")], [536_870_912, 1_610_612_736, 2_000, 77]);
        let cpus = |text: &str| text.parse::<Cpus>().unwrap().0;
        assert_eq!([cpus("2"), cpus("0.5"), cpus("1.25")], [2_000, 500, 1_250]);
    }

    #[test]
    fn what_a_part_leaves_out_is_as_for_the_others() {
        let others = Needs { cpu_millis: 1_000, memory_bytes: 77 };
        let needs = |text: &str| text.parse::<PartNeeds>().unwrap().or(others);
        let of = |cpu_millis, memory_bytes| ("pricing".to_owned(), Needs { cpu_millis, memory_bytes });
        assert_eq!(needs("pricing:cpus=4,memory=1kB"), of(4_000, 1_000));
        assert_eq!((needs("pricing:cpus=0.5"), needs("pricing: memory=5")), (of(500, 77), of(1_000, 5)));
        for text in ["", "pricing", ":cpus=1", "pricing:", "pricing:disk=1GiB", "pricing:cpus"] {
            assert!(text.parse::<PartNeeds>().unwrap_err().contains("pricing:cpus=4"), "{text:?}");
        }
        assert!("pricing:cpus=many".parse::<PartNeeds>().unwrap_err().contains("0.5"));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_an_example() {
        for text in ["", "soon", "-5s", "5 parsecs", "1 month", "1y"] {
            assert!(text.parse::<Span>().unwrap_err().contains("5min"), "{text:?}");
        }
        for text in ["", "GiB", "-1GiB", "1e9", "1.2.3MiB", "99999999999TiB", "NaN", "inf"] {
            assert!(text.parse::<Size>().unwrap_err().contains("4GiB"), "{text:?}");
        }
        for text in ["", "0", "-1", "many", "0.0001"] {
            assert!(text.parse::<Cpus>().unwrap_err().contains("0.5"), "{text:?}");
        }
    }
}
