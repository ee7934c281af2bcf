//! Settings of the scheduler that may change while it works: what stands below `PREFIX/config/` in Consul, over what the configuration says.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use leat_planner::Policy;

use crate::units::Span;

/// The longest span that is believed, and the most hosts that may be starting.
const SPAN_MAX: Duration = Duration::from_secs(90 * 86_400);
const STARTING_MAX: usize = 10_000;

/// How much of a value that is refused is shown.
const SHOWN_CHARS_MAX: usize = 60;

/// The settings that there are.
const NAMES: [&str; 4] =
    ["scheduling/idle_timeout", "scheduling/minimum_up", "scheduling/drain_timeout", "scheduling/starting_max"];

/// What the scheduler goes by: the configuration, and over it what is set.
pub(super) struct Overrides {
    base: Policy,
    current: Policy,
    /// What was set last, to say once what is new.
    set: BTreeMap<String, String>,
}

impl Overrides {
    /// Nothing is set.
    pub(super) fn new(base: Policy) -> Self {
        Overrides { current: base.clone(), base, set: BTreeMap::new() }
    }

    /// What the scheduler goes by now that these are set. A value that cannot be is reported, and the one before it stays; where nothing is set
    /// any more, the configuration counts again.
    pub(super) fn take(&mut self, settings: &BTreeMap<String, String>) -> Policy {
        for name in NAMES {
            let value = settings.get(name).map(String::as_str);
            match put(&mut self.current, (name, value), &self.base) {
                Ok(()) if value != self.set.get(name).map(String::as_str) => {
                    tracing::info!(
                        setting = name,
                        value = value.map_or("as configured".to_owned(), shown),
                        "a setting has changed"
                    );
                }
                Ok(()) => {}
                Err(why) => self.complain(name, value.unwrap_or_default(), &why),
            }
        }
        for (name, value) in settings.iter().filter(|(name, _)| !NAMES.contains(&name.as_str())) {
            self.complain(name, value, &format!("there is no such setting; there are {}", NAMES.join(", ")));
        }
        self.set.clone_from(settings);
        self.current.clone()
    }

    fn complain(&self, name: &str, value: &str, why: &str) {
        if self.set.get(name).map(String::as_str) != Some(value) {
            tracing::warn!(setting = shown(name), value = shown(value), "a setting is ignored: {why}");
        }
    }
}

/// Puts a setting in its place, or what the configuration says.
fn put(policy: &mut Policy, (name, value): (&str, Option<&str>), base: &Policy) -> Result<(), String> {
    let (power, base) = (&mut policy.power, &base.power);
    let span = |configured: Duration| match value {
        None => Ok(configured),
        Some(text) => match Span::from_str(text.trim())? {
            Span(span) if span <= SPAN_MAX => Ok(span),
            _ => Err("it may be 90 days at most".to_owned()),
        },
    };
    match name {
        "scheduling/idle_timeout" => power.idle_timeout = span(base.idle_timeout)?,
        "scheduling/minimum_up" => power.minimum_up = span(base.minimum_up)?,
        "scheduling/drain_timeout" => power.drain_timeout = span(base.drain_timeout)?,
        _ => {
            let parsed = value.map(|text| text.trim().parse().ok().filter(|count| (1..=STARTING_MAX).contains(count)));
            let wanted = || format!("it is a number from 1 to {STARTING_MAX}");
            power.starting_max = parsed.map_or(Ok(base.starting_max), |count| count.ok_or_else(wanted))?;
        }
    }
    Ok(())
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_set_counts_until_it_is_taken_away() {
        let base = Policy::default();
        let mut overrides = Overrides::new(base.clone());
        let policy =
            overrides.take(&settings(&[("scheduling/idle_timeout", "90s\n"), ("scheduling/starting_max", "3")]));
        assert_eq!((policy.power.idle_timeout, policy.power.starting_max), (Duration::from_secs(90), 3));
        assert_eq!(policy.power.minimum_up, base.power.minimum_up);
        assert_eq!(overrides.take(&settings(&[])), base);
    }

    #[test]
    fn what_cannot_be_is_ignored_and_the_value_before_it_stays() {
        let mut overrides = Overrides::new(Policy::default());
        let good = overrides.take(&settings(&[("scheduling/idle_timeout", "90s"), ("scheduling/starting_max", "3")]));
        for (name, value) in [
            ("scheduling/idle_timeout", "soon"),
            ("scheduling/idle_timeout", "-1s"),
            ("scheduling/idle_timeout", "9000h"),
            ("scheduling/starting_max", "0"),
            ("scheduling/starting_max", "1e3"),
            ("scheduling/starting_max", "10001"),
        ] {
            let mut set = settings(&[("scheduling/idle_timeout", "90s"), ("scheduling/starting_max", "3")]);
            set.insert(name.to_owned(), value.to_owned());
            assert_eq!(overrides.take(&set), good, "{name} = {value}");
        }
    }

    #[test]
    fn what_is_no_setting_changes_nothing() {
        let base = Policy::default();
        assert_eq!(
            Overrides::new(base.clone()).take(&settings(&[("scheduling/lease", "1s"), ("x", "\u{1b}[31m")])),
            base
        );
    }
}
