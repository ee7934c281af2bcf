//! The words of the contract (`wit/node.wit`, interface `types`), for the guest's side.
//!
//! Used by the whole crate and by the code that the macros write. Knows neither the generated bindings (only `host`
//! and `component` convert from and to them) nor how values are laid out in a column (`field`).

use std::fmt;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    /// True or false.
    Boolean,
    /// 32-bit signed integer.
    Int32,
    /// 64-bit signed integer.
    Int64,
    /// IEEE 754 double.
    Float64,
    /// Exact decimal: an integer in units of 10^-scale.
    Decimal {
        /// Number of digits in all, 1 to 38.
        precision: u8,
        /// Number of digits after the point.
        scale: i8,
    },
    /// Days since 1970-01-01.
    Date,
    /// Microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// UTF-8 text.
    Text,
    /// Bytes.
    Binary,
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataType::Boolean => f.write_str("boolean"),
            DataType::Int32 => f.write_str("int32"),
            DataType::Int64 => f.write_str("int64"),
            DataType::Float64 => f.write_str("float64"),
            DataType::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            DataType::Date => f.write_str("date"),
            DataType::Timestamp => f.write_str("timestamp"),
            DataType::Text => f.write_str("text"),
            DataType::Binary => f.write_str("binary"),
        }
    }
}

/// A field's type and whether it may hold nulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldType {
    /// The type of its values.
    pub data_type: DataType,
    /// Whether it may hold nulls.
    pub nullable: bool,
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.nullable { " null" } else { "" };
        write!(f, "{}{null}", self.data_type)
    }
}

/// One column of a batch, laid out as `wit/node.wit` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// The values.
    pub data: Vec<u8>,
    /// Text and binary alone: rows + 1 offsets into `data`, 32 bits each.
    pub offsets: Option<Vec<u8>>,
    /// One bit a row, 1 for a value; nothing where no row is null.
    pub validity: Option<Vec<u8>>,
}

/// A column on its way out: made here, or a column of the batch in hand by the number of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutColumn {
    /// Made by the node.
    Fresh(Column),
    /// Passed on by number.
    Pass(u32),
}

/// A value of a parameter or fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// 64-bit signed integer.
    Int64(i64),
    /// IEEE 754 double.
    Float64(f64),
    /// UTF-8 text.
    Text(String),
}

/// The type of a parameter or fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// True or false.
    Boolean,
    /// 64-bit signed integer.
    Int64,
    /// IEEE 754 double.
    Float64,
    /// UTF-8 text.
    Text,
}

/// What a node is, as it tells its host.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeInfo {
    /// The node's own name; a stream file may call it otherwise.
    pub name: String,
    /// For people.
    pub description: String,
    /// Input ports, by number.
    pub inputs: Vec<InputInfo>,
    /// Output ports, by number.
    pub outputs: Vec<OutputInfo>,
    /// Parameters it takes.
    pub parameters: Vec<ParameterInfo>,
    /// Facts it reads and sets.
    pub facts: Vec<FactInfo>,
    /// Risk objects it opens.
    pub objects: Vec<ObjectUse>,
}

/// A risk object that a node opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectUse {
    /// Its kind.
    pub kind: ObjectKind,
    /// How its name is found.
    pub name: ObjectName,
}

/// How the name of a risk object is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectName {
    /// It is this one.
    Fixed(String),
    /// It is the value of the text parameter of this name; an empty text asks for no object.
    Parameter(String),
}

/// The kinds of risk objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// See [`crate::ScenarioSet`].
    ScenarioSet,
    /// See [`crate::Simulation`].
    Simulation,
    /// See [`crate::Matrix`].
    Matrix,
    /// See [`crate::ControlTable`].
    ControlTable,
    /// See [`crate::Study`].
    Study,
}

impl ObjectKind {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            ObjectKind::ScenarioSet => "scenario set",
            ObjectKind::Simulation => "simulation",
            ObjectKind::Matrix => "matrix",
            ObjectKind::ControlTable => "control table",
            ObjectKind::Study => "study",
        }
    }

    /// The word behind an object's name: `base.scenarios`.
    pub fn word(self) -> &'static str {
        match self {
            ObjectKind::ScenarioSet => "scenarios",
            ObjectKind::Simulation => "simulation",
            ObjectKind::Matrix => "matrix",
            ObjectKind::ControlTable => "table",
            ObjectKind::Study => "study",
        }
    }
}

/// One input port.
#[derive(Clone, Debug, PartialEq)]
pub struct InputInfo {
    /// For messages and pictures.
    pub name: String,
    /// The fields it asks for: first those it reads, then those it only passes on.
    pub fields: Vec<InputField>,
    /// Whether it is delivered to its end before the ports that are not `first`.
    pub first: bool,
}

/// One field of an input port.
#[derive(Clone, Debug, PartialEq)]
pub struct InputField {
    /// The column of that name is bound to it.
    pub name: String,
    /// What the node reads from it; nothing for a field that is carried past it, of any type.
    pub read: Option<FieldType>,
}

/// One output port.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputInfo {
    /// For messages and pictures.
    pub name: String,
    /// Its columns, in order.
    pub fields: Vec<OutputField>,
}

/// One column of an output port.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputField {
    /// Its name in the queue.
    pub name: String,
    /// Where its values come from.
    pub content: Content,
}

/// Where the values of an output column come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The node makes them.
    Made(FieldType),
    /// They are those of a field of an input port.
    Passed {
        /// Number of the input port.
        port: usize,
        /// Number of the field among that port's fields.
        field: usize,
    },
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterInfo {
    /// The name it is given by.
    pub name: String,
    /// Its type.
    pub value_type: ValueType,
    /// Nothing: the process or the run must give one.
    pub default: Option<Value>,
    /// For people.
    pub description: String,
}

/// A fact that a node reads or sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactInfo {
    /// The name that the process binds it by.
    pub name: String,
    /// Its type.
    pub value_type: ValueType,
    /// Whether the node sets it (`false`: reads it).
    pub sets: bool,
    /// For people.
    pub description: String,
}

/// Why a fact was not set or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactProblem {
    /// The node describes no such fact, or the other way for it.
    Undeclared,
    /// The node describes it with this type.
    OtherType(ValueType),
    /// It is set already.
    SetAlready,
    /// A float that is not finite, or a text of more than 65,536 bytes.
    Unfit,
    /// The run is being ended.
    Stopped(Stopped),
}

/// Why a secret is not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The process does not give it to this node.
    NotDeclared,
    /// The run was granted none.
    NotGranted,
    /// It was, and is not any more.
    Expired,
    /// The store cannot be asked.
    StoreUnreachable,
}

/// Why the host takes no more records: the node should return soon, and what it emits from now on is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The run is being ended.
    Cancelled,
    /// Nobody reads this output any more.
    Unread,
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For who debugs the node.
    Debug,
    /// Worth knowing.
    Info,
    /// Something is not as it should be.
    Warn,
    /// A person should look.
    Error,
}
