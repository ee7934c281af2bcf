//! The second wall around a worker: what the process may still do should a component ever break out of its sandbox, and
//! how much of the machine it gets.
//!
//! Two sides call it. The worker describes what its job needs as a [`Wall`] and [`raise`]s it around its own process, once
//! and for good, before it starts a thread or loads a component. Its supervisor may put it into a [`Cell`], which bounds its
//! memory and processors and tells whether it ran out of memory. Both say what this system does not have, so that nobody
//! takes a wall for standing which is not.
//!
//! It knows nothing of jobs, plans or runs. On systems other than Linux it compiles, and says that there are no walls.

#[cfg(target_os = "linux")]
mod cell;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;
mod wall;

#[cfg(target_os = "linux")]
pub use cell::Cell;
#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Cell, raise};
#[cfg(target_os = "linux")]
pub use linux::raise;
pub use wall::{CellError, CellLimits, Network, Part, Raised, Standing, Wall, WallError};
