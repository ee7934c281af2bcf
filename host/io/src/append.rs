//! Records behind those that a file has already: the new file begins with all that the old one holds, and takes its name
//! when it is whole, so that a run that fails leaves the old one as it was.
//!
//! Called by the encodings of the formats, each of which says what must agree.

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::Path;

use leat_stream::plan::{Compression, Format};
use leat_stream::schema::Field;

use crate::compression::{read_fault, unpack};
use crate::convert::next_record_batch;
use crate::fault::Fault;
use crate::file::open_file;
use crate::open::{SourceColumn, SourceConfig, open_one, sample_one};
use crate::sink::{EncodeError, Encoder};

/// Why a file cannot be appended to, for a person; without its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppendError {
    #[error("it cannot be written: {0}")]
    Write(#[from] io::Error),
    #[error("{0}")]
    Unreadable(#[from] Fault),
    #[error("its first line is not the header that this output writes, {}", .0.trim_end())]
    OtherHeader(String),
    #[error("it has the columns {has}, and this output {wants}")]
    OtherColumns { has: String, wants: String },
    #[error("{0}")]
    Rejected(String),
}

/// How much of a text is looked at once.
const PIECE_BYTES: usize = 64 << 10;

/// A text file that is to be appended to.
pub(crate) struct OldText {
    /// Its bytes as they are, from the first.
    pub(crate) file: File,
    /// Whether it has no text at all, not even a header.
    pub(crate) empty: bool,
    /// Whether its last line has its end.
    pub(crate) ended: bool,
}

/// Reads a text file to its end, so that nothing is put behind what cannot be read, and holds its beginning against the
/// header that stands in files of this output.
pub(crate) fn old_text(path: &Path, compression: Compression, header: &[u8]) -> Result<OldText, AppendError> {
    let (file, _) = open_file(path).map_err(Fault::from)?;
    let mut text = unpack(file, compression)?;
    let mut begins = Vec::new();
    let mut last = None;
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let fault = |error| AppendError::from(Fault::from(read_fault(compression, error)));
        let count = text.read(&mut piece).map_err(fault)?;
        let Some(byte) = piece[..count].last() else { break };
        last = Some(*byte);
        // A byte-order mark and a carriage return may be in it as well.
        let wanted = (header.len() + 4).saturating_sub(begins.len());
        begins.extend_from_slice(&piece[..count.min(wanted)]);
    }
    if last.is_some() && !begins_with(&begins, header) {
        return Err(AppendError::OtherHeader(String::from_utf8_lossy(header).into_owned()));
    }
    let (file, _) = open_file(path).map_err(Fault::from)?;
    Ok(OldText { file, empty: last.is_none(), ended: last == Some(b'\n') })
}

fn begins_with(text: &[u8], header: &[u8]) -> bool {
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let Some(line) = header.strip_suffix(b"\n") else { return true };
    let Some(rest) = text.strip_prefix(line) else { return false };
    rest.is_empty() || rest.starts_with(b"\n") || rest.starts_with(b"\r\n")
}

/// Writes all records of a file that says its types into another of the same columns.
pub(crate) fn copy_records(
    path: &Path,
    format: &Format,
    fields: &[Field],
    encoder: &mut dyn Encoder,
) -> Result<(), AppendError> {
    let shown = |columns: &[(String, String)]| {
        let columns: Vec<String> = columns.iter().map(|(name, is)| format!("{name} {is}")).collect();
        columns.join(", ")
    };
    let sampled = sample_one(path, format)?;
    let types = sampled.types.iter().map(|column| match &column.data_type {
        Ok(data_type) => data_type.to_string(),
        Err(other) => other.clone(),
    });
    let has: Vec<(String, String)> = sampled.header.iter().cloned().zip(types).collect();
    let wants: Vec<(String, String)> =
        fields.iter().map(|field| (field.name.clone(), field.data_type.to_string())).collect();
    if has != wants {
        return Err(AppendError::OtherColumns { has: shown(&has), wants: shown(&wants) });
    }
    let columns = fields.iter().map(|field| SourceColumn { header: field.name.clone(), field: field.clone() });
    let config = SourceConfig {
        path: path.to_owned(),
        name: "the old file".to_owned(),
        columns: columns.collect(),
        threads: NonZeroUsize::MIN,
        row_groups: None,
    };
    let mut source = open_one(format, config)?;
    while let Some(batch) = next_record_batch(&mut *source).map_err(AppendError::Rejected)? {
        encoder.write(&batch).map_err(|error| match error {
            EncodeError::Io(error) => AppendError::Write(error),
            other => AppendError::Rejected(other.to_string()),
        })?;
    }
    Ok(())
}
