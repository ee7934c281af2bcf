//! Which columns the rows of a queue have, and how the input that reads them wants them written.

use std::path::Path;

use leat_stream::diagnostic::nearest;
use leat_stream::plan::Format;
use leat_stream::schema::DataType;
use leat_stream::source::SourceFile;
use leat_stream::syntax::{File, Input, Node, OptionName, OptionValue, Statement};

use crate::config::Environment;
use crate::failure::Kind;
use crate::surroundings::component_info;

/// A column of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
}

/// How the rows are written.
pub(super) struct Form {
    pub(super) delimiter: char,
    /// The `strftime` form of dates; ISO 8601 where there is none.
    pub(super) dates: Option<String>,
    /// The format that the input reads, where its path says one.
    pub(super) format: Option<Format>,
}

impl Form {
    /// The form of the input that fills a queue.
    pub(super) fn of(file: &File, source: &SourceFile, queue: &str) -> anyhow::Result<Self> {
        let inputs: Vec<&Input> = file
            .statements()
            .filter_map(|statement| match statement {
                Statement::Input(input) => Some(input),
                _ => None,
            })
            .collect();
        let Some(input) = inputs.iter().find(|input| input.queue.text == queue) else {
            let hint = match nearest(queue, inputs.iter().map(|input| input.queue.text.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let known: Vec<&str> = inputs.iter().map(|input| input.queue.text.as_str()).collect();
                    format!(
                        "the inputs of the file fill {}",
                        if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                    )
                }
            };
            return Err(Kind::Usage(format!("{}: no input fills a queue `{queue}`; {hint}", source.name())).into());
        };
        let written = source.slice(input.source.span);
        let format = Format::of_path(written.trim_matches(['"', '\''])).ok();
        let delimiter = match input.options.get(OptionName::Delim).map(|option| &option.value) {
            Some(OptionValue::Delimiter(delimiter)) => delimiter.value,
            _ => match &format {
                Some(Format::Csv(csv)) => csv.delimiter,
                _ => ',',
            },
        };
        let dates = input.options.text(OptionName::Dates).map(|text| text.value.clone());
        Ok(Form { delimiter, dates, format })
    }

    /// A text as a cell.
    pub(super) fn quoted(&self, text: &str) -> String {
        let plain = !text.contains(['"', '\n', '\r', self.delimiter]) && !text.is_empty();
        if plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    }
}

/// The columns that a queue's declaration has, else those that the components reading it ask for.
pub(super) fn of(file: &File, queue: &str, root: &Path, environment: &Environment) -> anyhow::Result<Vec<Column>> {
    let declared = file.statements().find_map(|statement| match statement {
        Statement::Queue(declaration) if declaration.name.text == queue => Some(declaration),
        _ => None,
    });
    if let Some(declaration) = declared {
        let columns = declaration.columns.iter().map(|column| Column {
            name: column.name.text.clone(),
            data_type: column.data_type.value,
            nullable: column.null.is_some(),
        });
        return Ok(columns.collect());
    }
    let mut asked: Vec<(Column, bool)> = Vec::new();
    for statement in file.statements() {
        let Statement::Node(node) = statement else { continue };
        for port in (0..node.inputs.len()).filter(|port| node.inputs[*port].queues.iter().any(|q| q.name.text == queue))
        {
            let info = component_info(root, &component(node), environment)?;
            let Some(port) = info.inputs.get(port) else { continue };
            for field in &port.fields {
                ask(&mut asked, &node.name.text, field)?;
            }
        }
    }
    if asked.is_empty() {
        let message = format!(
            "nothing says what columns the queue `{queue}` has: no component reads it at the top level of the file; \
             declare it, `queue {queue} (id int64, …)`"
        );
        return Err(Kind::Usage(message).into());
    }
    Ok(asked.into_iter().map(|(column, _)| column).collect())
}

/// Enters what a reader asks for. A column of open type is text until a reader says more; it may be null only where every
/// reader takes nulls.
fn ask(
    asked: &mut Vec<(Column, bool)>,
    node: &str,
    field: &leat_stream::node_info::InputFieldInfo,
) -> anyhow::Result<()> {
    let Some((column, settled)) = asked.iter_mut().find(|(column, _)| column.name == field.name) else {
        let data_type = field.data_type.unwrap_or(DataType::Text);
        let column = Column { name: field.name.clone(), data_type, nullable: field.nullable };
        asked.push((column, field.data_type.is_some()));
        return Ok(());
    };
    if let Some(wanted) = field.data_type {
        if *settled
            && wanted != column.data_type
            && !wanted.widens_to(column.data_type)
            && !column.data_type.widens_to(wanted)
        {
            let (name, other) = (&column.name, column.data_type);
            anyhow::bail!(
                "node `{node}` asks for the column `{name}` as {wanted}, another reader as {other}; declare the queue"
            );
        }
        if !*settled || wanted.widens_to(column.data_type) {
            column.data_type = wanted;
        }
        *settled = true;
    }
    column.nullable &= field.nullable;
    Ok(())
}

fn component(node: &Node) -> String {
    let written = node.options.text(OptionName::Component).map(|text| text.value.clone());
    written.unwrap_or_else(|| format!("build/{}.wasm", node.name))
}
