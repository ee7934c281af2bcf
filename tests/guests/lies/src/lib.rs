//! Emits what is not so, in the way that its parameter `lie` names.

use std::cell::RefCell;

use support::{
    Column, DataType, Failure, Node, NodeContext, NodeInfo, OutColumn, Stopped, carry, column, draws, emit, floats,
    made, node, or_stop, parameter, passed, read, reject, rows, text_of, texts,
};

struct Lies;

thread_local! {
    static LIE: RefCell<String> = const { RefCell::new(String::new()) };
}

impl Node for Lies {
    fn describe() -> NodeInfo {
        let inputs = vec![read("x", DataType::Float64), carry("label")];
        let outputs = vec![made("y", DataType::Float64), made("t", DataType::Text), passed("label", 1)];
        NodeInfo { parameters: vec![parameter("lie")], ..node("lies", inputs, outputs) }
    }

    fn open(context: NodeContext) -> Result<(), Failure> {
        LIE.set(text_of(&context, "lie"));
        Ok(())
    }

    fn process(_port: u32, rows_in: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        assert_eq!(rows_in, 3, "the cases are written for three rows");
        or_stop(LIE.with_borrow(|lie| tell(lie)))
    }

    fn finish() -> Result<(), Failure> {
        match LIE.with_borrow(String::clone).as_str() {
            "pass at the end" => or_stop(emit(0, 3, None, &truth())),
            "reject at the end" => or_stop(reject(&rows(&[0]), "too late")),
            _ => Ok(()),
        }
    }
}

fn truth() -> [OutColumn; 3] {
    [floats(&[1.0, 2.0, 3.0]), texts(&["a", "b", "c"]), OutColumn::Pass(1)]
}

fn offsets(numbers: &[u32]) -> Option<Vec<u8>> {
    Some(rows(numbers))
}

fn text(data: &[u8], offsets: Option<Vec<u8>>) -> OutColumn {
    OutColumn::Fresh(Column { data: data.to_vec(), offsets, validity: None })
}

#[inline(never)]
fn tell(lie: &str) -> Result<(), Stopped> {
    let [y, t, label] = truth();
    let (mut rows_said, mut port, mut selection) = (3, 0, None);
    let mut columns = vec![y, t, label];
    match lie {
        "port" => port = 7,
        "columns" => columns.truncate(2),
        "type" => columns[0] = texts(&["1", "2", "3"]),
        "rows" => rows_said = 4,
        "many rows" => rows_said = u32::MAX,
        "data" => columns[0] = floats(&[1.0, 2.0]),
        "offsets length" => columns[1] = text(b"abc", offsets(&[0, 1, 2])),
        "offsets first" => columns[1] = text(b"abc", offsets(&[1, 1, 2, 3])),
        "offsets fall" => columns[1] = text(b"abc", offsets(&[0, 2, 1, 3])),
        "offsets beyond" => columns[1] = text(b"abc", offsets(&[0, 1, 2, 4])),
        "offsets huge" => columns[1] = text(b"abc", offsets(&[0, 1, 2, u32::MAX])),
        "offsets missing" => columns[1] = text(b"abc", None),
        "utf-8" => columns[1] = text(b"a\xffc", offsets(&[0, 1, 2, 3])),
        "validity length" => {
            columns[0] = OutColumn::Fresh(Column { validity: Some(vec![7, 0]), ..column(vec![0; 24]) });
        }
        "null" => columns[0] = OutColumn::Fresh(Column { validity: Some(vec![0b101]), ..column(vec![0; 24]) }),
        "pass number" => columns[2] = OutColumn::Pass(2),
        "pass type" => columns[1] = OutColumn::Pass(0),
        "selection length" => selection = Some(rows(&[0, 1])),
        "selection bytes" => selection = Some(vec![0; 11]),
        "selection row" => selection = Some(rows(&[0, 1, 3])),
        "reject row" => return reject(&rows(&[3]), "no such row"),
        "reject twice" => {
            reject(&rows(&[1]), "once")?;
            return reject(&rows(&[0, 1]), "twice");
        }
        "draws count" => drop(draws::bits("paths", 0, (1 << 17) + 1)),
        "draws name" => drop(draws::bits(&"n".repeat(257), 0, 1)),
        _ => {}
    }
    emit(port, rows_said, selection.as_deref(), &columns)
}

support::node!(Lies);
