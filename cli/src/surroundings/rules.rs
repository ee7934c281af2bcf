//! What the check asks of formats and SQL, answered by those who read and run them. Nothing here looks at a file, so that a
//! midtier answers as the command line does.

use leat_io::value::DateForm;
use leat_stream::check::{BoundQuery, NamedTable, QueryProblem, Rules, SampledCell};
use leat_stream::plan::{Format, Query, SqlNode};
use leat_stream::schema::{DataType, Field};

/// The rules that runs go by.
pub(crate) struct LiveRules;

impl Rules for LiveRules {
    fn dates(&self, form: &str) -> Result<(), String> {
        DateForm::new(Some(form)).map(|_| ()).map_err(|error| error.to_string())
    }

    fn value(&self, cell: &SampledCell, data_type: DataType, format: &Format) -> Result<(), String> {
        leat_io::check_cell(cell, data_type, format)
    }

    fn tables(&self, query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
        leat_sql::tables(query)
    }

    fn query(&self, node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
        leat_sql::bind(node)
    }

    fn condition(&self, expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem> {
        leat_sql::bind_condition(expression, fields)
    }
}
