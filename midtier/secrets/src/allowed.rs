//! Which paths may be asked for: the policy of a playpen, or of a group at a midtier.

use std::str::FromStr;

use crate::path::check_part;
use crate::{BadPath, SecretPath};

/// Patterns that a policy may have.
const PATTERNS_MAX: usize = 1_000;

/// The paths of secrets that may be asked for. Nothing is allowed that no pattern says; the default allows nothing.
///
/// A pattern is a path (`kv/risk/warehouse#password`), every field of one entry (`kv/risk/warehouse#*`), or everything below a
/// place (`kv/risk/*`). A star stands at the end and nowhere else, so that what a pattern allows can be seen from its beginning.
///
/// ```
/// # use leat_secrets::Allowed;
/// let allowed = Allowed::new(["kv/risk/*"]).unwrap();
/// assert!(allowed.allows(&"kv/risk/warehouse#password".parse().unwrap()));
/// assert!(!allowed.allows(&"kv/risky/warehouse#password".parse().unwrap()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed(Vec<Pattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    One(SecretPath),
    /// With its `#`.
    Fields(Box<str>),
    /// With its last `/`.
    Below(Box<str>),
}

/// Why a policy cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    /// This pattern of it cannot.
    #[error(
        "`{pattern}` allows no paths of secrets: {why}; write a path (`kv/risk/warehouse#password`), every field of one (`kv/risk/warehouse#*`) \
         or everything below a place (`kv/risk/*`)"
    )]
    Pattern {
        /// As it is written.
        pattern: String,
        /// What is wrong with it.
        why: BadPath,
    },
    /// There are too many.
    #[error("a policy may have {PATTERNS_MAX} patterns of secrets, and this has {0}")]
    TooMany(usize),
}

impl Allowed {
    /// A policy of these patterns.
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Result<Self, BadPattern> {
        let read = |pattern: S| {
            let pattern = pattern.as_ref();
            pattern.parse().map_err(|why| BadPattern::Pattern { pattern: pattern.escape_debug().to_string(), why })
        };
        let patterns: Vec<Pattern> = patterns.into_iter().map(read).collect::<Result<_, _>>()?;
        if patterns.len() > PATTERNS_MAX { Err(BadPattern::TooMany(patterns.len())) } else { Ok(Allowed(patterns)) }
    }

    /// Whether a path may be asked for.
    pub fn allows(&self, path: &SecretPath) -> bool {
        self.0.iter().any(|pattern| match pattern {
            Pattern::One(one) => one == path,
            Pattern::Fields(entry) => path.as_str().starts_with(&**entry),
            Pattern::Below(place) => path.entry().starts_with(&**place),
        })
    }

    /// Whether nothing may be asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What either allows.
    pub fn or(mut self, other: Allowed) -> Allowed {
        self.0.extend(other.0);
        self
    }
}

impl FromStr for Pattern {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        if let Some(place) = text.strip_suffix("/*") {
            place.split('/').try_for_each(check_part)?;
            return Ok(Pattern::Below(format!("{place}/").into()));
        }
        if let Some(entry) = text.strip_suffix("#*") {
            let _checked: SecretPath = format!("{entry}#field").parse()?;
            return Ok(Pattern::Fields(format!("{entry}#").into()));
        }
        text.parse().map(Pattern::One)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SecretPath {
        text.parse().unwrap()
    }

    #[test]
    fn nothing_is_allowed_that_no_pattern_says() {
        assert!(!Allowed::default().allows(&path("kv/a#b")));
        let allowed = Allowed::new(["kv/risk/warehouse#password"]).unwrap();
        assert!(allowed.allows(&path("kv/risk/warehouse#password")));
        assert!(!allowed.allows(&path("kv/risk/warehouse#user")));
        assert!(!allowed.allows(&path("kv/risk/warehouse#password2")));
        assert!(!allowed.allows(&path("kv/risk/warehouse/sub#password")));
    }

    #[test]
    fn a_star_stands_for_what_is_below_and_for_no_neighbour() {
        let allowed = Allowed::new(["kv/risk/*", "db/x#*"]).unwrap();
        for good in ["kv/risk/a#b", "kv/risk/a/b/c#d", "db/x#user"] {
            assert!(allowed.allows(&path(good)), "{good}");
        }
        for bad in ["kv/risky/a#b", "kv/risk#b", "db/x/y#user", "db/xy#user", "other/risk/a#b"] {
            assert!(!allowed.allows(&path(bad)), "{bad}");
        }
    }

    #[test]
    fn a_star_stands_at_the_end_and_nowhere_else() {
        for bad in ["*", "/*", "kv/*/a#b", "kv/r*#b", "kv/../*", "kv/a#b*", "kv/a", "kv#*", "", "kv/**"] {
            assert!(Allowed::new([bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn policies_add_up() {
        let both = Allowed::new(["kv/a#x"]).unwrap().or(Allowed::new(["kv/b#x"]).unwrap());
        assert!(both.allows(&path("kv/a#x")) && both.allows(&path("kv/b#x")) && !both.is_empty());
    }

    #[test]
    fn fuzzed_paths_and_patterns_are_taken_or_refused() {
        let good = ["kv/risk/warehouse#password", "kv/risk/*", "kv/risk/warehouse#*"];
        let allowed = Allowed::new(["kv/risk/*"]).unwrap();
        leat_fuzzing::Fuzz::new("paths of secrets", leat_fuzzing::Shape::Text, good)
            .words(["..", "//", "#", "*", "%2e"])
            .run(|bytes| {
                let Ok(text) = std::str::from_utf8(bytes) else { return false };
                let path = text.parse::<SecretPath>();
                if let Ok(path) = &path {
                    assert_eq!(path.to_string(), text);
                    assert!(
                        !allowed.allows(path) || (text.starts_with("kv/risk/") && !text.contains("/../")),
                        "{text}"
                    );
                }
                path.is_ok() || Allowed::new([text]).is_ok()
            });
    }
}
