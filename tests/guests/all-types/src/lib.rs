//! Well-behaved: reads a column of every type, nulls and all, and sends its own copy of each.

use support::{
    Access, Column, DataType, DecimalType, Failure, InputField, MadeType, Node, NodeInfo, OutColumn, OutputContent,
    OutputField, emit, node, or_stop,
};

struct AllTypes;

fn types() -> [DataType; 9] {
    [
        DataType::Boolean,
        DataType::Int32,
        DataType::Int64,
        DataType::Float64,
        DataType::Decimal(DecimalType { precision: 18, scale: 4 }),
        DataType::Date,
        DataType::Timestamp,
        DataType::Text,
        DataType::Binary,
    ]
}

impl Node for AllTypes {
    fn describe() -> NodeInfo {
        let inputs = types().into_iter().enumerate().map(|(i, data_type)| InputField {
            name: format!("c{i}"),
            data_type: Some(data_type),
            nullable: true,
            access: Access::Read,
        });
        let outputs = types().into_iter().enumerate().map(|(i, data_type)| OutputField {
            name: format!("c{i}"),
            content: OutputContent::Made(MadeType { data_type, nullable: true }),
        });
        node("all-types", inputs.collect(), outputs.collect())
    }

    fn process(_port: u32, rows: u32, columns: Vec<Column>) -> Result<(), Failure> {
        let columns: Vec<OutColumn> = columns.into_iter().map(OutColumn::Fresh).collect();
        or_stop(emit(0, rows, None, &columns))
    }
}

support::node!(AllTypes);
