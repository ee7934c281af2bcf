//! The first records of a file, for who must find out what its columns are.

use std::path::Path;

use leat_stream::check::{SAMPLE_BYTES_MAX, SAMPLE_RECORDS_MAX, SampledCell, SampledFile, SampledRecord};
use leat_stream::plan::CsvFormat;
use leat_stream::schema::DataType;

use super::chunks::{Chunk, count_lines};
use super::open;
use super::problem::unquote;
use super::scan::split_record;
use crate::fault::Fault;
use crate::value::{self, DateForm};

/// The header of a file and its first records, as many as fit the bounds. Bytes that are not UTF-8 are replaced: the
/// run will name their place.
///
/// # Errors
/// The file cannot be read to the end of the sample, or has no header. Records with too few or too many fields are part
/// of the sample; the run will refuse them.
pub fn sample(path: &Path, format: &CsvFormat) -> Result<SampledFile, Fault> {
    let mut opened = open::open(path, format)?;
    let mut chunk = Chunk::default();
    let header = opened.header;
    let mut records = Vec::new();
    let any = opened.reader.next(&mut chunk);
    if !any.map_err(|fault| fault.after_lines(header.lines))? {
        return Ok(SampledFile { header: header.names, records, ..SampledFile::default() });
    }
    let bytes = chunk.bytes();
    let mut at = 0;
    let mut line = header.lines + 1;
    while at < bytes.len() && records.len() < SAMPLE_RECORDS_MAX {
        let mut cells = Vec::new();
        let record = split_record(bytes, at, opened.dialect, |start, end| cells.push(cell(&bytes[start..end])));
        let next = record.next;
        if next > SAMPLE_BYTES_MAX && !records.is_empty() {
            break;
        }
        // The last field was cut before the line end; the carriage return belongs to that.
        if let Some(last) = cells.last_mut().filter(|cell| !cell.quoted) {
            let kept = last.text.strip_suffix('\r').unwrap_or(&last.text).len();
            last.text.truncate(kept);
        }
        let blank = matches!(&cells[..], [only] if only.text.is_empty() && !only.quoted);
        if !blank || header.names.len() == 1 {
            records.push(SampledRecord { line, cells });
        }
        line += count_lines(&bytes[at..next]);
        at = next;
    }
    Ok(SampledFile { header: header.names, records, ..SampledFile::default() })
}

/// Whether a cell is a value of a type, by the rules that the source parses by.
///
/// # Errors
/// Why not, for a person.
pub fn check_cell(cell: &SampledCell, data_type: DataType, format: &CsvFormat) -> Result<(), String> {
    let dates = DateForm::new(format.dates.as_deref()).map_err(|error| error.to_string())?;
    value::check(&cell.text, data_type, &dates).map_err(|error| error.describe(&cell.text, data_type, &dates))
}

fn cell(field: &[u8]) -> SampledCell {
    let quoted = field.first() == Some(&b'"');
    // Of the last field, which may end in the carriage return of the line end.
    let field = if quoted { field.strip_suffix(b"\r").unwrap_or(field) } else { field };
    SampledCell { text: String::from_utf8_lossy(&unquote(field)).into_owned(), quoted }
}
