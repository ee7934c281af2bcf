//! Resource limits of the process.
//!
//! Not here: address space, of which wasmtime reserves terabytes that it never uses; memory, which a [`crate::Cell`] bounds;
//! and processes, which the kernel counts over all that a user runs.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::wall::{Standing, Wall};

pub(super) fn set(wall: &Wall) -> io::Result<Standing> {
    // A core dump would hold the data of the run, and lie where nobody looks for it.
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    if let Some(wanted) = wall.open_files_max {
        // Nothing is a bound that there is not.
        let allowed = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
        let bound = Some(wanted.min(allowed));
        setrlimit(Resource::Nofile, Rlimit { current: bound, maximum: bound })?;
    }
    Ok(Standing::Whole)
}
