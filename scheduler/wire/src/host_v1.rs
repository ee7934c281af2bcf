//! Version 1 of the protocol between a host's agent and the midtier: @generated from host.proto by `cargo xtask gen`.

/// All that a host holds and does.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Report {
    /// The host's name, as the operator wrote it.
    #[prost(string, tag = "1")]
    pub host: ::prost::alloc::string::String,
    /// Made anew whenever the agent starts: tells two agents of one name apart.
    #[prost(string, tag = "2")]
    pub incarnation: ::prost::alloc::string::String,
    /// From 1, counted up with each report of this session.
    #[prost(uint64, tag = "3")]
    pub number: u64,
    /// What the host is. Only in a session's first report.
    #[prost(message, optional, tag = "4")]
    pub machine: ::core::option::Option<Machine>,
    /// Every run the host holds, ended ones too until they no longer stand in the orders.
    #[prost(message, repeated, tag = "5")]
    pub runs: ::prost::alloc::vec::Vec<RunReport>,
    /// What nodes have logged since the last report.
    #[prost(message, repeated, tag = "6")]
    pub logs: ::prost::alloc::vec::Vec<LogPiece>,
    /// The agent ends: nothing is at work any more, and this is its last word. A session that ends without it says nothing of the host: a
    /// cancelled call looks to the midtier like one that has come to its end.
    #[prost(bool, tag = "7")]
    pub farewell: bool,
}
/// What a host is.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Machine {
    #[prost(string, tag = "1")]
    pub leat_version: ::prost::alloc::string::String,
    /// As Rust calls it: x86_64, aarch64.
    #[prost(string, tag = "2")]
    pub architecture: ::prost::alloc::string::String,
    /// Where data that is bound to a region may go; empty for none.
    #[prost(string, tag = "3")]
    pub region: ::prost::alloc::string::String,
    #[prost(map = "string, string", tag = "4")]
    pub labels: ::std::collections::HashMap<
        ::prost::alloc::string::String,
        ::prost::alloc::string::String,
    >,
    /// Thousandths of a core that runs may use.
    #[prost(uint64, tag = "5")]
    pub cpu_millis: u64,
    /// Memory that runs may use.
    #[prost(uint64, tag = "6")]
    pub memory_bytes: u64,
}
/// One run (or its share) on this host.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct RunReport {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
    #[prost(uint64, tag = "2")]
    pub generation: u64,
    /// The newest checkpoint of this attempt that another host can go on from, all of its contents uploaded already; not there
    /// before the first.
    #[prost(message, optional, tag = "6")]
    pub checkpoint: ::core::option::Option<Checkpoint>,
    /// Why the attempt takes no checkpoints, for a person; empty where it does, and where that is not known yet.
    #[prost(string, tag = "7")]
    pub no_checkpoints: ::prost::alloc::string::String,
    #[prost(oneof = "run_report::State", tags = "3, 4, 5")]
    pub state: ::core::option::Option<run_report::State>,
}
/// Nested message and enum types in `RunReport`.
pub mod run_report {
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum State {
        /// Its bundle is being fetched, its worker started.
        #[prost(message, tag = "3")]
        Starting(super::Starting),
        #[prost(message, tag = "4")]
        Running(super::Running),
        #[prost(message, tag = "5")]
        Ended(super::Ended),
    }
}
/// What an attempt (or its share on this host) can be gone on from.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Checkpoint {
    /// Counted up with each checkpoint of the attempt; the same cut has the same number on all its hosts.
    #[prost(uint64, tag = "1")]
    pub number: u64,
    /// SHA-256 in hexadecimal of the list of its files: the blob.
    #[prost(string, tag = "2")]
    pub list: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Starting {
    /// What is being done, for a person: "fetches 3 of 12 files".
    #[prost(string, tag = "1")]
    pub doing: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Running {
    /// How it goes on: the worker's status as JSON, the same document that `leat run` draws its live view from.
    #[prost(string, tag = "1")]
    pub status_json: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Ended {
    #[prost(enumeration = "ended::Outcome", tag = "1")]
    pub outcome: i32,
    /// Why, for a person; empty where it succeeded.
    #[prost(string, tag = "2")]
    pub reason: ::prost::alloc::string::String,
    /// `report.json` of the run; empty where there was no worker.
    #[prost(string, tag = "3")]
    pub report_json: ::prost::alloc::string::String,
    /// The published files, all of them uploaded already.
    #[prost(message, repeated, tag = "4")]
    pub outputs: ::prost::alloc::vec::Vec<Output>,
    /// The deaths of the run's workers as this host counts them, as JSON, for the host of the next attempt; empty where this attempt's has
    /// added nothing. What stands in it is between hosts.
    #[prost(string, tag = "5")]
    pub deaths_json: ::prost::alloc::string::String,
    /// The next attempt knows from this one what to refuse: it was not in vain.
    #[prost(bool, tag = "6")]
    pub taught: bool,
}
/// Nested message and enum types in `Ended`.
pub mod ended {
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Hash,
        PartialOrd,
        Ord,
        ::prost::Enumeration
    )]
    #[repr(i32)]
    pub enum Outcome {
        Unspecified = 0,
        Succeeded = 1,
        /// The process is at fault, or a limit of its own: trying again would fail again.
        Failed = 2,
        /// It was told to stop.
        Stopped = 3,
        /// The host is at fault: another host may do better.
        HostFault = 4,
    }
    impl Outcome {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Unspecified => "OUTCOME_UNSPECIFIED",
                Self::Succeeded => "OUTCOME_SUCCEEDED",
                Self::Failed => "OUTCOME_FAILED",
                Self::Stopped => "OUTCOME_STOPPED",
                Self::HostFault => "OUTCOME_HOST_FAULT",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "OUTCOME_UNSPECIFIED" => Some(Self::Unspecified),
                "OUTCOME_SUCCEEDED" => Some(Self::Succeeded),
                "OUTCOME_FAILED" => Some(Self::Failed),
                "OUTCOME_STOPPED" => Some(Self::Stopped),
                "OUTCOME_HOST_FAULT" => Some(Self::HostFault),
                _ => None,
            }
        }
    }
}
/// A published file.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Output {
    /// Relative to the run's output directory.
    #[prost(string, tag = "1")]
    pub path: ::prost::alloc::string::String,
    /// SHA-256 in hexadecimal: the blob.
    #[prost(string, tag = "2")]
    pub digest: ::prost::alloc::string::String,
    #[prost(uint64, tag = "3")]
    pub bytes: u64,
}
/// A piece of a node's log.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct LogPiece {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
    #[prost(uint64, tag = "2")]
    pub generation: u64,
    #[prost(string, tag = "3")]
    pub node: ::prost::alloc::string::String,
    /// Where in the log it stands. A piece that is there already changes nothing.
    #[prost(uint64, tag = "4")]
    pub offset: u64,
    #[prost(bytes = "vec", tag = "5")]
    pub text: ::prost::alloc::vec::Vec<u8>,
}
/// All that a host is to do.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Orders {
    /// The number of the last report that was taken in; 0 for none yet.
    #[prost(uint64, tag = "1")]
    pub answers: u64,
    /// How long the host may act on these orders after it sent that report. Past it, it stops what it runs: another host
    /// may have been given it.
    #[prost(uint32, tag = "2")]
    pub lease_ms: u32,
    /// Every run it is to hold. What is not here is to be stopped, if it runs, and forgotten.
    #[prost(message, repeated, tag = "3")]
    pub runs: ::prost::alloc::vec::Vec<Assignment>,
}
/// A run that is given to this host.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Assignment {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
    /// Greater than that of every earlier attempt. A host refuses one that is less than what it has seen.
    #[prost(uint64, tag = "2")]
    pub generation: u64,
    /// SHA-256 of the bundle's manifest, in hexadecimal.
    #[prost(string, tag = "3")]
    pub bundle: ::prost::alloc::string::String,
    /// The clock that nodes see, microseconds since 1970-01-01T00:00:00Z; the same for every attempt.
    #[prost(int64, tag = "4")]
    pub started_us: i64,
    #[prost(uint64, tag = "5")]
    pub seed: u64,
    /// Whether it is to be stopped. It stays here until its end was reported.
    #[prost(bool, tag = "6")]
    pub stop: bool,
    /// What it was promised, and may not exceed.
    #[prost(uint64, tag = "7")]
    pub cpu_millis: u64,
    #[prost(uint64, tag = "8")]
    pub memory_bytes: u64,
    /// Where the run is divided among hosts: what each of them has. Not there where this host has all of it.
    #[prost(message, optional, tag = "9")]
    pub division: ::core::option::Option<Division>,
    /// The span that those of the attempt belong to, as W3C's `traceparent`; empty where nobody follows the run. What is none
    /// is as good as empty.
    #[prost(string, tag = "10")]
    pub traceparent: ::prost::alloc::string::String,
    /// How often a checkpoint is taken, milliseconds; 0 for never.
    #[prost(uint64, tag = "11")]
    pub checkpoint_every_ms: u64,
    /// SHA-256 in hexadecimal of the lists of the checkpoint that the attempt goes on from, one of each host that the attempt
    /// before it was on: the blobs. None where it begins from the run's beginning.
    #[prost(string, repeated, tag = "12")]
    pub checkpoint: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
    /// A checkpoint is wanted as soon as it can be had: of this number or a later one, begun after this was said; 0 for none.
    #[prost(uint64, tag = "13")]
    pub checkpoint_wanted: u64,
    /// The deaths of the run's workers, as a host of an earlier attempt counted them last; empty for none.
    #[prost(string, tag = "14")]
    pub deaths_json: ::prost::alloc::string::String,
}
/// A run that is divided among hosts. All of its hosts are told the same but for `mine`.
#[derive(Clone, PartialEq, ::prost::Message)]
#[prost(skip_debug)]
pub struct Division {
    #[prost(message, repeated, tag = "1")]
    pub shares: ::prost::alloc::vec::Vec<Share>,
    /// The place in `shares` of what this host has.
    #[prost(uint32, tag = "2")]
    pub mine: u32,
    /// Where queues between the hosts go through: amqp://user:password@host:port/virtual-host. A secret.
    #[prost(string, tag = "3")]
    pub broker: ::prost::alloc::string::String,
    /// How many parts the run has: no attempt of it can have more shares.
    #[prost(uint32, tag = "4")]
    pub parts: u32,
    /// The broker is asked for (GrantBroker), and `broker` is empty.
    #[prost(bool, tag = "5")]
    pub asks_for_broker: bool,
}
/// What one host has of a run.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Share {
    #[prost(string, tag = "1")]
    pub host: ::prost::alloc::string::String,
    /// The parts, by the names that nodes of the plan have for them; at least one.
    #[prost(string, repeated, tag = "2")]
    pub parts: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
}
/// Whose secrets, or whose broker, are asked for, and by whom.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct SecretsRequest {
    #[prost(string, tag = "1")]
    pub host: ::prost::alloc::string::String,
    /// As in the agent's reports.
    #[prost(string, tag = "2")]
    pub incarnation: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub run: ::prost::alloc::string::String,
    #[prost(uint64, tag = "4")]
    pub generation: u64,
    /// What the host's machine says of itself until it is started anew, so that a midtier on the same one knows it; empty where it says
    /// nothing.
    #[prost(string, tag = "5")]
    pub machine: ::prost::alloc::string::String,
    /// The host could not reach the store of secrets with the grant before.
    #[prost(bool, tag = "6")]
    pub store_unreachable: bool,
}
/// What becomes of it.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct SecretsAnswer {
    #[prost(oneof = "secrets_answer::Answer", tags = "1, 2, 3, 4")]
    pub answer: ::core::option::Option<secrets_answer::Answer>,
}
/// Nested message and enum types in `SecretsAnswer`.
pub mod secrets_answer {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Answer {
        #[prost(message, tag = "1")]
        Grant(super::SecretGrant),
        /// Not now, and why, for a person: "secret store unreachable". To be asked again.
        #[prost(string, tag = "2")]
        NotNow(::prost::alloc::string::String),
        /// Not on this host, and why, for a person: another may do better.
        #[prost(string, tag = "3")]
        NotHere(::prost::alloc::string::String),
        /// Not at all, and why, for a person.
        #[prost(string, tag = "4")]
        Never(::prost::alloc::string::String),
    }
}
/// The right to read some secrets, for the host that asked and nobody else.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct SecretGrant {
    /// What it is revoked by; no secret.
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(uint64, tag = "2")]
    pub life_ms: u64,
    /// Where the secrets lie: `mount/path#field`.
    #[prost(string, repeated, tag = "5")]
    pub paths: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
    #[prost(oneof = "secret_grant::Ticket", tags = "3, 4")]
    pub ticket: ::core::option::Option<secret_grant::Ticket>,
}
/// Nested message and enum types in `SecretGrant`.
pub mod secret_grant {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Ticket {
        #[prost(message, tag = "3")]
        Wrapped(super::WrappedSecrets),
        #[prost(message, tag = "4")]
        Values(super::SecretValues),
    }
}
/// A token that is good for one exchange at the store.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
#[prost(skip_debug)]
pub struct WrappedSecrets {
    /// Where the store is, as a host reaches it.
    #[prost(string, tag = "1")]
    pub address: ::prost::alloc::string::String,
    #[prost(bytes = "vec", tag = "2")]
    pub token: ::prost::alloc::vec::Vec<u8>,
}
/// The values themselves: to a host of the same machine alone.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
#[prost(skip_debug)]
pub struct SecretValues {
    /// In the order of the grant's paths.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub values: ::prost::alloc::vec::Vec<::prost::alloc::vec::Vec<u8>>,
}
/// What becomes of asking for a broker.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct BrokerAnswer {
    #[prost(oneof = "broker_answer::Answer", tags = "1, 2, 3, 4")]
    pub answer: ::core::option::Option<broker_answer::Answer>,
}
/// Nested message and enum types in `BrokerAnswer`.
pub mod broker_answer {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Answer {
        #[prost(message, tag = "1")]
        Grant(super::BrokerGrant),
        /// Not now, and why, for a person: "secret store unreachable". To be asked again.
        #[prost(string, tag = "2")]
        NotNow(::prost::alloc::string::String),
        /// Not on this host, and why, for a person: another may do better.
        #[prost(string, tag = "3")]
        NotHere(::prost::alloc::string::String),
        /// Not at all, and why, for a person.
        #[prost(string, tag = "4")]
        Never(::prost::alloc::string::String),
    }
}
/// A broker, for the host that asked and nobody else.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
#[prost(skip_debug)]
pub struct BrokerGrant {
    /// What it is revoked by; no secret.
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    /// amqp://user:password@host:port/virtual-host. A secret.
    #[prost(string, tag = "2")]
    pub url: ::prost::alloc::string::String,
}
/// Generated client implementations.
pub mod hosts_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    /// Served by every midtier.
    #[derive(Debug, Clone)]
    pub struct HostsClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl HostsClient<tonic::transport::Channel> {
        /// Attempt to create a new client by connecting to a given endpoint.
        pub async fn connect<D>(dst: D) -> Result<Self, tonic::transport::Error>
        where
            D: TryInto<tonic::transport::Endpoint>,
            D::Error: Into<StdError>,
        {
            let conn = tonic::transport::Endpoint::new(dst)?.connect().await?;
            Ok(Self::new(conn))
        }
    }
    impl<T> HostsClient<T>
    where
        T: tonic::client::GrpcService<tonic::body::Body>,
        T::Error: Into<StdError>,
        T::ResponseBody: Body<Data = Bytes> + std::marker::Send + 'static,
        <T::ResponseBody as Body>::Error: Into<StdError> + std::marker::Send,
    {
        pub fn new(inner: T) -> Self {
            let inner = tonic::client::Grpc::new(inner);
            Self { inner }
        }
        pub fn with_origin(inner: T, origin: Uri) -> Self {
            let inner = tonic::client::Grpc::with_origin(inner, origin);
            Self { inner }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> HostsClient<InterceptedService<T, F>>
        where
            F: tonic::service::Interceptor,
            T::ResponseBody: Default,
            T: tonic::codegen::Service<
                http::Request<tonic::body::Body>,
                Response = http::Response<
                    <T as tonic::client::GrpcService<tonic::body::Body>>::ResponseBody,
                >,
            >,
            <T as tonic::codegen::Service<
                http::Request<tonic::body::Body>,
            >>::Error: Into<StdError> + std::marker::Send + std::marker::Sync,
        {
            HostsClient::new(InterceptedService::new(inner, interceptor))
        }
        /// Compress requests with the given encoding.
        ///
        /// This requires the server to support it otherwise it might respond with an
        /// error.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.send_compressed(encoding);
            self
        }
        /// Enable decompressing responses.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.inner = self.inner.accept_compressed(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_decoding_message_size(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.inner = self.inner.max_encoding_message_size(limit);
            self
        }
        /// The agent sends a report when it begins, whenever something has changed, and at least three times in a lease.
        /// Each report is answered by orders; orders also come by themselves when they change. An agent whose token is unknown
        /// gets UNAUTHENTICATED, one that may not speak for its host PERMISSION_DENIED, one whose host is held by another
        /// agent that is alive ALREADY_EXISTS.
        pub async fn session(
            &mut self,
            request: impl tonic::IntoStreamingRequest<Message = super::Report>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::Orders>>,
            tonic::Status,
        > {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/leat.host.v1.Hosts/Session",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.host.v1.Hosts", "Session"));
            self.inner.streaming(req, path, codec).await
        }
        /// The agent asks for the secrets of an attempt that it holds, once everything else of it is here. The midtier knows which those are.
        /// Asked again for the same attempt, it makes a new grant, and the one before is worth nothing any more. Who may ask is as
        /// with sessions; UNAVAILABLE says that the midtier cannot look now.
        pub async fn grant_secrets(
            &mut self,
            request: impl tonic::IntoRequest<super::SecretsRequest>,
        ) -> std::result::Result<tonic::Response<super::SecretsAnswer>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/leat.host.v1.Hosts/GrantSecrets",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.host.v1.Hosts", "GrantSecrets"));
            self.inner.unary(req, path, codec).await
        }
        /// The agent asks for the broker of an attempt that is divided among hosts, where its division says so: as a user that may touch the
        /// queues of this run alone, and is gone when the attempt is over on this host. Asked again, and by whom, it is as with secrets.
        pub async fn grant_broker(
            &mut self,
            request: impl tonic::IntoRequest<super::SecretsRequest>,
        ) -> std::result::Result<tonic::Response<super::BrokerAnswer>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static(
                "/leat.host.v1.Hosts/GrantBroker",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.host.v1.Hosts", "GrantBroker"));
            self.inner.unary(req, path, codec).await
        }
    }
}
/// Generated server implementations.
pub mod hosts_server {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    /// Generated trait containing gRPC methods that should be implemented for use with HostsServer.
    #[async_trait]
    pub trait Hosts: std::marker::Send + std::marker::Sync + 'static {
        /// Server streaming response type for the Session method.
        type SessionStream: tonic::codegen::tokio_stream::Stream<
                Item = std::result::Result<super::Orders, tonic::Status>,
            >
            + std::marker::Send
            + 'static;
        /// The agent sends a report when it begins, whenever something has changed, and at least three times in a lease.
        /// Each report is answered by orders; orders also come by themselves when they change. An agent whose token is unknown
        /// gets UNAUTHENTICATED, one that may not speak for its host PERMISSION_DENIED, one whose host is held by another
        /// agent that is alive ALREADY_EXISTS.
        async fn session(
            &self,
            request: tonic::Request<tonic::Streaming<super::Report>>,
        ) -> std::result::Result<tonic::Response<Self::SessionStream>, tonic::Status>;
        /// The agent asks for the secrets of an attempt that it holds, once everything else of it is here. The midtier knows which those are.
        /// Asked again for the same attempt, it makes a new grant, and the one before is worth nothing any more. Who may ask is as
        /// with sessions; UNAVAILABLE says that the midtier cannot look now.
        async fn grant_secrets(
            &self,
            request: tonic::Request<super::SecretsRequest>,
        ) -> std::result::Result<tonic::Response<super::SecretsAnswer>, tonic::Status>;
        /// The agent asks for the broker of an attempt that is divided among hosts, where its division says so: as a user that may touch the
        /// queues of this run alone, and is gone when the attempt is over on this host. Asked again, and by whom, it is as with secrets.
        async fn grant_broker(
            &self,
            request: tonic::Request<super::SecretsRequest>,
        ) -> std::result::Result<tonic::Response<super::BrokerAnswer>, tonic::Status>;
    }
    /// Served by every midtier.
    #[derive(Debug)]
    pub struct HostsServer<T> {
        inner: Arc<T>,
        accept_compression_encodings: EnabledCompressionEncodings,
        send_compression_encodings: EnabledCompressionEncodings,
        max_decoding_message_size: Option<usize>,
        max_encoding_message_size: Option<usize>,
    }
    impl<T> HostsServer<T> {
        pub fn new(inner: T) -> Self {
            Self::from_arc(Arc::new(inner))
        }
        pub fn from_arc(inner: Arc<T>) -> Self {
            Self {
                inner,
                accept_compression_encodings: Default::default(),
                send_compression_encodings: Default::default(),
                max_decoding_message_size: None,
                max_encoding_message_size: None,
            }
        }
        pub fn with_interceptor<F>(
            inner: T,
            interceptor: F,
        ) -> InterceptedService<Self, F>
        where
            F: tonic::service::Interceptor,
        {
            InterceptedService::new(Self::new(inner), interceptor)
        }
        /// Enable decompressing requests with the given encoding.
        #[must_use]
        pub fn accept_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.accept_compression_encodings.enable(encoding);
            self
        }
        /// Compress responses with the given encoding, if the client supports it.
        #[must_use]
        pub fn send_compressed(mut self, encoding: CompressionEncoding) -> Self {
            self.send_compression_encodings.enable(encoding);
            self
        }
        /// Limits the maximum size of a decoded message.
        ///
        /// Default: `4MB`
        #[must_use]
        pub fn max_decoding_message_size(mut self, limit: usize) -> Self {
            self.max_decoding_message_size = Some(limit);
            self
        }
        /// Limits the maximum size of an encoded message.
        ///
        /// Default: `usize::MAX`
        #[must_use]
        pub fn max_encoding_message_size(mut self, limit: usize) -> Self {
            self.max_encoding_message_size = Some(limit);
            self
        }
    }
    impl<T, B> tonic::codegen::Service<http::Request<B>> for HostsServer<T>
    where
        T: Hosts,
        B: Body + std::marker::Send + 'static,
        B::Error: Into<StdError> + std::marker::Send + 'static,
    {
        type Response = http::Response<tonic::body::Body>;
        type Error = std::convert::Infallible;
        type Future = BoxFuture<Self::Response, Self::Error>;
        fn poll_ready(
            &mut self,
            _cx: &mut Context<'_>,
        ) -> Poll<std::result::Result<(), Self::Error>> {
            Poll::Ready(Ok(()))
        }
        fn call(&mut self, req: http::Request<B>) -> Self::Future {
            match req.uri().path() {
                "/leat.host.v1.Hosts/Session" => {
                    #[allow(non_camel_case_types)]
                    struct SessionSvc<T: Hosts>(pub Arc<T>);
                    impl<T: Hosts> tonic::server::StreamingService<super::Report>
                    for SessionSvc<T> {
                        type Response = super::Orders;
                        type ResponseStream = T::SessionStream;
                        type Future = BoxFuture<
                            tonic::Response<Self::ResponseStream>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<tonic::Streaming<super::Report>>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Hosts>::session(&inner, request).await
                            };
                            Box::pin(fut)
                        }
                    }
                    let accept_compression_encodings = self.accept_compression_encodings;
                    let send_compression_encodings = self.send_compression_encodings;
                    let max_decoding_message_size = self.max_decoding_message_size;
                    let max_encoding_message_size = self.max_encoding_message_size;
                    let inner = self.inner.clone();
                    let fut = async move {
                        let method = SessionSvc(inner);
                        let codec = tonic_prost::ProstCodec::default();
                        let mut grpc = tonic::server::Grpc::new(codec)
                            .apply_compression_config(
                                accept_compression_encodings,
                                send_compression_encodings,
                            )
                            .apply_max_message_size_config(
                                max_decoding_message_size,
                                max_encoding_message_size,
                            );
                        let res = grpc.streaming(method, req).await;
                        Ok(res)
                    };
                    Box::pin(fut)
                }
                "/leat.host.v1.Hosts/GrantSecrets" => {
                    #[allow(non_camel_case_types)]
                    struct GrantSecretsSvc<T: Hosts>(pub Arc<T>);
                    impl<T: Hosts> tonic::server::UnaryService<super::SecretsRequest>
                    for GrantSecretsSvc<T> {
                        type Response = super::SecretsAnswer;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::SecretsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Hosts>::grant_secrets(&inner, request).await
                            };
                            Box::pin(fut)
                        }
                    }
                    let accept_compression_encodings = self.accept_compression_encodings;
                    let send_compression_encodings = self.send_compression_encodings;
                    let max_decoding_message_size = self.max_decoding_message_size;
                    let max_encoding_message_size = self.max_encoding_message_size;
                    let inner = self.inner.clone();
                    let fut = async move {
                        let method = GrantSecretsSvc(inner);
                        let codec = tonic_prost::ProstCodec::default();
                        let mut grpc = tonic::server::Grpc::new(codec)
                            .apply_compression_config(
                                accept_compression_encodings,
                                send_compression_encodings,
                            )
                            .apply_max_message_size_config(
                                max_decoding_message_size,
                                max_encoding_message_size,
                            );
                        let res = grpc.unary(method, req).await;
                        Ok(res)
                    };
                    Box::pin(fut)
                }
                "/leat.host.v1.Hosts/GrantBroker" => {
                    #[allow(non_camel_case_types)]
                    struct GrantBrokerSvc<T: Hosts>(pub Arc<T>);
                    impl<T: Hosts> tonic::server::UnaryService<super::SecretsRequest>
                    for GrantBrokerSvc<T> {
                        type Response = super::BrokerAnswer;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::SecretsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Hosts>::grant_broker(&inner, request).await
                            };
                            Box::pin(fut)
                        }
                    }
                    let accept_compression_encodings = self.accept_compression_encodings;
                    let send_compression_encodings = self.send_compression_encodings;
                    let max_decoding_message_size = self.max_decoding_message_size;
                    let max_encoding_message_size = self.max_encoding_message_size;
                    let inner = self.inner.clone();
                    let fut = async move {
                        let method = GrantBrokerSvc(inner);
                        let codec = tonic_prost::ProstCodec::default();
                        let mut grpc = tonic::server::Grpc::new(codec)
                            .apply_compression_config(
                                accept_compression_encodings,
                                send_compression_encodings,
                            )
                            .apply_max_message_size_config(
                                max_decoding_message_size,
                                max_encoding_message_size,
                            );
                        let res = grpc.unary(method, req).await;
                        Ok(res)
                    };
                    Box::pin(fut)
                }
                _ => {
                    Box::pin(async move {
                        let mut response = http::Response::new(
                            tonic::body::Body::default(),
                        );
                        let headers = response.headers_mut();
                        headers
                            .insert(
                                tonic::Status::GRPC_STATUS,
                                (tonic::Code::Unimplemented as i32).into(),
                            );
                        headers
                            .insert(
                                http::header::CONTENT_TYPE,
                                tonic::metadata::GRPC_CONTENT_TYPE,
                            );
                        Ok(response)
                    })
                }
            }
        }
    }
    impl<T> Clone for HostsServer<T> {
        fn clone(&self) -> Self {
            let inner = self.inner.clone();
            Self {
                inner,
                accept_compression_encodings: self.accept_compression_encodings,
                send_compression_encodings: self.send_compression_encodings,
                max_decoding_message_size: self.max_decoding_message_size,
                max_encoding_message_size: self.max_encoding_message_size,
            }
        }
    }
    /// Generated gRPC service name
    pub const SERVICE_NAME: &str = "leat.host.v1.Hosts";
    impl<T> tonic::server::NamedService for HostsServer<T> {
        const NAME: &'static str = SERVICE_NAME;
    }
}
/// The compiled description of the protocol.
pub const DESCRIPTORS: &[u8] = &[
10, 191, 129, 1, 10, 23, 108, 101, 97, 116, 47, 104, 111, 115, 116, 47, 118, 49, 47, 104, 111, 115, 116, 46, 112, 114, 111, 116, 111, 18, 12, 108,
101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 34, 252, 1, 10, 6, 82, 101, 112, 111, 114, 116, 18, 18, 10, 4, 104, 111, 115, 116, 24, 1,
32, 1, 40, 9, 82, 4, 104, 111, 115, 116, 18, 32, 10, 11, 105, 110, 99, 97, 114, 110, 97, 116, 105, 111, 110, 24, 2, 32, 1, 40, 9, 82,
11, 105, 110, 99, 97, 114, 110, 97, 116, 105, 111, 110, 18, 22, 10, 6, 110, 117, 109, 98, 101, 114, 24, 3, 32, 1, 40, 4, 82, 6, 110, 117,
109, 98, 101, 114, 18, 47, 10, 7, 109, 97, 99, 104, 105, 110, 101, 24, 4, 32, 1, 40, 11, 50, 21, 46, 108, 101, 97, 116, 46, 104, 111, 115,
116, 46, 118, 49, 46, 77, 97, 99, 104, 105, 110, 101, 82, 7, 109, 97, 99, 104, 105, 110, 101, 18, 43, 10, 4, 114, 117, 110, 115, 24, 5, 32,
3, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 82, 117, 110, 82, 101, 112, 111, 114, 116, 82, 4, 114, 117,
110, 115, 18, 42, 10, 4, 108, 111, 103, 115, 24, 6, 32, 3, 40, 11, 50, 22, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46,
76, 111, 103, 80, 105, 101, 99, 101, 82, 4, 108, 111, 103, 115, 18, 26, 10, 8, 102, 97, 114, 101, 119, 101, 108, 108, 24, 7, 32, 1, 40, 8,
82, 8, 102, 97, 114, 101, 119, 101, 108, 108, 34, 160, 2, 10, 7, 77, 97, 99, 104, 105, 110, 101, 18, 33, 10, 12, 108, 101, 97, 116, 95, 118,
101, 114, 115, 105, 111, 110, 24, 1, 32, 1, 40, 9, 82, 11, 108, 101, 97, 116, 86, 101, 114, 115, 105, 111, 110, 18, 34, 10, 12, 97, 114, 99,
104, 105, 116, 101, 99, 116, 117, 114, 101, 24, 2, 32, 1, 40, 9, 82, 12, 97, 114, 99, 104, 105, 116, 101, 99, 116, 117, 114, 101, 18, 22, 10,
6, 114, 101, 103, 105, 111, 110, 24, 3, 32, 1, 40, 9, 82, 6, 114, 101, 103, 105, 111, 110, 18, 57, 10, 6, 108, 97, 98, 101, 108, 115, 24,
4, 32, 3, 40, 11, 50, 33, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 77, 97, 99, 104, 105, 110, 101, 46, 76, 97, 98,
101, 108, 115, 69, 110, 116, 114, 121, 82, 6, 108, 97, 98, 101, 108, 115, 18, 29, 10, 10, 99, 112, 117, 95, 109, 105, 108, 108, 105, 115, 24, 5,
32, 1, 40, 4, 82, 9, 99, 112, 117, 77, 105, 108, 108, 105, 115, 18, 33, 10, 12, 109, 101, 109, 111, 114, 121, 95, 98, 121, 116, 101, 115, 24,
6, 32, 1, 40, 4, 82, 11, 109, 101, 109, 111, 114, 121, 66, 121, 116, 101, 115, 26, 57, 10, 11, 76, 97, 98, 101, 108, 115, 69, 110, 116, 114,
121, 18, 16, 10, 3, 107, 101, 121, 24, 1, 32, 1, 40, 9, 82, 3, 107, 101, 121, 18, 20, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32, 1,
40, 9, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1, 34, 189, 2, 10, 9, 82, 117, 110, 82, 101, 112, 111, 114, 116, 18, 16, 10, 3, 114,
117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 18, 30, 10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 24, 2, 32, 1, 40,
4, 82, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 52, 10, 8, 115, 116, 97, 114, 116, 105, 110, 103, 24, 3, 32, 1, 40, 11, 50,
22, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 83, 116, 97, 114, 116, 105, 110, 103, 72, 0, 82, 8, 115, 116, 97, 114, 116,
105, 110, 103, 18, 49, 10, 7, 114, 117, 110, 110, 105, 110, 103, 24, 4, 32, 1, 40, 11, 50, 21, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116,
46, 118, 49, 46, 82, 117, 110, 110, 105, 110, 103, 72, 0, 82, 7, 114, 117, 110, 110, 105, 110, 103, 18, 43, 10, 5, 101, 110, 100, 101, 100, 24,
5, 32, 1, 40, 11, 50, 19, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 69, 110, 100, 101, 100, 72, 0, 82, 5, 101, 110,
100, 101, 100, 18, 56, 10, 10, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 24, 6, 32, 1, 40, 11, 50, 24, 46, 108, 101, 97, 116, 46, 104,
111, 115, 116, 46, 118, 49, 46, 67, 104, 101, 99, 107, 112, 111, 105, 110, 116, 82, 10, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 18, 37, 10,
14, 110, 111, 95, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 115, 24, 7, 32, 1, 40, 9, 82, 13, 110, 111, 67, 104, 101, 99, 107, 112, 111,
105, 110, 116, 115, 66, 7, 10, 5, 115, 116, 97, 116, 101, 34, 56, 10, 10, 67, 104, 101, 99, 107, 112, 111, 105, 110, 116, 18, 22, 10, 6, 110,
117, 109, 98, 101, 114, 24, 1, 32, 1, 40, 4, 82, 6, 110, 117, 109, 98, 101, 114, 18, 18, 10, 4, 108, 105, 115, 116, 24, 2, 32, 1, 40,
9, 82, 4, 108, 105, 115, 116, 34, 32, 10, 8, 83, 116, 97, 114, 116, 105, 110, 103, 18, 20, 10, 5, 100, 111, 105, 110, 103, 24, 1, 32, 1,
40, 9, 82, 5, 100, 111, 105, 110, 103, 34, 42, 10, 7, 82, 117, 110, 110, 105, 110, 103, 18, 31, 10, 11, 115, 116, 97, 116, 117, 115, 95, 106,
115, 111, 110, 24, 1, 32, 1, 40, 9, 82, 10, 115, 116, 97, 116, 117, 115, 74, 115, 111, 110, 34, 220, 2, 10, 5, 69, 110, 100, 101, 100, 18,
53, 10, 7, 111, 117, 116, 99, 111, 109, 101, 24, 1, 32, 1, 40, 14, 50, 27, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46,
69, 110, 100, 101, 100, 46, 79, 117, 116, 99, 111, 109, 101, 82, 7, 111, 117, 116, 99, 111, 109, 101, 18, 22, 10, 6, 114, 101, 97, 115, 111, 110,
24, 2, 32, 1, 40, 9, 82, 6, 114, 101, 97, 115, 111, 110, 18, 31, 10, 11, 114, 101, 112, 111, 114, 116, 95, 106, 115, 111, 110, 24, 3, 32,
1, 40, 9, 82, 10, 114, 101, 112, 111, 114, 116, 74, 115, 111, 110, 18, 46, 10, 7, 111, 117, 116, 112, 117, 116, 115, 24, 4, 32, 3, 40, 11,
50, 20, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 79, 117, 116, 112, 117, 116, 82, 7, 111, 117, 116, 112, 117, 116, 115, 18,
31, 10, 11, 100, 101, 97, 116, 104, 115, 95, 106, 115, 111, 110, 24, 5, 32, 1, 40, 9, 82, 10, 100, 101, 97, 116, 104, 115, 74, 115, 111, 110,
18, 22, 10, 6, 116, 97, 117, 103, 104, 116, 24, 6, 32, 1, 40, 8, 82, 6, 116, 97, 117, 103, 104, 116, 34, 122, 10, 7, 79, 117, 116, 99,
111, 109, 101, 18, 23, 10, 19, 79, 85, 84, 67, 79, 77, 69, 95, 85, 78, 83, 80, 69, 67, 73, 70, 73, 69, 68, 16, 0, 18, 21, 10, 17,
79, 85, 84, 67, 79, 77, 69, 95, 83, 85, 67, 67, 69, 69, 68, 69, 68, 16, 1, 18, 18, 10, 14, 79, 85, 84, 67, 79, 77, 69, 95, 70,
65, 73, 76, 69, 68, 16, 2, 18, 19, 10, 15, 79, 85, 84, 67, 79, 77, 69, 95, 83, 84, 79, 80, 80, 69, 68, 16, 3, 18, 22, 10, 18,
79, 85, 84, 67, 79, 77, 69, 95, 72, 79, 83, 84, 95, 70, 65, 85, 76, 84, 16, 4, 34, 74, 10, 6, 79, 117, 116, 112, 117, 116, 18, 18,
10, 4, 112, 97, 116, 104, 24, 1, 32, 1, 40, 9, 82, 4, 112, 97, 116, 104, 18, 22, 10, 6, 100, 105, 103, 101, 115, 116, 24, 2, 32, 1,
40, 9, 82, 6, 100, 105, 103, 101, 115, 116, 18, 20, 10, 5, 98, 121, 116, 101, 115, 24, 3, 32, 1, 40, 4, 82, 5, 98, 121, 116, 101, 115,
34, 124, 10, 8, 76, 111, 103, 80, 105, 101, 99, 101, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 18, 30,
10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 24, 2, 32, 1, 40, 4, 82, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 18,
10, 4, 110, 111, 100, 101, 24, 3, 32, 1, 40, 9, 82, 4, 110, 111, 100, 101, 18, 22, 10, 6, 111, 102, 102, 115, 101, 116, 24, 4, 32, 1,
40, 4, 82, 6, 111, 102, 102, 115, 101, 116, 18, 18, 10, 4, 116, 101, 120, 116, 24, 5, 32, 1, 40, 12, 82, 4, 116, 101, 120, 116, 34, 107,
10, 6, 79, 114, 100, 101, 114, 115, 18, 24, 10, 7, 97, 110, 115, 119, 101, 114, 115, 24, 1, 32, 1, 40, 4, 82, 7, 97, 110, 115, 119, 101,
114, 115, 18, 25, 10, 8, 108, 101, 97, 115, 101, 95, 109, 115, 24, 2, 32, 1, 40, 13, 82, 7, 108, 101, 97, 115, 101, 77, 115, 18, 44, 10,
4, 114, 117, 110, 115, 24, 3, 32, 3, 40, 11, 50, 24, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 65, 115, 115, 105, 103,
110, 109, 101, 110, 116, 82, 4, 114, 117, 110, 115, 34, 211, 3, 10, 10, 65, 115, 115, 105, 103, 110, 109, 101, 110, 116, 18, 16, 10, 3, 114, 117,
110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 18, 30, 10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 24, 2, 32, 1, 40, 4,
82, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 22, 10, 6, 98, 117, 110, 100, 108, 101, 24, 3, 32, 1, 40, 9, 82, 6, 98, 117,
110, 100, 108, 101, 18, 29, 10, 10, 115, 116, 97, 114, 116, 101, 100, 95, 117, 115, 24, 4, 32, 1, 40, 3, 82, 9, 115, 116, 97, 114, 116, 101,
100, 85, 115, 18, 18, 10, 4, 115, 101, 101, 100, 24, 5, 32, 1, 40, 4, 82, 4, 115, 101, 101, 100, 18, 18, 10, 4, 115, 116, 111, 112, 24,
6, 32, 1, 40, 8, 82, 4, 115, 116, 111, 112, 18, 29, 10, 10, 99, 112, 117, 95, 109, 105, 108, 108, 105, 115, 24, 7, 32, 1, 40, 4, 82,
9, 99, 112, 117, 77, 105, 108, 108, 105, 115, 18, 33, 10, 12, 109, 101, 109, 111, 114, 121, 95, 98, 121, 116, 101, 115, 24, 8, 32, 1, 40, 4,
82, 11, 109, 101, 109, 111, 114, 121, 66, 121, 116, 101, 115, 18, 50, 10, 8, 100, 105, 118, 105, 115, 105, 111, 110, 24, 9, 32, 1, 40, 11, 50,
22, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 68, 105, 118, 105, 115, 105, 111, 110, 82, 8, 100, 105, 118, 105, 115, 105, 111,
110, 18, 32, 10, 11, 116, 114, 97, 99, 101, 112, 97, 114, 101, 110, 116, 24, 10, 32, 1, 40, 9, 82, 11, 116, 114, 97, 99, 101, 112, 97, 114,
101, 110, 116, 18, 46, 10, 19, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 95, 101, 118, 101, 114, 121, 95, 109, 115, 24, 11, 32, 1, 40, 4,
82, 17, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 69, 118, 101, 114, 121, 77, 115, 18, 30, 10, 10, 99, 104, 101, 99, 107, 112, 111, 105, 110,
116, 24, 12, 32, 3, 40, 9, 82, 10, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 18, 43, 10, 17, 99, 104, 101, 99, 107, 112, 111, 105, 110,
116, 95, 119, 97, 110, 116, 101, 100, 24, 13, 32, 1, 40, 4, 82, 16, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 87, 97, 110, 116, 101, 100,
18, 31, 10, 11, 100, 101, 97, 116, 104, 115, 95, 106, 115, 111, 110, 24, 14, 32, 1, 40, 9, 82, 10, 100, 101, 97, 116, 104, 115, 74, 115, 111,
110, 34, 161, 1, 10, 8, 68, 105, 118, 105, 115, 105, 111, 110, 18, 43, 10, 6, 115, 104, 97, 114, 101, 115, 24, 1, 32, 3, 40, 11, 50, 19,
46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 83, 104, 97, 114, 101, 82, 6, 115, 104, 97, 114, 101, 115, 18, 18, 10, 4, 109,
105, 110, 101, 24, 2, 32, 1, 40, 13, 82, 4, 109, 105, 110, 101, 18, 22, 10, 6, 98, 114, 111, 107, 101, 114, 24, 3, 32, 1, 40, 9, 82,
6, 98, 114, 111, 107, 101, 114, 18, 20, 10, 5, 112, 97, 114, 116, 115, 24, 4, 32, 1, 40, 13, 82, 5, 112, 97, 114, 116, 115, 18, 38, 10,
15, 97, 115, 107, 115, 95, 102, 111, 114, 95, 98, 114, 111, 107, 101, 114, 24, 5, 32, 1, 40, 8, 82, 13, 97, 115, 107, 115, 70, 111, 114, 66,
114, 111, 107, 101, 114, 34, 49, 10, 5, 83, 104, 97, 114, 101, 18, 18, 10, 4, 104, 111, 115, 116, 24, 1, 32, 1, 40, 9, 82, 4, 104, 111,
115, 116, 18, 20, 10, 5, 112, 97, 114, 116, 115, 24, 2, 32, 3, 40, 9, 82, 5, 112, 97, 114, 116, 115, 34, 191, 1, 10, 14, 83, 101, 99,
114, 101, 116, 115, 82, 101, 113, 117, 101, 115, 116, 18, 18, 10, 4, 104, 111, 115, 116, 24, 1, 32, 1, 40, 9, 82, 4, 104, 111, 115, 116, 18,
32, 10, 11, 105, 110, 99, 97, 114, 110, 97, 116, 105, 111, 110, 24, 2, 32, 1, 40, 9, 82, 11, 105, 110, 99, 97, 114, 110, 97, 116, 105, 111,
110, 18, 16, 10, 3, 114, 117, 110, 24, 3, 32, 1, 40, 9, 82, 3, 114, 117, 110, 18, 30, 10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111,
110, 24, 4, 32, 1, 40, 4, 82, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 24, 10, 7, 109, 97, 99, 104, 105, 110, 101, 24, 5,
32, 1, 40, 9, 82, 7, 109, 97, 99, 104, 105, 110, 101, 18, 43, 10, 17, 115, 116, 111, 114, 101, 95, 117, 110, 114, 101, 97, 99, 104, 97, 98,
108, 101, 24, 6, 32, 1, 40, 8, 82, 16, 115, 116, 111, 114, 101, 85, 110, 114, 101, 97, 99, 104, 97, 98, 108, 101, 34, 156, 1, 10, 13, 83,
101, 99, 114, 101, 116, 115, 65, 110, 115, 119, 101, 114, 18, 49, 10, 5, 103, 114, 97, 110, 116, 24, 1, 32, 1, 40, 11, 50, 25, 46, 108, 101,
97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 83, 101, 99, 114, 101, 116, 71, 114, 97, 110, 116, 72, 0, 82, 5, 103, 114, 97, 110, 116, 18,
25, 10, 7, 110, 111, 116, 95, 110, 111, 119, 24, 2, 32, 1, 40, 9, 72, 0, 82, 6, 110, 111, 116, 78, 111, 119, 18, 27, 10, 8, 110, 111,
116, 95, 104, 101, 114, 101, 24, 3, 32, 1, 40, 9, 72, 0, 82, 7, 110, 111, 116, 72, 101, 114, 101, 18, 22, 10, 5, 110, 101, 118, 101, 114,
24, 4, 32, 1, 40, 9, 72, 0, 82, 5, 110, 101, 118, 101, 114, 66, 8, 10, 6, 97, 110, 115, 119, 101, 114, 34, 198, 1, 10, 11, 83, 101,
99, 114, 101, 116, 71, 114, 97, 110, 116, 18, 14, 10, 2, 105, 100, 24, 1, 32, 1, 40, 9, 82, 2, 105, 100, 18, 23, 10, 7, 108, 105, 102,
101, 95, 109, 115, 24, 2, 32, 1, 40, 4, 82, 6, 108, 105, 102, 101, 77, 115, 18, 56, 10, 7, 119, 114, 97, 112, 112, 101, 100, 24, 3, 32,
1, 40, 11, 50, 28, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 87, 114, 97, 112, 112, 101, 100, 83, 101, 99, 114, 101, 116,
115, 72, 0, 82, 7, 119, 114, 97, 112, 112, 101, 100, 18, 52, 10, 6, 118, 97, 108, 117, 101, 115, 24, 4, 32, 1, 40, 11, 50, 26, 46, 108,
101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 83, 101, 99, 114, 101, 116, 86, 97, 108, 117, 101, 115, 72, 0, 82, 6, 118, 97, 108, 117,
101, 115, 18, 20, 10, 5, 112, 97, 116, 104, 115, 24, 5, 32, 3, 40, 9, 82, 5, 112, 97, 116, 104, 115, 66, 8, 10, 6, 116, 105, 99, 107,
101, 116, 34, 64, 10, 14, 87, 114, 97, 112, 112, 101, 100, 83, 101, 99, 114, 101, 116, 115, 18, 24, 10, 7, 97, 100, 100, 114, 101, 115, 115, 24,
1, 32, 1, 40, 9, 82, 7, 97, 100, 100, 114, 101, 115, 115, 18, 20, 10, 5, 116, 111, 107, 101, 110, 24, 2, 32, 1, 40, 12, 82, 5, 116,
111, 107, 101, 110, 34, 38, 10, 12, 83, 101, 99, 114, 101, 116, 86, 97, 108, 117, 101, 115, 18, 22, 10, 6, 118, 97, 108, 117, 101, 115, 24, 1,
32, 3, 40, 12, 82, 6, 118, 97, 108, 117, 101, 115, 34, 155, 1, 10, 12, 66, 114, 111, 107, 101, 114, 65, 110, 115, 119, 101, 114, 18, 49, 10,
5, 103, 114, 97, 110, 116, 24, 1, 32, 1, 40, 11, 50, 25, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 66, 114, 111, 107,
101, 114, 71, 114, 97, 110, 116, 72, 0, 82, 5, 103, 114, 97, 110, 116, 18, 25, 10, 7, 110, 111, 116, 95, 110, 111, 119, 24, 2, 32, 1, 40,
9, 72, 0, 82, 6, 110, 111, 116, 78, 111, 119, 18, 27, 10, 8, 110, 111, 116, 95, 104, 101, 114, 101, 24, 3, 32, 1, 40, 9, 72, 0, 82,
7, 110, 111, 116, 72, 101, 114, 101, 18, 22, 10, 5, 110, 101, 118, 101, 114, 24, 4, 32, 1, 40, 9, 72, 0, 82, 5, 110, 101, 118, 101, 114,
66, 8, 10, 6, 97, 110, 115, 119, 101, 114, 34, 47, 10, 11, 66, 114, 111, 107, 101, 114, 71, 114, 97, 110, 116, 18, 14, 10, 2, 105, 100, 24,
1, 32, 1, 40, 9, 82, 2, 105, 100, 18, 16, 10, 3, 117, 114, 108, 24, 2, 32, 1, 40, 9, 82, 3, 117, 114, 108, 50, 214, 1, 10, 5,
72, 111, 115, 116, 115, 18, 57, 10, 7, 83, 101, 115, 115, 105, 111, 110, 18, 20, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46,
82, 101, 112, 111, 114, 116, 26, 20, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 79, 114, 100, 101, 114, 115, 40, 1, 48, 1,
18, 73, 10, 12, 71, 114, 97, 110, 116, 83, 101, 99, 114, 101, 116, 115, 18, 28, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46,
83, 101, 99, 114, 101, 116, 115, 82, 101, 113, 117, 101, 115, 116, 26, 27, 46, 108, 101, 97, 116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 83, 101,
99, 114, 101, 116, 115, 65, 110, 115, 119, 101, 114, 18, 71, 10, 11, 71, 114, 97, 110, 116, 66, 114, 111, 107, 101, 114, 18, 28, 46, 108, 101, 97,
116, 46, 104, 111, 115, 116, 46, 118, 49, 46, 83, 101, 99, 114, 101, 116, 115, 82, 101, 113, 117, 101, 115, 116, 26, 26, 46, 108, 101, 97, 116, 46,
104, 111, 115, 116, 46, 118, 49, 46, 66, 114, 111, 107, 101, 114, 65, 110, 115, 119, 101, 114, 74, 164, 102, 10, 7, 18, 5, 4, 0, 144, 2, 1,
10, 8, 10, 1, 2, 18, 3, 6, 0, 21, 10, 45, 10, 2, 4, 0, 18, 4, 27, 0, 43, 1, 26, 33, 32, 65, 108, 108, 32, 116, 104, 97,
116, 32, 97, 32, 104, 111, 115, 116, 32, 104, 111, 108, 100, 115, 32, 97, 110, 100, 32, 100, 111, 101, 115, 46, 10, 10, 10, 10, 3, 4, 0, 1,
18, 3, 27, 8, 14, 10, 57, 10, 4, 4, 0, 2, 0, 18, 3, 29, 2, 18, 26, 44, 32, 84, 104, 101, 32, 104, 111, 115, 116, 39, 115, 32,
110, 97, 109, 101, 44, 32, 97, 115, 32, 116, 104, 101, 32, 111, 112, 101, 114, 97, 116, 111, 114, 32, 119, 114, 111, 116, 101, 32, 105, 116, 46, 10,
10, 12, 10, 5, 4, 0, 2, 0, 1, 18, 3, 29, 9, 13, 10, 12, 10, 5, 4, 0, 2, 0, 3, 18, 3, 29, 16, 17, 10, 12, 10, 5,
4, 0, 2, 0, 5, 18, 3, 29, 2, 8, 10, 87, 10, 4, 4, 0, 2, 1, 18, 3, 31, 2, 25, 26, 74, 32, 77, 97, 100, 101, 32, 97,
110, 101, 119, 32, 119, 104, 101, 110, 101, 118, 101, 114, 32, 116, 104, 101, 32, 97, 103, 101, 110, 116, 32, 115, 116, 97, 114, 116, 115, 58, 32, 116,
101, 108, 108, 115, 32, 116, 119, 111, 32, 97, 103, 101, 110, 116, 115, 32, 111, 102, 32, 111, 110, 101, 32, 110, 97, 109, 101, 32, 97, 112, 97, 114,
116, 46, 10, 10, 12, 10, 5, 4, 0, 2, 1, 1, 18, 3, 31, 9, 20, 10, 12, 10, 5, 4, 0, 2, 1, 3, 18, 3, 31, 23, 24, 10,
12, 10, 5, 4, 0, 2, 1, 5, 18, 3, 31, 2, 8, 10, 67, 10, 4, 4, 0, 2, 2, 18, 3, 33, 2, 20, 26, 54, 32, 70, 114, 111,
109, 32, 49, 44, 32, 99, 111, 117, 110, 116, 101, 100, 32, 117, 112, 32, 119, 105, 116, 104, 32, 101, 97, 99, 104, 32, 114, 101, 112, 111, 114, 116,
32, 111, 102, 32, 116, 104, 105, 115, 32, 115, 101, 115, 115, 105, 111, 110, 46, 10, 10, 12, 10, 5, 4, 0, 2, 2, 1, 18, 3, 33, 9, 15,
10, 12, 10, 5, 4, 0, 2, 2, 3, 18, 3, 33, 18, 19, 10, 12, 10, 5, 4, 0, 2, 2, 5, 18, 3, 33, 2, 8, 10, 66, 10, 4,
4, 0, 2, 3, 18, 3, 35, 2, 22, 26, 53, 32, 87, 104, 97, 116, 32, 116, 104, 101, 32, 104, 111, 115, 116, 32, 105, 115, 46, 32, 79, 110,
108, 121, 32, 105, 110, 32, 97, 32, 115, 101, 115, 115, 105, 111, 110, 39, 115, 32, 102, 105, 114, 115, 116, 32, 114, 101, 112, 111, 114, 116, 46, 10,
10, 12, 10, 5, 4, 0, 2, 3, 1, 18, 3, 35, 10, 17, 10, 12, 10, 5, 4, 0, 2, 3, 3, 18, 3, 35, 20, 21, 10, 12, 10, 5,
4, 0, 2, 3, 6, 18, 3, 35, 2, 9, 10, 97, 10, 4, 4, 0, 2, 4, 18, 3, 37, 2, 30, 26, 84, 32, 69, 118, 101, 114, 121, 32,
114, 117, 110, 32, 116, 104, 101, 32, 104, 111, 115, 116, 32, 104, 111, 108, 100, 115, 44, 32, 101, 110, 100, 101, 100, 32, 111, 110, 101, 115, 32, 116,
111, 111, 32, 117, 110, 116, 105, 108, 32, 116, 104, 101, 121, 32, 110, 111, 32, 108, 111, 110, 103, 101, 114, 32, 115, 116, 97, 110, 100, 32, 105, 110,
32, 116, 104, 101, 32, 111, 114, 100, 101, 114, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 4, 1, 18, 3, 37, 21, 25, 10, 12, 10, 5, 4,
0, 2, 4, 3, 18, 3, 37, 28, 29, 10, 12, 10, 5, 4, 0, 2, 4, 4, 18, 3, 37, 2, 10, 10, 12, 10, 5, 4, 0, 2, 4, 6,
18, 3, 37, 11, 20, 10, 60, 10, 4, 4, 0, 2, 5, 18, 3, 39, 2, 29, 26, 47, 32, 87, 104, 97, 116, 32, 110, 111, 100, 101, 115, 32,
104, 97, 118, 101, 32, 108, 111, 103, 103, 101, 100, 32, 115, 105, 110, 99, 101, 32, 116, 104, 101, 32, 108, 97, 115, 116, 32, 114, 101, 112, 111, 114,
116, 46, 10, 10, 12, 10, 5, 4, 0, 2, 5, 1, 18, 3, 39, 20, 24, 10, 12, 10, 5, 4, 0, 2, 5, 3, 18, 3, 39, 27, 28, 10,
12, 10, 5, 4, 0, 2, 5, 4, 18, 3, 39, 2, 10, 10, 12, 10, 5, 4, 0, 2, 5, 6, 18, 3, 39, 11, 19, 10, 218, 1, 10, 4,
4, 0, 2, 6, 18, 3, 42, 2, 20, 26, 204, 1, 32, 84, 104, 101, 32, 97, 103, 101, 110, 116, 32, 101, 110, 100, 115, 58, 32, 110, 111, 116,
104, 105, 110, 103, 32, 105, 115, 32, 97, 116, 32, 119, 111, 114, 107, 32, 97, 110, 121, 32, 109, 111, 114, 101, 44, 32, 97, 110, 100, 32, 116, 104,
105, 115, 32, 105, 115, 32, 105, 116, 115, 32, 108, 97, 115, 116, 32, 119, 111, 114, 100, 46, 32, 65, 32, 115, 101, 115, 115, 105, 111, 110, 32, 116,
104, 97, 116, 32, 101, 110, 100, 115, 32, 119, 105, 116, 104, 111, 117, 116, 32, 105, 116, 32, 115, 97, 121, 115, 32, 110, 111, 116, 104, 105, 110, 103,
32, 111, 102, 32, 116, 104, 101, 32, 104, 111, 115, 116, 58, 32, 97, 10, 32, 99, 97, 110, 99, 101, 108, 108, 101, 100, 32, 99, 97, 108, 108, 32,
108, 111, 111, 107, 115, 32, 116, 111, 32, 116, 104, 101, 32, 109, 105, 100, 116, 105, 101, 114, 32, 108, 105, 107, 101, 32, 111, 110, 101, 32, 116, 104,
97, 116, 32, 104, 97, 115, 32, 99, 111, 109, 101, 32, 116, 111, 32, 105, 116, 115, 32, 101, 110, 100, 46, 10, 10, 12, 10, 5, 4, 0, 2, 6,
1, 18, 3, 42, 7, 15, 10, 12, 10, 5, 4, 0, 2, 6, 3, 18, 3, 42, 18, 19, 10, 12, 10, 5, 4, 0, 2, 6, 5, 18, 3, 42,
2, 6, 10, 29, 10, 2, 4, 1, 18, 4, 46, 0, 57, 1, 26, 17, 32, 87, 104, 97, 116, 32, 97, 32, 104, 111, 115, 116, 32, 105, 115, 46,
10, 10, 10, 10, 3, 4, 1, 1, 18, 3, 46, 8, 15, 10, 11, 10, 4, 4, 1, 2, 0, 18, 3, 47, 2, 26, 10, 12, 10, 5, 4, 1,
2, 0, 1, 18, 3, 47, 9, 21, 10, 12, 10, 5, 4, 1, 2, 0, 3, 18, 3, 47, 24, 25, 10, 12, 10, 5, 4, 1, 2, 0, 5, 18,
3, 47, 2, 8, 10, 49, 10, 4, 4, 1, 2, 1, 18, 3, 49, 2, 26, 26, 36, 32, 65, 115, 32, 82, 117, 115, 116, 32, 99, 97, 108, 108,
115, 32, 105, 116, 58, 32, 120, 56, 54, 95, 54, 52, 44, 32, 97, 97, 114, 99, 104, 54, 52, 46, 10, 10, 12, 10, 5, 4, 1, 2, 1, 1,
18, 3, 49, 9, 21, 10, 12, 10, 5, 4, 1, 2, 1, 3, 18, 3, 49, 24, 25, 10, 12, 10, 5, 4, 1, 2, 1, 5, 18, 3, 49, 2,
8, 10, 75, 10, 4, 4, 1, 2, 2, 18, 3, 51, 2, 20, 26, 62, 32, 87, 104, 101, 114, 101, 32, 100, 97, 116, 97, 32, 116, 104, 97, 116,
32, 105, 115, 32, 98, 111, 117, 110, 100, 32, 116, 111, 32, 97, 32, 114, 101, 103, 105, 111, 110, 32, 109, 97, 121, 32, 103, 111, 59, 32, 101, 109,
112, 116, 121, 32, 102, 111, 114, 32, 110, 111, 110, 101, 46, 10, 10, 12, 10, 5, 4, 1, 2, 2, 1, 18, 3, 51, 9, 15, 10, 12, 10, 5,
4, 1, 2, 2, 3, 18, 3, 51, 18, 19, 10, 12, 10, 5, 4, 1, 2, 2, 5, 18, 3, 51, 2, 8, 10, 11, 10, 4, 4, 1, 2, 3,
18, 3, 52, 2, 33, 10, 12, 10, 5, 4, 1, 2, 3, 1, 18, 3, 52, 22, 28, 10, 12, 10, 5, 4, 1, 2, 3, 3, 18, 3, 52, 31,
32, 10, 12, 10, 5, 4, 1, 2, 3, 6, 18, 3, 52, 2, 21, 10, 55, 10, 4, 4, 1, 2, 4, 18, 3, 54, 2, 24, 26, 42, 32, 84,
104, 111, 117, 115, 97, 110, 100, 116, 104, 115, 32, 111, 102, 32, 97, 32, 99, 111, 114, 101, 32, 116, 104, 97, 116, 32, 114, 117, 110, 115, 32, 109,
97, 121, 32, 117, 115, 101, 46, 10, 10, 12, 10, 5, 4, 1, 2, 4, 1, 18, 3, 54, 9, 19, 10, 12, 10, 5, 4, 1, 2, 4, 3, 18,
3, 54, 22, 23, 10, 12, 10, 5, 4, 1, 2, 4, 5, 18, 3, 54, 2, 8, 10, 40, 10, 4, 4, 1, 2, 5, 18, 3, 56, 2, 26, 26,
27, 32, 77, 101, 109, 111, 114, 121, 32, 116, 104, 97, 116, 32, 114, 117, 110, 115, 32, 109, 97, 121, 32, 117, 115, 101, 46, 10, 10, 12, 10, 5,
4, 1, 2, 5, 1, 18, 3, 56, 9, 21, 10, 12, 10, 5, 4, 1, 2, 5, 3, 18, 3, 56, 24, 25, 10, 12, 10, 5, 4, 1, 2, 5,
5, 18, 3, 56, 2, 8, 10, 50, 10, 2, 4, 2, 18, 4, 60, 0, 74, 1, 26, 38, 32, 79, 110, 101, 32, 114, 117, 110, 32, 40, 111, 114,
32, 105, 116, 115, 32, 115, 104, 97, 114, 101, 41, 32, 111, 110, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 46, 10, 10, 10, 10, 3, 4, 2,
1, 18, 3, 60, 8, 17, 10, 11, 10, 4, 4, 2, 2, 0, 18, 3, 61, 2, 17, 10, 12, 10, 5, 4, 2, 2, 0, 1, 18, 3, 61, 9,
12, 10, 12, 10, 5, 4, 2, 2, 0, 3, 18, 3, 61, 15, 16, 10, 12, 10, 5, 4, 2, 2, 0, 5, 18, 3, 61, 2, 8, 10, 11, 10,
4, 4, 2, 2, 1, 18, 3, 62, 2, 24, 10, 12, 10, 5, 4, 2, 2, 1, 1, 18, 3, 62, 9, 19, 10, 12, 10, 5, 4, 2, 2, 1,
3, 18, 3, 62, 22, 23, 10, 12, 10, 5, 4, 2, 2, 1, 5, 18, 3, 62, 2, 8, 10, 63, 10, 4, 4, 2, 2, 2, 18, 3, 65, 4,
26, 26, 50, 32, 73, 116, 115, 32, 98, 117, 110, 100, 108, 101, 32, 105, 115, 32, 98, 101, 105, 110, 103, 32, 102, 101, 116, 99, 104, 101, 100, 44,
32, 105, 116, 115, 32, 119, 111, 114, 107, 101, 114, 32, 115, 116, 97, 114, 116, 101, 100, 46, 10, 10, 12, 10, 5, 4, 2, 2, 2, 1, 18, 3,
65, 13, 21, 10, 12, 10, 5, 4, 2, 2, 2, 3, 18, 3, 65, 24, 25, 10, 12, 10, 5, 4, 2, 2, 2, 6, 18, 3, 65, 4, 12, 10,
11, 10, 4, 4, 2, 2, 3, 18, 3, 66, 4, 24, 10, 12, 10, 5, 4, 2, 2, 3, 1, 18, 3, 66, 12, 19, 10, 12, 10, 5, 4, 2,
2, 3, 3, 18, 3, 66, 22, 23, 10, 12, 10, 5, 4, 2, 2, 3, 6, 18, 3, 66, 4, 11, 10, 11, 10, 4, 4, 2, 2, 4, 18, 3,
67, 4, 20, 10, 12, 10, 5, 4, 2, 2, 4, 1, 18, 3, 67, 10, 15, 10, 12, 10, 5, 4, 2, 2, 4, 3, 18, 3, 67, 18, 19, 10,
12, 10, 5, 4, 2, 2, 4, 6, 18, 3, 67, 4, 9, 10, 154, 1, 10, 4, 4, 2, 2, 5, 18, 3, 71, 2, 28, 26, 140, 1, 32, 84,
104, 101, 32, 110, 101, 119, 101, 115, 116, 32, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 32, 111, 102, 32, 116, 104, 105, 115, 32, 97, 116, 116,
101, 109, 112, 116, 32, 116, 104, 97, 116, 32, 97, 110, 111, 116, 104, 101, 114, 32, 104, 111, 115, 116, 32, 99, 97, 110, 32, 103, 111, 32, 111, 110,
32, 102, 114, 111, 109, 44, 32, 97, 108, 108, 32, 111, 102, 32, 105, 116, 115, 32, 99, 111, 110, 116, 101, 110, 116, 115, 32, 117, 112, 108, 111, 97,
100, 101, 100, 32, 97, 108, 114, 101, 97, 100, 121, 59, 32, 110, 111, 116, 32, 116, 104, 101, 114, 101, 10, 32, 98, 101, 102, 111, 114, 101, 32, 116,
104, 101, 32, 102, 105, 114, 115, 116, 46, 10, 10, 12, 10, 5, 4, 2, 2, 5, 1, 18, 3, 71, 13, 23, 10, 12, 10, 5, 4, 2, 2, 5,
3, 18, 3, 71, 26, 27, 10, 12, 10, 5, 4, 2, 2, 5, 6, 18, 3, 71, 2, 12, 10, 120, 10, 4, 4, 2, 2, 6, 18, 3, 73, 2,
28, 26, 107, 32, 87, 104, 121, 32, 116, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 32, 116, 97, 107, 101, 115, 32, 110, 111, 32, 99, 104, 101,
99, 107, 112, 111, 105, 110, 116, 115, 44, 32, 102, 111, 114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 59, 32, 101, 109, 112, 116, 121, 32, 119, 104,
101, 114, 101, 32, 105, 116, 32, 100, 111, 101, 115, 44, 32, 97, 110, 100, 32, 119, 104, 101, 114, 101, 32, 116, 104, 97, 116, 32, 105, 115, 32, 110,
111, 116, 32, 107, 110, 111, 119, 110, 32, 121, 101, 116, 46, 10, 10, 12, 10, 5, 4, 2, 2, 6, 1, 18, 3, 73, 9, 23, 10, 12, 10, 5,
4, 2, 2, 6, 3, 18, 3, 73, 26, 27, 10, 12, 10, 5, 4, 2, 2, 6, 5, 18, 3, 73, 2, 8, 10, 12, 10, 4, 4, 2, 8, 0,
18, 4, 63, 2, 68, 3, 10, 12, 10, 5, 4, 2, 8, 0, 1, 18, 3, 63, 8, 13, 10, 78, 10, 2, 4, 3, 18, 4, 77, 0, 82, 1,
26, 66, 32, 87, 104, 97, 116, 32, 97, 110, 32, 97, 116, 116, 101, 109, 112, 116, 32, 40, 111, 114, 32, 105, 116, 115, 32, 115, 104, 97, 114, 101,
32, 111, 110, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 41, 32, 99, 97, 110, 32, 98, 101, 32, 103, 111, 110, 101, 32, 111, 110, 32, 102, 114,
111, 109, 46, 10, 10, 10, 10, 3, 4, 3, 1, 18, 3, 77, 8, 18, 10, 113, 10, 4, 4, 3, 2, 0, 18, 3, 79, 2, 20, 26, 100, 32,
67, 111, 117, 110, 116, 101, 100, 32, 117, 112, 32, 119, 105, 116, 104, 32, 101, 97, 99, 104, 32, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 32,
111, 102, 32, 116, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 59, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 99, 117, 116, 32, 104, 97, 115,
32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 110, 117, 109, 98, 101, 114, 32, 111, 110, 32, 97, 108, 108, 32, 105, 116, 115, 32, 104, 111, 115, 116,
115, 46, 10, 10, 12, 10, 5, 4, 3, 2, 0, 1, 18, 3, 79, 9, 15, 10, 12, 10, 5, 4, 3, 2, 0, 3, 18, 3, 79, 18, 19, 10,
12, 10, 5, 4, 3, 2, 0, 5, 18, 3, 79, 2, 8, 10, 73, 10, 4, 4, 3, 2, 1, 18, 3, 81, 2, 18, 26, 60, 32, 83, 72, 65,
45, 50, 53, 54, 32, 105, 110, 32, 104, 101, 120, 97, 100, 101, 99, 105, 109, 97, 108, 32, 111, 102, 32, 116, 104, 101, 32, 108, 105, 115, 116, 32,
111, 102, 32, 105, 116, 115, 32, 102, 105, 108, 101, 115, 58, 32, 116, 104, 101, 32, 98, 108, 111, 98, 46, 10, 10, 12, 10, 5, 4, 3, 2, 1,
1, 18, 3, 81, 9, 13, 10, 12, 10, 5, 4, 3, 2, 1, 3, 18, 3, 81, 16, 17, 10, 12, 10, 5, 4, 3, 2, 1, 5, 18, 3, 81,
2, 8, 10, 10, 10, 2, 4, 4, 18, 4, 84, 0, 87, 1, 10, 10, 10, 3, 4, 4, 1, 18, 3, 84, 8, 16, 10, 73, 10, 4, 4, 4,
2, 0, 18, 3, 86, 2, 19, 26, 60, 32, 87, 104, 97, 116, 32, 105, 115, 32, 98, 101, 105, 110, 103, 32, 100, 111, 110, 101, 44, 32, 102, 111,
114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 58, 32, 34, 102, 101, 116, 99, 104, 101, 115, 32, 51, 32, 111, 102, 32, 49, 50, 32, 102, 105, 108,
101, 115, 34, 46, 10, 10, 12, 10, 5, 4, 4, 2, 0, 1, 18, 3, 86, 9, 14, 10, 12, 10, 5, 4, 4, 2, 0, 3, 18, 3, 86, 17,
18, 10, 12, 10, 5, 4, 4, 2, 0, 5, 18, 3, 86, 2, 8, 10, 10, 10, 2, 4, 5, 18, 4, 89, 0, 92, 1, 10, 10, 10, 3, 4,
5, 1, 18, 3, 89, 8, 15, 10, 119, 10, 4, 4, 5, 2, 0, 18, 3, 91, 2, 25, 26, 106, 32, 72, 111, 119, 32, 105, 116, 32, 103, 111,
101, 115, 32, 111, 110, 58, 32, 116, 104, 101, 32, 119, 111, 114, 107, 101, 114, 39, 115, 32, 115, 116, 97, 116, 117, 115, 32, 97, 115, 32, 74, 83,
79, 78, 44, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 100, 111, 99, 117, 109, 101, 110, 116, 32, 116, 104, 97, 116, 32, 96, 108, 101, 97, 116,
32, 114, 117, 110, 96, 32, 100, 114, 97, 119, 115, 32, 105, 116, 115, 32, 108, 105, 118, 101, 32, 118, 105, 101, 119, 32, 102, 114, 111, 109, 46, 10,
10, 12, 10, 5, 4, 5, 2, 0, 1, 18, 3, 91, 9, 20, 10, 12, 10, 5, 4, 5, 2, 0, 3, 18, 3, 91, 23, 24, 10, 12, 10, 5,
4, 5, 2, 0, 5, 18, 3, 91, 2, 8, 10, 10, 10, 2, 4, 6, 18, 4, 94, 0, 117, 1, 10, 10, 10, 3, 4, 6, 1, 18, 3, 94,
8, 13, 10, 11, 10, 4, 4, 6, 2, 0, 18, 3, 105, 2, 22, 10, 12, 10, 5, 4, 6, 2, 0, 1, 18, 3, 105, 10, 17, 10, 12, 10,
5, 4, 6, 2, 0, 3, 18, 3, 105, 20, 21, 10, 12, 10, 5, 4, 6, 2, 0, 6, 18, 3, 105, 2, 9, 10, 59, 10, 4, 4, 6, 2,
1, 18, 3, 107, 2, 20, 26, 46, 32, 87, 104, 121, 44, 32, 102, 111, 114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 59, 32, 101, 109, 112, 116,
121, 32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 115, 117, 99, 99, 101, 101, 100, 101, 100, 46, 10, 10, 12, 10, 5, 4, 6, 2, 1, 1, 18,
3, 107, 9, 15, 10, 12, 10, 5, 4, 6, 2, 1, 3, 18, 3, 107, 18, 19, 10, 12, 10, 5, 4, 6, 2, 1, 5, 18, 3, 107, 2, 8,
10, 73, 10, 4, 4, 6, 2, 2, 18, 3, 109, 2, 25, 26, 60, 32, 96, 114, 101, 112, 111, 114, 116, 46, 106, 115, 111, 110, 96, 32, 111, 102,
32, 116, 104, 101, 32, 114, 117, 110, 59, 32, 101, 109, 112, 116, 121, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 114, 101, 32, 119, 97, 115, 32,
110, 111, 32, 119, 111, 114, 107, 101, 114, 46, 10, 10, 12, 10, 5, 4, 6, 2, 2, 1, 18, 3, 109, 9, 20, 10, 12, 10, 5, 4, 6, 2,
2, 3, 18, 3, 109, 23, 24, 10, 12, 10, 5, 4, 6, 2, 2, 5, 18, 3, 109, 2, 8, 10, 65, 10, 4, 4, 6, 2, 3, 18, 3, 111,
2, 30, 26, 52, 32, 84, 104, 101, 32, 112, 117, 98, 108, 105, 115, 104, 101, 100, 32, 102, 105, 108, 101, 115, 44, 32, 97, 108, 108, 32, 111, 102,
32, 116, 104, 101, 109, 32, 117, 112, 108, 111, 97, 100, 101, 100, 32, 97, 108, 114, 101, 97, 100, 121, 46, 10, 10, 12, 10, 5, 4, 6, 2, 3,
1, 18, 3, 111, 18, 25, 10, 12, 10, 5, 4, 6, 2, 3, 3, 18, 3, 111, 28, 29, 10, 12, 10, 5, 4, 6, 2, 3, 4, 18, 3, 111,
2, 10, 10, 12, 10, 5, 4, 6, 2, 3, 6, 18, 3, 111, 11, 17, 10, 199, 1, 10, 4, 4, 6, 2, 4, 18, 3, 114, 2, 25, 26, 185,
1, 32, 84, 104, 101, 32, 100, 101, 97, 116, 104, 115, 32, 111, 102, 32, 116, 104, 101, 32, 114, 117, 110, 39, 115, 32, 119, 111, 114, 107, 101, 114,
115, 32, 97, 115, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 32, 99, 111, 117, 110, 116, 115, 32, 116, 104, 101, 109, 44, 32, 97, 115, 32, 74,
83, 79, 78, 44, 32, 102, 111, 114, 32, 116, 104, 101, 32, 104, 111, 115, 116, 32, 111, 102, 32, 116, 104, 101, 32, 110, 101, 120, 116, 32, 97, 116,
116, 101, 109, 112, 116, 59, 32, 101, 109, 112, 116, 121, 32, 119, 104, 101, 114, 101, 32, 116, 104, 105, 115, 32, 97, 116, 116, 101, 109, 112, 116, 39,
115, 32, 104, 97, 115, 10, 32, 97, 100, 100, 101, 100, 32, 110, 111, 116, 104, 105, 110, 103, 46, 32, 87, 104, 97, 116, 32, 115, 116, 97, 110, 100,
115, 32, 105, 110, 32, 105, 116, 32, 105, 115, 32, 98, 101, 116, 119, 101, 101, 110, 32, 104, 111, 115, 116, 115, 46, 10, 10, 12, 10, 5, 4, 6,
2, 4, 1, 18, 3, 114, 9, 20, 10, 12, 10, 5, 4, 6, 2, 4, 3, 18, 3, 114, 23, 24, 10, 12, 10, 5, 4, 6, 2, 4, 5, 18,
3, 114, 2, 8, 10, 87, 10, 4, 4, 6, 2, 5, 18, 3, 116, 2, 18, 26, 74, 32, 84, 104, 101, 32, 110, 101, 120, 116, 32, 97, 116, 116,
101, 109, 112, 116, 32, 107, 110, 111, 119, 115, 32, 102, 114, 111, 109, 32, 116, 104, 105, 115, 32, 111, 110, 101, 32, 119, 104, 97, 116, 32, 116, 111,
32, 114, 101, 102, 117, 115, 101, 58, 32, 105, 116, 32, 119, 97, 115, 32, 110, 111, 116, 32, 105, 110, 32, 118, 97, 105, 110, 46, 10, 10, 12, 10,
5, 4, 6, 2, 5, 1, 18, 3, 116, 7, 13, 10, 12, 10, 5, 4, 6, 2, 5, 3, 18, 3, 116, 16, 17, 10, 12, 10, 5, 4, 6, 2,
5, 5, 18, 3, 116, 2, 6, 10, 12, 10, 4, 4, 6, 4, 0, 18, 4, 95, 2, 104, 3, 10, 12, 10, 5, 4, 6, 4, 0, 1, 18, 3,
95, 7, 14, 10, 13, 10, 6, 4, 6, 4, 0, 2, 0, 18, 3, 96, 4, 28, 10, 14, 10, 7, 4, 6, 4, 0, 2, 0, 1, 18, 3, 96,
4, 23, 10, 14, 10, 7, 4, 6, 4, 0, 2, 0, 2, 18, 3, 96, 26, 27, 10, 13, 10, 6, 4, 6, 4, 0, 2, 1, 18, 3, 97, 4,
26, 10, 14, 10, 7, 4, 6, 4, 0, 2, 1, 1, 18, 3, 97, 4, 21, 10, 14, 10, 7, 4, 6, 4, 0, 2, 1, 2, 18, 3, 97, 24,
25, 10, 95, 10, 6, 4, 6, 4, 0, 2, 2, 18, 3, 99, 4, 23, 26, 80, 32, 84, 104, 101, 32, 112, 114, 111, 99, 101, 115, 115, 32, 105,
115, 32, 97, 116, 32, 102, 97, 117, 108, 116, 44, 32, 111, 114, 32, 97, 32, 108, 105, 109, 105, 116, 32, 111, 102, 32, 105, 116, 115, 32, 111, 119,
110, 58, 32, 116, 114, 121, 105, 110, 103, 32, 97, 103, 97, 105, 110, 32, 119, 111, 117, 108, 100, 32, 102, 97, 105, 108, 32, 97, 103, 97, 105, 110,
46, 10, 10, 14, 10, 7, 4, 6, 4, 0, 2, 2, 1, 18, 3, 99, 4, 18, 10, 14, 10, 7, 4, 6, 4, 0, 2, 2, 2, 18, 3, 99,
21, 22, 10, 37, 10, 6, 4, 6, 4, 0, 2, 3, 18, 3, 101, 4, 24, 26, 22, 32, 73, 116, 32, 119, 97, 115, 32, 116, 111, 108, 100, 32,
116, 111, 32, 115, 116, 111, 112, 46, 10, 10, 14, 10, 7, 4, 6, 4, 0, 2, 3, 1, 18, 3, 101, 4, 19, 10, 14, 10, 7, 4, 6, 4,
0, 2, 3, 2, 18, 3, 101, 22, 23, 10, 66, 10, 6, 4, 6, 4, 0, 2, 4, 18, 3, 103, 4, 27, 26, 51, 32, 84, 104, 101, 32, 104,
111, 115, 116, 32, 105, 115, 32, 97, 116, 32, 102, 97, 117, 108, 116, 58, 32, 97, 110, 111, 116, 104, 101, 114, 32, 104, 111, 115, 116, 32, 109, 97,
121, 32, 100, 111, 32, 98, 101, 116, 116, 101, 114, 46, 10, 10, 14, 10, 7, 4, 6, 4, 0, 2, 4, 1, 18, 3, 103, 4, 22, 10, 14, 10,
7, 4, 6, 4, 0, 2, 4, 2, 18, 3, 103, 25, 26, 10, 31, 10, 2, 4, 7, 18, 4, 120, 0, 126, 1, 26, 19, 32, 65, 32, 112, 117,
98, 108, 105, 115, 104, 101, 100, 32, 102, 105, 108, 101, 46, 10, 10, 10, 10, 3, 4, 7, 1, 18, 3, 120, 8, 14, 10, 54, 10, 4, 4, 7,
2, 0, 18, 3, 122, 2, 18, 26, 41, 32, 82, 101, 108, 97, 116, 105, 118, 101, 32, 116, 111, 32, 116, 104, 101, 32, 114, 117, 110, 39, 115, 32,
111, 117, 116, 112, 117, 116, 32, 100, 105, 114, 101, 99, 116, 111, 114, 121, 46, 10, 10, 12, 10, 5, 4, 7, 2, 0, 1, 18, 3, 122, 9, 13,
10, 12, 10, 5, 4, 7, 2, 0, 3, 18, 3, 122, 16, 17, 10, 12, 10, 5, 4, 7, 2, 0, 5, 18, 3, 122, 2, 8, 10, 48, 10, 4,
4, 7, 2, 1, 18, 3, 124, 2, 20, 26, 35, 32, 83, 72, 65, 45, 50, 53, 54, 32, 105, 110, 32, 104, 101, 120, 97, 100, 101, 99, 105, 109,
97, 108, 58, 32, 116, 104, 101, 32, 98, 108, 111, 98, 46, 10, 10, 12, 10, 5, 4, 7, 2, 1, 1, 18, 3, 124, 9, 15, 10, 12, 10, 5,
4, 7, 2, 1, 3, 18, 3, 124, 18, 19, 10, 12, 10, 5, 4, 7, 2, 1, 5, 18, 3, 124, 2, 8, 10, 11, 10, 4, 4, 7, 2, 2,
18, 3, 125, 2, 19, 10, 12, 10, 5, 4, 7, 2, 2, 1, 18, 3, 125, 9, 14, 10, 12, 10, 5, 4, 7, 2, 2, 3, 18, 3, 125, 17,
18, 10, 12, 10, 5, 4, 7, 2, 2, 5, 18, 3, 125, 2, 8, 10, 40, 10, 2, 4, 8, 18, 6, 129, 1, 0, 136, 1, 1, 26, 26, 32,
65, 32, 112, 105, 101, 99, 101, 32, 111, 102, 32, 97, 32, 110, 111, 100, 101, 39, 115, 32, 108, 111, 103, 46, 10, 10, 11, 10, 3, 4, 8, 1,
18, 4, 129, 1, 8, 16, 10, 12, 10, 4, 4, 8, 2, 0, 18, 4, 130, 1, 2, 17, 10, 13, 10, 5, 4, 8, 2, 0, 1, 18, 4, 130,
1, 9, 12, 10, 13, 10, 5, 4, 8, 2, 0, 3, 18, 4, 130, 1, 15, 16, 10, 13, 10, 5, 4, 8, 2, 0, 5, 18, 4, 130, 1, 2,
8, 10, 12, 10, 4, 4, 8, 2, 1, 18, 4, 131, 1, 2, 24, 10, 13, 10, 5, 4, 8, 2, 1, 1, 18, 4, 131, 1, 9, 19, 10, 13,
10, 5, 4, 8, 2, 1, 3, 18, 4, 131, 1, 22, 23, 10, 13, 10, 5, 4, 8, 2, 1, 5, 18, 4, 131, 1, 2, 8, 10, 12, 10, 4,
4, 8, 2, 2, 18, 4, 132, 1, 2, 18, 10, 13, 10, 5, 4, 8, 2, 2, 1, 18, 4, 132, 1, 9, 13, 10, 13, 10, 5, 4, 8, 2,
2, 3, 18, 4, 132, 1, 16, 17, 10, 13, 10, 5, 4, 8, 2, 2, 5, 18, 4, 132, 1, 2, 8, 10, 90, 10, 4, 4, 8, 2, 3, 18,
4, 134, 1, 2, 20, 26, 76, 32, 87, 104, 101, 114, 101, 32, 105, 110, 32, 116, 104, 101, 32, 108, 111, 103, 32, 105, 116, 32, 115, 116, 97, 110,
100, 115, 46, 32, 65, 32, 112, 105, 101, 99, 101, 32, 116, 104, 97, 116, 32, 105, 115, 32, 116, 104, 101, 114, 101, 32, 97, 108, 114, 101, 97, 100,
121, 32, 99, 104, 97, 110, 103, 101, 115, 32, 110, 111, 116, 104, 105, 110, 103, 46, 10, 10, 13, 10, 5, 4, 8, 2, 3, 1, 18, 4, 134, 1,
9, 15, 10, 13, 10, 5, 4, 8, 2, 3, 3, 18, 4, 134, 1, 18, 19, 10, 13, 10, 5, 4, 8, 2, 3, 5, 18, 4, 134, 1, 2, 8,
10, 12, 10, 4, 4, 8, 2, 4, 18, 4, 135, 1, 2, 17, 10, 13, 10, 5, 4, 8, 2, 4, 1, 18, 4, 135, 1, 8, 12, 10, 13, 10,
5, 4, 8, 2, 4, 3, 18, 4, 135, 1, 15, 16, 10, 13, 10, 5, 4, 8, 2, 4, 5, 18, 4, 135, 1, 2, 7, 10, 41, 10, 2, 4,
9, 18, 6, 139, 1, 0, 147, 1, 1, 26, 27, 32, 65, 108, 108, 32, 116, 104, 97, 116, 32, 97, 32, 104, 111, 115, 116, 32, 105, 115, 32, 116,
111, 32, 100, 111, 46, 10, 10, 11, 10, 3, 4, 9, 1, 18, 4, 139, 1, 8, 14, 10, 80, 10, 4, 4, 9, 2, 0, 18, 4, 141, 1, 2,
21, 26, 66, 32, 84, 104, 101, 32, 110, 117, 109, 98, 101, 114, 32, 111, 102, 32, 116, 104, 101, 32, 108, 97, 115, 116, 32, 114, 101, 112, 111, 114,
116, 32, 116, 104, 97, 116, 32, 119, 97, 115, 32, 116, 97, 107, 101, 110, 32, 105, 110, 59, 32, 48, 32, 102, 111, 114, 32, 110, 111, 110, 101, 32,
121, 101, 116, 46, 10, 10, 13, 10, 5, 4, 9, 2, 0, 1, 18, 4, 141, 1, 9, 16, 10, 13, 10, 5, 4, 9, 2, 0, 3, 18, 4, 141,
1, 19, 20, 10, 13, 10, 5, 4, 9, 2, 0, 5, 18, 4, 141, 1, 2, 8, 10, 155, 1, 10, 4, 4, 9, 2, 1, 18, 4, 144, 1, 2,
22, 26, 140, 1, 32, 72, 111, 119, 32, 108, 111, 110, 103, 32, 116, 104, 101, 32, 104, 111, 115, 116, 32, 109, 97, 121, 32, 97, 99, 116, 32, 111,
110, 32, 116, 104, 101, 115, 101, 32, 111, 114, 100, 101, 114, 115, 32, 97, 102, 116, 101, 114, 32, 105, 116, 32, 115, 101, 110, 116, 32, 116, 104, 97,
116, 32, 114, 101, 112, 111, 114, 116, 46, 32, 80, 97, 115, 116, 32, 105, 116, 44, 32, 105, 116, 32, 115, 116, 111, 112, 115, 32, 119, 104, 97, 116,
32, 105, 116, 32, 114, 117, 110, 115, 58, 32, 97, 110, 111, 116, 104, 101, 114, 32, 104, 111, 115, 116, 10, 32, 109, 97, 121, 32, 104, 97, 118, 101,
32, 98, 101, 101, 110, 32, 103, 105, 118, 101, 110, 32, 105, 116, 46, 10, 10, 13, 10, 5, 4, 9, 2, 1, 1, 18, 4, 144, 1, 9, 17, 10,
13, 10, 5, 4, 9, 2, 1, 3, 18, 4, 144, 1, 20, 21, 10, 13, 10, 5, 4, 9, 2, 1, 5, 18, 4, 144, 1, 2, 8, 10, 102, 10,
4, 4, 9, 2, 2, 18, 4, 146, 1, 2, 31, 26, 88, 32, 69, 118, 101, 114, 121, 32, 114, 117, 110, 32, 105, 116, 32, 105, 115, 32, 116, 111,
32, 104, 111, 108, 100, 46, 32, 87, 104, 97, 116, 32, 105, 115, 32, 110, 111, 116, 32, 104, 101, 114, 101, 32, 105, 115, 32, 116, 111, 32, 98, 101,
32, 115, 116, 111, 112, 112, 101, 100, 44, 32, 105, 102, 32, 105, 116, 32, 114, 117, 110, 115, 44, 32, 97, 110, 100, 32, 102, 111, 114, 103, 111, 116,
116, 101, 110, 46, 10, 10, 13, 10, 5, 4, 9, 2, 2, 1, 18, 4, 146, 1, 22, 26, 10, 13, 10, 5, 4, 9, 2, 2, 3, 18, 4, 146,
1, 29, 30, 10, 13, 10, 5, 4, 9, 2, 2, 4, 18, 4, 146, 1, 2, 10, 10, 13, 10, 5, 4, 9, 2, 2, 6, 18, 4, 146, 1, 11,
21, 10, 49, 10, 2, 4, 10, 18, 6, 150, 1, 0, 178, 1, 1, 26, 35, 32, 65, 32, 114, 117, 110, 32, 116, 104, 97, 116, 32, 105, 115, 32,
103, 105, 118, 101, 110, 32, 116, 111, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 46, 10, 10, 11, 10, 3, 4, 10, 1, 18, 4, 150, 1, 8,
18, 10, 12, 10, 4, 4, 10, 2, 0, 18, 4, 151, 1, 2, 17, 10, 13, 10, 5, 4, 10, 2, 0, 1, 18, 4, 151, 1, 9, 12, 10, 13,
10, 5, 4, 10, 2, 0, 3, 18, 4, 151, 1, 15, 16, 10, 13, 10, 5, 4, 10, 2, 0, 5, 18, 4, 151, 1, 2, 8, 10, 114, 10, 4,
4, 10, 2, 1, 18, 4, 153, 1, 2, 24, 26, 100, 32, 71, 114, 101, 97, 116, 101, 114, 32, 116, 104, 97, 110, 32, 116, 104, 97, 116, 32, 111,
102, 32, 101, 118, 101, 114, 121, 32, 101, 97, 114, 108, 105, 101, 114, 32, 97, 116, 116, 101, 109, 112, 116, 46, 32, 65, 32, 104, 111, 115, 116, 32,
114, 101, 102, 117, 115, 101, 115, 32, 111, 110, 101, 32, 116, 104, 97, 116, 32, 105, 115, 32, 108, 101, 115, 115, 32, 116, 104, 97, 110, 32, 119, 104,
97, 116, 32, 105, 116, 32, 104, 97, 115, 32, 115, 101, 101, 110, 46, 10, 10, 13, 10, 5, 4, 10, 2, 1, 1, 18, 4, 153, 1, 9, 19, 10,
13, 10, 5, 4, 10, 2, 1, 3, 18, 4, 153, 1, 22, 23, 10, 13, 10, 5, 4, 10, 2, 1, 5, 18, 4, 153, 1, 2, 8, 10, 65, 10,
4, 4, 10, 2, 2, 18, 4, 155, 1, 2, 20, 26, 51, 32, 83, 72, 65, 45, 50, 53, 54, 32, 111, 102, 32, 116, 104, 101, 32, 98, 117, 110,
100, 108, 101, 39, 115, 32, 109, 97, 110, 105, 102, 101, 115, 116, 44, 32, 105, 110, 32, 104, 101, 120, 97, 100, 101, 99, 105, 109, 97, 108, 46, 10,
10, 13, 10, 5, 4, 10, 2, 2, 1, 18, 4, 155, 1, 9, 15, 10, 13, 10, 5, 4, 10, 2, 2, 3, 18, 4, 155, 1, 18, 19, 10, 13,
10, 5, 4, 10, 2, 2, 5, 18, 4, 155, 1, 2, 8, 10, 110, 10, 4, 4, 10, 2, 3, 18, 4, 157, 1, 2, 23, 26, 96, 32, 84, 104,
101, 32, 99, 108, 111, 99, 107, 32, 116, 104, 97, 116, 32, 110, 111, 100, 101, 115, 32, 115, 101, 101, 44, 32, 109, 105, 99, 114, 111, 115, 101, 99,
111, 110, 100, 115, 32, 115, 105, 110, 99, 101, 32, 49, 57, 55, 48, 45, 48, 49, 45, 48, 49, 84, 48, 48, 58, 48, 48, 58, 48, 48, 90, 59,
32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 102, 111, 114, 32, 101, 118, 101, 114, 121, 32, 97, 116, 116, 101, 109, 112, 116, 46, 10, 10, 13, 10,
5, 4, 10, 2, 3, 1, 18, 4, 157, 1, 8, 18, 10, 13, 10, 5, 4, 10, 2, 3, 3, 18, 4, 157, 1, 21, 22, 10, 13, 10, 5, 4,
10, 2, 3, 5, 18, 4, 157, 1, 2, 7, 10, 12, 10, 4, 4, 10, 2, 4, 18, 4, 158, 1, 2, 18, 10, 13, 10, 5, 4, 10, 2, 4,
1, 18, 4, 158, 1, 9, 13, 10, 13, 10, 5, 4, 10, 2, 4, 3, 18, 4, 158, 1, 16, 17, 10, 13, 10, 5, 4, 10, 2, 4, 5, 18,
4, 158, 1, 2, 8, 10, 86, 10, 4, 4, 10, 2, 5, 18, 4, 160, 1, 2, 16, 26, 72, 32, 87, 104, 101, 116, 104, 101, 114, 32, 105, 116,
32, 105, 115, 32, 116, 111, 32, 98, 101, 32, 115, 116, 111, 112, 112, 101, 100, 46, 32, 73, 116, 32, 115, 116, 97, 121, 115, 32, 104, 101, 114, 101,
32, 117, 110, 116, 105, 108, 32, 105, 116, 115, 32, 101, 110, 100, 32, 119, 97, 115, 32, 114, 101, 112, 111, 114, 116, 101, 100, 46, 10, 10, 13, 10,
5, 4, 10, 2, 5, 1, 18, 4, 160, 1, 7, 11, 10, 13, 10, 5, 4, 10, 2, 5, 3, 18, 4, 160, 1, 14, 15, 10, 13, 10, 5, 4,
10, 2, 5, 5, 18, 4, 160, 1, 2, 6, 10, 57, 10, 4, 4, 10, 2, 6, 18, 4, 162, 1, 2, 24, 26, 43, 32, 87, 104, 97, 116, 32,
105, 116, 32, 119, 97, 115, 32, 112, 114, 111, 109, 105, 115, 101, 100, 44, 32, 97, 110, 100, 32, 109, 97, 121, 32, 110, 111, 116, 32, 101, 120, 99,
101, 101, 100, 46, 10, 10, 13, 10, 5, 4, 10, 2, 6, 1, 18, 4, 162, 1, 9, 19, 10, 13, 10, 5, 4, 10, 2, 6, 3, 18, 4, 162,
1, 22, 23, 10, 13, 10, 5, 4, 10, 2, 6, 5, 18, 4, 162, 1, 2, 8, 10, 12, 10, 4, 4, 10, 2, 7, 18, 4, 163, 1, 2, 26,
10, 13, 10, 5, 4, 10, 2, 7, 1, 18, 4, 163, 1, 9, 21, 10, 13, 10, 5, 4, 10, 2, 7, 3, 18, 4, 163, 1, 24, 25, 10, 13,
10, 5, 4, 10, 2, 7, 5, 18, 4, 163, 1, 2, 8, 10, 117, 10, 4, 4, 10, 2, 8, 18, 4, 165, 1, 2, 24, 26, 103, 32, 87, 104,
101, 114, 101, 32, 116, 104, 101, 32, 114, 117, 110, 32, 105, 115, 32, 100, 105, 118, 105, 100, 101, 100, 32, 97, 109, 111, 110, 103, 32, 104, 111, 115,
116, 115, 58, 32, 119, 104, 97, 116, 32, 101, 97, 99, 104, 32, 111, 102, 32, 116, 104, 101, 109, 32, 104, 97, 115, 46, 32, 78, 111, 116, 32, 116,
104, 101, 114, 101, 32, 119, 104, 101, 114, 101, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 32, 104, 97, 115, 32, 97, 108, 108, 32, 111, 102, 32,
105, 116, 46, 10, 10, 13, 10, 5, 4, 10, 2, 8, 1, 18, 4, 165, 1, 11, 19, 10, 13, 10, 5, 4, 10, 2, 8, 3, 18, 4, 165, 1,
22, 23, 10, 13, 10, 5, 4, 10, 2, 8, 6, 18, 4, 165, 1, 2, 10, 10, 157, 1, 10, 4, 4, 10, 2, 9, 18, 4, 168, 1, 2, 26,
26, 142, 1, 32, 84, 104, 101, 32, 115, 112, 97, 110, 32, 116, 104, 97, 116, 32, 116, 104, 111, 115, 101, 32, 111, 102, 32, 116, 104, 101, 32, 97,
116, 116, 101, 109, 112, 116, 32, 98, 101, 108, 111, 110, 103, 32, 116, 111, 44, 32, 97, 115, 32, 87, 51, 67, 39, 115, 32, 96, 116, 114, 97, 99,
101, 112, 97, 114, 101, 110, 116, 96, 59, 32, 101, 109, 112, 116, 121, 32, 119, 104, 101, 114, 101, 32, 110, 111, 98, 111, 100, 121, 32, 102, 111, 108,
108, 111, 119, 115, 32, 116, 104, 101, 32, 114, 117, 110, 46, 32, 87, 104, 97, 116, 32, 105, 115, 32, 110, 111, 110, 101, 10, 32, 105, 115, 32, 97,
115, 32, 103, 111, 111, 100, 32, 97, 115, 32, 101, 109, 112, 116, 121, 46, 10, 10, 13, 10, 5, 4, 10, 2, 9, 1, 18, 4, 168, 1, 9, 20,
10, 13, 10, 5, 4, 10, 2, 9, 3, 18, 4, 168, 1, 23, 25, 10, 13, 10, 5, 4, 10, 2, 9, 5, 18, 4, 168, 1, 2, 8, 10, 75,
10, 4, 4, 10, 2, 10, 18, 4, 170, 1, 2, 34, 26, 61, 32, 72, 111, 119, 32, 111, 102, 116, 101, 110, 32, 97, 32, 99, 104, 101, 99, 107,
112, 111, 105, 110, 116, 32, 105, 115, 32, 116, 97, 107, 101, 110, 44, 32, 109, 105, 108, 108, 105, 115, 101, 99, 111, 110, 100, 115, 59, 32, 48, 32,
102, 111, 114, 32, 110, 101, 118, 101, 114, 46, 10, 10, 13, 10, 5, 4, 10, 2, 10, 1, 18, 4, 170, 1, 9, 28, 10, 13, 10, 5, 4, 10,
2, 10, 3, 18, 4, 170, 1, 31, 33, 10, 13, 10, 5, 4, 10, 2, 10, 5, 18, 4, 170, 1, 2, 8, 10, 212, 1, 10, 4, 4, 10, 2,
11, 18, 4, 173, 1, 2, 34, 26, 197, 1, 32, 83, 72, 65, 45, 50, 53, 54, 32, 105, 110, 32, 104, 101, 120, 97, 100, 101, 99, 105, 109, 97,
108, 32, 111, 102, 32, 116, 104, 101, 32, 108, 105, 115, 116, 115, 32, 111, 102, 32, 116, 104, 101, 32, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116,
32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 32, 103, 111, 101, 115, 32, 111, 110, 32, 102, 114, 111, 109, 44, 32,
111, 110, 101, 32, 111, 102, 32, 101, 97, 99, 104, 32, 104, 111, 115, 116, 32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 97, 116, 116, 101, 109, 112,
116, 10, 32, 98, 101, 102, 111, 114, 101, 32, 105, 116, 32, 119, 97, 115, 32, 111, 110, 58, 32, 116, 104, 101, 32, 98, 108, 111, 98, 115, 46, 32,
78, 111, 110, 101, 32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 98, 101, 103, 105, 110, 115, 32, 102, 114, 111, 109, 32, 116, 104, 101, 32, 114, 117,
110, 39, 115, 32, 98, 101, 103, 105, 110, 110, 105, 110, 103, 46, 10, 10, 13, 10, 5, 4, 10, 2, 11, 1, 18, 4, 173, 1, 18, 28, 10, 13,
10, 5, 4, 10, 2, 11, 3, 18, 4, 173, 1, 31, 33, 10, 13, 10, 5, 4, 10, 2, 11, 4, 18, 4, 173, 1, 2, 10, 10, 13, 10, 5,
4, 10, 2, 11, 5, 18, 4, 173, 1, 11, 17, 10, 134, 1, 10, 4, 4, 10, 2, 12, 18, 4, 175, 1, 2, 32, 26, 120, 32, 65, 32, 99,
104, 101, 99, 107, 112, 111, 105, 110, 116, 32, 105, 115, 32, 119, 97, 110, 116, 101, 100, 32, 97, 115, 32, 115, 111, 111, 110, 32, 97, 115, 32, 105,
116, 32, 99, 97, 110, 32, 98, 101, 32, 104, 97, 100, 58, 32, 111, 102, 32, 116, 104, 105, 115, 32, 110, 117, 109, 98, 101, 114, 32, 111, 114, 32,
97, 32, 108, 97, 116, 101, 114, 32, 111, 110, 101, 44, 32, 98, 101, 103, 117, 110, 32, 97, 102, 116, 101, 114, 32, 116, 104, 105, 115, 32, 119, 97,
115, 32, 115, 97, 105, 100, 59, 32, 48, 32, 102, 111, 114, 32, 110, 111, 110, 101, 46, 10, 10, 13, 10, 5, 4, 10, 2, 12, 1, 18, 4, 175,
1, 9, 26, 10, 13, 10, 5, 4, 10, 2, 12, 3, 18, 4, 175, 1, 29, 31, 10, 13, 10, 5, 4, 10, 2, 12, 5, 18, 4, 175, 1, 2,
8, 10, 115, 10, 4, 4, 10, 2, 13, 18, 4, 177, 1, 2, 26, 26, 101, 32, 84, 104, 101, 32, 100, 101, 97, 116, 104, 115, 32, 111, 102, 32,
116, 104, 101, 32, 114, 117, 110, 39, 115, 32, 119, 111, 114, 107, 101, 114, 115, 44, 32, 97, 115, 32, 97, 32, 104, 111, 115, 116, 32, 111, 102, 32,
97, 110, 32, 101, 97, 114, 108, 105, 101, 114, 32, 97, 116, 116, 101, 109, 112, 116, 32, 99, 111, 117, 110, 116, 101, 100, 32, 116, 104, 101, 109, 32,
108, 97, 115, 116, 59, 32, 101, 109, 112, 116, 121, 32, 102, 111, 114, 32, 110, 111, 110, 101, 46, 10, 10, 13, 10, 5, 4, 10, 2, 13, 1, 18,
4, 177, 1, 9, 20, 10, 13, 10, 5, 4, 10, 2, 13, 3, 18, 4, 177, 1, 23, 25, 10, 13, 10, 5, 4, 10, 2, 13, 5, 18, 4, 177,
1, 2, 8, 10, 101, 10, 2, 4, 11, 18, 6, 181, 1, 0, 191, 1, 1, 26, 87, 32, 65, 32, 114, 117, 110, 32, 116, 104, 97, 116, 32, 105,
115, 32, 100, 105, 118, 105, 100, 101, 100, 32, 97, 109, 111, 110, 103, 32, 104, 111, 115, 116, 115, 46, 32, 65, 108, 108, 32, 111, 102, 32, 105, 116,
115, 32, 104, 111, 115, 116, 115, 32, 97, 114, 101, 32, 116, 111, 108, 100, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 98, 117, 116, 32, 102, 111,
114, 32, 96, 109, 105, 110, 101, 96, 46, 10, 10, 11, 10, 3, 4, 11, 1, 18, 4, 181, 1, 8, 16, 10, 12, 10, 4, 4, 11, 2, 0, 18,
4, 182, 1, 2, 28, 10, 13, 10, 5, 4, 11, 2, 0, 1, 18, 4, 182, 1, 17, 23, 10, 13, 10, 5, 4, 11, 2, 0, 3, 18, 4, 182,
1, 26, 27, 10, 13, 10, 5, 4, 11, 2, 0, 4, 18, 4, 182, 1, 2, 10, 10, 13, 10, 5, 4, 11, 2, 0, 6, 18, 4, 182, 1, 11,
16, 10, 60, 10, 4, 4, 11, 2, 1, 18, 4, 184, 1, 2, 18, 26, 46, 32, 84, 104, 101, 32, 112, 108, 97, 99, 101, 32, 105, 110, 32, 96,
115, 104, 97, 114, 101, 115, 96, 32, 111, 102, 32, 119, 104, 97, 116, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 32, 104, 97, 115, 46, 10, 10,
13, 10, 5, 4, 11, 2, 1, 1, 18, 4, 184, 1, 9, 13, 10, 13, 10, 5, 4, 11, 2, 1, 3, 18, 4, 184, 1, 16, 17, 10, 13, 10,
5, 4, 11, 2, 1, 5, 18, 4, 184, 1, 2, 8, 10, 113, 10, 4, 4, 11, 2, 2, 18, 4, 186, 1, 2, 20, 26, 99, 32, 87, 104, 101,
114, 101, 32, 113, 117, 101, 117, 101, 115, 32, 98, 101, 116, 119, 101, 101, 110, 32, 116, 104, 101, 32, 104, 111, 115, 116, 115, 32, 103, 111, 32, 116,
104, 114, 111, 117, 103, 104, 58, 32, 97, 109, 113, 112, 58, 47, 47, 117, 115, 101, 114, 58, 112, 97, 115, 115, 119, 111, 114, 100, 64, 104, 111, 115,
116, 58, 112, 111, 114, 116, 47, 118, 105, 114, 116, 117, 97, 108, 45, 104, 111, 115, 116, 46, 32, 65, 32, 115, 101, 99, 114, 101, 116, 46, 10, 10,
13, 10, 5, 4, 11, 2, 2, 1, 18, 4, 186, 1, 9, 15, 10, 13, 10, 5, 4, 11, 2, 2, 3, 18, 4, 186, 1, 18, 19, 10, 13, 10,
5, 4, 11, 2, 2, 5, 18, 4, 186, 1, 2, 8, 10, 82, 10, 4, 4, 11, 2, 3, 18, 4, 188, 1, 2, 19, 26, 68, 32, 72, 111, 119,
32, 109, 97, 110, 121, 32, 112, 97, 114, 116, 115, 32, 116, 104, 101, 32, 114, 117, 110, 32, 104, 97, 115, 58, 32, 110, 111, 32, 97, 116, 116, 101,
109, 112, 116, 32, 111, 102, 32, 105, 116, 32, 99, 97, 110, 32, 104, 97, 118, 101, 32, 109, 111, 114, 101, 32, 115, 104, 97, 114, 101, 115, 46, 10,
10, 13, 10, 5, 4, 11, 2, 3, 1, 18, 4, 188, 1, 9, 14, 10, 13, 10, 5, 4, 11, 2, 3, 3, 18, 4, 188, 1, 17, 18, 10, 13,
10, 5, 4, 11, 2, 3, 5, 18, 4, 188, 1, 2, 8, 10, 77, 10, 4, 4, 11, 2, 4, 18, 4, 190, 1, 2, 27, 26, 63, 32, 84, 104,
101, 32, 98, 114, 111, 107, 101, 114, 32, 105, 115, 32, 97, 115, 107, 101, 100, 32, 102, 111, 114, 32, 40, 71, 114, 97, 110, 116, 66, 114, 111, 107,
101, 114, 41, 44, 32, 97, 110, 100, 32, 96, 98, 114, 111, 107, 101, 114, 96, 32, 105, 115, 32, 101, 109, 112, 116, 121, 46, 10, 10, 13, 10, 5,
4, 11, 2, 4, 1, 18, 4, 190, 1, 7, 22, 10, 13, 10, 5, 4, 11, 2, 4, 3, 18, 4, 190, 1, 25, 26, 10, 13, 10, 5, 4, 11,
2, 4, 5, 18, 4, 190, 1, 2, 6, 10, 43, 10, 2, 4, 12, 18, 6, 194, 1, 0, 198, 1, 1, 26, 29, 32, 87, 104, 97, 116, 32, 111,
110, 101, 32, 104, 111, 115, 116, 32, 104, 97, 115, 32, 111, 102, 32, 97, 32, 114, 117, 110, 46, 10, 10, 11, 10, 3, 4, 12, 1, 18, 4, 194,
1, 8, 13, 10, 12, 10, 4, 4, 12, 2, 0, 18, 4, 195, 1, 2, 18, 10, 13, 10, 5, 4, 12, 2, 0, 1, 18, 4, 195, 1, 9, 13,
10, 13, 10, 5, 4, 12, 2, 0, 3, 18, 4, 195, 1, 16, 17, 10, 13, 10, 5, 4, 12, 2, 0, 5, 18, 4, 195, 1, 2, 8, 10, 91,
10, 4, 4, 12, 2, 1, 18, 4, 197, 1, 2, 28, 26, 77, 32, 84, 104, 101, 32, 112, 97, 114, 116, 115, 44, 32, 98, 121, 32, 116, 104, 101,
32, 110, 97, 109, 101, 115, 32, 116, 104, 97, 116, 32, 110, 111, 100, 101, 115, 32, 111, 102, 32, 116, 104, 101, 32, 112, 108, 97, 110, 32, 104, 97,
118, 101, 32, 102, 111, 114, 32, 116, 104, 101, 109, 59, 32, 97, 116, 32, 108, 101, 97, 115, 116, 32, 111, 110, 101, 46, 10, 10, 13, 10, 5, 4,
12, 2, 1, 1, 18, 4, 197, 1, 18, 23, 10, 13, 10, 5, 4, 12, 2, 1, 3, 18, 4, 197, 1, 26, 27, 10, 13, 10, 5, 4, 12, 2,
1, 4, 18, 4, 197, 1, 2, 10, 10, 13, 10, 5, 4, 12, 2, 1, 5, 18, 4, 197, 1, 11, 17, 10, 75, 10, 2, 4, 13, 18, 6, 201,
1, 0, 212, 1, 1, 26, 61, 32, 87, 104, 111, 115, 101, 32, 115, 101, 99, 114, 101, 116, 115, 44, 32, 111, 114, 32, 119, 104, 111, 115, 101, 32,
98, 114, 111, 107, 101, 114, 44, 32, 97, 114, 101, 32, 97, 115, 107, 101, 100, 32, 102, 111, 114, 44, 32, 97, 110, 100, 32, 98, 121, 32, 119, 104,
111, 109, 46, 10, 10, 11, 10, 3, 4, 13, 1, 18, 4, 201, 1, 8, 22, 10, 12, 10, 4, 4, 13, 2, 0, 18, 4, 202, 1, 2, 18, 10,
13, 10, 5, 4, 13, 2, 0, 1, 18, 4, 202, 1, 9, 13, 10, 13, 10, 5, 4, 13, 2, 0, 3, 18, 4, 202, 1, 16, 17, 10, 13, 10,
5, 4, 13, 2, 0, 5, 18, 4, 202, 1, 2, 8, 10, 42, 10, 4, 4, 13, 2, 1, 18, 4, 204, 1, 2, 25, 26, 28, 32, 65, 115, 32,
105, 110, 32, 116, 104, 101, 32, 97, 103, 101, 110, 116, 39, 115, 32, 114, 101, 112, 111, 114, 116, 115, 46, 10, 10, 13, 10, 5, 4, 13, 2, 1,
1, 18, 4, 204, 1, 9, 20, 10, 13, 10, 5, 4, 13, 2, 1, 3, 18, 4, 204, 1, 23, 24, 10, 13, 10, 5, 4, 13, 2, 1, 5, 18,
4, 204, 1, 2, 8, 10, 12, 10, 4, 4, 13, 2, 2, 18, 4, 205, 1, 2, 17, 10, 13, 10, 5, 4, 13, 2, 2, 1, 18, 4, 205, 1,
9, 12, 10, 13, 10, 5, 4, 13, 2, 2, 3, 18, 4, 205, 1, 15, 16, 10, 13, 10, 5, 4, 13, 2, 2, 5, 18, 4, 205, 1, 2, 8,
10, 12, 10, 4, 4, 13, 2, 3, 18, 4, 206, 1, 2, 24, 10, 13, 10, 5, 4, 13, 2, 3, 1, 18, 4, 206, 1, 9, 19, 10, 13, 10,
5, 4, 13, 2, 3, 3, 18, 4, 206, 1, 22, 23, 10, 13, 10, 5, 4, 13, 2, 3, 5, 18, 4, 206, 1, 2, 8, 10, 155, 1, 10, 4,
4, 13, 2, 4, 18, 4, 209, 1, 2, 21, 26, 140, 1, 32, 87, 104, 97, 116, 32, 116, 104, 101, 32, 104, 111, 115, 116, 39, 115, 32, 109, 97,
99, 104, 105, 110, 101, 32, 115, 97, 121, 115, 32, 111, 102, 32, 105, 116, 115, 101, 108, 102, 32, 117, 110, 116, 105, 108, 32, 105, 116, 32, 105, 115,
32, 115, 116, 97, 114, 116, 101, 100, 32, 97, 110, 101, 119, 44, 32, 115, 111, 32, 116, 104, 97, 116, 32, 97, 32, 109, 105, 100, 116, 105, 101, 114,
32, 111, 110, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 111, 110, 101, 32, 107, 110, 111, 119, 115, 32, 105, 116, 59, 32, 101, 109, 112, 116, 121,
32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 115, 97, 121, 115, 10, 32, 110, 111, 116, 104, 105, 110, 103, 46, 10, 10, 13, 10, 5, 4, 13, 2,
4, 1, 18, 4, 209, 1, 9, 16, 10, 13, 10, 5, 4, 13, 2, 4, 3, 18, 4, 209, 1, 19, 20, 10, 13, 10, 5, 4, 13, 2, 4, 5,
18, 4, 209, 1, 2, 8, 10, 84, 10, 4, 4, 13, 2, 5, 18, 4, 211, 1, 2, 29, 26, 70, 32, 84, 104, 101, 32, 104, 111, 115, 116, 32,
99, 111, 117, 108, 100, 32, 110, 111, 116, 32, 114, 101, 97, 99, 104, 32, 116, 104, 101, 32, 115, 116, 111, 114, 101, 32, 111, 102, 32, 115, 101, 99,
114, 101, 116, 115, 32, 119, 105, 116, 104, 32, 116, 104, 101, 32, 103, 114, 97, 110, 116, 32, 98, 101, 102, 111, 114, 101, 46, 10, 10, 13, 10, 5,
4, 13, 2, 5, 1, 18, 4, 211, 1, 7, 24, 10, 13, 10, 5, 4, 13, 2, 5, 3, 18, 4, 211, 1, 27, 28, 10, 13, 10, 5, 4, 13,
2, 5, 5, 18, 4, 211, 1, 2, 6, 10, 35, 10, 2, 4, 14, 18, 6, 215, 1, 0, 225, 1, 1, 26, 21, 32, 87, 104, 97, 116, 32, 98,
101, 99, 111, 109, 101, 115, 32, 111, 102, 32, 105, 116, 46, 10, 10, 11, 10, 3, 4, 14, 1, 18, 4, 215, 1, 8, 21, 10, 12, 10, 4, 4,
14, 2, 0, 18, 4, 217, 1, 4, 26, 10, 13, 10, 5, 4, 14, 2, 0, 1, 18, 4, 217, 1, 16, 21, 10, 13, 10, 5, 4, 14, 2, 0,
3, 18, 4, 217, 1, 24, 25, 10, 13, 10, 5, 4, 14, 2, 0, 6, 18, 4, 217, 1, 4, 15, 10, 94, 10, 4, 4, 14, 2, 1, 18, 4,
219, 1, 4, 23, 26, 80, 32, 78, 111, 116, 32, 110, 111, 119, 44, 32, 97, 110, 100, 32, 119, 104, 121, 44, 32, 102, 111, 114, 32, 97, 32, 112,
101, 114, 115, 111, 110, 58, 32, 34, 115, 101, 99, 114, 101, 116, 32, 115, 116, 111, 114, 101, 32, 117, 110, 114, 101, 97, 99, 104, 97, 98, 108, 101,
34, 46, 32, 84, 111, 32, 98, 101, 32, 97, 115, 107, 101, 100, 32, 97, 103, 97, 105, 110, 46, 10, 10, 13, 10, 5, 4, 14, 2, 1, 1, 18,
4, 219, 1, 11, 18, 10, 13, 10, 5, 4, 14, 2, 1, 3, 18, 4, 219, 1, 21, 22, 10, 13, 10, 5, 4, 14, 2, 1, 5, 18, 4, 219,
1, 4, 10, 10, 79, 10, 4, 4, 14, 2, 2, 18, 4, 221, 1, 4, 24, 26, 65, 32, 78, 111, 116, 32, 111, 110, 32, 116, 104, 105, 115, 32,
104, 111, 115, 116, 44, 32, 97, 110, 100, 32, 119, 104, 121, 44, 32, 102, 111, 114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 58, 32, 97, 110, 111,
116, 104, 101, 114, 32, 109, 97, 121, 32, 100, 111, 32, 98, 101, 116, 116, 101, 114, 46, 10, 10, 13, 10, 5, 4, 14, 2, 2, 1, 18, 4, 221,
1, 11, 19, 10, 13, 10, 5, 4, 14, 2, 2, 3, 18, 4, 221, 1, 22, 23, 10, 13, 10, 5, 4, 14, 2, 2, 5, 18, 4, 221, 1, 4,
10, 10, 50, 10, 4, 4, 14, 2, 3, 18, 4, 223, 1, 4, 21, 26, 36, 32, 78, 111, 116, 32, 97, 116, 32, 97, 108, 108, 44, 32, 97, 110,
100, 32, 119, 104, 121, 44, 32, 102, 111, 114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 46, 10, 10, 13, 10, 5, 4, 14, 2, 3, 1, 18, 4,
223, 1, 11, 16, 10, 13, 10, 5, 4, 14, 2, 3, 3, 18, 4, 223, 1, 19, 20, 10, 13, 10, 5, 4, 14, 2, 3, 5, 18, 4, 223, 1,
4, 10, 10, 14, 10, 4, 4, 14, 8, 0, 18, 6, 216, 1, 2, 224, 1, 3, 10, 13, 10, 5, 4, 14, 8, 0, 1, 18, 4, 216, 1, 8,
14, 10, 88, 10, 2, 4, 15, 18, 6, 228, 1, 0, 238, 1, 1, 26, 74, 32, 84, 104, 101, 32, 114, 105, 103, 104, 116, 32, 116, 111, 32, 114,
101, 97, 100, 32, 115, 111, 109, 101, 32, 115, 101, 99, 114, 101, 116, 115, 44, 32, 102, 111, 114, 32, 116, 104, 101, 32, 104, 111, 115, 116, 32, 116,
104, 97, 116, 32, 97, 115, 107, 101, 100, 32, 97, 110, 100, 32, 110, 111, 98, 111, 100, 121, 32, 101, 108, 115, 101, 46, 10, 10, 11, 10, 3, 4,
15, 1, 18, 4, 228, 1, 8, 19, 10, 49, 10, 4, 4, 15, 2, 0, 18, 4, 230, 1, 2, 16, 26, 35, 32, 87, 104, 97, 116, 32, 105, 116,
32, 105, 115, 32, 114, 101, 118, 111, 107, 101, 100, 32, 98, 121, 59, 32, 110, 111, 32, 115, 101, 99, 114, 101, 116, 46, 10, 10, 13, 10, 5, 4,
15, 2, 0, 1, 18, 4, 230, 1, 9, 11, 10, 13, 10, 5, 4, 15, 2, 0, 3, 18, 4, 230, 1, 14, 15, 10, 13, 10, 5, 4, 15, 2,
0, 5, 18, 4, 230, 1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 1, 18, 4, 231, 1, 2, 21, 10, 13, 10, 5, 4, 15, 2, 1, 1, 18,
4, 231, 1, 9, 16, 10, 13, 10, 5, 4, 15, 2, 1, 3, 18, 4, 231, 1, 19, 20, 10, 13, 10, 5, 4, 15, 2, 1, 5, 18, 4, 231,
1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 2, 18, 4, 233, 1, 4, 31, 10, 13, 10, 5, 4, 15, 2, 2, 1, 18, 4, 233, 1, 19, 26,
10, 13, 10, 5, 4, 15, 2, 2, 3, 18, 4, 233, 1, 29, 30, 10, 13, 10, 5, 4, 15, 2, 2, 6, 18, 4, 233, 1, 4, 18, 10, 12,
10, 4, 4, 15, 2, 3, 18, 4, 234, 1, 4, 28, 10, 13, 10, 5, 4, 15, 2, 3, 1, 18, 4, 234, 1, 17, 23, 10, 13, 10, 5, 4,
15, 2, 3, 3, 18, 4, 234, 1, 26, 27, 10, 13, 10, 5, 4, 15, 2, 3, 6, 18, 4, 234, 1, 4, 16, 10, 58, 10, 4, 4, 15, 2,
4, 18, 4, 237, 1, 2, 28, 26, 44, 32, 87, 104, 101, 114, 101, 32, 116, 104, 101, 32, 115, 101, 99, 114, 101, 116, 115, 32, 108, 105, 101, 58,
32, 96, 109, 111, 117, 110, 116, 47, 112, 97, 116, 104, 35, 102, 105, 101, 108, 100, 96, 46, 10, 10, 13, 10, 5, 4, 15, 2, 4, 1, 18, 4,
237, 1, 18, 23, 10, 13, 10, 5, 4, 15, 2, 4, 3, 18, 4, 237, 1, 26, 27, 10, 13, 10, 5, 4, 15, 2, 4, 4, 18, 4, 237, 1,
2, 10, 10, 13, 10, 5, 4, 15, 2, 4, 5, 18, 4, 237, 1, 11, 17, 10, 14, 10, 4, 4, 15, 8, 0, 18, 6, 232, 1, 2, 235, 1,
3, 10, 13, 10, 5, 4, 15, 8, 0, 1, 18, 4, 232, 1, 8, 14, 10, 67, 10, 2, 4, 16, 18, 6, 241, 1, 0, 245, 1, 1, 26, 53,
32, 65, 32, 116, 111, 107, 101, 110, 32, 116, 104, 97, 116, 32, 105, 115, 32, 103, 111, 111, 100, 32, 102, 111, 114, 32, 111, 110, 101, 32, 101, 120,
99, 104, 97, 110, 103, 101, 32, 97, 116, 32, 116, 104, 101, 32, 115, 116, 111, 114, 101, 46, 10, 10, 11, 10, 3, 4, 16, 1, 18, 4, 241, 1,
8, 22, 10, 57, 10, 4, 4, 16, 2, 0, 18, 4, 243, 1, 2, 21, 26, 43, 32, 87, 104, 101, 114, 101, 32, 116, 104, 101, 32, 115, 116, 111,
114, 101, 32, 105, 115, 44, 32, 97, 115, 32, 97, 32, 104, 111, 115, 116, 32, 114, 101, 97, 99, 104, 101, 115, 32, 105, 116, 46, 10, 10, 13, 10,
5, 4, 16, 2, 0, 1, 18, 4, 243, 1, 9, 16, 10, 13, 10, 5, 4, 16, 2, 0, 3, 18, 4, 243, 1, 19, 20, 10, 13, 10, 5, 4,
16, 2, 0, 5, 18, 4, 243, 1, 2, 8, 10, 12, 10, 4, 4, 16, 2, 1, 18, 4, 244, 1, 2, 18, 10, 13, 10, 5, 4, 16, 2, 1,
1, 18, 4, 244, 1, 8, 13, 10, 13, 10, 5, 4, 16, 2, 1, 3, 18, 4, 244, 1, 16, 17, 10, 13, 10, 5, 4, 16, 2, 1, 5, 18,
4, 244, 1, 2, 7, 10, 75, 10, 2, 4, 17, 18, 6, 248, 1, 0, 251, 1, 1, 26, 61, 32, 84, 104, 101, 32, 118, 97, 108, 117, 101, 115,
32, 116, 104, 101, 109, 115, 101, 108, 118, 101, 115, 58, 32, 116, 111, 32, 97, 32, 104, 111, 115, 116, 32, 111, 102, 32, 116, 104, 101, 32, 115, 97,
109, 101, 32, 109, 97, 99, 104, 105, 110, 101, 32, 97, 108, 111, 110, 101, 46, 10, 10, 11, 10, 3, 4, 17, 1, 18, 4, 248, 1, 8, 20, 10,
50, 10, 4, 4, 17, 2, 0, 18, 4, 250, 1, 2, 28, 26, 36, 32, 73, 110, 32, 116, 104, 101, 32, 111, 114, 100, 101, 114, 32, 111, 102, 32,
116, 104, 101, 32, 103, 114, 97, 110, 116, 39, 115, 32, 112, 97, 116, 104, 115, 46, 10, 10, 13, 10, 5, 4, 17, 2, 0, 1, 18, 4, 250, 1,
17, 23, 10, 13, 10, 5, 4, 17, 2, 0, 3, 18, 4, 250, 1, 26, 27, 10, 13, 10, 5, 4, 17, 2, 0, 4, 18, 4, 250, 1, 2, 10,
10, 13, 10, 5, 4, 17, 2, 0, 5, 18, 4, 250, 1, 11, 16, 10, 52, 10, 2, 4, 18, 18, 6, 254, 1, 0, 136, 2, 1, 26, 38, 32,
87, 104, 97, 116, 32, 98, 101, 99, 111, 109, 101, 115, 32, 111, 102, 32, 97, 115, 107, 105, 110, 103, 32, 102, 111, 114, 32, 97, 32, 98, 114, 111,
107, 101, 114, 46, 10, 10, 11, 10, 3, 4, 18, 1, 18, 4, 254, 1, 8, 20, 10, 12, 10, 4, 4, 18, 2, 0, 18, 4, 128, 2, 4, 26,
10, 13, 10, 5, 4, 18, 2, 0, 1, 18, 4, 128, 2, 16, 21, 10, 13, 10, 5, 4, 18, 2, 0, 3, 18, 4, 128, 2, 24, 25, 10, 13,
10, 5, 4, 18, 2, 0, 6, 18, 4, 128, 2, 4, 15, 10, 94, 10, 4, 4, 18, 2, 1, 18, 4, 130, 2, 4, 23, 26, 80, 32, 78, 111,
116, 32, 110, 111, 119, 44, 32, 97, 110, 100, 32, 119, 104, 121, 44, 32, 102, 111, 114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 58, 32, 34, 115,
101, 99, 114, 101, 116, 32, 115, 116, 111, 114, 101, 32, 117, 110, 114, 101, 97, 99, 104, 97, 98, 108, 101, 34, 46, 32, 84, 111, 32, 98, 101, 32,
97, 115, 107, 101, 100, 32, 97, 103, 97, 105, 110, 46, 10, 10, 13, 10, 5, 4, 18, 2, 1, 1, 18, 4, 130, 2, 11, 18, 10, 13, 10, 5,
4, 18, 2, 1, 3, 18, 4, 130, 2, 21, 22, 10, 13, 10, 5, 4, 18, 2, 1, 5, 18, 4, 130, 2, 4, 10, 10, 79, 10, 4, 4, 18,
2, 2, 18, 4, 132, 2, 4, 24, 26, 65, 32, 78, 111, 116, 32, 111, 110, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 44, 32, 97, 110, 100,
32, 119, 104, 121, 44, 32, 102, 111, 114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 58, 32, 97, 110, 111, 116, 104, 101, 114, 32, 109, 97, 121, 32,
100, 111, 32, 98, 101, 116, 116, 101, 114, 46, 10, 10, 13, 10, 5, 4, 18, 2, 2, 1, 18, 4, 132, 2, 11, 19, 10, 13, 10, 5, 4, 18,
2, 2, 3, 18, 4, 132, 2, 22, 23, 10, 13, 10, 5, 4, 18, 2, 2, 5, 18, 4, 132, 2, 4, 10, 10, 50, 10, 4, 4, 18, 2, 3,
18, 4, 134, 2, 4, 21, 26, 36, 32, 78, 111, 116, 32, 97, 116, 32, 97, 108, 108, 44, 32, 97, 110, 100, 32, 119, 104, 121, 44, 32, 102, 111,
114, 32, 97, 32, 112, 101, 114, 115, 111, 110, 46, 10, 10, 13, 10, 5, 4, 18, 2, 3, 1, 18, 4, 134, 2, 11, 16, 10, 13, 10, 5, 4,
18, 2, 3, 3, 18, 4, 134, 2, 19, 20, 10, 13, 10, 5, 4, 18, 2, 3, 5, 18, 4, 134, 2, 4, 10, 10, 14, 10, 4, 4, 18, 8,
0, 18, 6, 255, 1, 2, 135, 2, 3, 10, 13, 10, 5, 4, 18, 8, 0, 1, 18, 4, 255, 1, 8, 14, 10, 66, 10, 2, 4, 19, 18, 6,
139, 2, 0, 144, 2, 1, 26, 52, 32, 65, 32, 98, 114, 111, 107, 101, 114, 44, 32, 102, 111, 114, 32, 116, 104, 101, 32, 104, 111, 115, 116, 32,
116, 104, 97, 116, 32, 97, 115, 107, 101, 100, 32, 97, 110, 100, 32, 110, 111, 98, 111, 100, 121, 32, 101, 108, 115, 101, 46, 10, 10, 11, 10, 3,
4, 19, 1, 18, 4, 139, 2, 8, 19, 10, 49, 10, 4, 4, 19, 2, 0, 18, 4, 141, 2, 2, 16, 26, 35, 32, 87, 104, 97, 116, 32, 105,
116, 32, 105, 115, 32, 114, 101, 118, 111, 107, 101, 100, 32, 98, 121, 59, 32, 110, 111, 32, 115, 101, 99, 114, 101, 116, 46, 10, 10, 13, 10, 5,
4, 19, 2, 0, 1, 18, 4, 141, 2, 9, 11, 10, 13, 10, 5, 4, 19, 2, 0, 3, 18, 4, 141, 2, 14, 15, 10, 13, 10, 5, 4, 19,
2, 0, 5, 18, 4, 141, 2, 2, 8, 10, 70, 10, 4, 4, 19, 2, 1, 18, 4, 143, 2, 2, 17, 26, 56, 32, 97, 109, 113, 112, 58, 47,
47, 117, 115, 101, 114, 58, 112, 97, 115, 115, 119, 111, 114, 100, 64, 104, 111, 115, 116, 58, 112, 111, 114, 116, 47, 118, 105, 114, 116, 117, 97, 108,
45, 104, 111, 115, 116, 46, 32, 65, 32, 115, 101, 99, 114, 101, 116, 46, 10, 10, 13, 10, 5, 4, 19, 2, 1, 1, 18, 4, 143, 2, 9, 12,
10, 13, 10, 5, 4, 19, 2, 1, 3, 18, 4, 143, 2, 15, 16, 10, 13, 10, 5, 4, 19, 2, 1, 5, 18, 4, 143, 2, 2, 8, 10, 38,
10, 2, 6, 0, 18, 4, 9, 0, 24, 1, 26, 26, 32, 83, 101, 114, 118, 101, 100, 32, 98, 121, 32, 101, 118, 101, 114, 121, 32, 109, 105, 100,
116, 105, 101, 114, 46, 10, 10, 10, 10, 3, 6, 0, 1, 18, 3, 9, 8, 13, 10, 135, 3, 10, 4, 6, 0, 2, 0, 18, 3, 14, 2, 53,
26, 249, 2, 32, 84, 104, 101, 32, 97, 103, 101, 110, 116, 32, 115, 101, 110, 100, 115, 32, 97, 32, 114, 101, 112, 111, 114, 116, 32, 119, 104, 101,
110, 32, 105, 116, 32, 98, 101, 103, 105, 110, 115, 44, 32, 119, 104, 101, 110, 101, 118, 101, 114, 32, 115, 111, 109, 101, 116, 104, 105, 110, 103, 32,
104, 97, 115, 32, 99, 104, 97, 110, 103, 101, 100, 44, 32, 97, 110, 100, 32, 97, 116, 32, 108, 101, 97, 115, 116, 32, 116, 104, 114, 101, 101, 32,
116, 105, 109, 101, 115, 32, 105, 110, 32, 97, 32, 108, 101, 97, 115, 101, 46, 10, 32, 69, 97, 99, 104, 32, 114, 101, 112, 111, 114, 116, 32, 105,
115, 32, 97, 110, 115, 119, 101, 114, 101, 100, 32, 98, 121, 32, 111, 114, 100, 101, 114, 115, 59, 32, 111, 114, 100, 101, 114, 115, 32, 97, 108, 115,
111, 32, 99, 111, 109, 101, 32, 98, 121, 32, 116, 104, 101, 109, 115, 101, 108, 118, 101, 115, 32, 119, 104, 101, 110, 32, 116, 104, 101, 121, 32, 99,
104, 97, 110, 103, 101, 46, 32, 65, 110, 32, 97, 103, 101, 110, 116, 32, 119, 104, 111, 115, 101, 32, 116, 111, 107, 101, 110, 32, 105, 115, 32, 117,
110, 107, 110, 111, 119, 110, 10, 32, 103, 101, 116, 115, 32, 85, 78, 65, 85, 84, 72, 69, 78, 84, 73, 67, 65, 84, 69, 68, 44, 32, 111, 110,
101, 32, 116, 104, 97, 116, 32, 109, 97, 121, 32, 110, 111, 116, 32, 115, 112, 101, 97, 107, 32, 102, 111, 114, 32, 105, 116, 115, 32, 104, 111, 115,
116, 32, 80, 69, 82, 77, 73, 83, 83, 73, 79, 78, 95, 68, 69, 78, 73, 69, 68, 44, 32, 111, 110, 101, 32, 119, 104, 111, 115, 101, 32, 104,
111, 115, 116, 32, 105, 115, 32, 104, 101, 108, 100, 32, 98, 121, 32, 97, 110, 111, 116, 104, 101, 114, 10, 32, 97, 103, 101, 110, 116, 32, 116, 104,
97, 116, 32, 105, 115, 32, 97, 108, 105, 118, 101, 32, 65, 76, 82, 69, 65, 68, 89, 95, 69, 88, 73, 83, 84, 83, 46, 10, 10, 12, 10, 5,
6, 0, 2, 0, 1, 18, 3, 14, 6, 13, 10, 12, 10, 5, 6, 0, 2, 0, 2, 18, 3, 14, 21, 27, 10, 12, 10, 5, 6, 0, 2, 0,
3, 18, 3, 14, 45, 51, 10, 12, 10, 5, 6, 0, 2, 0, 5, 18, 3, 14, 14, 20, 10, 12, 10, 5, 6, 0, 2, 0, 6, 18, 3, 14,
38, 44, 10, 206, 2, 10, 4, 6, 0, 2, 1, 18, 3, 19, 2, 59, 26, 192, 2, 32, 84, 104, 101, 32, 97, 103, 101, 110, 116, 32, 97, 115,
107, 115, 32, 102, 111, 114, 32, 116, 104, 101, 32, 115, 101, 99, 114, 101, 116, 115, 32, 111, 102, 32, 97, 110, 32, 97, 116, 116, 101, 109, 112, 116,
32, 116, 104, 97, 116, 32, 105, 116, 32, 104, 111, 108, 100, 115, 44, 32, 111, 110, 99, 101, 32, 101, 118, 101, 114, 121, 116, 104, 105, 110, 103, 32,
101, 108, 115, 101, 32, 111, 102, 32, 105, 116, 32, 105, 115, 32, 104, 101, 114, 101, 46, 32, 84, 104, 101, 32, 109, 105, 100, 116, 105, 101, 114, 32,
107, 110, 111, 119, 115, 32, 119, 104, 105, 99, 104, 32, 116, 104, 111, 115, 101, 32, 97, 114, 101, 46, 10, 32, 65, 115, 107, 101, 100, 32, 97, 103,
97, 105, 110, 32, 102, 111, 114, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 97, 116, 116, 101, 109, 112, 116, 44, 32, 105, 116, 32, 109, 97, 107,
101, 115, 32, 97, 32, 110, 101, 119, 32, 103, 114, 97, 110, 116, 44, 32, 97, 110, 100, 32, 116, 104, 101, 32, 111, 110, 101, 32, 98, 101, 102, 111,
114, 101, 32, 105, 115, 32, 119, 111, 114, 116, 104, 32, 110, 111, 116, 104, 105, 110, 103, 32, 97, 110, 121, 32, 109, 111, 114, 101, 46, 32, 87, 104,
111, 32, 109, 97, 121, 32, 97, 115, 107, 32, 105, 115, 32, 97, 115, 10, 32, 119, 105, 116, 104, 32, 115, 101, 115, 115, 105, 111, 110, 115, 59, 32,
85, 78, 65, 86, 65, 73, 76, 65, 66, 76, 69, 32, 115, 97, 121, 115, 32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 109, 105, 100, 116, 105, 101,
114, 32, 99, 97, 110, 110, 111, 116, 32, 108, 111, 111, 107, 32, 110, 111, 119, 46, 10, 10, 12, 10, 5, 6, 0, 2, 1, 1, 18, 3, 19, 6,
18, 10, 12, 10, 5, 6, 0, 2, 1, 2, 18, 3, 19, 19, 33, 10, 12, 10, 5, 6, 0, 2, 1, 3, 18, 3, 19, 44, 57, 10, 144, 2,
10, 4, 6, 0, 2, 2, 18, 3, 23, 2, 57, 26, 130, 2, 32, 84, 104, 101, 32, 97, 103, 101, 110, 116, 32, 97, 115, 107, 115, 32, 102, 111,
114, 32, 116, 104, 101, 32, 98, 114, 111, 107, 101, 114, 32, 111, 102, 32, 97, 110, 32, 97, 116, 116, 101, 109, 112, 116, 32, 116, 104, 97, 116, 32,
105, 115, 32, 100, 105, 118, 105, 100, 101, 100, 32, 97, 109, 111, 110, 103, 32, 104, 111, 115, 116, 115, 44, 32, 119, 104, 101, 114, 101, 32, 105, 116,
115, 32, 100, 105, 118, 105, 115, 105, 111, 110, 32, 115, 97, 121, 115, 32, 115, 111, 58, 32, 97, 115, 32, 97, 32, 117, 115, 101, 114, 32, 116, 104,
97, 116, 32, 109, 97, 121, 32, 116, 111, 117, 99, 104, 32, 116, 104, 101, 10, 32, 113, 117, 101, 117, 101, 115, 32, 111, 102, 32, 116, 104, 105, 115,
32, 114, 117, 110, 32, 97, 108, 111, 110, 101, 44, 32, 97, 110, 100, 32, 105, 115, 32, 103, 111, 110, 101, 32, 119, 104, 101, 110, 32, 116, 104, 101,
32, 97, 116, 116, 101, 109, 112, 116, 32, 105, 115, 32, 111, 118, 101, 114, 32, 111, 110, 32, 116, 104, 105, 115, 32, 104, 111, 115, 116, 46, 32, 65,
115, 107, 101, 100, 32, 97, 103, 97, 105, 110, 44, 32, 97, 110, 100, 32, 98, 121, 32, 119, 104, 111, 109, 44, 32, 105, 116, 32, 105, 115, 32, 97,
115, 32, 119, 105, 116, 104, 32, 115, 101, 99, 114, 101, 116, 115, 46, 10, 10, 12, 10, 5, 6, 0, 2, 2, 1, 18, 3, 23, 6, 17, 10, 12,
10, 5, 6, 0, 2, 2, 2, 18, 3, 23, 18, 32, 10, 12, 10, 5, 6, 0, 2, 2, 3, 18, 3, 23, 43, 55, 10, 190, 2, 10, 1, 12,
18, 3, 4, 0, 18, 26, 179, 2, 32, 87, 104, 97, 116, 32, 97, 32, 99, 111, 109, 112, 117, 116, 101, 32, 104, 111, 115, 116, 39, 115, 32, 97,
103, 101, 110, 116, 32, 97, 110, 100, 32, 116, 104, 101, 32, 109, 105, 100, 116, 105, 101, 114, 32, 115, 97, 121, 32, 116, 111, 32, 101, 97, 99, 104,
32, 111, 116, 104, 101, 114, 46, 10, 10, 32, 84, 104, 101, 32, 97, 103, 101, 110, 116, 32, 111, 112, 101, 110, 115, 32, 111, 110, 101, 32, 115, 101,
115, 115, 105, 111, 110, 32, 97, 110, 100, 32, 107, 101, 101, 112, 115, 32, 105, 116, 46, 32, 69, 118, 101, 114, 121, 32, 109, 101, 115, 115, 97, 103,
101, 44, 32, 101, 105, 116, 104, 101, 114, 32, 119, 97, 121, 44, 32, 105, 115, 32, 97, 32, 119, 104, 111, 108, 101, 32, 115, 116, 97, 116, 101, 32,
97, 110, 100, 32, 110, 111, 32, 99, 104, 97, 110, 103, 101, 32, 111, 102, 32, 111, 110, 101, 58, 32, 97, 32, 109, 101, 115, 115, 97, 103, 101, 10,
32, 116, 104, 97, 116, 32, 105, 115, 32, 108, 111, 115, 116, 44, 32, 100, 111, 117, 98, 108, 101, 100, 32, 111, 114, 32, 108, 97, 116, 101, 32, 100,
111, 101, 115, 32, 110, 111, 32, 104, 97, 114, 109, 44, 32, 97, 110, 100, 32, 97, 32, 115, 101, 115, 115, 105, 111, 110, 32, 116, 104, 97, 116, 32,
98, 114, 101, 97, 107, 115, 32, 105, 115, 32, 115, 105, 109, 112, 108, 121, 32, 111, 112, 101, 110, 101, 100, 32, 97, 103, 97, 105, 110, 44, 32, 97,
116, 32, 116, 104, 105, 115, 32, 109, 105, 100, 116, 105, 101, 114, 32, 111, 114, 32, 97, 110, 111, 116, 104, 101, 114, 46, 10, 98, 6, 112, 114, 111,
116, 111, 51,
];
