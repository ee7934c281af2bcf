//! Whether the parts of a run could be on the known hosts at all, if these were empty: a search that goes back on its
//! choices, so that what it says is impossible is.

use crate::resources::Resources;
use crate::snapshot::Arrangement;

use super::super::needs::{Class, NeedNumber, Needs};
use super::Shape;

/// Choices that are tried before the question is left open: a run is not refused on a guess.
const CHOICES_MAX: usize = 20_000;

/// A search in progress. Hosts of one shape are alike, so only one of those that are untouched is tried.
struct Search<'a> {
    class: &'a Class<'a>,
    needs: &'a Needs<'a>,
    shapes: &'a [Shape],
    /// Hosts that have a part: their shape, and what is left of them.
    open: Vec<(usize, Resources)>,
    /// How many hosts of each shape have a part.
    touched: Vec<usize>,
    choices_left: usize,
}

/// Whether no arrangement of the parts exists, for certain.
pub(super) fn is_impossible(class: &Class<'_>, needs: &Needs<'_>, shapes: &[Shape]) -> bool {
    let touched = vec![0; shapes.len()];
    let mut search = Search { class, needs, shapes, open: Vec::new(), touched, choices_left: CHOICES_MAX };
    let order = class.orders.last().map_or(&[][..], Vec::as_slice);
    !search.seats(order) && search.choices_left > 0
}

impl Search<'_> {
    /// Whether these parts can be on what is left.
    fn seats(&mut self, parts: &[usize]) -> bool {
        let Some((&part, rest)) = parts.split_first() else { return true };
        let need = self.class.parts[part];
        let room = self.needs.get(need).resources;
        if self.class.request.arrangement == Arrangement::Pack {
            for host in 0..self.open.len() {
                let (shape, left) = self.open[host];
                // Of hosts that are alike and have as much left one stands for all.
                let is_first = !self.open[..host].contains(&(shape, left));
                if is_first && self.may_try(need, shape) && room.fits_in(&left) {
                    self.open[host].1 = left.minus(room);
                    if self.seats(rest) {
                        return true;
                    }
                    self.open[host].1 = left;
                }
            }
        }
        (0..self.shapes.len()).any(|number| {
            let shape = &self.shapes[number];
            let has_more = self.touched[number] < shape.hosts;
            if !has_more || !room.fits_in(&shape.capacity) || !self.may_try(need, number) {
                return false;
            }
            self.touched[number] += 1;
            self.open.push((number, shape.capacity.minus(room)));
            let seated = self.seats(rest);
            self.open.pop();
            self.touched[number] -= 1;
            seated
        })
    }

    fn may_try(&mut self, need: NeedNumber, shape: usize) -> bool {
        self.choices_left = self.choices_left.saturating_sub(1);
        self.choices_left > 0 && self.needs.allows_kind(need, self.shapes[shape].kind)
    }
}
