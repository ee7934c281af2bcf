//! What a wall is to be and what became of it: plain data, the same on every system.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What a process may still do once the wall is raised. Everything that is not granted here is refused.
///
/// The default grants nothing but to compute, to use what is open already, and to start threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wall {
    /// Files and folders that may be read, folders with all that is below them. One that is not there when the wall is
    /// raised is not granted, whatever comes to be there later. A link stands for what it points at.
    pub read: Vec<PathBuf>,
    /// Folders in which files and folders may be read, made, written, renamed and removed, at any depth; or files that may be
    /// read and written. As with `read`, they must be there.
    pub write: Vec<PathBuf>,
    /// The connections that it may open.
    pub network: Network,
    /// How many files it may have open; nothing leaves the bound that it was started with. A bound above what the system allows
    /// it is that one.
    pub open_files_max: Option<u64>,
}

/// The connections that a process may open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// No socket of any kind.
    #[default]
    None,
    /// TCP to these ports of any host. Names of hosts cannot be looked up: whoever starts the process does.
    To(Vec<u16>),
}

/// The parts that a wall is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// No program that it starts could have more rights than it has (`no_new_privs`).
    Privileges,
    /// It has none of the rights of root (capabilities).
    Capabilities,
    /// Files outside of the grants cannot be opened, made or removed (Landlock).
    Files,
    /// TCP ports outside of the grants cannot be connected to (Landlock). Part of a wall with [`Network::To`] alone: without
    /// it [`Part::Calls`] holds every socket.
    Ports,
    /// Calls of the kernel that a worker has no use for are refused (seccomp).
    Calls,
    /// It leaves no core dump, and opens no more files than it may (resource limits).
    Limits,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Privileges => "no new privileges",
            Part::Capabilities => "no capabilities",
            Part::Files => "files by grant",
            Part::Ports => "ports by grant",
            Part::Calls => "calls of the kernel by list",
            Part::Limits => "resource limits",
        })
    }
}

/// Whether a part stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As it was described.
    Whole,
    /// Some of it; what is missing, as a sentence for a person.
    Partly(String),
    /// Nothing of it; why, as a sentence for a person.
    Missing(String),
}

/// What became of a wall. It is shown as one line that tells of every part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    parts: Vec<(Part, Standing)>,
}

impl Raised {
    pub(crate) fn new(parts: Vec<(Part, Standing)>) -> Self {
        Raised { parts }
    }

    /// Every part of the wall that was asked for, in the order it was raised.
    pub fn parts(&self) -> &[(Part, Standing)] {
        &self.parts
    }

    /// Whether every part stands as it was described.
    pub fn is_whole(&self) -> bool {
        self.parts.iter().all(|(_, standing)| *standing == Standing::Whole)
    }

    /// What this system does not have: a sentence for each part that does not stand, or not whole.
    pub fn missing(&self) -> impl Iterator<Item = String> {
        self.parts.iter().filter_map(|(part, standing)| match standing {
            Standing::Whole => None,
            Standing::Partly(why) => Some(format!("the worker's wall \"{part}\" stands in part: {why}")),
            Standing::Missing(why) => Some(format!("the worker has no wall \"{part}\": {why}")),
        })
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (part, standing)) in self.parts.iter().enumerate() {
            let separator = if place == 0 { "" } else { "; " };
            match standing {
                Standing::Whole => write!(f, "{separator}{part}: stands")?,
                Standing::Partly(why) => write!(f, "{separator}{part}: in part ({why})")?,
                Standing::Missing(why) => write!(f, "{separator}{part}: missing ({why})")?,
            }
        }
        Ok(())
    }
}

/// Why a wall could not be raised though the system has what it is made of. The process must not go on: some of the wall
/// may stand.
#[derive(Debug, thiserror::Error)]
pub enum WallError {
    /// A wall holds the thread that raises it and those that it starts; who runs already would stay outside.
    #[error("the process has {0} threads, and a wall is raised while it has one")]
    Threads(usize),
    /// The system refused a part.
    #[error("cannot raise the wall \"{part}\"")]
    Refused {
        /// The part.
        part: Part,
        /// What the system said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// How much of the machine the processes of a cell get together. The default bounds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CellLimits {
    /// Bytes of memory, what the kernel keeps of their files included; beyond it the kernel ends them.
    pub memory_bytes_max: Option<u64>,
    /// Processors: 1.5 is one and a half, on average over a tenth of a second.
    pub cpus_max: Option<f64>,
    /// Processes and threads.
    pub threads_max: Option<u64>,
}

/// Why there is no cell.
#[derive(Debug, thiserror::Error)]
pub enum CellError {
    /// This system cannot bound what it was asked to, or not for this user; a sentence for a person.
    #[error("{0}")]
    Unavailable(String),
    /// The system failed at something that it allows.
    #[error("cannot use the control group {}", .path.display())]
    Failed {
        /// Its folder or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}
