//! Which files a pattern or a directory names.
//!
//! `*` stands for any characters of a name and `?` for one; both stop at `/`, and names that begin with a point are left
//! out unless the pattern says the point. `**` alone between two `/` stands for directories at any depth, none among them;
//! it follows no links, which may lead in a circle.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::fault::{Fault, FaultKind};

/// How many files an input may have: each is opened by the check.
const FILES_MAX: usize = 10_000;
/// How deep `**` and directories look.
const DEPTH_MAX: usize = 64;
/// Directories at any depth.
const ANY_DEPTH: &str = "**";
/// Endings that say how a file is packed, before which its format's stands.
const PACKINGS: [&str; 2] = [".gz", ".zst"];

/// A file that a pattern names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// What messages call it.
    pub(super) name: String,
}

/// Whether a path as the stream file has it names files by a pattern.
pub(crate) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// The ending that all files of a directory have, at any depth: `.csv.gz`. Files without one, as `_SUCCESS`, and hidden
/// ones are no input. `name` is the directory's path below `root`, or absolute.
///
/// # Errors
/// It cannot be read, has no files, or files with different endings.
pub fn directory_ending(root: &Path, name: &str) -> Result<String, Fault> {
    let directory = root.join(name);
    match fs::metadata(&directory) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(FaultKind::NoDirectory.into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(FaultKind::MissingDirectory.into());
        }
        Err(error) => return Err(FaultKind::Open(error).into()),
    }
    let mut first: Option<(String, PathBuf)> = None;
    for below in directories(&directory)? {
        for path in entries(&below)?.into_iter().filter(|path| path.is_file()) {
            let Some(ending) = path.file_name().and_then(|name| ending(name.to_str()?)) else { continue };
            match &first {
                None => first = Some((ending.to_owned(), path)),
                Some((known, _)) if known == ending => {}
                Some((_, other)) => {
                    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
                    return Err(FaultKind::TwoEndings { first: shown(other), second: shown(&path) }.into());
                }
            }
        }
    }
    first.map(|(ending, _)| ending).ok_or_else(|| FaultKind::EmptyDirectory.into())
}

/// The last ending of a name, with the one before it where it says a packing: `.csv.gz` of `a.b.csv.gz`.
fn ending(name: &str) -> Option<&str> {
    let from = |end: usize| name[..end].rfind('.').filter(|at| *at > 0);
    let last = from(name.len())?;
    let start = if PACKINGS.contains(&&name[last..]) { from(last).unwrap_or(last) } else { last };
    Some(&name[start..])
}

/// The files of a pattern in the order of their paths, folder by folder; `path` ends in `name`, and only that part of it is a pattern.
pub(crate) fn find(path: &Path, name: &str) -> Result<Vec<Found>, FaultKind> {
    let steps: Vec<&std::ffi::OsStr> = path.components().map(Component::as_os_str).collect();
    let named = Path::new(name);
    let count = named.components().filter(|step| !matches!(step, Component::CurDir)).count().min(steps.len());
    let (base, pattern) = steps.split_at(steps.len() - count);
    let mut found = vec![base.iter().collect::<PathBuf>()];
    for step in pattern {
        let step = step.to_string_lossy();
        let mut next = Vec::new();
        for path in found {
            if step == ANY_DEPTH {
                next.extend(directories(&path)?);
            } else if is_pattern(&step) {
                next.extend(matches_in(&path, &step)?);
            } else {
                next.push(path.join(step.as_ref()));
            }
        }
        if next.len() > FILES_MAX {
            return Err(FaultKind::TooManyFiles { files_max: FILES_MAX });
        }
        // Behind a pattern there may be nothing of that name.
        next.retain(|path| path.exists());
        // Two of `**` find one file by several ways.
        next.sort();
        next.dedup();
        found = next;
    }
    let file = |path: PathBuf| {
        let shown = path.strip_prefix(base.iter().collect::<PathBuf>()).unwrap_or(&path);
        let name = if named.is_absolute() { path.display().to_string() } else { shown.display().to_string() };
        Found { path, name }
    };
    let found: Vec<Found> = found.into_iter().map(file).collect();
    if found.is_empty() { Err(FaultKind::NoMatch) } else { Ok(found) }
}

/// A directory with all that are below it, hidden ones left out; nothing where it is none.
fn directories(directory: &Path) -> Result<Vec<PathBuf>, FaultKind> {
    let mut found = if directory.is_dir() { vec![directory.to_owned()] } else { Vec::new() };
    let mut level = found.clone();
    for _ in 0..DEPTH_MAX {
        let mut below = Vec::new();
        for directory in level {
            let linked = |path: &PathBuf| path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
            below.extend(entries(&directory)?.into_iter().filter(linked));
        }
        if found.len() + below.len() > FILES_MAX {
            return Err(FaultKind::TooManyFiles { files_max: FILES_MAX });
        }
        found.extend_from_slice(&below);
        level = below;
    }
    found.sort();
    Ok(found)
}

/// What is in a directory, sorted by name, hidden names left out.
fn entries(directory: &Path) -> Result<Vec<PathBuf>, FaultKind> {
    matches_in(directory, "*")
}

/// What matches in a directory, sorted by name; nothing where it is no directory.
fn matches_in(directory: &Path, pattern: &str) -> Result<Vec<PathBuf>, FaultKind> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut names: Vec<OsString> = Vec::new();
    for entry in fs::read_dir(directory).map_err(FaultKind::Open)? {
        let name = entry.map_err(FaultKind::Open)?.file_name();
        let text = name.to_string_lossy();
        let hidden = text.starts_with('.') && !pattern.starts_with('.');
        if !hidden && matches(pattern.as_bytes(), text.as_bytes()) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names.into_iter().map(|name| directory.join(name)).collect())
}

/// Whether a name matches a pattern, both bytes of UTF-8. `*` takes as little as it can and more where that fails later.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut star = None;
    while at < name.len() {
        match pattern.get(of) {
            Some(b'*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(b'?') => {
                at += width(name[at]);
                of += 1;
            }
            Some(byte) if *byte == name[at] => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((from, taken)) = star else { return false };
                star = Some((from, taken + 1));
                (of, at) = (from + 1, taken + 1);
            }
        }
    }
    pattern[of..].iter().all(|byte| *byte == b'*')
}

/// How many bytes the character has that begins with this one.
fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_characters_and_a_question_mark_one() {
        for (pattern, name, expected) in [
            ("*.csv", "a.csv", true),
            ("*.csv", ".csv", true),
            ("*.csv", "a.csv.gz", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("?.csv", "é.csv", true),
            ("?.csv", "ab.csv", false),
            ("2024-0?", "2024-01", true),
            ("a**", "a", true),
            ("a", "a", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
        let stars = "*a".repeat(30);
        assert!(!matches(stars.as_bytes(), "a".repeat(60).replace('a', "b").as_bytes()));
    }

    #[test]
    fn files_are_found_in_the_order_of_their_names() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("odd*root");
        for name in ["in/2024-02/a.csv", "in/2024-01/b.csv", "in/2024-01/a.csv", "in/2024-01/.c.csv", "in/x/a.csv"] {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let names = |name: &str| -> Vec<String> {
            find(&root.join(name), name)
                .map_or_else(|_| Vec::new(), |found| found.into_iter().map(|f| f.name).collect())
        };
        assert_eq!(names("in/2024-*/*.csv"), ["in/2024-01/a.csv", "in/2024-01/b.csv", "in/2024-02/a.csv"]);
        assert_eq!(names("./in/*/b.csv"), ["in/2024-01/b.csv"]);
        assert_eq!(names("in/*.csv"), Vec::<String>::new());
        let all = ["in/2024-01/a.csv", "in/2024-01/b.csv", "in/2024-02/a.csv", "in/x/a.csv"];
        assert_eq!(names("in/**/*.csv"), all);
        assert_eq!(names("**/in/**/**/*.csv"), all);
        assert_eq!(names("in/**/x/a.csv"), ["in/x/a.csv"]);
        let absolute = root.join("in/x/*.csv").display().to_string();
        assert_eq!(names(&absolute), [root.join("in/x/a.csv").display().to_string()]);
    }

    #[test]
    fn a_directory_has_the_ending_that_all_of_its_files_have() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let file = |name: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        let error = |name: &str| directory_ending(root, name).unwrap_err().to_string();
        assert_eq!(error("in/"), "there is no such directory");
        fs::create_dir(root.join("in")).unwrap();
        assert!(error("in/").contains("no file"));
        for name in ["in/a.2024.csv.gz", "in/deep/er/b.csv.gz", "in/_SUCCESS", "in/.hidden.txt", "in/gz"] {
            file(name);
        }
        assert_eq!(directory_ending(root, "in/").unwrap(), ".csv.gz");
        file("in/deep/c.parquet");
        let both = error("in/");
        assert!(both.contains("in/a.2024.csv.gz") && both.contains("in/deep/c.parquet"), "{both}");
        assert_eq!(error("in/gz"), "this is a file, not a directory");
    }

    #[test]
    #[cfg(unix)]
    fn links_that_lead_in_a_circle_are_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("in")).unwrap();
        std::os::unix::fs::symlink("..", directory.path().join("in/up")).unwrap();
        fs::write(directory.path().join("in/a.csv"), "").unwrap();
        assert_eq!(find(&directory.path().join("**/*.csv"), "**/*.csv").map_or(0, |found| found.len()), 1);
        assert_eq!(directory_ending(directory.path(), "in/").unwrap(), ".csv");
    }
}
