//! The columns of an input whose file is known only when a node has named it: those of the queue's declaration.

use super::{InputFile, Walk};
use crate::check::columns::Column;
use crate::check::draft::{QueueUse, local};
use crate::check::place::Place;
use crate::check::surroundings::SampledFile;
use crate::diagnostic::Diagnostic;

impl Walk<'_, '_> {
    /// The declared columns; the run holds them against the file.
    pub(super) fn dynamic_input(&mut self, number: usize, place: &Place, queue: &QueueUse) -> Option<Vec<Column>> {
        let Some(declaration) = self.draft.declarations.get(queue.name.as_str()) else {
            let name = local(&queue.name);
            let message =
                format!("the columns of `{name}` are not known: `{}` is a file that a fact names", place.path);
            self.problems.push(
                Diagnostic::error("undeclared-queue", place.span, message)
                    .label("there is no file to look at before the run")
                    .help(format!("declare them: `queue {name} (…)`")),
            );
            return None;
        };
        let declared = &declaration.columns;
        let places = declared.iter().map(|column| (None, Some(column.span))).collect();
        self.typing.inputs.insert(number, InputFile { sample: SampledFile::default(), columns: places });
        let column = |column: &crate::syntax::ColumnDeclaration| {
            Column::fixed(&column.name.text, column.data_type.value, column.null.is_some())
        };
        Some(declared.iter().map(column).collect())
    }
}
