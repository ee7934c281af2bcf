//! The rights of root, given up: without them a worker that root has started may do what any user may.

use caps::errors::CapsError;
use caps::{CapSet, Capability, CapsHashSet};

use super::missing;
use crate::wall::Standing;

pub(super) fn drop_all() -> Result<Standing, CapsError> {
    let Ok(permitted) = caps::read(None, CapSet::Permitted) else {
        return Ok(missing("this kernel has no capabilities to give up"));
    };
    // What a program that is started may ever get. To take it away is itself a right; who lacks it starts no program with
    // any, for they have no new privileges.
    if permitted.contains(&Capability::CAP_SETPCAP) {
        for capability in caps::read(None, CapSet::Bounding)? {
            caps::drop(None, CapSet::Bounding, capability)?;
        }
    }
    // Older kernels have no ambient ones.
    if caps::runtime::ambient_set_supported().is_ok() {
        caps::clear(None, CapSet::Ambient)?;
    }
    for set in [CapSet::Effective, CapSet::Inheritable, CapSet::Permitted] {
        caps::set(None, set, &CapsHashSet::new())?;
    }
    Ok(Standing::Whole)
}
