//! Risk objects of a playpen: found, read and checked to their end, told by their content, and shared by all instances.
//!
//! Called by the command line (to check, list and show objects), by the worker (to open those of a run) and by the
//! sandbox (to answer nodes). Where objects come from is a port, [`Shelf`]; [`Folder`], the playpen's `risk/`, is its
//! adapter. What an object is and how it is written is `leat-objects`; this crate adds files, Parquet, digests, and
//! simulations that are never in memory whole.

mod digest;
mod folder;
mod held;
mod run;
mod shelf;
mod simulation;

pub use folder::Folder;
pub use held::{Content, Held};
pub use run::RunObjects;
pub use shelf::{Shelf, ShelfError, open_sound};
pub use simulation::Simulation;

use leat_objects::Kind;
use leat_stream::node_info::ObjectKind;

/// The kind in the words of objects' texts.
pub fn kind_of(kind: ObjectKind) -> Kind {
    match kind {
        ObjectKind::ScenarioSet => Kind::ScenarioSet,
        ObjectKind::Simulation => Kind::Simulation,
        ObjectKind::Matrix => Kind::Matrix,
        ObjectKind::ControlTable => Kind::ControlTable,
        ObjectKind::Study => Kind::Study,
    }
}

/// The kind in the plan's words.
pub fn object_kind_of(kind: Kind) -> ObjectKind {
    match kind {
        Kind::ScenarioSet => ObjectKind::ScenarioSet,
        Kind::Simulation => ObjectKind::Simulation,
        Kind::Matrix => ObjectKind::Matrix,
        Kind::ControlTable => ObjectKind::ControlTable,
        Kind::Study => ObjectKind::Study,
    }
}
