//! A simulation as Parquet: a column `draw` of integers that count from 0, and a column of numbers for each variable.
//!
//! Decoding a file that somebody else wrote may panic deep in a dependency; every call into it is caught, and a panic is
//! an error of the file.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};
use leat_objects::{Fault, Faults};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::blocks::Blocks;
use super::{Opened, Simulation, Source, Stamp, VARIABLES_MAX};
use crate::folder::open_file;

/// Draws that are decoded at once.
const BATCH_DRAWS: usize = 8_192;

/// The column that numbers the draws.
const DRAW: &str = "draw";

struct Parquet {
    path: PathBuf,
    stamp: Stamp,
    metadata: ArrowReaderMetadata,
    layout: Layout,
    /// The first draw of each row group, and the number of draws at the end.
    groups: Vec<u64>,
}

/// Which column is which.
#[derive(Clone, Debug)]
struct Layout {
    draw: usize,
    variables: Vec<(usize, String)>,
}

/// Reads a file to its end: the simulation in it, or its faults.
pub(crate) fn open_parquet(path: &Path, shown: &str, description: String) -> io::Result<Opened> {
    let stamp = Stamp::of(path)?;
    let file = open_file(path)?;
    let metadata =
        match caught(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|e| e.to_string())) {
            Ok(metadata) => metadata,
            Err(why) => return Ok(Err(Fault::whole(format!("it is no Parquet file that can be read: {why}")).into())),
        };
    let layout = match Layout::of(metadata.schema()) {
        Ok(layout) => layout,
        Err(faults) => return Ok(Err(faults)),
    };
    let mut groups = vec![0];
    for group in metadata.metadata().row_groups() {
        let last = groups.last().copied().unwrap_or(0);
        groups.push(last + u64::try_from(group.num_rows()).unwrap_or(0));
    }
    let draws = groups.last().copied().unwrap_or(0);
    let source = Parquet { path: path.to_owned(), stamp, metadata, layout, groups };
    let mut faults = Faults::default();
    if draws == 0 {
        faults.push(Fault::whole("there are no draws in it"));
    }
    if let Err(why) = source.check(file, &mut faults) {
        faults.push(Fault::whole(why));
    }
    let variables: Vec<String> = source.layout.variables.iter().map(|(_, name)| name.clone()).collect();
    let blocks = Blocks::new(variables.len());
    let (file, source) = (shown.to_owned(), Box::new(source));
    Ok(faults.or(()).map(|()| Simulation { file, description, variables, draws, source, blocks }))
}

impl Layout {
    fn of(schema: &Schema) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let fields = || schema.fields().iter().enumerate();
        let draw = fields().find(|(_, field)| field.name() == DRAW);
        match draw {
            Some((_, field)) if matches!(field.data_type(), DataType::Int32 | DataType::Int64) => {}
            Some((_, field)) => {
                let message = format!("the column `{DRAW}` holds {}: expected integers", field.data_type());
                faults.push(Fault::whole(message));
            }
            None => faults.push(Fault::whole(format!("there is no column `{DRAW}`, which numbers the draws from 0"))),
        }
        let mut variables = Vec::new();
        for (place, field) in fields().filter(|(_, field)| field.name() != DRAW) {
            if !matches!(field.data_type(), DataType::Float64 | DataType::Float32) {
                let message = format!("the variable `{}` holds {}: expected doubles", field.name(), field.data_type());
                faults.push(Fault::whole(message));
            }
            variables.push((place, field.name().clone()));
        }
        if variables.is_empty() || variables.len() > VARIABLES_MAX {
            let message = format!("{} variables: expected 1 to {VARIABLES_MAX}", variables.len());
            faults.push(Fault::whole(message));
        }
        faults.or(Layout { draw: draw.map_or(0, |(place, _)| place), variables })
    }
}

impl Parquet {
    /// Looks at every draw.
    fn check(&self, file: File, faults: &mut Faults) -> Result<(), String> {
        let mut expected = 0;
        let batches = caught(|| self.batches(file, None))?;
        for batch in batches {
            let batch = batch?;
            let draws = numbers(batch.column(self.layout.draw))?;
            for draw in draws {
                if draw != Some(expected as f64) {
                    let found = draw.map_or("a null".to_owned(), |draw| draw.to_string());
                    faults.push(Fault::whole(format!(
                        "`{DRAW}` is {found} in row {expected}: draws count from 0, without holes"
                    )));
                    return Ok(());
                }
                expected += 1;
            }
            for (place, name) in &self.layout.variables {
                let first = expected - batch.num_rows() as u64;
                let bad = numbers(batch.column(*place))?.position(|number| !number.is_some_and(f64::is_finite));
                if let Some(row) = bad {
                    let draw = first + row as u64;
                    let message = format!("variable `{name}` of draw {draw} is null or not finite: expected a number");
                    faults.push(Fault::whole(message));
                }
            }
        }
        let promised = self.groups.last().copied().unwrap_or(0);
        if expected != promised {
            faults.push(Fault::whole(format!("it has {expected} rows, and says that it has {promised}")));
        }
        Ok(())
    }

    /// Batches of all draws, or of a range of them.
    fn batches(&self, file: File, range: Option<(u64, usize)>) -> Result<Batches, String> {
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        if let Some((first, count)) = range {
            let end = first + count as u64;
            let holds = |group: &usize| self.groups[*group] < end && self.groups[*group + 1] > first;
            let groups: Vec<usize> = (0..self.groups.len() - 1).filter(holds).collect();
            let start = groups.first().map_or(0, |group| self.groups[*group]);
            let offset = usize::try_from(first - start).map_err(|_| "it is too large for this machine".to_owned())?;
            builder = builder.with_row_groups(groups).with_offset(offset).with_limit(count);
        }
        let reader = builder.with_batch_size(BATCH_DRAWS).build().map_err(|error| error.to_string())?;
        Ok(Batches { reader: Box::new(reader.map(|batch| batch.map_err(|error| error.to_string()))) })
    }
}

impl Source for Parquet {
    fn read(&self, first: u64, count: usize) -> Result<Vec<f64>, String> {
        self.stamp.require(&self.path)?;
        let file = File::open(&self.path).map_err(|error| format!("cannot be read any more: {error}"))?;
        let mut rows = Vec::with_capacity(count * self.layout.variables.len());
        let batches = caught(|| self.batches(file, Some((first, count))))?;
        for batch in batches {
            let batch = batch?;
            let mut columns = Vec::new();
            for (place, _) in &self.layout.variables {
                columns.push(numbers(batch.column(*place))?);
            }
            for _ in 0..batch.num_rows() {
                rows.extend(columns.iter_mut().map(|column| column.next().flatten().unwrap_or(f64::NAN)));
            }
        }
        Ok(rows)
    }
}

/// Batches of a file, as far as it can be read.
struct Batches {
    reader: Box<dyn Iterator<Item = Result<RecordBatch, String>>>,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, String>;

    fn next(&mut self) -> Option<Self::Item> {
        caught(|| Ok(self.reader.next())).unwrap_or_else(|why| Some(Err(why)))
    }
}

/// The numbers of a column, nulls as nothing.
type Numbers<'a> = Box<dyn Iterator<Item = Option<f64>> + 'a>;

fn numbers(column: &ArrayRef) -> Result<Numbers<'_>, String> {
    Ok(match column.data_type() {
        DataType::Float64 => Box::new(column.as_primitive::<Float64Type>().iter()),
        DataType::Float32 => Box::new(column.as_primitive::<Float32Type>().iter().map(|n| n.map(f64::from))),
        DataType::Int32 => Box::new(column.as_primitive::<Int32Type>().iter().map(|n| n.map(f64::from))),
        DataType::Int64 => Box::new(column.as_primitive::<Int64Type>().iter().map(|n| n.map(|n| n as f64))),
        other => return Err(format!("a column came as {other}")),
    })
}

/// What a call into the decoder answers, a panic of it as an error.
fn caught<T>(call: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err("it is damaged: decoding it broke down".to_owned()))
}
