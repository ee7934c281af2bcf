//! Why no host takes a run: because none ever can, because those that can are away, or because they are full.

mod arrange;

use crate::report::{Away, Impossible};
use crate::resources::Resources;
use crate::snapshot::{Arrangement, Part};

use super::hash::Map;
use super::needs::{Class, NeedNumber, Needs};
use super::observed::{HostNumber, Observed, Standing};

/// Why no host takes the runs of a class.
#[derive(Clone)]
pub(super) enum Verdict {
    /// No host that is known ever can.
    Impossible(Impossible),
    /// Those that could take some part take no work now; the first to be expected back.
    Away(HostNumber, Away),
    /// For each part some could, if they were empty; for the part with the fewest, so many.
    Full(usize),
}

/// The hosts by what they could take if they were empty.
pub(super) struct Shapes {
    shapes: Vec<Shape>,
    away: Vec<(HostNumber, usize, Resources, Away)>,
}

/// Hosts of one kind and size.
struct Shape {
    kind: usize,
    capacity: Resources,
    hosts: usize,
    /// Those that take work.
    usable: usize,
}

impl Shapes {
    /// Sorts the hosts by shape.
    pub(super) fn of(observed: &Observed<'_>, needs: &Needs<'_>) -> Shapes {
        let mut shapes = Shapes { shapes: Vec::new(), away: Vec::new() };
        let mut numbers: Map<(usize, Resources), usize> = Map::default();
        for (host, seen) in observed.hosts.iter().enumerate() {
            let (kind, capacity) = (needs.kind(host), seen.host.capacity);
            let number = *numbers.entry((kind, capacity)).or_insert_with(|| {
                shapes.shapes.push(Shape { kind, capacity, hosts: 0, usable: 0 });
                shapes.shapes.len() - 1
            });
            shapes.shapes[number].hosts += 1;
            match seen.standing {
                Standing::Takes(_) => shapes.shapes[number].usable += 1,
                Standing::Away(away) => shapes.away.push((host, kind, capacity, away)),
            }
        }
        shapes
    }

    /// Why no host takes the runs of a class, which none does.
    pub(super) fn judge(&self, class: &Class<'_>, needs: &Needs<'_>) -> Verdict {
        if let Some(why) = self.impossible(class, needs) {
            return Verdict::Impossible(why);
        }
        let usable = |need: &NeedNumber| self.fitting(*need, needs).map(|shape| shape.usable).sum::<usize>();
        let fewest = class.parts.iter().copied().min_by_key(usable);
        let Some(fewest) = fewest else { return Verdict::Impossible(Impossible::Nothing) };
        match (usable(&fewest), self.first_away(fewest, needs)) {
            (0, Some((host, why))) => Verdict::Away(host, why),
            (hosts, _) => Verdict::Full(hosts),
        }
    }

    fn impossible(&self, class: &Class<'_>, needs: &Needs<'_>) -> Option<Impossible> {
        if class.parts.is_empty() {
            return Some(Impossible::Nothing);
        }
        if self.shapes.is_empty() {
            return Some(Impossible::NoHosts);
        }
        let named = class.parts.len() > 1;
        let mut parts = class.request.parts.iter().zip(&class.parts);
        if let Some(why) = parts.find_map(|(part, need)| self.impossible_part(part, *need, needs, named)) {
            return Some(why);
        }
        let for_some_part = |fits: &dyn Fn(&Shape, NeedNumber) -> bool| {
            let fits_some = |shape: &&Shape| class.parts.iter().any(|need| fits(shape, *need));
            let some = self.shapes.iter().filter(fits_some);
            some.fold((0, Resources::ZERO), |(hosts, capacity), shape| {
                (hosts + shape.hosts, capacity.plus(times(shape.capacity, shape.hosts)))
            })
        };
        let (known, _) = for_some_part(&|shape, need| takes(shape, need, needs));
        if class.request.arrangement == Arrangement::Spread && known < class.parts.len() {
            return Some(Impossible::TooFewHosts { needed: class.parts.len(), known });
        }
        let (_, capacity) = for_some_part(&|shape, need| needs.allows_kind(need, shape.kind));
        let needed = class.total;
        if !needed.fits_in(&capacity) {
            return Some(Impossible::TooMuch { needed, capacity });
        }
        let parts = class.parts.len();
        arrange::is_impossible(class, needs, &self.shapes).then_some(Impossible::NoArrangement { parts })
    }

    fn impossible_part(&self, part: &Part, need: NeedNumber, needs: &Needs<'_>, named: bool) -> Option<Impossible> {
        if self.fitting(need, needs).next().is_some() {
            return None;
        }
        let name = named.then(|| part.name.clone());
        let constraints = part.constraints.clone();
        let allowed = self.shapes.iter().filter(|shape| needs.allows_kind(need, shape.kind));
        Some(match allowed.map(|shape| shape.capacity).reduce(Resources::at_least) {
            None => Impossible::NoSuchHost { part: name, constraints },
            Some(largest) => Impossible::TooLarge { part: name, constraints, needed: part.resources, largest },
        })
    }

    /// Shapes that could take a need if they were empty.
    fn fitting(&self, need: NeedNumber, needs: &Needs<'_>) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(move |shape| takes(shape, need, needs))
    }

    fn first_away(&self, need: NeedNumber, needs: &Needs<'_>) -> Option<(HostNumber, Away)> {
        let room = needs.get(need).resources;
        let fitting =
            self.away.iter().filter(|(_, kind, capacity, _)| needs.allows_kind(need, *kind) && room.fits_in(capacity));
        fitting.map(|(host, .., away)| (*away, *host)).min().map(|(away, host)| (host, away))
    }
}

fn takes(shape: &Shape, need: NeedNumber, needs: &Needs<'_>) -> bool {
    needs.allows_kind(need, shape.kind) && needs.get(need).resources.fits_in(&shape.capacity)
}

fn times(amount: Resources, hosts: usize) -> Resources {
    (0..usize::BITS).rev().fold(Resources::ZERO, |sum, bit| {
        sum.plus(sum).plus(if hosts >> bit & 1 == 1 { amount } else { Resources::ZERO })
    })
}
