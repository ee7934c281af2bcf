//! All records of a file in another one, of another format perhaps. No record is left out: the first bad one is an error.
//!
//! Called by `leat generate`, and where a file is appended to.

use arrow_array::RecordBatch;
use leat_flow::step::{Level, Outlet, Rejected, Source, StepError, Stopped};
use leat_stream::plan::Format;

use crate::open::{SinkConfig, SourceConfig, create_sink, open_source};

/// Why a file cannot be written in another format: the whole message.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConvertError(String);

/// Reads a file and writes its records to another one, which has its name only when it is whole.
///
/// # Errors
/// The one cannot be read, a record of it is bad, or the other cannot be written.
pub fn convert(from: (&Format, SourceConfig), to: (&Format, SinkConfig)) -> Result<(), ConvertError> {
    let name = from.1.name.clone();
    let mut source = open_source(from.0, from.1).map_err(|fault| ConvertError(fault.in_file(&name)))?;
    let mut sink = create_sink(to.0, to.1).map_err(|error| ConvertError(error.to_string()))?;
    while let Some(batch) = next_record_batch(&mut *source).map_err(ConvertError)? {
        sink.write(&batch).map_err(|error| ConvertError(error.to_string()))?;
    }
    sink.finish().map(drop).map_err(|error| ConvertError(error.to_string()))
}

/// The next batch of a source that must have no bad records; the error says what is wrong.
pub(crate) fn next_record_batch(source: &mut dyn Source) -> Result<Option<RecordBatch>, String> {
    let mut refused = Refused(None);
    source.next(&mut refused).map_err(|error| match error {
        StepError::Failed(message) => message,
        error => refused.0.unwrap_or_else(|| error.to_string()),
    })
}

/// Takes no bad records: the first is remembered and ends the reading.
struct Refused(Option<String>);

impl Outlet for Refused {
    fn emit(&mut self, _: usize, _: RecordBatch) -> Result<(), Stopped> {
        Err(Stopped::Unread)
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        if let Rejected::Record { reason, .. } = rejected {
            self.0 = reason.lines().next().map(str::to_owned);
        }
        Err(Stopped::Cancelled)
    }

    fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

    fn count(&mut self, _: &str, _: u64) {}

    fn progress(&mut self, _: u64, _: Option<u64>) {}
}
