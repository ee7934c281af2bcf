//! What goes into a node and what comes out: the author's way to say it.
//!
//! Called by [`crate::Node::ports`] implementations; the driver turns it into the contract's description.

use crate::contract::{Content, DataType, FieldType, InputField, InputInfo, OutputField, OutputInfo};
use crate::record::Record;

/// The ports of a node, by number in the order they are added.
///
/// ```
/// # use leat_sdk::{Input, Output, Ports, Record};
/// # #[derive(Record)] struct Rate { currency: String, rate: f64 }
/// # #[derive(Record)] struct Trade { currency: String, amount: f64 }
/// # #[derive(Record)] struct Value { value: f64 }
/// Ports::new()
///     .input(Input::of::<Rate>("rates").first())
///     .input(Input::of::<Trade>("trades").carry("id"))
///     .output(Output::new("values").pass("trades", "id").record::<Value>());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ports {
    pub(crate) inputs: Vec<InputInfo>,
    outputs: Vec<Output>,
}

impl Ports {
    /// A node without ports.
    pub fn new() -> Self {
        Ports::default()
    }

    /// Adds an input port.
    #[must_use]
    pub fn input(mut self, input: Input) -> Self {
        self.inputs.push(input.info);
        self
    }

    /// Adds an output port.
    #[must_use]
    pub fn output(mut self, output: Output) -> Self {
        self.outputs.push(output);
        self
    }

    /// The output ports in the contract's words.
    ///
    /// # Panics
    /// If an output passes on a field that no input has: a mistake in the node's code that no input can heal.
    pub(crate) fn output_infos(&self) -> Vec<OutputInfo> {
        let content = |output: &Output, column: &OutputColumn| match &column.content {
            OutputContent::Made(field_type) => Content::Made(*field_type),
            OutputContent::Passed { input } => self.passed(input, &column.name).unwrap_or_else(|| {
                let (port, column) = (&output.name, &column.name);
                panic!("output `{port}` passes on column `{column}`, but input `{input}` neither reads nor carries it")
            }),
        };
        let field = |output: &Output, column: &OutputColumn| OutputField {
            name: column.name.clone(),
            content: content(output, column),
        };
        let info = |output: &Output| OutputInfo {
            name: output.name.clone(),
            fields: output.columns.iter().map(|c| field(output, c)).collect(),
        };
        self.outputs.iter().map(info).collect()
    }

    fn passed(&self, input: &str, name: &str) -> Option<Content> {
        let port = self.inputs.iter().position(|i| i.name == input)?;
        let field = self.inputs[port].fields.iter().position(|f| f.name == name)?;
        Some(Content::Passed { port, field })
    }
}

/// An input port.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    info: InputInfo,
}

impl Input {
    /// A port without fields: the node learns how many rows there are, and nothing else.
    pub fn new(name: &str) -> Self {
        Input { info: InputInfo { name: name.to_owned(), fields: Vec::new(), first: false } }
    }

    /// A port that reads the columns of a record.
    pub fn of<R: Record>(name: &str) -> Self {
        R::FIELDS.iter().fold(Input::new(name), |input, f| input.field(f.name, Some(f.field_type)))
    }

    /// Reads one more column, without nulls.
    #[must_use]
    pub fn read(self, name: &str, data_type: DataType) -> Self {
        self.field(name, Some(FieldType { data_type, nullable: false }))
    }

    /// Reads one more column, which may hold nulls.
    #[must_use]
    pub fn read_nullable(self, name: &str, data_type: DataType) -> Self {
        self.field(name, Some(FieldType { data_type, nullable: true }))
    }

    /// Carries a column of any type past the node: its values never enter it, and it may be passed on by name. A column
    /// that is read already can be passed on as it is.
    #[must_use]
    pub fn carry(self, name: &str) -> Self {
        if self.info.fields.iter().any(|f| f.name == name) { self } else { self.field(name, None) }
    }

    /// Has this port delivered to its end before the ports that are not `first`: the table of a look-up, the build side
    /// of a join. The other ports take turns, batch by batch.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.info.first = true;
        self
    }

    fn field(mut self, name: &str, read: Option<FieldType>) -> Self {
        self.info.fields.push(InputField { name: name.to_owned(), read });
        self
    }
}

/// An output port.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    name: String,
    columns: Vec<OutputColumn>,
}

#[derive(Clone, Debug, PartialEq)]
struct OutputColumn {
    name: String,
    content: OutputContent,
}

#[derive(Clone, Debug, PartialEq)]
enum OutputContent {
    Made(FieldType),
    Passed { input: String },
}

impl Output {
    /// A port without columns; add them in the order they shall have.
    pub fn new(name: &str) -> Self {
        Output { name: name.to_owned(), columns: Vec::new() }
    }

    /// A port with the columns of a record.
    pub fn of<R: Record>(name: &str) -> Self {
        Output::new(name).record::<R>()
    }

    /// Adds the columns of a record.
    #[must_use]
    pub fn record<R: Record>(self) -> Self {
        R::FIELDS.iter().fold(self, |output, f| output.column(f.name, OutputContent::Made(f.field_type)))
    }

    /// Adds a column that the node makes, without nulls.
    #[must_use]
    pub fn made(self, name: &str, data_type: DataType) -> Self {
        self.column(name, OutputContent::Made(FieldType { data_type, nullable: false }))
    }

    /// Adds a column that the node makes, which may hold nulls.
    #[must_use]
    pub fn made_nullable(self, name: &str, data_type: DataType) -> Self {
        self.column(name, OutputContent::Made(FieldType { data_type, nullable: true }))
    }

    /// Adds a column that the named input port reads or carries, unchanged and under its own name.
    #[must_use]
    pub fn pass(self, input: &str, column: &str) -> Self {
        self.column(column, OutputContent::Passed { input: input.to_owned() })
    }

    fn column(mut self, name: &str, content: OutputContent) -> Self {
        self.columns.push(OutputColumn { name: name.to_owned(), content });
        self
    }
}
