//! What a bundle is made again of: added to it, so that a program can run the process with other parameters.

use leat_bundle::{Content, Digest, Given, Origin, WORLD_BYTES_MAX};
use leat_stream::plan::Plan;

use super::pack::{Package, Source};
use crate::world::{KeptWorld, parameters};

impl Package {
    /// With what its plan was made of. Where that is more than a midtier reads, the bundle can be run as it is, and not with other
    /// parameters.
    pub(crate) fn with_origin(mut self, plan: &Plan, world: leat_stream::check::World, given: Given) -> Self {
        let text = KeptWorld::of(world, plan, std::mem::take(&mut self.moved)).to_json();
        let bytes = text.len() as u64;
        if bytes <= WORLD_BYTES_MAX {
            let world = Content { digest: Digest::of(&text), bytes };
            let parameters = parameters(plan, &given);
            self.manifest.origin = Some(Origin { world, of: None, given, parameters });
            self.sources.insert(world.digest, Source::Bytes(text));
        }
        self
    }
}
