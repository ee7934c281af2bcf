//! What a playpen's folder of risk objects promises: names, digests, sharing, and simulations that are read by ranges.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod folder;
mod simulations;

use std::path::Path;

use leat_objects::Reference;
use leat_risk::{Content, Folder, Held, Shelf, ShelfError, Simulation};
use tempfile::TempDir;

/// A playpen with these files in `risk/`.
fn playpen(files: &[(&str, &[u8])]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir(root.path().join("risk")).unwrap();
    for (name, bytes) in files {
        std::fs::write(root.path().join("risk").join(name), bytes).unwrap();
    }
    root
}

fn open(root: &Path, name: &str) -> Result<Held, ShelfError> {
    Folder::of_playpen(root).open(&name.parse::<Reference>().unwrap())
}

fn simulation(held: &Held) -> &Simulation {
    match &held.content {
        Content::Simulation(simulation) => simulation,
        Content::Whole(object) => panic!("a simulation came as {object:?}"),
    }
}

fn numbers(bytes: &[u8]) -> Vec<f64> {
    bytes.as_chunks::<8>().0.iter().map(|number| f64::from_le_bytes(*number)).collect()
}
