//! What hosts, programs and the midtier say to each other, as protobuf: the files in `proto/` compiled, and nothing else.
//!
//! Used by the agent in `leat-host` and the service in `leat-midtier`. Each converts these types at its own edge; they go no
//! further. The comments of the protocols are in the `.proto` files; `cargo xtask gen` makes Rust of them.

/// Version 1 of the protocol between programs and the midtier.
#[rustfmt::skip]
#[allow(missing_docs, unused_qualifications, clippy::all, clippy::too_many_lines, clippy::wildcard_imports, reason = "generated")]
pub mod api_v1;
/// gRPC's own protocol of health.
#[rustfmt::skip]
#[allow(missing_docs, unused_qualifications, clippy::all, clippy::too_many_lines, clippy::wildcard_imports, reason = "generated")]
pub mod health_v1;
/// Version 1 of the protocol between a host's agent and the midtier.
#[rustfmt::skip]
#[allow(missing_docs, unused_qualifications, clippy::all, clippy::too_many_lines, clippy::wildcard_imports, reason = "generated")]
pub mod host_v1;
mod secret;

/// The compiled descriptions of the protocols, for gRPC's reflection service.
pub const DESCRIPTORS: [&[u8]; 3] = [host_v1::DESCRIPTORS, api_v1::DESCRIPTORS, health_v1::DESCRIPTORS];

/// How large one message may get, bytes: a report carries the status of every run of a host.
pub const MESSAGE_BYTES_MAX: usize = 16 << 20;

/// How large one message of a program may get, bytes: a piece of 1 MiB and what stands around it.
pub const REQUEST_BYTES_MAX: usize = (1 << 20) + (4 << 10);
