//! The contract in Rust's words: generated types for what the guest exports, hand-written ones for what it emits.
//!
//! Used inside this crate alone: no generated type leaves it. The guest's exports take borrowed slices, so a column is
//! copied once, into the guest's memory. What a guest emits stays in its memory ([`WasmList`]) until its size and shape
//! have been checked; the generated bindings would copy it first, and so let a guest choose how much the host allocates.
//! (`queues` is named in the world below for the generator alone, which otherwise loses the lifetime of `out-column`.)

use wasmtime::component::{ComponentType, Lift, Lower, WasmList, WasmStr};

#[allow(missing_docs, unreachable_pub, unused_qualifications, clippy::all, reason = "generated code")]
mod generated {
    wasmtime::component::bindgen!({
        inline: "package leat:host; world sandbox { import leat:node/queues@0.1.0; export leat:node/guest@0.1.0; }",
        path: "../../wit",
        world: "leat:host/sandbox",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

pub(crate) use generated::exports::leat::node::guest;
pub(crate) use generated::leat::node::types;
pub(crate) use generated::{Sandbox as GuestInstance, SandboxPre as GuestPre};

/// The package of the contract, and the version the host speaks.
pub(crate) const PACKAGE: &str = "leat:node";
/// See [`PACKAGE`].
pub(crate) const VERSION: &str = "0.1.0";

/// `column` of the contract, still in the guest's memory.
#[derive(ComponentType, Lift)]
#[component(record)]
pub(crate) struct EmittedColumn {
    #[component(name = "data")]
    pub(crate) data: WasmList<u8>,
    #[component(name = "offsets")]
    pub(crate) offsets: Option<WasmList<u8>>,
    #[component(name = "validity")]
    pub(crate) validity: Option<WasmList<u8>>,
}

/// `out-column` of the contract.
#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum OutColumn {
    #[component(name = "fresh")]
    Fresh(EmittedColumn),
    #[component(name = "pass")]
    Pass(u32),
}

/// `stopped` of the contract.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum Stopped {
    #[component(name = "cancelled")]
    Cancelled,
    #[component(name = "unread")]
    Unread,
}

/// `telemetry.level` of the contract.
#[derive(Clone, Copy, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "the derived code makes its values from numbers")]
pub(crate) enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

/// `value-type` of the contract.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum ValueKind {
    #[component(name = "boolean")]
    Boolean,
    #[component(name = "int64")]
    Int64,
    #[component(name = "float64")]
    Float64,
    #[component(name = "text")]
    Text,
}

/// `value` of the contract, still in the guest's memory.
#[derive(ComponentType, Lift)]
#[component(variant)]
pub(crate) enum FactValue {
    #[component(name = "boolean")]
    Boolean(bool),
    #[component(name = "int64")]
    Int64(i64),
    #[component(name = "float64")]
    Float64(f64),
    #[component(name = "text")]
    Text(WasmStr),
}

/// `value` of the contract, on its way to the guest.
#[derive(ComponentType, Lower)]
#[component(variant)]
pub(crate) enum GivenValue {
    #[component(name = "boolean")]
    Boolean(bool),
    #[component(name = "int64")]
    Int64(i64),
    #[component(name = "float64")]
    Float64(f64),
    #[component(name = "text")]
    Text(String),
}

/// `secrets.denied` of the contract, as far as it comes up.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "the contract has them: all that a run holds was granted before it began")]
pub(crate) enum Denied {
    #[component(name = "not-declared")]
    NotDeclared,
    #[component(name = "not-granted")]
    NotGranted,
    #[component(name = "expired")]
    Expired,
    #[component(name = "store-unreachable")]
    StoreUnreachable,
}

/// `facts.fact-problem` of the contract.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(variant)]
pub(crate) enum FactProblem {
    #[component(name = "undeclared")]
    Undeclared,
    #[component(name = "other-type")]
    OtherType(ValueKind),
    #[component(name = "set-already")]
    SetAlready,
    #[component(name = "unfit")]
    Unfit,
    #[component(name = "stopped")]
    Stopped(Stopped),
}

/// Parameters of `queues.emit`.
pub(crate) type EmitParams = (u32, u32, Option<WasmList<u8>>, WasmList<OutColumn>);
/// Parameters of `queues.reject`.
pub(crate) type RejectParams = (WasmList<u8>, WasmStr);
/// Parameters of `draws.bits`.
pub(crate) type BitsParams = (WasmStr, u64, u32);
/// Parameters of `telemetry.log`.
pub(crate) type LogParams = (Level, WasmStr, WasmList<(WasmStr, WasmStr)>);
/// Parameters of `facts.set`.
pub(crate) type SetFactParams = (WasmStr, FactValue);
/// Parameters of `facts.get`.
pub(crate) type GetFactParams = (WasmStr,);

/// `absent` of the contract's `risk`.
#[derive(ComponentType, Lower)]
#[component(variant)]
pub(crate) enum Absent {
    #[component(name = "not-declared")]
    NotDeclared(String),
    #[component(name = "unknown-key")]
    UnknownKey(String),
}

/// `object-kind` of the contract, on its way to the guest.
#[derive(Clone, Copy, ComponentType, Lower)]
#[component(enum)]
#[repr(u8)]
pub(crate) enum GivenKind {
    #[component(name = "scenario-set")]
    ScenarioSet,
    #[component(name = "simulation")]
    Simulation,
    #[component(name = "matrix")]
    Matrix,
    #[component(name = "control-table")]
    ControlTable,
    #[component(name = "study")]
    Study,
}

/// `object-reference` of the contract's `risk`.
#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct GivenReference {
    #[component(name = "kind")]
    pub(crate) kind: GivenKind,
    #[component(name = "name")]
    pub(crate) name: String,
}

/// `model` of the contract's `risk`.
#[derive(ComponentType, Lower)]
#[component(record)]
pub(crate) struct GivenModel {
    #[component(name = "framework")]
    pub(crate) framework: String,
    #[component(name = "name")]
    pub(crate) name: String,
    #[component(name = "filter")]
    pub(crate) filter: Vec<(String, Vec<String>)>,
    #[component(name = "uses")]
    pub(crate) uses: Vec<GivenReference>,
    #[component(name = "options")]
    pub(crate) options: Vec<(String, GivenValue)>,
}
