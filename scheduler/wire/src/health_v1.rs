//! Version 1 of gRPC's protocol of health: @generated from health.proto by `cargo xtask gen`.

#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct HealthCheckRequest {
    #[prost(string, tag = "1")]
    pub service: ::prost::alloc::string::String,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct HealthCheckResponse {
    #[prost(enumeration = "health_check_response::ServingStatus", tag = "1")]
    pub status: i32,
}
/// Nested message and enum types in `HealthCheckResponse`.
pub mod health_check_response {
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
    pub enum ServingStatus {
        Unknown = 0,
        Serving = 1,
        NotServing = 2,
        /// Only of Watch.
        ServiceUnknown = 3,
    }
    impl ServingStatus {
        /// String value of the enum field names used in the ProtoBuf definition.
        ///
        /// The values are not transformed in any way and thus are considered stable
        /// (if the ProtoBuf definition does not change) and safe for programmatic use.
        pub fn as_str_name(&self) -> &'static str {
            match self {
                Self::Unknown => "UNKNOWN",
                Self::Serving => "SERVING",
                Self::NotServing => "NOT_SERVING",
                Self::ServiceUnknown => "SERVICE_UNKNOWN",
            }
        }
        /// Creates an enum from field names used in the ProtoBuf definition.
        pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
            match value {
                "UNKNOWN" => Some(Self::Unknown),
                "SERVING" => Some(Self::Serving),
                "NOT_SERVING" => Some(Self::NotServing),
                "SERVICE_UNKNOWN" => Some(Self::ServiceUnknown),
                _ => None,
            }
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct HealthListRequest {}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct HealthListResponse {
    #[prost(map = "string, message", tag = "1")]
    pub statuses: ::std::collections::HashMap<
        ::prost::alloc::string::String,
        HealthCheckResponse,
    >,
}
/// Generated client implementations.
pub mod health_client {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    use tonic::codegen::http::Uri;
    #[derive(Debug, Clone)]
    pub struct HealthClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl HealthClient<tonic::transport::Channel> {
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
    impl<T> HealthClient<T>
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
        ) -> HealthClient<InterceptedService<T, F>>
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
            HealthClient::new(InterceptedService::new(inner, interceptor))
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
        /// NOT_FOUND for a service that there is not.
        pub async fn check(
            &mut self,
            request: impl tonic::IntoRequest<super::HealthCheckRequest>,
        ) -> std::result::Result<
            tonic::Response<super::HealthCheckResponse>,
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
                "/grpc.health.v1.Health/Check",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("grpc.health.v1.Health", "Check"));
            self.inner.unary(req, path, codec).await
        }
        /// Every service there is.
        pub async fn list(
            &mut self,
            request: impl tonic::IntoRequest<super::HealthListRequest>,
        ) -> std::result::Result<
            tonic::Response<super::HealthListResponse>,
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
                "/grpc.health.v1.Health/List",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("grpc.health.v1.Health", "List"));
            self.inner.unary(req, path, codec).await
        }
        /// The status now, and whenever it changes.
        pub async fn watch(
            &mut self,
            request: impl tonic::IntoRequest<super::HealthCheckRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::HealthCheckResponse>>,
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
                "/grpc.health.v1.Health/Watch",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("grpc.health.v1.Health", "Watch"));
            self.inner.server_streaming(req, path, codec).await
        }
    }
}
/// Generated server implementations.
pub mod health_server {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    /// Generated trait containing gRPC methods that should be implemented for use with HealthServer.
    #[async_trait]
    pub trait Health: std::marker::Send + std::marker::Sync + 'static {
        /// NOT_FOUND for a service that there is not.
        async fn check(
            &self,
            request: tonic::Request<super::HealthCheckRequest>,
        ) -> std::result::Result<
            tonic::Response<super::HealthCheckResponse>,
            tonic::Status,
        >;
        /// Every service there is.
        async fn list(
            &self,
            request: tonic::Request<super::HealthListRequest>,
        ) -> std::result::Result<
            tonic::Response<super::HealthListResponse>,
            tonic::Status,
        >;
        /// Server streaming response type for the Watch method.
        type WatchStream: tonic::codegen::tokio_stream::Stream<
                Item = std::result::Result<super::HealthCheckResponse, tonic::Status>,
            >
            + std::marker::Send
            + 'static;
        /// The status now, and whenever it changes.
        async fn watch(
            &self,
            request: tonic::Request<super::HealthCheckRequest>,
        ) -> std::result::Result<tonic::Response<Self::WatchStream>, tonic::Status>;
    }
    #[derive(Debug)]
    pub struct HealthServer<T> {
        inner: Arc<T>,
        accept_compression_encodings: EnabledCompressionEncodings,
        send_compression_encodings: EnabledCompressionEncodings,
        max_decoding_message_size: Option<usize>,
        max_encoding_message_size: Option<usize>,
    }
    impl<T> HealthServer<T> {
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
    impl<T, B> tonic::codegen::Service<http::Request<B>> for HealthServer<T>
    where
        T: Health,
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
                "/grpc.health.v1.Health/Check" => {
                    #[allow(non_camel_case_types)]
                    struct CheckSvc<T: Health>(pub Arc<T>);
                    impl<
                        T: Health,
                    > tonic::server::UnaryService<super::HealthCheckRequest>
                    for CheckSvc<T> {
                        type Response = super::HealthCheckResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::HealthCheckRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Health>::check(&inner, request).await
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
                        let method = CheckSvc(inner);
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
                "/grpc.health.v1.Health/List" => {
                    #[allow(non_camel_case_types)]
                    struct ListSvc<T: Health>(pub Arc<T>);
                    impl<T: Health> tonic::server::UnaryService<super::HealthListRequest>
                    for ListSvc<T> {
                        type Response = super::HealthListResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::HealthListRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Health>::list(&inner, request).await
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
                        let method = ListSvc(inner);
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
                "/grpc.health.v1.Health/Watch" => {
                    #[allow(non_camel_case_types)]
                    struct WatchSvc<T: Health>(pub Arc<T>);
                    impl<
                        T: Health,
                    > tonic::server::ServerStreamingService<super::HealthCheckRequest>
                    for WatchSvc<T> {
                        type Response = super::HealthCheckResponse;
                        type ResponseStream = T::WatchStream;
                        type Future = BoxFuture<
                            tonic::Response<Self::ResponseStream>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::HealthCheckRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Health>::watch(&inner, request).await
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
                        let method = WatchSvc(inner);
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
                        let res = grpc.server_streaming(method, req).await;
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
    impl<T> Clone for HealthServer<T> {
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
    pub const SERVICE_NAME: &str = "grpc.health.v1.Health";
    impl<T> tonic::server::NamedService for HealthServer<T> {
        const NAME: &'static str = SERVICE_NAME;
    }
}
/// The compiled description of the protocol.
pub const DESCRIPTORS: &[u8] = &[
10, 247, 13, 10, 27, 103, 114, 112, 99, 47, 104, 101, 97, 108, 116, 104, 47, 118, 49, 47, 104, 101, 97, 108, 116, 104, 46, 112, 114, 111, 116, 111,
18, 14, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 34, 46, 10, 18, 72, 101, 97, 108, 116, 104, 67, 104, 101, 99, 107, 82,
101, 113, 117, 101, 115, 116, 18, 24, 10, 7, 115, 101, 114, 118, 105, 99, 101, 24, 1, 32, 1, 40, 9, 82, 7, 115, 101, 114, 118, 105, 99, 101,
34, 177, 1, 10, 19, 72, 101, 97, 108, 116, 104, 67, 104, 101, 99, 107, 82, 101, 115, 112, 111, 110, 115, 101, 18, 73, 10, 6, 115, 116, 97, 116,
117, 115, 24, 1, 32, 1, 40, 14, 50, 49, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104,
67, 104, 101, 99, 107, 82, 101, 115, 112, 111, 110, 115, 101, 46, 83, 101, 114, 118, 105, 110, 103, 83, 116, 97, 116, 117, 115, 82, 6, 115, 116, 97,
116, 117, 115, 34, 79, 10, 13, 83, 101, 114, 118, 105, 110, 103, 83, 116, 97, 116, 117, 115, 18, 11, 10, 7, 85, 78, 75, 78, 79, 87, 78, 16,
0, 18, 11, 10, 7, 83, 69, 82, 86, 73, 78, 71, 16, 1, 18, 15, 10, 11, 78, 79, 84, 95, 83, 69, 82, 86, 73, 78, 71, 16, 2, 18,
19, 10, 15, 83, 69, 82, 86, 73, 67, 69, 95, 85, 78, 75, 78, 79, 87, 78, 16, 3, 34, 19, 10, 17, 72, 101, 97, 108, 116, 104, 76, 105,
115, 116, 82, 101, 113, 117, 101, 115, 116, 34, 196, 1, 10, 18, 72, 101, 97, 108, 116, 104, 76, 105, 115, 116, 82, 101, 115, 112, 111, 110, 115, 101,
18, 76, 10, 8, 115, 116, 97, 116, 117, 115, 101, 115, 24, 1, 32, 3, 40, 11, 50, 48, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104,
46, 118, 49, 46, 72, 101, 97, 108, 116, 104, 76, 105, 115, 116, 82, 101, 115, 112, 111, 110, 115, 101, 46, 83, 116, 97, 116, 117, 115, 101, 115, 69,
110, 116, 114, 121, 82, 8, 115, 116, 97, 116, 117, 115, 101, 115, 26, 96, 10, 13, 83, 116, 97, 116, 117, 115, 101, 115, 69, 110, 116, 114, 121, 18,
16, 10, 3, 107, 101, 121, 24, 1, 32, 1, 40, 9, 82, 3, 107, 101, 121, 18, 57, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32, 1, 40, 11,
50, 35, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104, 67, 104, 101, 99, 107, 82, 101, 115,
112, 111, 110, 115, 101, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1, 50, 253, 1, 10, 6, 72, 101, 97, 108, 116, 104, 18, 80, 10, 5, 67,
104, 101, 99, 107, 18, 34, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104, 67, 104, 101, 99,
107, 82, 101, 113, 117, 101, 115, 116, 26, 35, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104,
67, 104, 101, 99, 107, 82, 101, 115, 112, 111, 110, 115, 101, 18, 77, 10, 4, 76, 105, 115, 116, 18, 33, 46, 103, 114, 112, 99, 46, 104, 101, 97,
108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104, 76, 105, 115, 116, 82, 101, 113, 117, 101, 115, 116, 26, 34, 46, 103, 114, 112, 99, 46,
104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104, 76, 105, 115, 116, 82, 101, 115, 112, 111, 110, 115, 101, 18, 82, 10, 5,
87, 97, 116, 99, 104, 18, 34, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116, 104, 67, 104, 101,
99, 107, 82, 101, 113, 117, 101, 115, 116, 26, 35, 46, 103, 114, 112, 99, 46, 104, 101, 97, 108, 116, 104, 46, 118, 49, 46, 72, 101, 97, 108, 116,
104, 67, 104, 101, 99, 107, 82, 101, 115, 112, 111, 110, 115, 101, 48, 1, 74, 255, 7, 10, 6, 18, 4, 2, 0, 34, 1, 10, 8, 10, 1, 2,
18, 3, 4, 0, 23, 10, 10, 10, 2, 4, 0, 18, 4, 15, 0, 17, 1, 10, 10, 10, 3, 4, 0, 1, 18, 3, 15, 8, 26, 10, 11, 10,
4, 4, 0, 2, 0, 18, 3, 16, 2, 21, 10, 12, 10, 5, 4, 0, 2, 0, 1, 18, 3, 16, 9, 16, 10, 12, 10, 5, 4, 0, 2, 0,
3, 18, 3, 16, 19, 20, 10, 12, 10, 5, 4, 0, 2, 0, 5, 18, 3, 16, 2, 8, 10, 10, 10, 2, 4, 1, 18, 4, 19, 0, 28, 1,
10, 10, 10, 3, 4, 1, 1, 18, 3, 19, 8, 27, 10, 11, 10, 4, 4, 1, 2, 0, 18, 3, 27, 2, 27, 10, 12, 10, 5, 4, 1, 2,
0, 1, 18, 3, 27, 16, 22, 10, 12, 10, 5, 4, 1, 2, 0, 3, 18, 3, 27, 25, 26, 10, 12, 10, 5, 4, 1, 2, 0, 6, 18, 3,
27, 2, 15, 10, 12, 10, 4, 4, 1, 4, 0, 18, 4, 20, 2, 26, 3, 10, 12, 10, 5, 4, 1, 4, 0, 1, 18, 3, 20, 7, 20, 10,
13, 10, 6, 4, 1, 4, 0, 2, 0, 18, 3, 21, 4, 16, 10, 14, 10, 7, 4, 1, 4, 0, 2, 0, 1, 18, 3, 21, 4, 11, 10, 14,
10, 7, 4, 1, 4, 0, 2, 0, 2, 18, 3, 21, 14, 15, 10, 13, 10, 6, 4, 1, 4, 0, 2, 1, 18, 3, 22, 4, 16, 10, 14, 10,
7, 4, 1, 4, 0, 2, 1, 1, 18, 3, 22, 4, 11, 10, 14, 10, 7, 4, 1, 4, 0, 2, 1, 2, 18, 3, 22, 14, 15, 10, 13, 10,
6, 4, 1, 4, 0, 2, 2, 18, 3, 23, 4, 20, 10, 14, 10, 7, 4, 1, 4, 0, 2, 2, 1, 18, 3, 23, 4, 15, 10, 14, 10, 7,
4, 1, 4, 0, 2, 2, 2, 18, 3, 23, 18, 19, 10, 31, 10, 6, 4, 1, 4, 0, 2, 3, 18, 3, 25, 4, 24, 26, 16, 32, 79, 110,
108, 121, 32, 111, 102, 32, 87, 97, 116, 99, 104, 46, 10, 10, 14, 10, 7, 4, 1, 4, 0, 2, 3, 1, 18, 3, 25, 4, 19, 10, 14, 10,
7, 4, 1, 4, 0, 2, 3, 2, 18, 3, 25, 22, 23, 10, 9, 10, 2, 4, 2, 18, 3, 30, 0, 28, 10, 10, 10, 3, 4, 2, 1, 18,
3, 30, 8, 25, 10, 10, 10, 2, 4, 3, 18, 4, 32, 0, 34, 1, 10, 10, 10, 3, 4, 3, 1, 18, 3, 32, 8, 26, 10, 11, 10, 4,
4, 3, 2, 0, 18, 3, 33, 2, 48, 10, 12, 10, 5, 4, 3, 2, 0, 1, 18, 3, 33, 35, 43, 10, 12, 10, 5, 4, 3, 2, 0, 3,
18, 3, 33, 46, 47, 10, 12, 10, 5, 4, 3, 2, 0, 6, 18, 3, 33, 2, 34, 10, 10, 10, 2, 6, 0, 18, 4, 6, 0, 13, 1, 10,
10, 10, 3, 6, 0, 1, 18, 3, 6, 8, 14, 10, 57, 10, 4, 6, 0, 2, 0, 18, 3, 8, 2, 62, 26, 44, 32, 78, 79, 84, 95, 70,
79, 85, 78, 68, 32, 102, 111, 114, 32, 97, 32, 115, 101, 114, 118, 105, 99, 101, 32, 116, 104, 97, 116, 32, 116, 104, 101, 114, 101, 32, 105, 115,
32, 110, 111, 116, 46, 10, 10, 12, 10, 5, 6, 0, 2, 0, 1, 18, 3, 8, 6, 11, 10, 12, 10, 5, 6, 0, 2, 0, 2, 18, 3, 8,
12, 30, 10, 12, 10, 5, 6, 0, 2, 0, 3, 18, 3, 8, 41, 60, 10, 38, 10, 4, 6, 0, 2, 1, 18, 3, 10, 2, 59, 26, 25, 32,
69, 118, 101, 114, 121, 32, 115, 101, 114, 118, 105, 99, 101, 32, 116, 104, 101, 114, 101, 32, 105, 115, 46, 10, 10, 12, 10, 5, 6, 0, 2, 1,
1, 18, 3, 10, 6, 10, 10, 12, 10, 5, 6, 0, 2, 1, 2, 18, 3, 10, 11, 28, 10, 12, 10, 5, 6, 0, 2, 1, 3, 18, 3, 10,
39, 57, 10, 55, 10, 4, 6, 0, 2, 2, 18, 3, 12, 2, 69, 26, 42, 32, 84, 104, 101, 32, 115, 116, 97, 116, 117, 115, 32, 110, 111, 119,
44, 32, 97, 110, 100, 32, 119, 104, 101, 110, 101, 118, 101, 114, 32, 105, 116, 32, 99, 104, 97, 110, 103, 101, 115, 46, 10, 10, 12, 10, 5, 6,
0, 2, 2, 1, 18, 3, 12, 6, 11, 10, 12, 10, 5, 6, 0, 2, 2, 2, 18, 3, 12, 12, 30, 10, 12, 10, 5, 6, 0, 2, 2, 3,
18, 3, 12, 48, 67, 10, 12, 10, 5, 6, 0, 2, 2, 6, 18, 3, 12, 41, 47, 10, 188, 1, 10, 1, 12, 18, 3, 2, 0, 18, 26, 177,
1, 32, 103, 82, 80, 67, 39, 115, 32, 111, 119, 110, 32, 112, 114, 111, 116, 111, 99, 111, 108, 32, 111, 102, 32, 104, 101, 97, 108, 116, 104, 44,
32, 97, 115, 32, 108, 111, 97, 100, 32, 98, 97, 108, 97, 110, 99, 101, 114, 115, 32, 97, 110, 100, 32, 112, 114, 111, 98, 101, 115, 32, 97, 115,
107, 32, 105, 116, 46, 32, 73, 116, 115, 32, 99, 97, 110, 111, 110, 105, 99, 97, 108, 32, 118, 101, 114, 115, 105, 111, 110, 32, 115, 116, 97, 110,
100, 115, 32, 97, 116, 10, 32, 104, 116, 116, 112, 115, 58, 47, 47, 103, 105, 116, 104, 117, 98, 46, 99, 111, 109, 47, 103, 114, 112, 99, 47, 103,
114, 112, 99, 45, 112, 114, 111, 116, 111, 47, 98, 108, 111, 98, 47, 109, 97, 115, 116, 101, 114, 47, 103, 114, 112, 99, 47, 104, 101, 97, 108, 116,
104, 47, 118, 49, 47, 104, 101, 97, 108, 116, 104, 46, 112, 114, 111, 116, 111, 10, 98, 6, 112, 114, 111, 116, 111, 51,
];
