//! From the syntax tree to the checked plan: every problem that can be known without running, in one pass.
//!
//! Called by the command line before anything runs. It decides and never acts: what it must know of the world comes
//! through [`Surroundings`].

mod surroundings;

pub use self::surroundings::{
    ComponentFacts, ComponentProblem, SAMPLE_BYTES_MAX, SAMPLE_RECORDS_MAX, SampledCell, SampledFile, SampledRecord,
    Surroundings,
};

use crate::diagnostic::Diagnostic;
use crate::plan::Plan;

/// What a run is given besides its stream file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// `--param name=value`, in the order they were given; the last of a name counts.
    pub params: Vec<(String, String)>,
    /// Values of `opt.a.b.c`, by `a.b.c`; the last of a name counts.
    pub options: Vec<(String, String)>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The plan, where there is no error.
    pub plan: Option<Plan>,
    /// Every problem, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}
