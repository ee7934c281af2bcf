//! The objects of one run: each opened once, when the first node asks for it, held against the plan, and shared.

use std::sync::{Arc, OnceLock};

use leat_objects::Reference;
use leat_stream::plan::RiskObject;

use crate::held::Held;
use crate::kind_of;
use crate::shelf::Shelf;

/// Digits of a digest that tell two contents apart for a person.
const DIGITS_SHOWN: usize = 12;

/// The objects of a run.
pub struct RunObjects {
    shelf: Box<dyn Shelf>,
    objects: Vec<(RiskObject, Opened)>,
}

/// An object once somebody asked for it, or why it cannot be used.
type Opened = OnceLock<Result<Arc<Held>, String>>;

impl RunObjects {
    /// Opens nothing yet.
    pub fn new(shelf: Box<dyn Shelf>, planned: &[RiskObject]) -> Self {
        RunObjects { shelf, objects: planned.iter().map(|object| (object.clone(), Opened::new())).collect() }
    }

    /// An object by its place in the plan. Whoever asks first waits until it is read to its end.
    ///
    /// # Errors
    /// Where it cannot be used any more, or is not what was checked: for a person.
    pub fn get(&self, place: usize) -> Result<Arc<Held>, String> {
        let (planned, opened) =
            self.objects.get(place).ok_or_else(|| format!("the plan has no risk object {place}"))?;
        opened.get_or_init(|| self.open(planned)).clone()
    }

    fn open(&self, planned: &RiskObject) -> Result<Arc<Held>, String> {
        let RiskObject { name, kind, file, digest } = planned;
        let what = || format!("the {} `{name}`", kind.name());
        let reference = Reference::new(name, kind_of(*kind)).ok_or_else(|| format!("{} has no name", what()))?;
        let held = self.shelf.open(&reference).map_err(|error| format!("{} cannot be used: {error}", what()))?;
        if held.digest != *digest {
            let (was, is) = (short(digest), short(&held.digest));
            return Err(format!(
                "{} has changed since the process was checked: the SHA-256 of {file} began with {was} and begins with {is} \
                 now; run the process again to use what is there",
                what()
            ));
        }
        Ok(Arc::new(held))
    }
}

fn short(digest: &str) -> &str {
    digest.get(..DIGITS_SHOWN).unwrap_or(digest)
}
