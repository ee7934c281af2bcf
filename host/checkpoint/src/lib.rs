//! Checkpoints of a run by aligned barriers, as pure state machines; and where checkpoints are kept.
//!
//! For the flow engine and whoever starts attempts of a run. Everything here but [`store`] does no I/O, reads no clock, starts no thread and
//! draws no random numbers: time, what arrives and what became durable are events, and what is to be done is the answer.
//! So the code that runs is the code that `tests/it/simulation` tries on virtual time, some thousand runs a second.
//! [`store`] is the port to where checkpoints lie, with the adapter for a directory; it needs nothing but the standard
//! library, and both it and the simulation speak of the same records, which is why it is no crate of its own.
//!
//! A checkpoint, from its beginning to its record:
//!
//! 1. The [`Coordinator`](coordinator::Coordinator) asks every node. Each source puts the barrier between two batches ([`source`]) and notes its position.
//! 2. A node cuts where [`Alignment`](alignment::Alignment) says, snapshots its state and its [`Order`](order::Order), passes the barrier on behind
//!    what it has sent, and keeps what is on its way to it before the barriers of the ends that are behind.
//! 3. A sink makes durable what it has written and notes its position ([`sink`]).
//! 4. Each node's [`Account`](account::Account) acknowledges once everything of it is durable; then one record completes the checkpoint.
//! 5. A new attempt takes over the newest whole checkpoint ([`store::CheckpointStore::take_over`]) and restores it ([`recovery`]).
//! 6. When all nodes have finished, their positions are the last checkpoint; once it is recorded, sinks publish.
//!
//! Where a run is divided over several hosts, each share has a coordinator of its own, which begins what is ordered; nodes have the
//! numbers of the whole run, and the records of all shares are [joined](snapshot::Completion::joined) into one.

pub mod account;
pub mod alignment;
pub mod coordinator;
pub mod fence;
pub mod id;
pub mod message;
pub mod order;
pub mod poison;
pub mod recovery;
pub mod sink;
pub mod snapshot;
pub mod source;
pub mod store;
