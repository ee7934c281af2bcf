//! A file of JSON lines as a source of batches.

use std::collections::{HashMap, VecDeque};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use leat_flow::step::{BATCH_ROWS, Outlet, Rejected, Source, StepError};
use leat_stream::plan::JsonFormat;

use super::columns::Columns;
use super::convert::{Cell, convert};
use super::lines::Lines;
use super::scan::{Malformed, members};
use crate::fault::{Fault, FaultKind};
use crate::file::Progress;
use crate::open::{SourceColumn, SourceConfig};
use crate::record::{Complaint, Described, escape};
use crate::value::DateForm;

/// Reads a file of JSON lines, plain or packed.
///
/// Records that cannot be read go to [`Outlet::reject`]; where the outlet takes them, reading goes on. All rows before a
/// bad record have been delivered by then. Faults of the whole file (a line of more than 16 MiB, damaged packing) end it
/// whatever the outlet says.
pub struct JsonSource {
    file: String,
    lines: Lines,
    progress: Progress,
    reader: Reader,
    columns: Columns,
    /// Not delivered yet, in the file's order.
    pending: VecDeque<Piece>,
    ended: bool,
}

enum Piece {
    Rows(RecordBatch),
    Bad(Vec<(u64, Described)>),
    Fault(String),
}

/// A batch ends after this many bytes of lines at the latest: it is memory.
const BATCH_BYTES: usize = 4 << 20;

impl JsonSource {
    /// Opens the file.
    ///
    /// # Errors
    /// The file cannot be read, or the format makes no sense. [`Fault::in_file`] has the whole message.
    pub fn open(format: &JsonFormat, config: SourceConfig) -> Result<Self, Fault> {
        let dates = DateForm::new(format.dates.as_deref()).map_err(|e| FaultKind::Setting(e.to_string()))?;
        let (lines, progress) = Lines::open(&config.path, format)?;
        let fields: Vec<_> = config.columns.iter().map(|column| column.field.clone()).collect();
        Ok(JsonSource {
            file: config.name,
            lines,
            progress,
            reader: Reader::new(config.columns, dates),
            columns: Columns::new(&fields),
            pending: VecDeque::new(),
            ended: false,
        })
    }

    /// Reads the lines of one batch; what came of them is pending then.
    fn advance(&mut self) -> Result<(), ArrowError> {
        let mut bad = Vec::new();
        let mut before = None;
        let mut bytes = 0;
        let mut fault = None;
        while self.columns.rows() + bad.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let line = match self.lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.ended = true;
                    fault = Some(error.in_file(&self.file));
                    break;
                }
            };
            let line = self.lines.bytes(line);
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            bytes += line.len();
            if let Err(problem) = self.reader.read(line, &mut self.columns) {
                before.get_or_insert(self.columns.rows());
                let number = self.lines.line;
                let place = format!("{}:{number}", self.file);
                bad.push((number, problem.complaint(place).about(line.trim_ascii_end())));
            }
        }
        let rows = self.columns.finish()?;
        // All rows before the first bad record are handed on before it is told: the run may end there.
        let before = before.unwrap_or(rows.num_rows());
        self.push_rows(rows.slice(0, before));
        if !bad.is_empty() {
            self.pending.push_back(Piece::Bad(bad));
            self.push_rows(rows.slice(before, rows.num_rows() - before));
        }
        self.pending.extend(fault.map(Piece::Fault));
        Ok(())
    }

    fn push_rows(&mut self, batch: RecordBatch) {
        if batch.num_rows() > 0 {
            self.pending.push_back(Piece::Rows(batch));
        }
    }
}

impl Source for JsonSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            match self.pending.pop_front() {
                Some(Piece::Rows(batch)) => return Ok(Some(batch)),
                Some(Piece::Bad(bad)) => {
                    for (line, Described { text, reason }) in &bad {
                        let rejected = Rejected::Record { file: &self.file, line: *line, text, reason };
                        outlet.reject(rejected).map_err(StepError::Stopped)?;
                    }
                }
                Some(Piece::Fault(message)) => return Err(StepError::Failed(message)),
                None if self.ended => return Ok(None),
                None => {
                    self.advance().map_err(|error| {
                        let file = &self.file;
                        StepError::Failed(format!("{file}: internal error: no batch could be made: {error}"))
                    })?;
                    outlet.progress(self.progress.done(), Some(self.progress.total));
                }
            }
        }
    }
}

/// Reads lines into columns.
pub(crate) struct Reader {
    columns: Vec<SourceColumn>,
    dates: DateForm,
    /// Which column a key is.
    keys: HashMap<String, usize>,
    /// The keys of the last line in order with their columns: most lines have the same.
    expected: Vec<(String, Option<usize>)>,
}

/// Lines with more keys than this look each of the further ones up.
const EXPECTED_MAX: usize = 1024;

/// Why a line gives no row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    NotUtf8 { at: usize, byte: u8 },
    Malformed(Malformed),
    Column { name: String, what: String, way_out: &'static str },
}

impl Reader {
    pub(crate) fn new(columns: Vec<SourceColumn>, dates: DateForm) -> Self {
        let keys = columns.iter().enumerate().map(|(index, column)| (column.header.clone(), index)).collect();
        Reader { columns, dates, keys, expected: Vec::new() }
    }

    /// Adds the row of a line.
    pub(crate) fn read(&mut self, line: &[u8], columns: &mut Columns) -> Result<(), Problem> {
        let text = str::from_utf8(line).map_err(|error| {
            let at = error.valid_up_to();
            Problem::NotUtf8 { at, byte: line.get(at).copied().unwrap_or_default() }
        })?;
        let mut cells: Vec<Option<Cell<'_>>> = Vec::new();
        cells.resize_with(self.columns.len(), || None);
        let mut problem = None;
        let mut place = 0;
        members(text, |key, value| {
            let Some(column) = self.column(place, &key) else {
                place += 1;
                return;
            };
            place += 1;
            let cell = match (&problem, &cells[column]) {
                (Some(_), _) => return,
                (None, Some(_)) => Err(("the key stands twice in the object".to_owned(), "correct the file")),
                (None, None) => convert(value, self.columns[column].field.data_type, &self.dates)
                    .map_err(|what| (what, "correct the file or declare another type")),
            };
            match cell {
                Ok(Cell::Null) if !self.columns[column].field.nullable => {
                    problem = Some(self.no_null(column, "it is null"));
                }
                Ok(cell) => cells[column] = Some(cell),
                Err((what, way_out)) => {
                    let name = self.columns[column].header.clone();
                    problem = Some(Problem::Column { name, what, way_out });
                }
            }
        })
        .map_err(Problem::Malformed)?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        let missing = |column: &usize| cells[*column].is_none() && !self.columns[*column].field.nullable;
        if let Some(column) = (0..cells.len()).find(missing) {
            return Err(self.no_null(column, "the object has no such key"));
        }
        columns.push(cells);
        Ok(())
    }

    /// The column of the key at this place of a line; nothing where none asks for it.
    #[inline]
    fn column(&mut self, place: usize, key: &str) -> Option<usize> {
        if let Some((known, column)) = self.expected.get(place)
            && known == key
        {
            return *column;
        }
        let column = self.keys.get(key).copied();
        if place < self.expected.len() {
            self.expected[place] = (key.to_owned(), column);
        } else if place == self.expected.len() && place < EXPECTED_MAX {
            self.expected.push((key.to_owned(), column));
        }
        column
    }

    #[cold]
    fn no_null(&self, column: usize, found: &str) -> Problem {
        let column = &self.columns[column];
        let what = format!("{found}, but the column may hold no nulls ({})", column.field.data_type);
        let way_out = "correct the file, or let the column hold nulls where it is declared or asked for";
        Problem::Column { name: column.header.clone(), what, way_out }
    }
}

impl Problem {
    pub(crate) fn complaint(self, place: String) -> Complaint {
        let (what, way_out) = match self {
            Problem::NotUtf8 { at, byte } => {
                (format!("byte {} of the line (0x{byte:02x}) is not valid UTF-8", at + 1), "save the file as UTF-8")
            }
            Problem::Malformed(Malformed { at, expected }) => {
                (format!("byte {} of the line: expected {expected}", at + 1), "correct the file")
            }
            Problem::Column { name, what, way_out } => (format!("column \"{}\": {what}", escape(&name)), way_out),
        };
        Complaint { place, what, way_out: way_out.to_owned() }
    }
}
