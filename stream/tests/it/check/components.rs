//! What components of a world say of themselves, written down in short.

use leat_stream::node_info::{
    FactInfo, InputFieldInfo, InputPortInfo, NodeInfo, ObjectKind, ObjectNaming, ObjectUse, OutputContent,
    OutputFieldInfo, OutputPortInfo, ParameterInfo, Value, ValueType,
};

pub(crate) fn node(name: &str) -> NodeInfo {
    NodeInfo {
        name: name.to_owned(),
        description: String::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        parameters: Vec::new(),
        facts: Vec::new(),
        objects: Vec::new(),
    }
}

/// Fields by their form in a table: `spot float64`, `rating text null`, `id any` (carried).
pub(crate) trait Ports {
    fn reads(self, port: &str, fields: &[&str]) -> Self;
    fn reads_first(self, port: &str, fields: &[&str]) -> Self;
    fn writes(self, port: &str, fields: &[&str]) -> Self;
    fn takes(self, name: &str, default: Value) -> Self;
    fn needs(self, name: &str, example: Value) -> Self;
    fn sets(self, fact: &str, value_type: ValueType) -> Self;
    fn gets(self, fact: &str, value_type: ValueType) -> Self;
    fn opens(self, kind: ObjectKind, name: &str) -> Self;
    fn opens_named_by(self, kind: ObjectKind, parameter: &str) -> Self;
}

impl Ports for NodeInfo {
    fn reads(mut self, port: &str, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|field| input_field(field)).collect();
        self.inputs.push(InputPortInfo { name: port.to_owned(), fields, first: false });
        self
    }

    fn reads_first(self, port: &str, fields: &[&str]) -> Self {
        let mut info = self.reads(port, fields);
        info.inputs.last_mut().unwrap().first = true;
        info
    }

    /// `pv float64` is made, `id = 0.1` is field 1 of input port 0 passed on.
    fn writes(mut self, port: &str, fields: &[&str]) -> Self {
        let fields = fields.iter().map(|field| output_field(field)).collect();
        self.outputs.push(OutputPortInfo { name: port.to_owned(), fields });
        self
    }

    fn takes(mut self, name: &str, default: Value) -> Self {
        self.parameters.push(ParameterInfo {
            name: name.to_owned(),
            value_type: default.value_type(),
            default: Some(default),
            description: String::new(),
        });
        self
    }

    fn needs(mut self, name: &str, example: Value) -> Self {
        self.parameters.push(ParameterInfo {
            name: name.to_owned(),
            value_type: example.value_type(),
            default: None,
            description: "days in the window".to_owned(),
        });
        self
    }

    fn sets(mut self, fact: &str, value_type: ValueType) -> Self {
        let (name, description) = (fact.to_owned(), String::new());
        self.facts.push(FactInfo { name, value_type, sets: true, description });
        self
    }

    fn gets(mut self, fact: &str, value_type: ValueType) -> Self {
        let (name, description) = (fact.to_owned(), String::new());
        self.facts.push(FactInfo { name, value_type, sets: false, description });
        self
    }

    fn opens(mut self, kind: ObjectKind, name: &str) -> Self {
        self.objects.push(ObjectUse { kind, name: ObjectNaming::Fixed(name.to_owned()) });
        self
    }

    fn opens_named_by(mut self, kind: ObjectKind, parameter: &str) -> Self {
        self.objects.push(ObjectUse { kind, name: ObjectNaming::Parameter(parameter.to_owned()) });
        self
    }
}

fn input_field(text: &str) -> InputFieldInfo {
    let words: Vec<&str> = text.split(' ').collect();
    InputFieldInfo {
        name: words[0].to_owned(),
        data_type: (words[1] != "any").then(|| words[1].parse().unwrap()),
        nullable: words.get(2) == Some(&"null"),
        read: words[1] != "any",
    }
}

fn output_field(text: &str) -> OutputFieldInfo {
    let words: Vec<&str> = text.split(' ').collect();
    let content = if words[1] == "=" {
        let (port, field) = words[2].split_once('.').unwrap();
        OutputContent::Passed { port: port.parse().unwrap(), field: field.parse().unwrap() }
    } else {
        let nullable = words.get(2) == Some(&"null");
        OutputContent::Made { data_type: words[1].parse().unwrap(), nullable }
    };
    OutputFieldInfo { name: words[0].to_owned(), content }
}
