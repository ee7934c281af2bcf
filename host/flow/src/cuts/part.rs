//! How far a node is with its queues, as bytes: a header in JSON, and the batches that were on their way to it in Arrow's
//! stream format, a stream for each end.

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use leat_checkpoint::order::Order;
use leat_checkpoint::snapshot::{EndState, FlowState};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::inputs::KeptSlot;
use crate::step::StepError;

/// What was read of an end so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Read {
    /// Batches.
    pub batches: u64,
    /// The rows of them that the node saw.
    pub rows: u64,
}

/// How far a node is with its queues, as it was read back.
#[derive(Debug)]
pub struct FlowPart {
    /// Which end's batch comes next.
    pub order: Order,
    /// By end.
    pub ends: Vec<EndState>,
    /// By end.
    pub read: Vec<Read>,
    /// By end: batches that come before all that its writer sends.
    pub kept: Vec<Vec<RecordBatch>>,
}

/// Why a part cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Batches cannot be read back from disk.
    #[error("batches that wait on disk cannot be read: {0}")]
    OnDisk(String),
    /// It is no such part, or another version's.
    #[error("it is not what this Leat writes: {0}")]
    Form(String),
    /// What a sink wrote before its position is not durable.
    #[error(transparent)]
    Undurable(#[from] StepError),
    /// The batches in it.
    #[error("its batches cannot be written or read: {0}")]
    Batches(#[from] ArrowError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    flow: FlowState,
    read: Vec<Read>,
    /// By end: bytes of its stream; 0 where nothing was on its way.
    streams: Vec<u64>,
}

/// A cut that is whole, with what it keeps as it lay in the queues.
#[derive(Debug)]
pub(crate) struct FlowCut {
    pub(crate) flow: FlowState,
    pub(crate) read: Vec<Read>,
    pub(crate) kept: Vec<Vec<KeptSlot>>,
}

impl FlowCut {
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, PartError> {
        let streams: Vec<Vec<u8>> = self.kept.iter().map(|slots| stream(slots)).collect::<Result<_, _>>()?;
        let header = Header {
            flow: self.flow,
            read: self.read,
            streams: streams.iter().map(|stream| stream.len() as u64).collect(),
        };
        framed(&header, &streams)
    }
}

/// A header, and streams behind it.
pub(super) fn framed(header: &impl Serialize, streams: &[Vec<u8>]) -> Result<Vec<u8>, PartError> {
    let header = serde_json::to_vec(header).map_err(|error| PartError::Form(error.to_string()))?;
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(&header);
    streams.iter().for_each(|stream| bytes.extend_from_slice(stream));
    Ok(bytes)
}

/// The header, and the streams behind it.
pub(super) fn unframed<H: DeserializeOwned>(bytes: &[u8]) -> Result<(H, &[u8]), PartError> {
    let short = || PartError::Form("it is cut short".to_owned());
    let (len, rest) = bytes.split_first_chunk().ok_or_else(short)?;
    let len = usize::try_from(u64::from_le_bytes(*len)).unwrap_or(usize::MAX);
    let (header, streams) = rest.split_at_checked(len).ok_or_else(short)?;
    let header = serde_json::from_slice(header).map_err(|error| PartError::Form(error.to_string()))?;
    Ok((header, streams))
}

fn stream(slots: &[KeptSlot]) -> Result<Vec<u8>, PartError> {
    let mut writer: Option<StreamWriter<Vec<u8>>> = None;
    for slot in slots {
        let batch = slot.batch().map_err(PartError::OnDisk)?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(StreamWriter::try_new(Vec::new(), &batch.schema())?),
        };
        writer.write(&batch)?;
    }
    Ok(writer.map(StreamWriter::into_inner).transpose()?.unwrap_or_default())
}

impl FlowPart {
    /// Reads what a node's part says of its queues, which have these columns.
    ///
    /// # Errors
    /// Where it is no such part, or one of a node with other queues.
    pub fn read(bytes: &[u8], schemas: &[SchemaRef]) -> Result<Self, PartError> {
        let form = |what: &str| PartError::Form(what.to_owned());
        let (header, mut rest): (Header, _) = unframed(bytes)?;
        let Header { flow: FlowState { order, ends }, read, streams } = header;
        let as_many = [ends.len(), read.len(), streams.len()].iter().all(|count| *count == schemas.len());
        if !as_many || !order.fits(schemas.len()) {
            return Err(form("it is of a node with other queues"));
        }
        let mut kept = Vec::with_capacity(streams.len());
        for ((bytes, schema), end) in streams.into_iter().zip(schemas).zip(&ends) {
            let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
            let (stream, others) = rest.split_at_checked(bytes).ok_or_else(|| form("it is cut short"))?;
            rest = others;
            let batches = batches(stream, schema)?;
            if batches.len() as u64 != end.waiting {
                return Err(form("a batch is missing"));
            }
            kept.push(batches);
        }
        Ok(FlowPart { order, ends, read, kept })
    }
}

/// The batches of a stream, which has these columns.
pub(super) fn batches(stream: &[u8], schema: &SchemaRef) -> Result<Vec<RecordBatch>, PartError> {
    if stream.is_empty() {
        return Ok(Vec::new());
    }
    let reader = StreamReader::try_new(stream, None)?;
    if reader.schema().fields() != schema.fields() {
        return Err(PartError::Form("its batches have other columns than the queue".to_owned()));
    }
    // Under the queue's own schema, which its readers know by its place in memory.
    reader.map(|batch| Ok(batch?.with_schema(Arc::clone(schema))?)).collect()
}
