//! Whether a node gives its state rightly: instances that are restored from one another must do as one instance does.

use super::Failed;
use super::feed::Cut;
use super::run::{Call, Place, Setting};
use crate::contract::{Content, DataType};
use crate::host::memory::{self, Memory, Sent};
use crate::node::{Named, Node};

/// Runs the node in one instance and in many, and fails at the first thing in which they differ.
pub(super) fn check<N: Node + Named>(setting: &Setting<'_>, host: impl Fn() -> Memory, cut: Cut) -> Result<(), Failed> {
    let one = setting.run::<N>(host(), cut, Place::Kept);
    let many = setting.run::<N>(host(), cut, Place::TakenOver);
    let difference = match (one, many) {
        (Ok(one), Ok(many)) => difference(setting, cut, &one, &many),
        // These batches are not the test's: a node that does not take them has nothing to do with its state.
        (Err(one), Err(many)) if one == many => None,
        (Ok(_), Err(many)) => Some(many.to_string()),
        (Err(one), Ok(_)) => Some(format!("it comes to its end; not restored, {one}")),
        (Err(one), Err(many)) => Some(format!("{many}; not restored, {one}")),
    };
    match difference {
        None => Ok(()),
        Some(difference) => {
            let message = format!("`{}`, restored from its snapshot after every call: {difference}", N::NAME);
            Err(Failed::new("recovery", message))
        }
    }
}

fn difference(setting: &Setting<'_>, cut: Cut, one: &Memory, many: &Memory) -> Option<String> {
    for (number, call) in setting.calls(cut).into_iter().enumerate() {
        for port in 0..setting.info.outputs.len() {
            let (one, many) = (Records::of(one, number + 1, port), Records::of(many, number + 1, port));
            if let Some(difference) = sent_otherwise(setting, port, &one, &many) {
                return Some(format!("at {}, {difference}", called(setting, call)));
            }
        }
    }
    let refusals = one.refused.len().max(many.refused.len());
    for (one, many) in (0..refusals).map(|n| (one.refused.get(n), many.refused.get(n))) {
        if one != many {
            let told = |refused: Option<&memory::Refused>| match refused {
                Some(r) => {
                    format!("it refuses row {} of input `{}`: {}", r.row, setting.feeds[r.port].name, r.reason)
                }
                None => "it refuses no more".to_owned(),
            };
            return Some(format!("{}; not restored, {}", told(many), told(one)));
        }
    }
    (one.fact_values != many.fact_values)
        .then(|| format!("the facts are {:?}; not restored, {:?}", many.fact_values, one.fact_values))
}

/// What a call is, for a person.
fn called(setting: &Setting<'_>, call: Call) -> String {
    match call {
        Call::Batch { port, number } => format!("batch {} of input `{}`", number + 1, setting.feeds[port].name),
        Call::End { port } => format!("the end of input `{}`", setting.feeds[port].name),
        Call::Finish => "`finish`".to_owned(),
    }
}

/// What one call sent to one output port, however it was cut into pieces.
struct Records<'a>(Vec<(&'a Sent, usize)>);

impl<'a> Records<'a> {
    fn of(memory: &'a Memory, call: usize, port: usize) -> Self {
        let sent = memory.sent.iter().filter(|sent| sent.call == call && sent.port == port);
        Records(sent.flat_map(|sent| (0..sent.rows).map(move |row| (sent, row))).collect())
    }

    fn cell(&self, record: usize, field: usize, data_type: DataType) -> Option<Vec<u8>> {
        let (sent, row) = self.0[record];
        memory::cell(data_type, &sent.columns[field], row)
    }
}

fn sent_otherwise(setting: &Setting<'_>, port: usize, one: &Records<'_>, many: &Records<'_>) -> Option<String> {
    let output = &setting.info.outputs[port];
    for record in 0..one.0.len().min(many.0.len()) {
        for (number, field) in output.fields.iter().enumerate() {
            let data_type = match field.content {
                Content::Made(field_type) => field_type.data_type,
                Content::Passed { port, field } => setting.feeds[port].types[field].data_type,
            };
            let (one, many) = (one.cell(record, number, data_type), many.cell(record, number, data_type));
            if one != many {
                let shown = |cell: Option<Vec<u8>>| memory::shown(data_type, cell.as_deref());
                return Some(format!(
                    "row {record} for output `{}` has {} in column `{}`; not restored, {}",
                    output.name,
                    shown(many),
                    field.name,
                    shown(one)
                ));
            }
        }
    }
    let (one, many) = (one.0.len(), many.0.len());
    (one != many).then(|| format!("it sends {many} rows to output `{}`; not restored, {one}", output.name))
}
