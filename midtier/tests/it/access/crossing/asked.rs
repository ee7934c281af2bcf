//! What the API can be asked of a run: read out of its description and of the protocols, and filled in.

use leat_midtier::{CALLS, openapi_json};
use reqwest::Method;
use serde_json::Value;

use crate::support::protocol::{Rpc, fields, rpcs};

/// The protocols that name runs.
const API: &str = include_str!("../../../../../scheduler/wire/proto/leat/api/v1/api.proto");
const HOSTS: &str = include_str!("../../../../../scheduler/wire/proto/leat/host/v1/host.proto");

/// A request about a run.
pub(super) struct Asked {
    pub(super) method: Method,
    /// Below `/api/v1`, with `{}` where the run's name stands.
    pub(super) path: String,
}

/// Every request about a run that the description has.
pub(super) fn asked_of_runs() -> Vec<Asked> {
    let description: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut asked = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(method, _)| *method != "parameters") {
            require_no_other_name(&description, path, operation);
            let path = filled(path, operation);
            asked.extend(path.map(|path| Asked { method: method.to_uppercase().parse().unwrap(), path }));
        }
    }
    asked
}

/// Whether something of this name is the name of a run.
fn is_run(name: &str) -> bool {
    name.split(['_', '-']).any(|word| matches!(word.to_lowercase().as_str(), "run" | "runs"))
}

fn parameters(operation: &Value) -> &[Value] {
    operation["parameters"].as_array().map_or(&[], Vec::as_slice)
}

/// Refuses a run that is named anywhere but in the path: it is not filled in here.
fn require_no_other_name(description: &Value, path: &str, operation: &Value) {
    for parameter in parameters(operation).iter().filter(|parameter| parameter["in"] != "path") {
        let name = parameter["name"].as_str().unwrap();
        assert!(!is_run(name), "{path}: fill in here how the parameter {name} names a run");
    }
    let contents = operation["requestBody"]["content"].as_object();
    for schema in contents.into_iter().flatten().filter_map(|(_, content)| content["schema"]["$ref"].as_str()) {
        let schema = description.pointer(schema.trim_start_matches('#')).unwrap();
        for name in schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name) {
            assert!(!is_run(name), "{path}: fill in here how {name} in its body names a run");
        }
    }
}

/// The path of an operation that names a run, all but the run filled in; nothing for one that names none.
fn filled(path: &str, operation: &Value) -> Option<String> {
    let names_run = |parameter: &&Value| {
        let (name, said) = (parameter["name"].as_str().unwrap(), parameter["description"].as_str().unwrap_or_default());
        path.contains(&format!("/runs/{{{name}}}")) || is_run(name) || said.starts_with("The run")
    };
    let named = parameters(operation).iter().filter(|parameter| parameter["in"] == "path").find(names_run);
    assert!(named.is_some() || !path.contains("/runs/"), "{path} is below runs, and names none");
    let place = format!("{{{}}}", named?["name"].as_str().unwrap());
    let known = [(place.as_str(), "{}"), ("{node}", "n"), ("{path}", "made/out.csv")];
    let filled = known.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value));
    assert_eq!(filled.matches('{').count(), 1, "{path}: say here what its parameters are filled with");
    let required = parameters(operation).iter().any(|other| other["in"] != "path" && other["required"] == true);
    assert!(!required && operation["requestBody"].is_null(), "{path}: say here what it is asked with");
    Some(filled.replacen("/api/v1", "", 1))
}

/// Every call about a run that the protocol has. All take a run's name as `GetRunRequest` does: the field 1, a text.
pub(super) fn calls_of_runs() -> Vec<String> {
    let mut calls = Vec::new();
    for Rpc { path, request, is_stream } in rpcs(API) {
        let named: Vec<_> = fields(API, &request).into_iter().filter(|field| is_run(&field.name)).collect();
        let [field] = named.as_slice() else {
            assert!(named.is_empty(), "{path} names several runs: fill them in here");
            continue;
        };
        assert!(CALLS.iter().any(|call| call.path == path), "{path} stands in no table");
        let is_as_get = (field.kind.as_str(), field.number) == ("string", 1);
        assert!(is_as_get && !is_stream, "{path}: fill in here how it names a run");
        calls.push(path);
    }
    calls
}

/// What agents of hosts ask beside their sessions, by name.
pub(super) fn unary_calls_of_hosts() -> Vec<String> {
    let unary = rpcs(HOSTS).into_iter().filter(|rpc| !rpc.is_stream);
    unary.map(|rpc| rpc.path.rsplit('/').next().unwrap().to_owned()).collect()
}
