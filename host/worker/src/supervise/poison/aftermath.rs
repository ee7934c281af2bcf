//! What the death of an attempt means for the next one where hosts begin attempts: called by the host's agent, whose word the midtier
//! keeps and gives to whichever host has the run next. That one may have another share of it, so here batches have the names that they
//! have in the plan of the whole run.

use leat_checkpoint::poison::{BatchName, Deaths, Patience, Verdict};
use leat_stream::plan::{OnError, Plan};

use super::{Death, after, after_death, given_up, has_killed};
use crate::report::{FailureReport, Outcome};

/// What follows from the death of an attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Aftermath {
    /// The deaths of the run, this one among them: for the next attempt.
    pub deaths: Deaths,
    /// What becomes of the run.
    pub next: Next,
}

/// What becomes of a run after a death.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// What becomes of it without regard to the batch that was in hand.
    AsReported,
    /// It is begun again, for its node goes on without records that it cannot take.
    Again {
        /// What the next attempt refuses, and why, where that was found out by this death.
        refuses: Option<String>,
    },
    /// It fails: the batch kills its node each time.
    GivenUp(FailureReport),
}

/// What follows from a death in a run with this plan, or share of one. `previous`: what this function answered for the attempts before;
/// `last`: how this one is reported to have ended.
pub fn aftermath(plan: &Plan, previous: &Deaths, last: &Outcome, death: &Death) -> Aftermath {
    let in_run = death.in_hand.iter().filter_map(|batch| renamed(*batch, |node| plan.place_in_run(node)));
    let in_run = Death { in_hand: in_run.collect(), ..death.clone() };
    // How often a run may be begun in vain is not for a host to say.
    let patience = Patience { attempts_without_progress_max: u32::MAX, ..Patience::default() };
    let (deaths, verdict) = after_death(previous, &in_run, patience);
    let found_out = match verdict {
        Verdict::Poisoned { batch, deaths } => in_share(plan, batch).map(|batch| (batch, deaths)),
        Verdict::Again | Verdict::NoProgress { .. } => None,
    };
    let next = match found_out {
        Some((batch, deaths)) => match given_up(plan, Verdict::Poisoned { batch, deaths }) {
            Some(failure) => Next::GivenUp(after(failure, last)),
            None => Next::Again { refuses: Some(has_killed(plan, batch, deaths)) },
        },
        None => after_one(plan, death),
    };
    Aftermath { deaths, next }
}

/// After a death that tells nothing yet: where the node that took a batch last goes on without records that it cannot take, so does the
/// run.
fn after_one(plan: &Plan, death: &Death) -> Next {
    let node = death.in_hand.last().and_then(|batch| plan.nodes.get(batch.node as usize));
    match node {
        Some(node) if node.on_error != OnError::Fail => Next::Again { refuses: None },
        _ => Next::AsReported,
    }
}

/// The batches that nodes of this plan, or share of one, are not given.
pub fn poison(plan: &Plan, deaths: &Deaths) -> Vec<BatchName> {
    deaths.poisoned().iter().filter_map(|batch| in_share(plan, *batch)).collect()
}

/// A batch of the whole run by its name in a share; nothing for one of another share.
fn in_share(plan: &Plan, batch: BatchName) -> Option<BatchName> {
    renamed(batch, |place| (0..plan.nodes.len()).find(|node| plan.place_in_run(*node) == Some(place)))
}

fn renamed(batch: BatchName, place: impl Fn(usize) -> Option<usize>) -> Option<BatchName> {
    let node = place(batch.node as usize)?;
    u32::try_from(node).ok().map(|node| BatchName { node, ..batch })
}

#[cfg(test)]
mod tests {
    use leat_stream::plan::ShareOf;

    use super::*;
    use crate::testing::plan;

    const BATCH: BatchName = BatchName { node: 1, end: 0, number: 7 };

    fn died(plan: &Plan, previous: &Deaths) -> Aftermath {
        aftermath(plan, previous, &Outcome::Stopped, &Death { in_hand: vec![BATCH], progressed: false })
    }

    #[test]
    fn the_third_death_ends_a_run_whose_node_fails_of_refused_records() {
        let plan = plan();
        let first = died(&plan, &Deaths::default());
        let second = died(&plan, &first.deaths);
        assert_eq!([&first.next, &second.next], [&Next::AsReported; 2]);
        let Next::GivenUp(failure) = died(&plan, &second.deaths).next else { panic!("it is given up") };
        assert!(failure.reason.contains("batch 7 of queue `q` has killed the worker 3 times in a row"), "{failure:?}");
        assert!(failure.hint.is_some_and(|hint| hint.contains("on_error=skip")));
    }

    #[test]
    fn a_node_that_goes_on_without_records_is_not_given_the_batch_once_it_is_found_out() {
        let mut plan = plan();
        plan.nodes[1].on_error = OnError::Skip;
        let mut deaths = Deaths::default();
        for number in 1..=3 {
            assert!(poison(&plan, &deaths).is_empty());
            let Aftermath { deaths: now, next } = died(&plan, &deaths);
            let Next::Again { refuses } = next else { panic!("{next:?}") };
            assert_eq!(refuses.is_some(), number == 3, "{refuses:?}");
            deaths = now;
        }
        assert_eq!(poison(&plan, &deaths), [BATCH]);
    }

    #[test]
    fn a_batch_is_found_out_though_the_run_is_divided_anew_and_refused_by_whoever_has_its_node() {
        let mut whole = plan();
        whole.nodes[1].on_error = OnError::Skip;
        whole.nodes[1].part = Some("late".to_owned());
        let share_of = |host: &str, part: &str| ShareOf { host: host.to_owned(), parts: vec![part.to_owned()] };
        let shares = [share_of("c1", "main"), share_of("c2", "late")];
        // The second node of the run is the first of one share, and in the other it is not.
        let [without, with] = [0, 1].map(|mine| whole.share(&shares, mine).unwrap());
        let in_share = BatchName { node: 0, ..BATCH };
        let first = died(&whole, &Deaths::default()).deaths;
        let death = Death { in_hand: vec![in_share], progressed: true };
        let second = aftermath(&with, &first, &Outcome::Stopped, &death).deaths;
        let third = died(&whole, &second);
        assert!(matches!(third.next, Next::Again { refuses: Some(_) }), "{:?}", third.next);
        assert_eq!(poison(&whole, &third.deaths), [BATCH]);
        assert_eq!(poison(&with, &third.deaths), [in_share]);
        assert_eq!(poison(&without, &third.deaths), []);
    }
}
