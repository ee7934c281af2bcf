//! What hosts and the midtier say to each other, as protobuf: `proto/leat/host/v1/host.proto` compiled, and nothing else.
//!
//! Used by the agent in `leat-host` and the service in `leat-midtier`. Each converts these types at its own edge; they go no
//! further. The comments of the protocol are in the `.proto` file; `cargo xtask gen` makes Rust of it.

/// Version 1 of the protocol between a host's agent and the midtier.
#[rustfmt::skip]
#[allow(missing_docs, unused_qualifications, clippy::all, clippy::wildcard_imports, reason = "generated")]
pub mod host_v1;

/// The compiled description of the protocol, for gRPC's reflection service.
pub const DESCRIPTORS: &[u8] = host_v1::DESCRIPTORS;

/// How large one message may get, bytes: a report carries the status of every run of a host.
pub const MESSAGE_BYTES_MAX: usize = 16 << 20;
