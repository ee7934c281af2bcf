//! A collector for a look without one: prints each span that it is sent as a line of JSON. The end-to-end cases use it too.
//!
//! `cargo run -p leat-otlp --example collector 127.0.0.1:4317`, then `leat serve --otlp http://127.0.0.1:4317`. With the files of a
//! certificate and its key behind the address it speaks TLS.

#![allow(clippy::print_stdout, reason = "this is a program that talks to people")]

use std::error::Error;

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Kind;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

struct Printer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut given = std::env::args().skip(1);
    let address = given.next().unwrap_or_else(|| "127.0.0.1:4317".to_owned());
    let (mut server, mut scheme) = (Server::builder(), "http");
    if let (Some(certificate), Some(key)) = (given.next(), given.next()) {
        let identity = Identity::from_pem(std::fs::read(certificate)?, std::fs::read(key)?);
        (server, scheme) = (server.tls_config(ServerTlsConfig::new().identity(identity))?, "https");
    }
    let listener = TcpListener::bind(&address).await?;
    println!("{}", json!({ "listens": format!("{scheme}://{}", listener.local_addr()?) }));
    let server = server.add_service(TraceServiceServer::new(Printer));
    Ok(server.serve_with_incoming(TcpListenerStream::new(listener)).await?)
}

#[tonic::async_trait]
impl TraceService for Printer {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        for resource in request.into_inner().resource_spans {
            let service = attributes(resource.resource.map(|resource| resource.attributes).unwrap_or_default());
            for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                println!("{}", line(span, &service));
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn line(span: Span, service: &Value) -> Value {
    json!({
        "service": service["service.name"],
        "trace": hex(&span.trace_id),
        "span": hex(&span.span_id),
        "parent": hex(&span.parent_span_id),
        "name": span.name,
        "start_ns": span.start_time_unix_nano,
        "end_ns": span.end_time_unix_nano,
        "error": span.status.map(|status| status.message).filter(|message| !message.is_empty()),
        "attributes": attributes(span.attributes),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attributes(pairs: Vec<KeyValue>) -> Value {
    Value::Object(pairs.into_iter().map(|pair| (pair.key, value(pair.value))).collect::<Map<_, _>>())
}

fn value(given: Option<AnyValue>) -> Value {
    match given.and_then(|given| given.value) {
        Some(Kind::StringValue(text)) => json!(text),
        Some(Kind::IntValue(number)) => json!(number),
        Some(Kind::DoubleValue(measure)) => json!(measure),
        Some(Kind::BoolValue(truth)) => json!(truth),
        Some(Kind::ArrayValue(list)) => list.values.into_iter().map(|one| value(Some(one))).collect(),
        _ => Value::Null,
    }
}
