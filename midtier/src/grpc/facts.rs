//! The facts of a run, read out of its report. Of the report no more is known here than where they stand: it is the worker's.

use leat_wire::api_v1::{Fact, fact};
use serde::Deserialize;

use crate::problem::{Answer, Code, Problem};

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    facts: Vec<Reported>,
}

#[derive(Deserialize)]
struct Reported {
    name: String,
    set_by: Option<String>,
    value: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Value {
    Boolean(bool),
    Int64(i64),
    /// JSON has no word for what is no number, and writes nothing.
    Float64(Option<f64>),
    Text(String),
}

/// The facts in a report.
pub(super) fn facts(report_json: &str) -> Answer<Vec<Fact>> {
    let report: Report = serde_json::from_str(report_json)
        .map_err(|error| Problem::new(Code::Internal, format!("the facts of a report cannot be read: {error}")))?;
    let fact = |reported: Reported| Fact {
        name: reported.name,
        set_by: reported.set_by,
        value: reported.value.map(|value| match value {
            Value::Boolean(value) => fact::Value::Boolean(value),
            Value::Int64(value) => fact::Value::Integer(value),
            Value::Float64(value) => fact::Value::Number(value.unwrap_or(f64::NAN)),
            Value::Text(value) => fact::Value::Text(value),
        }),
    };
    Ok(report.facts.into_iter().map(fact).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read() {
        let report = r#"{"seed":1,"facts":[
            {"name":"a","set_by":"n","value":{"boolean":true}},{"name":"b","set_by":null,"value":{"int64":-5}},
            {"name":"c","set_by":null,"value":{"float64":0.5}},{"name":"d","set_by":null,"value":{"float64":null}},
            {"name":"e","set_by":null,"value":{"text":"x"}},{"name":"f","set_by":"n","value":null}]}"#;
        let facts = facts(report).unwrap();
        assert_eq!((facts[0].name.as_str(), facts[0].set_by.as_deref()), ("a", Some("n")));
        let values: Vec<_> = facts.into_iter().map(|fact| fact.value).collect();
        assert_eq!(values[0], Some(fact::Value::Boolean(true)));
        assert_eq!((&values[1], &values[2]), (&Some(fact::Value::Integer(-5)), &Some(fact::Value::Number(0.5))));
        assert!(matches!(values[3], Some(fact::Value::Number(value)) if value.is_nan()));
        assert_eq!((&values[4], &values[5]), (&Some(fact::Value::Text("x".to_owned())), &None));
    }

    #[test]
    fn a_report_without_facts_has_none_and_a_faulty_one_is_no_callers_fault() {
        assert_eq!(facts("{}").unwrap(), []);
        for report in ["3", r#"{"facts":1}"#, r#"{"facts":[{"name":"a","value":{"date":1}}]}"#] {
            assert_eq!(facts(report).unwrap_err().code, Code::Internal);
        }
    }
}
