//! Records of one output port, collected in columns until they are sent.

use std::any::Any;
use std::fmt;

use super::mismatch;
use crate::contract::{Column, Content, OutputInfo};
use crate::error::{Error, Result};
use crate::record::{Record, RecordField};

/// The collected records of a port. Which type of record is known since the first was pushed.
#[derive(Default)]
pub(super) struct PortBuffer {
    collected: Option<Collected>,
}

struct Collected {
    fields: &'static [RecordField],
    builder: Box<dyn Any>,
    take: fn(&mut dyn Any) -> Vec<Column>,
    rows: usize,
}

impl PortBuffer {
    /// Makes sure that records of this type are the port's, and that there is a place to collect them.
    pub(super) fn prepare<R: Record>(&mut self, info: &OutputInfo) -> Result<()> {
        if self.collected.as_ref().is_some_and(|c| std::ptr::eq(c.fields, R::FIELDS) || c.fields == R::FIELDS) {
            return Ok(());
        }
        if info.fields.iter().any(|f| matches!(f.content, Content::Passed { .. })) {
            let name = &info.name;
            return Err(Error::new(format!("output `{name}` passes on columns of an input; send a Block to it")));
        }
        let given: Vec<_> = R::FIELDS.iter().map(|f| (Some(f.name), f.field_type)).collect();
        if let Some(error) = mismatch(info, &given) {
            return Err(error);
        }
        self.collected = Some(Collected {
            fields: R::FIELDS,
            builder: Box::new(R::builder()),
            take: |builder| builder.downcast_mut::<R::Builder>().map(R::take).unwrap_or_default(),
            rows: 0,
        });
        Ok(())
    }

    /// Adds a record of the type that was prepared and answers how many there are now.
    pub(super) fn push<R: Record>(&mut self, record: &R) -> usize {
        let collected = self.collected.as_mut().expect("prepared before a writer exists");
        record.append_to(collected.builder.downcast_mut().expect("prepared for this record"));
        collected.rows += 1;
        collected.rows
    }

    /// Hands out what was collected, if anything.
    pub(super) fn take(&mut self) -> Option<(usize, Vec<Column>)> {
        let collected = self.collected.as_mut().filter(|c| c.rows > 0)?;
        let rows = std::mem::take(&mut collected.rows);
        Some((rows, (collected.take)(collected.builder.as_mut())))
    }

    /// Forgets what was collected.
    pub(super) fn clear(&mut self) {
        let _ = self.take();
    }
}

impl fmt::Debug for PortBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.collected.as_ref().map_or(0, |c| c.rows);
        f.debug_struct("PortBuffer").field("rows", &rows).finish_non_exhaustive()
    }
}
