//! From the contract's records to [`NodeInfo`], with every claim checked: what comes out of here can be believed.
//!
//! Errors are the end of a sentence that begins with the component.

use std::collections::HashSet;

use leat_stream::node_info::{
    FactInfo, InputFieldInfo, InputPortInfo, NodeInfo, ObjectKind, ObjectNaming, ObjectUse, OutputContent,
    OutputFieldInfo, OutputPortInfo, ParameterInfo, Value, ValueType,
};
use leat_stream::schema::DataType;

use crate::bindings::types;

/// Ports on one side.
const PORTS_MAX: usize = 64;
/// Fields of one port.
const FIELDS_MAX: usize = 4_096;
/// Parameters.
const PARAMETERS_MAX: usize = 256;
/// Facts.
const FACTS_MAX: usize = 256;
/// Risk objects.
const OBJECTS_MAX: usize = 256;
/// Length of a name.
const NAME_BYTES_MAX: usize = 256;
/// Length of a description.
const DESCRIPTION_BYTES_MAX: usize = 4_096;

pub(super) fn node_info(info: types::NodeInfo) -> Result<NodeInfo, String> {
    check_count("input ports", info.inputs.len(), PORTS_MAX)?;
    check_count("output ports", info.outputs.len(), PORTS_MAX)?;
    check_count("parameters", info.parameters.len(), PARAMETERS_MAX)?;
    check_count("risk objects", info.objects.len(), OBJECTS_MAX)?;
    check_name("the node", &info.name)?;
    check_unique("input port", info.inputs.iter().map(|port| port.name.as_str()))?;
    check_unique("output port", info.outputs.iter().map(|port| port.name.as_str()))?;
    check_count("facts", info.facts.len(), FACTS_MAX)?;
    check_unique("fact", info.facts.iter().map(|fact| fact.name.as_str()))?;
    check_unique("parameter", info.parameters.iter().map(|parameter| parameter.name.as_str()))?;
    let inputs = info.inputs.into_iter().map(input_port).collect::<Result<Vec<_>, _>>()?;
    let outputs = info.outputs.into_iter().map(|port| output_port(port, &inputs)).collect::<Result<_, _>>()?;
    Ok(NodeInfo {
        name: info.name,
        description: text(info.description),
        inputs,
        outputs,
        parameters: info.parameters.into_iter().map(parameter).collect::<Result<_, _>>()?,
        facts: info.facts.into_iter().map(fact).collect(),
        objects: info.objects.into_iter().map(object_use).collect::<Result<_, _>>()?,
    })
}

fn fact(fact: types::FactInfo) -> FactInfo {
    FactInfo {
        name: fact.name,
        value_type: value_type(fact.value_type),
        sets: matches!(fact.way, types::FactWay::Set),
        description: text(fact.description),
    }
}

fn value_type(value_type: types::ValueType) -> ValueType {
    match value_type {
        types::ValueType::Boolean => ValueType::Boolean,
        types::ValueType::Int64 => ValueType::Int64,
        types::ValueType::Float64 => ValueType::Float64,
        types::ValueType::Text => ValueType::Text,
    }
}

fn object_use(object: types::ObjectUse) -> Result<ObjectUse, String> {
    let kind = match object.kind {
        types::ObjectKind::ScenarioSet => ObjectKind::ScenarioSet,
        types::ObjectKind::Simulation => ObjectKind::Simulation,
        types::ObjectKind::Matrix => ObjectKind::Matrix,
        types::ObjectKind::ControlTable => ObjectKind::ControlTable,
        types::ObjectKind::Study => ObjectKind::Study,
    };
    let name = match object.name {
        types::ObjectName::Fixed(name) => ObjectNaming::Fixed(name),
        types::ObjectName::Parameter(name) => ObjectNaming::Parameter(name),
    };
    let (ObjectNaming::Fixed(text) | ObjectNaming::Parameter(text)) = &name;
    check_name(kind.name(), text)?;
    Ok(ObjectUse { kind, name })
}

fn input_port(port: types::InputPort) -> Result<InputPortInfo, String> {
    let place = format!("input port `{}`", port.name);
    check_fields(&place, port.fields.iter().map(|field| field.name.as_str()))?;
    let fields = port.fields.into_iter().map(|field| {
        let place = format!("{place}, field `{}`", field.name);
        let read = matches!(field.access, types::Access::Read);
        let data_type = field.data_type.map(|ty| data_type(&place, ty)).transpose()?;
        if read && data_type.is_none() {
            return Err(format!("{place} is read and leaves its type open; only a carried field may"));
        }
        Ok(InputFieldInfo { name: field.name, data_type, nullable: field.nullable, read })
    });
    Ok(InputPortInfo { fields: fields.collect::<Result<_, _>>()?, name: port.name, first: port.first })
}

fn output_port(port: types::OutputPort, inputs: &[InputPortInfo]) -> Result<OutputPortInfo, String> {
    let place = format!("output port `{}`", port.name);
    check_fields(&place, port.fields.iter().map(|field| field.name.as_str()))?;
    if port.fields.is_empty() {
        return Err(format!("{place} has no fields"));
    }
    let fields = port.fields.into_iter().map(|field| {
        let place = format!("{place}, field `{}`", field.name);
        let content = match field.content {
            types::OutputContent::Made(made) => {
                OutputContent::Made { data_type: data_type(&place, made.data_type)?, nullable: made.nullable }
            }
            types::OutputContent::Passed(from) => passed(&place, from, inputs)?,
        };
        Ok::<_, String>(OutputFieldInfo { name: field.name, content })
    });
    Ok(OutputPortInfo { fields: fields.collect::<Result<_, _>>()?, name: port.name })
}

fn passed(place: &str, from: types::ColumnRef, inputs: &[InputPortInfo]) -> Result<OutputContent, String> {
    let (port, field) = (from.port as usize, from.field as usize);
    let Some(input) = inputs.get(port) else {
        return Err(format!(
            "{place} passes a field of input port {port}, where the node has {} input ports",
            inputs.len()
        ));
    };
    if field >= input.fields.len() {
        return Err(format!(
            "{place} passes field {field} of input port `{}`, which has {} fields",
            input.name,
            input.fields.len()
        ));
    }
    Ok(OutputContent::Passed { port, field })
}

fn parameter(parameter: types::ParameterInfo) -> Result<ParameterInfo, String> {
    let value_type = value_type(parameter.value_type);
    let default = parameter.default_value.map(|value| match value {
        types::ValueResult::Boolean(x) => Value::Boolean(x),
        types::ValueResult::Int64(x) => Value::Int64(x),
        types::ValueResult::Float64(x) => Value::Float64(x),
        types::ValueResult::Text(x) => Value::Text(x),
    });
    if let Some(other) = default.as_ref().map(Value::value_type).filter(|&ty| ty != value_type) {
        return Err(format!(
            "parameter `{}` is {} and has a default that is {}",
            parameter.name,
            value_type.name(),
            other.name()
        ));
    }
    if let Some(Value::Float64(x)) = default.as_ref()
        && !x.is_finite()
    {
        return Err(format!("parameter `{}` has the default {x}", parameter.name));
    }
    Ok(ParameterInfo { name: parameter.name, value_type, default, description: text(parameter.description) })
}

fn data_type(place: &str, data_type: types::DataType) -> Result<DataType, String> {
    Ok(match data_type {
        types::DataType::Boolean => DataType::Boolean,
        types::DataType::Int32 => DataType::Int32,
        types::DataType::Int64 => DataType::Int64,
        types::DataType::Float64 => DataType::Float64,
        types::DataType::Date => DataType::Date,
        types::DataType::Timestamp => DataType::Timestamp,
        types::DataType::Text => DataType::Text,
        types::DataType::Binary => DataType::Binary,
        types::DataType::Decimal(types::DecimalType { precision, scale }) => {
            // The language's own parser knows the bounds.
            let text = format!("decimal({precision},{scale})");
            text.parse()
                .map_err(|_| format!("{place} is {text}, where digits are 1 to 38 and the scale is no larger"))?
        }
    })
}

fn check_count(what: &str, count: usize, max: usize) -> Result<(), String> {
    if count > max {
        return Err(format!("it has {count} {what}; at most {max} are taken"));
    }
    Ok(())
}

fn check_fields<'a>(place: &str, names: impl ExactSizeIterator<Item = &'a str> + Clone) -> Result<(), String> {
    check_count(&format!("fields in {place}"), names.len(), FIELDS_MAX)?;
    check_unique(&format!("{place}, field"), names)
}

fn check_unique<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let mut seen = HashSet::new();
    for name in names {
        check_name(what, name)?;
        if !seen.insert(name) {
            return Err(format!("{what} `{name}` stands there twice"));
        }
    }
    Ok(())
}

fn check_name(what: &str, name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("{what} without a name"));
    }
    if name.len() > NAME_BYTES_MAX {
        let length = name.len();
        return Err(format!("{what} has a name of {length} bytes; at most {NAME_BYTES_MAX} are taken"));
    }
    if name.chars().any(char::is_control) {
        return Err(format!("{what} {name:?} has control characters in its name"));
    }
    Ok(())
}

/// A description for people: one line, of bounded length.
fn text(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(DESCRIPTION_BYTES_MAX));
    text.replace(char::is_control, " ")
}
