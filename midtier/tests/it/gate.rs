//! What every request must pass: a token, a permission, a rate; a path, a method, a query that there is.

use leat_midtier::identity::Caller;
use leat_midtier::{Config, Demand, ENDPOINTS, Rate};
use leat_scheduler::model::HostId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADA, ADMIN, BOB, Server, token_of};

/// A path that fits an endpoint's, with names that nothing has.
fn path_of(endpoint: &str) -> String {
    let digest = "0".repeat(64);
    let path = endpoint.replace("{digest}", &digest).replace("{id}", "nothing").replace("{node}", "n");
    let path = path.replace("{*path}", "a/b").replace("{name}", "no.matrix");
    path.strip_prefix("/api/v1").map_or(format!("/{path}"), str::to_owned)
}

#[tokio::test]
async fn every_endpoint_asks_for_the_permission_that_its_table_says() {
    let server = Server::start().await;
    let (host, ada) = (Caller::host(HostId::parse("c1").unwrap()), Caller::submitter("ada", "risk"));
    let callers = [("", None), (&token_of("c1"), Some(host)), (ADA, Some(ada))];
    for endpoint in ENDPOINTS.iter().filter(|endpoint| !endpoint.path.ends_with("/events")) {
        for (token, caller) in &callers {
            let request = server.api(token).request(endpoint.method.parse().unwrap(), &path_of(endpoint.path));
            let status = server.api(token).send(request).await.status;
            let expected = match (endpoint.demand, caller) {
                (Demand::Open | Demand::Login, _) => None,
                (_, None) => Some(401),
                (demand, Some(caller)) => (!demand.is_met_by(caller)).then_some(403),
            };
            let refused = matches!(status, 401 | 403).then_some(status);
            assert_eq!(refused, expected, "{} {} as {token:?}", endpoint.method, endpoint.path);
        }
        let request = server.api(ADMIN).request(endpoint.method.parse().unwrap(), &path_of(endpoint.path));
        let status = server.api(ADMIN).send(request).await.status;
        assert!(!matches!(status, 401 | 403), "{} {} as an administrator: {status}", endpoint.method, endpoint.path);
    }
}

#[tokio::test]
async fn a_token_is_missing_wrong_or_of_another_scheme() {
    let server = Server::start().await;
    let missing = server.api("").get("/runs").await;
    missing.refused(401, "unauthenticated");
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    assert!(server.api("wrong").get("/runs").await.refused(401, "unauthenticated").contains("not valid"));
    let api = server.api("");
    let basic = api.request(Method::GET, "/runs").basic_auth(ADA, None::<&str>);
    api.send(basic).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn what_is_not_there_is_told_as_a_problem() {
    let server = Server::start().await;
    let api = server.api(ADA);
    for path in ["//", "//api", "/nothing", "/runs/x/nothing", "//metrics/x", "/runs/"] {
        api.get(path).await.refused(404, "not-found");
    }
    for (method, path, allowed) in
        [("DELETE", "/runs", "POST, GET"), ("POST", "/version", "GET"), ("OPTIONS", "/hosts", "GET")]
    {
        let answer = api.send(api.request(method.parse().unwrap(), path)).await;
        answer.refused(405, "method-not-allowed");
        assert_eq!(answer.header("allow"), allowed);
    }
    assert_eq!(api.send(api.request(Method::HEAD, "/hosts")).await.status, 200);
}

#[tokio::test]
async fn a_parameter_that_there_is_not_is_refused_by_name() {
    let server = Server::start().await;
    let api = server.api(ADA);
    for path in ["/runs?stat=queued", "/hosts?x", "/runs?limit=1&lim=2", "//metrics?x=1", "/runs/r/logs/n?ofset=1"] {
        let detail = api.get(path).await.refused(400, "unknown-parameter");
        assert!(detail.contains("there is no parameter"), "{detail}");
    }
    assert!(api.get("/runs?x=1").await.refused(400, "unknown-parameter").contains("cursor, group, limit"));
}

#[tokio::test]
async fn a_caller_who_asks_too_often_waits_and_others_do_not() {
    let config = Config { rate: Rate { per_second: 1, burst: 3 }, ..Config::default() };
    let server = Server::with(config).await;
    let api = server.api(ADA);
    let mut answers = Vec::new();
    for _ in 0..6 {
        answers.push(api.get("/runs").await);
    }
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(refused.len() >= 2, "{answers:?}");
    refused[0].refused(429, "rate-limited");
    assert_eq!(refused[0].header("retry-after"), "1");
    server.api(BOB).get("/runs").await.of_status(200);
    // Guesses at tokens count for where they come from, and what watches the service is never turned away.
    let mut guesses = Vec::new();
    for guess in 0..6 {
        guesses.push(server.api(&format!("guess-{guess}")).get("/runs").await.status);
    }
    assert_eq!((guesses[0], guesses.contains(&429)), (401, true), "{guesses:?}");
    for _ in 0..6 {
        server.api("").get("/health/live").await.of_status(200);
    }
}

#[tokio::test]
async fn a_body_is_json_of_the_right_shape_and_size() {
    let server = Server::start().await;
    let api = server.api(ADMIN);
    let send = async |kind: &str, body: String| {
        let request = api.request(Method::POST, "/hosts/c1/drain").header("content-type", kind).body(body);
        api.send(request).await
    };
    send("text/plain", "{\"drain\":true}".to_owned()).await.refused(415, "unsupported-media-type");
    send("application/json", "{\"drain\":".to_owned()).await.refused(400, "malformed-request");
    send("application/json", "{\"drain\":1}".to_owned()).await.refused(422, "invalid-request");
    assert!(
        send("application/json", "{\"drained\":true}".to_owned())
            .await
            .refused(422, "invalid-request")
            .contains("drained")
    );
    send("application/json", " ".repeat((1 << 20) + 1)).await.refused(413, "body-too-large");
    send("application/json; charset=utf-8", "{\"drain\":true}".to_owned()).await.refused(404, "not-found");
}

#[tokio::test]
async fn what_one_group_does_is_not_there_for_another() {
    let server = Server::start().await;
    let run = server.api(ADA).run("price").await;
    let (ada, bob, root) = (server.api(ADA), server.api(BOB), server.api(ADMIN));
    let paths = ["", "/events", "/logs", "/logs/n", "/report", "/outputs", "/outputs/x"];
    for path in paths {
        let refused = bob.get(&format!("/runs/{run}{path}")).await.refused(404, "not-found");
        assert_eq!(refused, bob.get(&format!("/runs/{run}")).await.refused(404, "not-found"), "{path}");
    }
    for action in ["cancel", "retry"] {
        bob.post(&format!("/runs/{run}/{action}"), &Value::Null).await.refused(404, "not-found");
    }
    let listed = async |api: &crate::support::Api, query: &str| {
        api.get(&format!("/runs{query}")).await.of_status(200)["items"].as_array().unwrap().len()
    };
    assert_eq!((listed(&ada, "").await, listed(&bob, "").await, listed(&root, "").await), (1, 0, 1));
    assert_eq!((listed(&bob, "?group=risk").await, listed(&root, "?group=risk").await), (0, 1));
    assert_eq!(root.post(&format!("/runs/{run}/cancel"), &json!(null)).await.of_status(200)["state"], "cancelled");
}

#[tokio::test]
async fn rest_is_spoken_over_http_2_too() {
    // A gRPC client is one of HTTP/2 alone; to it, a service that there is not is told in its own words.
    let server = Server::start().await;
    let channel = tonic::transport::Channel::from_shared(format!("http://{}", server.address)).unwrap();
    let mut client = tonic::client::Grpc::new(channel.connect().await.unwrap());
    client.ready().await.unwrap();
    let codec = tonic_codec();
    let path = "/leat.no.such.Service/Call".parse().unwrap();
    let answer = client.unary(tonic::Request::new(leat_wire::host_v1::Report::default()), path, codec).await;
    assert_eq!(answer.err().unwrap().code(), tonic::Code::Unimplemented);
}

fn tonic_codec() -> impl tonic::codec::Codec<Encode = leat_wire::host_v1::Report, Decode = leat_wire::host_v1::Orders> {
    tonic_prost::ProstCodec::default()
}

#[tokio::test]
async fn what_is_no_grpc_at_its_paths_is_refused_and_the_service_goes_on() {
    let server = Server::start().await;
    let api = server.api(ADMIN);
    let session = "//leat.host.v1.Hosts/Session";
    for (kind, body) in
        [("application/json", vec![0xff; 100]), ("application/grpc", vec![0xff; 100]), ("", vec![b'x'; 2 << 20])]
    {
        let request = api.request(Method::POST, session).header("content-type", kind).body(body);
        let answer = api.send(request).await;
        let said = answer.headers.get("grpc-status").map(|status| status.to_str().unwrap().to_owned());
        assert!(answer.status == 415 || said.is_some() || answer.status == 200, "{kind}: {answer:?}");
    }
    api.get("/version").await.of_status(200);
}

#[tokio::test]
async fn tools_may_ask_what_grpc_there_is() {
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::{ServerReflectionRequest, server_reflection_response::MessageResponse};
    let server = Server::start().await;
    let channel = tonic::transport::Channel::from_shared(format!("http://{}", server.address)).unwrap();
    let mut client = ServerReflectionClient::new(channel.connect().await.unwrap());
    let message_request = Some(MessageRequest::ListServices(String::new()));
    let asked = ServerReflectionRequest { host: String::new(), message_request };
    let mut answers = client.server_reflection_info(tokio_stream::iter([asked])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response;
    let Some(MessageResponse::ListServicesResponse(services)) = answer else { panic!("{answer:?}") };
    for name in ["leat.host.v1.Hosts", "leat.api.v1.Runs", "leat.api.v1.RiskObjects", "grpc.health.v1.Health"] {
        assert!(services.service.iter().any(|service| service.name == name), "{name}: {services:?}");
    }
}
