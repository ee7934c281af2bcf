//! What several hosts say of the run that they share, as one document: as if one worker had said it.

use serde_json::{Map, Value};

use crate::store::Papers;

/// Fields of statuses and reports whose sum is that of the run; of all other numbers it is the largest.
const SUMMED: &[&str] = &["memory_bytes_peak"];

/// The status of a run; nothing where no host has said one.
pub(crate) fn status(papers: &[Papers]) -> Option<Value> {
    let said = papers.iter().filter_map(|papers| papers.status_json.as_deref());
    joined(said.filter_map(|text| serde_json::from_str(text).ok()).collect())
}

/// The report of a run, as it is sent; nothing where no host has one. The report of a share that did not end well stands for
/// how the run ended.
pub(crate) fn report(papers: &[Papers]) -> Option<String> {
    let texts: Vec<&str> = papers.iter().filter_map(|papers| papers.report_json.as_deref()).collect();
    if let [only] = texts.as_slice() {
        return Some((*only).to_owned());
    }
    let mut reports: Vec<Value> = texts.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    // What failed comes first, what was stopped because of it next.
    reports.sort_by_key(|report| match report.pointer("/outcome/kind").and_then(Value::as_str) {
        Some("failed") => 0,
        Some("stopped") => 1,
        _ => 2,
    });
    joined(reports).map(|report| report.to_string())
}

/// Documents of one shape joined: lists one after the other, each entry once; of numbers the sum or the largest; of all else the first.
fn joined(documents: Vec<Value>) -> Option<Value> {
    let mut documents = documents.into_iter();
    let mut whole = documents.next()?;
    for document in documents {
        if let (Value::Object(whole), Value::Object(more)) = (&mut whole, document) {
            join(whole, more);
        }
    }
    Some(whole)
}

fn join(whole: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        let Some(known) = whole.get_mut(&key) else {
            whole.insert(key, value);
            continue;
        };
        match (known, value) {
            (Value::Array(known), Value::Array(more)) => {
                for entry in more {
                    // What all of them have, as the facts that the run was given, stands once.
                    if !known.contains(&entry) {
                        known.push(entry);
                    }
                }
            }
            (known @ Value::Number(_), Value::Number(more)) => {
                let (one, other) = (known.as_f64().unwrap_or(0.0), more.as_f64().unwrap_or(0.0));
                if SUMMED.contains(&key.as_str()) {
                    let sum = known.as_u64().unwrap_or(0).saturating_add(more.as_u64().unwrap_or(0));
                    *known = sum.into();
                } else if other > one {
                    *known = Value::Number(more);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn papers(status: Value, report: Value) -> Papers {
        Papers { status_json: Some(status.to_string()), report_json: Some(report.to_string()) }
    }

    #[test]
    fn one_host_s_report_is_sent_as_it_is() {
        let text = "{ \"nodes\" : [] }".to_owned();
        assert_eq!(report(&[Papers { status_json: None, report_json: Some(text.clone()) }]), Some(text));
        assert_eq!((report(&[]), status(&[Papers::default()])), (None, None));
    }

    #[test]
    fn shares_are_joined_as_if_one_worker_had_said_it() {
        let one = json!({ "elapsed": 1.5, "memory_bytes_peak": 10, "nodes": [{ "name": "a" }], "facts": ["x"] });
        let two = json!({ "elapsed": 2.5, "memory_bytes_peak": 30, "nodes": [{ "name": "b" }], "facts": ["x"] });
        let whole = status(&[papers(one, json!({})), papers(two, json!({}))]).unwrap();
        let expected = json!({ "elapsed": 2.5, "memory_bytes_peak": 40, "nodes": [{ "name": "a" }, { "name": "b" }], "facts": ["x"] });
        assert_eq!(whole, expected);
    }

    #[test]
    fn a_share_that_failed_says_how_the_run_ended() {
        let of = |kind: &str| papers(json!({}), json!({ "outcome": { "kind": kind }, "warnings": [kind] }));
        let text = report(&[of("succeeded"), of("stopped"), of("failed")]).unwrap();
        let report: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["outcome"]["kind"], "failed");
        assert_eq!(report["warnings"], json!(["failed", "stopped", "succeeded"]));
    }
}
