//! What the guests share: the contract's bindings, a trait with a default for every call, and short words for ports.
//!
//! Not the SDK: a guest here says things that the SDK would not let it say.

wit_bindgen::generate!({
    path: "../../../wit",
    world: "node",
    pub_export_macro: true,
    default_bindings_module: "support",
    generate_all,
});

pub use exports::leat::node::guest::{Guest, NodeContext};
pub use leat::node::queues::{emit, reject};
pub use leat::node::types::{
    Access, Column, ColumnRef, DataType, DecimalType, Failure, InputField, InputPort, MadeType, NodeInfo, ObjectKind,
    ObjectName, ObjectUse, OutColumn, OutputContent, OutputField, OutputPort, ParameterInfo, Stopped, Value, ValueType,
};
pub use leat::node::{draws, risk, secrets, telemetry};

/// A node with a default for everything but what it is.
pub trait Node {
    fn describe() -> NodeInfo;

    fn open(_context: NodeContext) -> Result<(), Failure> {
        Ok(())
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        Ok(())
    }

    fn end_of_input(_port: u32) -> Result<(), Failure> {
        Ok(())
    }

    fn finish() -> Result<(), Failure> {
        Ok(())
    }

    /// Nothing: right for a guest that remembers nothing.
    fn snapshot() -> Result<Vec<u8>, Failure> {
        Ok(Vec::new())
    }

    fn restore(_state: Vec<u8>) -> Result<(), Failure> {
        Ok(())
    }
}

impl<T: Node> Guest for T {
    fn describe() -> NodeInfo {
        T::describe()
    }

    fn open(context: NodeContext) -> Result<(), Failure> {
        T::open(context)
    }

    fn process(port: u32, rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        T::process(port, rows, columns)
    }

    fn end_of_input(port: u32) -> Result<(), Failure> {
        T::end_of_input(port)
    }

    fn finish() -> Result<(), Failure> {
        T::finish()
    }

    fn snapshot() -> Result<Vec<u8>, Failure> {
        T::snapshot()
    }

    fn restore(state: Vec<u8>) -> Result<(), Failure> {
        T::restore(state)
    }
}

/// Makes a type the component's node.
#[macro_export]
macro_rules! node {
    ($node:ident) => {
        $crate::export!($node with_types_in $crate);
    };
}

/// A node with one input port `in` and one output port `out`.
pub fn node(name: &str, inputs: Vec<InputField>, outputs: Vec<OutputField>) -> NodeInfo {
    NodeInfo {
        name: name.into(),
        description: "A guest of the sandbox's tests.".into(),
        inputs: vec![InputPort { name: "in".into(), fields: inputs, first: false }],
        outputs: vec![OutputPort { name: "out".into(), fields: outputs }],
        parameters: Vec::new(),
        facts: Vec::new(),
        objects: Vec::new(),
    }
}

/// The commonest node: reads `id int64` and `x float64`, makes `y float64`.
pub fn plain(name: &str) -> NodeInfo {
    node(name, vec![read("id", DataType::Int64), read("x", DataType::Float64)], vec![made("y", DataType::Float64)])
}

/// A text parameter without a default.
pub fn parameter(name: &str) -> ParameterInfo {
    ParameterInfo {
        name: name.into(),
        value_type: ValueType::Text,
        default_value: None,
        description: "What to do.".into(),
    }
}

/// The value of a text parameter.
pub fn text_of(context: &NodeContext, name: &str) -> String {
    match context.parameters.iter().find(|parameter| parameter.name == name).map(|parameter| &parameter.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

pub fn read(name: &str, data_type: DataType) -> InputField {
    InputField { name: name.into(), data_type: Some(data_type), nullable: false, access: Access::Read }
}

pub fn carry(name: &str) -> InputField {
    InputField { name: name.into(), data_type: None, nullable: true, access: Access::Carry }
}

pub fn made(name: &str, data_type: DataType) -> OutputField {
    let content = OutputContent::Made(MadeType { data_type, nullable: false });
    OutputField { name: name.into(), content }
}

pub fn passed(name: &str, field: u32) -> OutputField {
    let content = OutputContent::Passed(ColumnRef { port: 0, field });
    OutputField { name: name.into(), content }
}

/// A column without nulls.
pub fn column(data: Vec<u8>) -> Column {
    Column { data, offsets: None, validity: None }
}

/// A fresh column of floats.
pub fn floats(values: &[f64]) -> OutColumn {
    OutColumn::Fresh(column(values.iter().flat_map(|x| x.to_le_bytes()).collect()))
}

/// A fresh column of texts.
pub fn texts<S: AsRef<str>>(values: &[S]) -> OutColumn {
    let mut data = Vec::new();
    let mut offsets = vec![0; 4];
    for value in values {
        data.extend_from_slice(value.as_ref().as_bytes());
        offsets.extend_from_slice(&(data.len() as u32).to_le_bytes());
    }
    OutColumn::Fresh(Column { data, offsets: Some(offsets), validity: None })
}

/// The values of a column of floats.
pub fn floats_of(column: &Column) -> Vec<f64> {
    column.data.as_chunks::<8>().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect()
}

/// The values of a column of 64-bit integers.
pub fn longs_of(column: &Column) -> Vec<i64> {
    column.data.as_chunks::<8>().0.iter().map(|&bytes| i64::from_le_bytes(bytes)).collect()
}

/// The values of a column of texts.
pub fn texts_of(column: &Column) -> Vec<String> {
    let offsets = column.offsets.as_deref().unwrap_or_default().as_chunks::<4>().0;
    let offsets: Vec<usize> = offsets.iter().map(|&bytes| u32::from_le_bytes(bytes) as usize).collect();
    let text = |ends: &[usize]| String::from_utf8_lossy(&column.data[ends[0]..ends[1]]).into_owned();
    offsets.windows(2).map(text).collect()
}

/// Row numbers as the contract wants them.
pub fn rows(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

pub fn failure(message: impl Into<String>) -> Failure {
    Failure { message: message.into() }
}

/// What a guest does that was told to stop: it ends, and says why.
pub fn or_stop(result: Result<(), Stopped>) -> Result<(), Failure> {
    result.map_err(|stopped| failure(format!("{stopped:?}")))
}
