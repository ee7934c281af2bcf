//! Where a secret lies in its store: `mount/path#field`.

use std::fmt;
use std::str::FromStr;

/// Length of a whole path.
const PATH_BYTES_MAX: usize = 512;
/// Length of one part of it, and of the field.
const PART_BYTES_MAX: usize = 128;
/// Parts before the field.
const PARTS_MAX: usize = 16;

/// Where a secret lies: the mount of a store, a path below it, and a field of what is kept there, as
/// `kv/risk/warehouse#password`.
///
/// Parts and field are of ASCII letters, digits, `_`, `-`, `.` and `@`, so that no store and no address can read anything else in
/// them than their names: there is no `..`, no empty part, no wildcard, no escape.
///
/// ```
/// # use leat_secrets::SecretPath;
/// let path: SecretPath = "kv/risk/warehouse#password".parse().unwrap();
/// assert_eq!((path.mount(), path.below(), path.field()), ("kv", "risk/warehouse", "password"));
/// assert!("kv/risk/../admin#password".parse::<SecretPath>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretPath {
    text: Box<str>,
    /// Where the first `/` stands.
    slash: usize,
    /// Where the `#` stands.
    hash: usize,
}

/// Why a text is no path of a secret. Its words name what is wrong, and never more of the text than a part that may be printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// Nothing says which field is meant.
    #[error("it names no field; write `mount/path#field`, as `kv/risk/warehouse#password`")]
    NoField,
    /// There is a mount alone.
    #[error("it names no path below the mount; write `mount/path#field`, as `kv/risk/warehouse#password`")]
    NoMount,
    /// Two slashes in a row, one at an end, or nothing after the `#`.
    #[error("a part of it is empty; write `mount/path#field`, without a slash at either end")]
    EmptyPart,
    /// `.` or `..`.
    #[error("`{0}` cannot be a part of it: a path leads nowhere but down")]
    Dots(&'static str),
    /// A character that a name cannot have.
    #[error("{0:?} cannot stand in it; its parts are of letters, digits, `_`, `-`, `.` and `@`")]
    Character(char),
    /// More than it may have.
    #[error("it has more than {max} {of}")]
    TooLong {
        /// How much is allowed.
        max: usize,
        /// Of what.
        of: &'static str,
    },
}

impl SecretPath {
    /// The whole of it, as it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The mount of the store.
    pub fn mount(&self) -> &str {
        &self.text[..self.slash]
    }

    /// What lies between the mount and the field, without a slash at either end.
    pub fn below(&self) -> &str {
        &self.text[self.slash + 1..self.hash]
    }

    /// The field of what is kept there.
    pub fn field(&self) -> &str {
        &self.text[self.hash + 1..]
    }

    /// Mount and path, without the field: what is read as one.
    pub fn entry(&self) -> &str {
        &self.text[..self.hash]
    }
}

impl FromStr for SecretPath {
    type Err = BadPath;

    fn from_str(text: &str) -> Result<Self, BadPath> {
        if text.len() > PATH_BYTES_MAX {
            return Err(BadPath::TooLong { max: PATH_BYTES_MAX, of: "bytes" });
        }
        let hash = text.find('#').ok_or(BadPath::NoField)?;
        let (entry, field) = (&text[..hash], &text[hash + 1..]);
        if entry.split('/').count() > PARTS_MAX {
            return Err(BadPath::TooLong { max: PARTS_MAX, of: "parts" });
        }
        entry.split('/').chain([field]).try_for_each(check_part)?;
        let slash = entry.find('/').ok_or(BadPath::NoMount)?;
        Ok(SecretPath { text: text.into(), slash, hash })
    }
}

/// Whether a text can be one part of a path.
pub(crate) fn check_part(part: &str) -> Result<(), BadPath> {
    match part {
        "" => return Err(BadPath::EmptyPart),
        "." => return Err(BadPath::Dots(".")),
        ".." => return Err(BadPath::Dots("..")),
        _ if part.len() > PART_BYTES_MAX => {
            return Err(BadPath::TooLong { max: PART_BYTES_MAX, of: "bytes in a part" });
        }
        _ => {}
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@');
    part.chars().find(|c| !fits(*c)).map_or(Ok(()), |c| Err(BadPath::Character(c)))
}

impl fmt::Display for SecretPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<SecretPath, BadPath> {
        text.parse()
    }

    #[test]
    fn a_path_has_a_mount_a_way_below_it_and_a_field() {
        let path = parse("kv/risk/eu-west/db_1.main@x#user").unwrap();
        assert_eq!((path.mount(), path.below(), path.field()), ("kv", "risk/eu-west/db_1.main@x", "user"));
        assert_eq!(path.entry(), "kv/risk/eu-west/db_1.main@x");
        assert_eq!(path.to_string(), "kv/risk/eu-west/db_1.main@x#user");
    }

    #[test]
    fn a_path_leads_nowhere_but_down() {
        for text in ["kv/../sys#x", "../kv/a#x", "kv/a/..#x", "kv/a#.."] {
            assert_eq!(parse(text), Err(BadPath::Dots("..")), "{text}");
        }
        assert_eq!(parse("kv/./a#x"), Err(BadPath::Dots(".")));
        assert!(parse("kv/..a/b..#x.y").is_ok(), "dots within a name are no way up");
    }

    #[test]
    fn no_part_is_empty() {
        for text in ["/kv/a#x", "kv//a#x", "kv/a/#x", "kv/a#", "#x", "kv/#x"] {
            assert_eq!(parse(text), Err(BadPath::EmptyPart), "{text}");
        }
        assert_eq!(parse("kv#x"), Err(BadPath::NoMount));
        assert_eq!(parse("kv/a"), Err(BadPath::NoField));
        assert_eq!(parse(""), Err(BadPath::NoField));
    }

    #[test]
    fn nothing_in_a_path_can_be_read_as_anything_but_a_name() {
        for bad in ['*', '+', '?', '%', '\\', ' ', '\n', '\0', '\u{1b}', '#', ':', '$', '{', 'é', '\u{202e}'] {
            assert!(parse(&format!("kv/a{bad}b#x")).is_err(), "{bad:?}");
            assert_eq!(parse(&format!("kv/ab#x{bad}")), Err(BadPath::Character(bad)));
        }
    }

    #[test]
    fn a_path_has_bounds() {
        let long = "a".repeat(PART_BYTES_MAX);
        assert!(parse(&format!("kv/{long}#x")).is_ok());
        assert!(matches!(parse(&format!("kv/{long}a#x")), Err(BadPath::TooLong { .. })));
        assert!(matches!(parse(&format!("kv{}#x", "/a".repeat(PARTS_MAX))), Err(BadPath::TooLong { .. })));
        assert!(matches!(parse(&"/".repeat(PATH_BYTES_MAX + 1)), Err(BadPath::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_told_again_as_it_was_written(text in "\\PC{0,60}|[a-z./#*]{0,30}") {
            if let Ok(path) = parse(&text) {
                prop_assert_eq!(path.as_str(), text.as_str());
                prop_assert_eq!(format!("{}/{}#{}", path.mount(), path.below(), path.field()), text.clone());
                prop_assert!(!path.as_str().split(['/', '#']).any(|part| part.is_empty() || part == ".." || part == "."));
            }
        }
    }
}
