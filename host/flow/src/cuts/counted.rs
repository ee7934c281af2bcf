//! What a node had counted, refused and made known by the place of a cut: what its report begins with where the run goes on. As
//! bytes: a header in JSON, and the refused records that are kept, each in Arrow's stream format.

use std::collections::BTreeMap;

use arrow_ipc::writer::StreamWriter;
use arrow_schema::SchemaRef;
use leat_bundle::Digest;
use leat_stream::node_info::Value;
use leat_stream::plan::{OnError, Plan};
use serde::{Deserialize, Serialize};

use super::part::{PartError, batches, framed, unframed};
use crate::rejects::{Content, REJECTS_KEPT_MAX, RejectedRecord};

/// What a node had counted, refused and made known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// It had started: it waits for no signal and no fact any more before it does.
    pub begun: bool,
    /// What came in, by end of a queue.
    pub inputs: Vec<Count>,
    /// What went out, by port; the queue of rejected records last.
    pub outputs: Vec<Count>,
    /// Records refused.
    pub rejected: u64,
    /// The first of them, with what is kept of them.
    pub first_rejected: Vec<(RejectedRecord, Content)>,
    /// Its own counters.
    pub counters: BTreeMap<String, u64>,
    /// The facts it sets or reads that were there, by their places in the plan.
    pub facts: Vec<(usize, Value)>,
}

/// What went through one port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// Records.
    pub rows: u64,
    /// Batches.
    pub batches: u64,
    /// Bytes in memory.
    pub bytes: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    begun: bool,
    inputs: Vec<Count>,
    outputs: Vec<Count>,
    rejected: u64,
    first_rejected: Vec<Refused>,
    counters: BTreeMap<String, u64>,
    facts: Vec<(usize, Value)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    place: String,
    reason: String,
    content: Kept,
}

/// How long a digest is in hexadecimal.
const DIGEST_BYTES: usize = 64;

/// What is kept of a refused record.
#[derive(Serialize, Deserialize)]
enum Kept {
    Text(String),
    /// The end of the queue that it came from, and the bytes of its stream.
    Row(usize, u64),
}

impl Count {
    /// Both together.
    pub(crate) fn plus(self, other: Count) -> Count {
        Count {
            rows: self.rows.saturating_add(other.rows),
            batches: self.batches.saturating_add(other.batches),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }
}

impl Counted {
    /// As bytes.
    ///
    /// # Errors
    /// Where a refused record cannot be written.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, PartError> {
        let mut streams = Vec::new();
        let mut first_rejected = Vec::new();
        for (RejectedRecord { place, reason }, content) in self.first_rejected {
            let content = match content {
                Content::Text(text) => Kept::Text(text),
                Content::Row { end, row } => {
                    let mut writer = StreamWriter::try_new(Vec::new(), &row.schema())?;
                    writer.write(&row)?;
                    let stream = writer.into_inner()?;
                    let bytes = stream.len() as u64;
                    streams.push(stream);
                    Kept::Row(end, bytes)
                }
            };
            first_rejected.push(Refused { place, reason, content });
        }
        let Counted { begun, inputs, outputs, rejected, counters, facts, .. } = self;
        let body = framed(&Header { begun, inputs, outputs, rejected, first_rejected, counters, facts }, &streams)?;
        // Arrow's reader takes what it is given for what a writer wrote.
        let mut bytes = Digest::of(&body).to_string().into_bytes();
        bytes.extend_from_slice(&body);
        Ok(bytes)
    }

    /// Reads what the part of a node of this plan says, whose queues have these columns.
    ///
    /// # Errors
    /// Where it is no such part, or one of another node.
    pub fn read(bytes: &[u8], (plan, node): (&Plan, usize), schemas: &[SchemaRef]) -> Result<Self, PartError> {
        let other = || PartError::Form("it is of another node".to_owned());
        let damaged = || PartError::Form("it is damaged".to_owned());
        let (digest, body) = bytes.split_at_checked(DIGEST_BYTES).ok_or_else(damaged)?;
        if digest != Digest::of(body).to_string().as_bytes() {
            return Err(damaged());
        }
        let (header, mut rest): (Header, _) = unframed(body)?;
        let Header { begun, inputs, outputs, rejected, first_rejected, counters, facts } = header;
        let planned = &plan.nodes[node];
        let ports = planned.outputs.len() + usize::from(matches!(planned.on_error, OnError::Queue(_)));
        let known = |(fact, value): &(usize, Value)| {
            plan.facts.get(*fact).is_some_and(|fact| fact.value_type == value.value_type())
        };
        if inputs.len() != schemas.len() || outputs.len() != ports || !facts.iter().all(known) {
            return Err(other());
        }
        let mut kept = Vec::new();
        for Refused { place, reason, content } in first_rejected.into_iter().take(REJECTS_KEPT_MAX) {
            let content = match content {
                Kept::Text(text) => Content::Text(text),
                Kept::Row(end, bytes) => {
                    let schema = schemas.get(end).ok_or_else(other)?;
                    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
                    let (stream, others) = rest.split_at_checked(bytes).ok_or_else(other)?;
                    rest = others;
                    let row = batches(stream, schema)?.pop().ok_or_else(other)?;
                    Content::Row { end, row }
                }
            };
            kept.push((RejectedRecord { place, reason }, content));
        }
        Ok(Counted { begun, inputs, outputs, rejected, first_rejected: kept, counters, facts })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Int64Array, RecordBatch};
    use leat_stream::node_info::ValueType;
    use leat_stream::plan::{Fact, FactSource, FileInput, Format, Node, NodeKind, Switches, WAIT_MAX_DEFAULT};
    use proptest::prelude::*;

    use super::*;

    /// A plan with a node of one output, and facts of these types.
    fn plan(facts: &[ValueType]) -> Plan {
        let node = Node {
            name: "n".to_owned(),
            label: None,
            description: None,
            line: 1,
            file: None,
            group: None,
            kind: NodeKind::Input(FileInput { path: String::new(), format: Format::Arrow, columns: Vec::new() }),
            inputs: Vec::new(),
            outputs: vec![None],
            on_error: OnError::Fail,
            awaits: Vec::new(),
            condition: None,
            facts: Vec::new(),
            dynamic_path: Vec::new(),
            wait_max: WAIT_MAX_DEFAULT,
            part: None,
        };
        let fact = |value_type| Fact { name: "f".to_owned(), value_type, source: FactSource::SetBy(0) };
        Plan {
            process: "p".to_owned(),
            file: "p.strm".to_owned(),
            parameters: Vec::new(),
            options: Vec::new(),
            switches: Switches::default(),
            groups: Vec::new(),
            facts: facts.iter().copied().map(fact).collect(),
            objects: Vec::new(),
            secrets: Vec::new(),
            cut_from: None,
            queues: Vec::new(),
            nodes: vec![node],
        }
    }

    fn row() -> RecordBatch {
        let column: Arc<dyn arrow_array::Array> = Arc::new(Int64Array::from(vec![7]));
        RecordBatch::try_from_iter([("n", column)]).unwrap()
    }

    fn counted() -> Counted {
        let refused = |content| (RejectedRecord { place: "row 1".to_owned(), reason: "odd".to_owned() }, content);
        let text = Content::Text("7,x".to_owned());
        Counted {
            begun: true,
            inputs: vec![Count { rows: 5, batches: 2, bytes: 40 }],
            outputs: vec![Count { rows: 4, batches: 2, bytes: 32 }],
            rejected: 2,
            first_rejected: vec![refused(Content::Row { end: 0, row: row() }), refused(text)],
            counters: BTreeMap::from([("seen".to_owned(), 5)]),
            facts: vec![(0, Value::Float64(0.1 + 0.2))],
        }
    }

    #[test]
    fn what_was_counted_is_read_back_by_the_same_node_alone() {
        let bytes = counted().into_bytes().unwrap();
        let read = |plan: &Plan, ends: usize| Counted::read(&bytes, (plan, 0), &vec![row().schema(); ends]);
        assert_eq!(read(&plan(&[ValueType::Float64]), 1).unwrap(), counted());
        let others = [read(&plan(&[ValueType::Int64]), 1), read(&plan(&[]), 1), read(&plan(&[ValueType::Float64]), 2)];
        for other in others {
            assert_eq!(other.unwrap_err().to_string(), "it is not what this Leat writes: it is of another node");
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_refused(
            cut: prop::sample::Index,
            at: prop::sample::Index,
            bits in 1u8..,
            bytes: Vec<u8>,
        ) {
            let (whole, plan, schemas) = (counted().into_bytes().unwrap(), plan(&[ValueType::Float64]), [row().schema()]);
            prop_assert!(Counted::read(&whole[..cut.index(whole.len())], (&plan, 0), &schemas).is_err());
            let mut damaged = whole;
            let at = at.index(damaged.len());
            damaged[at] ^= bits;
            prop_assert!(Counted::read(&damaged, (&plan, 0), &schemas).is_err());
            prop_assert!(Counted::read(&bytes, (&plan, 0), &schemas).is_err());
        }
    }
}
