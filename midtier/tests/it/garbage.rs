//! Nonsense at every endpoint of the description: it is refused with a status that the description names, never with one of
//! 500 and more.

use leat_midtier::{Config, ENDPOINTS, Rate, openapi_json};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::support::{ADA, ADMIN, Agent, Answered, Api, Server, report, token_of};

/// What stands where a path has a part of its own.
const NAMES: [&str; 10] =
    ["x", "%20", "%00", "%ff", "..%2f..%2fetc", "%F0%9F%A6%80", "a.matrix.csv", "'%3B--", "-1", "{id}"];

fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    vec![
        ("nothing", Vec::new()),
        ("no text", vec![0xff; 1_000]),
        ("half a document", b"{\"bundle\":".to_vec()),
        ("null", b"null".to_vec()),
        ("another shape", b"[{\"drain\":{}}]".to_vec()),
        (
            "unknown fields",
            b"{\"a\":1,\"drain\":true,\"power\":\"on\",\"seconds\":1,\"contents\":[],\"bundle\":\"x\"}".to_vec(),
        ),
        ("numbers beyond all", b"{\"seconds\":1e999,\"priority\":99999999999999999999}".to_vec()),
        ("deeper than any", deep),
        ("two megabytes", vec![b' '; 2 << 20]),
    ]
}

/// Requests of one endpoint, each with what is wrong with it.
fn requests(api: &Api, method: &str, path: &str) -> Vec<(String, RequestBuilder)> {
    let method: Method = method.parse().unwrap();
    let mut all = Vec::new();
    let filled = |name: &str| {
        let mut filled = String::new();
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            filled.push_str(name);
            rest = after.split_once('}').unwrap().1;
        }
        filled.push_str(rest);
        filled
    };
    for name in NAMES {
        all.push((format!("name {name}"), api.request(method.clone(), &format!("/{}", filled(name)))));
    }
    let digest = "0".repeat(64);
    for name in ["x", digest.as_str()] {
        let path = format!("/{}", filled(name));
        for (what, body) in bodies() {
            let others = ["text/plain", "multipart/form-data; boundary=x", "\u{ff}"];
            let others = others.into_iter().filter(|_| what == "another shape");
            for kind in others.chain(["application/json"]) {
                let request = api.request(method.clone(), &path).header("content-type", kind).body(body.clone());
                all.push((format!("{what} as {kind} at {name}"), request));
            }
        }
        for query in
            ["a=b", "limit=%ff", "limit=99999999999", "cursor=%00", "offset=-1", "version=0", "&&&=", "state=%00"]
        {
            all.push((format!("query {query}"), api.request(method.clone(), &format!("{path}?{query}"))));
        }
        for (header, value) in [
            ("range", "bytes=9-1"),
            ("range", "bytes=99999999999999999999999-"),
            ("last-event-id", "x"),
            ("idempotency-key", "\u{ff}"),
            ("content-length-of-its-own", "1"),
            ("upload-offset", "0"),
            ("upload-offset", "-1"),
            ("upload-length", "99999999999999999999"),
        ] {
            all.push((format!("{header}: {value}"), api.request(method.clone(), &path).header(header, value)));
        }
    }
    all
}

async fn answered(request: RequestBuilder) -> Option<u16> {
    // A stream that goes on has been answered: its status is all that matters.
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let is_stream = response.headers().get("content-type").is_some_and(|kind| kind == "text/event-stream");
    if !is_stream {
        let answer = Answered::of(response).await;
        if status >= 400 {
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
    Some(status)
}

#[tokio::test]
async fn nonsense_is_refused_as_described() {
    let rate = Rate { per_second: 1_000_000, burst: 1_000_000 };
    let server = Server::with(Config { rate, ..Config::default() }).await;
    let _agent = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let description: Value = serde_json::from_str(&openapi_json()).unwrap();
    let (admin, host) = (server.api(ADMIN), server.api(&token_of("c1")));
    let run = server.api(ADA).run("price").await;
    let mut problems = Vec::new();
    for endpoint in ENDPOINTS {
        let path = endpoint.path.replace("{*", "{");
        let described = &description["paths"][&path][endpoint.method.to_lowercase()]["responses"];
        let mut all = requests(&admin, endpoint.method, &path);
        if path.contains("/runs/{id}") {
            all.extend(requests(&admin, endpoint.method, &path.replace("{id}", &run)));
        }
        all.extend(requests(&host, endpoint.method, &path).into_iter().take(3));
        for (what, request) in all {
            match answered(request).await {
                Some(status) if status >= 500 || described.get(status.to_string()).is_none() => {
                    problems.push(format!("{} {path}: {what}: {status}", endpoint.method));
                }
                Some(_) => {}
                None => problems.push(format!("{} {path}: {what}: no answer", endpoint.method)),
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems[..problems.len().min(60)].join("\n"));
    server.api(ADA).get("/runs").await.of_status(200);
}
