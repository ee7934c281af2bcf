//! The API's description: equal to the one that is checked in, and to the table of endpoints.

use std::collections::BTreeSet;
use std::path::Path;

use leat_midtier::{Demand, ENDPOINTS, openapi_json};
use serde_json::Value;

use crate::support::Server;

/// Set, the file is written instead of compared: `LEAT_UPDATE=1 cargo test -p leat-midtier openapi`.
const UPDATE: &str = "LEAT_UPDATE";

#[test]
fn the_description_that_is_checked_in_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    #[expect(clippy::disallowed_methods, reason = "whoever changes the API says so by it")]
    let is_update = std::env::var_os(UPDATE).is_some();
    if is_update {
        std::fs::write(&path, openapi_json()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == openapi_json(), "docs/openapi.json is not that of the code: run this test with {UPDATE}=1");
}

#[test]
fn every_endpoint_stands_in_the_table_of_permissions() {
    let description: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut described = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|method| *method != "head" && *method != "parameters") {
            described.insert((method.to_uppercase(), path.clone()));
        }
    }
    let table = ENDPOINTS.iter().map(|endpoint| (endpoint.method.to_owned(), endpoint.path.replace("{*", "{")));
    assert_eq!(described, table.collect());
}

#[test]
fn no_two_operations_have_one_id() {
    let description: Value = serde_json::from_str(&openapi_json()).unwrap();
    let items = description["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let mut ids: Vec<_> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
}

#[test]
fn every_refusal_is_described_as_a_problem() {
    let description: Value = serde_json::from_str(&openapi_json()).unwrap();
    for endpoint in ENDPOINTS {
        let operation = &description["paths"][endpoint.path.replace("{*", "{")][endpoint.method.to_lowercase()];
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with(['2', '3'])) {
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{} {} {status}", endpoint.method, endpoint.path);
        }
        assert_eq!(responses.contains_key("401"), !endpoint.demand.is_of_strangers(), "{}", endpoint.path);
        assert_eq!(responses.contains_key("429"), endpoint.demand != Demand::Open, "{}", endpoint.path);
        assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{}", endpoint.path);
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let server = Server::start().await;
    assert_eq!(server.api("").get("/openapi.json").await.text(), openapi_json());
}
