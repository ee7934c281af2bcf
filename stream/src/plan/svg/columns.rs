//! Which column a box stands in and in which order the boxes of a column stand: longest path, then barycentre sweeps
//! keeping the order with the fewest crossings (Sugiyama, Tagawa and Toda, 1981).

use crate::plan::picture::{BoxKind, Picture};

const SWEEPS: usize = 12;
/// Beyond this nobody can follow the lines any more, and the time would grow with the square of their number.
const PIECES_ORDERED_MAX: usize = 2000;

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// A node, by its place in the picture.
    Box(usize),
    /// The passage of a queue, by its place, on its way to a column further right.
    Way(usize),
}

/// A piece of a queue's line between two neighbouring columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) line: usize,
    /// Its left column; it ends in the next.
    pub(super) column: usize,
    pub(super) from: Slot,
    pub(super) to: Slot,
}

/// The columns from left to right, each from top to bottom, and the pieces between them.
pub(super) struct Columns {
    pub(super) slots: Vec<Vec<Slot>>,
    pub(super) pieces: Vec<Piece>,
}

impl Columns {
    pub(super) fn of(picture: &Picture<'_>) -> Self {
        let column_of = columns_of(picture);
        let pieces = pieces_of(picture, &column_of);
        let count = column_of.iter().max().map_or(0, |last| last + 1);
        let mut slots: Vec<Vec<Slot>> = vec![Vec::new(); count];
        for (number, &column) in column_of.iter().enumerate() {
            slots[column].push(Slot::Box(number));
        }
        for piece in &pieces {
            if let Slot::Way(_) = piece.to
                && !slots[piece.column + 1].contains(&piece.to)
            {
                slots[piece.column + 1].push(piece.to);
            }
        }
        let mut columns = Columns { slots, pieces };
        columns.order();
        columns
    }

    fn order(&mut self) {
        if self.pieces.len() > PIECES_ORDERED_MAX {
            return;
        }
        let mut best = (self.crossings(), self.slots.clone());
        for sweep in 0..SWEEPS {
            let forward = sweep % 2 == 0;
            let count = self.slots.len();
            for step in 1..count {
                let column = if forward { step } else { count - 1 - step };
                self.sort_column(column, forward);
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.slots.clone());
            }
        }
        self.slots = best.1;
    }

    /// Sorts a column by the mean place of each slot's neighbours on its left (or right).
    fn sort_column(&mut self, column: usize, by_left: bool) {
        let mut keyed: Vec<(f64, Slot)> = Vec::new();
        for (place, &slot) in self.slots[column].iter().enumerate() {
            let neighbours: Vec<usize> = if by_left {
                let pieces = self.pieces.iter().filter(|p| p.column + 1 == column && p.to == slot);
                pieces.filter_map(|p| self.place(column - 1, p.from)).collect()
            } else {
                let pieces = self.pieces.iter().filter(|p| p.column == column && p.from == slot);
                pieces.filter_map(|p| self.place(column + 1, p.to)).collect()
            };
            let key = if neighbours.is_empty() {
                place as f64
            } else {
                neighbours.iter().sum::<usize>() as f64 / neighbours.len() as f64
            };
            keyed.push((key, slot));
        }
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.slots[column] = keyed.into_iter().map(|(_, slot)| slot).collect();
    }

    fn place(&self, column: usize, slot: Slot) -> Option<usize> {
        self.slots.get(column)?.iter().position(|&other| other == slot)
    }

    fn crossings(&self) -> usize {
        let ends: Vec<(usize, usize, usize)> = self
            .pieces
            .iter()
            .filter_map(|p| Some((p.column, self.place(p.column, p.from)?, self.place(p.column + 1, p.to)?)))
            .collect();
        let crossed = |a: &(usize, usize, usize), b: &(usize, usize, usize)| {
            a.0 == b.0 && ((a.1 < b.1 && a.2 > b.2) || (a.1 > b.1 && a.2 < b.2))
        };
        ends.iter().enumerate().map(|(number, a)| ends[number + 1..].iter().filter(|b| crossed(a, b)).count()).sum()
    }
}

/// Each box stands right of all it reads from; an input stands as near to its first reader as it can.
fn columns_of(picture: &Picture<'_>) -> Vec<usize> {
    let count = picture.boxes.len();
    let mut column = vec![0; count];
    // A checked plan has no cycles; the bound keeps one that was written by hand from running for ever.
    for _ in 0..count {
        let mut changed = false;
        for line in &picture.lines {
            for &to in &line.to {
                let wanted = (column[line.from] + 1).min(count - 1);
                if column[to] < wanted {
                    column[to] = wanted;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    for (number, node) in picture.boxes.iter().enumerate() {
        if node.kind == BoxKind::Input {
            let lines = picture.lines.iter().filter(|line| line.from == number);
            let nearest = lines.flat_map(|line| &line.to).map(|&to| column[to]).min();
            column[number] = nearest.map_or(0, |nearest| nearest.saturating_sub(1));
        }
    }
    column
}

fn pieces_of(picture: &Picture<'_>, column_of: &[usize]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (number, line) in picture.lines.iter().enumerate() {
        let first = column_of[line.from];
        let last = line.to.iter().map(|&to| column_of[to]).max().unwrap_or(first);
        for column in first..last {
            let from = if column == first { Slot::Box(line.from) } else { Slot::Way(number) };
            let mut push = |to| {
                pieces.push(Piece { line: number, column, from, to });
            };
            for &to in &line.to {
                if column_of[to] == column + 1 {
                    push(Slot::Box(to));
                }
            }
            if column + 1 < last {
                push(Slot::Way(number));
            }
        }
    }
    pieces
}
