//! A collector that keeps what it is sent.

use std::sync::{Arc, Mutex};

use leat_certificates::Issued;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

/// A collector that keeps what it is sent.
pub(crate) struct Collector {
    pub(crate) url: String,
    pub(crate) requests: Requests,
}

type Requests = Arc<Mutex<Vec<ExportTraceServiceRequest>>>;

struct Keeper(Requests);

impl Collector {
    pub(crate) async fn start() -> Self {
        Collector::on(Server::builder(), "http").await
    }

    /// One that speaks TLS alone, and shows this.
    pub(crate) async fn encrypted(own: &Issued) -> Self {
        let tls = ServerTlsConfig::new().identity(Identity::from_pem(&own.certificate, &own.key));
        Collector::on(Server::builder().tls_config(tls).unwrap(), "https").await
    }

    async fn on(mut server: Server, scheme: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port());
        let requests = Requests::default();
        let service = TraceServiceServer::new(Keeper(requests.clone()));
        tokio::spawn(server.add_service(service).serve_with_incoming(TcpListenerStream::new(listener)));
        Collector { url, requests }
    }

    /// How many spans have come.
    pub(crate) fn spans(&self) -> usize {
        let requests = self.requests.lock().unwrap();
        let scopes = requests.iter().flat_map(|request| &request.resource_spans).flat_map(|spans| &spans.scope_spans);
        scopes.map(|scope| scope.spans.len()).sum()
    }
}

#[tonic::async_trait]
impl TraceService for Keeper {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
