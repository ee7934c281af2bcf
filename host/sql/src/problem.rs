//! What DataFusion says of a query, as a problem with a place in its text.

use std::ops::Range;

use datafusion::common::{DataFusionError, SchemaError, Span};
use leat_stream::check::QueryProblem;
use leat_stream::diagnostic::nearest;

/// How many names a problem lists.
const NAMES_MAX: usize = 20;

/// A problem of the query as a whole.
pub(crate) fn of_whole(message: impl Into<String>) -> QueryProblem {
    QueryProblem { message: message.into(), ..QueryProblem::default() }
}

/// Everything that an error of planning says.
pub(crate) fn problems(error: &DataFusionError, text: &str) -> Vec<QueryProblem> {
    match error {
        DataFusionError::Collection(errors) => errors.iter().flat_map(|error| problems(error, text)).collect(),
        DataFusionError::Shared(error) => problems(error, text),
        DataFusionError::Context(_, inner) => problems(inner, text),
        DataFusionError::Diagnostic(diagnostic, inner) => {
            let mut found = problems(inner, text);
            let place = diagnostic.span.and_then(|span| place(span, text));
            for problem in &mut found {
                problem.place = problem.place.take().or(place.clone());
                if problem.help.is_none() {
                    problem.help = diagnostic.helps.first().map(|help| help.message.clone());
                }
            }
            found
        }
        DataFusionError::SQL(error, _) => vec![syntax(&error.to_string(), text)],
        DataFusionError::SchemaError(error, _) => vec![schema(error, text)],
        DataFusionError::NotImplemented(what) => vec![of_whole(format!("SQL that cannot be run: {}", plain(what)))],
        other => vec![planning(&plain(&other.strip_backtrace()))],
    }
}

/// What DataFusion only has words for.
fn planning(message: &str) -> QueryProblem {
    if message.contains("require unique expression names") {
        let name = message.split('"').nth(1).unwrap_or_default();
        return two_columns(name.rsplit('.').next().unwrap_or(name));
    }
    if let Some(rest) = message.strip_prefix("Cannot create filter with non-boolean predicate") {
        let is = rest.rsplit(' ').next().unwrap_or_default();
        return QueryProblem {
            help: Some("write a comparison, such as `pv > 0`".to_owned()),
            ..of_whole(format!("a condition must be true or false, and this is {is}"))
        };
    }
    of_whole(message)
}

/// A sentence without the words that DataFusion begins its own with.
pub(crate) fn plain(message: &str) -> String {
    let mut message = message.trim();
    const PREFIXES: [&str; 9] = [
        "Error during planning:",
        "Execution error:",
        "Arrow error:",
        "Optimizer rule",
        "type_coercion",
        "External error:",
        "Resources exhausted:",
        "Schema error:",
        "caused by",
    ];
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| message.strip_prefix(prefix)) {
        message = rest.trim_start_matches(['\n', ' ', ':']);
    }
    message.trim_end_matches('.').to_owned()
}

/// `sql parser error: Expected: an expression, found: FROM at Line: 1, Column: 8`
fn syntax(message: &str, text: &str) -> QueryProblem {
    let message = message.strip_prefix("sql parser error: ").unwrap_or(message);
    let Some((said, at)) = message.rsplit_once(" at Line: ") else {
        return of_whole(message.to_owned());
    };
    let number = |part: &str| part.trim().parse::<u64>().ok();
    let at = at.split_once(", Column: ").and_then(|(line, column)| offset(number(line)?, number(column)?, text));
    let place = at.map(|at| at..at + word_length(&text[at..]));
    QueryProblem {
        message: lower_first(said),
        place,
        label: Some("SQL stops making sense here".to_owned()),
        help: None,
    }
}

fn schema(error: &SchemaError, text: &str) -> QueryProblem {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let names: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
            let place =
                field.spans.first().and_then(|span| place(span, text)).or_else(|| word_place(&field.name, text));
            let help = match nearest(&field.name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? Columns are told apart by letter case"),
                None if names.is_empty() => "there are no columns here".to_owned(),
                None => format!("there are: {}", listed(&names)),
            };
            QueryProblem {
                message: format!("there is no column `{}` here", field.flat_name()),
                place,
                label: Some("expected a column".to_owned()),
                help: Some(help),
            }
        }
        SchemaError::AmbiguousReference { field } => QueryProblem {
            message: format!("`{}` could be a column of several queues", field.name),
            place: field.spans.first().and_then(|span| place(span, text)).or_else(|| word_place(&field.name, text)),
            label: Some("expected to know which".to_owned()),
            help: Some(format!("write the queue's name before it: `queue.{}`", field.name)),
        },
        SchemaError::DuplicateUnqualifiedField { name } => two_columns(name),
        SchemaError::DuplicateQualifiedField { name, .. } => two_columns(name),
    }
}

/// Two columns of a result have one name.
pub(crate) fn two_columns(name: &str) -> QueryProblem {
    QueryProblem {
        message: format!("two columns of the result are called `{name}`"),
        place: None,
        label: None,
        help: Some(format!("give one of them another name: `… as {name}_2`")),
    }
}

/// Where a span of DataFusion lies in the text.
pub(crate) fn place(span: Span, text: &str) -> Option<Range<usize>> {
    let start = offset(span.start.line, span.start.column, text)?;
    let end = offset(span.end.line, span.end.column, text).unwrap_or(start);
    Some(start..end.max(start + word_length(&text[start..])))
}

/// The byte at a line and column, both from 1, of which the columns count characters.
fn offset(line: u64, column: u64, text: &str) -> Option<usize> {
    let line = usize::try_from(line.checked_sub(1)?).ok()?;
    let column = usize::try_from(column.checked_sub(1)?).ok()?;
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(before..)?;
    let within = rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    Some(before + within)
}

/// Where a name stands as a word of its own.
pub(crate) fn word_place(name: &str, text: &str) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let stands_alone = |at: &usize| {
        let before = text[..*at].chars().next_back().is_some_and(is_word);
        let after = text[at + name.len()..].chars().next().is_some_and(is_word);
        !before && !after
    };
    let at = text.match_indices(name).map(|(at, _)| at).find(stands_alone)?;
    (!name.is_empty()).then_some(at..at + name.len())
}

fn word_length(text: &str) -> usize {
    let word: usize = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum();
    word.max(text.chars().next().map_or(0, char::len_utf8))
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn listed(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMES_MAX)].join(", ");
    match names.len().checked_sub(NAMES_MAX) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}
