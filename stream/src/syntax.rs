//! The syntax tree of a stream file: what was written, with its place, and nothing about whether it makes sense. Made
//! by the parser, read by the check. Knows no schemas and no files.

mod name;
mod option;
mod path;
mod sas;

use crate::node_info::{Value, ValueType};
use crate::schema::DataType;
use crate::source::{Span, Spanned};

pub use name::{InputPort, Name, Number, QueueArgument, QueueRef, Text};
pub use option::{
    Binding, BindingValue, Database, Language, Minimize, MssqlOption, OnErrorChoice, Opt, OptionName, OptionValue,
    Options, TypesChoice, WriteMode,
};
pub use path::{Location, LocationKind, Suffix, Template, TemplatePart, TemplateProblem, Variable, VariableKind};
pub use sas::{DatasetName, DatasetOption, Sas, SasTransfer, TransferDirection};

/// A whole stream file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Everything in it, in its order.
    pub items: Vec<Item>,
    /// Where a `/*` begins that is never closed; the rest of the file is then a comment.
    pub unclosed_comment: Option<Span>,
    /// Whether the parser had to leave out a statement: then a queue that seems unwritten or unread may well be not.
    pub incomplete: bool,
}

impl File {
    /// The statements of the top level, in the file's order.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.items.iter().filter_map(|item| match item {
            Item::Statement(statement) => Some(statement),
            _ => None,
        })
    }

    /// The `param` declarations, in the file's order.
    pub fn params(&self) -> impl Iterator<Item = &ParamDeclaration> {
        self.items.iter().filter_map(|item| match item {
            Item::Param(param) => Some(param),
            _ => None,
        })
    }

    /// The `secret` declarations, in the file's order.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretDeclaration> {
        self.items.iter().filter_map(|item| match item {
            Item::Secret(secret) => Some(secret),
            _ => None,
        })
    }
}

/// One thing at the top level of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `NAME ident`
    Name(NameHeader),
    /// `DESCR "…"`
    Descr(TextHeader),
    /// `LABEL "…"`
    Label(TextHeader),
    /// `TYPE DEFAULT|MODEL|REPORT`
    Type(TypeHeader),
    /// `param x float64 = 1`
    Param(ParamDeclaration),
    /// `secret x = "kv/a#b"`
    Secret(SecretDeclaration),
    /// Anything that may also stand in a group.
    Statement(Statement),
}

/// `NAME ident (…)(…)`
#[derive(Clone, Debug, PartialEq)]
pub struct NameHeader {
    /// The whole.
    pub span: Span,
    /// The process's name.
    pub name: Name,
    /// The first parentheses: the queues that another process puts in; nothing where there are none.
    pub inputs: Option<Vec<QueueRef>>,
    /// The second parentheses: the queues that come out; nothing where there are none.
    pub outputs: Option<Vec<QueueRef>>,
}

/// `DESCR "…"` or `LABEL "…"`
#[derive(Clone, Debug, PartialEq)]
pub struct TextHeader {
    /// The whole.
    pub span: Span,
    /// The text.
    pub text: Text,
}

/// `TYPE DEFAULT|MODEL|REPORT`
#[derive(Clone, Debug, PartialEq)]
pub struct TypeHeader {
    /// The whole.
    pub span: Span,
    /// Which.
    pub process_type: Spanned<ProcessType>,
}

/// What a process is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessType {
    /// An ordinary process.
    Default,
    /// One that scores models.
    Model,
    /// One that makes a report.
    Report,
}

/// `param name type (= literal)? descr="…"?`: a value that a run may set.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamDeclaration {
    /// The whole.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub value_type: Spanned<ValueType>,
    /// Nothing: the run must give it.
    pub default: Option<Literal>,
    /// `descr` and `label`.
    pub options: Options,
}

/// `secret name = "mount/path#field"`: a secret that nodes may be given, by where it lies.
#[derive(Clone, Debug, PartialEq)]
pub struct SecretDeclaration {
    /// The whole.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Where it lies, as written.
    pub path: Text,
}

/// A value written in the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `0.99`
    Number(Number),
    /// `"EUR"`
    Text(Text),
    /// `true`
    Boolean(Spanned<bool>),
}

impl Literal {
    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            Literal::Number(number) => number.span,
            Literal::Text(text) => text.span,
            Literal::Boolean(boolean) => boolean.span,
        }
    }

    /// As a value of a type; nothing where it is none (a text for a number, a fraction for an `int64`).
    pub fn to_value(&self, value_type: ValueType) -> Option<Value> {
        match (self, value_type) {
            (Literal::Text(text), ValueType::Text) => Some(Value::Text(text.value.clone())),
            (Literal::Boolean(boolean), ValueType::Boolean) => Some(Value::Boolean(boolean.value)),
            (Literal::Number(number), ValueType::Int64 | ValueType::Float64) => value_type.parse(&number.text),
            _ => None,
        }
    }
}

/// Anything that may stand at the top level and in a group.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `in source -> queue …`
    Input(Input),
    /// `out queue -> target …`
    Output(Output),
    /// `node name(…)(…) …`
    Node(Node),
    /// `sql select …; …`
    Sql(Sql),
    /// `sas …`
    Sas(Sas),
    /// `model (…)(…) …`
    Model(Model),
    /// `process name …` or `subprocess name …`
    Group(Group),
    /// `queue name (…)`
    Queue(QueueDeclaration),
}

impl Statement {
    /// The whole statement.
    pub fn span(&self) -> Span {
        match self {
            Statement::Input(input) => input.span,
            Statement::Output(output) => output.span,
            Statement::Node(node) => node.span,
            Statement::Sql(sql) => sql.span,
            Statement::Sas(sas) => sas.span,
            Statement::Model(model) => model.span,
            Statement::Group(group) => group.span,
            Statement::Queue(queue) => queue.span,
        }
    }

    /// Its options; a queue declaration has none.
    pub fn options(&self) -> Option<&Options> {
        match self {
            Statement::Input(input) => Some(&input.options),
            Statement::Output(output) => Some(&output.options),
            Statement::Node(node) => Some(&node.options),
            Statement::Sql(sql) => Some(&sql.options),
            Statement::Sas(sas) => Some(&sas.options),
            Statement::Model(model) => Some(&model.options),
            Statement::Group(group) => Some(&group.options),
            Statement::Queue(_) => None,
        }
    }

    /// What it is called in messages: `input`, `output`, `node` ….
    pub fn kind(&self) -> &'static str {
        match self {
            Statement::Input(_) => "input",
            Statement::Output(_) => "output",
            Statement::Node(_) => "node",
            Statement::Sql(_) => "sql",
            Statement::Sas(_) => "sas",
            Statement::Model(_) => "model",
            Statement::Group(group) if group.subprocess => "subprocess",
            Statement::Group(_) => "process",
            Statement::Queue(_) => "queue",
        }
    }
}

/// `in source -> queue option*`
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The whole.
    pub span: Span,
    /// The word `in`.
    pub keyword: Span,
    /// What is read.
    pub source: Location,
    /// The queue it is put in.
    pub queue: Name,
    /// Its options.
    pub options: Options,
}

/// `out queue -> target option*`
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The whole.
    pub span: Span,
    /// The word `out`.
    pub keyword: Span,
    /// The queue that is written out.
    pub queue: Name,
    /// Where to.
    pub target: Location,
    /// Its options.
    pub options: Options,
}

/// `node name(inputs)(outputs) option*`
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The whole.
    pub span: Span,
    /// The word `node`.
    pub keyword: Span,
    /// Its name.
    pub name: Name,
    /// Its input ports, at least one; `(null)` is one port of one queue that [`QueueRef::is_null`].
    pub inputs: Vec<InputPort>,
    /// Its output ports; may be empty.
    pub outputs: Vec<QueueRef>,
    /// Its options.
    pub options: Options,
}

/// `sql select …; option*`
#[derive(Clone, Debug, PartialEq)]
pub struct Sql {
    /// The whole.
    pub span: Span,
    /// The word `sql`.
    pub keyword: Span,
    /// The query, from SELECT or WITH, without its `;`, as written.
    pub text: Spanned<String>,
    /// Its options.
    pub options: Options,
}

/// `model (inputs)(outputs) option*`
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The whole.
    pub span: Span,
    /// The word `model`.
    pub keyword: Span,
    /// As of a node.
    pub inputs: Vec<InputPort>,
    /// As of a node.
    pub outputs: Vec<QueueRef>,
    /// Its options.
    pub options: Options,
}

/// `process name (…)(…) option* { … }`; `subprocess` likewise.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The whole.
    pub span: Span,
    /// The word `process` or `subprocess`.
    pub keyword: Span,
    /// Which of the two words.
    pub subprocess: bool,
    /// Its name.
    pub name: Name,
    /// The first parentheses; nothing where there are none.
    pub inputs: Option<Vec<QueueRef>>,
    /// The second parentheses; nothing where there are none.
    pub outputs: Option<Vec<QueueRef>>,
    /// `name`, `label`, `descr` and `exec_when`.
    pub options: Options,
    /// What is in its braces; nothing where it refers to another process by name.
    pub body: Option<Vec<Statement>>,
}

/// `queue name (column, …)`
#[derive(Clone, Debug, PartialEq)]
pub struct QueueDeclaration {
    /// The whole.
    pub span: Span,
    /// The word `queue`.
    pub keyword: Span,
    /// The queue that is declared.
    pub name: Name,
    /// Its columns, at least one.
    pub columns: Vec<ColumnDeclaration>,
}

/// `name type null?` of a queue declaration; the name may be quoted.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDeclaration {
    /// The whole.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub data_type: Spanned<DataType>,
    /// The word `null`, where the column may hold nulls.
    pub null: Option<Span>,
}
