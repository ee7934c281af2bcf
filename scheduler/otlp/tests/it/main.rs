//! The way to a collector: a real one by gRPC, and one that is away.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop where it is")]

mod collector;
mod encrypted;

use std::sync::Arc;
use std::time::Duration;

use leat_otlp::{Config, Exporter, OtlpError};
use leat_spans::{Kind, Recorder, SpanContext};
use leat_tls::Trust;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use collector::Collector;

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn config(endpoint: &str) -> Config {
    Config {
        endpoint: endpoint.to_owned(),
        service_name: "leat-test".to_owned(),
        service_version: "1.2.3".to_owned(),
        service_instance: "m1".to_owned(),
    }
}

/// For collectors without TLS.
fn nobody() -> Arc<Trust> {
    Arc::new(Trust::nobody())
}

#[tokio::test]
async fn a_collector_gets_every_span_with_its_trace_times_and_service() {
    let collector = Collector::start().await;
    let exporter = Exporter::start(config(&collector.url), nobody()).unwrap();
    let recorder = Recorder::new(|| 1_767_323_045_000_000, exporter.spans());
    let given = SpanContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let mut span = recorder.begin_at("schedule", Kind::Consumer, given, 1_767_323_044_000_001);
    span.set("run.id", "r1");
    span.set("leat.hosts", vec!["c1".to_owned(), "c2".to_owned()]);
    span.fail("no host");
    span.end();
    for _ in 0..1_000 {
        recorder.begin("more", Kind::Internal, given).end();
    }
    assert_eq!(exporter.end(PATIENCE).await, 0);
    let requests = collector.requests.lock().unwrap();
    let resources: Vec<_> = requests.iter().flat_map(|request| &request.resource_spans).collect();
    let service = &resources[0].resource.as_ref().unwrap().attributes;
    let service: Vec<_> = service.iter().map(|pair| (pair.key.as_str(), text(&pair.value))).collect();
    for expected in [("service.name", "leat-test"), ("service.version", "1.2.3"), ("service.instance.id", "m1")] {
        assert!(service.contains(&expected), "{service:?}");
    }
    let spans: Vec<_> =
        resources.iter().flat_map(|resource| &resource.scope_spans).flat_map(|scope| &scope.spans).collect();
    assert_eq!(spans.len(), 1_001);
    let first = spans[0];
    assert_eq!(first.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
    assert_eq!(first.parent_span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    assert_eq!((first.name.as_str(), first.kind()), ("schedule", SpanKind::Consumer));
    let times = (first.start_time_unix_nano, first.end_time_unix_nano);
    assert_eq!(times, (1_767_323_044_000_001_000, 1_767_323_045_000_000_000));
    assert_eq!(text(&first.attributes[0].value), "r1");
    let status = first.status.as_ref().unwrap();
    assert_eq!((status.code(), status.message.as_str()), (StatusCode::Error, "no host"));
}

fn text(value: &Option<opentelemetry_proto::tonic::common::v1::AnyValue>) -> &str {
    match value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(Value::StringValue(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_collector_that_is_away_loses_spans_and_holds_nobody_up() {
    // A port that was free a moment ago: nobody is there.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let exporter = Exporter::start(config(&url), nobody()).unwrap();
    let recorder = Recorder::new(|| 1, exporter.spans());
    for _ in 0..20_000 {
        recorder.begin("x", Kind::Internal, None).end();
    }
    assert_eq!(exporter.end(PATIENCE).await, 20_000, "every one is counted");
    recorder.begin("late", Kind::Internal, None).end();
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for url in ["collector:4317", "", "http://", "https://", "ftp://collector:4317", "https://a b"] {
        let error = Exporter::start(config(url), nobody()).err();
        assert!(matches!(error, Some(OtlpError::Endpoint(_))), "{url}: {error:?}");
    }
}
