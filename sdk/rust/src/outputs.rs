//! Where a node's records leave it: typed records collected port by port, columns by the block, refused rows.
//!
//! Made and flushed by the driver around each call of the node; sends through `host`.

mod block;
mod buffer;

pub use block::Block;

use crate::contract::{Column, Content, FieldType, OutColumn, OutputInfo, Stopped};
use crate::error::{Error, Result};
use crate::host::{self, Emission};
use crate::record::Record;
use buffer::PortBuffer;

/// Records that a port collects before it sends them on: one batch of the size that the host's own batches have.
pub(crate) const BATCH_ROWS: usize = 4096;

/// Reasons that are looked through to put a refused row beside others of the same reason. More would only cost time:
/// reasons that name the row's values all differ.
const REASONS_COMPARED: usize = 16;

/// The output ports of a node.
#[derive(Debug)]
pub struct Outputs {
    ports: Vec<OutPort>,
    in_hand: Option<InHand>,
    refused: Vec<Refused>,
    cancelled: bool,
}

#[derive(Debug)]
struct OutPort {
    info: OutputInfo,
    buffer: PortBuffer,
    unread: bool,
}

/// The batch that `process` was called with.
#[derive(Clone, Copy, Debug)]
struct InHand {
    port: usize,
    rows: usize,
}

#[derive(Debug)]
struct Refused {
    reason: String,
    rows: Vec<u8>,
}

impl Outputs {
    pub(crate) fn new(ports: Vec<OutputInfo>) -> Self {
        let port = |info: OutputInfo| OutPort { buffer: PortBuffer::default(), unread: false, info };
        Outputs { ports: ports.into_iter().map(port).collect(), in_hand: None, refused: Vec::new(), cancelled: false }
    }

    /// Sends a record to an output port whose columns are the record's. It leaves with others, when the call returns or
    /// when they have become a batch.
    ///
    /// Fails where the port's columns are others, and once the run is being ended: hand the error on with `?`.
    pub fn push<R: Record>(&mut self, port: usize, record: R) -> Result<()> {
        self.port::<R>(port)?.push(record)
    }

    /// An output port for records of one type: [`Outputs::push`] with its checks done once for many records.
    pub fn port<R: Record>(&mut self, port: usize) -> Result<PortWriter<'_, R>> {
        let out = self.out_port(port)?;
        out.buffer.prepare::<R>(&out.info)?;
        Ok(PortWriter { outputs: self, port, record: std::marker::PhantomData })
    }

    /// Sends columns to an output port.
    pub fn emit(&mut self, port: usize, block: Block) -> Result<()> {
        self.flush_port(port)?;
        let (rows, selection, made) = block.check(&self.out_port(port)?.info)?;
        self.send(port, rows, selection, made)
    }

    /// Refuses a row of the batch in hand, with the reason. What happens with it is for the process to say (`on_error`).
    pub fn reject(&mut self, row: usize, reason: impl Into<String>) -> Result<()> {
        let rows = self.in_hand.map_or(0, |batch| batch.rows);
        if row >= rows {
            return Err(Error::new(format!("row {row} is refused, but the batch in hand has {rows} rows")));
        }
        let (reason, number) = (reason.into(), (row as u32).to_le_bytes());
        match self.refused.iter_mut().rev().take(REASONS_COMPARED).find(|r| r.reason == reason) {
            Some(same) => same.rows.extend_from_slice(&number),
            None => self.refused.push(Refused { reason, rows: number.to_vec() }),
        }
        Ok(())
    }

    /// Whether nobody reads an output any more: what is sent there is dropped, so that work for it can be saved.
    pub fn is_unread(&self, port: usize) -> bool {
        self.ports.get(port).is_some_and(|p| p.unread)
    }

    pub(crate) fn begin_batch(&mut self, port: usize, rows: usize) {
        self.in_hand = Some(InHand { port, rows });
    }

    /// Ends a call of the node: sends what is left where it went well, forgets it where it did not.
    pub(crate) fn end_call(&mut self, answer: Result<()>) -> Result<()> {
        let answer = answer.and_then(|()| self.flush());
        self.in_hand = None;
        self.refused.clear();
        for port in &mut self.ports {
            port.buffer.clear();
        }
        // The host knows that it ended the run; it is no fault of the node.
        if self.cancelled { Ok(()) } else { answer }
    }

    fn flush(&mut self) -> Result<()> {
        for refused in std::mem::take(&mut self.refused) {
            let answer = host::reject(&refused.rows, &refused.reason);
            self.heed(None, answer)?;
        }
        (0..self.ports.len()).try_for_each(|port| self.flush_port(port))
    }

    pub(crate) fn flush_port(&mut self, port: usize) -> Result<()> {
        match self.out_port(port)?.buffer.take() {
            Some((rows, columns)) => self.send(port, rows, None, columns),
            None => Ok(()),
        }
    }

    /// Whether the columns of a port are all made by the node.
    pub(crate) fn passes(&self, port: usize) -> bool {
        let passed = |info: &OutputInfo| info.fields.iter().any(|f| matches!(f.content, Content::Passed { .. }));
        self.ports.get(port).is_some_and(|p| passed(&p.info))
    }

    /// Sends the made columns of a port, in their order, with the passed ones between them.
    pub(crate) fn send(
        &mut self,
        port: usize,
        rows: usize,
        selection: Option<Vec<u8>>,
        made: Vec<Column>,
    ) -> Result<()> {
        let in_hand = self.in_hand;
        let out = self.out_port(port)?;
        if out.unread || rows == 0 {
            return Ok(());
        }
        let mut made = made.into_iter();
        let mut column = |content: &Content| match content {
            Content::Made(_) => made.next().map(OutColumn::Fresh),
            Content::Passed { port, field } => {
                in_hand.is_some_and(|batch| batch.port == *port).then_some(OutColumn::Pass(*field as u32))
            }
        };
        let columns: Option<Vec<OutColumn>> = out.info.fields.iter().map(|f| column(&f.content)).collect();
        let Some(columns) = columns else {
            let name = &out.info.name;
            return Err(Error::new(format!(
                "output `{name}` passes on columns of an input, but no batch of that input is in hand"
            )));
        };
        let answer = host::emit(Emission { port, rows, selection, columns });
        self.heed(Some(port), answer)
    }

    fn heed(&mut self, port: Option<usize>, answer: Result<(), Stopped>) -> Result<()> {
        match (answer, port) {
            (Ok(()), _) => Ok(()),
            (Err(Stopped::Unread), Some(port)) => {
                self.ports[port].unread = true;
                Ok(())
            }
            (Err(Stopped::Unread), None) => Ok(()),
            (Err(Stopped::Cancelled), _) => {
                self.cancelled = true;
                Err(Error::new("the run is being ended"))
            }
        }
    }

    fn out_port(&mut self, port: usize) -> Result<&mut OutPort> {
        let count = self.ports.len();
        self.ports.get_mut(port).ok_or_else(|| {
            Error::new(format!("there is no output port {port}; the node declares {count}, counted from 0"))
        })
    }
}

/// One output port, for records of one type.
#[derive(Debug)]
pub struct PortWriter<'a, R> {
    outputs: &'a mut Outputs,
    port: usize,
    record: std::marker::PhantomData<R>,
}

impl<R: Record> PortWriter<'_, R> {
    /// Sends a record; see [`Outputs::push`].
    pub fn push(&mut self, record: R) -> Result<()> {
        if self.outputs.cancelled {
            return Err(Error::new("the run is being ended"));
        }
        let rows = self.outputs.ports[self.port].buffer.push(&record);
        if rows >= BATCH_ROWS { self.outputs.flush_port(self.port) } else { Ok(()) }
    }
}

/// The difference between what an output has declared and what it is given, if there is any.
fn mismatch(info: &OutputInfo, given: &[(Option<&str>, FieldType)]) -> Option<Error> {
    let made = info.fields.iter().filter_map(|f| match f.content {
        Content::Made(field_type) => Some((f.name.as_str(), field_type)),
        Content::Passed { .. } => None,
    });
    let declared: Vec<(&str, FieldType)> = made.collect();
    let fits = |(declared, given): (&(&str, FieldType), &(Option<&str>, FieldType))| {
        let nulls_fit = declared.1.nullable || !given.1.nullable;
        declared.1.data_type == given.1.data_type && nulls_fit && given.0.is_none_or(|name| name == declared.0)
    };
    if declared.len() == given.len() && declared.iter().zip(given).all(fits) {
        return None;
    }
    let declared: Vec<String> = declared.iter().map(|(name, t)| format!("{name} {t}")).collect();
    let given: Vec<String> = given.iter().map(|(name, t)| format!("{} {t}", name.unwrap_or("…"))).collect();
    let (port, declared, given) = (&info.name, declared.join(", "), given.join(", "));
    Some(Error::new(format!("output `{port}` has the columns ({declared}), but is given ({given})")))
}
