//! Whole runs on virtual time: the protocol's real code, with the real store on a disk in memory, in a world that is drawn
//! from a seed and fails as the seed says.

pub(crate) mod attempt;
pub(crate) mod chance;
pub(crate) mod disk;
pub(crate) mod fault;
pub(crate) mod graph;
pub(crate) mod node;
pub(crate) mod shares;
pub(crate) mod target;
pub(crate) mod world;

pub(crate) use fault::Fault;
pub(crate) use world::{Figures, World};

/// Runs the world of a seed, with the protocol broken or not. An error tells what was violated.
pub(crate) fn run(seed: u64, fault: Option<Fault>) -> Result<Figures, String> {
    World::new(seed, fault).run()
}
