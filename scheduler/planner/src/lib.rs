//! Which host runs what, and which hosts are on: a pure function.
//!
//! [`plan`] takes a [`Snapshot`] of hosts and runs and a [`Policy`], and answers an [`Outcome`]: a [`Plan`] that leaves
//! nothing to choose, and a [`Report`](report::Report) that says of every run without a place what it waits for. It
//! does no I/O, reads no clock (the time is in the snapshot) and draws no random numbers: the same snapshot gives the
//! same plan, whatever the order of its lists. The scheduler calls it in its loop (observe, plan, commit, dispatch),
//! the simulation by the million; an operator replays a production snapshot with [`scenario`].
//!
//! What it promises of every plan:
//!
//! - No host is given more than its capacity; residency, labels and architecture are never broken.
//! - A run is placed whole or not at all, and never while an older generation of it may still execute somewhere.
//! - A host that holds anything is never switched off.
//! - Every run that waits has a reason, and its priority grows with its age, so that none waits for ever on hosts
//!   that could take it.
//!
//! How it decides, in the order in which it does: what is lost (`planning::observed`), whose turn it is
//! (`planning::line`), where it goes (`planning::fit` along the ranking of `planning::fleet`), what is kept free for
//! runs that have waited long (`planning::reserve`), and which hosts go on and off (`planning::power`).
//!
//! A run that is placed stays where it is until it ends or its host is lost: there is no preemption, because there are
//! no checkpoints to resume a preempted run from. Choices between hosts for the parts of one run are gone back on a few
//! hundred times, so a run of many parts can miss an arrangement that exists; it then waits, with that as its reason.

pub mod id;
mod outcome;
mod planning;
mod policy;
pub mod report;
mod resources;
pub mod scenario;
mod snapshot;
mod time;

pub use outcome::{FailedHost, Failure, Outcome, Placement, Plan, Recovery, Refusal, Seated};
pub use planning::plan;
pub use policy::{GroupPolicy, Policy, PowerPolicy};
pub use resources::{ByteSize, Resources};
pub use snapshot::{
    Arrangement, Constraints, Cost, Edge, Holding, Host, Part, PlacedRun, Power, PowerState, Priority, Request, Run,
    Snapshot,
};
pub use time::{Time, Words};
