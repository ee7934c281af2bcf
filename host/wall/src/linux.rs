//! The wall on Linux: every part that the kernel has, in an order in which none keeps the next from being raised.

mod calls;
mod capabilities;
mod files;
mod limits;

use std::error::Error;
use std::fs;

use crate::wall::{Network, Part, Raised, Standing, Wall, WallError};

/// Raises the wall around the calling process, for good. What the kernel does not have is left out and told.
///
/// To be called before any thread is started: threads inherit the wall from who starts them.
///
/// # Errors
/// The process has more than one thread, or the kernel refused a part that it has. The process must not go on then.
pub fn raise(wall: &Wall) -> Result<Raised, WallError> {
    let threads = fs::read_dir("/proc/self/task").map_or(1, Iterator::count);
    if threads != 1 {
        return Err(WallError::Threads(threads));
    }
    let mut parts = vec![(Part::Limits, limits::set(wall).map_err(refused(Part::Limits))?)];
    // With it the two filters below need no rights of root.
    let files = files::grant(wall).map_err(refused(Part::Files))?;
    parts.push((Part::Privileges, files.privileges));
    parts.push((Part::Files, files.files));
    if wall.network != Network::None {
        parts.push((Part::Ports, files.ports));
    }
    parts.push((Part::Capabilities, capabilities::drop_all().map_err(refused(Part::Capabilities))?));
    // Last, for it refuses most of what the others are made of.
    parts.push((Part::Calls, calls::filter(wall).map_err(refused(Part::Calls))?));
    Ok(Raised::new(parts))
}

fn refused<E: Error + Send + Sync + 'static>(part: Part) -> impl FnOnce(E) -> WallError {
    move |source| WallError::Refused { part, source: Box::new(source) }
}

/// What stands for a part that is not there.
fn missing(why: &str) -> Standing {
    Standing::Missing(why.to_owned())
}
