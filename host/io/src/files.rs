//! Many files as one input: the files that a pattern names, one after the other in the order of their names.
//!
//! `*` stands for any characters of a name and `?` for one; both stop at `/`, and names that begin with a point are left
//! out unless the pattern says the point.

use std::collections::VecDeque;
use std::fs;
use std::path::{Component, Path, PathBuf};

use arrow_array::RecordBatch;
use leat_flow::step::{Level, Outlet, Rejected, Source, StepError, Stopped};
use leat_stream::check::{SampledFile, SampledType};
use leat_stream::plan::Format;

use crate::fault::{Fault, FaultKind};
use crate::open::{SourceConfig, open_one, sample_one};

/// How many files an input may have: each is opened by the check.
const FILES_MAX: usize = 10_000;

/// A file that a pattern names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    path: PathBuf,
    /// What messages call it.
    name: String,
}

/// Whether a path as the stream file has it names files by a pattern.
pub(crate) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// The columns of the first file and its first records; the others must have the same columns.
pub(crate) fn sample(root: &Path, name: &str, format: &Format) -> Result<SampledFile, Fault> {
    let found = find(&root.join(name), name)?;
    let mut files = found.iter().map(|file| {
        let sampled = sample_one(&file.path, format);
        sampled.map(|sampled| (file, sampled)).map_err(|fault| of_file(&fault, file))
    });
    let Some(first) = files.next() else { return Err(FaultKind::NoMatch.into()) };
    let (first, sampled) = first?;
    // Keys of JSON lines may be missing from any record, so that no file says them all.
    if matches!(format, Format::Csv(_) | Format::Arrow) {
        for file in files {
            let (file, other) = file?;
            if let Some(difference) = difference((first, &sampled), (file, &other)) {
                return Err(FaultKind::Matched(difference).into());
            }
        }
    }
    Ok(sampled)
}

fn difference(first: (&Found, &SampledFile), other: (&Found, &SampledFile)) -> Option<String> {
    let lacks = |(file, has): (&Found, &SampledFile), (model, wants): (&Found, &SampledFile)| {
        let missing = wants.header.iter().find(|name| !has.header.contains(name))?;
        let (file, model) = (&file.name, &model.name);
        Some(format!(
            "{file} has no column \"{missing}\", which {model} has: the files of one input have the same columns"
        ))
    };
    lacks(other, first).or_else(|| lacks(first, other)).or_else(|| {
        let types = |file: &SampledFile| -> Vec<(String, SampledType)> {
            let mut types: Vec<_> = file.header.iter().cloned().zip(file.types.iter().cloned()).collect();
            types.sort_by(|one, other| one.0.cmp(&other.0));
            types
        };
        let (ours, theirs) = (types(first.1), types(other.1));
        let mut pairs = ours.into_iter().zip(theirs);
        let (one, _) = pairs.find(|(one, other)| one.1.data_type != other.1.data_type)?;
        let (first, other) = (&first.0.name, &other.0.name);
        Some(format!("column \"{}\" has one type in {first} and another in {other}", one.0))
    })
}

fn of_file(fault: &Fault, file: &Found) -> Fault {
    FaultKind::Matched(fault.in_file(&file.name)).into()
}

/// Reads the files of a pattern one after the other. The columns of each are found by name.
pub(crate) struct FilesSource {
    format: Format,
    config: SourceConfig,
    first: String,
    waiting: VecDeque<Found>,
    current: Option<Box<dyn Source>>,
    /// Bytes of the files that were read, and of all.
    done: u64,
    total: u64,
    /// Bytes of the current file.
    size: u64,
}

impl FilesSource {
    /// Finds the files and opens the first.
    pub(crate) fn open(format: &Format, config: SourceConfig) -> Result<Self, Fault> {
        let waiting: VecDeque<Found> = find(&config.path, &config.name)?.into();
        let Some(first) = waiting.front() else { return Err(FaultKind::NoMatch.into()) };
        let (first, total) = (first.name.clone(), waiting.iter().map(|file| size(&file.path)).sum());
        let format = format.clone();
        let mut source = FilesSource { format, config, first, waiting, current: None, done: 0, total, size: 0 };
        source.advance()?;
        Ok(source)
    }

    /// Opens the next file, if there is one.
    fn advance(&mut self) -> Result<bool, Fault> {
        self.done += self.size;
        self.current = None;
        let Some(file) = self.waiting.pop_front() else { return Ok(false) };
        self.size = size(&file.path);
        let config = SourceConfig { path: file.path.clone(), name: file.name.clone(), ..self.config.clone() };
        let source = open_one(&self.format, config).map_err(|fault| {
            let mut message = fault.in_file(&file.name);
            if matches!(fault.kind, FaultKind::MissingColumn { .. }) && file.name != self.first {
                message.push_str(&format!("; {}, the first file of this input, has it", self.first));
            }
            Fault::from(FaultKind::Matched(message))
        });
        self.current = Some(source?);
        Ok(true)
    }
}

impl Source for FilesSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            let Some(source) = &mut self.current else { return Ok(None) };
            let mut whole = Whole { outlet, done: self.done, total: self.total };
            if let Some(batch) = source.next(&mut whole)? {
                return Ok(Some(batch));
            }
            let advanced = self.advance();
            advanced.map_err(|fault| StepError::Failed(fault.in_file(&self.config.name)))?;
        }
    }
}

/// An outlet that is told the progress through all files.
struct Whole<'a> {
    outlet: &'a mut dyn Outlet,
    done: u64,
    total: u64,
}

impl Outlet for Whole<'_> {
    fn emit(&mut self, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        self.outlet.emit(port, batch)
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        self.outlet.reject(rejected)
    }

    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        self.outlet.log(level, message, fields);
    }

    fn count(&mut self, name: &str, increment: u64) {
        self.outlet.count(name, increment);
    }

    fn progress(&mut self, done: u64, _: Option<u64>) {
        self.outlet.progress(self.done + done, Some(self.total));
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// The files of a pattern in the order of their names; `path` ends in `name`, and only that part of it is a pattern.
fn find(path: &Path, name: &str) -> Result<Vec<Found>, FaultKind> {
    let steps: Vec<&std::ffi::OsStr> = path.components().map(Component::as_os_str).collect();
    let named = Path::new(name);
    let count = named.components().filter(|step| !matches!(step, Component::CurDir)).count().min(steps.len());
    let (base, pattern) = steps.split_at(steps.len() - count);
    let mut found = vec![base.iter().collect::<PathBuf>()];
    for step in pattern {
        let step = step.to_string_lossy();
        let mut next = Vec::new();
        for path in found {
            if is_pattern(&step) {
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

/// What matches in a directory, sorted by name; nothing where it is no directory.
fn matches_in(directory: &Path, pattern: &str) -> Result<Vec<PathBuf>, FaultKind> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
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
        let absolute = root.join("in/x/*.csv").display().to_string();
        assert_eq!(names(&absolute), [root.join("in/x/a.csv").display().to_string()]);
    }
}
