//! The forms of a plan: text, JSON, and pictures from 2 to 50 boxes.

use leat_stream::node_info::Value;
use leat_stream::plan::{
    BoundQueue, ComponentNode, Compression, CsvFormat, FileInput, FileOutput, Format, InputPort, Limits, Node,
    NodeKind, OnError, Parallel, Parameter, Plan, Port, Queue, Switches,
};

/// A plan without columns: each node with the queues it reads and writes.
fn plan_of(nodes: &[(&str, &str, &[&str], &[&str])]) -> Plan {
    let mut queues: Vec<Queue> = Vec::new();
    for (node, (_, _, _, writes)) in nodes.iter().enumerate() {
        for (port, name) in writes.iter().enumerate() {
            queues.push(Queue {
                name: (*name).to_owned(),
                fields: Vec::new(),
                writer: Port { node, port },
                readers: Vec::new(),
            });
        }
    }
    let place = |queues: &[Queue], name: &str| queues.iter().position(|queue| queue.name == name).unwrap();
    let mut plan_nodes = Vec::new();
    for (node, (name, detail, reads, writes)) in nodes.iter().enumerate() {
        let mut inputs = Vec::new();
        for (port, read) in reads.iter().enumerate() {
            let queue = place(&queues, read);
            queues[queue].readers.push(Port { node, port });
            inputs.push(InputPort {
                queues: vec![BoundQueue { queue, columns: Vec::new(), keys: Vec::new() }],
                first: false,
            });
        }
        plan_nodes.push(Node {
            name: (*name).to_owned(),
            label: None,
            description: None,
            line: node + 1,
            file: None,
            group: None,
            kind: kind(detail, reads.len(), writes.len()),
            inputs,
            outputs: writes.iter().map(|name| Some(place(&queues, name))).collect(),
            on_error: OnError::Fail,
            awaits: Vec::new(),
            condition: None,
            facts: Vec::new(),
            dynamic_path: Vec::new(),
            wait_max: leat_stream::plan::WAIT_MAX_DEFAULT,
            part: None,
        });
    }
    Plan {
        process: "picture".to_owned(),
        file: "picture.strm".to_owned(),
        parameters: vec![Parameter { name: "rate".to_owned(), value: Value::Float64(0.1 + 0.2) }],
        options: vec![("feed.paths.root".to_owned(), "a \"b\"".to_owned())],
        switches: Switches::default(),
        groups: Vec::new(),
        facts: Vec::new(),
        objects: Vec::new(),
        secrets: Vec::new(),
        queues,
        nodes: plan_nodes,
        cut_from: None,
    }
}

fn kind(detail: &str, inputs: usize, outputs: usize) -> NodeKind {
    let format = Format::Csv(CsvFormat { delimiter: ',', null: None, dates: None, compression: Compression::None });
    let path = detail.to_owned();
    match (inputs, outputs) {
        (0, 1) => NodeKind::Input(FileInput { path, format, columns: Vec::new() }),
        (1, 0) => NodeKind::Output(FileOutput { path, format, pieces: Vec::new(), append: false }),
        _ => NodeKind::Component(ComponentNode {
            path,
            parameters: Vec::new(),
            objects: Vec::new(),
            secrets: Vec::new(),
            inputs: vec![Vec::new(); inputs],
            outputs: vec![Vec::new(); outputs],
            limits: Limits::default(),
            parallel: Parallel::default(),
        }),
    }
}

fn diamond() -> Plan {
    plan_of(&[
        ("read_trades", "in/2024-01/trades of the \"month\".csv", &[], &["trades"]),
        ("read_curves", "in/curves.csv", &[], &["curves"]),
        ("clean", "build/clean.wasm", &["trades"], &["good_trades", "odd_trades"]),
        ("price", "build/price.wasm", &["good_trades", "curves"], &["values"]),
        ("aggregate", "build/aggregate.wasm", &["values", "odd_trades"], &["totals", "spare"]),
        ("out_values", "values.csv", &["values"], &[]),
        ("out_totals", "totals <EUR & USD>.csv", &["totals"], &[]),
        ("out_trades", "good_trades.csv", &["good_trades"], &[]),
    ])
}

/// A layered process of many nodes, each reading one or two queues of earlier ones; the same every time.
fn large(count: usize) -> Plan {
    let names: Vec<String> = (0..count).map(|i| format!("step_{i}")).collect();
    let queues: Vec<String> = (0..count).map(|i| format!("queue_{i}")).collect();
    let mut reads: Vec<Vec<&str>> = vec![Vec::new(); count];
    for i in 5..count {
        reads[i].push(&queues[i - 1 - (i * 7) % 5]);
        if i % 3 == 0 {
            reads[i].push(&queues[i - 2 - (i * 11) % (i - 3)]);
        }
    }
    let nodes: Vec<(&str, &str, &[&str], Vec<&str>)> = (0..count)
        .map(|i| {
            let writes = if i > 5 && i % 4 == 1 && reads[i].len() == 1 && i + 6 > count {
                Vec::new()
            } else {
                vec![queues[i].as_str()]
            };
            (names[i].as_str(), "build/step.wasm", reads[i].as_slice(), writes)
        })
        .collect();
    let nodes: Vec<(&str, &str, &[&str], &[&str])> =
        nodes.iter().map(|(a, b, c, d)| (*a, *b, *c, d.as_slice())).collect();
    plan_of(&nodes)
}

#[test]
fn a_plan_reads_back_from_its_json_to_the_last_bit() {
    let plan = diamond();
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
}

#[test]
fn a_damaged_plan_is_refused() {
    let mut plan = diamond();
    plan.nodes[2].inputs[0].queues[0].queue = 99;
    let error = Plan::from_json(&plan.to_json()).unwrap_err();
    assert_eq!(error.to_string(), "the plan is damaged: node `clean` names a queue 99 that is not there");
    assert!(Plan::from_json("{").is_err());
}

#[test]
fn a_plan_has_a_stable_text() {
    insta::assert_snapshot!(diamond().to_text());
}

#[test]
fn a_plan_is_drawn_for_graphviz() {
    insta::assert_snapshot!(diamond().to_dot());
}

#[test]
fn a_plan_is_drawn_for_mermaid() {
    insta::assert_snapshot!(diamond().to_mermaid());
}

#[test]
fn a_plan_is_drawn_as_svg() {
    insta::assert_snapshot!(diamond().to_svg());
}

#[test]
fn no_boxes_or_names_of_a_picture_overlap() {
    for count in [1, 2, 6, 20, 50] {
        let svg = large(count).to_svg();
        let rects: Vec<[f64; 4]> = svg.lines().filter(|line| line.starts_with("<rect class")).map(rect_of).collect();
        assert!(rects.len() >= count);
        for (number, a) in rects.iter().enumerate() {
            for b in &rects[number + 1..] {
                let apart = a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
                assert!(apart, "{count} nodes: {a:?} and {b:?}");
            }
        }
    }
}

fn rect_of(line: &str) -> [f64; 4] {
    ["x", "y", "width", "height"].map(|name| {
        let start = line.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        let end = start + line[start..].find('"').unwrap();
        line[start..end].parse().unwrap()
    })
}
