//! Version 1 of the protocol between programs and the midtier: @generated from api.proto by `cargo xtask gen`.

#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SubmitRequest {
    /// SHA-256 of the bundle's manifest.
    #[prost(string, tag = "1")]
    pub bundle: ::prost::alloc::string::String,
    /// Made by the client: the same key with the same submission is the same run.
    #[prost(string, optional, tag = "2")]
    pub idempotency_key: ::core::option::Option<::prost::alloc::string::String>,
    /// Greater is sooner, from 0 to 255. Default 0.
    #[prost(int32, optional, tag = "3")]
    pub priority: ::core::option::Option<i32>,
    /// How often in a row it may be begun without getting further, from 1 to 100. The default is the installation's.
    #[prost(uint32, optional, tag = "4")]
    pub attempts_max: ::core::option::Option<u32>,
    /// What its random numbers come from. Default 1.
    #[prost(uint64, optional, tag = "5")]
    pub seed: ::core::option::Option<u64>,
    /// The region that its data must not leave.
    #[prost(string, optional, tag = "6")]
    pub region: ::core::option::Option<::prost::alloc::string::String>,
    /// Labels that its host must have, with these values; at most 64.
    #[prost(btree_map = "string, string", tag = "7")]
    pub labels: ::prost::alloc::collections::BTreeMap<
        ::prost::alloc::string::String,
        ::prost::alloc::string::String,
    >,
    /// The processor that its host must have, as Rust calls it: x86_64, aarch64.
    #[prost(string, optional, tag = "8")]
    pub architecture: ::core::option::Option<::prost::alloc::string::String>,
    /// Thousandths of a core; of each part, where the run is divided. The default is what the bundle says.
    #[prost(uint64, optional, tag = "9")]
    pub cpu_millis: ::core::option::Option<u64>,
    /// Of each part, where the run is divided. The default is what the bundle says.
    #[prost(uint64, optional, tag = "10")]
    pub memory_bytes: ::core::option::Option<u64>,
    /// Whether each part of the run must be on a host of its own. Default false.
    #[prost(bool, optional, tag = "11")]
    pub spread: ::core::option::Option<bool>,
    /// What parts need, by their names, where it is something else than the bundle says.
    #[prost(btree_map = "string, message", tag = "12")]
    pub parts: ::prost::alloc::collections::BTreeMap<
        ::prost::alloc::string::String,
        PartNeeds,
    >,
    /// Values of the process's parameters by their names, as `leat submit --param` takes them. Those that are left out stay as the
    /// bundle was made. The run is of a bundle of its own then.
    #[prost(btree_map = "string, string", tag = "13")]
    pub parameters: ::prost::alloc::collections::BTreeMap<
        ::prost::alloc::string::String,
        ::prost::alloc::string::String,
    >,
    /// Values of facts by their names, in the same way.
    #[prost(btree_map = "string, string", tag = "14")]
    pub facts: ::prost::alloc::collections::BTreeMap<
        ::prost::alloc::string::String,
        ::prost::alloc::string::String,
    >,
    /// The tags that are on. The default is those that the bundle was made with.
    #[prost(message, optional, tag = "15")]
    pub tags: ::core::option::Option<Tags>,
    /// How often a checkpoint is taken, milliseconds, from 100: what another attempt goes on from where a host is lost. 0 for never:
    /// then it begins again from the beginning. The default is the installation's.
    #[prost(uint64, optional, tag = "16")]
    pub checkpoint_every_ms: ::core::option::Option<u64>,
    /// The playpen that the run is of. The default is the caller's.
    #[prost(string, optional, tag = "17")]
    pub group: ::core::option::Option<::prost::alloc::string::String>,
}
/// Tags that are on; none where it is empty.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Tags {
    #[prost(string, repeated, tag = "1")]
    pub names: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
}
/// What a part of a run needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PartNeeds {
    /// Thousandths of a core.
    #[prost(uint64, tag = "1")]
    pub cpu_millis: u64,
    #[prost(uint64, tag = "2")]
    pub memory_bytes: u64,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct SubmitResponse {
    #[prost(message, optional, tag = "1")]
    pub run: ::core::option::Option<Run>,
    /// Whether the run is new: not where it was submitted with this key before.
    #[prost(bool, tag = "2")]
    pub is_new: bool,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ListProcessesRequest {
    /// Of this name.
    #[prost(string, optional, tag = "1")]
    pub process: ::core::option::Option<::prost::alloc::string::String>,
    /// From 1 to 1,000. Default 100.
    #[prost(uint32, optional, tag = "2")]
    pub page_size: ::core::option::Option<u32>,
    /// `next_page_token` of the page before.
    #[prost(string, optional, tag = "3")]
    pub page_token: ::core::option::Option<::prost::alloc::string::String>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListProcessesResponse {
    #[prost(message, repeated, tag = "1")]
    pub processes: ::prost::alloc::vec::Vec<Process>,
    /// Empty where this is the last page.
    #[prost(string, tag = "2")]
    pub next_page_token: ::prost::alloc::string::String,
}
/// A process that there are runs of.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Process {
    #[prost(string, tag = "1")]
    pub process: ::prost::alloc::string::String,
    /// The group whose runs it is of.
    #[prost(string, tag = "2")]
    pub group: ::prost::alloc::string::String,
    /// The latest bundle that was uploaded for it and run: SHA-256 of its manifest.
    #[prost(string, tag = "3")]
    pub bundle: ::prost::alloc::string::String,
    /// Who uploaded it first, and when.
    #[prost(string, tag = "4")]
    pub user: ::prost::alloc::string::String,
    #[prost(int64, tag = "5")]
    pub created_us: i64,
    /// Whether a run may be given other values; not where the bundle can only be run as it is.
    #[prost(bool, tag = "6")]
    pub takes_parameters: bool,
    #[prost(message, repeated, tag = "7")]
    pub parameters: ::prost::alloc::vec::Vec<Parameter>,
}
/// A parameter of a process.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Parameter {
    #[prost(string, tag = "1")]
    pub name: ::prost::alloc::string::String,
    /// boolean, int64, float64 or text.
    #[prost(string, tag = "2")]
    pub r#type: ::prost::alloc::string::String,
    /// Its value where a run is not given another.
    #[prost(string, tag = "3")]
    pub value: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetRunRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ListRunsRequest {
    /// In one of these states; none for any.
    #[prost(enumeration = "RunState", repeated, tag = "1")]
    pub states: ::prost::alloc::vec::Vec<i32>,
    #[prost(string, optional, tag = "2")]
    pub user: ::core::option::Option<::prost::alloc::string::String>,
    #[prost(string, optional, tag = "3")]
    pub group: ::core::option::Option<::prost::alloc::string::String>,
    #[prost(string, optional, tag = "4")]
    pub process: ::core::option::Option<::prost::alloc::string::String>,
    /// From 1 to 1,000. Default 100.
    #[prost(uint32, optional, tag = "5")]
    pub page_size: ::core::option::Option<u32>,
    /// `next_page_token` of the page before.
    #[prost(string, optional, tag = "6")]
    pub page_token: ::core::option::Option<::prost::alloc::string::String>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListRunsResponse {
    #[prost(message, repeated, tag = "1")]
    pub runs: ::prost::alloc::vec::Vec<RunSummary>,
    /// Empty where this is the last page.
    #[prost(string, tag = "2")]
    pub next_page_token: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CancelRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PauseRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ResumeRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RetryRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
    /// Made by the client: the same key with the same submission is the same run.
    #[prost(string, optional, tag = "2")]
    pub idempotency_key: ::core::option::Option<::prost::alloc::string::String>,
}
/// A run in a list.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RunSummary {
    #[prost(string, tag = "1")]
    pub id: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub process: ::prost::alloc::string::String,
    #[prost(string, tag = "3")]
    pub user: ::prost::alloc::string::String,
    #[prost(string, tag = "4")]
    pub group: ::prost::alloc::string::String,
    #[prost(enumeration = "RunState", tag = "5")]
    pub state: i32,
    /// Why it waits, or what happened last.
    #[prost(string, tag = "6")]
    pub why: ::prost::alloc::string::String,
    #[prost(int32, tag = "7")]
    pub priority: i32,
    #[prost(int64, tag = "8")]
    pub submitted_us: i64,
    /// Since when it is in its state.
    #[prost(int64, tag = "9")]
    pub since_us: i64,
    /// When it was first at work.
    #[prost(int64, optional, tag = "10")]
    pub started_us: ::core::option::Option<i64>,
    #[prost(int64, optional, tag = "11")]
    pub ended_us: ::core::option::Option<i64>,
    /// How often it was placed, and how often it may be.
    #[prost(uint32, tag = "12")]
    pub attempts: u32,
    #[prost(uint32, tag = "13")]
    pub attempts_max: u32,
    /// The hosts it is on.
    #[prost(string, repeated, tag = "14")]
    pub hosts: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
    /// Whether someone wants it to end.
    #[prost(bool, tag = "15")]
    pub cancel_requested: bool,
    /// Whether someone wants it to rest.
    #[prost(bool, tag = "16")]
    pub pause_requested: bool,
}
/// All of a run, but for what it has published.
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Run {
    #[prost(message, optional, tag = "1")]
    pub summary: ::core::option::Option<RunSummary>,
    /// SHA-256 of the bundle's manifest.
    #[prost(string, tag = "2")]
    pub bundle: ::prost::alloc::string::String,
    #[prost(uint64, tag = "3")]
    pub seed: u64,
    /// The run that it repeats.
    #[prost(string, optional, tag = "4")]
    pub retry_of: ::core::option::Option<::prost::alloc::string::String>,
    /// What its host must be like.
    #[prost(string, optional, tag = "5")]
    pub region: ::core::option::Option<::prost::alloc::string::String>,
    #[prost(btree_map = "string, string", tag = "6")]
    pub labels: ::prost::alloc::collections::BTreeMap<
        ::prost::alloc::string::String,
        ::prost::alloc::string::String,
    >,
    #[prost(string, optional, tag = "7")]
    pub architecture: ::core::option::Option<::prost::alloc::string::String>,
    /// What it needs, all parts together.
    #[prost(uint64, tag = "8")]
    pub cpu_millis: u64,
    #[prost(uint64, tag = "9")]
    pub memory_bytes: u64,
    /// How each node goes on, as its worker says: JSON.
    #[prost(string, optional, tag = "10")]
    pub status_json: ::core::option::Option<::prost::alloc::string::String>,
    /// How often a checkpoint is taken; not there for never.
    #[prost(uint64, optional, tag = "11")]
    pub checkpoint_every_ms: ::core::option::Option<u64>,
    /// What its next attempt would go on from; not there before the first checkpoint, and once it has ended.
    #[prost(message, optional, tag = "12")]
    pub checkpoint: ::core::option::Option<Checkpoint>,
}
/// A checkpoint of a run that another attempt can go on from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Checkpoint {
    /// The attempt that took it.
    #[prost(uint64, tag = "1")]
    pub generation: u64,
    /// Counted within the attempt.
    #[prost(uint64, tag = "2")]
    pub number: u64,
    /// What is kept of it: the states of its nodes, and what its outputs hold so far.
    #[prost(uint64, tag = "3")]
    pub bytes: u64,
    /// When it was there.
    #[prost(int64, tag = "4")]
    pub kept_us: i64,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct EventsRequest {
    /// The run; nothing for all that the caller may see, and the hosts.
    #[prost(string, optional, tag = "1")]
    pub run: ::core::option::Option<::prost::alloc::string::String>,
    /// Only those after this number: the last that was received. The default is 0 for one run, and the last there is for all.
    #[prost(uint64, optional, tag = "2")]
    pub after: ::core::option::Option<u64>,
}
/// Something that has changed.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Event {
    /// Counted from 1, over all events.
    #[prost(uint64, tag = "1")]
    pub number: u64,
    #[prost(int64, tag = "2")]
    pub at_us: i64,
    /// A user, `scheduler`, or `host NAME`.
    #[prost(string, tag = "3")]
    pub actor: ::prost::alloc::string::String,
    /// Why; may be empty where the change says it all.
    #[prost(string, tag = "4")]
    pub reason: ::prost::alloc::string::String,
    #[prost(oneof = "event::What", tags = "5, 6, 7, 8, 9")]
    pub what: ::core::option::Option<event::What>,
}
/// Nested message and enum types in `Event`.
pub mod event {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum What {
        #[prost(message, tag = "5")]
        Submitted(super::RunSubmitted),
        #[prost(message, tag = "6")]
        Run(super::RunTurned),
        #[prost(message, tag = "7")]
        CancelRequested(super::CancelRequested),
        #[prost(message, tag = "8")]
        Host(super::HostTurned),
        #[prost(message, tag = "9")]
        PauseRequested(super::PauseRequested),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RunSubmitted {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
/// A run has changed its state.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RunTurned {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
    #[prost(enumeration = "RunState", tag = "2")]
    pub state: i32,
    /// Its latest attempt.
    #[prost(uint64, tag = "3")]
    pub generation: u64,
    /// The hosts it is on.
    #[prost(string, repeated, tag = "4")]
    pub hosts: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct CancelRequested {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
/// Someone wants a run to rest that is at work.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PauseRequested {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
/// A host has changed its power state, or what is wanted of it.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct HostTurned {
    #[prost(string, tag = "1")]
    pub host: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub what: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct LoggedNodesRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct LoggedNodesResponse {
    #[prost(string, repeated, tag = "1")]
    pub nodes: ::prost::alloc::vec::Vec<::prost::alloc::string::String>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct LogsRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub node: ::prost::alloc::string::String,
    /// From this byte on.
    #[prost(uint64, tag = "3")]
    pub offset: u64,
    /// Whether to go on as the log grows, until the run has ended.
    #[prost(bool, tag = "4")]
    pub follow: bool,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct LogPiece {
    /// The attempt that it is of.
    #[prost(uint64, tag = "1")]
    pub generation: u64,
    /// Where in the attempt's log it stands.
    #[prost(uint64, tag = "2")]
    pub offset: u64,
    #[prost(bytes = "bytes", tag = "3")]
    pub text: ::prost::bytes::Bytes,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct FactsRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct FactsResponse {
    #[prost(message, repeated, tag = "1")]
    pub facts: ::prost::alloc::vec::Vec<Fact>,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Fact {
    #[prost(string, tag = "1")]
    pub name: ::prost::alloc::string::String,
    /// The node that sets it; nothing where the run was given it.
    #[prost(string, optional, tag = "2")]
    pub set_by: ::core::option::Option<::prost::alloc::string::String>,
    /// Nothing where it was never set.
    #[prost(oneof = "fact::Value", tags = "3, 4, 5, 6")]
    pub value: ::core::option::Option<fact::Value>,
}
/// Nested message and enum types in `Fact`.
pub mod fact {
    /// Nothing where it was never set.
    #[derive(Clone, PartialEq, ::prost::Oneof)]
    pub enum Value {
        #[prost(bool, tag = "3")]
        Boolean(bool),
        #[prost(int64, tag = "4")]
        Integer(i64),
        #[prost(double, tag = "5")]
        Number(f64),
        #[prost(string, tag = "6")]
        Text(::prost::alloc::string::String),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct OutputsRequest {
    #[prost(string, tag = "1")]
    pub run: ::prost::alloc::string::String,
}
/// A file that a run has published.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct Output {
    /// Relative to the run's output directory.
    #[prost(string, tag = "1")]
    pub path: ::prost::alloc::string::String,
    #[prost(string, tag = "2")]
    pub digest: ::prost::alloc::string::String,
    #[prost(uint64, tag = "3")]
    pub bytes: u64,
}
/// A version of a risk object.
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct RiskObject {
    /// Its name and kind: base.scenarios.
    #[prost(string, tag = "1")]
    pub name: ::prost::alloc::string::String,
    /// From 1.
    #[prost(uint64, tag = "2")]
    pub version: u64,
    /// The file's name, whose suffix says its format.
    #[prost(string, tag = "3")]
    pub file: ::prost::alloc::string::String,
    #[prost(string, tag = "4")]
    pub digest: ::prost::alloc::string::String,
    #[prost(uint64, tag = "5")]
    pub bytes: u64,
    /// Who put it, and when.
    #[prost(string, tag = "6")]
    pub user: ::prost::alloc::string::String,
    #[prost(int64, tag = "7")]
    pub created_us: i64,
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, ::prost::Message)]
pub struct ListObjectsRequest {}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct ListObjectsResponse {
    #[prost(message, repeated, tag = "1")]
    pub objects: ::prost::alloc::vec::Vec<RiskObject>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct VersionsRequest {
    /// Its name and kind: base.scenarios.
    #[prost(string, tag = "1")]
    pub name: ::prost::alloc::string::String,
}
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct VersionsResponse {
    #[prost(message, repeated, tag = "1")]
    pub objects: ::prost::alloc::vec::Vec<RiskObject>,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetObjectRequest {
    /// Its name and kind: base.scenarios.
    #[prost(string, tag = "1")]
    pub name: ::prost::alloc::string::String,
    /// The default is the latest.
    #[prost(uint64, optional, tag = "2")]
    pub version: ::core::option::Option<u64>,
    /// From this byte on: to go on with a content that was taken in part.
    #[prost(uint64, tag = "3")]
    pub offset: u64,
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct GetObjectResponse {
    #[prost(oneof = "get_object_response::Part", tags = "1, 2")]
    pub part: ::core::option::Option<get_object_response::Part>,
}
/// Nested message and enum types in `GetObjectResponse`.
pub mod get_object_response {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Part {
        /// The first message.
        #[prost(message, tag = "1")]
        Object(super::RiskObject),
        /// Every other.
        #[prost(bytes, tag = "2")]
        Content(::prost::bytes::Bytes),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PutRequest {
    #[prost(oneof = "put_request::Part", tags = "1, 2")]
    pub part: ::core::option::Option<put_request::Part>,
}
/// Nested message and enum types in `PutRequest`.
pub mod put_request {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Part {
        /// The first message.
        #[prost(message, tag = "1")]
        Header(super::PutHeader),
        /// Every other.
        #[prost(bytes, tag = "2")]
        Content(::prost::bytes::Bytes),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PutHeader {
    /// The name of its file in a playpen's risk/: base.scenarios.csv.
    #[prost(string, tag = "1")]
    pub file: ::prost::alloc::string::String,
    #[prost(oneof = "put_header::Source", tags = "2, 3")]
    pub source: ::core::option::Option<put_header::Source>,
}
/// Nested message and enum types in `PutHeader`.
pub mod put_header {
    #[derive(Clone, PartialEq, Eq, Hash, ::prost::Oneof)]
    pub enum Source {
        /// How many bytes follow. Fewer are a content that broke off, of which nothing is kept.
        #[prost(uint64, tag = "2")]
        Bytes(u64),
        /// SHA-256 of a simulation that was uploaded as a content already, for those that are larger than 64 MiB: no bytes
        /// follow.
        #[prost(string, tag = "3")]
        Digest(::prost::alloc::string::String),
    }
}
#[derive(Clone, PartialEq, Eq, Hash, ::prost::Message)]
pub struct PutResponse {
    #[prost(message, optional, tag = "1")]
    pub object: ::core::option::Option<RiskObject>,
    /// Whether the version is new: not where there is one with this content already.
    #[prost(bool, tag = "2")]
    pub is_new: bool,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration)]
#[repr(i32)]
pub enum RunState {
    Unspecified = 0,
    Queued = 1,
    Starting = 2,
    Running = 3,
    Recovering = 4,
    Succeeded = 5,
    Failed = 6,
    Cancelled = 7,
    Paused = 8,
}
impl RunState {
    /// String value of the enum field names used in the ProtoBuf definition.
    ///
    /// The values are not transformed in any way and thus are considered stable
    /// (if the ProtoBuf definition does not change) and safe for programmatic use.
    pub fn as_str_name(&self) -> &'static str {
        match self {
            Self::Unspecified => "RUN_STATE_UNSPECIFIED",
            Self::Queued => "RUN_STATE_QUEUED",
            Self::Starting => "RUN_STATE_STARTING",
            Self::Running => "RUN_STATE_RUNNING",
            Self::Recovering => "RUN_STATE_RECOVERING",
            Self::Succeeded => "RUN_STATE_SUCCEEDED",
            Self::Failed => "RUN_STATE_FAILED",
            Self::Cancelled => "RUN_STATE_CANCELLED",
            Self::Paused => "RUN_STATE_PAUSED",
        }
    }
    /// Creates an enum from field names used in the ProtoBuf definition.
    pub fn from_str_name(value: &str) -> ::core::option::Option<Self> {
        match value {
            "RUN_STATE_UNSPECIFIED" => Some(Self::Unspecified),
            "RUN_STATE_QUEUED" => Some(Self::Queued),
            "RUN_STATE_STARTING" => Some(Self::Starting),
            "RUN_STATE_RUNNING" => Some(Self::Running),
            "RUN_STATE_RECOVERING" => Some(Self::Recovering),
            "RUN_STATE_SUCCEEDED" => Some(Self::Succeeded),
            "RUN_STATE_FAILED" => Some(Self::Failed),
            "RUN_STATE_CANCELLED" => Some(Self::Cancelled),
            "RUN_STATE_PAUSED" => Some(Self::Paused),
            _ => None,
        }
    }
}
/// Generated client implementations.
pub mod runs_client {
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
    pub struct RunsClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl RunsClient<tonic::transport::Channel> {
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
    impl<T> RunsClient<T>
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
        ) -> RunsClient<InterceptedService<T, F>>
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
            RunsClient::new(InterceptedService::new(inner, interceptor))
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
        /// Submits a run of a bundle, which must have been uploaded before.
        pub async fn submit(
            &mut self,
            request: impl tonic::IntoRequest<super::SubmitRequest>,
        ) -> std::result::Result<tonic::Response<super::SubmitResponse>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Submit");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Submit"));
            self.inner.unary(req, path, codec).await
        }
        /// All of a run.
        pub async fn get(
            &mut self,
            request: impl tonic::IntoRequest<super::GetRunRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Get");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Get"));
            self.inner.unary(req, path, codec).await
        }
        /// Runs that the caller may see, the latest first.
        pub async fn list(
            &mut self,
            request: impl tonic::IntoRequest<super::ListRunsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListRunsResponse>,
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
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/List");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "List"));
            self.inner.unary(req, path, codec).await
        }
        /// Asks that a run end. One that waits ends at once, one that is on hosts when they have stopped it; one that has ended
        /// stays as it is.
        pub async fn cancel(
            &mut self,
            request: impl tonic::IntoRequest<super::CancelRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Cancel");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Cancel"));
            self.inner.unary(req, path, codec).await
        }
        /// Asks that a run rest. One that waits rests at once. One that is on hosts takes a checkpoint first, and is stopped then, so that
        /// nothing is lost; one that can take none is stopped all the same, and begins again.
        pub async fn pause(
            &mut self,
            request: impl tonic::IntoRequest<super::PauseRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Pause");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Pause"));
            self.inner.unary(req, path, codec).await
        }
        /// Asks that a run go on that rests: it waits for a host like any other. Takes back a pause that is still under way.
        pub async fn resume(
            &mut self,
            request: impl tonic::IntoRequest<super::ResumeRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Resume");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Resume"));
            self.inner.unary(req, path, codec).await
        }
        /// Submits a run again: a new run of the same bundle, with the same seed, constraints and needs, by whoever asks.
        pub async fn retry(
            &mut self,
            request: impl tonic::IntoRequest<super::RetryRequest>,
        ) -> std::result::Result<tonic::Response<super::SubmitResponse>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Retry");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Retry"));
            self.inner.unary(req, path, codec).await
        }
        /// What happens: to one run, until it has ended, or to all of them and the hosts, without end.
        pub async fn events(
            &mut self,
            request: impl tonic::IntoRequest<super::EventsRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::Event>>,
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
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Events");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Events"));
            self.inner.server_streaming(req, path, codec).await
        }
        /// The nodes that have logged, in the run's latest attempt.
        pub async fn logged_nodes(
            &mut self,
            request: impl tonic::IntoRequest<super::LoggedNodesRequest>,
        ) -> std::result::Result<
            tonic::Response<super::LoggedNodesResponse>,
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
                "/leat.api.v1.Runs/LoggedNodes",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.api.v1.Runs", "LoggedNodes"));
            self.inner.unary(req, path, codec).await
        }
        /// What a node has logged, in the run's latest attempt. Where a run that is followed begins another attempt, the log begins
        /// anew.
        pub async fn logs(
            &mut self,
            request: impl tonic::IntoRequest<super::LogsRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::LogPiece>>,
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
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Logs");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Logs"));
            self.inner.server_streaming(req, path, codec).await
        }
        /// The facts of a run that has ended, by its report, in the order of their names.
        pub async fn facts(
            &mut self,
            request: impl tonic::IntoRequest<super::FactsRequest>,
        ) -> std::result::Result<tonic::Response<super::FactsResponse>, tonic::Status> {
            self.inner
                .ready()
                .await
                .map_err(|e| {
                    tonic::Status::unknown(
                        format!("Service was not ready: {}", e.into()),
                    )
                })?;
            let codec = tonic_prost::ProstCodec::default();
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Facts");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Facts"));
            self.inner.unary(req, path, codec).await
        }
        /// The files that a run has published, in the order of their paths. Their contents are at REST's
        /// /api/v1/runs/{id}/outputs/{path}.
        pub async fn outputs(
            &mut self,
            request: impl tonic::IntoRequest<super::OutputsRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::Output>>,
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
            let path = http::uri::PathAndQuery::from_static("/leat.api.v1.Runs/Outputs");
            let mut req = request.into_request();
            req.extensions_mut().insert(GrpcMethod::new("leat.api.v1.Runs", "Outputs"));
            self.inner.server_streaming(req, path, codec).await
        }
    }
}
/// Generated server implementations.
pub mod runs_server {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    /// Generated trait containing gRPC methods that should be implemented for use with RunsServer.
    #[async_trait]
    pub trait Runs: std::marker::Send + std::marker::Sync + 'static {
        /// Submits a run of a bundle, which must have been uploaded before.
        async fn submit(
            &self,
            request: tonic::Request<super::SubmitRequest>,
        ) -> std::result::Result<tonic::Response<super::SubmitResponse>, tonic::Status>;
        /// All of a run.
        async fn get(
            &self,
            request: tonic::Request<super::GetRunRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status>;
        /// Runs that the caller may see, the latest first.
        async fn list(
            &self,
            request: tonic::Request<super::ListRunsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListRunsResponse>,
            tonic::Status,
        >;
        /// Asks that a run end. One that waits ends at once, one that is on hosts when they have stopped it; one that has ended
        /// stays as it is.
        async fn cancel(
            &self,
            request: tonic::Request<super::CancelRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status>;
        /// Asks that a run rest. One that waits rests at once. One that is on hosts takes a checkpoint first, and is stopped then, so that
        /// nothing is lost; one that can take none is stopped all the same, and begins again.
        async fn pause(
            &self,
            request: tonic::Request<super::PauseRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status>;
        /// Asks that a run go on that rests: it waits for a host like any other. Takes back a pause that is still under way.
        async fn resume(
            &self,
            request: tonic::Request<super::ResumeRequest>,
        ) -> std::result::Result<tonic::Response<super::Run>, tonic::Status>;
        /// Submits a run again: a new run of the same bundle, with the same seed, constraints and needs, by whoever asks.
        async fn retry(
            &self,
            request: tonic::Request<super::RetryRequest>,
        ) -> std::result::Result<tonic::Response<super::SubmitResponse>, tonic::Status>;
        /// Server streaming response type for the Events method.
        type EventsStream: tonic::codegen::tokio_stream::Stream<
                Item = std::result::Result<super::Event, tonic::Status>,
            >
            + std::marker::Send
            + 'static;
        /// What happens: to one run, until it has ended, or to all of them and the hosts, without end.
        async fn events(
            &self,
            request: tonic::Request<super::EventsRequest>,
        ) -> std::result::Result<tonic::Response<Self::EventsStream>, tonic::Status>;
        /// The nodes that have logged, in the run's latest attempt.
        async fn logged_nodes(
            &self,
            request: tonic::Request<super::LoggedNodesRequest>,
        ) -> std::result::Result<
            tonic::Response<super::LoggedNodesResponse>,
            tonic::Status,
        >;
        /// Server streaming response type for the Logs method.
        type LogsStream: tonic::codegen::tokio_stream::Stream<
                Item = std::result::Result<super::LogPiece, tonic::Status>,
            >
            + std::marker::Send
            + 'static;
        /// What a node has logged, in the run's latest attempt. Where a run that is followed begins another attempt, the log begins
        /// anew.
        async fn logs(
            &self,
            request: tonic::Request<super::LogsRequest>,
        ) -> std::result::Result<tonic::Response<Self::LogsStream>, tonic::Status>;
        /// The facts of a run that has ended, by its report, in the order of their names.
        async fn facts(
            &self,
            request: tonic::Request<super::FactsRequest>,
        ) -> std::result::Result<tonic::Response<super::FactsResponse>, tonic::Status>;
        /// Server streaming response type for the Outputs method.
        type OutputsStream: tonic::codegen::tokio_stream::Stream<
                Item = std::result::Result<super::Output, tonic::Status>,
            >
            + std::marker::Send
            + 'static;
        /// The files that a run has published, in the order of their paths. Their contents are at REST's
        /// /api/v1/runs/{id}/outputs/{path}.
        async fn outputs(
            &self,
            request: tonic::Request<super::OutputsRequest>,
        ) -> std::result::Result<tonic::Response<Self::OutputsStream>, tonic::Status>;
    }
    #[derive(Debug)]
    pub struct RunsServer<T> {
        inner: Arc<T>,
        accept_compression_encodings: EnabledCompressionEncodings,
        send_compression_encodings: EnabledCompressionEncodings,
        max_decoding_message_size: Option<usize>,
        max_encoding_message_size: Option<usize>,
    }
    impl<T> RunsServer<T> {
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
    impl<T, B> tonic::codegen::Service<http::Request<B>> for RunsServer<T>
    where
        T: Runs,
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
                "/leat.api.v1.Runs/Submit" => {
                    #[allow(non_camel_case_types)]
                    struct SubmitSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::SubmitRequest>
                    for SubmitSvc<T> {
                        type Response = super::SubmitResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::SubmitRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::submit(&inner, request).await
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
                        let method = SubmitSvc(inner);
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
                "/leat.api.v1.Runs/Get" => {
                    #[allow(non_camel_case_types)]
                    struct GetSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::GetRunRequest>
                    for GetSvc<T> {
                        type Response = super::Run;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::GetRunRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::get(&inner, request).await
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
                        let method = GetSvc(inner);
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
                "/leat.api.v1.Runs/List" => {
                    #[allow(non_camel_case_types)]
                    struct ListSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::ListRunsRequest>
                    for ListSvc<T> {
                        type Response = super::ListRunsResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::ListRunsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::list(&inner, request).await
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
                "/leat.api.v1.Runs/Cancel" => {
                    #[allow(non_camel_case_types)]
                    struct CancelSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::CancelRequest>
                    for CancelSvc<T> {
                        type Response = super::Run;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::CancelRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::cancel(&inner, request).await
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
                        let method = CancelSvc(inner);
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
                "/leat.api.v1.Runs/Pause" => {
                    #[allow(non_camel_case_types)]
                    struct PauseSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::PauseRequest>
                    for PauseSvc<T> {
                        type Response = super::Run;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::PauseRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::pause(&inner, request).await
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
                        let method = PauseSvc(inner);
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
                "/leat.api.v1.Runs/Resume" => {
                    #[allow(non_camel_case_types)]
                    struct ResumeSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::ResumeRequest>
                    for ResumeSvc<T> {
                        type Response = super::Run;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::ResumeRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::resume(&inner, request).await
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
                        let method = ResumeSvc(inner);
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
                "/leat.api.v1.Runs/Retry" => {
                    #[allow(non_camel_case_types)]
                    struct RetrySvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::RetryRequest>
                    for RetrySvc<T> {
                        type Response = super::SubmitResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::RetryRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::retry(&inner, request).await
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
                        let method = RetrySvc(inner);
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
                "/leat.api.v1.Runs/Events" => {
                    #[allow(non_camel_case_types)]
                    struct EventsSvc<T: Runs>(pub Arc<T>);
                    impl<
                        T: Runs,
                    > tonic::server::ServerStreamingService<super::EventsRequest>
                    for EventsSvc<T> {
                        type Response = super::Event;
                        type ResponseStream = T::EventsStream;
                        type Future = BoxFuture<
                            tonic::Response<Self::ResponseStream>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::EventsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::events(&inner, request).await
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
                        let method = EventsSvc(inner);
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
                "/leat.api.v1.Runs/LoggedNodes" => {
                    #[allow(non_camel_case_types)]
                    struct LoggedNodesSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::LoggedNodesRequest>
                    for LoggedNodesSvc<T> {
                        type Response = super::LoggedNodesResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::LoggedNodesRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::logged_nodes(&inner, request).await
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
                        let method = LoggedNodesSvc(inner);
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
                "/leat.api.v1.Runs/Logs" => {
                    #[allow(non_camel_case_types)]
                    struct LogsSvc<T: Runs>(pub Arc<T>);
                    impl<
                        T: Runs,
                    > tonic::server::ServerStreamingService<super::LogsRequest>
                    for LogsSvc<T> {
                        type Response = super::LogPiece;
                        type ResponseStream = T::LogsStream;
                        type Future = BoxFuture<
                            tonic::Response<Self::ResponseStream>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::LogsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::logs(&inner, request).await
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
                        let method = LogsSvc(inner);
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
                "/leat.api.v1.Runs/Facts" => {
                    #[allow(non_camel_case_types)]
                    struct FactsSvc<T: Runs>(pub Arc<T>);
                    impl<T: Runs> tonic::server::UnaryService<super::FactsRequest>
                    for FactsSvc<T> {
                        type Response = super::FactsResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::FactsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::facts(&inner, request).await
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
                        let method = FactsSvc(inner);
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
                "/leat.api.v1.Runs/Outputs" => {
                    #[allow(non_camel_case_types)]
                    struct OutputsSvc<T: Runs>(pub Arc<T>);
                    impl<
                        T: Runs,
                    > tonic::server::ServerStreamingService<super::OutputsRequest>
                    for OutputsSvc<T> {
                        type Response = super::Output;
                        type ResponseStream = T::OutputsStream;
                        type Future = BoxFuture<
                            tonic::Response<Self::ResponseStream>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::OutputsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Runs>::outputs(&inner, request).await
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
                        let method = OutputsSvc(inner);
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
    impl<T> Clone for RunsServer<T> {
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
    pub const SERVICE_NAME: &str = "leat.api.v1.Runs";
    impl<T> tonic::server::NamedService for RunsServer<T> {
        const NAME: &'static str = SERVICE_NAME;
    }
}
/// Generated client implementations.
pub mod processes_client {
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
    pub struct ProcessesClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl ProcessesClient<tonic::transport::Channel> {
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
    impl<T> ProcessesClient<T>
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
        ) -> ProcessesClient<InterceptedService<T, F>>
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
            ProcessesClient::new(InterceptedService::new(inner, interceptor))
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
        /// Processes that the caller may see, in the order of their names.
        pub async fn list(
            &mut self,
            request: impl tonic::IntoRequest<super::ListProcessesRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListProcessesResponse>,
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
                "/leat.api.v1.Processes/List",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.api.v1.Processes", "List"));
            self.inner.unary(req, path, codec).await
        }
    }
}
/// Generated server implementations.
pub mod processes_server {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    /// Generated trait containing gRPC methods that should be implemented for use with ProcessesServer.
    #[async_trait]
    pub trait Processes: std::marker::Send + std::marker::Sync + 'static {
        /// Processes that the caller may see, in the order of their names.
        async fn list(
            &self,
            request: tonic::Request<super::ListProcessesRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListProcessesResponse>,
            tonic::Status,
        >;
    }
    #[derive(Debug)]
    pub struct ProcessesServer<T> {
        inner: Arc<T>,
        accept_compression_encodings: EnabledCompressionEncodings,
        send_compression_encodings: EnabledCompressionEncodings,
        max_decoding_message_size: Option<usize>,
        max_encoding_message_size: Option<usize>,
    }
    impl<T> ProcessesServer<T> {
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
    impl<T, B> tonic::codegen::Service<http::Request<B>> for ProcessesServer<T>
    where
        T: Processes,
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
                "/leat.api.v1.Processes/List" => {
                    #[allow(non_camel_case_types)]
                    struct ListSvc<T: Processes>(pub Arc<T>);
                    impl<
                        T: Processes,
                    > tonic::server::UnaryService<super::ListProcessesRequest>
                    for ListSvc<T> {
                        type Response = super::ListProcessesResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::ListProcessesRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as Processes>::list(&inner, request).await
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
    impl<T> Clone for ProcessesServer<T> {
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
    pub const SERVICE_NAME: &str = "leat.api.v1.Processes";
    impl<T> tonic::server::NamedService for ProcessesServer<T> {
        const NAME: &'static str = SERVICE_NAME;
    }
}
/// Generated client implementations.
pub mod risk_objects_client {
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
    pub struct RiskObjectsClient<T> {
        inner: tonic::client::Grpc<T>,
    }
    impl RiskObjectsClient<tonic::transport::Channel> {
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
    impl<T> RiskObjectsClient<T>
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
        ) -> RiskObjectsClient<InterceptedService<T, F>>
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
            RiskObjectsClient::new(InterceptedService::new(inner, interceptor))
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
        /// Every risk object in its latest version, in the order of their names.
        pub async fn list(
            &mut self,
            request: impl tonic::IntoRequest<super::ListObjectsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListObjectsResponse>,
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
                "/leat.api.v1.RiskObjects/List",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.api.v1.RiskObjects", "List"));
            self.inner.unary(req, path, codec).await
        }
        /// Every version of a risk object, the latest first.
        pub async fn versions(
            &mut self,
            request: impl tonic::IntoRequest<super::VersionsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::VersionsResponse>,
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
                "/leat.api.v1.RiskObjects/Versions",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.api.v1.RiskObjects", "Versions"));
            self.inner.unary(req, path, codec).await
        }
        /// A version and its content: first the version, then the bytes.
        pub async fn get(
            &mut self,
            request: impl tonic::IntoRequest<super::GetObjectRequest>,
        ) -> std::result::Result<
            tonic::Response<tonic::codec::Streaming<super::GetObjectResponse>>,
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
                "/leat.api.v1.RiskObjects/Get",
            );
            let mut req = request.into_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.api.v1.RiskObjects", "Get"));
            self.inner.server_streaming(req, path, codec).await
        }
        /// Keeps a version: first what it is, then its bytes, 64 MiB at most and 1 MiB in each message. All but simulations are
        /// checked.
        pub async fn put(
            &mut self,
            request: impl tonic::IntoStreamingRequest<Message = super::PutRequest>,
        ) -> std::result::Result<tonic::Response<super::PutResponse>, tonic::Status> {
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
                "/leat.api.v1.RiskObjects/Put",
            );
            let mut req = request.into_streaming_request();
            req.extensions_mut()
                .insert(GrpcMethod::new("leat.api.v1.RiskObjects", "Put"));
            self.inner.client_streaming(req, path, codec).await
        }
    }
}
/// Generated server implementations.
pub mod risk_objects_server {
    #![allow(
        unused_variables,
        dead_code,
        missing_docs,
        clippy::wildcard_imports,
        clippy::let_unit_value,
    )]
    use tonic::codegen::*;
    /// Generated trait containing gRPC methods that should be implemented for use with RiskObjectsServer.
    #[async_trait]
    pub trait RiskObjects: std::marker::Send + std::marker::Sync + 'static {
        /// Every risk object in its latest version, in the order of their names.
        async fn list(
            &self,
            request: tonic::Request<super::ListObjectsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::ListObjectsResponse>,
            tonic::Status,
        >;
        /// Every version of a risk object, the latest first.
        async fn versions(
            &self,
            request: tonic::Request<super::VersionsRequest>,
        ) -> std::result::Result<
            tonic::Response<super::VersionsResponse>,
            tonic::Status,
        >;
        /// Server streaming response type for the Get method.
        type GetStream: tonic::codegen::tokio_stream::Stream<
                Item = std::result::Result<super::GetObjectResponse, tonic::Status>,
            >
            + std::marker::Send
            + 'static;
        /// A version and its content: first the version, then the bytes.
        async fn get(
            &self,
            request: tonic::Request<super::GetObjectRequest>,
        ) -> std::result::Result<tonic::Response<Self::GetStream>, tonic::Status>;
        /// Keeps a version: first what it is, then its bytes, 64 MiB at most and 1 MiB in each message. All but simulations are
        /// checked.
        async fn put(
            &self,
            request: tonic::Request<tonic::Streaming<super::PutRequest>>,
        ) -> std::result::Result<tonic::Response<super::PutResponse>, tonic::Status>;
    }
    #[derive(Debug)]
    pub struct RiskObjectsServer<T> {
        inner: Arc<T>,
        accept_compression_encodings: EnabledCompressionEncodings,
        send_compression_encodings: EnabledCompressionEncodings,
        max_decoding_message_size: Option<usize>,
        max_encoding_message_size: Option<usize>,
    }
    impl<T> RiskObjectsServer<T> {
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
    impl<T, B> tonic::codegen::Service<http::Request<B>> for RiskObjectsServer<T>
    where
        T: RiskObjects,
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
                "/leat.api.v1.RiskObjects/List" => {
                    #[allow(non_camel_case_types)]
                    struct ListSvc<T: RiskObjects>(pub Arc<T>);
                    impl<
                        T: RiskObjects,
                    > tonic::server::UnaryService<super::ListObjectsRequest>
                    for ListSvc<T> {
                        type Response = super::ListObjectsResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::ListObjectsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as RiskObjects>::list(&inner, request).await
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
                "/leat.api.v1.RiskObjects/Versions" => {
                    #[allow(non_camel_case_types)]
                    struct VersionsSvc<T: RiskObjects>(pub Arc<T>);
                    impl<
                        T: RiskObjects,
                    > tonic::server::UnaryService<super::VersionsRequest>
                    for VersionsSvc<T> {
                        type Response = super::VersionsResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::VersionsRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as RiskObjects>::versions(&inner, request).await
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
                        let method = VersionsSvc(inner);
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
                "/leat.api.v1.RiskObjects/Get" => {
                    #[allow(non_camel_case_types)]
                    struct GetSvc<T: RiskObjects>(pub Arc<T>);
                    impl<
                        T: RiskObjects,
                    > tonic::server::ServerStreamingService<super::GetObjectRequest>
                    for GetSvc<T> {
                        type Response = super::GetObjectResponse;
                        type ResponseStream = T::GetStream;
                        type Future = BoxFuture<
                            tonic::Response<Self::ResponseStream>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<super::GetObjectRequest>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as RiskObjects>::get(&inner, request).await
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
                        let method = GetSvc(inner);
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
                "/leat.api.v1.RiskObjects/Put" => {
                    #[allow(non_camel_case_types)]
                    struct PutSvc<T: RiskObjects>(pub Arc<T>);
                    impl<
                        T: RiskObjects,
                    > tonic::server::ClientStreamingService<super::PutRequest>
                    for PutSvc<T> {
                        type Response = super::PutResponse;
                        type Future = BoxFuture<
                            tonic::Response<Self::Response>,
                            tonic::Status,
                        >;
                        fn call(
                            &mut self,
                            request: tonic::Request<tonic::Streaming<super::PutRequest>>,
                        ) -> Self::Future {
                            let inner = Arc::clone(&self.0);
                            let fut = async move {
                                <T as RiskObjects>::put(&inner, request).await
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
                        let method = PutSvc(inner);
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
                        let res = grpc.client_streaming(method, req).await;
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
    impl<T> Clone for RiskObjectsServer<T> {
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
    pub const SERVICE_NAME: &str = "leat.api.v1.RiskObjects";
    impl<T> tonic::server::NamedService for RiskObjectsServer<T> {
        const NAME: &'static str = SERVICE_NAME;
    }
}
/// The compiled description of the protocol.
pub const DESCRIPTORS: &[u8] = &[
10, 217, 208, 1, 10, 21, 108, 101, 97, 116, 47, 97, 112, 105, 47, 118, 49, 47, 97, 112, 105, 46, 112, 114, 111, 116, 111, 18, 11, 108, 101, 97,
116, 46, 97, 112, 105, 46, 118, 49, 34, 155, 9, 10, 13, 83, 117, 98, 109, 105, 116, 82, 101, 113, 117, 101, 115, 116, 18, 22, 10, 6, 98, 117,
110, 100, 108, 101, 24, 1, 32, 1, 40, 9, 82, 6, 98, 117, 110, 100, 108, 101, 18, 44, 10, 15, 105, 100, 101, 109, 112, 111, 116, 101, 110, 99,
121, 95, 107, 101, 121, 24, 2, 32, 1, 40, 9, 72, 0, 82, 14, 105, 100, 101, 109, 112, 111, 116, 101, 110, 99, 121, 75, 101, 121, 136, 1, 1,
18, 31, 10, 8, 112, 114, 105, 111, 114, 105, 116, 121, 24, 3, 32, 1, 40, 5, 72, 1, 82, 8, 112, 114, 105, 111, 114, 105, 116, 121, 136, 1,
1, 18, 38, 10, 12, 97, 116, 116, 101, 109, 112, 116, 115, 95, 109, 97, 120, 24, 4, 32, 1, 40, 13, 72, 2, 82, 11, 97, 116, 116, 101, 109,
112, 116, 115, 77, 97, 120, 136, 1, 1, 18, 23, 10, 4, 115, 101, 101, 100, 24, 5, 32, 1, 40, 4, 72, 3, 82, 4, 115, 101, 101, 100, 136,
1, 1, 18, 27, 10, 6, 114, 101, 103, 105, 111, 110, 24, 6, 32, 1, 40, 9, 72, 4, 82, 6, 114, 101, 103, 105, 111, 110, 136, 1, 1, 18,
62, 10, 6, 108, 97, 98, 101, 108, 115, 24, 7, 32, 3, 40, 11, 50, 38, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 83, 117,
98, 109, 105, 116, 82, 101, 113, 117, 101, 115, 116, 46, 76, 97, 98, 101, 108, 115, 69, 110, 116, 114, 121, 82, 6, 108, 97, 98, 101, 108, 115, 18,
39, 10, 12, 97, 114, 99, 104, 105, 116, 101, 99, 116, 117, 114, 101, 24, 8, 32, 1, 40, 9, 72, 5, 82, 12, 97, 114, 99, 104, 105, 116, 101,
99, 116, 117, 114, 101, 136, 1, 1, 18, 34, 10, 10, 99, 112, 117, 95, 109, 105, 108, 108, 105, 115, 24, 9, 32, 1, 40, 4, 72, 6, 82, 9,
99, 112, 117, 77, 105, 108, 108, 105, 115, 136, 1, 1, 18, 38, 10, 12, 109, 101, 109, 111, 114, 121, 95, 98, 121, 116, 101, 115, 24, 10, 32, 1,
40, 4, 72, 7, 82, 11, 109, 101, 109, 111, 114, 121, 66, 121, 116, 101, 115, 136, 1, 1, 18, 27, 10, 6, 115, 112, 114, 101, 97, 100, 24, 11,
32, 1, 40, 8, 72, 8, 82, 6, 115, 112, 114, 101, 97, 100, 136, 1, 1, 18, 59, 10, 5, 112, 97, 114, 116, 115, 24, 12, 32, 3, 40, 11,
50, 37, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 83, 117, 98, 109, 105, 116, 82, 101, 113, 117, 101, 115, 116, 46, 80, 97, 114,
116, 115, 69, 110, 116, 114, 121, 82, 5, 112, 97, 114, 116, 115, 18, 74, 10, 10, 112, 97, 114, 97, 109, 101, 116, 101, 114, 115, 24, 13, 32, 3,
40, 11, 50, 42, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 83, 117, 98, 109, 105, 116, 82, 101, 113, 117, 101, 115, 116, 46, 80,
97, 114, 97, 109, 101, 116, 101, 114, 115, 69, 110, 116, 114, 121, 82, 10, 112, 97, 114, 97, 109, 101, 116, 101, 114, 115, 18, 59, 10, 5, 102, 97,
99, 116, 115, 24, 14, 32, 3, 40, 11, 50, 37, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 83, 117, 98, 109, 105, 116, 82, 101,
113, 117, 101, 115, 116, 46, 70, 97, 99, 116, 115, 69, 110, 116, 114, 121, 82, 5, 102, 97, 99, 116, 115, 18, 42, 10, 4, 116, 97, 103, 115, 24,
15, 32, 1, 40, 11, 50, 17, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 84, 97, 103, 115, 72, 9, 82, 4, 116, 97, 103, 115,
136, 1, 1, 18, 51, 10, 19, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 95, 101, 118, 101, 114, 121, 95, 109, 115, 24, 16, 32, 1, 40, 4,
72, 10, 82, 17, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 69, 118, 101, 114, 121, 77, 115, 136, 1, 1, 18, 25, 10, 5, 103, 114, 111, 117,
112, 24, 17, 32, 1, 40, 9, 72, 11, 82, 5, 103, 114, 111, 117, 112, 136, 1, 1, 26, 57, 10, 11, 76, 97, 98, 101, 108, 115, 69, 110, 116,
114, 121, 18, 16, 10, 3, 107, 101, 121, 24, 1, 32, 1, 40, 9, 82, 3, 107, 101, 121, 18, 20, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32,
1, 40, 9, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1, 26, 80, 10, 10, 80, 97, 114, 116, 115, 69, 110, 116, 114, 121, 18, 16, 10, 3,
107, 101, 121, 24, 1, 32, 1, 40, 9, 82, 3, 107, 101, 121, 18, 44, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32, 1, 40, 11, 50, 22, 46,
108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 80, 97, 114, 116, 78, 101, 101, 100, 115, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1,
26, 61, 10, 15, 80, 97, 114, 97, 109, 101, 116, 101, 114, 115, 69, 110, 116, 114, 121, 18, 16, 10, 3, 107, 101, 121, 24, 1, 32, 1, 40, 9,
82, 3, 107, 101, 121, 18, 20, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32, 1, 40, 9, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1, 26,
56, 10, 10, 70, 97, 99, 116, 115, 69, 110, 116, 114, 121, 18, 16, 10, 3, 107, 101, 121, 24, 1, 32, 1, 40, 9, 82, 3, 107, 101, 121, 18,
20, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32, 1, 40, 9, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1, 66, 18, 10, 16, 95, 105, 100,
101, 109, 112, 111, 116, 101, 110, 99, 121, 95, 107, 101, 121, 66, 11, 10, 9, 95, 112, 114, 105, 111, 114, 105, 116, 121, 66, 15, 10, 13, 95, 97,
116, 116, 101, 109, 112, 116, 115, 95, 109, 97, 120, 66, 7, 10, 5, 95, 115, 101, 101, 100, 66, 9, 10, 7, 95, 114, 101, 103, 105, 111, 110, 66,
15, 10, 13, 95, 97, 114, 99, 104, 105, 116, 101, 99, 116, 117, 114, 101, 66, 13, 10, 11, 95, 99, 112, 117, 95, 109, 105, 108, 108, 105, 115, 66,
15, 10, 13, 95, 109, 101, 109, 111, 114, 121, 95, 98, 121, 116, 101, 115, 66, 9, 10, 7, 95, 115, 112, 114, 101, 97, 100, 66, 7, 10, 5, 95,
116, 97, 103, 115, 66, 22, 10, 20, 95, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 95, 101, 118, 101, 114, 121, 95, 109, 115, 66, 8, 10, 6,
95, 103, 114, 111, 117, 112, 34, 28, 10, 4, 84, 97, 103, 115, 18, 20, 10, 5, 110, 97, 109, 101, 115, 24, 1, 32, 3, 40, 9, 82, 5, 110,
97, 109, 101, 115, 34, 77, 10, 9, 80, 97, 114, 116, 78, 101, 101, 100, 115, 18, 29, 10, 10, 99, 112, 117, 95, 109, 105, 108, 108, 105, 115, 24,
1, 32, 1, 40, 4, 82, 9, 99, 112, 117, 77, 105, 108, 108, 105, 115, 18, 33, 10, 12, 109, 101, 109, 111, 114, 121, 95, 98, 121, 116, 101, 115,
24, 2, 32, 1, 40, 4, 82, 11, 109, 101, 109, 111, 114, 121, 66, 121, 116, 101, 115, 34, 75, 10, 14, 83, 117, 98, 109, 105, 116, 82, 101, 115,
112, 111, 110, 115, 101, 18, 34, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 11, 50, 16, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49,
46, 82, 117, 110, 82, 3, 114, 117, 110, 18, 21, 10, 6, 105, 115, 95, 110, 101, 119, 24, 2, 32, 1, 40, 8, 82, 5, 105, 115, 78, 101, 119,
34, 164, 1, 10, 20, 76, 105, 115, 116, 80, 114, 111, 99, 101, 115, 115, 101, 115, 82, 101, 113, 117, 101, 115, 116, 18, 29, 10, 7, 112, 114, 111,
99, 101, 115, 115, 24, 1, 32, 1, 40, 9, 72, 0, 82, 7, 112, 114, 111, 99, 101, 115, 115, 136, 1, 1, 18, 32, 10, 9, 112, 97, 103, 101,
95, 115, 105, 122, 101, 24, 2, 32, 1, 40, 13, 72, 1, 82, 8, 112, 97, 103, 101, 83, 105, 122, 101, 136, 1, 1, 18, 34, 10, 10, 112, 97,
103, 101, 95, 116, 111, 107, 101, 110, 24, 3, 32, 1, 40, 9, 72, 2, 82, 9, 112, 97, 103, 101, 84, 111, 107, 101, 110, 136, 1, 1, 66, 10,
10, 8, 95, 112, 114, 111, 99, 101, 115, 115, 66, 12, 10, 10, 95, 112, 97, 103, 101, 95, 115, 105, 122, 101, 66, 13, 10, 11, 95, 112, 97, 103,
101, 95, 116, 111, 107, 101, 110, 34, 115, 10, 21, 76, 105, 115, 116, 80, 114, 111, 99, 101, 115, 115, 101, 115, 82, 101, 115, 112, 111, 110, 115, 101,
18, 50, 10, 9, 112, 114, 111, 99, 101, 115, 115, 101, 115, 24, 1, 32, 3, 40, 11, 50, 20, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118,
49, 46, 80, 114, 111, 99, 101, 115, 115, 82, 9, 112, 114, 111, 99, 101, 115, 115, 101, 115, 18, 38, 10, 15, 110, 101, 120, 116, 95, 112, 97, 103,
101, 95, 116, 111, 107, 101, 110, 24, 2, 32, 1, 40, 9, 82, 13, 110, 101, 120, 116, 80, 97, 103, 101, 84, 111, 107, 101, 110, 34, 231, 1, 10,
7, 80, 114, 111, 99, 101, 115, 115, 18, 24, 10, 7, 112, 114, 111, 99, 101, 115, 115, 24, 1, 32, 1, 40, 9, 82, 7, 112, 114, 111, 99, 101,
115, 115, 18, 20, 10, 5, 103, 114, 111, 117, 112, 24, 2, 32, 1, 40, 9, 82, 5, 103, 114, 111, 117, 112, 18, 22, 10, 6, 98, 117, 110, 100,
108, 101, 24, 3, 32, 1, 40, 9, 82, 6, 98, 117, 110, 100, 108, 101, 18, 18, 10, 4, 117, 115, 101, 114, 24, 4, 32, 1, 40, 9, 82, 4,
117, 115, 101, 114, 18, 29, 10, 10, 99, 114, 101, 97, 116, 101, 100, 95, 117, 115, 24, 5, 32, 1, 40, 3, 82, 9, 99, 114, 101, 97, 116, 101,
100, 85, 115, 18, 41, 10, 16, 116, 97, 107, 101, 115, 95, 112, 97, 114, 97, 109, 101, 116, 101, 114, 115, 24, 6, 32, 1, 40, 8, 82, 15, 116,
97, 107, 101, 115, 80, 97, 114, 97, 109, 101, 116, 101, 114, 115, 18, 54, 10, 10, 112, 97, 114, 97, 109, 101, 116, 101, 114, 115, 24, 7, 32, 3,
40, 11, 50, 22, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 80, 97, 114, 97, 109, 101, 116, 101, 114, 82, 10, 112, 97, 114, 97,
109, 101, 116, 101, 114, 115, 34, 73, 10, 9, 80, 97, 114, 97, 109, 101, 116, 101, 114, 18, 18, 10, 4, 110, 97, 109, 101, 24, 1, 32, 1, 40,
9, 82, 4, 110, 97, 109, 101, 18, 18, 10, 4, 116, 121, 112, 101, 24, 2, 32, 1, 40, 9, 82, 4, 116, 121, 112, 101, 18, 20, 10, 5, 118,
97, 108, 117, 101, 24, 3, 32, 1, 40, 9, 82, 5, 118, 97, 108, 117, 101, 34, 33, 10, 13, 71, 101, 116, 82, 117, 110, 82, 101, 113, 117, 101,
115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 149, 2, 10, 15, 76, 105, 115, 116, 82, 117, 110,
115, 82, 101, 113, 117, 101, 115, 116, 18, 45, 10, 6, 115, 116, 97, 116, 101, 115, 24, 1, 32, 3, 40, 14, 50, 21, 46, 108, 101, 97, 116, 46,
97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 83, 116, 97, 116, 101, 82, 6, 115, 116, 97, 116, 101, 115, 18, 23, 10, 4, 117, 115, 101, 114, 24,
2, 32, 1, 40, 9, 72, 0, 82, 4, 117, 115, 101, 114, 136, 1, 1, 18, 25, 10, 5, 103, 114, 111, 117, 112, 24, 3, 32, 1, 40, 9, 72,
1, 82, 5, 103, 114, 111, 117, 112, 136, 1, 1, 18, 29, 10, 7, 112, 114, 111, 99, 101, 115, 115, 24, 4, 32, 1, 40, 9, 72, 2, 82, 7,
112, 114, 111, 99, 101, 115, 115, 136, 1, 1, 18, 32, 10, 9, 112, 97, 103, 101, 95, 115, 105, 122, 101, 24, 5, 32, 1, 40, 13, 72, 3, 82,
8, 112, 97, 103, 101, 83, 105, 122, 101, 136, 1, 1, 18, 34, 10, 10, 112, 97, 103, 101, 95, 116, 111, 107, 101, 110, 24, 6, 32, 1, 40, 9,
72, 4, 82, 9, 112, 97, 103, 101, 84, 111, 107, 101, 110, 136, 1, 1, 66, 7, 10, 5, 95, 117, 115, 101, 114, 66, 8, 10, 6, 95, 103, 114,
111, 117, 112, 66, 10, 10, 8, 95, 112, 114, 111, 99, 101, 115, 115, 66, 12, 10, 10, 95, 112, 97, 103, 101, 95, 115, 105, 122, 101, 66, 13, 10,
11, 95, 112, 97, 103, 101, 95, 116, 111, 107, 101, 110, 34, 103, 10, 16, 76, 105, 115, 116, 82, 117, 110, 115, 82, 101, 115, 112, 111, 110, 115, 101,
18, 43, 10, 4, 114, 117, 110, 115, 24, 1, 32, 3, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110,
83, 117, 109, 109, 97, 114, 121, 82, 4, 114, 117, 110, 115, 18, 38, 10, 15, 110, 101, 120, 116, 95, 112, 97, 103, 101, 95, 116, 111, 107, 101, 110,
24, 2, 32, 1, 40, 9, 82, 13, 110, 101, 120, 116, 80, 97, 103, 101, 84, 111, 107, 101, 110, 34, 33, 10, 13, 67, 97, 110, 99, 101, 108, 82,
101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 32, 10, 12, 80, 97, 117, 115,
101, 82, 101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 33, 10, 13, 82, 101,
115, 117, 109, 101, 82, 101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 98, 10,
12, 82, 101, 116, 114, 121, 82, 101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 18,
44, 10, 15, 105, 100, 101, 109, 112, 111, 116, 101, 110, 99, 121, 95, 107, 101, 121, 24, 2, 32, 1, 40, 9, 72, 0, 82, 14, 105, 100, 101, 109,
112, 111, 116, 101, 110, 99, 121, 75, 101, 121, 136, 1, 1, 66, 18, 10, 16, 95, 105, 100, 101, 109, 112, 111, 116, 101, 110, 99, 121, 95, 107, 101,
121, 34, 130, 4, 10, 10, 82, 117, 110, 83, 117, 109, 109, 97, 114, 121, 18, 14, 10, 2, 105, 100, 24, 1, 32, 1, 40, 9, 82, 2, 105, 100,
18, 24, 10, 7, 112, 114, 111, 99, 101, 115, 115, 24, 2, 32, 1, 40, 9, 82, 7, 112, 114, 111, 99, 101, 115, 115, 18, 18, 10, 4, 117, 115,
101, 114, 24, 3, 32, 1, 40, 9, 82, 4, 117, 115, 101, 114, 18, 20, 10, 5, 103, 114, 111, 117, 112, 24, 4, 32, 1, 40, 9, 82, 5, 103,
114, 111, 117, 112, 18, 43, 10, 5, 115, 116, 97, 116, 101, 24, 5, 32, 1, 40, 14, 50, 21, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118,
49, 46, 82, 117, 110, 83, 116, 97, 116, 101, 82, 5, 115, 116, 97, 116, 101, 18, 16, 10, 3, 119, 104, 121, 24, 6, 32, 1, 40, 9, 82, 3,
119, 104, 121, 18, 26, 10, 8, 112, 114, 105, 111, 114, 105, 116, 121, 24, 7, 32, 1, 40, 5, 82, 8, 112, 114, 105, 111, 114, 105, 116, 121, 18,
33, 10, 12, 115, 117, 98, 109, 105, 116, 116, 101, 100, 95, 117, 115, 24, 8, 32, 1, 40, 3, 82, 11, 115, 117, 98, 109, 105, 116, 116, 101, 100,
85, 115, 18, 25, 10, 8, 115, 105, 110, 99, 101, 95, 117, 115, 24, 9, 32, 1, 40, 3, 82, 7, 115, 105, 110, 99, 101, 85, 115, 18, 34, 10,
10, 115, 116, 97, 114, 116, 101, 100, 95, 117, 115, 24, 10, 32, 1, 40, 3, 72, 0, 82, 9, 115, 116, 97, 114, 116, 101, 100, 85, 115, 136, 1,
1, 18, 30, 10, 8, 101, 110, 100, 101, 100, 95, 117, 115, 24, 11, 32, 1, 40, 3, 72, 1, 82, 7, 101, 110, 100, 101, 100, 85, 115, 136, 1,
1, 18, 26, 10, 8, 97, 116, 116, 101, 109, 112, 116, 115, 24, 12, 32, 1, 40, 13, 82, 8, 97, 116, 116, 101, 109, 112, 116, 115, 18, 33, 10,
12, 97, 116, 116, 101, 109, 112, 116, 115, 95, 109, 97, 120, 24, 13, 32, 1, 40, 13, 82, 11, 97, 116, 116, 101, 109, 112, 116, 115, 77, 97, 120,
18, 20, 10, 5, 104, 111, 115, 116, 115, 24, 14, 32, 3, 40, 9, 82, 5, 104, 111, 115, 116, 115, 18, 41, 10, 16, 99, 97, 110, 99, 101, 108,
95, 114, 101, 113, 117, 101, 115, 116, 101, 100, 24, 15, 32, 1, 40, 8, 82, 15, 99, 97, 110, 99, 101, 108, 82, 101, 113, 117, 101, 115, 116, 101,
100, 18, 39, 10, 15, 112, 97, 117, 115, 101, 95, 114, 101, 113, 117, 101, 115, 116, 101, 100, 24, 16, 32, 1, 40, 8, 82, 14, 112, 97, 117, 115,
101, 82, 101, 113, 117, 101, 115, 116, 101, 100, 66, 13, 10, 11, 95, 115, 116, 97, 114, 116, 101, 100, 95, 117, 115, 66, 11, 10, 9, 95, 101, 110,
100, 101, 100, 95, 117, 115, 34, 246, 4, 10, 3, 82, 117, 110, 18, 49, 10, 7, 115, 117, 109, 109, 97, 114, 121, 24, 1, 32, 1, 40, 11, 50,
23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 83, 117, 109, 109, 97, 114, 121, 82, 7, 115, 117, 109, 109, 97, 114,
121, 18, 22, 10, 6, 98, 117, 110, 100, 108, 101, 24, 2, 32, 1, 40, 9, 82, 6, 98, 117, 110, 100, 108, 101, 18, 18, 10, 4, 115, 101, 101,
100, 24, 3, 32, 1, 40, 4, 82, 4, 115, 101, 101, 100, 18, 30, 10, 8, 114, 101, 116, 114, 121, 95, 111, 102, 24, 4, 32, 1, 40, 9, 72,
0, 82, 7, 114, 101, 116, 114, 121, 79, 102, 136, 1, 1, 18, 27, 10, 6, 114, 101, 103, 105, 111, 110, 24, 5, 32, 1, 40, 9, 72, 1, 82,
6, 114, 101, 103, 105, 111, 110, 136, 1, 1, 18, 52, 10, 6, 108, 97, 98, 101, 108, 115, 24, 6, 32, 3, 40, 11, 50, 28, 46, 108, 101, 97,
116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 46, 76, 97, 98, 101, 108, 115, 69, 110, 116, 114, 121, 82, 6, 108, 97, 98, 101, 108, 115,
18, 39, 10, 12, 97, 114, 99, 104, 105, 116, 101, 99, 116, 117, 114, 101, 24, 7, 32, 1, 40, 9, 72, 2, 82, 12, 97, 114, 99, 104, 105, 116,
101, 99, 116, 117, 114, 101, 136, 1, 1, 18, 29, 10, 10, 99, 112, 117, 95, 109, 105, 108, 108, 105, 115, 24, 8, 32, 1, 40, 4, 82, 9, 99,
112, 117, 77, 105, 108, 108, 105, 115, 18, 33, 10, 12, 109, 101, 109, 111, 114, 121, 95, 98, 121, 116, 101, 115, 24, 9, 32, 1, 40, 4, 82, 11,
109, 101, 109, 111, 114, 121, 66, 121, 116, 101, 115, 18, 36, 10, 11, 115, 116, 97, 116, 117, 115, 95, 106, 115, 111, 110, 24, 10, 32, 1, 40, 9,
72, 3, 82, 10, 115, 116, 97, 116, 117, 115, 74, 115, 111, 110, 136, 1, 1, 18, 51, 10, 19, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 95,
101, 118, 101, 114, 121, 95, 109, 115, 24, 11, 32, 1, 40, 4, 72, 4, 82, 17, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 69, 118, 101, 114,
121, 77, 115, 136, 1, 1, 18, 60, 10, 10, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 24, 12, 32, 1, 40, 11, 50, 23, 46, 108, 101, 97,
116, 46, 97, 112, 105, 46, 118, 49, 46, 67, 104, 101, 99, 107, 112, 111, 105, 110, 116, 72, 5, 82, 10, 99, 104, 101, 99, 107, 112, 111, 105, 110,
116, 136, 1, 1, 26, 57, 10, 11, 76, 97, 98, 101, 108, 115, 69, 110, 116, 114, 121, 18, 16, 10, 3, 107, 101, 121, 24, 1, 32, 1, 40, 9,
82, 3, 107, 101, 121, 18, 20, 10, 5, 118, 97, 108, 117, 101, 24, 2, 32, 1, 40, 9, 82, 5, 118, 97, 108, 117, 101, 58, 2, 56, 1, 66,
11, 10, 9, 95, 114, 101, 116, 114, 121, 95, 111, 102, 66, 9, 10, 7, 95, 114, 101, 103, 105, 111, 110, 66, 15, 10, 13, 95, 97, 114, 99, 104,
105, 116, 101, 99, 116, 117, 114, 101, 66, 14, 10, 12, 95, 115, 116, 97, 116, 117, 115, 95, 106, 115, 111, 110, 66, 22, 10, 20, 95, 99, 104, 101,
99, 107, 112, 111, 105, 110, 116, 95, 101, 118, 101, 114, 121, 95, 109, 115, 66, 13, 10, 11, 95, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 34,
115, 10, 10, 67, 104, 101, 99, 107, 112, 111, 105, 110, 116, 18, 30, 10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 24, 1, 32, 1, 40,
4, 82, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 22, 10, 6, 110, 117, 109, 98, 101, 114, 24, 2, 32, 1, 40, 4, 82, 6, 110,
117, 109, 98, 101, 114, 18, 20, 10, 5, 98, 121, 116, 101, 115, 24, 3, 32, 1, 40, 4, 82, 5, 98, 121, 116, 101, 115, 18, 23, 10, 7, 107,
101, 112, 116, 95, 117, 115, 24, 4, 32, 1, 40, 3, 82, 6, 107, 101, 112, 116, 85, 115, 34, 83, 10, 13, 69, 118, 101, 110, 116, 115, 82, 101,
113, 117, 101, 115, 116, 18, 21, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 72, 0, 82, 3, 114, 117, 110, 136, 1, 1, 18, 25, 10, 5,
97, 102, 116, 101, 114, 24, 2, 32, 1, 40, 4, 72, 1, 82, 5, 97, 102, 116, 101, 114, 136, 1, 1, 66, 6, 10, 4, 95, 114, 117, 110, 66,
8, 10, 6, 95, 97, 102, 116, 101, 114, 34, 147, 3, 10, 5, 69, 118, 101, 110, 116, 18, 22, 10, 6, 110, 117, 109, 98, 101, 114, 24, 1, 32,
1, 40, 4, 82, 6, 110, 117, 109, 98, 101, 114, 18, 19, 10, 5, 97, 116, 95, 117, 115, 24, 2, 32, 1, 40, 3, 82, 4, 97, 116, 85, 115,
18, 20, 10, 5, 97, 99, 116, 111, 114, 24, 3, 32, 1, 40, 9, 82, 5, 97, 99, 116, 111, 114, 18, 22, 10, 6, 114, 101, 97, 115, 111, 110,
24, 4, 32, 1, 40, 9, 82, 6, 114, 101, 97, 115, 111, 110, 18, 57, 10, 9, 115, 117, 98, 109, 105, 116, 116, 101, 100, 24, 5, 32, 1, 40,
11, 50, 25, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 83, 117, 98, 109, 105, 116, 116, 101, 100, 72, 0, 82, 9,
115, 117, 98, 109, 105, 116, 116, 101, 100, 18, 42, 10, 3, 114, 117, 110, 24, 6, 32, 1, 40, 11, 50, 22, 46, 108, 101, 97, 116, 46, 97, 112,
105, 46, 118, 49, 46, 82, 117, 110, 84, 117, 114, 110, 101, 100, 72, 0, 82, 3, 114, 117, 110, 18, 73, 10, 16, 99, 97, 110, 99, 101, 108, 95,
114, 101, 113, 117, 101, 115, 116, 101, 100, 24, 7, 32, 1, 40, 11, 50, 28, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 67, 97,
110, 99, 101, 108, 82, 101, 113, 117, 101, 115, 116, 101, 100, 72, 0, 82, 15, 99, 97, 110, 99, 101, 108, 82, 101, 113, 117, 101, 115, 116, 101, 100,
18, 45, 10, 4, 104, 111, 115, 116, 24, 8, 32, 1, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 72, 111, 115,
116, 84, 117, 114, 110, 101, 100, 72, 0, 82, 4, 104, 111, 115, 116, 18, 70, 10, 15, 112, 97, 117, 115, 101, 95, 114, 101, 113, 117, 101, 115, 116,
101, 100, 24, 9, 32, 1, 40, 11, 50, 27, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 80, 97, 117, 115, 101, 82, 101, 113, 117,
101, 115, 116, 101, 100, 72, 0, 82, 14, 112, 97, 117, 115, 101, 82, 101, 113, 117, 101, 115, 116, 101, 100, 66, 6, 10, 4, 119, 104, 97, 116, 34,
32, 10, 12, 82, 117, 110, 83, 117, 98, 109, 105, 116, 116, 101, 100, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117,
110, 34, 128, 1, 10, 9, 82, 117, 110, 84, 117, 114, 110, 101, 100, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117,
110, 18, 43, 10, 5, 115, 116, 97, 116, 101, 24, 2, 32, 1, 40, 14, 50, 21, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82,
117, 110, 83, 116, 97, 116, 101, 82, 5, 115, 116, 97, 116, 101, 18, 30, 10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 24, 3, 32, 1,
40, 4, 82, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 20, 10, 5, 104, 111, 115, 116, 115, 24, 4, 32, 3, 40, 9, 82, 5, 104,
111, 115, 116, 115, 34, 35, 10, 15, 67, 97, 110, 99, 101, 108, 82, 101, 113, 117, 101, 115, 116, 101, 100, 18, 16, 10, 3, 114, 117, 110, 24, 1,
32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 34, 10, 14, 80, 97, 117, 115, 101, 82, 101, 113, 117, 101, 115, 116, 101, 100, 18, 16, 10, 3, 114,
117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 52, 10, 10, 72, 111, 115, 116, 84, 117, 114, 110, 101, 100, 18, 18, 10, 4, 104,
111, 115, 116, 24, 1, 32, 1, 40, 9, 82, 4, 104, 111, 115, 116, 18, 18, 10, 4, 119, 104, 97, 116, 24, 2, 32, 1, 40, 9, 82, 4, 119,
104, 97, 116, 34, 38, 10, 18, 76, 111, 103, 103, 101, 100, 78, 111, 100, 101, 115, 82, 101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110,
24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 43, 10, 19, 76, 111, 103, 103, 101, 100, 78, 111, 100, 101, 115, 82, 101, 115, 112, 111, 110,
115, 101, 18, 20, 10, 5, 110, 111, 100, 101, 115, 24, 1, 32, 3, 40, 9, 82, 5, 110, 111, 100, 101, 115, 34, 99, 10, 11, 76, 111, 103, 115,
82, 101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 18, 18, 10, 4, 110, 111, 100,
101, 24, 2, 32, 1, 40, 9, 82, 4, 110, 111, 100, 101, 18, 22, 10, 6, 111, 102, 102, 115, 101, 116, 24, 3, 32, 1, 40, 4, 82, 6, 111,
102, 102, 115, 101, 116, 18, 22, 10, 6, 102, 111, 108, 108, 111, 119, 24, 4, 32, 1, 40, 8, 82, 6, 102, 111, 108, 108, 111, 119, 34, 86, 10,
8, 76, 111, 103, 80, 105, 101, 99, 101, 18, 30, 10, 10, 103, 101, 110, 101, 114, 97, 116, 105, 111, 110, 24, 1, 32, 1, 40, 4, 82, 10, 103,
101, 110, 101, 114, 97, 116, 105, 111, 110, 18, 22, 10, 6, 111, 102, 102, 115, 101, 116, 24, 2, 32, 1, 40, 4, 82, 6, 111, 102, 102, 115, 101,
116, 18, 18, 10, 4, 116, 101, 120, 116, 24, 3, 32, 1, 40, 12, 82, 4, 116, 101, 120, 116, 34, 32, 10, 12, 70, 97, 99, 116, 115, 82, 101,
113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24, 1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 56, 10, 13, 70, 97, 99, 116, 115,
82, 101, 115, 112, 111, 110, 115, 101, 18, 39, 10, 5, 102, 97, 99, 116, 115, 24, 1, 32, 3, 40, 11, 50, 17, 46, 108, 101, 97, 116, 46, 97,
112, 105, 46, 118, 49, 46, 70, 97, 99, 116, 82, 5, 102, 97, 99, 116, 115, 34, 178, 1, 10, 4, 70, 97, 99, 116, 18, 18, 10, 4, 110, 97,
109, 101, 24, 1, 32, 1, 40, 9, 82, 4, 110, 97, 109, 101, 18, 26, 10, 6, 115, 101, 116, 95, 98, 121, 24, 2, 32, 1, 40, 9, 72, 1,
82, 5, 115, 101, 116, 66, 121, 136, 1, 1, 18, 26, 10, 7, 98, 111, 111, 108, 101, 97, 110, 24, 3, 32, 1, 40, 8, 72, 0, 82, 7, 98,
111, 111, 108, 101, 97, 110, 18, 26, 10, 7, 105, 110, 116, 101, 103, 101, 114, 24, 4, 32, 1, 40, 3, 72, 0, 82, 7, 105, 110, 116, 101, 103,
101, 114, 18, 24, 10, 6, 110, 117, 109, 98, 101, 114, 24, 5, 32, 1, 40, 1, 72, 0, 82, 6, 110, 117, 109, 98, 101, 114, 18, 20, 10, 4,
116, 101, 120, 116, 24, 6, 32, 1, 40, 9, 72, 0, 82, 4, 116, 101, 120, 116, 66, 7, 10, 5, 118, 97, 108, 117, 101, 66, 9, 10, 7, 95,
115, 101, 116, 95, 98, 121, 34, 34, 10, 14, 79, 117, 116, 112, 117, 116, 115, 82, 101, 113, 117, 101, 115, 116, 18, 16, 10, 3, 114, 117, 110, 24,
1, 32, 1, 40, 9, 82, 3, 114, 117, 110, 34, 74, 10, 6, 79, 117, 116, 112, 117, 116, 18, 18, 10, 4, 112, 97, 116, 104, 24, 1, 32, 1,
40, 9, 82, 4, 112, 97, 116, 104, 18, 22, 10, 6, 100, 105, 103, 101, 115, 116, 24, 2, 32, 1, 40, 9, 82, 6, 100, 105, 103, 101, 115, 116,
18, 20, 10, 5, 98, 121, 116, 101, 115, 24, 3, 32, 1, 40, 4, 82, 5, 98, 121, 116, 101, 115, 34, 175, 1, 10, 10, 82, 105, 115, 107, 79,
98, 106, 101, 99, 116, 18, 18, 10, 4, 110, 97, 109, 101, 24, 1, 32, 1, 40, 9, 82, 4, 110, 97, 109, 101, 18, 24, 10, 7, 118, 101, 114,
115, 105, 111, 110, 24, 2, 32, 1, 40, 4, 82, 7, 118, 101, 114, 115, 105, 111, 110, 18, 18, 10, 4, 102, 105, 108, 101, 24, 3, 32, 1, 40,
9, 82, 4, 102, 105, 108, 101, 18, 22, 10, 6, 100, 105, 103, 101, 115, 116, 24, 4, 32, 1, 40, 9, 82, 6, 100, 105, 103, 101, 115, 116, 18,
20, 10, 5, 98, 121, 116, 101, 115, 24, 5, 32, 1, 40, 4, 82, 5, 98, 121, 116, 101, 115, 18, 18, 10, 4, 117, 115, 101, 114, 24, 6, 32,
1, 40, 9, 82, 4, 117, 115, 101, 114, 18, 29, 10, 10, 99, 114, 101, 97, 116, 101, 100, 95, 117, 115, 24, 7, 32, 1, 40, 3, 82, 9, 99,
114, 101, 97, 116, 101, 100, 85, 115, 34, 20, 10, 18, 76, 105, 115, 116, 79, 98, 106, 101, 99, 116, 115, 82, 101, 113, 117, 101, 115, 116, 34, 72,
10, 19, 76, 105, 115, 116, 79, 98, 106, 101, 99, 116, 115, 82, 101, 115, 112, 111, 110, 115, 101, 18, 49, 10, 7, 111, 98, 106, 101, 99, 116, 115,
24, 1, 32, 3, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 105, 115, 107, 79, 98, 106, 101, 99, 116, 82,
7, 111, 98, 106, 101, 99, 116, 115, 34, 37, 10, 15, 86, 101, 114, 115, 105, 111, 110, 115, 82, 101, 113, 117, 101, 115, 116, 18, 18, 10, 4, 110,
97, 109, 101, 24, 1, 32, 1, 40, 9, 82, 4, 110, 97, 109, 101, 34, 69, 10, 16, 86, 101, 114, 115, 105, 111, 110, 115, 82, 101, 115, 112, 111,
110, 115, 101, 18, 49, 10, 7, 111, 98, 106, 101, 99, 116, 115, 24, 1, 32, 3, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46,
118, 49, 46, 82, 105, 115, 107, 79, 98, 106, 101, 99, 116, 82, 7, 111, 98, 106, 101, 99, 116, 115, 34, 105, 10, 16, 71, 101, 116, 79, 98, 106,
101, 99, 116, 82, 101, 113, 117, 101, 115, 116, 18, 18, 10, 4, 110, 97, 109, 101, 24, 1, 32, 1, 40, 9, 82, 4, 110, 97, 109, 101, 18, 29,
10, 7, 118, 101, 114, 115, 105, 111, 110, 24, 2, 32, 1, 40, 4, 72, 0, 82, 7, 118, 101, 114, 115, 105, 111, 110, 136, 1, 1, 18, 22, 10,
6, 111, 102, 102, 115, 101, 116, 24, 3, 32, 1, 40, 4, 82, 6, 111, 102, 102, 115, 101, 116, 66, 10, 10, 8, 95, 118, 101, 114, 115, 105, 111,
110, 34, 106, 10, 17, 71, 101, 116, 79, 98, 106, 101, 99, 116, 82, 101, 115, 112, 111, 110, 115, 101, 18, 49, 10, 6, 111, 98, 106, 101, 99, 116,
24, 1, 32, 1, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 105, 115, 107, 79, 98, 106, 101, 99, 116, 72,
0, 82, 6, 111, 98, 106, 101, 99, 116, 18, 26, 10, 7, 99, 111, 110, 116, 101, 110, 116, 24, 2, 32, 1, 40, 12, 72, 0, 82, 7, 99, 111,
110, 116, 101, 110, 116, 66, 6, 10, 4, 112, 97, 114, 116, 34, 98, 10, 10, 80, 117, 116, 82, 101, 113, 117, 101, 115, 116, 18, 48, 10, 6, 104,
101, 97, 100, 101, 114, 24, 1, 32, 1, 40, 11, 50, 22, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 80, 117, 116, 72, 101, 97,
100, 101, 114, 72, 0, 82, 6, 104, 101, 97, 100, 101, 114, 18, 26, 10, 7, 99, 111, 110, 116, 101, 110, 116, 24, 2, 32, 1, 40, 12, 72, 0,
82, 7, 99, 111, 110, 116, 101, 110, 116, 66, 6, 10, 4, 112, 97, 114, 116, 34, 91, 10, 9, 80, 117, 116, 72, 101, 97, 100, 101, 114, 18, 18,
10, 4, 102, 105, 108, 101, 24, 1, 32, 1, 40, 9, 82, 4, 102, 105, 108, 101, 18, 22, 10, 5, 98, 121, 116, 101, 115, 24, 2, 32, 1, 40,
4, 72, 0, 82, 5, 98, 121, 116, 101, 115, 18, 24, 10, 6, 100, 105, 103, 101, 115, 116, 24, 3, 32, 1, 40, 9, 72, 0, 82, 6, 100, 105,
103, 101, 115, 116, 66, 8, 10, 6, 115, 111, 117, 114, 99, 101, 34, 85, 10, 11, 80, 117, 116, 82, 101, 115, 112, 111, 110, 115, 101, 18, 47, 10,
6, 111, 98, 106, 101, 99, 116, 24, 1, 32, 1, 40, 11, 50, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 105, 115, 107,
79, 98, 106, 101, 99, 116, 82, 6, 111, 98, 106, 101, 99, 116, 18, 21, 10, 6, 105, 115, 95, 110, 101, 119, 24, 2, 32, 1, 40, 8, 82, 5,
105, 115, 78, 101, 119, 42, 226, 1, 10, 8, 82, 117, 110, 83, 116, 97, 116, 101, 18, 25, 10, 21, 82, 85, 78, 95, 83, 84, 65, 84, 69, 95,
85, 78, 83, 80, 69, 67, 73, 70, 73, 69, 68, 16, 0, 18, 20, 10, 16, 82, 85, 78, 95, 83, 84, 65, 84, 69, 95, 81, 85, 69, 85, 69,
68, 16, 1, 18, 22, 10, 18, 82, 85, 78, 95, 83, 84, 65, 84, 69, 95, 83, 84, 65, 82, 84, 73, 78, 71, 16, 2, 18, 21, 10, 17, 82,
85, 78, 95, 83, 84, 65, 84, 69, 95, 82, 85, 78, 78, 73, 78, 71, 16, 3, 18, 24, 10, 20, 82, 85, 78, 95, 83, 84, 65, 84, 69, 95,
82, 69, 67, 79, 86, 69, 82, 73, 78, 71, 16, 4, 18, 23, 10, 19, 82, 85, 78, 95, 83, 84, 65, 84, 69, 95, 83, 85, 67, 67, 69, 69,
68, 69, 68, 16, 5, 18, 20, 10, 16, 82, 85, 78, 95, 83, 84, 65, 84, 69, 95, 70, 65, 73, 76, 69, 68, 16, 6, 18, 23, 10, 19, 82,
85, 78, 95, 83, 84, 65, 84, 69, 95, 67, 65, 78, 67, 69, 76, 76, 69, 68, 16, 7, 18, 20, 10, 16, 82, 85, 78, 95, 83, 84, 65, 84,
69, 95, 80, 65, 85, 83, 69, 68, 16, 8, 50, 242, 5, 10, 4, 82, 117, 110, 115, 18, 65, 10, 6, 83, 117, 98, 109, 105, 116, 18, 26, 46,
108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 83, 117, 98, 109, 105, 116, 82, 101, 113, 117, 101, 115, 116, 26, 27, 46, 108, 101, 97, 116,
46, 97, 112, 105, 46, 118, 49, 46, 83, 117, 98, 109, 105, 116, 82, 101, 115, 112, 111, 110, 115, 101, 18, 51, 10, 3, 71, 101, 116, 18, 26, 46,
108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 71, 101, 116, 82, 117, 110, 82, 101, 113, 117, 101, 115, 116, 26, 16, 46, 108, 101, 97, 116,
46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 18, 67, 10, 4, 76, 105, 115, 116, 18, 28, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118,
49, 46, 76, 105, 115, 116, 82, 117, 110, 115, 82, 101, 113, 117, 101, 115, 116, 26, 29, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46,
76, 105, 115, 116, 82, 117, 110, 115, 82, 101, 115, 112, 111, 110, 115, 101, 18, 54, 10, 6, 67, 97, 110, 99, 101, 108, 18, 26, 46, 108, 101, 97,
116, 46, 97, 112, 105, 46, 118, 49, 46, 67, 97, 110, 99, 101, 108, 82, 101, 113, 117, 101, 115, 116, 26, 16, 46, 108, 101, 97, 116, 46, 97, 112,
105, 46, 118, 49, 46, 82, 117, 110, 18, 52, 10, 5, 80, 97, 117, 115, 101, 18, 25, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46,
80, 97, 117, 115, 101, 82, 101, 113, 117, 101, 115, 116, 26, 16, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 18, 54,
10, 6, 82, 101, 115, 117, 109, 101, 18, 26, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 101, 115, 117, 109, 101, 82, 101, 113,
117, 101, 115, 116, 26, 16, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 117, 110, 18, 63, 10, 5, 82, 101, 116, 114, 121, 18,
25, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 82, 101, 116, 114, 121, 82, 101, 113, 117, 101, 115, 116, 26, 27, 46, 108, 101, 97,
116, 46, 97, 112, 105, 46, 118, 49, 46, 83, 117, 98, 109, 105, 116, 82, 101, 115, 112, 111, 110, 115, 101, 18, 58, 10, 6, 69, 118, 101, 110, 116,
115, 18, 26, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 69, 118, 101, 110, 116, 115, 82, 101, 113, 117, 101, 115, 116, 26, 18, 46,
108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 69, 118, 101, 110, 116, 48, 1, 18, 80, 10, 11, 76, 111, 103, 103, 101, 100, 78, 111, 100,
101, 115, 18, 31, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 76, 111, 103, 103, 101, 100, 78, 111, 100, 101, 115, 82, 101, 113, 117,
101, 115, 116, 26, 32, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 76, 111, 103, 103, 101, 100, 78, 111, 100, 101, 115, 82, 101, 115,
112, 111, 110, 115, 101, 18, 57, 10, 4, 76, 111, 103, 115, 18, 24, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 76, 111, 103, 115,
82, 101, 113, 117, 101, 115, 116, 26, 21, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 76, 111, 103, 80, 105, 101, 99, 101, 48, 1,
18, 62, 10, 5, 70, 97, 99, 116, 115, 18, 25, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 70, 97, 99, 116, 115, 82, 101, 113,
117, 101, 115, 116, 26, 26, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 70, 97, 99, 116, 115, 82, 101, 115, 112, 111, 110, 115, 101,
18, 61, 10, 7, 79, 117, 116, 112, 117, 116, 115, 18, 27, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 79, 117, 116, 112, 117, 116,
115, 82, 101, 113, 117, 101, 115, 116, 26, 19, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 79, 117, 116, 112, 117, 116, 48, 1, 50,
90, 10, 9, 80, 114, 111, 99, 101, 115, 115, 101, 115, 18, 77, 10, 4, 76, 105, 115, 116, 18, 33, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46,
118, 49, 46, 76, 105, 115, 116, 80, 114, 111, 99, 101, 115, 115, 101, 115, 82, 101, 113, 117, 101, 115, 116, 26, 34, 46, 108, 101, 97, 116, 46, 97,
112, 105, 46, 118, 49, 46, 76, 105, 115, 116, 80, 114, 111, 99, 101, 115, 115, 101, 115, 82, 101, 115, 112, 111, 110, 115, 101, 50, 165, 2, 10, 11,
82, 105, 115, 107, 79, 98, 106, 101, 99, 116, 115, 18, 73, 10, 4, 76, 105, 115, 116, 18, 31, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118,
49, 46, 76, 105, 115, 116, 79, 98, 106, 101, 99, 116, 115, 82, 101, 113, 117, 101, 115, 116, 26, 32, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46,
118, 49, 46, 76, 105, 115, 116, 79, 98, 106, 101, 99, 116, 115, 82, 101, 115, 112, 111, 110, 115, 101, 18, 71, 10, 8, 86, 101, 114, 115, 105, 111,
110, 115, 18, 28, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 86, 101, 114, 115, 105, 111, 110, 115, 82, 101, 113, 117, 101, 115, 116,
26, 29, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 86, 101, 114, 115, 105, 111, 110, 115, 82, 101, 115, 112, 111, 110, 115, 101, 18,
70, 10, 3, 71, 101, 116, 18, 29, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 71, 101, 116, 79, 98, 106, 101, 99, 116, 82, 101,
113, 117, 101, 115, 116, 26, 30, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 71, 101, 116, 79, 98, 106, 101, 99, 116, 82, 101, 115,
112, 111, 110, 115, 101, 48, 1, 18, 58, 10, 3, 80, 117, 116, 18, 23, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 80, 117, 116,
82, 101, 113, 117, 101, 115, 116, 26, 24, 46, 108, 101, 97, 116, 46, 97, 112, 105, 46, 118, 49, 46, 80, 117, 116, 82, 101, 115, 112, 111, 110, 115,
101, 40, 1, 74, 174, 149, 1, 10, 7, 18, 5, 6, 0, 197, 3, 1, 10, 8, 10, 1, 2, 18, 3, 8, 0, 20, 10, 10, 10, 2, 4, 0,
18, 4, 70, 0, 107, 1, 10, 10, 10, 3, 4, 0, 1, 18, 3, 70, 8, 21, 10, 48, 10, 4, 4, 0, 2, 0, 18, 3, 72, 2, 20, 26,
35, 32, 83, 72, 65, 45, 50, 53, 54, 32, 111, 102, 32, 116, 104, 101, 32, 98, 117, 110, 100, 108, 101, 39, 115, 32, 109, 97, 110, 105, 102, 101,
115, 116, 46, 10, 10, 12, 10, 5, 4, 0, 2, 0, 1, 18, 3, 72, 9, 15, 10, 12, 10, 5, 4, 0, 2, 0, 3, 18, 3, 72, 18, 19,
10, 12, 10, 5, 4, 0, 2, 0, 5, 18, 3, 72, 2, 8, 10, 89, 10, 4, 4, 0, 2, 1, 18, 3, 74, 2, 38, 26, 76, 32, 77, 97,
100, 101, 32, 98, 121, 32, 116, 104, 101, 32, 99, 108, 105, 101, 110, 116, 58, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 107, 101, 121, 32, 119,
105, 116, 104, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 115, 117, 98, 109, 105, 115, 115, 105, 111, 110, 32, 105, 115, 32, 116, 104, 101, 32, 115,
97, 109, 101, 32, 114, 117, 110, 46, 10, 10, 12, 10, 5, 4, 0, 2, 1, 1, 18, 3, 74, 18, 33, 10, 12, 10, 5, 4, 0, 2, 1, 3,
18, 3, 74, 36, 37, 10, 12, 10, 5, 4, 0, 2, 1, 4, 18, 3, 74, 2, 10, 10, 12, 10, 5, 4, 0, 2, 1, 5, 18, 3, 74, 11,
17, 10, 59, 10, 4, 4, 0, 2, 2, 18, 3, 76, 2, 30, 26, 46, 32, 71, 114, 101, 97, 116, 101, 114, 32, 105, 115, 32, 115, 111, 111, 110,
101, 114, 44, 32, 102, 114, 111, 109, 32, 48, 32, 116, 111, 32, 50, 53, 53, 46, 32, 68, 101, 102, 97, 117, 108, 116, 32, 48, 46, 10, 10, 12,
10, 5, 4, 0, 2, 2, 1, 18, 3, 76, 17, 25, 10, 12, 10, 5, 4, 0, 2, 2, 3, 18, 3, 76, 28, 29, 10, 12, 10, 5, 4, 0,
2, 2, 4, 18, 3, 76, 2, 10, 10, 12, 10, 5, 4, 0, 2, 2, 5, 18, 3, 76, 11, 16, 10, 124, 10, 4, 4, 0, 2, 3, 18, 3,
78, 2, 35, 26, 111, 32, 72, 111, 119, 32, 111, 102, 116, 101, 110, 32, 105, 110, 32, 97, 32, 114, 111, 119, 32, 105, 116, 32, 109, 97, 121, 32,
98, 101, 32, 98, 101, 103, 117, 110, 32, 119, 105, 116, 104, 111, 117, 116, 32, 103, 101, 116, 116, 105, 110, 103, 32, 102, 117, 114, 116, 104, 101, 114,
44, 32, 102, 114, 111, 109, 32, 49, 32, 116, 111, 32, 49, 48, 48, 46, 32, 84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32,
116, 104, 101, 32, 105, 110, 115, 116, 97, 108, 108, 97, 116, 105, 111, 110, 39, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 3, 1, 18, 3, 78,
18, 30, 10, 12, 10, 5, 4, 0, 2, 3, 3, 18, 3, 78, 33, 34, 10, 12, 10, 5, 4, 0, 2, 3, 4, 18, 3, 78, 2, 10, 10, 12,
10, 5, 4, 0, 2, 3, 5, 18, 3, 78, 11, 17, 10, 60, 10, 4, 4, 0, 2, 4, 18, 3, 80, 2, 27, 26, 47, 32, 87, 104, 97, 116,
32, 105, 116, 115, 32, 114, 97, 110, 100, 111, 109, 32, 110, 117, 109, 98, 101, 114, 115, 32, 99, 111, 109, 101, 32, 102, 114, 111, 109, 46, 32, 68,
101, 102, 97, 117, 108, 116, 32, 49, 46, 10, 10, 12, 10, 5, 4, 0, 2, 4, 1, 18, 3, 80, 18, 22, 10, 12, 10, 5, 4, 0, 2, 4,
3, 18, 3, 80, 25, 26, 10, 12, 10, 5, 4, 0, 2, 4, 4, 18, 3, 80, 2, 10, 10, 12, 10, 5, 4, 0, 2, 4, 5, 18, 3, 80,
11, 17, 10, 55, 10, 4, 4, 0, 2, 5, 18, 3, 82, 2, 29, 26, 42, 32, 84, 104, 101, 32, 114, 101, 103, 105, 111, 110, 32, 116, 104, 97,
116, 32, 105, 116, 115, 32, 100, 97, 116, 97, 32, 109, 117, 115, 116, 32, 110, 111, 116, 32, 108, 101, 97, 118, 101, 46, 10, 10, 12, 10, 5, 4,
0, 2, 5, 1, 18, 3, 82, 18, 24, 10, 12, 10, 5, 4, 0, 2, 5, 3, 18, 3, 82, 27, 28, 10, 12, 10, 5, 4, 0, 2, 5, 4,
18, 3, 82, 2, 10, 10, 12, 10, 5, 4, 0, 2, 5, 5, 18, 3, 82, 11, 17, 10, 77, 10, 4, 4, 0, 2, 6, 18, 3, 84, 2, 33,
26, 64, 32, 76, 97, 98, 101, 108, 115, 32, 116, 104, 97, 116, 32, 105, 116, 115, 32, 104, 111, 115, 116, 32, 109, 117, 115, 116, 32, 104, 97, 118,
101, 44, 32, 119, 105, 116, 104, 32, 116, 104, 101, 115, 101, 32, 118, 97, 108, 117, 101, 115, 59, 32, 97, 116, 32, 109, 111, 115, 116, 32, 54, 52,
46, 10, 10, 12, 10, 5, 4, 0, 2, 6, 1, 18, 3, 84, 22, 28, 10, 12, 10, 5, 4, 0, 2, 6, 3, 18, 3, 84, 31, 32, 10, 12,
10, 5, 4, 0, 2, 6, 6, 18, 3, 84, 2, 21, 10, 88, 10, 4, 4, 0, 2, 7, 18, 3, 86, 2, 35, 26, 75, 32, 84, 104, 101, 32,
112, 114, 111, 99, 101, 115, 115, 111, 114, 32, 116, 104, 97, 116, 32, 105, 116, 115, 32, 104, 111, 115, 116, 32, 109, 117, 115, 116, 32, 104, 97, 118,
101, 44, 32, 97, 115, 32, 82, 117, 115, 116, 32, 99, 97, 108, 108, 115, 32, 105, 116, 58, 32, 120, 56, 54, 95, 54, 52, 44, 32, 97, 97, 114,
99, 104, 54, 52, 46, 10, 10, 12, 10, 5, 4, 0, 2, 7, 1, 18, 3, 86, 18, 30, 10, 12, 10, 5, 4, 0, 2, 7, 3, 18, 3, 86,
33, 34, 10, 12, 10, 5, 4, 0, 2, 7, 4, 18, 3, 86, 2, 10, 10, 12, 10, 5, 4, 0, 2, 7, 5, 18, 3, 86, 11, 17, 10, 114,
10, 4, 4, 0, 2, 8, 18, 3, 88, 2, 33, 26, 101, 32, 84, 104, 111, 117, 115, 97, 110, 100, 116, 104, 115, 32, 111, 102, 32, 97, 32, 99,
111, 114, 101, 59, 32, 111, 102, 32, 101, 97, 99, 104, 32, 112, 97, 114, 116, 44, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 32, 114, 117, 110,
32, 105, 115, 32, 100, 105, 118, 105, 100, 101, 100, 46, 32, 84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32, 119, 104, 97, 116,
32, 116, 104, 101, 32, 98, 117, 110, 100, 108, 101, 32, 115, 97, 121, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 8, 1, 18, 3, 88, 18, 28,
10, 12, 10, 5, 4, 0, 2, 8, 3, 18, 3, 88, 31, 32, 10, 12, 10, 5, 4, 0, 2, 8, 4, 18, 3, 88, 2, 10, 10, 12, 10, 5,
4, 0, 2, 8, 5, 18, 3, 88, 11, 17, 10, 91, 10, 4, 4, 0, 2, 9, 18, 3, 90, 2, 36, 26, 78, 32, 79, 102, 32, 101, 97, 99,
104, 32, 112, 97, 114, 116, 44, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 32, 114, 117, 110, 32, 105, 115, 32, 100, 105, 118, 105, 100, 101, 100,
46, 32, 84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32, 119, 104, 97, 116, 32, 116, 104, 101, 32, 98, 117, 110, 100, 108, 101,
32, 115, 97, 121, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 9, 1, 18, 3, 90, 18, 30, 10, 12, 10, 5, 4, 0, 2, 9, 3, 18, 3,
90, 33, 35, 10, 12, 10, 5, 4, 0, 2, 9, 4, 18, 3, 90, 2, 10, 10, 12, 10, 5, 4, 0, 2, 9, 5, 18, 3, 90, 11, 17, 10,
88, 10, 4, 4, 0, 2, 10, 18, 3, 92, 2, 28, 26, 75, 32, 87, 104, 101, 116, 104, 101, 114, 32, 101, 97, 99, 104, 32, 112, 97, 114, 116,
32, 111, 102, 32, 116, 104, 101, 32, 114, 117, 110, 32, 109, 117, 115, 116, 32, 98, 101, 32, 111, 110, 32, 97, 32, 104, 111, 115, 116, 32, 111, 102,
32, 105, 116, 115, 32, 111, 119, 110, 46, 32, 68, 101, 102, 97, 117, 108, 116, 32, 102, 97, 108, 115, 101, 46, 10, 10, 12, 10, 5, 4, 0, 2,
10, 1, 18, 3, 92, 16, 22, 10, 12, 10, 5, 4, 0, 2, 10, 3, 18, 3, 92, 25, 27, 10, 12, 10, 5, 4, 0, 2, 10, 4, 18, 3,
92, 2, 10, 10, 12, 10, 5, 4, 0, 2, 10, 5, 18, 3, 92, 11, 15, 10, 96, 10, 4, 4, 0, 2, 11, 18, 3, 94, 2, 36, 26, 83,
32, 87, 104, 97, 116, 32, 112, 97, 114, 116, 115, 32, 110, 101, 101, 100, 44, 32, 98, 121, 32, 116, 104, 101, 105, 114, 32, 110, 97, 109, 101, 115,
44, 32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 105, 115, 32, 115, 111, 109, 101, 116, 104, 105, 110, 103, 32, 101, 108, 115, 101, 32, 116, 104, 97,
110, 32, 116, 104, 101, 32, 98, 117, 110, 100, 108, 101, 32, 115, 97, 121, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 11, 1, 18, 3, 94, 25,
30, 10, 12, 10, 5, 4, 0, 2, 11, 3, 18, 3, 94, 33, 35, 10, 12, 10, 5, 4, 0, 2, 11, 6, 18, 3, 94, 2, 24, 10, 197, 1,
10, 4, 4, 0, 2, 12, 18, 3, 97, 2, 38, 26, 183, 1, 32, 86, 97, 108, 117, 101, 115, 32, 111, 102, 32, 116, 104, 101, 32, 112, 114, 111,
99, 101, 115, 115, 39, 115, 32, 112, 97, 114, 97, 109, 101, 116, 101, 114, 115, 32, 98, 121, 32, 116, 104, 101, 105, 114, 32, 110, 97, 109, 101, 115,
44, 32, 97, 115, 32, 96, 108, 101, 97, 116, 32, 115, 117, 98, 109, 105, 116, 32, 45, 45, 112, 97, 114, 97, 109, 96, 32, 116, 97, 107, 101, 115,
32, 116, 104, 101, 109, 46, 32, 84, 104, 111, 115, 101, 32, 116, 104, 97, 116, 32, 97, 114, 101, 32, 108, 101, 102, 116, 32, 111, 117, 116, 32, 115,
116, 97, 121, 32, 97, 115, 32, 116, 104, 101, 10, 32, 98, 117, 110, 100, 108, 101, 32, 119, 97, 115, 32, 109, 97, 100, 101, 46, 32, 84, 104, 101,
32, 114, 117, 110, 32, 105, 115, 32, 111, 102, 32, 97, 32, 98, 117, 110, 100, 108, 101, 32, 111, 102, 32, 105, 116, 115, 32, 111, 119, 110, 32, 116,
104, 101, 110, 46, 10, 10, 12, 10, 5, 4, 0, 2, 12, 1, 18, 3, 97, 22, 32, 10, 12, 10, 5, 4, 0, 2, 12, 3, 18, 3, 97, 35,
37, 10, 12, 10, 5, 4, 0, 2, 12, 6, 18, 3, 97, 2, 21, 10, 63, 10, 4, 4, 0, 2, 13, 18, 3, 99, 2, 33, 26, 50, 32, 86,
97, 108, 117, 101, 115, 32, 111, 102, 32, 102, 97, 99, 116, 115, 32, 98, 121, 32, 116, 104, 101, 105, 114, 32, 110, 97, 109, 101, 115, 44, 32, 105,
110, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 119, 97, 121, 46, 10, 10, 12, 10, 5, 4, 0, 2, 13, 1, 18, 3, 99, 22, 27, 10, 12,
10, 5, 4, 0, 2, 13, 3, 18, 3, 99, 30, 32, 10, 12, 10, 5, 4, 0, 2, 13, 6, 18, 3, 99, 2, 21, 10, 88, 10, 4, 4, 0,
2, 14, 18, 3, 101, 2, 26, 26, 75, 32, 84, 104, 101, 32, 116, 97, 103, 115, 32, 116, 104, 97, 116, 32, 97, 114, 101, 32, 111, 110, 46, 32,
84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32, 116, 104, 111, 115, 101, 32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 98, 117,
110, 100, 108, 101, 32, 119, 97, 115, 32, 109, 97, 100, 101, 32, 119, 105, 116, 104, 46, 10, 10, 12, 10, 5, 4, 0, 2, 14, 1, 18, 3, 101,
16, 20, 10, 12, 10, 5, 4, 0, 2, 14, 3, 18, 3, 101, 23, 25, 10, 12, 10, 5, 4, 0, 2, 14, 4, 18, 3, 101, 2, 10, 10, 12,
10, 5, 4, 0, 2, 14, 6, 18, 3, 101, 11, 15, 10, 218, 1, 10, 4, 4, 0, 2, 15, 18, 3, 104, 2, 43, 26, 204, 1, 32, 72, 111,
119, 32, 111, 102, 116, 101, 110, 32, 97, 32, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 32, 105, 115, 32, 116, 97, 107, 101, 110, 44, 32, 109,
105, 108, 108, 105, 115, 101, 99, 111, 110, 100, 115, 44, 32, 102, 114, 111, 109, 32, 49, 48, 48, 58, 32, 119, 104, 97, 116, 32, 97, 110, 111, 116,
104, 101, 114, 32, 97, 116, 116, 101, 109, 112, 116, 32, 103, 111, 101, 115, 32, 111, 110, 32, 102, 114, 111, 109, 32, 119, 104, 101, 114, 101, 32, 97,
32, 104, 111, 115, 116, 32, 105, 115, 32, 108, 111, 115, 116, 46, 32, 48, 32, 102, 111, 114, 32, 110, 101, 118, 101, 114, 58, 10, 32, 116, 104, 101,
110, 32, 105, 116, 32, 98, 101, 103, 105, 110, 115, 32, 97, 103, 97, 105, 110, 32, 102, 114, 111, 109, 32, 116, 104, 101, 32, 98, 101, 103, 105, 110,
110, 105, 110, 103, 46, 32, 84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32, 116, 104, 101, 32, 105, 110, 115, 116, 97, 108, 108,
97, 116, 105, 111, 110, 39, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 15, 1, 18, 3, 104, 18, 37, 10, 12, 10, 5, 4, 0, 2, 15, 3,
18, 3, 104, 40, 42, 10, 12, 10, 5, 4, 0, 2, 15, 4, 18, 3, 104, 2, 10, 10, 12, 10, 5, 4, 0, 2, 15, 5, 18, 3, 104, 11,
17, 10, 75, 10, 4, 4, 0, 2, 16, 18, 3, 106, 2, 29, 26, 62, 32, 84, 104, 101, 32, 112, 108, 97, 121, 112, 101, 110, 32, 116, 104, 97,
116, 32, 116, 104, 101, 32, 114, 117, 110, 32, 105, 115, 32, 111, 102, 46, 32, 84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32,
116, 104, 101, 32, 99, 97, 108, 108, 101, 114, 39, 115, 46, 10, 10, 12, 10, 5, 4, 0, 2, 16, 1, 18, 3, 106, 18, 23, 10, 12, 10, 5,
4, 0, 2, 16, 3, 18, 3, 106, 26, 28, 10, 12, 10, 5, 4, 0, 2, 16, 4, 18, 3, 106, 2, 10, 10, 12, 10, 5, 4, 0, 2, 16,
5, 18, 3, 106, 11, 17, 10, 55, 10, 2, 4, 1, 18, 4, 110, 0, 112, 1, 26, 43, 32, 84, 97, 103, 115, 32, 116, 104, 97, 116, 32, 97,
114, 101, 32, 111, 110, 59, 32, 110, 111, 110, 101, 32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 105, 115, 32, 101, 109, 112, 116, 121, 46, 10, 10,
10, 10, 3, 4, 1, 1, 18, 3, 110, 8, 12, 10, 11, 10, 4, 4, 1, 2, 0, 18, 3, 111, 2, 28, 10, 12, 10, 5, 4, 1, 2, 0,
1, 18, 3, 111, 18, 23, 10, 12, 10, 5, 4, 1, 2, 0, 3, 18, 3, 111, 26, 27, 10, 12, 10, 5, 4, 1, 2, 0, 4, 18, 3, 111,
2, 10, 10, 12, 10, 5, 4, 1, 2, 0, 5, 18, 3, 111, 11, 17, 10, 41, 10, 2, 4, 2, 18, 4, 115, 0, 119, 1, 26, 29, 32, 87,
104, 97, 116, 32, 97, 32, 112, 97, 114, 116, 32, 111, 102, 32, 97, 32, 114, 117, 110, 32, 110, 101, 101, 100, 115, 46, 10, 10, 10, 10, 3, 4,
2, 1, 18, 3, 115, 8, 17, 10, 37, 10, 4, 4, 2, 2, 0, 18, 3, 117, 2, 24, 26, 24, 32, 84, 104, 111, 117, 115, 97, 110, 100, 116,
104, 115, 32, 111, 102, 32, 97, 32, 99, 111, 114, 101, 46, 10, 10, 12, 10, 5, 4, 2, 2, 0, 1, 18, 3, 117, 9, 19, 10, 12, 10, 5,
4, 2, 2, 0, 3, 18, 3, 117, 22, 23, 10, 12, 10, 5, 4, 2, 2, 0, 5, 18, 3, 117, 2, 8, 10, 11, 10, 4, 4, 2, 2, 1,
18, 3, 118, 2, 26, 10, 12, 10, 5, 4, 2, 2, 1, 1, 18, 3, 118, 9, 21, 10, 12, 10, 5, 4, 2, 2, 1, 3, 18, 3, 118, 24,
25, 10, 12, 10, 5, 4, 2, 2, 1, 5, 18, 3, 118, 2, 8, 10, 10, 10, 2, 4, 3, 18, 4, 121, 0, 125, 1, 10, 10, 10, 3, 4,
3, 1, 18, 3, 121, 8, 22, 10, 11, 10, 4, 4, 3, 2, 0, 18, 3, 122, 2, 14, 10, 12, 10, 5, 4, 3, 2, 0, 1, 18, 3, 122,
6, 9, 10, 12, 10, 5, 4, 3, 2, 0, 3, 18, 3, 122, 12, 13, 10, 12, 10, 5, 4, 3, 2, 0, 6, 18, 3, 122, 2, 5, 10, 87,
10, 4, 4, 3, 2, 1, 18, 3, 124, 2, 18, 26, 74, 32, 87, 104, 101, 116, 104, 101, 114, 32, 116, 104, 101, 32, 114, 117, 110, 32, 105, 115,
32, 110, 101, 119, 58, 32, 110, 111, 116, 32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 119, 97, 115, 32, 115, 117, 98, 109, 105, 116, 116, 101, 100,
32, 119, 105, 116, 104, 32, 116, 104, 105, 115, 32, 107, 101, 121, 32, 98, 101, 102, 111, 114, 101, 46, 10, 10, 12, 10, 5, 4, 3, 2, 1, 1,
18, 3, 124, 7, 13, 10, 12, 10, 5, 4, 3, 2, 1, 3, 18, 3, 124, 16, 17, 10, 12, 10, 5, 4, 3, 2, 1, 5, 18, 3, 124, 2,
6, 10, 11, 10, 2, 4, 4, 18, 5, 127, 0, 134, 1, 1, 10, 10, 10, 3, 4, 4, 1, 18, 3, 127, 8, 28, 10, 29, 10, 4, 4, 4,
2, 0, 18, 4, 129, 1, 2, 30, 26, 15, 32, 79, 102, 32, 116, 104, 105, 115, 32, 110, 97, 109, 101, 46, 10, 10, 13, 10, 5, 4, 4, 2,
0, 1, 18, 4, 129, 1, 18, 25, 10, 13, 10, 5, 4, 4, 2, 0, 3, 18, 4, 129, 1, 28, 29, 10, 13, 10, 5, 4, 4, 2, 0, 4,
18, 4, 129, 1, 2, 10, 10, 13, 10, 5, 4, 4, 2, 0, 5, 18, 4, 129, 1, 11, 17, 10, 45, 10, 4, 4, 4, 2, 1, 18, 4, 131,
1, 2, 32, 26, 31, 32, 70, 114, 111, 109, 32, 49, 32, 116, 111, 32, 49, 44, 48, 48, 48, 46, 32, 68, 101, 102, 97, 117, 108, 116, 32, 49,
48, 48, 46, 10, 10, 13, 10, 5, 4, 4, 2, 1, 1, 18, 4, 131, 1, 18, 27, 10, 13, 10, 5, 4, 4, 2, 1, 3, 18, 4, 131, 1,
30, 31, 10, 13, 10, 5, 4, 4, 2, 1, 4, 18, 4, 131, 1, 2, 10, 10, 13, 10, 5, 4, 4, 2, 1, 5, 18, 4, 131, 1, 11, 17,
10, 53, 10, 4, 4, 4, 2, 2, 18, 4, 133, 1, 2, 33, 26, 39, 32, 96, 110, 101, 120, 116, 95, 112, 97, 103, 101, 95, 116, 111, 107, 101,
110, 96, 32, 111, 102, 32, 116, 104, 101, 32, 112, 97, 103, 101, 32, 98, 101, 102, 111, 114, 101, 46, 10, 10, 13, 10, 5, 4, 4, 2, 2, 1,
18, 4, 133, 1, 18, 28, 10, 13, 10, 5, 4, 4, 2, 2, 3, 18, 4, 133, 1, 31, 32, 10, 13, 10, 5, 4, 4, 2, 2, 4, 18, 4,
133, 1, 2, 10, 10, 13, 10, 5, 4, 4, 2, 2, 5, 18, 4, 133, 1, 11, 17, 10, 12, 10, 2, 4, 5, 18, 6, 136, 1, 0, 140, 1,
1, 10, 11, 10, 3, 4, 5, 1, 18, 4, 136, 1, 8, 29, 10, 12, 10, 4, 4, 5, 2, 0, 18, 4, 137, 1, 2, 33, 10, 13, 10, 5,
4, 5, 2, 0, 1, 18, 4, 137, 1, 19, 28, 10, 13, 10, 5, 4, 5, 2, 0, 3, 18, 4, 137, 1, 31, 32, 10, 13, 10, 5, 4, 5,
2, 0, 4, 18, 4, 137, 1, 2, 10, 10, 13, 10, 5, 4, 5, 2, 0, 6, 18, 4, 137, 1, 11, 18, 10, 50, 10, 4, 4, 5, 2, 1,
18, 4, 139, 1, 2, 29, 26, 36, 32, 69, 109, 112, 116, 121, 32, 119, 104, 101, 114, 101, 32, 116, 104, 105, 115, 32, 105, 115, 32, 116, 104, 101,
32, 108, 97, 115, 116, 32, 112, 97, 103, 101, 46, 10, 10, 13, 10, 5, 4, 5, 2, 1, 1, 18, 4, 139, 1, 9, 24, 10, 13, 10, 5, 4,
5, 2, 1, 3, 18, 4, 139, 1, 27, 28, 10, 13, 10, 5, 4, 5, 2, 1, 5, 18, 4, 139, 1, 2, 8, 10, 49, 10, 2, 4, 6, 18,
6, 143, 1, 0, 155, 1, 1, 26, 35, 32, 65, 32, 112, 114, 111, 99, 101, 115, 115, 32, 116, 104, 97, 116, 32, 116, 104, 101, 114, 101, 32, 97,
114, 101, 32, 114, 117, 110, 115, 32, 111, 102, 46, 10, 10, 11, 10, 3, 4, 6, 1, 18, 4, 143, 1, 8, 15, 10, 12, 10, 4, 4, 6, 2,
0, 18, 4, 144, 1, 2, 21, 10, 13, 10, 5, 4, 6, 2, 0, 1, 18, 4, 144, 1, 9, 16, 10, 13, 10, 5, 4, 6, 2, 0, 3, 18,
4, 144, 1, 19, 20, 10, 13, 10, 5, 4, 6, 2, 0, 5, 18, 4, 144, 1, 2, 8, 10, 46, 10, 4, 4, 6, 2, 1, 18, 4, 146, 1,
2, 19, 26, 32, 32, 84, 104, 101, 32, 103, 114, 111, 117, 112, 32, 119, 104, 111, 115, 101, 32, 114, 117, 110, 115, 32, 105, 116, 32, 105, 115, 32,
111, 102, 46, 10, 10, 13, 10, 5, 4, 6, 2, 1, 1, 18, 4, 146, 1, 9, 14, 10, 13, 10, 5, 4, 6, 2, 1, 3, 18, 4, 146, 1,
17, 18, 10, 13, 10, 5, 4, 6, 2, 1, 5, 18, 4, 146, 1, 2, 8, 10, 92, 10, 4, 4, 6, 2, 2, 18, 4, 148, 1, 2, 20, 26,
78, 32, 84, 104, 101, 32, 108, 97, 116, 101, 115, 116, 32, 98, 117, 110, 100, 108, 101, 32, 116, 104, 97, 116, 32, 119, 97, 115, 32, 117, 112, 108,
111, 97, 100, 101, 100, 32, 102, 111, 114, 32, 105, 116, 32, 97, 110, 100, 32, 114, 117, 110, 58, 32, 83, 72, 65, 45, 50, 53, 54, 32, 111, 102,
32, 105, 116, 115, 32, 109, 97, 110, 105, 102, 101, 115, 116, 46, 10, 10, 13, 10, 5, 4, 6, 2, 2, 1, 18, 4, 148, 1, 9, 15, 10, 13,
10, 5, 4, 6, 2, 2, 3, 18, 4, 148, 1, 18, 19, 10, 13, 10, 5, 4, 6, 2, 2, 5, 18, 4, 148, 1, 2, 8, 10, 48, 10, 4,
4, 6, 2, 3, 18, 4, 150, 1, 2, 18, 26, 34, 32, 87, 104, 111, 32, 117, 112, 108, 111, 97, 100, 101, 100, 32, 105, 116, 32, 102, 105, 114,
115, 116, 44, 32, 97, 110, 100, 32, 119, 104, 101, 110, 46, 10, 10, 13, 10, 5, 4, 6, 2, 3, 1, 18, 4, 150, 1, 9, 13, 10, 13, 10,
5, 4, 6, 2, 3, 3, 18, 4, 150, 1, 16, 17, 10, 13, 10, 5, 4, 6, 2, 3, 5, 18, 4, 150, 1, 2, 8, 10, 12, 10, 4, 4,
6, 2, 4, 18, 4, 151, 1, 2, 23, 10, 13, 10, 5, 4, 6, 2, 4, 1, 18, 4, 151, 1, 8, 18, 10, 13, 10, 5, 4, 6, 2, 4,
3, 18, 4, 151, 1, 21, 22, 10, 13, 10, 5, 4, 6, 2, 4, 5, 18, 4, 151, 1, 2, 7, 10, 103, 10, 4, 4, 6, 2, 5, 18, 4,
153, 1, 2, 28, 26, 89, 32, 87, 104, 101, 116, 104, 101, 114, 32, 97, 32, 114, 117, 110, 32, 109, 97, 121, 32, 98, 101, 32, 103, 105, 118, 101,
110, 32, 111, 116, 104, 101, 114, 32, 118, 97, 108, 117, 101, 115, 59, 32, 110, 111, 116, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 32, 98, 117,
110, 100, 108, 101, 32, 99, 97, 110, 32, 111, 110, 108, 121, 32, 98, 101, 32, 114, 117, 110, 32, 97, 115, 32, 105, 116, 32, 105, 115, 46, 10, 10,
13, 10, 5, 4, 6, 2, 5, 1, 18, 4, 153, 1, 7, 23, 10, 13, 10, 5, 4, 6, 2, 5, 3, 18, 4, 153, 1, 26, 27, 10, 13, 10,
5, 4, 6, 2, 5, 5, 18, 4, 153, 1, 2, 6, 10, 12, 10, 4, 4, 6, 2, 6, 18, 4, 154, 1, 2, 36, 10, 13, 10, 5, 4, 6,
2, 6, 1, 18, 4, 154, 1, 21, 31, 10, 13, 10, 5, 4, 6, 2, 6, 3, 18, 4, 154, 1, 34, 35, 10, 13, 10, 5, 4, 6, 2, 6,
4, 18, 4, 154, 1, 2, 10, 10, 13, 10, 5, 4, 6, 2, 6, 6, 18, 4, 154, 1, 11, 20, 10, 41, 10, 2, 4, 7, 18, 6, 158, 1,
0, 164, 1, 1, 26, 27, 32, 65, 32, 112, 97, 114, 97, 109, 101, 116, 101, 114, 32, 111, 102, 32, 97, 32, 112, 114, 111, 99, 101, 115, 115, 46,
10, 10, 11, 10, 3, 4, 7, 1, 18, 4, 158, 1, 8, 17, 10, 12, 10, 4, 4, 7, 2, 0, 18, 4, 159, 1, 2, 18, 10, 13, 10, 5,
4, 7, 2, 0, 1, 18, 4, 159, 1, 9, 13, 10, 13, 10, 5, 4, 7, 2, 0, 3, 18, 4, 159, 1, 16, 17, 10, 13, 10, 5, 4, 7,
2, 0, 5, 18, 4, 159, 1, 2, 8, 10, 48, 10, 4, 4, 7, 2, 1, 18, 4, 161, 1, 2, 18, 26, 34, 32, 98, 111, 111, 108, 101, 97,
110, 44, 32, 105, 110, 116, 54, 52, 44, 32, 102, 108, 111, 97, 116, 54, 52, 32, 111, 114, 32, 116, 101, 120, 116, 46, 10, 10, 13, 10, 5, 4,
7, 2, 1, 1, 18, 4, 161, 1, 9, 13, 10, 13, 10, 5, 4, 7, 2, 1, 3, 18, 4, 161, 1, 16, 17, 10, 13, 10, 5, 4, 7, 2,
1, 5, 18, 4, 161, 1, 2, 8, 10, 59, 10, 4, 4, 7, 2, 2, 18, 4, 163, 1, 2, 19, 26, 45, 32, 73, 116, 115, 32, 118, 97, 108,
117, 101, 32, 119, 104, 101, 114, 101, 32, 97, 32, 114, 117, 110, 32, 105, 115, 32, 110, 111, 116, 32, 103, 105, 118, 101, 110, 32, 97, 110, 111, 116,
104, 101, 114, 46, 10, 10, 13, 10, 5, 4, 7, 2, 2, 1, 18, 4, 163, 1, 9, 14, 10, 13, 10, 5, 4, 7, 2, 2, 3, 18, 4, 163,
1, 17, 18, 10, 13, 10, 5, 4, 7, 2, 2, 5, 18, 4, 163, 1, 2, 8, 10, 12, 10, 2, 4, 8, 18, 6, 166, 1, 0, 168, 1, 1,
10, 11, 10, 3, 4, 8, 1, 18, 4, 166, 1, 8, 21, 10, 12, 10, 4, 4, 8, 2, 0, 18, 4, 167, 1, 2, 17, 10, 13, 10, 5, 4,
8, 2, 0, 1, 18, 4, 167, 1, 9, 12, 10, 13, 10, 5, 4, 8, 2, 0, 3, 18, 4, 167, 1, 15, 16, 10, 13, 10, 5, 4, 8, 2,
0, 5, 18, 4, 167, 1, 2, 8, 10, 12, 10, 2, 4, 9, 18, 6, 170, 1, 0, 180, 1, 1, 10, 11, 10, 3, 4, 9, 1, 18, 4, 170,
1, 8, 23, 10, 53, 10, 4, 4, 9, 2, 0, 18, 4, 172, 1, 2, 31, 26, 39, 32, 73, 110, 32, 111, 110, 101, 32, 111, 102, 32, 116, 104,
101, 115, 101, 32, 115, 116, 97, 116, 101, 115, 59, 32, 110, 111, 110, 101, 32, 102, 111, 114, 32, 97, 110, 121, 46, 10, 10, 13, 10, 5, 4, 9,
2, 0, 1, 18, 4, 172, 1, 20, 26, 10, 13, 10, 5, 4, 9, 2, 0, 3, 18, 4, 172, 1, 29, 30, 10, 13, 10, 5, 4, 9, 2, 0,
4, 18, 4, 172, 1, 2, 10, 10, 13, 10, 5, 4, 9, 2, 0, 6, 18, 4, 172, 1, 11, 19, 10, 12, 10, 4, 4, 9, 2, 1, 18, 4,
173, 1, 2, 27, 10, 13, 10, 5, 4, 9, 2, 1, 1, 18, 4, 173, 1, 18, 22, 10, 13, 10, 5, 4, 9, 2, 1, 3, 18, 4, 173, 1,
25, 26, 10, 13, 10, 5, 4, 9, 2, 1, 4, 18, 4, 173, 1, 2, 10, 10, 13, 10, 5, 4, 9, 2, 1, 5, 18, 4, 173, 1, 11, 17,
10, 12, 10, 4, 4, 9, 2, 2, 18, 4, 174, 1, 2, 28, 10, 13, 10, 5, 4, 9, 2, 2, 1, 18, 4, 174, 1, 18, 23, 10, 13, 10,
5, 4, 9, 2, 2, 3, 18, 4, 174, 1, 26, 27, 10, 13, 10, 5, 4, 9, 2, 2, 4, 18, 4, 174, 1, 2, 10, 10, 13, 10, 5, 4,
9, 2, 2, 5, 18, 4, 174, 1, 11, 17, 10, 12, 10, 4, 4, 9, 2, 3, 18, 4, 175, 1, 2, 30, 10, 13, 10, 5, 4, 9, 2, 3,
1, 18, 4, 175, 1, 18, 25, 10, 13, 10, 5, 4, 9, 2, 3, 3, 18, 4, 175, 1, 28, 29, 10, 13, 10, 5, 4, 9, 2, 3, 4, 18,
4, 175, 1, 2, 10, 10, 13, 10, 5, 4, 9, 2, 3, 5, 18, 4, 175, 1, 11, 17, 10, 45, 10, 4, 4, 9, 2, 4, 18, 4, 177, 1,
2, 32, 26, 31, 32, 70, 114, 111, 109, 32, 49, 32, 116, 111, 32, 49, 44, 48, 48, 48, 46, 32, 68, 101, 102, 97, 117, 108, 116, 32, 49, 48,
48, 46, 10, 10, 13, 10, 5, 4, 9, 2, 4, 1, 18, 4, 177, 1, 18, 27, 10, 13, 10, 5, 4, 9, 2, 4, 3, 18, 4, 177, 1, 30,
31, 10, 13, 10, 5, 4, 9, 2, 4, 4, 18, 4, 177, 1, 2, 10, 10, 13, 10, 5, 4, 9, 2, 4, 5, 18, 4, 177, 1, 11, 17, 10,
53, 10, 4, 4, 9, 2, 5, 18, 4, 179, 1, 2, 33, 26, 39, 32, 96, 110, 101, 120, 116, 95, 112, 97, 103, 101, 95, 116, 111, 107, 101, 110,
96, 32, 111, 102, 32, 116, 104, 101, 32, 112, 97, 103, 101, 32, 98, 101, 102, 111, 114, 101, 46, 10, 10, 13, 10, 5, 4, 9, 2, 5, 1, 18,
4, 179, 1, 18, 28, 10, 13, 10, 5, 4, 9, 2, 5, 3, 18, 4, 179, 1, 31, 32, 10, 13, 10, 5, 4, 9, 2, 5, 4, 18, 4, 179,
1, 2, 10, 10, 13, 10, 5, 4, 9, 2, 5, 5, 18, 4, 179, 1, 11, 17, 10, 12, 10, 2, 4, 10, 18, 6, 182, 1, 0, 186, 1, 1,
10, 11, 10, 3, 4, 10, 1, 18, 4, 182, 1, 8, 24, 10, 12, 10, 4, 4, 10, 2, 0, 18, 4, 183, 1, 2, 31, 10, 13, 10, 5, 4,
10, 2, 0, 1, 18, 4, 183, 1, 22, 26, 10, 13, 10, 5, 4, 10, 2, 0, 3, 18, 4, 183, 1, 29, 30, 10, 13, 10, 5, 4, 10, 2,
0, 4, 18, 4, 183, 1, 2, 10, 10, 13, 10, 5, 4, 10, 2, 0, 6, 18, 4, 183, 1, 11, 21, 10, 50, 10, 4, 4, 10, 2, 1, 18,
4, 185, 1, 2, 29, 26, 36, 32, 69, 109, 112, 116, 121, 32, 119, 104, 101, 114, 101, 32, 116, 104, 105, 115, 32, 105, 115, 32, 116, 104, 101, 32,
108, 97, 115, 116, 32, 112, 97, 103, 101, 46, 10, 10, 13, 10, 5, 4, 10, 2, 1, 1, 18, 4, 185, 1, 9, 24, 10, 13, 10, 5, 4, 10,
2, 1, 3, 18, 4, 185, 1, 27, 28, 10, 13, 10, 5, 4, 10, 2, 1, 5, 18, 4, 185, 1, 2, 8, 10, 12, 10, 2, 4, 11, 18, 6,
188, 1, 0, 190, 1, 1, 10, 11, 10, 3, 4, 11, 1, 18, 4, 188, 1, 8, 21, 10, 12, 10, 4, 4, 11, 2, 0, 18, 4, 189, 1, 2,
17, 10, 13, 10, 5, 4, 11, 2, 0, 1, 18, 4, 189, 1, 9, 12, 10, 13, 10, 5, 4, 11, 2, 0, 3, 18, 4, 189, 1, 15, 16, 10,
13, 10, 5, 4, 11, 2, 0, 5, 18, 4, 189, 1, 2, 8, 10, 12, 10, 2, 4, 12, 18, 6, 192, 1, 0, 194, 1, 1, 10, 11, 10, 3,
4, 12, 1, 18, 4, 192, 1, 8, 20, 10, 12, 10, 4, 4, 12, 2, 0, 18, 4, 193, 1, 2, 17, 10, 13, 10, 5, 4, 12, 2, 0, 1,
18, 4, 193, 1, 9, 12, 10, 13, 10, 5, 4, 12, 2, 0, 3, 18, 4, 193, 1, 15, 16, 10, 13, 10, 5, 4, 12, 2, 0, 5, 18, 4,
193, 1, 2, 8, 10, 12, 10, 2, 4, 13, 18, 6, 196, 1, 0, 198, 1, 1, 10, 11, 10, 3, 4, 13, 1, 18, 4, 196, 1, 8, 21, 10,
12, 10, 4, 4, 13, 2, 0, 18, 4, 197, 1, 2, 17, 10, 13, 10, 5, 4, 13, 2, 0, 1, 18, 4, 197, 1, 9, 12, 10, 13, 10, 5,
4, 13, 2, 0, 3, 18, 4, 197, 1, 15, 16, 10, 13, 10, 5, 4, 13, 2, 0, 5, 18, 4, 197, 1, 2, 8, 10, 12, 10, 2, 4, 14,
18, 6, 200, 1, 0, 204, 1, 1, 10, 11, 10, 3, 4, 14, 1, 18, 4, 200, 1, 8, 20, 10, 12, 10, 4, 4, 14, 2, 0, 18, 4, 201,
1, 2, 17, 10, 13, 10, 5, 4, 14, 2, 0, 1, 18, 4, 201, 1, 9, 12, 10, 13, 10, 5, 4, 14, 2, 0, 3, 18, 4, 201, 1, 15,
16, 10, 13, 10, 5, 4, 14, 2, 0, 5, 18, 4, 201, 1, 2, 8, 10, 90, 10, 4, 4, 14, 2, 1, 18, 4, 203, 1, 2, 38, 26, 76,
32, 77, 97, 100, 101, 32, 98, 121, 32, 116, 104, 101, 32, 99, 108, 105, 101, 110, 116, 58, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 107, 101,
121, 32, 119, 105, 116, 104, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 115, 117, 98, 109, 105, 115, 115, 105, 111, 110, 32, 105, 115, 32, 116, 104,
101, 32, 115, 97, 109, 101, 32, 114, 117, 110, 46, 10, 10, 13, 10, 5, 4, 14, 2, 1, 1, 18, 4, 203, 1, 18, 33, 10, 13, 10, 5, 4,
14, 2, 1, 3, 18, 4, 203, 1, 36, 37, 10, 13, 10, 5, 4, 14, 2, 1, 4, 18, 4, 203, 1, 2, 10, 10, 13, 10, 5, 4, 14, 2,
1, 5, 18, 4, 203, 1, 11, 17, 10, 32, 10, 2, 4, 15, 18, 6, 207, 1, 0, 231, 1, 1, 26, 18, 32, 65, 32, 114, 117, 110, 32, 105,
110, 32, 97, 32, 108, 105, 115, 116, 46, 10, 10, 11, 10, 3, 4, 15, 1, 18, 4, 207, 1, 8, 18, 10, 12, 10, 4, 4, 15, 2, 0, 18,
4, 208, 1, 2, 16, 10, 13, 10, 5, 4, 15, 2, 0, 1, 18, 4, 208, 1, 9, 11, 10, 13, 10, 5, 4, 15, 2, 0, 3, 18, 4, 208,
1, 14, 15, 10, 13, 10, 5, 4, 15, 2, 0, 5, 18, 4, 208, 1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 1, 18, 4, 209, 1, 2, 21,
10, 13, 10, 5, 4, 15, 2, 1, 1, 18, 4, 209, 1, 9, 16, 10, 13, 10, 5, 4, 15, 2, 1, 3, 18, 4, 209, 1, 19, 20, 10, 13,
10, 5, 4, 15, 2, 1, 5, 18, 4, 209, 1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 2, 18, 4, 210, 1, 2, 18, 10, 13, 10, 5, 4,
15, 2, 2, 1, 18, 4, 210, 1, 9, 13, 10, 13, 10, 5, 4, 15, 2, 2, 3, 18, 4, 210, 1, 16, 17, 10, 13, 10, 5, 4, 15, 2,
2, 5, 18, 4, 210, 1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 3, 18, 4, 211, 1, 2, 19, 10, 13, 10, 5, 4, 15, 2, 3, 1, 18,
4, 211, 1, 9, 14, 10, 13, 10, 5, 4, 15, 2, 3, 3, 18, 4, 211, 1, 17, 18, 10, 13, 10, 5, 4, 15, 2, 3, 5, 18, 4, 211,
1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 4, 18, 4, 212, 1, 2, 21, 10, 13, 10, 5, 4, 15, 2, 4, 1, 18, 4, 212, 1, 11, 16,
10, 13, 10, 5, 4, 15, 2, 4, 3, 18, 4, 212, 1, 19, 20, 10, 13, 10, 5, 4, 15, 2, 4, 6, 18, 4, 212, 1, 2, 10, 10, 52,
10, 4, 4, 15, 2, 5, 18, 4, 214, 1, 2, 17, 26, 38, 32, 87, 104, 121, 32, 105, 116, 32, 119, 97, 105, 116, 115, 44, 32, 111, 114, 32,
119, 104, 97, 116, 32, 104, 97, 112, 112, 101, 110, 101, 100, 32, 108, 97, 115, 116, 46, 10, 10, 13, 10, 5, 4, 15, 2, 5, 1, 18, 4, 214,
1, 9, 12, 10, 13, 10, 5, 4, 15, 2, 5, 3, 18, 4, 214, 1, 15, 16, 10, 13, 10, 5, 4, 15, 2, 5, 5, 18, 4, 214, 1, 2,
8, 10, 12, 10, 4, 4, 15, 2, 6, 18, 4, 215, 1, 2, 21, 10, 13, 10, 5, 4, 15, 2, 6, 1, 18, 4, 215, 1, 8, 16, 10, 13,
10, 5, 4, 15, 2, 6, 3, 18, 4, 215, 1, 19, 20, 10, 13, 10, 5, 4, 15, 2, 6, 5, 18, 4, 215, 1, 2, 7, 10, 12, 10, 4,
4, 15, 2, 7, 18, 4, 216, 1, 2, 25, 10, 13, 10, 5, 4, 15, 2, 7, 1, 18, 4, 216, 1, 8, 20, 10, 13, 10, 5, 4, 15, 2,
7, 3, 18, 4, 216, 1, 23, 24, 10, 13, 10, 5, 4, 15, 2, 7, 5, 18, 4, 216, 1, 2, 7, 10, 46, 10, 4, 4, 15, 2, 8, 18,
4, 218, 1, 2, 21, 26, 32, 32, 83, 105, 110, 99, 101, 32, 119, 104, 101, 110, 32, 105, 116, 32, 105, 115, 32, 105, 110, 32, 105, 116, 115, 32,
115, 116, 97, 116, 101, 46, 10, 10, 13, 10, 5, 4, 15, 2, 8, 1, 18, 4, 218, 1, 8, 16, 10, 13, 10, 5, 4, 15, 2, 8, 3, 18,
4, 218, 1, 19, 20, 10, 13, 10, 5, 4, 15, 2, 8, 5, 18, 4, 218, 1, 2, 7, 10, 42, 10, 4, 4, 15, 2, 9, 18, 4, 220, 1,
2, 33, 26, 28, 32, 87, 104, 101, 110, 32, 105, 116, 32, 119, 97, 115, 32, 102, 105, 114, 115, 116, 32, 97, 116, 32, 119, 111, 114, 107, 46, 10,
10, 13, 10, 5, 4, 15, 2, 9, 1, 18, 4, 220, 1, 17, 27, 10, 13, 10, 5, 4, 15, 2, 9, 3, 18, 4, 220, 1, 30, 32, 10, 13,
10, 5, 4, 15, 2, 9, 4, 18, 4, 220, 1, 2, 10, 10, 13, 10, 5, 4, 15, 2, 9, 5, 18, 4, 220, 1, 11, 16, 10, 12, 10, 4,
4, 15, 2, 10, 18, 4, 221, 1, 2, 31, 10, 13, 10, 5, 4, 15, 2, 10, 1, 18, 4, 221, 1, 17, 25, 10, 13, 10, 5, 4, 15, 2,
10, 3, 18, 4, 221, 1, 28, 30, 10, 13, 10, 5, 4, 15, 2, 10, 4, 18, 4, 221, 1, 2, 10, 10, 13, 10, 5, 4, 15, 2, 10, 5,
18, 4, 221, 1, 11, 16, 10, 65, 10, 4, 4, 15, 2, 11, 18, 4, 223, 1, 2, 23, 26, 51, 32, 72, 111, 119, 32, 111, 102, 116, 101, 110,
32, 105, 116, 32, 119, 97, 115, 32, 112, 108, 97, 99, 101, 100, 44, 32, 97, 110, 100, 32, 104, 111, 119, 32, 111, 102, 116, 101, 110, 32, 105, 116,
32, 109, 97, 121, 32, 98, 101, 46, 10, 10, 13, 10, 5, 4, 15, 2, 11, 1, 18, 4, 223, 1, 9, 17, 10, 13, 10, 5, 4, 15, 2, 11,
3, 18, 4, 223, 1, 20, 22, 10, 13, 10, 5, 4, 15, 2, 11, 5, 18, 4, 223, 1, 2, 8, 10, 12, 10, 4, 4, 15, 2, 12, 18, 4,
224, 1, 2, 27, 10, 13, 10, 5, 4, 15, 2, 12, 1, 18, 4, 224, 1, 9, 21, 10, 13, 10, 5, 4, 15, 2, 12, 3, 18, 4, 224, 1,
24, 26, 10, 13, 10, 5, 4, 15, 2, 12, 5, 18, 4, 224, 1, 2, 8, 10, 35, 10, 4, 4, 15, 2, 13, 18, 4, 226, 1, 2, 29, 26,
21, 32, 84, 104, 101, 32, 104, 111, 115, 116, 115, 32, 105, 116, 32, 105, 115, 32, 111, 110, 46, 10, 10, 13, 10, 5, 4, 15, 2, 13, 1, 18,
4, 226, 1, 18, 23, 10, 13, 10, 5, 4, 15, 2, 13, 3, 18, 4, 226, 1, 26, 28, 10, 13, 10, 5, 4, 15, 2, 13, 4, 18, 4, 226,
1, 2, 10, 10, 13, 10, 5, 4, 15, 2, 13, 5, 18, 4, 226, 1, 11, 17, 10, 48, 10, 4, 4, 15, 2, 14, 18, 4, 228, 1, 2, 29,
26, 34, 32, 87, 104, 101, 116, 104, 101, 114, 32, 115, 111, 109, 101, 111, 110, 101, 32, 119, 97, 110, 116, 115, 32, 105, 116, 32, 116, 111, 32, 101,
110, 100, 46, 10, 10, 13, 10, 5, 4, 15, 2, 14, 1, 18, 4, 228, 1, 7, 23, 10, 13, 10, 5, 4, 15, 2, 14, 3, 18, 4, 228, 1,
26, 28, 10, 13, 10, 5, 4, 15, 2, 14, 5, 18, 4, 228, 1, 2, 6, 10, 49, 10, 4, 4, 15, 2, 15, 18, 4, 230, 1, 2, 28, 26,
35, 32, 87, 104, 101, 116, 104, 101, 114, 32, 115, 111, 109, 101, 111, 110, 101, 32, 119, 97, 110, 116, 115, 32, 105, 116, 32, 116, 111, 32, 114, 101,
115, 116, 46, 10, 10, 13, 10, 5, 4, 15, 2, 15, 1, 18, 4, 230, 1, 7, 22, 10, 13, 10, 5, 4, 15, 2, 15, 3, 18, 4, 230, 1,
25, 27, 10, 13, 10, 5, 4, 15, 2, 15, 5, 18, 4, 230, 1, 2, 6, 10, 60, 10, 2, 4, 16, 18, 6, 234, 1, 0, 254, 1, 1, 26,
46, 32, 65, 108, 108, 32, 111, 102, 32, 97, 32, 114, 117, 110, 44, 32, 98, 117, 116, 32, 102, 111, 114, 32, 119, 104, 97, 116, 32, 105, 116, 32,
104, 97, 115, 32, 112, 117, 98, 108, 105, 115, 104, 101, 100, 46, 10, 10, 11, 10, 3, 4, 16, 1, 18, 4, 234, 1, 8, 11, 10, 12, 10, 4,
4, 16, 2, 0, 18, 4, 235, 1, 2, 25, 10, 13, 10, 5, 4, 16, 2, 0, 1, 18, 4, 235, 1, 13, 20, 10, 13, 10, 5, 4, 16, 2,
0, 3, 18, 4, 235, 1, 23, 24, 10, 13, 10, 5, 4, 16, 2, 0, 6, 18, 4, 235, 1, 2, 12, 10, 49, 10, 4, 4, 16, 2, 1, 18,
4, 237, 1, 2, 20, 26, 35, 32, 83, 72, 65, 45, 50, 53, 54, 32, 111, 102, 32, 116, 104, 101, 32, 98, 117, 110, 100, 108, 101, 39, 115, 32,
109, 97, 110, 105, 102, 101, 115, 116, 46, 10, 10, 13, 10, 5, 4, 16, 2, 1, 1, 18, 4, 237, 1, 9, 15, 10, 13, 10, 5, 4, 16, 2,
1, 3, 18, 4, 237, 1, 18, 19, 10, 13, 10, 5, 4, 16, 2, 1, 5, 18, 4, 237, 1, 2, 8, 10, 12, 10, 4, 4, 16, 2, 2, 18,
4, 238, 1, 2, 18, 10, 13, 10, 5, 4, 16, 2, 2, 1, 18, 4, 238, 1, 9, 13, 10, 13, 10, 5, 4, 16, 2, 2, 3, 18, 4, 238,
1, 16, 17, 10, 13, 10, 5, 4, 16, 2, 2, 5, 18, 4, 238, 1, 2, 8, 10, 40, 10, 4, 4, 16, 2, 3, 18, 4, 240, 1, 2, 31,
26, 26, 32, 84, 104, 101, 32, 114, 117, 110, 32, 116, 104, 97, 116, 32, 105, 116, 32, 114, 101, 112, 101, 97, 116, 115, 46, 10, 10, 13, 10, 5,
4, 16, 2, 3, 1, 18, 4, 240, 1, 18, 26, 10, 13, 10, 5, 4, 16, 2, 3, 3, 18, 4, 240, 1, 29, 30, 10, 13, 10, 5, 4, 16,
2, 3, 4, 18, 4, 240, 1, 2, 10, 10, 13, 10, 5, 4, 16, 2, 3, 5, 18, 4, 240, 1, 11, 17, 10, 43, 10, 4, 4, 16, 2, 4,
18, 4, 242, 1, 2, 29, 26, 29, 32, 87, 104, 97, 116, 32, 105, 116, 115, 32, 104, 111, 115, 116, 32, 109, 117, 115, 116, 32, 98, 101, 32, 108,
105, 107, 101, 46, 10, 10, 13, 10, 5, 4, 16, 2, 4, 1, 18, 4, 242, 1, 18, 24, 10, 13, 10, 5, 4, 16, 2, 4, 3, 18, 4, 242,
1, 27, 28, 10, 13, 10, 5, 4, 16, 2, 4, 4, 18, 4, 242, 1, 2, 10, 10, 13, 10, 5, 4, 16, 2, 4, 5, 18, 4, 242, 1, 11,
17, 10, 12, 10, 4, 4, 16, 2, 5, 18, 4, 243, 1, 2, 33, 10, 13, 10, 5, 4, 16, 2, 5, 1, 18, 4, 243, 1, 22, 28, 10, 13,
10, 5, 4, 16, 2, 5, 3, 18, 4, 243, 1, 31, 32, 10, 13, 10, 5, 4, 16, 2, 5, 6, 18, 4, 243, 1, 2, 21, 10, 12, 10, 4,
4, 16, 2, 6, 18, 4, 244, 1, 2, 35, 10, 13, 10, 5, 4, 16, 2, 6, 1, 18, 4, 244, 1, 18, 30, 10, 13, 10, 5, 4, 16, 2,
6, 3, 18, 4, 244, 1, 33, 34, 10, 13, 10, 5, 4, 16, 2, 6, 4, 18, 4, 244, 1, 2, 10, 10, 13, 10, 5, 4, 16, 2, 6, 5,
18, 4, 244, 1, 11, 17, 10, 50, 10, 4, 4, 16, 2, 7, 18, 4, 246, 1, 2, 24, 26, 36, 32, 87, 104, 97, 116, 32, 105, 116, 32, 110,
101, 101, 100, 115, 44, 32, 97, 108, 108, 32, 112, 97, 114, 116, 115, 32, 116, 111, 103, 101, 116, 104, 101, 114, 46, 10, 10, 13, 10, 5, 4, 16,
2, 7, 1, 18, 4, 246, 1, 9, 19, 10, 13, 10, 5, 4, 16, 2, 7, 3, 18, 4, 246, 1, 22, 23, 10, 13, 10, 5, 4, 16, 2, 7,
5, 18, 4, 246, 1, 2, 8, 10, 12, 10, 4, 4, 16, 2, 8, 18, 4, 247, 1, 2, 26, 10, 13, 10, 5, 4, 16, 2, 8, 1, 18, 4,
247, 1, 9, 21, 10, 13, 10, 5, 4, 16, 2, 8, 3, 18, 4, 247, 1, 24, 25, 10, 13, 10, 5, 4, 16, 2, 8, 5, 18, 4, 247, 1,
2, 8, 10, 64, 10, 4, 4, 16, 2, 9, 18, 4, 249, 1, 2, 35, 26, 50, 32, 72, 111, 119, 32, 101, 97, 99, 104, 32, 110, 111, 100, 101,
32, 103, 111, 101, 115, 32, 111, 110, 44, 32, 97, 115, 32, 105, 116, 115, 32, 119, 111, 114, 107, 101, 114, 32, 115, 97, 121, 115, 58, 32, 74, 83,
79, 78, 46, 10, 10, 13, 10, 5, 4, 16, 2, 9, 1, 18, 4, 249, 1, 18, 29, 10, 13, 10, 5, 4, 16, 2, 9, 3, 18, 4, 249, 1,
32, 34, 10, 13, 10, 5, 4, 16, 2, 9, 4, 18, 4, 249, 1, 2, 10, 10, 13, 10, 5, 4, 16, 2, 9, 5, 18, 4, 249, 1, 11, 17,
10, 69, 10, 4, 4, 16, 2, 10, 18, 4, 251, 1, 2, 43, 26, 55, 32, 72, 111, 119, 32, 111, 102, 116, 101, 110, 32, 97, 32, 99, 104, 101,
99, 107, 112, 111, 105, 110, 116, 32, 105, 115, 32, 116, 97, 107, 101, 110, 59, 32, 110, 111, 116, 32, 116, 104, 101, 114, 101, 32, 102, 111, 114, 32,
110, 101, 118, 101, 114, 46, 10, 10, 13, 10, 5, 4, 16, 2, 10, 1, 18, 4, 251, 1, 18, 37, 10, 13, 10, 5, 4, 16, 2, 10, 3, 18,
4, 251, 1, 40, 42, 10, 13, 10, 5, 4, 16, 2, 10, 4, 18, 4, 251, 1, 2, 10, 10, 13, 10, 5, 4, 16, 2, 10, 5, 18, 4, 251,
1, 11, 17, 10, 117, 10, 4, 4, 16, 2, 11, 18, 4, 253, 1, 2, 38, 26, 103, 32, 87, 104, 97, 116, 32, 105, 116, 115, 32, 110, 101, 120,
116, 32, 97, 116, 116, 101, 109, 112, 116, 32, 119, 111, 117, 108, 100, 32, 103, 111, 32, 111, 110, 32, 102, 114, 111, 109, 59, 32, 110, 111, 116, 32,
116, 104, 101, 114, 101, 32, 98, 101, 102, 111, 114, 101, 32, 116, 104, 101, 32, 102, 105, 114, 115, 116, 32, 99, 104, 101, 99, 107, 112, 111, 105, 110,
116, 44, 32, 97, 110, 100, 32, 111, 110, 99, 101, 32, 105, 116, 32, 104, 97, 115, 32, 101, 110, 100, 101, 100, 46, 10, 10, 13, 10, 5, 4, 16,
2, 11, 1, 18, 4, 253, 1, 22, 32, 10, 13, 10, 5, 4, 16, 2, 11, 3, 18, 4, 253, 1, 35, 37, 10, 13, 10, 5, 4, 16, 2, 11,
4, 18, 4, 253, 1, 2, 10, 10, 13, 10, 5, 4, 16, 2, 11, 6, 18, 4, 253, 1, 11, 21, 10, 74, 10, 2, 4, 17, 18, 6, 129, 2,
0, 138, 2, 1, 26, 60, 32, 65, 32, 99, 104, 101, 99, 107, 112, 111, 105, 110, 116, 32, 111, 102, 32, 97, 32, 114, 117, 110, 32, 116, 104, 97,
116, 32, 97, 110, 111, 116, 104, 101, 114, 32, 97, 116, 116, 101, 109, 112, 116, 32, 99, 97, 110, 32, 103, 111, 32, 111, 110, 32, 102, 114, 111, 109,
46, 10, 10, 11, 10, 3, 4, 17, 1, 18, 4, 129, 2, 8, 18, 10, 41, 10, 4, 4, 17, 2, 0, 18, 4, 131, 2, 2, 24, 26, 27, 32,
84, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 32, 116, 104, 97, 116, 32, 116, 111, 111, 107, 32, 105, 116, 46, 10, 10, 13, 10, 5, 4, 17,
2, 0, 1, 18, 4, 131, 2, 9, 19, 10, 13, 10, 5, 4, 17, 2, 0, 3, 18, 4, 131, 2, 22, 23, 10, 13, 10, 5, 4, 17, 2, 0,
5, 18, 4, 131, 2, 2, 8, 10, 43, 10, 4, 4, 17, 2, 1, 18, 4, 133, 2, 2, 20, 26, 29, 32, 67, 111, 117, 110, 116, 101, 100, 32,
119, 105, 116, 104, 105, 110, 32, 116, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 46, 10, 10, 13, 10, 5, 4, 17, 2, 1, 1, 18, 4, 133,
2, 9, 15, 10, 13, 10, 5, 4, 17, 2, 1, 3, 18, 4, 133, 2, 18, 19, 10, 13, 10, 5, 4, 17, 2, 1, 5, 18, 4, 133, 2, 2,
8, 10, 94, 10, 4, 4, 17, 2, 2, 18, 4, 135, 2, 2, 19, 26, 80, 32, 87, 104, 97, 116, 32, 105, 115, 32, 107, 101, 112, 116, 32, 111,
102, 32, 105, 116, 58, 32, 116, 104, 101, 32, 115, 116, 97, 116, 101, 115, 32, 111, 102, 32, 105, 116, 115, 32, 110, 111, 100, 101, 115, 44, 32, 97,
110, 100, 32, 119, 104, 97, 116, 32, 105, 116, 115, 32, 111, 117, 116, 112, 117, 116, 115, 32, 104, 111, 108, 100, 32, 115, 111, 32, 102, 97, 114, 46,
10, 10, 13, 10, 5, 4, 17, 2, 2, 1, 18, 4, 135, 2, 9, 14, 10, 13, 10, 5, 4, 17, 2, 2, 3, 18, 4, 135, 2, 17, 18, 10,
13, 10, 5, 4, 17, 2, 2, 5, 18, 4, 135, 2, 2, 8, 10, 34, 10, 4, 4, 17, 2, 3, 18, 4, 137, 2, 2, 20, 26, 20, 32, 87,
104, 101, 110, 32, 105, 116, 32, 119, 97, 115, 32, 116, 104, 101, 114, 101, 46, 10, 10, 13, 10, 5, 4, 17, 2, 3, 1, 18, 4, 137, 2, 8,
15, 10, 13, 10, 5, 4, 17, 2, 3, 3, 18, 4, 137, 2, 18, 19, 10, 13, 10, 5, 4, 17, 2, 3, 5, 18, 4, 137, 2, 2, 7, 10,
12, 10, 2, 4, 18, 18, 6, 140, 2, 0, 145, 2, 1, 10, 11, 10, 3, 4, 18, 1, 18, 4, 140, 2, 8, 21, 10, 80, 10, 4, 4, 18,
2, 0, 18, 4, 142, 2, 2, 26, 26, 66, 32, 84, 104, 101, 32, 114, 117, 110, 59, 32, 110, 111, 116, 104, 105, 110, 103, 32, 102, 111, 114, 32,
97, 108, 108, 32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 99, 97, 108, 108, 101, 114, 32, 109, 97, 121, 32, 115, 101, 101, 44, 32, 97, 110, 100,
32, 116, 104, 101, 32, 104, 111, 115, 116, 115, 46, 10, 10, 13, 10, 5, 4, 18, 2, 0, 1, 18, 4, 142, 2, 18, 21, 10, 13, 10, 5, 4,
18, 2, 0, 3, 18, 4, 142, 2, 24, 25, 10, 13, 10, 5, 4, 18, 2, 0, 4, 18, 4, 142, 2, 2, 10, 10, 13, 10, 5, 4, 18, 2,
0, 5, 18, 4, 142, 2, 11, 17, 10, 134, 1, 10, 4, 4, 18, 2, 1, 18, 4, 144, 2, 2, 28, 26, 120, 32, 79, 110, 108, 121, 32, 116,
104, 111, 115, 101, 32, 97, 102, 116, 101, 114, 32, 116, 104, 105, 115, 32, 110, 117, 109, 98, 101, 114, 58, 32, 116, 104, 101, 32, 108, 97, 115, 116,
32, 116, 104, 97, 116, 32, 119, 97, 115, 32, 114, 101, 99, 101, 105, 118, 101, 100, 46, 32, 84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32,
105, 115, 32, 48, 32, 102, 111, 114, 32, 111, 110, 101, 32, 114, 117, 110, 44, 32, 97, 110, 100, 32, 116, 104, 101, 32, 108, 97, 115, 116, 32, 116,
104, 101, 114, 101, 32, 105, 115, 32, 102, 111, 114, 32, 97, 108, 108, 46, 10, 10, 13, 10, 5, 4, 18, 2, 1, 1, 18, 4, 144, 2, 18, 23,
10, 13, 10, 5, 4, 18, 2, 1, 3, 18, 4, 144, 2, 26, 27, 10, 13, 10, 5, 4, 18, 2, 1, 4, 18, 4, 144, 2, 2, 10, 10, 13,
10, 5, 4, 18, 2, 1, 5, 18, 4, 144, 2, 11, 17, 10, 43, 10, 2, 4, 19, 18, 6, 148, 2, 0, 163, 2, 1, 26, 29, 32, 83, 111,
109, 101, 116, 104, 105, 110, 103, 32, 116, 104, 97, 116, 32, 104, 97, 115, 32, 99, 104, 97, 110, 103, 101, 100, 46, 10, 10, 11, 10, 3, 4, 19,
1, 18, 4, 148, 2, 8, 13, 10, 48, 10, 4, 4, 19, 2, 0, 18, 4, 150, 2, 2, 20, 26, 34, 32, 67, 111, 117, 110, 116, 101, 100, 32,
102, 114, 111, 109, 32, 49, 44, 32, 111, 118, 101, 114, 32, 97, 108, 108, 32, 101, 118, 101, 110, 116, 115, 46, 10, 10, 13, 10, 5, 4, 19, 2,
0, 1, 18, 4, 150, 2, 9, 15, 10, 13, 10, 5, 4, 19, 2, 0, 3, 18, 4, 150, 2, 18, 19, 10, 13, 10, 5, 4, 19, 2, 0, 5,
18, 4, 150, 2, 2, 8, 10, 12, 10, 4, 4, 19, 2, 1, 18, 4, 151, 2, 2, 18, 10, 13, 10, 5, 4, 19, 2, 1, 1, 18, 4, 151,
2, 8, 13, 10, 13, 10, 5, 4, 19, 2, 1, 3, 18, 4, 151, 2, 16, 17, 10, 13, 10, 5, 4, 19, 2, 1, 5, 18, 4, 151, 2, 2,
7, 10, 52, 10, 4, 4, 19, 2, 2, 18, 4, 153, 2, 2, 19, 26, 38, 32, 65, 32, 117, 115, 101, 114, 44, 32, 96, 115, 99, 104, 101, 100,
117, 108, 101, 114, 96, 44, 32, 111, 114, 32, 96, 104, 111, 115, 116, 32, 78, 65, 77, 69, 96, 46, 10, 10, 13, 10, 5, 4, 19, 2, 2, 1,
18, 4, 153, 2, 9, 14, 10, 13, 10, 5, 4, 19, 2, 2, 3, 18, 4, 153, 2, 17, 18, 10, 13, 10, 5, 4, 19, 2, 2, 5, 18, 4,
153, 2, 2, 8, 10, 63, 10, 4, 4, 19, 2, 3, 18, 4, 155, 2, 2, 20, 26, 49, 32, 87, 104, 121, 59, 32, 109, 97, 121, 32, 98, 101,
32, 101, 109, 112, 116, 121, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 32, 99, 104, 97, 110, 103, 101, 32, 115, 97, 121, 115, 32, 105, 116, 32,
97, 108, 108, 46, 10, 10, 13, 10, 5, 4, 19, 2, 3, 1, 18, 4, 155, 2, 9, 15, 10, 13, 10, 5, 4, 19, 2, 3, 3, 18, 4, 155,
2, 18, 19, 10, 13, 10, 5, 4, 19, 2, 3, 5, 18, 4, 155, 2, 2, 8, 10, 12, 10, 4, 4, 19, 2, 4, 18, 4, 157, 2, 4, 31,
10, 13, 10, 5, 4, 19, 2, 4, 1, 18, 4, 157, 2, 17, 26, 10, 13, 10, 5, 4, 19, 2, 4, 3, 18, 4, 157, 2, 29, 30, 10, 13,
10, 5, 4, 19, 2, 4, 6, 18, 4, 157, 2, 4, 16, 10, 12, 10, 4, 4, 19, 2, 5, 18, 4, 158, 2, 4, 22, 10, 13, 10, 5, 4,
19, 2, 5, 1, 18, 4, 158, 2, 14, 17, 10, 13, 10, 5, 4, 19, 2, 5, 3, 18, 4, 158, 2, 20, 21, 10, 13, 10, 5, 4, 19, 2,
5, 6, 18, 4, 158, 2, 4, 13, 10, 12, 10, 4, 4, 19, 2, 6, 18, 4, 159, 2, 4, 41, 10, 13, 10, 5, 4, 19, 2, 6, 1, 18,
4, 159, 2, 20, 36, 10, 13, 10, 5, 4, 19, 2, 6, 3, 18, 4, 159, 2, 39, 40, 10, 13, 10, 5, 4, 19, 2, 6, 6, 18, 4, 159,
2, 4, 19, 10, 12, 10, 4, 4, 19, 2, 7, 18, 4, 160, 2, 4, 24, 10, 13, 10, 5, 4, 19, 2, 7, 1, 18, 4, 160, 2, 15, 19,
10, 13, 10, 5, 4, 19, 2, 7, 3, 18, 4, 160, 2, 22, 23, 10, 13, 10, 5, 4, 19, 2, 7, 6, 18, 4, 160, 2, 4, 14, 10, 12,
10, 4, 4, 19, 2, 8, 18, 4, 161, 2, 4, 39, 10, 13, 10, 5, 4, 19, 2, 8, 1, 18, 4, 161, 2, 19, 34, 10, 13, 10, 5, 4,
19, 2, 8, 3, 18, 4, 161, 2, 37, 38, 10, 13, 10, 5, 4, 19, 2, 8, 6, 18, 4, 161, 2, 4, 18, 10, 14, 10, 4, 4, 19, 8,
0, 18, 6, 156, 2, 2, 162, 2, 3, 10, 13, 10, 5, 4, 19, 8, 0, 1, 18, 4, 156, 2, 8, 12, 10, 12, 10, 2, 4, 20, 18, 6,
165, 2, 0, 167, 2, 1, 10, 11, 10, 3, 4, 20, 1, 18, 4, 165, 2, 8, 20, 10, 12, 10, 4, 4, 20, 2, 0, 18, 4, 166, 2, 2,
17, 10, 13, 10, 5, 4, 20, 2, 0, 1, 18, 4, 166, 2, 9, 12, 10, 13, 10, 5, 4, 20, 2, 0, 3, 18, 4, 166, 2, 15, 16, 10,
13, 10, 5, 4, 20, 2, 0, 5, 18, 4, 166, 2, 2, 8, 10, 44, 10, 2, 4, 21, 18, 6, 170, 2, 0, 177, 2, 1, 26, 30, 32, 65,
32, 114, 117, 110, 32, 104, 97, 115, 32, 99, 104, 97, 110, 103, 101, 100, 32, 105, 116, 115, 32, 115, 116, 97, 116, 101, 46, 10, 10, 11, 10, 3,
4, 21, 1, 18, 4, 170, 2, 8, 17, 10, 12, 10, 4, 4, 21, 2, 0, 18, 4, 171, 2, 2, 17, 10, 13, 10, 5, 4, 21, 2, 0, 1,
18, 4, 171, 2, 9, 12, 10, 13, 10, 5, 4, 21, 2, 0, 3, 18, 4, 171, 2, 15, 16, 10, 13, 10, 5, 4, 21, 2, 0, 5, 18, 4,
171, 2, 2, 8, 10, 12, 10, 4, 4, 21, 2, 1, 18, 4, 172, 2, 2, 21, 10, 13, 10, 5, 4, 21, 2, 1, 1, 18, 4, 172, 2, 11,
16, 10, 13, 10, 5, 4, 21, 2, 1, 3, 18, 4, 172, 2, 19, 20, 10, 13, 10, 5, 4, 21, 2, 1, 6, 18, 4, 172, 2, 2, 10, 10,
35, 10, 4, 4, 21, 2, 2, 18, 4, 174, 2, 2, 24, 26, 21, 32, 73, 116, 115, 32, 108, 97, 116, 101, 115, 116, 32, 97, 116, 116, 101, 109,
112, 116, 46, 10, 10, 13, 10, 5, 4, 21, 2, 2, 1, 18, 4, 174, 2, 9, 19, 10, 13, 10, 5, 4, 21, 2, 2, 3, 18, 4, 174, 2,
22, 23, 10, 13, 10, 5, 4, 21, 2, 2, 5, 18, 4, 174, 2, 2, 8, 10, 35, 10, 4, 4, 21, 2, 3, 18, 4, 176, 2, 2, 28, 26,
21, 32, 84, 104, 101, 32, 104, 111, 115, 116, 115, 32, 105, 116, 32, 105, 115, 32, 111, 110, 46, 10, 10, 13, 10, 5, 4, 21, 2, 3, 1, 18,
4, 176, 2, 18, 23, 10, 13, 10, 5, 4, 21, 2, 3, 3, 18, 4, 176, 2, 26, 27, 10, 13, 10, 5, 4, 21, 2, 3, 4, 18, 4, 176,
2, 2, 10, 10, 13, 10, 5, 4, 21, 2, 3, 5, 18, 4, 176, 2, 11, 17, 10, 12, 10, 2, 4, 22, 18, 6, 179, 2, 0, 181, 2, 1,
10, 11, 10, 3, 4, 22, 1, 18, 4, 179, 2, 8, 23, 10, 12, 10, 4, 4, 22, 2, 0, 18, 4, 180, 2, 2, 17, 10, 13, 10, 5, 4,
22, 2, 0, 1, 18, 4, 180, 2, 9, 12, 10, 13, 10, 5, 4, 22, 2, 0, 3, 18, 4, 180, 2, 15, 16, 10, 13, 10, 5, 4, 22, 2,
0, 5, 18, 4, 180, 2, 2, 8, 10, 60, 10, 2, 4, 23, 18, 6, 184, 2, 0, 186, 2, 1, 26, 46, 32, 83, 111, 109, 101, 111, 110, 101,
32, 119, 97, 110, 116, 115, 32, 97, 32, 114, 117, 110, 32, 116, 111, 32, 114, 101, 115, 116, 32, 116, 104, 97, 116, 32, 105, 115, 32, 97, 116, 32,
119, 111, 114, 107, 46, 10, 10, 11, 10, 3, 4, 23, 1, 18, 4, 184, 2, 8, 22, 10, 12, 10, 4, 4, 23, 2, 0, 18, 4, 185, 2, 2,
17, 10, 13, 10, 5, 4, 23, 2, 0, 1, 18, 4, 185, 2, 9, 12, 10, 13, 10, 5, 4, 23, 2, 0, 3, 18, 4, 185, 2, 15, 16, 10,
13, 10, 5, 4, 23, 2, 0, 5, 18, 4, 185, 2, 2, 8, 10, 76, 10, 2, 4, 24, 18, 6, 189, 2, 0, 192, 2, 1, 26, 62, 32, 65,
32, 104, 111, 115, 116, 32, 104, 97, 115, 32, 99, 104, 97, 110, 103, 101, 100, 32, 105, 116, 115, 32, 112, 111, 119, 101, 114, 32, 115, 116, 97, 116,
101, 44, 32, 111, 114, 32, 119, 104, 97, 116, 32, 105, 115, 32, 119, 97, 110, 116, 101, 100, 32, 111, 102, 32, 105, 116, 46, 10, 10, 11, 10, 3,
4, 24, 1, 18, 4, 189, 2, 8, 18, 10, 12, 10, 4, 4, 24, 2, 0, 18, 4, 190, 2, 2, 18, 10, 13, 10, 5, 4, 24, 2, 0, 1,
18, 4, 190, 2, 9, 13, 10, 13, 10, 5, 4, 24, 2, 0, 3, 18, 4, 190, 2, 16, 17, 10, 13, 10, 5, 4, 24, 2, 0, 5, 18, 4,
190, 2, 2, 8, 10, 12, 10, 4, 4, 24, 2, 1, 18, 4, 191, 2, 2, 18, 10, 13, 10, 5, 4, 24, 2, 1, 1, 18, 4, 191, 2, 9,
13, 10, 13, 10, 5, 4, 24, 2, 1, 3, 18, 4, 191, 2, 16, 17, 10, 13, 10, 5, 4, 24, 2, 1, 5, 18, 4, 191, 2, 2, 8, 10,
12, 10, 2, 4, 25, 18, 6, 194, 2, 0, 196, 2, 1, 10, 11, 10, 3, 4, 25, 1, 18, 4, 194, 2, 8, 26, 10, 12, 10, 4, 4, 25,
2, 0, 18, 4, 195, 2, 2, 17, 10, 13, 10, 5, 4, 25, 2, 0, 1, 18, 4, 195, 2, 9, 12, 10, 13, 10, 5, 4, 25, 2, 0, 3,
18, 4, 195, 2, 15, 16, 10, 13, 10, 5, 4, 25, 2, 0, 5, 18, 4, 195, 2, 2, 8, 10, 12, 10, 2, 4, 26, 18, 6, 198, 2, 0,
200, 2, 1, 10, 11, 10, 3, 4, 26, 1, 18, 4, 198, 2, 8, 27, 10, 12, 10, 4, 4, 26, 2, 0, 18, 4, 199, 2, 2, 28, 10, 13,
10, 5, 4, 26, 2, 0, 1, 18, 4, 199, 2, 18, 23, 10, 13, 10, 5, 4, 26, 2, 0, 3, 18, 4, 199, 2, 26, 27, 10, 13, 10, 5,
4, 26, 2, 0, 4, 18, 4, 199, 2, 2, 10, 10, 13, 10, 5, 4, 26, 2, 0, 5, 18, 4, 199, 2, 11, 17, 10, 12, 10, 2, 4, 27,
18, 6, 202, 2, 0, 209, 2, 1, 10, 11, 10, 3, 4, 27, 1, 18, 4, 202, 2, 8, 19, 10, 12, 10, 4, 4, 27, 2, 0, 18, 4, 203,
2, 2, 17, 10, 13, 10, 5, 4, 27, 2, 0, 1, 18, 4, 203, 2, 9, 12, 10, 13, 10, 5, 4, 27, 2, 0, 3, 18, 4, 203, 2, 15,
16, 10, 13, 10, 5, 4, 27, 2, 0, 5, 18, 4, 203, 2, 2, 8, 10, 12, 10, 4, 4, 27, 2, 1, 18, 4, 204, 2, 2, 18, 10, 13,
10, 5, 4, 27, 2, 1, 1, 18, 4, 204, 2, 9, 13, 10, 13, 10, 5, 4, 27, 2, 1, 3, 18, 4, 204, 2, 16, 17, 10, 13, 10, 5,
4, 27, 2, 1, 5, 18, 4, 204, 2, 2, 8, 10, 34, 10, 4, 4, 27, 2, 2, 18, 4, 206, 2, 2, 20, 26, 20, 32, 70, 114, 111, 109,
32, 116, 104, 105, 115, 32, 98, 121, 116, 101, 32, 111, 110, 46, 10, 10, 13, 10, 5, 4, 27, 2, 2, 1, 18, 4, 206, 2, 9, 15, 10, 13,
10, 5, 4, 27, 2, 2, 3, 18, 4, 206, 2, 18, 19, 10, 13, 10, 5, 4, 27, 2, 2, 5, 18, 4, 206, 2, 2, 8, 10, 75, 10, 4,
4, 27, 2, 3, 18, 4, 208, 2, 2, 18, 26, 61, 32, 87, 104, 101, 116, 104, 101, 114, 32, 116, 111, 32, 103, 111, 32, 111, 110, 32, 97, 115,
32, 116, 104, 101, 32, 108, 111, 103, 32, 103, 114, 111, 119, 115, 44, 32, 117, 110, 116, 105, 108, 32, 116, 104, 101, 32, 114, 117, 110, 32, 104, 97,
115, 32, 101, 110, 100, 101, 100, 46, 10, 10, 13, 10, 5, 4, 27, 2, 3, 1, 18, 4, 208, 2, 7, 13, 10, 13, 10, 5, 4, 27, 2, 3,
3, 18, 4, 208, 2, 16, 17, 10, 13, 10, 5, 4, 27, 2, 3, 5, 18, 4, 208, 2, 2, 6, 10, 12, 10, 2, 4, 28, 18, 6, 211, 2,
0, 217, 2, 1, 10, 11, 10, 3, 4, 28, 1, 18, 4, 211, 2, 8, 16, 10, 42, 10, 4, 4, 28, 2, 0, 18, 4, 213, 2, 2, 24, 26,
28, 32, 84, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 32, 116, 104, 97, 116, 32, 105, 116, 32, 105, 115, 32, 111, 102, 46, 10, 10, 13, 10,
5, 4, 28, 2, 0, 1, 18, 4, 213, 2, 9, 19, 10, 13, 10, 5, 4, 28, 2, 0, 3, 18, 4, 213, 2, 22, 23, 10, 13, 10, 5, 4,
28, 2, 0, 5, 18, 4, 213, 2, 2, 8, 10, 53, 10, 4, 4, 28, 2, 1, 18, 4, 215, 2, 2, 20, 26, 39, 32, 87, 104, 101, 114, 101,
32, 105, 110, 32, 116, 104, 101, 32, 97, 116, 116, 101, 109, 112, 116, 39, 115, 32, 108, 111, 103, 32, 105, 116, 32, 115, 116, 97, 110, 100, 115, 46,
10, 10, 13, 10, 5, 4, 28, 2, 1, 1, 18, 4, 215, 2, 9, 15, 10, 13, 10, 5, 4, 28, 2, 1, 3, 18, 4, 215, 2, 18, 19, 10,
13, 10, 5, 4, 28, 2, 1, 5, 18, 4, 215, 2, 2, 8, 10, 12, 10, 4, 4, 28, 2, 2, 18, 4, 216, 2, 2, 17, 10, 13, 10, 5,
4, 28, 2, 2, 1, 18, 4, 216, 2, 8, 12, 10, 13, 10, 5, 4, 28, 2, 2, 3, 18, 4, 216, 2, 15, 16, 10, 13, 10, 5, 4, 28,
2, 2, 5, 18, 4, 216, 2, 2, 7, 10, 12, 10, 2, 4, 29, 18, 6, 219, 2, 0, 221, 2, 1, 10, 11, 10, 3, 4, 29, 1, 18, 4,
219, 2, 8, 20, 10, 12, 10, 4, 4, 29, 2, 0, 18, 4, 220, 2, 2, 17, 10, 13, 10, 5, 4, 29, 2, 0, 1, 18, 4, 220, 2, 9,
12, 10, 13, 10, 5, 4, 29, 2, 0, 3, 18, 4, 220, 2, 15, 16, 10, 13, 10, 5, 4, 29, 2, 0, 5, 18, 4, 220, 2, 2, 8, 10,
12, 10, 2, 4, 30, 18, 6, 223, 2, 0, 225, 2, 1, 10, 11, 10, 3, 4, 30, 1, 18, 4, 223, 2, 8, 21, 10, 12, 10, 4, 4, 30,
2, 0, 18, 4, 224, 2, 2, 26, 10, 13, 10, 5, 4, 30, 2, 0, 1, 18, 4, 224, 2, 16, 21, 10, 13, 10, 5, 4, 30, 2, 0, 3,
18, 4, 224, 2, 24, 25, 10, 13, 10, 5, 4, 30, 2, 0, 4, 18, 4, 224, 2, 2, 10, 10, 13, 10, 5, 4, 30, 2, 0, 6, 18, 4,
224, 2, 11, 15, 10, 12, 10, 2, 4, 31, 18, 6, 227, 2, 0, 238, 2, 1, 10, 11, 10, 3, 4, 31, 1, 18, 4, 227, 2, 8, 12, 10,
12, 10, 4, 4, 31, 2, 0, 18, 4, 228, 2, 2, 18, 10, 13, 10, 5, 4, 31, 2, 0, 1, 18, 4, 228, 2, 9, 13, 10, 13, 10, 5,
4, 31, 2, 0, 3, 18, 4, 228, 2, 16, 17, 10, 13, 10, 5, 4, 31, 2, 0, 5, 18, 4, 228, 2, 2, 8, 10, 74, 10, 4, 4, 31,
2, 1, 18, 4, 230, 2, 2, 29, 26, 60, 32, 84, 104, 101, 32, 110, 111, 100, 101, 32, 116, 104, 97, 116, 32, 115, 101, 116, 115, 32, 105, 116,
59, 32, 110, 111, 116, 104, 105, 110, 103, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 32, 114, 117, 110, 32, 119, 97, 115, 32, 103, 105, 118, 101,
110, 32, 105, 116, 46, 10, 10, 13, 10, 5, 4, 31, 2, 1, 1, 18, 4, 230, 2, 18, 24, 10, 13, 10, 5, 4, 31, 2, 1, 3, 18, 4,
230, 2, 27, 28, 10, 13, 10, 5, 4, 31, 2, 1, 4, 18, 4, 230, 2, 2, 10, 10, 13, 10, 5, 4, 31, 2, 1, 5, 18, 4, 230, 2,
11, 17, 10, 12, 10, 4, 4, 31, 2, 2, 18, 4, 233, 2, 4, 21, 10, 13, 10, 5, 4, 31, 2, 2, 1, 18, 4, 233, 2, 9, 16, 10,
13, 10, 5, 4, 31, 2, 2, 3, 18, 4, 233, 2, 19, 20, 10, 13, 10, 5, 4, 31, 2, 2, 5, 18, 4, 233, 2, 4, 8, 10, 12, 10,
4, 4, 31, 2, 3, 18, 4, 234, 2, 4, 22, 10, 13, 10, 5, 4, 31, 2, 3, 1, 18, 4, 234, 2, 10, 17, 10, 13, 10, 5, 4, 31,
2, 3, 3, 18, 4, 234, 2, 20, 21, 10, 13, 10, 5, 4, 31, 2, 3, 5, 18, 4, 234, 2, 4, 9, 10, 12, 10, 4, 4, 31, 2, 4,
18, 4, 235, 2, 4, 22, 10, 13, 10, 5, 4, 31, 2, 4, 1, 18, 4, 235, 2, 11, 17, 10, 13, 10, 5, 4, 31, 2, 4, 3, 18, 4,
235, 2, 20, 21, 10, 13, 10, 5, 4, 31, 2, 4, 5, 18, 4, 235, 2, 4, 10, 10, 12, 10, 4, 4, 31, 2, 5, 18, 4, 236, 2, 4,
20, 10, 13, 10, 5, 4, 31, 2, 5, 1, 18, 4, 236, 2, 11, 15, 10, 13, 10, 5, 4, 31, 2, 5, 3, 18, 4, 236, 2, 18, 19, 10,
13, 10, 5, 4, 31, 2, 5, 5, 18, 4, 236, 2, 4, 10, 10, 49, 10, 4, 4, 31, 8, 0, 18, 6, 232, 2, 2, 237, 2, 3, 26, 33,
32, 78, 111, 116, 104, 105, 110, 103, 32, 119, 104, 101, 114, 101, 32, 105, 116, 32, 119, 97, 115, 32, 110, 101, 118, 101, 114, 32, 115, 101, 116, 46,
10, 10, 13, 10, 5, 4, 31, 8, 0, 1, 18, 4, 232, 2, 8, 13, 10, 12, 10, 2, 4, 32, 18, 6, 240, 2, 0, 242, 2, 1, 10, 11,
10, 3, 4, 32, 1, 18, 4, 240, 2, 8, 22, 10, 12, 10, 4, 4, 32, 2, 0, 18, 4, 241, 2, 2, 17, 10, 13, 10, 5, 4, 32, 2,
0, 1, 18, 4, 241, 2, 9, 12, 10, 13, 10, 5, 4, 32, 2, 0, 3, 18, 4, 241, 2, 15, 16, 10, 13, 10, 5, 4, 32, 2, 0, 5,
18, 4, 241, 2, 2, 8, 10, 48, 10, 2, 4, 33, 18, 6, 245, 2, 0, 250, 2, 1, 26, 34, 32, 65, 32, 102, 105, 108, 101, 32, 116, 104,
97, 116, 32, 97, 32, 114, 117, 110, 32, 104, 97, 115, 32, 112, 117, 98, 108, 105, 115, 104, 101, 100, 46, 10, 10, 11, 10, 3, 4, 33, 1, 18,
4, 245, 2, 8, 14, 10, 55, 10, 4, 4, 33, 2, 0, 18, 4, 247, 2, 2, 18, 26, 41, 32, 82, 101, 108, 97, 116, 105, 118, 101, 32, 116,
111, 32, 116, 104, 101, 32, 114, 117, 110, 39, 115, 32, 111, 117, 116, 112, 117, 116, 32, 100, 105, 114, 101, 99, 116, 111, 114, 121, 46, 10, 10, 13,
10, 5, 4, 33, 2, 0, 1, 18, 4, 247, 2, 9, 13, 10, 13, 10, 5, 4, 33, 2, 0, 3, 18, 4, 247, 2, 16, 17, 10, 13, 10, 5,
4, 33, 2, 0, 5, 18, 4, 247, 2, 2, 8, 10, 12, 10, 4, 4, 33, 2, 1, 18, 4, 248, 2, 2, 20, 10, 13, 10, 5, 4, 33, 2,
1, 1, 18, 4, 248, 2, 9, 15, 10, 13, 10, 5, 4, 33, 2, 1, 3, 18, 4, 248, 2, 18, 19, 10, 13, 10, 5, 4, 33, 2, 1, 5,
18, 4, 248, 2, 2, 8, 10, 12, 10, 4, 4, 33, 2, 2, 18, 4, 249, 2, 2, 19, 10, 13, 10, 5, 4, 33, 2, 2, 1, 18, 4, 249,
2, 9, 14, 10, 13, 10, 5, 4, 33, 2, 2, 3, 18, 4, 249, 2, 17, 18, 10, 13, 10, 5, 4, 33, 2, 2, 5, 18, 4, 249, 2, 2,
8, 10, 43, 10, 2, 4, 34, 18, 6, 253, 2, 0, 137, 3, 1, 26, 29, 32, 65, 32, 118, 101, 114, 115, 105, 111, 110, 32, 111, 102, 32, 97,
32, 114, 105, 115, 107, 32, 111, 98, 106, 101, 99, 116, 46, 10, 10, 11, 10, 3, 4, 34, 1, 18, 4, 253, 2, 8, 18, 10, 50, 10, 4, 4,
34, 2, 0, 18, 4, 255, 2, 2, 18, 26, 36, 32, 73, 116, 115, 32, 110, 97, 109, 101, 32, 97, 110, 100, 32, 107, 105, 110, 100, 58, 32, 98,
97, 115, 101, 46, 115, 99, 101, 110, 97, 114, 105, 111, 115, 46, 10, 10, 13, 10, 5, 4, 34, 2, 0, 1, 18, 4, 255, 2, 9, 13, 10, 13,
10, 5, 4, 34, 2, 0, 3, 18, 4, 255, 2, 16, 17, 10, 13, 10, 5, 4, 34, 2, 0, 5, 18, 4, 255, 2, 2, 8, 10, 23, 10, 4,
4, 34, 2, 1, 18, 4, 129, 3, 2, 21, 26, 9, 32, 70, 114, 111, 109, 32, 49, 46, 10, 10, 13, 10, 5, 4, 34, 2, 1, 1, 18, 4,
129, 3, 9, 16, 10, 13, 10, 5, 4, 34, 2, 1, 3, 18, 4, 129, 3, 19, 20, 10, 13, 10, 5, 4, 34, 2, 1, 5, 18, 4, 129, 3,
2, 8, 10, 62, 10, 4, 4, 34, 2, 2, 18, 4, 131, 3, 2, 18, 26, 48, 32, 84, 104, 101, 32, 102, 105, 108, 101, 39, 115, 32, 110, 97,
109, 101, 44, 32, 119, 104, 111, 115, 101, 32, 115, 117, 102, 102, 105, 120, 32, 115, 97, 121, 115, 32, 105, 116, 115, 32, 102, 111, 114, 109, 97, 116,
46, 10, 10, 13, 10, 5, 4, 34, 2, 2, 1, 18, 4, 131, 3, 9, 13, 10, 13, 10, 5, 4, 34, 2, 2, 3, 18, 4, 131, 3, 16, 17,
10, 13, 10, 5, 4, 34, 2, 2, 5, 18, 4, 131, 3, 2, 8, 10, 12, 10, 4, 4, 34, 2, 3, 18, 4, 132, 3, 2, 20, 10, 13, 10,
5, 4, 34, 2, 3, 1, 18, 4, 132, 3, 9, 15, 10, 13, 10, 5, 4, 34, 2, 3, 3, 18, 4, 132, 3, 18, 19, 10, 13, 10, 5, 4,
34, 2, 3, 5, 18, 4, 132, 3, 2, 8, 10, 12, 10, 4, 4, 34, 2, 4, 18, 4, 133, 3, 2, 19, 10, 13, 10, 5, 4, 34, 2, 4,
1, 18, 4, 133, 3, 9, 14, 10, 13, 10, 5, 4, 34, 2, 4, 3, 18, 4, 133, 3, 17, 18, 10, 13, 10, 5, 4, 34, 2, 4, 5, 18,
4, 133, 3, 2, 8, 10, 37, 10, 4, 4, 34, 2, 5, 18, 4, 135, 3, 2, 18, 26, 23, 32, 87, 104, 111, 32, 112, 117, 116, 32, 105, 116,
44, 32, 97, 110, 100, 32, 119, 104, 101, 110, 46, 10, 10, 13, 10, 5, 4, 34, 2, 5, 1, 18, 4, 135, 3, 9, 13, 10, 13, 10, 5, 4,
34, 2, 5, 3, 18, 4, 135, 3, 16, 17, 10, 13, 10, 5, 4, 34, 2, 5, 5, 18, 4, 135, 3, 2, 8, 10, 12, 10, 4, 4, 34, 2,
6, 18, 4, 136, 3, 2, 23, 10, 13, 10, 5, 4, 34, 2, 6, 1, 18, 4, 136, 3, 8, 18, 10, 13, 10, 5, 4, 34, 2, 6, 3, 18,
4, 136, 3, 21, 22, 10, 13, 10, 5, 4, 34, 2, 6, 5, 18, 4, 136, 3, 2, 7, 10, 10, 10, 2, 4, 35, 18, 4, 139, 3, 0, 29,
10, 11, 10, 3, 4, 35, 1, 18, 4, 139, 3, 8, 26, 10, 12, 10, 2, 4, 36, 18, 6, 141, 3, 0, 143, 3, 1, 10, 11, 10, 3, 4,
36, 1, 18, 4, 141, 3, 8, 27, 10, 12, 10, 4, 4, 36, 2, 0, 18, 4, 142, 3, 2, 34, 10, 13, 10, 5, 4, 36, 2, 0, 1, 18,
4, 142, 3, 22, 29, 10, 13, 10, 5, 4, 36, 2, 0, 3, 18, 4, 142, 3, 32, 33, 10, 13, 10, 5, 4, 36, 2, 0, 4, 18, 4, 142,
3, 2, 10, 10, 13, 10, 5, 4, 36, 2, 0, 6, 18, 4, 142, 3, 11, 21, 10, 12, 10, 2, 4, 37, 18, 6, 145, 3, 0, 148, 3, 1,
10, 11, 10, 3, 4, 37, 1, 18, 4, 145, 3, 8, 23, 10, 50, 10, 4, 4, 37, 2, 0, 18, 4, 147, 3, 2, 18, 26, 36, 32, 73, 116,
115, 32, 110, 97, 109, 101, 32, 97, 110, 100, 32, 107, 105, 110, 100, 58, 32, 98, 97, 115, 101, 46, 115, 99, 101, 110, 97, 114, 105, 111, 115, 46,
10, 10, 13, 10, 5, 4, 37, 2, 0, 1, 18, 4, 147, 3, 9, 13, 10, 13, 10, 5, 4, 37, 2, 0, 3, 18, 4, 147, 3, 16, 17, 10,
13, 10, 5, 4, 37, 2, 0, 5, 18, 4, 147, 3, 2, 8, 10, 12, 10, 2, 4, 38, 18, 6, 150, 3, 0, 152, 3, 1, 10, 11, 10, 3,
4, 38, 1, 18, 4, 150, 3, 8, 24, 10, 12, 10, 4, 4, 38, 2, 0, 18, 4, 151, 3, 2, 34, 10, 13, 10, 5, 4, 38, 2, 0, 1,
18, 4, 151, 3, 22, 29, 10, 13, 10, 5, 4, 38, 2, 0, 3, 18, 4, 151, 3, 32, 33, 10, 13, 10, 5, 4, 38, 2, 0, 4, 18, 4,
151, 3, 2, 10, 10, 13, 10, 5, 4, 38, 2, 0, 6, 18, 4, 151, 3, 11, 21, 10, 12, 10, 2, 4, 39, 18, 6, 154, 3, 0, 161, 3,
1, 10, 11, 10, 3, 4, 39, 1, 18, 4, 154, 3, 8, 24, 10, 50, 10, 4, 4, 39, 2, 0, 18, 4, 156, 3, 2, 18, 26, 36, 32, 73,
116, 115, 32, 110, 97, 109, 101, 32, 97, 110, 100, 32, 107, 105, 110, 100, 58, 32, 98, 97, 115, 101, 46, 115, 99, 101, 110, 97, 114, 105, 111, 115,
46, 10, 10, 13, 10, 5, 4, 39, 2, 0, 1, 18, 4, 156, 3, 9, 13, 10, 13, 10, 5, 4, 39, 2, 0, 3, 18, 4, 156, 3, 16, 17,
10, 13, 10, 5, 4, 39, 2, 0, 5, 18, 4, 156, 3, 2, 8, 10, 42, 10, 4, 4, 39, 2, 1, 18, 4, 158, 3, 2, 30, 26, 28, 32,
84, 104, 101, 32, 100, 101, 102, 97, 117, 108, 116, 32, 105, 115, 32, 116, 104, 101, 32, 108, 97, 116, 101, 115, 116, 46, 10, 10, 13, 10, 5, 4,
39, 2, 1, 1, 18, 4, 158, 3, 18, 25, 10, 13, 10, 5, 4, 39, 2, 1, 3, 18, 4, 158, 3, 28, 29, 10, 13, 10, 5, 4, 39, 2,
1, 4, 18, 4, 158, 3, 2, 10, 10, 13, 10, 5, 4, 39, 2, 1, 5, 18, 4, 158, 3, 11, 17, 10, 82, 10, 4, 4, 39, 2, 2, 18,
4, 160, 3, 2, 20, 26, 68, 32, 70, 114, 111, 109, 32, 116, 104, 105, 115, 32, 98, 121, 116, 101, 32, 111, 110, 58, 32, 116, 111, 32, 103, 111,
32, 111, 110, 32, 119, 105, 116, 104, 32, 97, 32, 99, 111, 110, 116, 101, 110, 116, 32, 116, 104, 97, 116, 32, 119, 97, 115, 32, 116, 97, 107, 101,
110, 32, 105, 110, 32, 112, 97, 114, 116, 46, 10, 10, 13, 10, 5, 4, 39, 2, 2, 1, 18, 4, 160, 3, 9, 15, 10, 13, 10, 5, 4, 39,
2, 2, 3, 18, 4, 160, 3, 18, 19, 10, 13, 10, 5, 4, 39, 2, 2, 5, 18, 4, 160, 3, 2, 8, 10, 12, 10, 2, 4, 40, 18, 6,
163, 3, 0, 170, 3, 1, 10, 11, 10, 3, 4, 40, 1, 18, 4, 163, 3, 8, 25, 10, 34, 10, 4, 4, 40, 2, 0, 18, 4, 166, 3, 4,
26, 26, 20, 32, 84, 104, 101, 32, 102, 105, 114, 115, 116, 32, 109, 101, 115, 115, 97, 103, 101, 46, 10, 10, 13, 10, 5, 4, 40, 2, 0, 1,
18, 4, 166, 3, 15, 21, 10, 13, 10, 5, 4, 40, 2, 0, 3, 18, 4, 166, 3, 24, 25, 10, 13, 10, 5, 4, 40, 2, 0, 6, 18, 4,
166, 3, 4, 14, 10, 28, 10, 4, 4, 40, 2, 1, 18, 4, 168, 3, 4, 22, 26, 14, 32, 69, 118, 101, 114, 121, 32, 111, 116, 104, 101, 114,
46, 10, 10, 13, 10, 5, 4, 40, 2, 1, 1, 18, 4, 168, 3, 10, 17, 10, 13, 10, 5, 4, 40, 2, 1, 3, 18, 4, 168, 3, 20, 21,
10, 13, 10, 5, 4, 40, 2, 1, 5, 18, 4, 168, 3, 4, 9, 10, 14, 10, 4, 4, 40, 8, 0, 18, 6, 164, 3, 2, 169, 3, 3, 10,
13, 10, 5, 4, 40, 8, 0, 1, 18, 4, 164, 3, 8, 12, 10, 12, 10, 2, 4, 41, 18, 6, 172, 3, 0, 179, 3, 1, 10, 11, 10, 3,
4, 41, 1, 18, 4, 172, 3, 8, 18, 10, 34, 10, 4, 4, 41, 2, 0, 18, 4, 175, 3, 4, 25, 26, 20, 32, 84, 104, 101, 32, 102, 105,
114, 115, 116, 32, 109, 101, 115, 115, 97, 103, 101, 46, 10, 10, 13, 10, 5, 4, 41, 2, 0, 1, 18, 4, 175, 3, 14, 20, 10, 13, 10, 5,
4, 41, 2, 0, 3, 18, 4, 175, 3, 23, 24, 10, 13, 10, 5, 4, 41, 2, 0, 6, 18, 4, 175, 3, 4, 13, 10, 28, 10, 4, 4, 41,
2, 1, 18, 4, 177, 3, 4, 22, 26, 14, 32, 69, 118, 101, 114, 121, 32, 111, 116, 104, 101, 114, 46, 10, 10, 13, 10, 5, 4, 41, 2, 1,
1, 18, 4, 177, 3, 10, 17, 10, 13, 10, 5, 4, 41, 2, 1, 3, 18, 4, 177, 3, 20, 21, 10, 13, 10, 5, 4, 41, 2, 1, 5, 18,
4, 177, 3, 4, 9, 10, 14, 10, 4, 4, 41, 8, 0, 18, 6, 173, 3, 2, 178, 3, 3, 10, 13, 10, 5, 4, 41, 8, 0, 1, 18, 4,
173, 3, 8, 12, 10, 12, 10, 2, 4, 42, 18, 6, 181, 3, 0, 191, 3, 1, 10, 11, 10, 3, 4, 42, 1, 18, 4, 181, 3, 8, 17, 10,
78, 10, 4, 4, 42, 2, 0, 18, 4, 183, 3, 2, 18, 26, 64, 32, 84, 104, 101, 32, 110, 97, 109, 101, 32, 111, 102, 32, 105, 116, 115, 32,
102, 105, 108, 101, 32, 105, 110, 32, 97, 32, 112, 108, 97, 121, 112, 101, 110, 39, 115, 32, 114, 105, 115, 107, 47, 58, 32, 98, 97, 115, 101, 46,
115, 99, 101, 110, 97, 114, 105, 111, 115, 46, 99, 115, 118, 46, 10, 10, 13, 10, 5, 4, 42, 2, 0, 1, 18, 4, 183, 3, 9, 13, 10, 13,
10, 5, 4, 42, 2, 0, 3, 18, 4, 183, 3, 16, 17, 10, 13, 10, 5, 4, 42, 2, 0, 5, 18, 4, 183, 3, 2, 8, 10, 100, 10, 4,
4, 42, 2, 1, 18, 4, 186, 3, 4, 21, 26, 86, 32, 72, 111, 119, 32, 109, 97, 110, 121, 32, 98, 121, 116, 101, 115, 32, 102, 111, 108, 108,
111, 119, 46, 32, 70, 101, 119, 101, 114, 32, 97, 114, 101, 32, 97, 32, 99, 111, 110, 116, 101, 110, 116, 32, 116, 104, 97, 116, 32, 98, 114, 111,
107, 101, 32, 111, 102, 102, 44, 32, 111, 102, 32, 119, 104, 105, 99, 104, 32, 110, 111, 116, 104, 105, 110, 103, 32, 105, 115, 32, 107, 101, 112, 116,
46, 10, 10, 13, 10, 5, 4, 42, 2, 1, 1, 18, 4, 186, 3, 11, 16, 10, 13, 10, 5, 4, 42, 2, 1, 3, 18, 4, 186, 3, 19, 20,
10, 13, 10, 5, 4, 42, 2, 1, 5, 18, 4, 186, 3, 4, 10, 10, 136, 1, 10, 4, 4, 42, 2, 2, 18, 4, 189, 3, 4, 22, 26, 122,
32, 83, 72, 65, 45, 50, 53, 54, 32, 111, 102, 32, 97, 32, 115, 105, 109, 117, 108, 97, 116, 105, 111, 110, 32, 116, 104, 97, 116, 32, 119, 97,
115, 32, 117, 112, 108, 111, 97, 100, 101, 100, 32, 97, 115, 32, 97, 32, 99, 111, 110, 116, 101, 110, 116, 32, 97, 108, 114, 101, 97, 100, 121, 44,
32, 102, 111, 114, 32, 116, 104, 111, 115, 101, 32, 116, 104, 97, 116, 32, 97, 114, 101, 32, 108, 97, 114, 103, 101, 114, 32, 116, 104, 97, 110, 32,
54, 52, 32, 77, 105, 66, 58, 32, 110, 111, 32, 98, 121, 116, 101, 115, 10, 32, 102, 111, 108, 108, 111, 119, 46, 10, 10, 13, 10, 5, 4, 42,
2, 2, 1, 18, 4, 189, 3, 11, 17, 10, 13, 10, 5, 4, 42, 2, 2, 3, 18, 4, 189, 3, 20, 21, 10, 13, 10, 5, 4, 42, 2, 2,
5, 18, 4, 189, 3, 4, 10, 10, 14, 10, 4, 4, 42, 8, 0, 18, 6, 184, 3, 2, 190, 3, 3, 10, 13, 10, 5, 4, 42, 8, 0, 1,
18, 4, 184, 3, 8, 14, 10, 12, 10, 2, 4, 43, 18, 6, 193, 3, 0, 197, 3, 1, 10, 11, 10, 3, 4, 43, 1, 18, 4, 193, 3, 8,
19, 10, 12, 10, 4, 4, 43, 2, 0, 18, 4, 194, 3, 2, 24, 10, 13, 10, 5, 4, 43, 2, 0, 1, 18, 4, 194, 3, 13, 19, 10, 13,
10, 5, 4, 43, 2, 0, 3, 18, 4, 194, 3, 22, 23, 10, 13, 10, 5, 4, 43, 2, 0, 6, 18, 4, 194, 3, 2, 12, 10, 93, 10, 4,
4, 43, 2, 1, 18, 4, 196, 3, 2, 18, 26, 79, 32, 87, 104, 101, 116, 104, 101, 114, 32, 116, 104, 101, 32, 118, 101, 114, 115, 105, 111, 110,
32, 105, 115, 32, 110, 101, 119, 58, 32, 110, 111, 116, 32, 119, 104, 101, 114, 101, 32, 116, 104, 101, 114, 101, 32, 105, 115, 32, 111, 110, 101, 32,
119, 105, 116, 104, 32, 116, 104, 105, 115, 32, 99, 111, 110, 116, 101, 110, 116, 32, 97, 108, 114, 101, 97, 100, 121, 46, 10, 10, 13, 10, 5, 4,
43, 2, 1, 1, 18, 4, 196, 3, 7, 13, 10, 13, 10, 5, 4, 43, 2, 1, 3, 18, 4, 196, 3, 16, 17, 10, 13, 10, 5, 4, 43, 2,
1, 5, 18, 4, 196, 3, 2, 6, 10, 10, 10, 2, 5, 0, 18, 4, 58, 0, 68, 1, 10, 10, 10, 3, 5, 0, 1, 18, 3, 58, 5, 13,
10, 11, 10, 4, 5, 0, 2, 0, 18, 3, 59, 2, 28, 10, 12, 10, 5, 5, 0, 2, 0, 1, 18, 3, 59, 2, 23, 10, 12, 10, 5, 5,
0, 2, 0, 2, 18, 3, 59, 26, 27, 10, 11, 10, 4, 5, 0, 2, 1, 18, 3, 60, 2, 23, 10, 12, 10, 5, 5, 0, 2, 1, 1, 18,
3, 60, 2, 18, 10, 12, 10, 5, 5, 0, 2, 1, 2, 18, 3, 60, 21, 22, 10, 11, 10, 4, 5, 0, 2, 2, 18, 3, 61, 2, 25, 10,
12, 10, 5, 5, 0, 2, 2, 1, 18, 3, 61, 2, 20, 10, 12, 10, 5, 5, 0, 2, 2, 2, 18, 3, 61, 23, 24, 10, 11, 10, 4, 5,
0, 2, 3, 18, 3, 62, 2, 24, 10, 12, 10, 5, 5, 0, 2, 3, 1, 18, 3, 62, 2, 19, 10, 12, 10, 5, 5, 0, 2, 3, 2, 18,
3, 62, 22, 23, 10, 11, 10, 4, 5, 0, 2, 4, 18, 3, 63, 2, 27, 10, 12, 10, 5, 5, 0, 2, 4, 1, 18, 3, 63, 2, 22, 10,
12, 10, 5, 5, 0, 2, 4, 2, 18, 3, 63, 25, 26, 10, 11, 10, 4, 5, 0, 2, 5, 18, 3, 64, 2, 26, 10, 12, 10, 5, 5, 0,
2, 5, 1, 18, 3, 64, 2, 21, 10, 12, 10, 5, 5, 0, 2, 5, 2, 18, 3, 64, 24, 25, 10, 11, 10, 4, 5, 0, 2, 6, 18, 3,
65, 2, 23, 10, 12, 10, 5, 5, 0, 2, 6, 1, 18, 3, 65, 2, 18, 10, 12, 10, 5, 5, 0, 2, 6, 2, 18, 3, 65, 21, 22, 10,
11, 10, 4, 5, 0, 2, 7, 18, 3, 66, 2, 26, 10, 12, 10, 5, 5, 0, 2, 7, 1, 18, 3, 66, 2, 21, 10, 12, 10, 5, 5, 0,
2, 7, 2, 18, 3, 66, 24, 25, 10, 11, 10, 4, 5, 0, 2, 8, 18, 3, 67, 2, 23, 10, 12, 10, 5, 5, 0, 2, 8, 1, 18, 3,
67, 2, 18, 10, 12, 10, 5, 5, 0, 2, 8, 2, 18, 3, 67, 21, 22, 10, 10, 10, 2, 6, 0, 18, 4, 10, 0, 39, 1, 10, 10, 10,
3, 6, 0, 1, 18, 3, 10, 8, 12, 10, 79, 10, 4, 6, 0, 2, 0, 18, 3, 12, 2, 53, 26, 66, 32, 83, 117, 98, 109, 105, 116, 115,
32, 97, 32, 114, 117, 110, 32, 111, 102, 32, 97, 32, 98, 117, 110, 100, 108, 101, 44, 32, 119, 104, 105, 99, 104, 32, 109, 117, 115, 116, 32, 104,
97, 118, 101, 32, 98, 101, 101, 110, 32, 117, 112, 108, 111, 97, 100, 101, 100, 32, 98, 101, 102, 111, 114, 101, 46, 10, 10, 12, 10, 5, 6, 0,
2, 0, 1, 18, 3, 12, 6, 12, 10, 12, 10, 5, 6, 0, 2, 0, 2, 18, 3, 12, 13, 26, 10, 12, 10, 5, 6, 0, 2, 0, 3, 18,
3, 12, 37, 51, 10, 28, 10, 4, 6, 0, 2, 1, 18, 3, 14, 2, 39, 26, 15, 32, 65, 108, 108, 32, 111, 102, 32, 97, 32, 114, 117, 110,
46, 10, 10, 12, 10, 5, 6, 0, 2, 1, 1, 18, 3, 14, 6, 9, 10, 12, 10, 5, 6, 0, 2, 1, 2, 18, 3, 14, 10, 23, 10, 12,
10, 5, 6, 0, 2, 1, 3, 18, 3, 14, 34, 37, 10, 62, 10, 4, 6, 0, 2, 2, 18, 3, 16, 2, 55, 26, 49, 32, 82, 117, 110, 115,
32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 99, 97, 108, 108, 101, 114, 32, 109, 97, 121, 32, 115, 101, 101, 44, 32, 116, 104, 101, 32, 108, 97,
116, 101, 115, 116, 32, 102, 105, 114, 115, 116, 46, 10, 10, 12, 10, 5, 6, 0, 2, 2, 1, 18, 3, 16, 6, 10, 10, 12, 10, 5, 6, 0,
2, 2, 2, 18, 3, 16, 11, 26, 10, 12, 10, 5, 6, 0, 2, 2, 3, 18, 3, 16, 37, 53, 10, 149, 1, 10, 4, 6, 0, 2, 3, 18,
3, 19, 2, 42, 26, 135, 1, 32, 65, 115, 107, 115, 32, 116, 104, 97, 116, 32, 97, 32, 114, 117, 110, 32, 101, 110, 100, 46, 32, 79, 110, 101,
32, 116, 104, 97, 116, 32, 119, 97, 105, 116, 115, 32, 101, 110, 100, 115, 32, 97, 116, 32, 111, 110, 99, 101, 44, 32, 111, 110, 101, 32, 116, 104,
97, 116, 32, 105, 115, 32, 111, 110, 32, 104, 111, 115, 116, 115, 32, 119, 104, 101, 110, 32, 116, 104, 101, 121, 32, 104, 97, 118, 101, 32, 115, 116,
111, 112, 112, 101, 100, 32, 105, 116, 59, 32, 111, 110, 101, 32, 116, 104, 97, 116, 32, 104, 97, 115, 32, 101, 110, 100, 101, 100, 10, 32, 115, 116,
97, 121, 115, 32, 97, 115, 32, 105, 116, 32, 105, 115, 46, 10, 10, 12, 10, 5, 6, 0, 2, 3, 1, 18, 3, 19, 6, 12, 10, 12, 10, 5,
6, 0, 2, 3, 2, 18, 3, 19, 13, 26, 10, 12, 10, 5, 6, 0, 2, 3, 3, 18, 3, 19, 37, 40, 10, 227, 1, 10, 4, 6, 0, 2,
4, 18, 3, 22, 2, 40, 26, 213, 1, 32, 65, 115, 107, 115, 32, 116, 104, 97, 116, 32, 97, 32, 114, 117, 110, 32, 114, 101, 115, 116, 46, 32,
79, 110, 101, 32, 116, 104, 97, 116, 32, 119, 97, 105, 116, 115, 32, 114, 101, 115, 116, 115, 32, 97, 116, 32, 111, 110, 99, 101, 46, 32, 79, 110,
101, 32, 116, 104, 97, 116, 32, 105, 115, 32, 111, 110, 32, 104, 111, 115, 116, 115, 32, 116, 97, 107, 101, 115, 32, 97, 32, 99, 104, 101, 99, 107,
112, 111, 105, 110, 116, 32, 102, 105, 114, 115, 116, 44, 32, 97, 110, 100, 32, 105, 115, 32, 115, 116, 111, 112, 112, 101, 100, 32, 116, 104, 101, 110,
44, 32, 115, 111, 32, 116, 104, 97, 116, 10, 32, 110, 111, 116, 104, 105, 110, 103, 32, 105, 115, 32, 108, 111, 115, 116, 59, 32, 111, 110, 101, 32,
116, 104, 97, 116, 32, 99, 97, 110, 32, 116, 97, 107, 101, 32, 110, 111, 110, 101, 32, 105, 115, 32, 115, 116, 111, 112, 112, 101, 100, 32, 97, 108,
108, 32, 116, 104, 101, 32, 115, 97, 109, 101, 44, 32, 97, 110, 100, 32, 98, 101, 103, 105, 110, 115, 32, 97, 103, 97, 105, 110, 46, 10, 10, 12,
10, 5, 6, 0, 2, 4, 1, 18, 3, 22, 6, 11, 10, 12, 10, 5, 6, 0, 2, 4, 2, 18, 3, 22, 12, 24, 10, 12, 10, 5, 6, 0,
2, 4, 3, 18, 3, 22, 35, 38, 10, 128, 1, 10, 4, 6, 0, 2, 5, 18, 3, 24, 2, 42, 26, 115, 32, 65, 115, 107, 115, 32, 116, 104,
97, 116, 32, 97, 32, 114, 117, 110, 32, 103, 111, 32, 111, 110, 32, 116, 104, 97, 116, 32, 114, 101, 115, 116, 115, 58, 32, 105, 116, 32, 119, 97,
105, 116, 115, 32, 102, 111, 114, 32, 97, 32, 104, 111, 115, 116, 32, 108, 105, 107, 101, 32, 97, 110, 121, 32, 111, 116, 104, 101, 114, 46, 32, 84,
97, 107, 101, 115, 32, 98, 97, 99, 107, 32, 97, 32, 112, 97, 117, 115, 101, 32, 116, 104, 97, 116, 32, 105, 115, 32, 115, 116, 105, 108, 108, 32,
117, 110, 100, 101, 114, 32, 119, 97, 121, 46, 10, 10, 12, 10, 5, 6, 0, 2, 5, 1, 18, 3, 24, 6, 12, 10, 12, 10, 5, 6, 0, 2,
5, 2, 18, 3, 24, 13, 26, 10, 12, 10, 5, 6, 0, 2, 5, 3, 18, 3, 24, 37, 40, 10, 125, 10, 4, 6, 0, 2, 6, 18, 3, 26,
2, 51, 26, 112, 32, 83, 117, 98, 109, 105, 116, 115, 32, 97, 32, 114, 117, 110, 32, 97, 103, 97, 105, 110, 58, 32, 97, 32, 110, 101, 119, 32,
114, 117, 110, 32, 111, 102, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 98, 117, 110, 100, 108, 101, 44, 32, 119, 105, 116, 104, 32, 116, 104, 101,
32, 115, 97, 109, 101, 32, 115, 101, 101, 100, 44, 32, 99, 111, 110, 115, 116, 114, 97, 105, 110, 116, 115, 32, 97, 110, 100, 32, 110, 101, 101, 100,
115, 44, 32, 98, 121, 32, 119, 104, 111, 101, 118, 101, 114, 32, 97, 115, 107, 115, 46, 10, 10, 12, 10, 5, 6, 0, 2, 6, 1, 18, 3, 26,
6, 11, 10, 12, 10, 5, 6, 0, 2, 6, 2, 18, 3, 26, 12, 24, 10, 12, 10, 5, 6, 0, 2, 6, 3, 18, 3, 26, 35, 49, 10, 106,
10, 4, 6, 0, 2, 7, 18, 3, 28, 2, 51, 26, 93, 32, 87, 104, 97, 116, 32, 104, 97, 112, 112, 101, 110, 115, 58, 32, 116, 111, 32, 111,
110, 101, 32, 114, 117, 110, 44, 32, 117, 110, 116, 105, 108, 32, 105, 116, 32, 104, 97, 115, 32, 101, 110, 100, 101, 100, 44, 32, 111, 114, 32, 116,
111, 32, 97, 108, 108, 32, 111, 102, 32, 116, 104, 101, 109, 32, 97, 110, 100, 32, 116, 104, 101, 32, 104, 111, 115, 116, 115, 44, 32, 119, 105, 116,
104, 111, 117, 116, 32, 101, 110, 100, 46, 10, 10, 12, 10, 5, 6, 0, 2, 7, 1, 18, 3, 28, 6, 12, 10, 12, 10, 5, 6, 0, 2, 7,
2, 18, 3, 28, 13, 26, 10, 12, 10, 5, 6, 0, 2, 7, 3, 18, 3, 28, 44, 49, 10, 12, 10, 5, 6, 0, 2, 7, 6, 18, 3, 28,
37, 43, 10, 71, 10, 4, 6, 0, 2, 8, 18, 3, 30, 2, 68, 26, 58, 32, 84, 104, 101, 32, 110, 111, 100, 101, 115, 32, 116, 104, 97, 116,
32, 104, 97, 118, 101, 32, 108, 111, 103, 103, 101, 100, 44, 32, 105, 110, 32, 116, 104, 101, 32, 114, 117, 110, 39, 115, 32, 108, 97, 116, 101, 115,
116, 32, 97, 116, 116, 101, 109, 112, 116, 46, 10, 10, 12, 10, 5, 6, 0, 2, 8, 1, 18, 3, 30, 6, 17, 10, 12, 10, 5, 6, 0, 2,
8, 2, 18, 3, 30, 18, 36, 10, 12, 10, 5, 6, 0, 2, 8, 3, 18, 3, 30, 47, 66, 10, 143, 1, 10, 4, 6, 0, 2, 9, 18, 3,
33, 2, 50, 26, 129, 1, 32, 87, 104, 97, 116, 32, 97, 32, 110, 111, 100, 101, 32, 104, 97, 115, 32, 108, 111, 103, 103, 101, 100, 44, 32, 105,
110, 32, 116, 104, 101, 32, 114, 117, 110, 39, 115, 32, 108, 97, 116, 101, 115, 116, 32, 97, 116, 116, 101, 109, 112, 116, 46, 32, 87, 104, 101, 114,
101, 32, 97, 32, 114, 117, 110, 32, 116, 104, 97, 116, 32, 105, 115, 32, 102, 111, 108, 108, 111, 119, 101, 100, 32, 98, 101, 103, 105, 110, 115, 32,
97, 110, 111, 116, 104, 101, 114, 32, 97, 116, 116, 101, 109, 112, 116, 44, 32, 116, 104, 101, 32, 108, 111, 103, 32, 98, 101, 103, 105, 110, 115, 10,
32, 97, 110, 101, 119, 46, 10, 10, 12, 10, 5, 6, 0, 2, 9, 1, 18, 3, 33, 6, 10, 10, 12, 10, 5, 6, 0, 2, 9, 2, 18, 3,
33, 11, 22, 10, 12, 10, 5, 6, 0, 2, 9, 3, 18, 3, 33, 40, 48, 10, 12, 10, 5, 6, 0, 2, 9, 6, 18, 3, 33, 33, 39, 10,
93, 10, 4, 6, 0, 2, 10, 18, 3, 35, 2, 50, 26, 80, 32, 84, 104, 101, 32, 102, 97, 99, 116, 115, 32, 111, 102, 32, 97, 32, 114, 117,
110, 32, 116, 104, 97, 116, 32, 104, 97, 115, 32, 101, 110, 100, 101, 100, 44, 32, 98, 121, 32, 105, 116, 115, 32, 114, 101, 112, 111, 114, 116, 44,
32, 105, 110, 32, 116, 104, 101, 32, 111, 114, 100, 101, 114, 32, 111, 102, 32, 116, 104, 101, 105, 114, 32, 110, 97, 109, 101, 115, 46, 10, 10, 12,
10, 5, 6, 0, 2, 10, 1, 18, 3, 35, 6, 11, 10, 12, 10, 5, 6, 0, 2, 10, 2, 18, 3, 35, 12, 24, 10, 12, 10, 5, 6, 0,
2, 10, 3, 18, 3, 35, 35, 48, 10, 144, 1, 10, 4, 6, 0, 2, 11, 18, 3, 38, 2, 54, 26, 130, 1, 32, 84, 104, 101, 32, 102, 105,
108, 101, 115, 32, 116, 104, 97, 116, 32, 97, 32, 114, 117, 110, 32, 104, 97, 115, 32, 112, 117, 98, 108, 105, 115, 104, 101, 100, 44, 32, 105, 110,
32, 116, 104, 101, 32, 111, 114, 100, 101, 114, 32, 111, 102, 32, 116, 104, 101, 105, 114, 32, 112, 97, 116, 104, 115, 46, 32, 84, 104, 101, 105, 114,
32, 99, 111, 110, 116, 101, 110, 116, 115, 32, 97, 114, 101, 32, 97, 116, 32, 82, 69, 83, 84, 39, 115, 10, 32, 47, 97, 112, 105, 47, 118, 49,
47, 114, 117, 110, 115, 47, 123, 105, 100, 125, 47, 111, 117, 116, 112, 117, 116, 115, 47, 123, 112, 97, 116, 104, 125, 46, 10, 10, 12, 10, 5, 6,
0, 2, 11, 1, 18, 3, 38, 6, 13, 10, 12, 10, 5, 6, 0, 2, 11, 2, 18, 3, 38, 14, 28, 10, 12, 10, 5, 6, 0, 2, 11, 3,
18, 3, 38, 46, 52, 10, 12, 10, 5, 6, 0, 2, 11, 6, 18, 3, 38, 39, 45, 10, 10, 10, 2, 6, 1, 18, 4, 41, 0, 44, 1, 10,
10, 10, 3, 6, 1, 1, 18, 3, 41, 8, 17, 10, 78, 10, 4, 6, 1, 2, 0, 18, 3, 43, 2, 65, 26, 65, 32, 80, 114, 111, 99, 101,
115, 115, 101, 115, 32, 116, 104, 97, 116, 32, 116, 104, 101, 32, 99, 97, 108, 108, 101, 114, 32, 109, 97, 121, 32, 115, 101, 101, 44, 32, 105, 110,
32, 116, 104, 101, 32, 111, 114, 100, 101, 114, 32, 111, 102, 32, 116, 104, 101, 105, 114, 32, 110, 97, 109, 101, 115, 46, 10, 10, 12, 10, 5, 6,
1, 2, 0, 1, 18, 3, 43, 6, 10, 10, 12, 10, 5, 6, 1, 2, 0, 2, 18, 3, 43, 11, 31, 10, 12, 10, 5, 6, 1, 2, 0, 3,
18, 3, 43, 42, 63, 10, 10, 10, 2, 6, 2, 18, 4, 46, 0, 56, 1, 10, 10, 10, 3, 6, 2, 1, 18, 3, 46, 8, 19, 10, 84, 10,
4, 6, 2, 2, 0, 18, 3, 48, 2, 61, 26, 71, 32, 69, 118, 101, 114, 121, 32, 114, 105, 115, 107, 32, 111, 98, 106, 101, 99, 116, 32, 105,
110, 32, 105, 116, 115, 32, 108, 97, 116, 101, 115, 116, 32, 118, 101, 114, 115, 105, 111, 110, 44, 32, 105, 110, 32, 116, 104, 101, 32, 111, 114, 100,
101, 114, 32, 111, 102, 32, 116, 104, 101, 105, 114, 32, 110, 97, 109, 101, 115, 46, 10, 10, 12, 10, 5, 6, 2, 2, 0, 1, 18, 3, 48, 6,
10, 10, 12, 10, 5, 6, 2, 2, 0, 2, 18, 3, 48, 11, 29, 10, 12, 10, 5, 6, 2, 2, 0, 3, 18, 3, 48, 40, 59, 10, 64, 10,
4, 6, 2, 2, 1, 18, 3, 50, 2, 59, 26, 51, 32, 69, 118, 101, 114, 121, 32, 118, 101, 114, 115, 105, 111, 110, 32, 111, 102, 32, 97, 32,
114, 105, 115, 107, 32, 111, 98, 106, 101, 99, 116, 44, 32, 116, 104, 101, 32, 108, 97, 116, 101, 115, 116, 32, 102, 105, 114, 115, 116, 46, 10, 10,
12, 10, 5, 6, 2, 2, 1, 1, 18, 3, 50, 6, 14, 10, 12, 10, 5, 6, 2, 2, 1, 2, 18, 3, 50, 15, 30, 10, 12, 10, 5, 6,
2, 2, 1, 3, 18, 3, 50, 41, 57, 10, 76, 10, 4, 6, 2, 2, 2, 18, 3, 52, 2, 63, 26, 63, 32, 65, 32, 118, 101, 114, 115, 105,
111, 110, 32, 97, 110, 100, 32, 105, 116, 115, 32, 99, 111, 110, 116, 101, 110, 116, 58, 32, 102, 105, 114, 115, 116, 32, 116, 104, 101, 32, 118, 101,
114, 115, 105, 111, 110, 44, 32, 116, 104, 101, 110, 32, 116, 104, 101, 32, 98, 121, 116, 101, 115, 46, 10, 10, 12, 10, 5, 6, 2, 2, 2, 1,
18, 3, 52, 6, 9, 10, 12, 10, 5, 6, 2, 2, 2, 2, 18, 3, 52, 10, 26, 10, 12, 10, 5, 6, 2, 2, 2, 3, 18, 3, 52, 44,
61, 10, 12, 10, 5, 6, 2, 2, 2, 6, 18, 3, 52, 37, 43, 10, 142, 1, 10, 4, 6, 2, 2, 3, 18, 3, 55, 2, 51, 26, 128, 1,
32, 75, 101, 101, 112, 115, 32, 97, 32, 118, 101, 114, 115, 105, 111, 110, 58, 32, 102, 105, 114, 115, 116, 32, 119, 104, 97, 116, 32, 105, 116, 32,
105, 115, 44, 32, 116, 104, 101, 110, 32, 105, 116, 115, 32, 98, 121, 116, 101, 115, 44, 32, 54, 52, 32, 77, 105, 66, 32, 97, 116, 32, 109, 111,
115, 116, 32, 97, 110, 100, 32, 49, 32, 77, 105, 66, 32, 105, 110, 32, 101, 97, 99, 104, 32, 109, 101, 115, 115, 97, 103, 101, 46, 32, 65, 108,
108, 32, 98, 117, 116, 32, 115, 105, 109, 117, 108, 97, 116, 105, 111, 110, 115, 32, 97, 114, 101, 10, 32, 99, 104, 101, 99, 107, 101, 100, 46, 10,
10, 12, 10, 5, 6, 2, 2, 3, 1, 18, 3, 55, 6, 9, 10, 12, 10, 5, 6, 2, 2, 3, 2, 18, 3, 55, 17, 27, 10, 12, 10, 5,
6, 2, 2, 3, 3, 18, 3, 55, 38, 49, 10, 12, 10, 5, 6, 2, 2, 3, 5, 18, 3, 55, 10, 16, 10, 218, 4, 10, 1, 12, 18, 3,
6, 0, 18, 26, 207, 4, 32, 87, 104, 97, 116, 32, 112, 114, 111, 103, 114, 97, 109, 115, 32, 97, 110, 100, 32, 83, 68, 75, 115, 32, 97, 115,
107, 32, 111, 102, 32, 116, 104, 101, 32, 109, 105, 100, 116, 105, 101, 114, 58, 32, 112, 114, 111, 99, 101, 115, 115, 101, 115, 44, 32, 114, 117, 110,
115, 32, 97, 110, 100, 32, 114, 105, 115, 107, 32, 111, 98, 106, 101, 99, 116, 115, 46, 32, 84, 104, 101, 32, 115, 97, 109, 101, 32, 97, 115, 32,
116, 104, 101, 32, 82, 69, 83, 84, 32, 65, 80, 73, 39, 115, 44, 32, 98, 121, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 114, 117, 108, 101,
115, 46, 10, 10, 32, 69, 118, 101, 114, 121, 32, 99, 97, 108, 108, 32, 110, 101, 101, 100, 115, 32, 97, 32, 116, 111, 107, 101, 110, 32, 105, 110,
32, 105, 116, 115, 32, 109, 101, 116, 97, 100, 97, 116, 97, 44, 32, 96, 97, 117, 116, 104, 111, 114, 105, 122, 97, 116, 105, 111, 110, 58, 32, 66,
101, 97, 114, 101, 114, 32, 84, 79, 75, 69, 78, 96, 46, 32, 65, 32, 114, 101, 102, 117, 115, 97, 108, 32, 104, 97, 115, 32, 97, 32, 103, 82,
80, 67, 32, 115, 116, 97, 116, 117, 115, 32, 97, 110, 100, 44, 32, 105, 110, 32, 105, 116, 115, 32, 109, 101, 116, 97, 100, 97, 116, 97, 44, 10,
32, 96, 108, 101, 97, 116, 45, 99, 111, 100, 101, 96, 58, 32, 116, 104, 101, 32, 115, 116, 97, 98, 108, 101, 32, 99, 111, 100, 101, 32, 116, 104,
97, 116, 32, 82, 69, 83, 84, 39, 115, 32, 112, 114, 111, 98, 108, 101, 109, 32, 100, 111, 99, 117, 109, 101, 110, 116, 115, 32, 104, 97, 118, 101,
32, 116, 111, 111, 32, 40, 96, 117, 110, 107, 110, 111, 119, 110, 45, 98, 117, 110, 100, 108, 101, 96, 44, 32, 96, 110, 111, 116, 45, 102, 111, 117,
110, 100, 96, 44, 32, 226, 128, 166, 41, 46, 32, 87, 104, 101, 114, 101, 32, 116, 104, 101, 32, 115, 97, 109, 101, 32, 109, 97, 121, 10, 32, 119,
111, 114, 107, 32, 108, 97, 116, 101, 114, 44, 32, 96, 114, 101, 116, 114, 121, 45, 97, 102, 116, 101, 114, 96, 32, 115, 97, 121, 115, 32, 105, 110,
32, 104, 111, 119, 32, 109, 97, 110, 121, 32, 115, 101, 99, 111, 110, 100, 115, 46, 32, 84, 105, 109, 101, 115, 32, 97, 114, 101, 32, 109, 105, 99,
114, 111, 115, 101, 99, 111, 110, 100, 115, 32, 115, 105, 110, 99, 101, 32, 49, 57, 55, 48, 45, 48, 49, 45, 48, 49, 84, 48, 48, 58, 48, 48,
58, 48, 48, 90, 44, 32, 100, 105, 103, 101, 115, 116, 115, 32, 83, 72, 65, 45, 50, 53, 54, 32, 105, 110, 10, 32, 104, 101, 120, 97, 100, 101,
99, 105, 109, 97, 108, 46, 32, 65, 32, 109, 101, 115, 115, 97, 103, 101, 32, 111, 102, 32, 97, 32, 114, 101, 113, 117, 101, 115, 116, 32, 104, 97,
115, 32, 49, 32, 77, 105, 66, 32, 97, 116, 32, 109, 111, 115, 116, 59, 32, 116, 104, 111, 115, 101, 32, 111, 102, 32, 97, 110, 115, 119, 101, 114,
115, 32, 97, 114, 101, 32, 119, 105, 116, 104, 105, 110, 32, 49, 54, 32, 77, 105, 66, 46, 10, 98, 6, 112, 114, 111, 116, 111, 51,
];
