//! Outputs in parts: `"out/{region}.csv"` is a file for each value of a column.

use super::draft::{Draft, DraftKind};
use super::graph::Graph;
use super::place::{Place, normal};
use super::prune::Kept;
use super::typing::listed;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::PartPiece;
use crate::schema::{DataType, Field};

/// A piece of a path as it is written.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Column(&'a str),
}

/// Whether a path names parts.
fn is_in_parts(place: &Place) -> bool {
    !place.is_dynamic() && place.path.contains(['{', '}'])
}

/// The pieces of a path; the error says what is wrong with its braces.
fn cut(path: &str) -> Result<Vec<Piece<'_>>, &'static str> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some(at) = rest.find(['{', '}']) {
        let (text, from) = rest.split_at(at);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        let inside = from.strip_prefix('{').ok_or("a `}` closes nothing")?;
        let (name, behind) = inside.split_once('}').ok_or("a `{` is never closed")?;
        match name {
            "" => return Err("`{}` names no column"),
            name if name.contains('{') => return Err("a `{` is never closed"),
            name => pieces.push(Piece::Column(name)),
        }
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    Ok(pieces)
}

/// Looks at the path of every output in parts.
pub(super) fn check_parts(draft: &Draft<'_>, graph: &Graph, kept: &Kept, problems: &mut Vec<Diagnostic>) {
    for node in &draft.nodes {
        let DraftKind::Output { place: Some(place) } = &node.kind else { continue };
        let queue = node.reads().next().and_then(|(_, queue)| graph.place(&queue.name));
        if let Some(queue) = queue.filter(|_| is_in_parts(place)) {
            check_path(place, &graph.queues[queue].name, &kept.queue(queue), problems);
        }
    }
}

fn check_path(place: &Place, queue: &str, fields: &[Field], problems: &mut Vec<Diagnostic>) {
    let bad = |message: String, label: &str| Diagnostic::error("bad-path", place.span, message).label(label);
    let pieces = match cut(&place.path) {
        Ok(pieces) => pieces,
        Err(why) => {
            let problem = bad(format!("`{}`: {why}", place.path), "expected `{column}`");
            problems.push(problem.help("`{region}` is the value of the column region, and makes a file for each"));
            return;
        }
    };
    let folder = match pieces.first() {
        Some(Piece::Text(text)) => text.rsplit_once('/').map_or("", |(folder, _)| folder),
        _ => "",
    };
    if !place.path.starts_with('/') && normal(folder).is_empty() {
        let message = format!("`{}`: parts need a folder of their own", place.path);
        let problem = bad(message, "a value could be the name of a file of the run itself");
        problems.push(problem.help(format!("put a folder before it: \"parts/{}\"", place.path)));
    }
    // Where its columns are not known, that has been said.
    for name in pieces.iter().filter(|_| !fields.is_empty()).filter_map(Piece::column) {
        match fields.iter().find(|field| field.name == name) {
            Some(Field { data_type: data_type @ (DataType::Float64 | DataType::Binary), .. }) => {
                let problem = bad(format!("a file cannot be named by `{name}`, which is {data_type}"), "named here");
                problems.push(problem.help("name the parts by texts, whole numbers, decimals, dates or times"));
            }
            Some(_) => {}
            None => {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => format!("`{queue}` has: {}; `${{…}}` is the value of a parameter", listed(&names)),
                };
                let message = format!("`{queue}` has no column `{name}` to name the parts of `{}` by", place.path);
                let problem = Diagnostic::error("unknown-column", place.span, message);
                problems.push(problem.label(format!("expected columns of `{queue}` in braces")).help(help));
            }
        }
    }
}

impl<'a> Piece<'a> {
    fn column(&self) -> Option<&'a str> {
        match self {
            Piece::Text(_) => None,
            Piece::Column(name) => Some(name),
        }
    }
}

/// What the path of an output is made of, where it is in parts; nothing where a column is missing, which has been said.
pub(super) fn pieces(place: &Place, fields: &[Field]) -> Option<Vec<PartPiece>> {
    let path = place.path.as_str();
    if !is_in_parts(place) {
        return Some(Vec::new());
    }
    let piece = |piece: Piece<'_>| match piece {
        Piece::Text(text) => Some(PartPiece::Text(text.to_owned())),
        Piece::Column(name) => fields.iter().position(|field| field.name == name).map(PartPiece::Column),
    };
    cut(path).ok()?.into_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_into_texts_and_columns() {
        let pieces = [Piece::Text("out/"), Piece::Column("as of"), Piece::Column("b"), Piece::Text(".csv")];
        assert_eq!(cut("out/{as of}{b}.csv"), Ok(Vec::from(pieces)));
        for bad in ["out/{a", "out/a}", "out/{}", "out/{a{b}}"] {
            assert!(cut(bad).is_err(), "{bad}");
        }
    }
}
