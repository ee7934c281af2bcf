//! The playpen's `risk/` as a shelf: a file for each object, told by its name.
//!
//! `NAME.scenarios.csv`, `NAME.matrix.csv`, `NAME.table.csv`, `NAME.study.toml`, and a simulation as
//! `NAME.simulation.csv` or `NAME.simulation.parquet`, the latter with its settings in `NAME.simulation.toml` if it has any.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use leat_objects::{Fault, Kind, Object, Reference, SimulationHead, TEXT_BYTES_MAX};

use crate::digest::Digesting;
use crate::held::{Content, Held};
use crate::shelf::{Shelf, ShelfError};
use crate::simulation;

/// The folder's name below a playpen's root.
const FOLDER: &str = "risk";

/// Settings beside a Parquet file are a few lines.
const HEAD_BYTES_MAX: u64 = 1 << 20;

/// A playpen's folder of risk objects.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// How an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Toml,
    Parquet,
}

impl Format {
    fn suffix(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Toml => "toml",
            Format::Parquet => "parquet",
        }
    }

    /// The formats that objects of a kind are written in.
    fn of(kind: Kind) -> &'static [Format] {
        match kind {
            Kind::Simulation => &[Format::Csv, Format::Parquet],
            Kind::Study => &[Format::Toml],
            Kind::ScenarioSet | Kind::Matrix | Kind::ControlTable => &[Format::Csv],
        }
    }
}

impl Folder {
    /// The folder of the playpen at `root`. It need not be there.
    pub fn of_playpen(root: &Path) -> Self {
        Folder { path: root.join(FOLDER) }
    }

    /// This folder itself, wherever it is. It need not be there.
    pub fn new(path: &Path) -> Self {
        Folder { path: path.to_owned() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Shelf for Folder {
    fn list(&self) -> Result<Vec<Reference>, ShelfError> {
        let unreadable =
            |error: io::Error| ShelfError::Unreadable { file: FOLDER.to_owned(), reason: error.to_string() };
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(unreadable)?,
        };
        let mut references = Vec::new();
        for entry in entries {
            let name = entry.map_err(unreadable)?.file_name();
            references.extend(name.to_str().and_then(reference_of));
        }
        references.sort();
        references.dedup();
        Ok(references)
    }

    fn open(&self, reference: &Reference) -> Result<Held, ShelfError> {
        let name = |format: &Format| format!("{reference}.{}", format.suffix());
        let formats = Format::of(reference.kind);
        let there: Vec<&Format> = formats.iter().filter(|format| self.file(&name(format)).exists()).collect();
        match *there {
            [] => {
                let places: Vec<String> = formats.iter().map(|format| shown(&name(format))).collect();
                Err(ShelfError::Missing { looked: places.join(" or ") })
            }
            [format] => self.read(reference, *format, &name(format)),
            [format, other, ..] => Err(ShelfError::Unreadable {
                file: shown(&name(format)),
                reason: format!("{} stands beside it: one object has one file; take one of them away", name(other)),
            }),
        }
    }
}

impl Folder {
    fn read(&self, reference: &Reference, format: Format, name: &str) -> Result<Held, ShelfError> {
        let path = self.file(name);
        let unreadable =
            |error: io::Error| ShelfError::Unreadable { file: shown(name), reason: format!("cannot be read: {error}") };
        let faulty = |faults| ShelfError::Faulty { file: shown(name), faults };
        let (digest, content) = match (reference.kind, format) {
            (Kind::Simulation, Format::Parquet) => {
                let head_name = format!("{reference}.toml");
                let (head, bytes) = self.head(&head_name)?;
                let opened = simulation::open_parquet(&path, &shown(name), head.description).map_err(unreadable)?;
                let digest = File::open(&path).and_then(|file| Digesting::new(file).finish(&bytes));
                (digest.map_err(unreadable)?, Content::Simulation(opened.map_err(faulty)?))
            }
            (Kind::Simulation, _) => {
                let (digest, opened) = simulation::open_csv(&path, &shown(name)).map_err(unreadable)?;
                (digest, Content::Simulation(opened.map_err(faulty)?))
            }
            (kind, _) => {
                let mut reader = Digesting::new(open_file(&path).map_err(unreadable)?);
                let text = read_text(&mut reader).map_err(unreadable)?;
                let object = text.map_err(Into::into).and_then(|text| Object::read(kind, &text)).map_err(faulty)?;
                (reader.finish(&[]).map_err(unreadable)?, Content::Whole(object))
            }
        };
        Ok(Held { reference: reference.clone(), file: shown(name), digest, content })
    }

    /// The settings beside a Parquet file, with their bytes; none where there is no such file.
    fn head(&self, name: &str) -> Result<(SimulationHead, Vec<u8>), ShelfError> {
        let path = self.file(name);
        if !path.exists() {
            return Ok((SimulationHead::default(), Vec::new()));
        }
        let mut text = String::new();
        let read = open_file(&path).and_then(|file| file.take(HEAD_BYTES_MAX).read_to_string(&mut text));
        read.map_err(|error| ShelfError::Unreadable { file: shown(name), reason: format!("cannot be read: {error}") })?;
        let head = SimulationHead::read(&text)
            .map_err(|fault| ShelfError::Faulty { file: shown(name), faults: fault.into() })?;
        Ok((head, text.into_bytes()))
    }
}

/// The object that a file's name stands for.
fn reference_of(name: &str) -> Option<Reference> {
    let (stem, suffix) = name.rsplit_once('.')?;
    let reference: Reference = stem.parse().ok()?;
    let formats = Format::of(reference.kind);
    formats.iter().any(|format| format.suffix() == suffix).then_some(reference)
}

/// A file's name as people know it.
fn shown(name: &str) -> String {
    format!("{FOLDER}/{name}")
}

/// Opens what is a plain file: a pipe or a device may never come to its end.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    File::open(path)
}

/// A whole text of bounded length.
fn read_text(reader: &mut impl Read) -> io::Result<Result<String, Fault>> {
    let mut bytes = Vec::new();
    reader.take(TEXT_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > TEXT_BYTES_MAX {
        let limit = TEXT_BYTES_MAX >> 20;
        return Err(io::Error::other(format!("it is larger than {limit} MiB; what is larger is a simulation")));
    }
    Ok(String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Fault::line(line, "bytes that are not UTF-8: export the file as CSV with UTF-8 encoding")
    }))
}
