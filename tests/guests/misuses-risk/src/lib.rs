//! Asks risk objects for what is not there, as its parameter says.

use support::{Failure, Node, NodeContext, NodeInfo, ObjectKind, ObjectName, ObjectUse, Value, failure, risk, text_of};

struct MisusesRisk;

impl Node for MisusesRisk {
    fn describe() -> NodeInfo {
        let fixed = |kind, name: &str| ObjectUse { kind, name: ObjectName::Fixed(name.into()) };
        let objects = vec![
            fixed(ObjectKind::Matrix, "m"),
            fixed(ObjectKind::ScenarioSet, "s"),
            fixed(ObjectKind::Simulation, "d"),
            fixed(ObjectKind::ControlTable, "t"),
        ];
        NodeInfo { objects, parameters: vec![support::parameter("how")], ..support::plain("misuses-risk") }
    }

    fn open(context: NodeContext) -> Result<(), Failure> {
        match text_of(&context, "how").as_str() {
            "undeclared" => {
                let denied = risk::open_matrix("other").map(|_| ());
                return Err(failure(format!("{denied:?}")));
            }
            "another kind" => return Err(failure(format!("{:?}", risk::open_matrix("s").map(|_| ())))),
            "row" => drop(risk::open_matrix("m").expect("declared").row(7)),
            "cell" => drop(risk::open_matrix("m").expect("declared").get(0, u32::MAX)),
            "path" => drop(risk::open_scenario_set("s").expect("declared").path(9, 0)),
            "draws" => drop(risk::open_simulation("d").expect("declared").rows(u64::MAX, 2)),
            "flood" => {
                let handles: Vec<_> = (0..10_000).map(|_| risk::open_matrix("m")).collect();
                return Err(failure(format!("{} handles", handles.len())));
            }
            "one after the other" => {
                let opened = (0..10_000).filter(|_| risk::open_matrix("m").is_ok()).count();
                return Err(failure(format!("opened {opened} times")));
            }
            "key" => {
                let key: Vec<String> = (0..100).map(|part: i32| part.to_string()).collect();
                let row: Result<Vec<Option<Value>>, _> =
                    risk::open_control_table("t").expect("declared").row(&key, None);
                return Err(failure(format!("{row:?}")));
            }
            how => return Err(failure(format!("no such misuse: {how}"))),
        }
        Ok(())
    }
}

support::node!(MisusesRisk);
