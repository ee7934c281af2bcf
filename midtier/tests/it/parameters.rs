//! Runs with other parameters than their bundle was made with, and the processes that there are to submit.

use std::collections::BTreeMap;

use leat_bundle::{Digest, Manifest};
use leat_wire::api_v1::{ListProcessesRequest, SubmitRequest, Tags};
use serde_json::{Value, json};
use tonic::Code;

use crate::support::{ADA, ADMIN, Api, BOB, Server, open_manifest, refusal};

fn wish(bundle: &str, day: &str) -> Value {
    json!({ "bundle": bundle, "parameters": { "day": day } })
}

async fn manifest_of(api: &Api, bundle: &Value) -> Manifest {
    let answer = api.get(&format!("/bundles/{}", bundle.as_str().unwrap())).await;
    assert_eq!(answer.status, 200);
    assert_eq!(json!(Digest::of(&answer.body).to_string()), *bundle);
    Manifest::parse(&answer.body).unwrap()
}

#[tokio::test]
async fn a_run_with_other_parameters_is_of_a_bundle_of_its_own() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.open_bundle("price", "world").await;
    let run = api.post("/runs", &wish(&bundle, "23")).await.of_status(201);
    assert_eq!((&run["process"], &run["state"]), (&json!("price"), &json!("queued")));
    assert_ne!(run["bundle"], json!(bundle));
    let (made, uploaded) = (manifest_of(&api, &run["bundle"]).await, open_manifest("price", "world"));
    let origin = made.origin.clone().unwrap();
    assert_eq!((made.files, made.needs), (uploaded.files, uploaded.needs));
    assert_eq!((origin.world, origin.of), (uploaded.origin.unwrap().world, Some(bundle.parse().unwrap())));
    assert_eq!((origin.given.params["day"].as_str(), origin.parameters[0].value.as_str()), ("23", "23"));
    let plan = api.get(&format!("/blobs/{}", made.plan.digest)).await.of_status(200);
    assert_eq!(plan, json!({ "day": "23", "facts": {}, "tags": [] }));
}

#[tokio::test]
async fn the_same_parameters_are_the_same_bundle_from_wherever_they_are_given() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.open_bundle("price", "world").await;
    let made = async |wish: Value| api.post("/runs", &wish).await.of_status(201)["bundle"].clone();
    let first = made(wish(&bundle, "23")).await;
    assert_eq!(made(wish(&bundle, "23")).await, first);
    let other = made(wish(&bundle, "24")).await;
    assert_ne!(other, first);
    assert_eq!(made(wish(other.as_str().unwrap(), "23")).await, first, "what is given lies over what was given");
    assert_eq!(made(json!({ "bundle": other })).await, other);
    assert_eq!(made(json!({ "bundle": bundle, "parameters": {}, "facts": {} })).await, json!(bundle));
    let fixed = api.open_bundle("same", "fixed").await;
    assert_eq!(made(wish(&fixed, "23")).await, json!(fixed), "values that change nothing make no bundle");
}

#[tokio::test]
async fn facts_and_tags_are_given_as_parameters_are() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.open_bundle("price", "world").await;
    let asked = json!({ "bundle": bundle, "facts": { "book": "eod" }, "tags": ["late"] });
    let made = manifest_of(&api, &api.post("/runs", &asked).await.of_status(201)["bundle"]).await;
    let plan = api.get(&format!("/blobs/{}", made.plan.digest)).await.of_status(200);
    assert_eq!(plan, json!({ "day": "22", "facts": { "book": "eod" }, "tags": ["late"] }));
}

#[tokio::test]
async fn parts_of_the_new_plan_are_what_the_run_is_placed_by() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.open_bundle("price", "divided").await;
    let run = api.post("/runs", &wish(&bundle, "23")).await.of_status(201);
    // Without a way between hosts the run is a whole that needs as much as its parts together.
    assert_eq!(run["needs"]["cpu_millis"], json!(2_000));
    let mut wish = wish(&bundle, "24");
    wish["parts"] = json!({ "prices": { "cpu_millis": 1, "memory_bytes": 1 } });
    assert!(api.post("/runs", &wish).await.refused(422, "invalid-request").contains("main, pricing"));
}

#[tokio::test]
async fn values_that_cannot_be_are_refused_with_their_own_code() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.open_bundle("price", "world").await;
    let unknown = json!({ "bundle": bundle, "parameters": { "dya": "23" } });
    assert!(api.post("/runs", &unknown).await.refused(422, "no-such-parameter").contains("did you mean day"));
    api.post("/runs", &wish(&bundle, "someday")).await.refused(422, "parameter-type");
    assert_eq!(api.post("/runs", &wish(&bundle, "absent")).await.refused(422, "not-in-bundle"), "in/absent.csv");
    let long = api.post("/runs", &wish(&bundle, "unsound")).await.refused(422, "faulty-process");
    assert!(long.len() < 10_000 && long.ends_with('…'), "{} bytes", long.len());
    let many: BTreeMap<String, String> = (0..1_001).map(|name| (name.to_string(), String::new())).collect();
    for (field, value) in [
        ("parameters", json!({ "day": 23 })),
        ("parameters", json!({ "": "23" })),
        ("parameters", json!({ "day\n": "23" })),
        ("parameters", json!({ "day": "x".repeat((64 << 10) + 1) })),
        ("parameters", json!(many)),
        ("facts", json!({ "x".repeat(201): "" })),
        ("tags", json!(["a\u{0}"])),
    ] {
        let mut wish = json!({ "bundle": bundle });
        wish[field] = value;
        api.post("/runs", &wish).await.refused(422, "invalid-request");
    }
    assert_eq!(api.get("/runs").await.of_status(200)["items"], json!([]));
}

#[tokio::test]
async fn a_bundle_that_was_made_without_its_world_runs_as_it_is_alone() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let plain = api.bundle("price").await;
    assert!(api.post("/runs", &wish(&plain, "23")).await.refused(422, "fixed-bundle").contains("leat submit"));
    api.post("/runs", &json!({ "bundle": plain })).await.of_status(201);
    let old = api.open_bundle("price", "old").await;
    assert!(api.post("/runs", &wish(&old, "23")).await.refused(422, "fixed-bundle").contains("version 0"));
}

#[tokio::test]
async fn a_check_that_breaks_is_the_services_fault_and_the_next_one_is_made() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bad = api.open_bundle("bad", "panics").await;
    // More often than checks may be made at once.
    for _ in 0..5 {
        let told = api.post("/runs", &wish(&bad, "23")).await.refused(500, "internal");
        assert!(!told.contains("the check has a fault"), "{told}");
    }
    let good = api.open_bundle("good", "world").await;
    api.post("/runs", &wish(&good, "23")).await.of_status(201);
}

#[tokio::test]
async fn grpc_gives_parameters_as_rest_does() {
    let server = Server::start().await;
    let (api, ada) = (server.api(ADA), server.calls(ADA).await);
    let bundle = api.open_bundle("price", "world").await;
    let asked = |day: &str| SubmitRequest {
        bundle: bundle.clone(),
        parameters: [("day".to_owned(), day.to_owned())].into(),
        ..SubmitRequest::default()
    };
    let run = ada.runs().submit(asked("23")).await.unwrap().into_inner().run.unwrap();
    let by_rest = api.post("/runs", &wish(&bundle, "23")).await.of_status(201);
    assert_eq!(by_rest["bundle"], json!(run.bundle));
    let tags = Some(Tags { names: vec!["late".to_owned()] });
    let tagged = ada.runs().submit(SubmitRequest { tags, ..asked("23") }).await.unwrap().into_inner().run.unwrap();
    assert_ne!(tagged.bundle, run.bundle);
    let refused = ada.runs().submit(asked("someday")).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::InvalidArgument, "parameter-type"));
    let refused = ada.runs().submit(asked("absent")).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "not-in-bundle"));
}

#[tokio::test]
async fn processes_are_listed_with_what_to_submit() {
    let server = Server::start().await;
    let (ada, bob, root) = (server.api(ADA), server.api(BOB), server.api(ADMIN));
    let first = ada.open_bundle("price", "world").await;
    assert_eq!(ada.get("/processes").await.of_status(200), json!({ "items": [], "next": null }));
    ada.post("/runs", &wish(&first, "23")).await.of_status(201);
    let second = ada.open_bundle("price", "another world").await;
    ada.post("/runs", &json!({ "bundle": second })).await.of_status(201);
    // What was uploaded later counts, whichever ran last; and never what was made of another.
    ada.post("/runs", &wish(&first, "24")).await.of_status(201);
    ada.run("report").await;
    let listed = ada.get("/processes").await.of_status(200);
    let (price, report) = (&listed["items"][0], &listed["items"][1]);
    assert_eq!(
        (&price["process"], &price["group"], &price["bundle"]),
        (&json!("price"), &json!("risk"), &json!(second))
    );
    assert_eq!(price["parameters"], json!([{ "name": "day", "type": "text", "value": "22" }]));
    assert_eq!(
        (&price["user"], &report["process"], &report["parameters"]),
        (&json!("ada"), &json!("report"), &json!(null))
    );
    assert!(price["created"].as_str().unwrap().starts_with("2026-01-02T03:04:05"), "{price}");
    assert_eq!(bob.get("/processes").await.of_status(200)["items"], json!([]));
    bob.post("/runs", &json!({ "bundle": first })).await.of_status(201);
    let of_bob = bob.get("/processes?process=price").await.of_status(200)["items"].clone();
    assert_eq!((&of_bob[0]["bundle"], &of_bob[0]["user"]), (&json!(first), &json!("ada")));
    let (mut seen, mut query) = (Vec::new(), "limit=1".to_owned());
    loop {
        let page = root.get(&format!("/processes?{query}")).await.of_status(200);
        let names =
            page["items"].as_array().unwrap().iter().map(|item| format!("{} {}", item["process"], item["group"]));
        seen.extend(names);
        match page["next"].as_str() {
            Some(next) => query = format!("limit=1&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [r#""price" "desk""#, r#""price" "risk""#, r#""report" "risk""#]);
    for query in ["limit=0", "limit=1001", "cursor=xyz", "cursor=", "process="] {
        root.get(&format!("/processes?{query}")).await.refused(422, "invalid-request");
    }
}

#[tokio::test]
async fn processes_are_listed_over_grpc_too() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.open_bundle("price", "world").await;
    api.post("/runs", &json!({ "bundle": bundle })).await.of_status(201);
    api.run("report").await;
    let ada = server.calls(ADA).await;
    let all = ListProcessesRequest { page_size: Some(1), ..ListProcessesRequest::default() };
    let page = ada.processes().list(all.clone()).await.unwrap().into_inner();
    assert_eq!((page.processes[0].bundle.as_str(), page.processes[0].takes_parameters), (bundle.as_str(), true));
    assert_eq!(page.processes[0].parameters[0].name, "day");
    let rest = ListProcessesRequest { page_token: Some(page.next_page_token), ..all };
    let rest = ada.processes().list(rest).await.unwrap().into_inner();
    assert_eq!((rest.processes[0].process.as_str(), rest.processes[0].takes_parameters), ("report", false));
    assert!(rest.next_page_token.is_empty());
}
