//! What the tests of this crate share.

use leat_stream::plan::{
    BoundColumn, BoundQueue, Compression, CsvFormat, FileColumn, FileInput, FileOutput, Format, InputPort, Node,
    NodeKind, OnError, Plan, Port, Queue,
};
use leat_stream::schema::{DataType, Field};

/// `in "in.csv" -> q` and `out q -> "out.csv"`, with a column `n int64`.
pub(crate) fn plan() -> Plan {
    let csv = CsvFormat { delimiter: ',', null: None, dates: None, compression: Compression::None };
    let format = Format::Csv(csv);
    let source = NodeKind::Input(FileInput {
        path: "in.csv".to_owned(),
        format: format.clone(),
        columns: vec![FileColumn { name: "n".to_owned(), origin: "declared".to_owned() }],
    });
    let sink = NodeKind::Output(FileOutput { path: "out.csv".to_owned(), format, pieces: Vec::new(), append: false });
    let port = InputPort {
        queues: vec![BoundQueue {
            queue: 0,
            columns: vec![BoundColumn { column: 0, data_type: DataType::Int64, read: true }],
            keys: Vec::new(),
        }],
        first: false,
    };
    let node = |name: &str, line, kind, inputs, outputs| Node {
        name: name.to_owned(),
        label: None,
        description: None,
        line,
        file: None,
        group: None,
        kind,
        inputs,
        outputs,
        on_error: OnError::Fail,
        awaits: Vec::new(),
        condition: None,
        facts: Vec::new(),
        dynamic_path: Vec::new(),
        wait_max: leat_stream::plan::WAIT_MAX_DEFAULT,
        part: None,
    };
    Plan {
        process: "copy".to_owned(),
        file: "copy.strm".to_owned(),
        parameters: Vec::new(),
        options: Vec::new(),
        switches: leat_stream::plan::Switches::default(),
        groups: Vec::new(),
        facts: Vec::new(),
        objects: Vec::new(),
        secrets: Vec::new(),
        queues: vec![Queue {
            name: "q".to_owned(),
            fields: vec![Field::new("n", DataType::Int64, false)],
            writer: Port { node: 0, port: 0 },
            readers: vec![Port { node: 1, port: 0 }],
        }],
        nodes: vec![
            node("source", 1, source, Vec::new(), vec![Some(0)]),
            node("sink", 2, sink, vec![port], Vec::new()),
        ],
        cut_from: None,
    }
}
