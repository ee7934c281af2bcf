//! The batches of an input in small pieces, so that there are boundaries between few records too.

use arrow_array::RecordBatch;
use leat_flow::step::{BATCH_ROWS, Outlet, Source, StepError};

/// A source whose batches are cut into 1, 1, 2, 4, 8, … rows, until they are as long as they were.
pub(in crate::worker) struct Pieces {
    source: Box<dyn Source>,
    /// What is left of a batch.
    rest: Option<RecordBatch>,
    /// Rows so far.
    rows: usize,
}

impl Pieces {
    pub(in crate::worker) fn of(source: Box<dyn Source>) -> Self {
        Pieces { source, rest: None, rows: 0 }
    }
}

impl Source for Pieces {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        let batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.source.next(outlet)? {
                Some(batch) => batch,
                None => return Ok(None),
            },
        };
        let size = self.rows.clamp(1, BATCH_ROWS).min(batch.num_rows());
        self.rows += size;
        if size < batch.num_rows() {
            self.rest = Some(batch.slice(size, batch.num_rows() - size));
        }
        Ok(Some(batch.slice(0, size)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::Int64Array;
    use leat_flow::step::{Level, Rejected, Stopped};

    use super::*;

    /// Batches of so many rows, numbered from 0 on.
    struct Numbers(Vec<usize>, i64);

    impl Source for Numbers {
        fn next(&mut self, _: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
            let Some(rows) = self.0.pop() else { return Ok(None) };
            let numbers: Int64Array = (self.1..).take(rows).collect();
            self.1 += i64::try_from(rows).unwrap_or(0);
            Ok(Some(RecordBatch::try_from_iter([("n", Arc::new(numbers) as _)]).expect("one column")))
        }
    }

    struct Nowhere;

    impl Outlet for Nowhere {
        fn emit(&mut self, _: usize, _: RecordBatch) -> Result<(), Stopped> {
            Ok(())
        }

        fn reject(&mut self, _: Rejected<'_>) -> Result<(), Stopped> {
            Ok(())
        }

        fn log(&mut self, _: Level, _: &str, _: &[(String, String)]) {}

        fn count(&mut self, _: &str, _: u64) {}

        fn progress(&mut self, _: u64, _: Option<u64>) {}
    }

    #[test]
    fn pieces_grow_and_no_record_is_lost_or_moved() {
        let mut pieces = Pieces::of(Box::new(Numbers(vec![4096, 4096, 3, 10], 0)));
        let (mut sizes, mut numbers) = (Vec::new(), Vec::new());
        while let Some(batch) = pieces.next(&mut Nowhere).unwrap() {
            sizes.push(batch.num_rows());
            let column: &Int64Array = batch.column(0).as_any().downcast_ref().unwrap();
            numbers.extend(column.values().iter().copied());
        }
        assert_eq!(sizes[..7], [1, 1, 2, 4, 2, 3, 13]);
        assert!(sizes.len() < 25, "{sizes:?}");
        assert_eq!(numbers, (0..8205).collect::<Vec<i64>>());
    }
}
