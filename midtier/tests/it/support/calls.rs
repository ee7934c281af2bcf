//! The gRPC API as a program sees it.

use std::net::SocketAddr;

use leat_wire::api_v1::processes_client::ProcessesClient;
use leat_wire::api_v1::risk_objects_client::RiskObjectsClient;
use leat_wire::api_v1::runs_client::RunsClient;
use leat_wire::health_v1::health_client::HealthClient;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};

use super::PATIENCE;

/// Puts a token into each call.
#[derive(Clone)]
pub(crate) struct Token(String);

impl Interceptor for Token {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if !self.0.is_empty() {
            request.metadata_mut().insert("authorization", format!("Bearer {}", self.0).parse().unwrap());
        }
        Ok(request)
    }
}

/// A connection to a service, with a token.
pub(crate) struct Calls {
    channel: Channel,
    token: Token,
}

type WithToken = InterceptedService<Channel, Token>;

impl Calls {
    pub(crate) async fn open(address: SocketAddr, token: &str) -> Self {
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        Calls { channel, token: Token(token.to_owned()) }
    }

    pub(crate) fn runs(&self) -> RunsClient<WithToken> {
        RunsClient::with_interceptor(self.channel.clone(), self.token.clone())
    }

    pub(crate) fn processes(&self) -> ProcessesClient<WithToken> {
        ProcessesClient::with_interceptor(self.channel.clone(), self.token.clone())
    }

    pub(crate) fn risk(&self) -> RiskObjectsClient<WithToken> {
        RiskObjectsClient::with_interceptor(self.channel.clone(), self.token.clone())
    }

    pub(crate) fn health(&self) -> HealthClient<WithToken> {
        HealthClient::with_interceptor(self.channel.clone(), self.token.clone())
    }

    /// Calls by path, with any message; answers how the answer began.
    pub(crate) async fn raw<M: prost::Message + Default + 'static>(
        &self,
        path: &str,
        message: M,
    ) -> Result<(), Status> {
        let channel = InterceptedService::new(self.channel.clone(), self.token.clone());
        let mut client = tonic::client::Grpc::new(channel);
        client.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<M, M>::default();
        client.server_streaming(Request::new(message), path.parse().unwrap(), codec).await.map(drop)
    }
}

/// The next message of a stream; nothing at its end.
pub(crate) async fn next<T>(stream: &mut Streaming<T>) -> Result<Option<T>, Status> {
    tokio::time::timeout(PATIENCE, stream.message()).await.expect("a message or the end")
}

/// All messages up to the end of a stream.
pub(crate) async fn rest<T>(mut stream: Streaming<T>) -> Vec<T> {
    let mut messages = Vec::new();
    while let Some(message) = next(&mut stream).await.unwrap() {
        messages.push(message);
    }
    messages
}

/// The code of a refusal, and its stable name.
pub(crate) fn refusal(status: &Status) -> (Code, &str) {
    let name = status.metadata().get("leat-code").map_or("", |name| name.to_str().unwrap());
    (status.code(), name)
}
