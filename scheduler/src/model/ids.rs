//! Names and numbers that must not be mixed up.

use std::fmt;
use std::time::Duration;

/// A name from outside that cannot be one of ours.
#[derive(Debug, thiserror::Error)]
#[error(
    "{text:?} is no name of a {what}: expected 1 to {most} letters, digits, `-`, `_` or `.`, beginning with a letter or digit"
)]
pub struct BadName {
    text: String,
    what: &'static str,
    most: usize,
}

fn name(text: &str, what: &'static str, most: usize) -> Result<String, BadName> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins && text.len() <= most && text.chars().all(plain) {
        return Ok(text.to_owned());
    }
    Err(BadName { text: text.chars().take(80).collect(), what, most })
}

macro_rules! names {
    ($(#[doc = $doc:literal] $name:ident: $what:literal, $most:literal;)*) => {$(
        #[doc = $doc]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads one from outside.
            ///
            /// # Errors
            /// Says what a name may look like.
            pub fn parse(text: &str) -> Result<Self, BadName> {
                name(text, $what, $most).map($name)
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// Names a run, for ever: a UUID of version 7, so that later runs have greater names.
    RunId: "run", 64;
    /// Names a host, as the operator wrote it. Unique in an installation.
    HostId: "host", 64;
}

/// Which attempt of a run: fences off the older ones. 0 before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

impl Generation {
    /// The one that fences this one off.
    pub fn next(self) -> Self {
        Generation(self.0 + 1)
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Moment {
    /// How long before this one the other was; zero where it was not.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// So much later.
    pub fn after(self, duration: Duration) -> Moment {
        Moment(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }
}
