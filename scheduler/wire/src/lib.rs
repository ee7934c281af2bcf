//! What hosts and the midtier say to each other, as protobuf: `proto/leat/host/v1/host.proto` compiled, and nothing else.
//!
//! Used by the agent in `leat-host` and the service in `leat-midtier`. Each converts these types at its own edge; they go no
//! further. The comments of the protocol are in the `.proto` file.

/// Version 1 of the protocol between a host's agent and the midtier.
#[expect(missing_docs, unused_qualifications, reason = "generated")]
pub mod host_v1 {
    tonic::include_proto!("leat.host.v1");
}

/// The compiled protocol descriptions, for gRPC's reflection service.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// How large one message may get, bytes: a report carries the status of every run of a host.
pub const MESSAGE_BYTES_MAX: usize = 16 << 20;
