//! What the scheduler knows of runs and hosts, and what it may decide. Plain data: the store keeps it, the planner's
//! snapshot is made of it, the midtier shows it.

mod host;
mod ids;
mod run;

pub use host::{HostRecord, PowerRequest, PowerState};
pub use ids::{BadName, Generation, HostId, Moment, RunId};
pub use run::{BadTransition, Cause, Constraints, Part, Placement, Resources, RunRecord, RunState};
