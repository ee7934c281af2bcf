//! Simulations that may be larger than memory: read to their end once, to check them, and then by ranges of draws.

mod blocks;
mod csv;
mod parquet;

use std::io;
use std::path::Path;

use leat_objects::Faults;

use blocks::Blocks;

pub(crate) use self::csv::open_csv;
pub(crate) use self::parquet::open_parquet;

/// Variables of one simulation at most, so that a draw is small beside a block.
const VARIABLES_MAX: usize = 4_096;

/// A simulation in a file. What is in memory of it is bounded: 16 blocks of about 1 MiB, shared by all who read.
pub struct Simulation {
    /// As people know the file.
    file: String,
    description: String,
    variables: Vec<String>,
    draws: u64,
    source: Box<dyn Source>,
    blocks: Blocks,
}

/// A file of draws that was checked.
trait Source: Send + Sync {
    /// `count` draws from `first` on, which are all there and do not cross a block's end.
    ///
    /// # Errors
    /// Where the file cannot be read any more, or is not what it was.
    fn read(&self, first: u64, count: usize) -> Result<Vec<f64>, String>;
}

impl std::fmt::Debug for Simulation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Simulation { file, variables, draws, .. } = self;
        f.debug_struct("Simulation").field("file", file).field("variables", variables).field("draws", draws).finish()
    }
}

impl Simulation {
    /// What it is for, in its author's words.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The variables, in order.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// How many draws there are.
    pub fn draws(&self) -> u64 {
        self.draws
    }

    /// `count` draws from `first` on, draw by draw a number for each variable, as 64-bit floats, little-endian.
    ///
    /// # Errors
    /// Where there are not so many draws, or the file cannot be read any more, or has changed.
    pub fn rows(&self, first: u64, count: usize) -> Result<Vec<u8>, String> {
        let end = first.checked_add(count as u64).filter(|end| *end <= self.draws).ok_or_else(|| {
            format!("{count} draws from {first} on are asked for, and {} has {}", self.file, self.draws)
        })?;
        let width = self.variables.len();
        let mut bytes = Vec::with_capacity(count * width * 8);
        let block_draws = self.blocks.draws();
        let mut next = first;
        while next < end {
            let block = next / block_draws;
            let start = block * block_draws;
            let numbers = self.blocks.get(block, || {
                let count = block_draws.min(self.draws - start);
                self.source.read(start, usize::try_from(count).unwrap_or(usize::MAX))
            });
            let numbers = numbers.map_err(|reason| format!("{}: {reason}", self.file))?;
            let stop = end.min(start + block_draws);
            let place = |draw: u64| usize::try_from(draw - start).unwrap_or(usize::MAX).saturating_mul(width);
            let wanted =
                numbers.get(place(next)..place(stop)).ok_or_else(|| format!("{}: it became shorter", self.file))?;
            bytes.extend(wanted.iter().flat_map(|number| number.to_le_bytes()));
            next = stop;
        }
        Ok(bytes)
    }
}

/// A file's length and time of change, to see that it is still the one that was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<std::time::SystemTime>,
}

impl Stamp {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        Ok(Stamp { bytes: metadata.len(), modified: metadata.modified().ok() })
    }

    /// That the file is still the same.
    fn require(&self, path: &Path) -> Result<(), String> {
        match Stamp::of(path) {
            Ok(now) if now == *self => Ok(()),
            Ok(_) => Err("it has changed while the run was reading it".to_owned()),
            Err(error) => Err(format!("cannot be read any more: {error}")),
        }
    }
}

/// What reading a file to its end found: a simulation, or its faults.
type Opened = Result<Simulation, Faults>;
