//! Groups in the picture: each has a band of its own from top to bottom, those inside it follow in theirs, and a frame
//! goes around them. So nothing stands in a frame that does not belong to it; curves may cross one.

use super::columns::Slot;
use super::layout::{Rect, SPACING, Standing, Strip};
use crate::plan::picture::Picture;

/// Room for a group's title, above what is in it.
const TITLE_HEIGHT: f64 = 26.0;
const GAP: f64 = 14.0;
/// How far a frame stands off what is in it, and how much further for each group inside.
const PADDING: f64 = 10.0;
const PADDING_MAX: f64 = 18.0;

/// Stands every slot in the band of its group, and answers the groups' frames. Does nothing where there are no groups.
pub(super) fn stack(picture: &Picture<'_>, columns: &mut [Vec<Standing>], strips: &[Strip], top: f64) -> Vec<Rect> {
    let groups = &picture.groups;
    if groups.is_empty() {
        return Vec::new();
    }
    let mut spans = vec![(0.0, 0.0); groups.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut y = stack_band(picture, columns, None, top);
    for (group, of) in groups.iter().enumerate() {
        while let Some(last) = open.pop_if(|last| Some(*last) != of.parent) {
            spans[last].1 = y;
            y += GAP;
        }
        open.push(group);
        spans[group].0 = y;
        y = stack_band(picture, columns, Some(group), y + TITLE_HEIGHT);
    }
    while let Some(last) = open.pop() {
        spans[last].1 = y;
        y += GAP;
    }
    (0..groups.len()).map(|group| frame(picture, columns, strips, (group, spans[group]))).collect()
}

/// Stacks what stands in a group itself, in every column from `top` down. Answers where the next band may begin.
fn stack_band(picture: &Picture<'_>, columns: &mut [Vec<Standing>], group: Option<usize>, top: f64) -> f64 {
    let mut bottom = top;
    for column in columns {
        let mut y = top;
        for stand in column.iter_mut().filter(|stand| group_of(picture, stand.slot) == group) {
            stand.middle = y + stand.height / 2.0;
            y += stand.height + SPACING;
        }
        bottom = bottom.max(y);
    }
    bottom
}

/// The passage of a queue stands in no group.
fn group_of(picture: &Picture<'_>, slot: Slot) -> Option<usize> {
    match slot {
        Slot::Box(number) => picture.boxes[number].group,
        Slot::Way(_) => None,
    }
}

fn frame(
    picture: &Picture<'_>,
    columns: &[Vec<Standing>],
    strips: &[Strip],
    (group, (top, bottom)): (usize, (f64, f64)),
) -> Rect {
    let inside = |slot: Slot| {
        let mut at = group_of(picture, slot);
        while let Some(number) = at.filter(|number| *number > group) {
            at = picture.groups[number].parent;
        }
        at == Some(group)
    };
    let held: Vec<&Strip> = columns
        .iter()
        .zip(strips)
        .filter(|(column, _)| column.iter().any(|stand| inside(stand.slot)))
        .map(|(_, strip)| strip)
        .collect();
    let mut depth = 0;
    let mut at = picture.groups[group].parent;
    while let Some(parent) = at {
        depth += 1;
        at = picture.groups[parent].parent;
    }
    let padding = (PADDING_MAX - 4.0 * f64::from(depth)).max(PADDING - 4.0);
    let left = held.first().map_or(PADDING_MAX, |strip| strip.left) - padding;
    let right = held.last().map_or(left + 2.0 * PADDING, |strip| strip.bend + padding);
    Rect { x: left, y: top, width: right - left, height: bottom - top }
}
