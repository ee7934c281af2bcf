//! Parts of a file that a condition rules out by what the file says of them: Parquet's row groups.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, UInt64Array};
use arrow_schema::SchemaRef;
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::{Column, ScalarValue};
use datafusion::physical_optimizer::pruning::PruningPredicate;

/// What a file says of a column in one of its parts.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// One value of the column's type that no value is less than.
    pub min: Option<ArrayRef>,
    /// One that no value is greater than.
    pub max: Option<ArrayRef>,
    /// How many are null.
    pub nulls: Option<u64>,
}

/// Whether a part of `rows` rows may hold a record for which the predicate is true. In doubt it may.
pub(crate) fn may_hold(predicate: &PruningPredicate, schema: &SchemaRef, rows: u64, bounds: &[Bounds]) -> bool {
    let part = Part { schema, rows, bounds };
    predicate.prune(&part).map_or(true, |kept| kept.first().copied().unwrap_or(true))
}

/// One part, as DataFusion asks for it.
struct Part<'a> {
    schema: &'a SchemaRef,
    rows: u64,
    /// By column of the schema.
    bounds: &'a [Bounds],
}

impl Part<'_> {
    fn of(&self, column: &Column) -> Option<&Bounds> {
        self.bounds.get(self.schema.index_of(column.name()).ok()?)
    }
}

impl PruningStatistics for Part<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.of(column)?.min.clone()
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.of(column)?.max.clone()
    }

    fn num_containers(&self) -> usize {
        1
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from(vec![self.of(column)?.nulls?])))
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        Some(Arc::new(UInt64Array::from(vec![self.rows])))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
