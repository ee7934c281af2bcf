//! Bundles for the pretended worker, and the assignments that want them run.

use leat_bundle::{BundleFile, Content, Digest, Manifest, Needs, Role, VERSION};
use leat_wire::host_v1::Assignment;

use crate::testing;
use crate::world::World;

/// What `in.csv` holds.
pub(crate) const INPUT: &str = "n\n1\n";

/// A manifest whose contents the world has: a plan, an input, and how the worker is to behave.
pub(crate) fn manifest(world: &World, behave: &str) -> Manifest {
    let plan = testing::plan().to_json();
    let file = |path: &str, text: &str| {
        let Content { digest, bytes } = world.keep(text);
        BundleFile { path: path.to_owned(), role: Role::Input, digest, bytes }
    };
    Manifest {
        bundle: VERSION,
        process: "copy".to_owned(),
        leat_version: "0.1.0".to_owned(),
        plan: world.keep(&plan),
        files: vec![file("in.csv", INPUT), file("in/behave.txt", behave)],
        needs: Needs { cpu_millis: 1000, memory_bytes: 1 << 30 },
        parts: Vec::new(),
        secrets: Vec::new(),
        origin: None,
    }
}

/// A bundle that the world has.
pub(crate) fn bundle(world: &World, behave: &str) -> Digest {
    world.keep_bundle(&manifest(world, behave).to_bytes())
}

/// The order to run a bundle.
pub(crate) fn assignment(run: &str, generation: u64, bundle: Digest) -> Assignment {
    Assignment {
        run: run.to_owned(),
        generation,
        bundle: bundle.to_string(),
        started_us: 1_706_702_400_000_000,
        seed: 7,
        stop: false,
        cpu_millis: 1000,
        memory_bytes: 1 << 30,
        division: None,
        checkpoint_every_ms: 0,
        checkpoint: Vec::new(),
        checkpoint_wanted: 0,
        traceparent: String::new(),
        deaths_json: String::new(),
    }
}
