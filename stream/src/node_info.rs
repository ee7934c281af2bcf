//! What a component says of itself (`describe` of the contract), in Leat's own words. The runtime converts the
//! contract's records to these; the check binds queues against them.

use serde::{Deserialize, Serialize};

use crate::schema::DataType;

/// What a node is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeInfo {
    /// The node's own name for itself; a stream file may call it otherwise.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// Input ports, by number.
    pub inputs: Vec<InputPortInfo>,
    /// Output ports, by number.
    pub outputs: Vec<OutputPortInfo>,
    /// Parameters it takes.
    pub parameters: Vec<ParameterInfo>,
    /// Facts it reads and sets, each once.
    pub facts: Vec<FactInfo>,
    /// Risk objects it opens; it is given no others.
    #[serde(default)]
    pub objects: Vec<ObjectUse>,
}

/// One input port of a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputPortInfo {
    /// For messages and pictures.
    pub name: String,
    /// The fields it asks for; a queue may have more, in any order.
    pub fields: Vec<InputFieldInfo>,
    /// Whether it is delivered to its end before the others.
    pub first: bool,
}

/// One field of an input port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputFieldInfo {
    /// The column of that name is bound to it.
    pub name: String,
    /// Nothing: whatever the queue has.
    pub data_type: Option<DataType>,
    /// Whether the node copes with nulls.
    pub nullable: bool,
    /// Whether its values cross into the guest (`false`: carried, to be passed on by number).
    pub read: bool,
}

/// One output port of a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputPortInfo {
    /// For messages and pictures.
    pub name: String,
    /// Its columns, in order.
    pub fields: Vec<OutputFieldInfo>,
}

/// One column of an output port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputFieldInfo {
    /// Its name in the queue.
    pub name: String,
    /// Where it comes from.
    pub content: OutputContent,
}

/// Where an output column comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputContent {
    /// The node makes it.
    Made {
        /// Its type.
        data_type: DataType,
        /// Whether it may hold nulls.
        nullable: bool,
    },
    /// It is a column of an input port, passed on.
    Passed {
        /// Number of the input port.
        port: usize,
        /// Number of the field among that port's fields.
        field: usize,
    },
}

/// One parameter of a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterInfo {
    /// The name it is given by.
    pub name: String,
    /// Its type.
    pub value_type: ValueType,
    /// Nothing: the process or the run must give one.
    pub default: Option<Value>,
    /// One line for people.
    pub description: String,
}

/// A fact that a component reads or sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactInfo {
    /// The name that the process binds it by.
    pub name: String,
    /// Its type.
    pub value_type: ValueType,
    /// Whether the component sets it (`false`: reads it).
    pub sets: bool,
    /// One line for people.
    pub description: String,
}

/// A risk object that a component opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectUse {
    /// Its kind.
    pub kind: ObjectKind,
    /// How its name is found.
    pub name: ObjectNaming,
}

/// How the name of a risk object is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectNaming {
    /// It is this one.
    Fixed(String),
    /// It is the value of the text parameter of this name; an empty text asks for no object.
    Parameter(String),
}

/// The kinds of risk objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectKind {
    /// Paths of variables, by scenario and step.
    ScenarioSet,
    /// Many draws of variables.
    Simulation,
    /// Numbers by two keys.
    Matrix,
    /// A small table by key, whose rows may be in force for a time.
    ControlTable,
    /// Which models are used for what, with which objects.
    Study,
}

impl ObjectKind {
    /// All kinds.
    pub const ALL: [ObjectKind; 5] = [
        ObjectKind::ScenarioSet,
        ObjectKind::Simulation,
        ObjectKind::Matrix,
        ObjectKind::ControlTable,
        ObjectKind::Study,
    ];

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
}

/// The type of a parameter or fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

impl ValueType {
    /// The name as a stream file writes it.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::Boolean => "boolean",
            ValueType::Int64 => "int64",
            ValueType::Float64 => "float64",
            ValueType::Text => "text",
        }
    }

    /// Reads a value of this type from the text a user gave (`--param k=v`). Answers nothing where it is none.
    pub fn parse(self, text: &str) -> Option<Value> {
        match self {
            ValueType::Boolean => text.parse().ok().map(Value::Boolean),
            ValueType::Int64 => text.parse().ok().map(Value::Int64),
            ValueType::Float64 => text.parse().ok().filter(|x: &f64| x.is_finite()).map(Value::Float64),
            ValueType::Text => Some(Value::Text(text.to_owned())),
        }
    }
}

/// A value of a parameter or fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

impl Value {
    /// As it stands in a path: a text without quotes.
    pub fn to_path_text(&self) -> String {
        match self {
            Value::Boolean(value) => value.to_string(),
            Value::Int64(value) => value.to_string(),
            Value::Float64(value) => value.to_string(),
            Value::Text(value) => value.clone(),
        }
    }

    /// The type it is of.
    pub fn value_type(&self) -> ValueType {
        match self {
            Value::Boolean(_) => ValueType::Boolean,
            Value::Int64(_) => ValueType::Int64,
            Value::Float64(_) => ValueType::Float64,
            Value::Text(_) => ValueType::Text,
        }
    }
}
