//! What is wrong with a whole file: nothing after it can be read.

use std::io;

use leat_stream::schema::DataType;

/// The longest record there may be. What holds a record in memory is bounded by this, whatever the file says.
pub(crate) const RECORD_BYTES_MAX: usize = 16 << 20;

/// What is wrong with a file, for a person; [`Fault::in_file`] names the file and the line as well.
#[derive(Debug, thiserror::Error)]
#[error("{}{kind}", .line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct Fault {
    pub(crate) line: Option<u64>,
    pub(crate) kind: FaultKind,
}

/// The kinds of faults.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FaultKind {
    #[error("there is no such file")]
    Missing,
    #[error("this is a directory, not a file")]
    Directory,
    #[error("this is not a regular file; Leat reads an input more than once and needs it to stay as it is")]
    Irregular,
    #[error("it cannot be opened: {0}")]
    Open(#[source] io::Error),
    #[error("it cannot be read: {0}")]
    Read(#[source] io::Error),
    #[error("the {packing} data is damaged or cut short: {source}")]
    Unpack { packing: &'static str, source: io::Error },
    #[error("the file is {packing} data; give its name the ending {ending}")]
    Packed { packing: &'static str, ending: String },
    #[error("the file is empty; a CSV file begins with a header line that names its columns")]
    Empty,
    #[error("the file is UTF-16 text or no text at all; save it as UTF-8")]
    NotText,
    #[error("its lines end in a carriage return alone, as on old Macs; save it with LF or CRLF line ends")]
    CarriageReturns,
    #[error("the header is not valid UTF-8 at byte {offset}; save the file as UTF-8")]
    HeaderNotUtf8 { offset: usize },
    #[error(
        "text follows the closing quote of column {position} of the header; quotes inside quotes are written twice"
    )]
    HeaderTextAfterQuote { position: usize },
    #[error("the header names \"{name}\" twice, as columns {first} and {second}; give each column a name of its own")]
    DuplicateColumn { name: String, first: usize, second: usize },
    #[error("the header has no column \"{name}\"{}; it has {header}", nearest_hint(.nearest))]
    MissingColumn { name: String, nearest: Vec<String>, header: String },
    #[error("a quote opens here and is never closed; a quote inside a quoted field is written twice")]
    QuoteNeverClosed,
    #[error(
        "a quote opens here and is not closed within {RECORD_BYTES_MAX} bytes (16 MiB), the longest record there may \
         be; a quote inside a quoted field is written twice"
    )]
    QuoteTooLong,
    #[error(
        "this record is longer than {RECORD_BYTES_MAX} bytes (16 MiB), the longest there may be; are the file's line \
         ends LF or CRLF?"
    )]
    RecordTooLong,
    #[error("no file matches; `*` stands for any characters of a name, `?` for one, `**` for directories at any depth")]
    NoMatch,
    #[error("there is no such directory")]
    MissingDirectory,
    #[error("this is a file, not a directory")]
    NoDirectory,
    #[error("there is no file in it whose name says a format")]
    EmptyDirectory,
    #[error("the names of {first} and {second} say different formats; say which files are meant, as in \"**/*.csv\"")]
    TwoEndings { first: String, second: String },
    #[error("more than {files_max} files match; name fewer at once")]
    TooManyFiles { files_max: usize },
    /// Of one of several files, whose name it has in it.
    #[error("{0}")]
    Matched(String),
    #[error("this is no Arrow file: it does not begin with ARROW1")]
    NotArrow,
    #[error("this is an Arrow stream; write it as an Arrow file (in pyarrow `ipc.new_file`, not `ipc.new_stream`)")]
    ArrowStream,
    #[error("the Arrow file is damaged or cut short: {0}")]
    ArrowDamaged(String),
    #[error("this is no Parquet file: it does not begin with PAR1")]
    NotParquet,
    #[error("the Parquet file is damaged or cut short: {0}")]
    ParquetDamaged(String),
    #[error("row group {group} of the Parquet file is damaged: {what}")]
    RowGroupDamaged {
        /// Its number, from 1.
        group: usize,
        what: String,
    },
    #[error("the file has no column \"{0}\"")]
    NoColumn(String),
    #[error(
        "column \"{name}\" is {is} in the file, which is not read as {wanted}; write it as {wanted} or do not read it"
    )]
    ColumnType { name: String, is: String, wanted: DataType },
    #[error("no thread could be started to read it: {0}")]
    Threads(#[source] io::Error),
    #[error("{0}")]
    Setting(String),
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Fault { line: None, kind }
    }
}

impl Fault {
    pub(crate) fn on_line(line: u64, kind: FaultKind) -> Self {
        Fault { line: Some(line), kind }
    }

    /// The fault as it is found in a chunk that begins after `lines` lines.
    pub(crate) fn after_lines(self, lines: u64) -> Self {
        Fault { line: self.line.map(|line| line + lines), ..self }
    }

    /// The whole message: `in/options.csv:17: …`.
    pub fn in_file(&self, name: &str) -> String {
        match self.line {
            _ if matches!(self.kind, FaultKind::Matched(_)) => self.to_string(),
            Some(line) => format!("{name}:{line}: {}", self.kind),
            None => format!("{name}: {}", self.kind),
        }
    }
}

fn nearest_hint(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => {
            let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            format!(" (did you mean {}?)", quoted.join(" or "))
        }
    }
}
