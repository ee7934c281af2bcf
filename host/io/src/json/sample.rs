//! The first records of a file, for who must find out what its columns are.

use std::collections::HashMap;
use std::path::Path;

use leat_stream::check::{SAMPLE_BYTES_MAX, SAMPLE_RECORDS_MAX, SampledCell, SampledFile, SampledRecord};
use leat_stream::plan::JsonFormat;
use leat_stream::schema::DataType;

use super::convert::convert;
use super::lines::Lines;
use super::reader::Problem;
use super::scan::{Value, members, value};
use crate::fault::Fault;
use crate::value::DateForm;

/// How many keys a file may have that is read without a declaration.
const KEYS_MAX: usize = 10_000;

/// The keys of the first records of a file, in the order they come up in, and these records, as many as fit the bounds. A
/// key that a record lacks is an empty cell. Lines that are no objects are left out and told of.
///
/// # Errors
/// The file cannot be read to the end of the sample.
pub fn sample(path: &Path, format: &JsonFormat) -> Result<SampledFile, Fault> {
    let (mut lines, _) = Lines::open(path, format)?;
    let mut file = SampledFile::default();
    let mut places = HashMap::new();
    let mut bytes = 0;
    while file.records.len() < SAMPLE_RECORDS_MAX && bytes < SAMPLE_BYTES_MAX {
        let Some(line) = lines.next()? else { break };
        let line = lines.bytes(line);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        bytes += line.len();
        let mut record = SampledRecord { line: lines.line, cells: Vec::new() };
        if let Err(problem) = read(line, &mut places, &mut file.header, &mut record) {
            let what = problem.complaint(String::new()).what;
            file.unreadable.get_or_insert((lines.line, what));
            continue;
        }
        file.records.push(record);
    }
    for record in &mut file.records {
        record.cells.resize(file.header.len(), SampledCell::default());
    }
    Ok(file)
}

fn read(
    line: &[u8],
    places: &mut HashMap<String, usize>,
    header: &mut Vec<String>,
    record: &mut SampledRecord,
) -> Result<(), Problem> {
    let text = str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to();
        Problem::NotUtf8 { at, byte: line[at] }
    })?;
    members(text, |key, value| {
        let place = match places.get(key.as_ref()) {
            Some(place) => *place,
            None if header.len() >= KEYS_MAX => return,
            None => {
                let place = header.len();
                header.push(key.clone().into_owned());
                places.insert(key.into_owned(), place);
                place
            }
        };
        if record.cells.len() <= place {
            record.cells.resize(place + 1, SampledCell::default());
        }
        record.cells[place] = cell(value);
    })
    .map_err(Problem::Malformed)
}

fn cell(value: Value<'_>) -> SampledCell {
    match value {
        Value::Null => SampledCell::default(),
        Value::Boolean(truth) => SampledCell { text: truth.to_string(), quoted: false },
        Value::Number(text) | Value::Nested(text) => SampledCell { text: text.to_owned(), quoted: false },
        Value::Text(text) => SampledCell { text: text.into_owned(), quoted: true },
    }
}

/// Whether a cell is a value of a type, by the rules that the source reads by.
///
/// # Errors
/// Why not, for a person.
pub fn check_cell(cell: &SampledCell, data_type: DataType, format: &JsonFormat) -> Result<(), String> {
    let dates = DateForm::new(format.dates.as_deref()).map_err(|error| error.to_string())?;
    let value = if cell.quoted {
        Value::Text(cell.text.as_str().into())
    } else {
        value(&cell.text).map_err(|problem| format!("expected {}", problem.expected))?
    };
    convert(value, data_type, &dates).map(drop)
}
