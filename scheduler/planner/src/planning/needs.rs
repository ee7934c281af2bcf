//! What runs need, each different need once: most runs in a queue are alike, and what was found out for one holds for
//! all. Also which hosts a need may be on at all.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::id::{Architecture, HostId, Label, Region};
use crate::resources::Resources;
use crate::snapshot::{Arrangement, Constraints, Host, Request, Run};

use super::fleet::{Fleet, Readiness};
use super::hash::Map;
use super::observed::HostNumber;
use super::why::Verdict;

/// A need by its number.
pub(super) type NeedNumber = usize;
/// A class by its number.
pub(super) type ClassNumber = usize;

/// Room of some size on one host of some kind.
pub(super) struct Need {
    /// How much room.
    pub(super) resources: Resources,
    allowed_row: usize,
    /// For each tier of the fleet, the place before which no host can take it.
    from: [usize; 4],
}

/// All needs of the queue, and which kinds of host each may be on.
pub(super) struct Needs<'a> {
    needs: Vec<Need>,
    numbers: Map<(Resources, usize), NeedNumber>,
    /// The kind of each host: hosts of one kind differ in nothing that a constraint of this queue can ask for.
    kinds: Vec<usize>,
    /// A host of each kind.
    examples: Vec<&'a Host>,
    /// For each different set of constraints, whether it allows each kind.
    rows: Vec<Vec<bool>>,
    row_numbers: Map<Constraints, usize>,
}

impl<'a> Needs<'a> {
    /// No needs yet, of these runs and on these hosts.
    pub(super) fn of(runs: impl Iterator<Item = &'a Run>, hosts: impl Iterator<Item = &'a Host>) -> Needs<'a> {
        let parts = runs.flat_map(|run| &run.request.parts);
        let named: BTreeSet<&HostId> = parts.flat_map(|part| &part.constraints.not_on).collect();
        let mut needs = Needs {
            needs: Vec::new(),
            numbers: Map::default(),
            kinds: Vec::new(),
            examples: Vec::new(),
            rows: Vec::new(),
            row_numbers: Map::default(),
        };
        // A host that some run must not be on is a kind of its own.
        type Kind<'a> = (&'a Region, &'a Architecture, &'a BTreeSet<Label>, Option<&'a HostId>);
        let mut kinds: Map<Kind<'a>, usize> = Map::default();
        for host in hosts {
            let next = kinds.len();
            let kind = *kinds
                .entry((&host.region, &host.architecture, &host.labels, named.get(&host.id).copied()))
                .or_insert(next);
            if kind == next {
                needs.examples.push(host);
            }
            needs.kinds.push(kind);
        }
        needs
    }

    /// The number of a need; equal needs have one.
    pub(super) fn number(&mut self, resources: Resources, constraints: &Constraints) -> NeedNumber {
        let row = self.row_number(constraints);
        *self.numbers.entry((resources, row)).or_insert_with(|| {
            self.needs.push(Need { resources, allowed_row: row, from: [0; 4] });
            self.needs.len() - 1
        })
    }

    fn row_number(&mut self, constraints: &Constraints) -> usize {
        if let Some(row) = self.row_numbers.get(constraints) {
            return *row;
        }
        self.rows.push(self.examples.iter().map(|host| constraints.allow(host)).collect());
        self.row_numbers.insert(constraints.clone(), self.rows.len() - 1);
        self.rows.len() - 1
    }

    /// A need by its number.
    pub(super) fn get(&self, need: NeedNumber) -> &Need {
        &self.needs[need]
    }

    /// The kind of a host.
    pub(super) fn kind(&self, host: HostNumber) -> usize {
        self.kinds[host]
    }

    /// Whether a need may be on hosts of a kind.
    pub(super) fn allows_kind(&self, need: NeedNumber, kind: usize) -> bool {
        self.rows[self.needs[need].allowed_row][kind]
    }

    /// How many kinds of host a need may be on.
    fn allowed_kinds(&self, need: NeedNumber) -> usize {
        self.rows[self.needs[need].allowed_row].iter().filter(|allowed| **allowed).count()
    }

    /// Whether a need may be on a host, whatever is free there.
    pub(super) fn allows(&self, need: NeedNumber, host: HostNumber) -> bool {
        self.allows_kind(need, self.kinds[host])
    }

    /// Where in a tier the search for a need may begin.
    pub(super) fn from(&self, need: NeedNumber, tier: Readiness) -> usize {
        self.needs[need].from[tier as usize]
    }

    /// No host before this place of a tier can take the need in this plan.
    pub(super) fn begin_at(&mut self, need: NeedNumber, tier: Readiness, place: usize) {
        self.needs[need].from[tier as usize] = place;
    }

    /// Whether some host of a tier has room for one of these needs.
    pub(super) fn any_in(&self, needs: &[NeedNumber], tier: Readiness, fleet: &Fleet<'_>) -> bool {
        needs.iter().any(|need| {
            let Need { resources, from, .. } = &self.needs[*need];
            fleet.first_with_room(tier, from[tier as usize], resources, |host| self.allows(*need, host)).is_some()
        })
    }

    /// The best host of a tier that has room; the next search begins there.
    pub(super) fn first(&mut self, need: NeedNumber, tier: Readiness, fleet: &Fleet<'_>) -> Option<HostNumber> {
        let Need { resources, from, .. } = &self.needs[need];
        let found = fleet.first_with_room(tier, from[tier as usize], resources, |host| self.allows(need, host));
        self.begin_at(need, tier, found.unwrap_or(fleet.length(tier)));
        found.map(|place| fleet.host_at(tier, place))
    }
}

/// Runs that need the same.
pub(super) struct Class<'a> {
    /// What they need.
    pub(super) request: &'a Request,
    /// What all parts need together.
    pub(super) total: Resources,
    /// The whole run on one host; `None` where its parts cannot or must not be together.
    pub(super) whole: Option<NeedNumber>,
    /// Each part by itself.
    pub(super) parts: Vec<NeedNumber>,
    /// The places of the parts in the orders in which they may look for hosts, the better one first: along their
    /// queues, so that neighbours come together; and the choosiest and largest first, which finds room more often.
    pub(super) orders: Vec<Vec<usize>>,
    /// For each part the parts it shares a queue with.
    pub(super) neighbours: Vec<Vec<usize>>,
    /// How long the tiers up to each one were when no arrangement in them was found.
    pub(super) failed_at: [Option<usize>; 4],
    /// Why no host takes them, once that was asked.
    pub(super) verdict: Option<Verdict>,
}

/// All classes of the queue.
#[derive(Default)]
pub(super) struct Classes<'a> {
    classes: Vec<Class<'a>>,
    numbers: Map<&'a Request, ClassNumber>,
    /// Requests that were seen by where they lie: shared ones need not be compared. Only looked up, never walked.
    seen: Map<*const Request, ClassNumber>,
}

impl<'a> Classes<'a> {
    /// The class of a run with this request.
    pub(super) fn number(&mut self, request: &'a Arc<Request>, needs: &mut Needs<'_>) -> ClassNumber {
        let lies_at = Arc::as_ptr(request);
        if let Some(class) = self.seen.get(&lies_at) {
            return *class;
        }
        let class = *self.numbers.entry(request).or_insert_with(|| {
            self.classes.push(Class::of(request, needs));
            self.classes.len() - 1
        });
        self.seen.insert(lies_at, class);
        class
    }

    /// A class by its number.
    pub(super) fn get(&mut self, class: ClassNumber) -> &mut Class<'a> {
        &mut self.classes[class]
    }
}

impl<'a> Class<'a> {
    fn of(request: &'a Request, needs: &mut Needs<'_>) -> Class<'a> {
        let total = request.total();
        let parts = &request.parts;
        let may_be_together = request.arrangement == Arrangement::Pack || parts.len() == 1;
        let together = parts.iter().try_fold(Constraints::default(), |all, part| all.and(&part.constraints));
        let whole = together.filter(|_| may_be_together && !parts.is_empty());
        let mut neighbours = vec![Vec::new(); parts.len()];
        for edge in &request.edges {
            if edge.from < parts.len() && edge.to < parts.len() && edge.from != edge.to {
                neighbours[edge.from].push(edge.to);
                neighbours[edge.to].push(edge.from);
            }
        }
        let numbers: Vec<NeedNumber> =
            parts.iter().map(|part| needs.number(part.resources, &part.constraints)).collect();
        let mut by_size: Vec<usize> = (0..parts.len()).collect();
        by_size
            .sort_by_key(|part| (needs.allowed_kinds(numbers[*part]), Reverse(parts[*part].resources.share_of(total))));
        let mut orders = vec![along_queues(&by_size, &neighbours), by_size];
        orders.dedup();
        Class {
            request,
            total,
            whole: whole.map(|constraints| needs.number(total, &constraints)),
            parts: numbers,
            orders,
            neighbours,
            failed_at: [None; 4],
            verdict: None,
        }
    }
}

/// Begins with the first part and goes on with the one that shares the most queues with those before it.
fn along_queues(parts: &[usize], neighbours: &[Vec<usize>]) -> Vec<usize> {
    let mut left = parts.to_vec();
    let mut queues = vec![0_usize; neighbours.len()];
    let mut order = Vec::with_capacity(left.len());
    while let Some(next) = (0..left.len()).min_by_key(|place| (Reverse(queues[left[*place]]), *place)) {
        let part = left.remove(next);
        order.push(part);
        neighbours[part].iter().for_each(|neighbour| queues[*neighbour] += 1);
    }
    order
}
