//! The state of an instance as a checkpoint has it: what the guest gave, and behind it what the host keeps for the instance
//! and whose it all is.
//!
//! Called by [`super::step`]. The host's part stands behind the guest's so that the guest's bytes, which may be many, are not moved.

use serde::{Deserialize, Serialize};

use crate::failure::bytes;
use crate::state::{Kept, State};

/// The last bytes of a state; the number is that of the format.
const MARK: &[u8; 16] = b"leat instance 01";
/// Before them stands how long the host's part is.
const LENGTH_BYTES: usize = 4;

/// How large the state of one instance may be. What a guest gives lies in its memory, so there are never more than the 4 GiB
/// of that to copy; beyond this a checkpoint would hold up the run for seconds.
const STATE_BYTES_MAX: usize = 1 << 30;

/// Whose state it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Owner {
    /// SHA-256 of the component's file.
    pub(super) component: String,
    /// The node's name.
    pub(super) node: String,
    /// Which of its instances.
    pub(super) instance: u32,
    /// How many there are.
    pub(super) instances: u32,
}

#[derive(Serialize, Deserialize)]
struct HostPart {
    owner: Owner,
    kept: Kept,
}

/// The envelope around what a guest gave.
pub(super) fn seal(state: Vec<u8>, owner: &Owner, host: &State) -> Result<Vec<u8>, String> {
    seal_within(STATE_BYTES_MAX, state, owner, host)
}

fn seal_within(limit: usize, mut state: Vec<u8>, owner: &Owner, host: &State) -> Result<Vec<u8>, String> {
    if state.len() > limit {
        let (has, limit) = (bytes(state.len() as u64), bytes(limit as u64));
        return Err(format!(
            "its state has {has}, and a checkpoint takes {limit} of one instance; `threads=` with `by=` spreads it over several"
        ));
    }
    let part = HostPart { owner: owner.clone(), kept: host.kept() };
    let part = serde_json::to_vec(&part).map_err(|error| format!("its state cannot be written: {error}"))?;
    let length = u32::try_from(part.len()).map_err(|_| "too much is kept for it to be written".to_owned())?;
    state.extend_from_slice(&part);
    state.extend_from_slice(&length.to_le_bytes());
    state.extend_from_slice(MARK);
    Ok(state)
}

/// What is in the envelope, if it is this instance's.
pub(super) fn open<'a>(state: &'a [u8], owner: &Owner) -> Result<(&'a [u8], Kept), String> {
    let damaged = || "the state is cut short or damaged".to_owned();
    let (rest, mark) = state.split_last_chunk::<{ MARK.len() }>().ok_or_else(damaged)?;
    if mark != MARK {
        let known = mark[..MARK.len() - 2] == MARK[..MARK.len() - 2];
        return Err(if known {
            let (found, read) =
                (String::from_utf8_lossy(&mark[MARK.len() - 2..]), String::from_utf8_lossy(&MARK[14..]));
            format!("the state has the format {found}, and this version of Leat reads {read}; begin the run anew")
        } else {
            "it is not the state of a component's instance, or is damaged".to_owned()
        });
    }
    let (rest, length) = rest.split_last_chunk::<LENGTH_BYTES>().ok_or_else(damaged)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| damaged())?;
    let guest = rest.len().checked_sub(length).ok_or_else(damaged)?;
    let (guest, part) = rest.split_at(guest);
    let HostPart { owner: found, kept } = serde_json::from_slice(part).map_err(|_| damaged())?;
    if found.component != owner.component {
        let (found, own) = (short(&found.component), short(&owner.component));
        return Err(format!(
            "the state is of another component ({found}…, and this one is {own}…): go on with the one that the run began \
             with, or begin it anew"
        ));
    }
    if found != *owner {
        let told = |owner: &Owner| format!("instance {} of {} of `{}`", owner.instance, owner.instances, owner.node);
        return Err(format!("the state is of {}, and this is {}", told(&found), told(owner)));
    }
    Ok((guest, kept))
}

/// As much of a digest as a person compares.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner { component: "0123456789abcdef".to_owned(), node: "sums".to_owned(), instance: 1, instances: 4 }
    }

    fn host() -> State {
        struct Nowhere;
        impl leat_flow::step::Outlet for Nowhere {
            fn emit(&mut self, _: usize, _: arrow_array::RecordBatch) -> Result<(), leat_flow::step::Stopped> {
                Ok(())
            }
            fn reject(&mut self, _: leat_flow::step::Rejected<'_>) -> Result<(), leat_flow::step::Stopped> {
                Ok(())
            }
            fn log(&mut self, _: leat_flow::step::Level, _: &str, _: &[(String, String)]) {}
            fn count(&mut self, _: &str, _: u64) {}
            fn progress(&mut self, _: u64, _: Option<u64>) {}
        }
        let limits = leat_stream::plan::Limits::default();
        State::new("sums", &crate::RunContext::default(), &limits, &[], Box::new(Nowhere))
    }

    #[test]
    fn what_a_guest_gave_comes_out_again() {
        for given in [&b""[..], b"state", MARK] {
            let sealed = seal(given.to_vec(), &owner(), &host()).unwrap();
            assert_eq!(open(&sealed, &owner()).unwrap().0, given);
        }
    }

    #[test]
    fn a_state_that_is_damaged_is_refused_wherever_it_is() {
        let sealed = seal(b"state".to_vec(), &owner(), &host()).unwrap();
        for len in 0..sealed.len() {
            assert!(open(&sealed[..len], &owner()).is_err(), "{len} bytes");
        }
        let mut length = sealed.clone();
        let place = length.len() - MARK.len() - LENGTH_BYTES;
        length[place..place + LENGTH_BYTES].fill(0xFF);
        assert_eq!(open(&length, &owner()).unwrap_err(), "the state is cut short or damaged");
    }

    #[test]
    fn a_state_beyond_the_limit_is_refused_with_the_way_out() {
        assert!(seal_within(5, b"state".to_vec(), &owner(), &host()).is_ok());
        assert_eq!(
            seal_within(4, b"state".to_vec(), &owner(), &host()).unwrap_err(),
            "its state has 5 bytes, and a checkpoint takes 4 bytes of one instance; `threads=` with `by=` spreads it over several"
        );
    }

    #[test]
    fn a_state_of_another_format_component_or_instance_is_refused_with_both() {
        let mut sealed = seal(b"state".to_vec(), &owner(), &host()).unwrap();
        let refused = |owner: Owner| open(&sealed, &owner).unwrap_err();
        let other = refused(Owner { component: "fedcba9876543210".to_owned(), ..owner() });
        assert!(other.contains("another component (0123456789ab…, and this one is fedcba987654…)"), "{other}");
        let other = refused(Owner { instance: 2, ..owner() });
        assert_eq!(other, "the state is of instance 1 of 4 of `sums`, and this is instance 2 of 4 of `sums`");
        *sealed.last_mut().unwrap() = b'2';
        let other = open(&sealed, &owner()).unwrap_err();
        assert_eq!(other, "the state has the format 02, and this version of Leat reads 01; begin the run anew");
    }
}
