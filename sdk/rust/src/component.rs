//! The exports of a component: the contract's records to and from this crate's own, around [`Driver`].
//!
//! Reached through [`export_node!`], which `#[leat_sdk::node]` calls.

use std::cell::RefCell;

use crate::contract::{
    Column, Content, DataType, FactInfo, FieldType, InputField, InputInfo, NodeInfo, ObjectKind, ObjectName, ObjectUse,
    OutputInfo, ParameterInfo, Value, ValueType,
};
use crate::driver::{self, Driver};
use crate::error::{Error, Result};
use crate::node::{Context, Named, Node};
use crate::params::Parameters;
use crate::raw::exports::leat::node::guest;
use crate::raw::leat::node::types;
use crate::timestamp::Timestamp;

/// Where a component keeps its node between calls.
pub type Slot<N> = RefCell<Option<Driver<N>>>;

/// What `describe` answers.
pub fn describe<N: Node + Named>() -> types::NodeInfo {
    node_info(driver::describe::<N>())
}

/// What `open` does.
pub fn open<N: Node + Named>(slot: &Slot<N>, ctx: guest::NodeContext) -> Result<(), types::Failure> {
    let values = ctx.parameters.into_iter().map(|p| (p.name, from_value(p.value))).collect();
    let context = Context {
        run_id: ctx.run_id,
        process: ctx.process,
        node: ctx.node,
        instance: ctx.instance,
        instances: ctx.instances,
        started: Timestamp::from_micros(ctx.started),
        seed: ctx.seed,
        options: ctx.options,
    };
    let driver = Driver::open(&context, &Parameters::new(values)).map_err(failure)?;
    *slot.borrow_mut() = Some(driver);
    Ok(())
}

/// What `process` does.
pub fn process<N: Node + Named>(
    slot: &Slot<N>,
    port: u32,
    rows: u32,
    columns: Vec<types::Column>,
) -> Result<(), types::Failure> {
    let columns: Vec<Column> =
        columns.into_iter().map(|c| Column { data: c.data, offsets: c.offsets, validity: c.validity }).collect();
    call(slot, |driver| driver.process(port as usize, rows as usize, &columns))
}

/// Calls the open node.
pub fn call<N, T>(slot: &Slot<N>, call: impl FnOnce(&mut Driver<N>) -> Result<T>) -> Result<T, types::Failure> {
    let mut slot = slot.borrow_mut();
    let driver = slot.as_mut().ok_or_else(|| failure(Error::new("the node was called before it was opened")))?;
    call(driver).map_err(failure)
}

/// What `end-of-input` does.
pub fn end_of_input<N: Node + Named>(slot: &Slot<N>, port: u32) -> Result<(), types::Failure> {
    call(slot, |driver| driver.end_of_input(port as usize))
}

/// What `finish` does.
pub fn finish<N: Node + Named>(slot: &Slot<N>) -> Result<(), types::Failure> {
    call(slot, Driver::finish)
}

/// What `snapshot` does.
pub fn snapshot<N: Node + Named>(slot: &Slot<N>) -> Result<Vec<u8>, types::Failure> {
    call(slot, |driver| driver.snapshot())
}

/// What `restore` does.
pub fn restore<N: Node + Named>(slot: &Slot<N>, state: &[u8]) -> Result<(), types::Failure> {
    call(slot, |driver| driver.restore(state))
}

fn failure(error: Error) -> types::Failure {
    types::Failure { message: error.to_string() }
}

fn node_info(info: NodeInfo) -> types::NodeInfo {
    types::NodeInfo {
        name: info.name,
        description: info.description,
        inputs: info.inputs.into_iter().map(input_port).collect(),
        outputs: info.outputs.into_iter().map(output_port).collect(),
        parameters: info.parameters.into_iter().map(parameter).collect(),
        facts: info.facts.into_iter().map(fact).collect(),
        objects: info.objects.into_iter().map(object_use).collect(),
    }
}

fn fact(info: FactInfo) -> types::FactInfo {
    types::FactInfo {
        name: info.name,
        value_type: value_type(info.value_type),
        way: if info.sets { types::FactWay::Set } else { types::FactWay::Get },
        description: info.description,
    }
}

fn object_use(object: ObjectUse) -> types::ObjectUse {
    types::ObjectUse {
        kind: match object.kind {
            ObjectKind::ScenarioSet => types::ObjectKind::ScenarioSet,
            ObjectKind::Simulation => types::ObjectKind::Simulation,
            ObjectKind::Matrix => types::ObjectKind::Matrix,
            ObjectKind::ControlTable => types::ObjectKind::ControlTable,
            ObjectKind::Study => types::ObjectKind::Study,
        },
        name: match object.name {
            ObjectName::Fixed(name) => types::ObjectName::Fixed(name),
            ObjectName::Parameter(name) => types::ObjectName::Parameter(name),
        },
    }
}

fn input_port(input: InputInfo) -> types::InputPort {
    types::InputPort {
        name: input.name,
        fields: input.fields.into_iter().map(input_field).collect(),
        first: input.first,
    }
}

fn input_field(field: InputField) -> types::InputField {
    types::InputField {
        name: field.name,
        data_type: field.read.map(|t| data_type(t.data_type)),
        nullable: field.read.is_none_or(|t| t.nullable),
        access: if field.read.is_some() { types::Access::Read } else { types::Access::Carry },
    }
}

fn output_port(output: OutputInfo) -> types::OutputPort {
    let fields = output.fields.into_iter().map(|field| types::OutputField {
        name: field.name,
        content: match field.content {
            Content::Made(FieldType { data_type: t, nullable }) => {
                types::OutputContent::Made(types::MadeType { data_type: data_type(t), nullable })
            }
            Content::Passed { port, field } => {
                types::OutputContent::Passed(types::ColumnRef { port: port as u32, field: field as u32 })
            }
        },
    });
    types::OutputPort { name: output.name, fields: fields.collect() }
}

fn parameter(info: ParameterInfo) -> types::ParameterInfo {
    types::ParameterInfo {
        name: info.name,
        value_type: value_type(info.value_type),
        default_value: info.default.map(into_value),
        description: info.description,
    }
}

fn value_type(value_type: ValueType) -> types::ValueType {
    match value_type {
        ValueType::Boolean => types::ValueType::Boolean,
        ValueType::Int64 => types::ValueType::Int64,
        ValueType::Float64 => types::ValueType::Float64,
        ValueType::Text => types::ValueType::Text,
    }
}

fn data_type(data_type: DataType) -> types::DataType {
    match data_type {
        DataType::Boolean => types::DataType::Boolean,
        DataType::Int32 => types::DataType::Int32,
        DataType::Int64 => types::DataType::Int64,
        DataType::Float64 => types::DataType::Float64,
        DataType::Decimal { precision, scale } => types::DataType::Decimal(types::DecimalType { precision, scale }),
        DataType::Date => types::DataType::Date,
        DataType::Timestamp => types::DataType::Timestamp,
        DataType::Text => types::DataType::Text,
        DataType::Binary => types::DataType::Binary,
    }
}

pub(crate) fn into_value(value: Value) -> types::Value {
    match value {
        Value::Boolean(value) => types::Value::Boolean(value),
        Value::Int64(value) => types::Value::Int64(value),
        Value::Float64(value) => types::Value::Float64(value),
        Value::Text(value) => types::Value::Text(value),
    }
}

pub(crate) fn from_value(value: types::Value) -> Value {
    match value {
        types::Value::Boolean(value) => Value::Boolean(value),
        types::Value::Int64(value) => Value::Int64(value),
        types::Value::Float64(value) => Value::Float64(value),
        types::Value::Text(value) => Value::Text(value),
    }
}

/// Makes a node the component's: `export_node!(Aggregate);`. `#[leat_sdk::node]` does it for you.
#[macro_export]
macro_rules! export_node {
    ($node:ty) => {
        const _: () = {
            ::std::thread_local! {
                static NODE: $crate::component::Slot<$node> = const { ::std::cell::RefCell::new(None) };
            }

            struct Component;

            impl $crate::raw::exports::leat::node::guest::Guest for Component {
                fn describe() -> $crate::raw::leat::node::types::NodeInfo {
                    $crate::component::describe::<$node>()
                }

                fn open(
                    ctx: $crate::raw::exports::leat::node::guest::NodeContext,
                ) -> Result<(), $crate::raw::leat::node::types::Failure> {
                    NODE.with(|node| $crate::component::open(node, ctx))
                }

                fn process(
                    port: u32,
                    rows: u32,
                    columns: Vec<$crate::raw::leat::node::types::Column>,
                ) -> Result<(), $crate::raw::leat::node::types::Failure> {
                    NODE.with(|node| $crate::component::process(node, port, rows, columns))
                }

                fn end_of_input(port: u32) -> Result<(), $crate::raw::leat::node::types::Failure> {
                    NODE.with(|node| $crate::component::end_of_input(node, port))
                }

                fn finish() -> Result<(), $crate::raw::leat::node::types::Failure> {
                    NODE.with(|node| $crate::component::finish(node))
                }

                fn snapshot() -> Result<Vec<u8>, $crate::raw::leat::node::types::Failure> {
                    NODE.with(|node| $crate::component::snapshot(node))
                }

                fn restore(state: Vec<u8>) -> Result<(), $crate::raw::leat::node::types::Failure> {
                    NODE.with(|node| $crate::component::restore(node, &state))
                }
            }

    $crate::raw::export!(Component with_types_in $crate::raw);
        };
    };
}
