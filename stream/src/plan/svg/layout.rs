//! Where boxes, queue names and curves stand. Boxes are in columns; the name of a queue stands right of the port that
//! writes it, in a strip of its own, and curves bend only in the gap after that strip: so nothing ever covers a text.

use super::columns::{Columns, Piece, Slot};
use super::groups;
use super::measure::text_width;
use super::{DETAIL_SIZE, QUEUE_SIZE, TEXT_WIDTH_MAX, TITLE_SIZE};
use crate::plan::picture::Picture;

const MARGIN: f64 = 20.0;
const BOX_HEIGHT_MIN: f64 = 46.0;
const BOX_PADDING: f64 = 14.0;
const PILL_HEIGHT: f64 = 18.0;
const PILL_PITCH: f64 = 24.0;
const PILL_PADDING: f64 = 9.0;
const STEM: f64 = 12.0;
const WAY_HEIGHT: f64 = 6.0;
pub(super) const SPACING: f64 = 18.0;
const BEND: f64 = 56.0;
const ALIGNMENTS: usize = 16;

/// The finished picture's measures, in pixels.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// One for each box of the picture.
    pub(super) boxes: Vec<Rect>,
    /// One for each line: where its name stands.
    pub(super) pills: Vec<Rect>,
    pub(super) curves: Vec<Curve>,
    /// One for each group.
    pub(super) groups: Vec<Rect>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Level from `from` to `straight_until`, then bent to `to`.
pub(super) struct Curve {
    pub(super) line: usize,
    pub(super) from: (f64, f64),
    pub(super) straight_until: f64,
    pub(super) to: (f64, f64),
    pub(super) arrow: bool,
}

/// A slot with its vertical place.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    pub(super) slot: Slot,
    pub(super) middle: f64,
    pub(super) height: f64,
}

/// Horizontal measures of a column.
pub(super) struct Strip {
    pub(super) left: f64,
    right: f64,
    /// Where the names of the queues written here end.
    pub(super) bend: f64,
}

impl Layout {
    pub(super) fn of(picture: &Picture<'_>) -> Self {
        let columns = Columns::of(picture);
        let strips = strips(picture, &columns);
        let mut standing = standing(picture, &columns);
        let groups = groups::stack(picture, &mut standing, &strips, MARGIN);
        let mut layout = Layout {
            width: strips.last().map_or(0.0, |strip| strip.bend) + MARGIN,
            height: 2.0 * MARGIN,
            boxes: vec![Rect::default(); picture.boxes.len()],
            pills: vec![Rect::default(); picture.lines.len()],
            curves: Vec::new(),
            groups,
        };
        layout.height =
            layout.groups.iter().fold(layout.height, |height, group| height.max(group.y + group.height + MARGIN));
        layout.width =
            layout.groups.iter().fold(layout.width, |width, group| width.max(group.x + group.width + MARGIN / 2.0));
        for (column, strip) in standing.iter().zip(&strips) {
            for stand in column {
                layout.height = layout.height.max(stand.middle + stand.height / 2.0 + MARGIN);
                if let Slot::Box(number) = stand.slot {
                    layout.boxes[number] = Rect {
                        x: strip.left,
                        y: stand.middle - stand.height / 2.0,
                        width: strip.right - strip.left,
                        height: stand.height,
                    };
                }
            }
        }
        layout.place_pills(picture, &columns, &standing);
        layout.place_curves(&columns, &standing, &strips);
        layout
    }

    /// The queues of one box from top to bottom by where they go.
    fn place_pills(&mut self, picture: &Picture<'_>, columns: &Columns, standing: &[Vec<Standing>]) {
        for (number, rect) in self.boxes.iter().enumerate() {
            let mut written: Vec<(f64, usize)> = lines_from(picture, number)
                .map(|line| {
                    let pieces = columns.pieces.iter().filter(|p| p.line == line && p.from == Slot::Box(number));
                    let goals: Vec<f64> = pieces.map(|p| middle_of(standing, p.column + 1, p.to)).collect();
                    (mean(&goals).unwrap_or(f64::MAX), line)
                })
                .collect();
            written.sort_by(|a, b| a.0.total_cmp(&b.0));
            let top = rect.y + rect.height / 2.0 - PILL_PITCH * (written.len() as f64 - 1.0) / 2.0;
            for (place, (_, line)) in written.iter().enumerate() {
                self.pills[*line] = Rect {
                    x: rect.x + rect.width + STEM,
                    y: top + PILL_PITCH * place as f64 - PILL_HEIGHT / 2.0,
                    width: pill_width(picture.lines[*line].name),
                    height: PILL_HEIGHT,
                };
            }
        }
    }

    fn place_curves(&mut self, columns: &Columns, standing: &[Vec<Standing>], strips: &[Strip]) {
        for (line, pill) in self.pills.iter().enumerate() {
            let y = pill.y + pill.height / 2.0;
            self.curves.push(Curve {
                line,
                from: (pill.x - STEM, y),
                straight_until: pill.x,
                to: (pill.x, y),
                arrow: false,
            });
        }
        for piece in &columns.pieces {
            let from = match piece.from {
                Slot::Box(_) => {
                    let pill = self.pills[piece.line];
                    (pill.x + pill.width, pill.y + pill.height / 2.0)
                }
                Slot::Way(_) => (strips[piece.column].left, middle_of(standing, piece.column, piece.from)),
            };
            self.curves.push(Curve {
                line: piece.line,
                from,
                straight_until: strips[piece.column].bend,
                to: (strips[piece.column + 1].left, self.arrival(columns, standing, piece)),
                arrow: matches!(piece.to, Slot::Box(_)),
            });
        }
    }

    /// Lines that arrive at one box do so one below the other, in the order they come from.
    fn arrival(&self, columns: &Columns, standing: &[Vec<Standing>], piece: &Piece) -> f64 {
        let middle = middle_of(standing, piece.column + 1, piece.to);
        let Slot::Box(number) = piece.to else { return middle };
        let source = |p: &Piece| match p.from {
            Slot::Box(_) => self.pills[p.line].y + PILL_HEIGHT / 2.0,
            Slot::Way(_) => middle_of(standing, p.column, p.from),
        };
        let own = (source(piece), piece.line);
        let mut count = 0;
        let mut before = 0;
        for other in columns.pieces.iter().filter(|p| p.to == piece.to) {
            count += 1;
            before += usize::from((source(other), other.line) < own);
        }
        let pitch = (self.boxes[number].height / (count as f64 + 1.0)).min(16.0);
        middle + pitch * (before as f64 - (count as f64 - 1.0) / 2.0)
    }
}

fn lines_from<'a>(picture: &'a Picture<'_>, number: usize) -> impl Iterator<Item = usize> + 'a {
    let lines = picture.lines.iter().enumerate();
    lines.filter(move |(_, line)| line.from == number).map(|(line, _)| line)
}

fn pill_width(name: &str) -> f64 {
    text_width(name, QUEUE_SIZE).min(TEXT_WIDTH_MAX) + 2.0 * PILL_PADDING
}

fn strips(picture: &Picture<'_>, columns: &Columns) -> Vec<Strip> {
    let mut left = MARGIN;
    let mut strips = Vec::new();
    for column in &columns.slots {
        let mut box_width: f64 = 0.0;
        let mut pills_width: f64 = 0.0;
        for slot in column {
            let Slot::Box(number) = *slot else { continue };
            let node = &picture.boxes[number];
            let text = text_width(&node.title, TITLE_SIZE).max(text_width(&node.detail, DETAIL_SIZE));
            box_width = box_width.max(text.min(TEXT_WIDTH_MAX) + 2.0 * BOX_PADDING);
            for line in lines_from(picture, number) {
                pills_width = pills_width.max(STEM + pill_width(picture.lines[line].name));
            }
        }
        let right = left + box_width;
        let bend = right + pills_width;
        strips.push(Strip { left, right, bend });
        left = bend + BEND;
    }
    strips
}

/// Stacks every column, then lets each slot move towards its neighbours as far as order and spacing allow.
fn standing(picture: &Picture<'_>, columns: &Columns) -> Vec<Vec<Standing>> {
    let stand = |slot: &Slot| {
        let height = match *slot {
            Slot::Box(number) => BOX_HEIGHT_MIN.max(PILL_PITCH * lines_from(picture, number).count() as f64),
            Slot::Way(_) => WAY_HEIGHT,
        };
        Standing { slot: *slot, middle: 0.0, height }
    };
    let mut standing: Vec<Vec<Standing>> = columns.slots.iter().map(|c| c.iter().map(stand).collect()).collect();
    for column in &mut standing {
        let wishes = vec![0.0; column.len()];
        settle(column, &wishes);
    }
    for round in 0..ALIGNMENTS {
        for step in 0..standing.len() {
            let column = if round % 2 == 0 { step } else { standing.len() - 1 - step };
            let wishes: Vec<f64> =
                standing[column].iter().map(|stand| wish(columns, &standing, column, stand)).collect();
            settle(&mut standing[column], &wishes);
        }
    }
    let tops = standing.iter().flatten().map(|s| s.middle - s.height / 2.0);
    let shift = MARGIN - tops.fold(f64::MAX, f64::min);
    for stand in standing.iter_mut().flatten() {
        stand.middle += shift;
    }
    standing
}

/// The mean of a slot's neighbours.
fn wish(columns: &Columns, standing: &[Vec<Standing>], column: usize, stand: &Standing) -> f64 {
    let mut neighbours = Vec::new();
    for piece in &columns.pieces {
        if piece.column == column && piece.from == stand.slot {
            neighbours.push(middle_of(standing, column + 1, piece.to));
        } else if piece.column + 1 == column && piece.to == stand.slot {
            neighbours.push(middle_of(standing, piece.column, piece.from));
        }
    }
    mean(&neighbours).unwrap_or(stand.middle)
}

/// Moves the slots of a column as near to their wishes as they can stand without overlap, in the sense of least
/// squares: isotonic regression by pooling adjacent violators.
fn settle(column: &mut [Standing], wishes: &[f64]) {
    let mut offsets = Vec::with_capacity(column.len());
    let mut offset = 0.0;
    for (place, stand) in column.iter().enumerate() {
        if place > 0 {
            offset += (column[place - 1].height + stand.height) / 2.0 + SPACING;
        }
        offsets.push(offset);
    }
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for (wish, offset) in wishes.iter().zip(&offsets) {
        let mut pool = (wish - offset, 1);
        while let Some(&(mean, count)) = pools.last()
            && mean > pool.0
        {
            let sum = mean * count as f64 + pool.0 * pool.1 as f64;
            pool = (sum / (count + pool.1) as f64, count + pool.1);
            pools.pop();
        }
        pools.push(pool);
    }
    let bases = pools.iter().flat_map(|&(mean, count)| std::iter::repeat_n(mean, count));
    for ((stand, base), offset) in column.iter_mut().zip(bases).zip(offsets) {
        stand.middle = base + offset;
    }
}

fn middle_of(standing: &[Vec<Standing>], column: usize, slot: Slot) -> f64 {
    let found = standing[column].iter().find(|stand| stand.slot == slot);
    found.map_or(0.0, |stand| stand.middle)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
