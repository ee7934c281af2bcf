//! Many files as one input: the files that a pattern names, one after the other in the order of their paths.

mod find;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use leat_flow::step::{Level, Outlet, Rejected, Source, StepError, Stopped};
use leat_stream::check::{SampledFile, SampledType};
use leat_stream::plan::Format;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultKind};
use crate::mark::Mark;
use crate::open::{SourceConfig, open_one, sample_one};
use crate::position::{self, PositionError};
use find::Found;
pub use find::directory_ending;
pub(crate) use find::{find, is_pattern};

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
    if !matches!(format, Format::JsonLines(_)) {
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

/// The files of an input that are there: one, or those that a pattern names. `name` is its path below `root`, or absolute.
pub fn input_files(root: &Path, name: &str) -> Vec<PathBuf> {
    if !is_pattern(name) {
        return vec![root.join(name)];
    }
    find(&root.join(name), name).map_or_else(|_| Vec::new(), |found| found.into_iter().map(|file| file.path).collect())
}

/// Reads the files of a pattern one after the other. The columns of each are found by name.
pub(crate) struct FilesSource {
    format: Format,
    config: SourceConfig,
    found: Vec<Found>,
    /// What the files are told by in a checkpoint, once that was asked for.
    marks: Vec<Mark>,
    /// How many of the files were opened.
    opened: usize,
    /// Nothing at the end.
    current: Option<Box<dyn Source>>,
    /// Bytes of the files that were read, and of all.
    done: u64,
    total: u64,
    /// Bytes of the current file.
    size: u64,
}

/// A place in the files of a pattern.
#[derive(Serialize, Deserialize)]
struct Place {
    /// All of them.
    files: Vec<(String, Mark)>,
    /// Which of them is current; that one has a place of its own.
    current: usize,
}

/// What positions are of.
const KIND: &str = "an input of several files";

impl FilesSource {
    /// Finds the files and opens the first.
    pub(crate) fn open(format: &Format, config: SourceConfig) -> Result<Self, Fault> {
        let found = find(&config.path, &config.name)?;
        let total = found.iter().map(|file| size(&file.path)).sum();
        let (format, marks) = (format.clone(), Vec::new());
        let mut source =
            FilesSource { format, config, found, marks, opened: 0, current: None, done: 0, total, size: 0 };
        if source.advance()? { Ok(source) } else { Err(FaultKind::NoMatch.into()) }
    }

    /// Opens the next file, if there is one.
    fn advance(&mut self) -> Result<bool, Fault> {
        self.done += self.size;
        self.current = None;
        self.size = 0;
        let (Some(file), Some(first)) = (self.found.get(self.opened), self.found.first()) else { return Ok(false) };
        self.opened += 1;
        self.size = size(&file.path);
        let config = SourceConfig { path: file.path.clone(), name: file.name.clone(), ..self.config.clone() };
        let source = open_one(&self.format, config).map_err(|fault| {
            let mut message = fault.in_file(&file.name);
            if matches!(fault.kind, FaultKind::MissingColumn { .. }) && file.name != first.name {
                message.push_str(&format!("; {}, the first file of this input, has it", first.name));
            }
            Fault::from(FaultKind::Matched(message))
        });
        self.current = Some(source?);
        Ok(true)
    }

    /// The files with what they are told by in a checkpoint.
    fn listed(&mut self) -> Result<Vec<(String, Mark)>, PositionError> {
        if self.marks.is_empty() {
            let unreadable =
                |file: &Found, error| PositionError::Named(format!("{}: {}", file.name, PositionError::Read(error)));
            let mark = |file: &Found| mark(&file.path).map_err(|error| unreadable(file, error));
            self.marks = self.found.iter().map(mark).collect::<Result<_, _>>()?;
        }
        Ok(self.found.iter().map(|file| file.name.clone()).zip(self.marks.iter().copied()).collect())
    }

    fn go_to(&mut self, position: &[u8]) -> Result<(), StepError> {
        let of = |error: PositionError, name: &str| error.of(name);
        let (place, inner) = position::read::<Place>(KIND, position).map_err(|error| of(error, &self.config.name))?;
        let now = self.listed().map_err(|error| of(error, &self.config.name))?;
        require_same_files(&place.files, &now).map_err(|error| of(error, &self.config.name))?;
        if place.current > now.len() {
            return Err(PositionError::Outside.of(&self.config.name));
        }
        if place.current == 0
            && let Some(source) = &mut self.current
        {
            return source.resume(inner);
        }
        self.opened = place.current;
        self.done = now[..place.current].iter().map(|(_, mark)| mark.size).sum();
        self.size = 0;
        self.advance().map_err(|fault| StepError::Failed(fault.in_file(&self.config.name)))?;
        self.current.as_mut().map_or(Ok(()), |source| source.resume(inner))
    }
}

fn mark(path: &Path) -> io::Result<Mark> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Mark::of(&file, size)
}

/// Refuses a list of files that is not the one of a checkpoint, or of which one is another file.
fn require_same_files(then: &[(String, Mark)], now: &[(String, Mark)]) -> Result<(), PositionError> {
    let lacks = |list: &[(String, Mark)], file: &str| !list.iter().any(|(name, _)| name == file);
    if let Some((gone, _)) = then.iter().find(|(name, _)| lacks(now, name)) {
        return Err(PositionError::OtherFiles(format!("{gone} is gone")));
    }
    if let Some((new, _)) = now.iter().find(|(name, _)| lacks(then, name)) {
        return Err(PositionError::OtherFiles(format!("{new} is new")));
    }
    let mut pairs = then.iter().zip(now);
    let changed = pairs.find_map(|((name, then), (_, now))| Some((name, then.difference(now)?)));
    changed.map_or(Ok(()), |(name, difference)| {
        Err(PositionError::Named(format!("{name}: {}", PositionError::Changed(difference))))
    })
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

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        let files = self.listed().map_err(|error| error.of(&self.config.name))?;
        let (current, inner) = match &mut self.current {
            Some(source) => (self.opened - 1, source.position()?),
            None => (files.len(), Vec::new()),
        };
        Ok(position::write(KIND, &Place { files, current }, &inner))
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.go_to(position)
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
