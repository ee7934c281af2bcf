//! An output in parts: a file for each combination of values that some columns have, named by them.
//!
//! A part begins with its first record. Parts are complete together and published together, like the files of a run. What
//! they hold in memory is bounded, as is their number: each is an open file.

mod name;

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use arrow_array::{RecordBatch, UInt32Array};
use arrow_select::take::take_record_batch;
use leat_flow::step::{Published, Sink, SinkPosition, StepError};
use leat_stream::plan::PartPiece;
use serde::{Deserialize, Serialize};

use crate::file::SinkError;
use crate::files;
use crate::open::SinkConfig;
use crate::partial::partial_path;
use crate::position::{self, PositionError};
use crate::sink::{Encoding, FileSink};
use crate::text::Column;
use name::{escaped, write_key};

/// How many parts there may be: each is an open file, and a system's usual bound is 1,024 for a process.
const PARTS_MAX: usize = 512;
/// How much all parts may hold in memory before the one that holds most writes a block that is not full.
const HELD_BYTES_MAX: usize = 256 << 20;

/// What messages call an output.
const OUTPUT: &str = "an output in parts";

/// Writes the parts of an output. Dropped before [`Sink::finish`], it leaves nothing behind but what a checkpoint needs.
pub(crate) struct PartsSink {
    encoding: Box<dyn Encoding>,
    config: SinkConfig,
    parts: Vec<FileSink>,
    /// By the values of the naming columns.
    by_key: HashMap<Vec<u8>, usize>,
    /// The parts' names in small letters: many file systems hold names that differ in case alone for one.
    names: HashMap<String, String>,
    /// Whether it goes on from a position: there may be parts that were begun after it, and are not begun again.
    resumed: bool,
    held_bytes_max: usize,
}

/// A part in a position; it has a position of its own.
#[derive(Serialize, Deserialize)]
struct Part {
    /// The values of the naming columns.
    key: Vec<u8>,
    name: String,
}

impl PartsSink {
    pub(crate) fn new(encoding: Box<dyn Encoding>, config: SinkConfig) -> Self {
        let (parts, by_key, names) = (Vec::new(), HashMap::new(), HashMap::new());
        PartsSink { encoding, config, parts, by_key, names, resumed: false, held_bytes_max: HELD_BYTES_MAX }
    }

    /// Goes on with all parts from a position.
    pub(crate) fn resume(
        encoding: Box<dyn Encoding>,
        config: SinkConfig,
        position: &[u8],
    ) -> Result<Self, PositionError> {
        let (parts, inner): (Vec<Part>, _) = position::read(OUTPUT, position)?;
        let inner = position::split(inner).filter(|inner| inner.len() == parts.len());
        let inner = inner.ok_or(PositionError::Unreadable)?;
        let mut sink = PartsSink { resumed: true, ..PartsSink::new(encoding, config) };
        for (Part { key, name }, position) in parts.into_iter().zip(inner) {
            let part = FileSink::resume(&*sink.encoding, sink.part_config(&name), position, false);
            sink.parts.push(part.map_err(|error| PositionError::Named(format!("{name}: {error}")))?);
            sink.names.insert(name.to_lowercase(), name);
            sink.by_key.insert(key, sink.parts.len() - 1);
        }
        Ok(sink)
    }

    fn part_config(&self, name: &str) -> SinkConfig {
        let path = part_path(&self.config, name);
        SinkConfig { path, name: name.to_owned(), parts: Vec::new(), ..self.config.clone() }
    }

    /// The rows of a batch by part, each in order.
    fn deal(&mut self, batch: &RecordBatch) -> Result<BTreeMap<usize, Vec<u32>>, StepError> {
        let fields = self.config.fields.clone();
        let columns = Column::all(&fields, batch).map_err(|error| self.failed(&error.to_string()))?;
        let naming: Vec<&Column<'_>> =
            self.config.parts.iter().filter_map(|piece| column_of(piece, &columns)).collect();
        let mut rows: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        let (mut key, mut last) = (Vec::new(), None::<(Vec<u8>, usize)>);
        for row in 0..batch.num_rows() {
            key.clear();
            for column in &naming {
                write_key(column, row, &mut key).map_err(|what| self.failed(&what))?;
            }
            let part = match &last {
                Some((known, part)) if *known == key => *part,
                _ => {
                    let known = self.by_key.get(&key).copied();
                    let part = known.map_or_else(|| self.begin(&key, &columns, row), Ok)?;
                    last = Some((key.clone(), part));
                    part
                }
            };
            rows.entry(part).or_default().push(row as u32);
        }
        Ok(rows)
    }

    /// Begins the part of a row.
    fn begin(&mut self, key: &[u8], columns: &[Column<'_>], row: usize) -> Result<usize, StepError> {
        if self.parts.len() >= PARTS_MAX {
            let what = format!(
                "its records would make more than {PARTS_MAX} parts; name them by columns with fewer values, or by one that \
                 a node makes coarser"
            );
            return Err(self.failed(&what));
        }
        let mut name = String::new();
        for piece in &self.config.parts {
            match (piece, column_of(piece, columns)) {
                (_, Some(column)) => name.push_str(&escaped(column, row).map_err(|what| self.failed(&what))?),
                (PartPiece::Text(text), None) => name.push_str(text),
                (PartPiece::Column(_), None) => return Err(self.failed("a column that names its parts is missing")),
            }
        }
        if let Some(other) = self.names.insert(name.to_lowercase(), name.clone()) {
            let what = format!(
                "the parts {other} and {name} are of different values, and many systems hold their names for the same; let \
                 a node bring the values to one form, or name the parts by other columns"
            );
            return Err(self.failed(&what));
        }
        let part = FileSink::create(&*self.encoding, self.part_config(&name), false);
        self.parts.push(part.map_err(|error: SinkError| StepError::Failed(error.to_string()))?);
        self.by_key.insert(key.to_vec(), self.parts.len() - 1);
        Ok(self.parts.len() - 1)
    }

    /// Lets the parts that hold most write it until all together hold little enough. What they hold depends on the records
    /// alone, and so do their files.
    fn bound_memory(&mut self) -> Result<(), StepError> {
        let mut held: Vec<usize> = self.parts.iter().map(FileSink::held_bytes).collect();
        while held.iter().sum::<usize>() > self.held_bytes_max {
            let Some(most) = (0..held.len()).max_by_key(|part| held[*part]) else { return Ok(()) };
            self.parts[most].end_block()?;
            held[most] = 0;
        }
        Ok(())
    }

    fn failed(&self, what: &str) -> StepError {
        StepError::Failed(format!("{}: {what}", self.config.name))
    }
}

impl Sink for PartsSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        for (part, rows) in self.deal(batch)? {
            if rows.len() == batch.num_rows() {
                self.parts[part].write(batch)?;
                continue;
            }
            let piece = take_record_batch(batch, &UInt32Array::from(rows));
            let piece =
                piece.map_err(|error| self.failed(&format!("internal error: no rows could be taken: {error}")))?;
            self.parts[part].write(&piece)?;
        }
        self.bound_memory()
    }

    fn flush(&mut self) -> Result<(), StepError> {
        self.parts.iter_mut().try_for_each(Sink::flush)
    }

    fn position(&mut self) -> Result<SinkPosition, StepError> {
        let inner = self.parts.iter_mut().map(Sink::position).collect::<Result<Vec<_>, _>>()?;
        let mut keys: Vec<(&Vec<u8>, usize)> = self.by_key.iter().map(|(key, part)| (key, *part)).collect();
        keys.sort_by_key(|(_, part)| *part);
        let name = |part: usize| self.parts[part].name().to_owned();
        let parts: Vec<Part> =
            keys.into_iter().map(|(key, part)| Part { key: key.clone(), name: name(part) }).collect();
        Ok(SinkPosition::once(move || {
            let inner = inner.into_iter().map(SinkPosition::into_bytes).collect::<Result<Vec<_>, _>>()?;
            Ok(position::write(OUTPUT, &parts, &position::join(inner.iter().map(Vec::as_slice))))
        }))
    }

    fn prepare(&mut self) -> Result<(), StepError> {
        self.parts.iter_mut().try_for_each(Sink::prepare)
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<Published>, StepError> {
        self.prepare()?;
        let mut parts = std::mem::take(&mut self.parts);
        parts.sort_by(|one, other| one.path().cmp(other.path()));
        let published = parts.into_iter().map(|part| Box::new(part).finish());
        let published = published.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        if self.resumed {
            // Now and not before: every output of the run that is not published has its file locked now.
            remove_left_over(&self.config);
        }
        Ok(published)
    }
}

/// Removes parts that an attempt which was killed has begun and nobody has taken up: which records there are may have changed.
fn remove_left_over(config: &SinkConfig) {
    for path in part_partial_paths(&root(config), &config.name) {
        let Ok(file) = File::options().write(true).open(&path) else { continue };
        if file.try_lock().is_ok() {
            // A file that cannot be removed is under a name that nobody takes for a result.
            let _ = fs::remove_file(&path);
        }
    }
}

fn column_of<'a, 'b>(piece: &PartPiece, columns: &'a [Column<'b>]) -> Option<&'a Column<'b>> {
    match piece {
        PartPiece::Text(_) => None,
        PartPiece::Column(column) => columns.get(*column),
    }
}

/// Where a part lies: the path of the output ends in its name, which stands for the part's.
fn part_path(config: &SinkConfig, name: &str) -> PathBuf {
    let whole = [root(config).as_os_str().as_bytes(), name.as_bytes()].concat();
    PathBuf::from(OsString::from_vec(whole))
}

/// What of the path of an output stands before its name.
fn root(config: &SinkConfig) -> PathBuf {
    let whole = config.path.as_os_str().as_bytes();
    PathBuf::from(OsString::from_vec(whole.strip_suffix(config.name.as_bytes()).unwrap_or_default().to_vec()))
}

/// What a process that was killed may have left of the parts of an output: `name` is its path below `root`, or absolute,
/// with the names of columns in braces.
pub fn part_partial_paths(root: &Path, name: &str) -> Vec<PathBuf> {
    let mut pattern = String::new();
    let mut inside = false;
    for c in name.chars() {
        match c {
            '{' => pattern.push('*'),
            c if !inside && c != '}' => pattern.push(c),
            _ => {}
        }
        inside = c == '{' || (inside && c != '}');
    }
    let Some(pattern) = partial_path(Path::new(&pattern)).map(|path| path.display().to_string()) else {
        return Vec::new();
    };
    files::find(&root.join(&pattern), &pattern)
        .map_or_else(|_| Vec::new(), |found| found.into_iter().map(|f| f.path).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, StringArray};
    use leat_flow::schema::arrow_schema;
    use leat_stream::plan::{Compression, CsvFormat};
    use leat_stream::schema::{DataType, Field};
    use proptest::prelude::*;

    use super::*;
    use crate::{arrow, csv, parquet};

    const HELD_BYTES_MAX: usize = 60_000;

    fn fields() -> Vec<Field> {
        vec![Field::new("id", DataType::Int64, false), Field::new("book", DataType::Text, false)]
    }

    fn encodings() -> Vec<Box<dyn Encoding>> {
        let format = CsvFormat { delimiter: ',', null: None, dates: None, compression: Compression::Gzip };
        vec![
            csv::encoding(&format, &fields()).unwrap(),
            arrow::encoding(&fields()),
            parquet::encoding(&fields()).unwrap(),
        ]
    }

    fn config(root: &Path) -> SinkConfig {
        let name = "{book}".to_owned();
        SinkConfig { path: root.join(&name), name, fields: fields(), parts: vec![PartPiece::Column(1)], append: false }
    }

    fn batch(number: i64) -> RecordBatch {
        let ids: Int64Array = (0..900).map(|row| Some(row * 7919 * (number + 1))).collect();
        let books: StringArray = (0..900).map(|row| Some(format!("{}", row % (2 + number % 4)))).collect();
        let columns: Vec<ArrayRef> = vec![Arc::new(ids), Arc::new(books)];
        RecordBatch::try_new(arrow_schema(&fields()), columns).unwrap()
    }

    /// The files of some batches, by an attempt that dies before one of them.
    fn written(encoding: usize, cut: Option<i64>) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = tempfile::tempdir().unwrap();
        let new = || encodings().swap_remove(encoding);
        let bounded = |sink: PartsSink| PartsSink { held_bytes_max: HELD_BYTES_MAX, ..sink };
        let mut sink = bounded(PartsSink::new(new(), config(root.path())));
        for number in 0..12 {
            if cut == Some(number) {
                let position = sink.position().unwrap().into_bytes().unwrap();
                sink.write(&batch(100)).unwrap();
                drop(sink);
                sink = bounded(PartsSink::resume(new(), config(root.path()), &position).unwrap());
            }
            sink.write(&batch(number)).unwrap();
            let held: usize = sink.parts.iter().map(FileSink::held_bytes).sum();
            assert!(held <= HELD_BYTES_MAX);
        }
        let published = Box::new(sink).finish().unwrap();
        let path = |file: &Published| file.path.strip_prefix(root.path()).unwrap().to_owned();
        published.into_iter().map(|file| (path(&file), fs::read(file.path).unwrap())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn blocks_that_end_early_end_where_they_would_have_wherever_the_output_goes_on(cut in 1i64..12) {
            for encoding in 0..encodings().len() {
                let undisturbed = written(encoding, None);
                prop_assert_eq!(undisturbed.len(), 5);
                prop_assert!(undisturbed == written(encoding, Some(cut)), "{}", encoding);
            }
        }
    }
}
