//! SQL in a stream file before it is bound: `${name}` becomes a placeholder, and what the options say is read.

use super::draft::{DraftKind, DraftNode, DraftOnError, Home, QueueUse, signals, text, waited_facts, written_name};
use super::limits::{query_memory, wait_of};
use super::scope::{Found, Scope};
use super::served::not_served;
use super::surroundings::{QueryProblem, Surroundings};
use crate::diagnostic::Diagnostic;
use crate::node_info::Value;
use crate::plan::{Minimize, Parameter, Query};
use crate::source::Span;
use crate::syntax::{
    Minimize as MinimizeChoice, Name, OptionName, OptionValue, Options, Sql, Template, TemplatePart, Text,
};

/// Placeholders that a query may have: so many have a name no longer than the shortest `${x}`.
const PLACEHOLDERS_MAX: usize = 999;

/// An SQL node in the making.
pub(super) struct DraftSql {
    /// The query; nothing where something in it stands for nothing, which has been said.
    pub(super) query: Option<DraftQuery>,
    /// What it calls its tables, in the order of the node's input ports.
    pub(super) tables: Vec<String>,
    pub(super) minimize: Minimize,
    pub(super) memory_bytes: u64,
}

/// A query or expression, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct DraftQuery {
    pub(super) query: Query,
    /// Where the whole stands.
    pub(super) span: Span,
    /// Where its text begins; nothing where escapes have moved the text against the file.
    pub(super) start: Option<usize>,
}

impl DraftQuery {
    /// A problem with it, at its place in the file.
    pub(super) fn problem(&self, problem: &QueryProblem) -> Diagnostic {
        let place = self.start.zip(problem.place.clone()).map(|(start, place)| {
            let end = place.end.min(self.query.text.len()).max(place.start);
            Span::new(start + place.start, start + end)
        });
        let label = problem.label.clone().unwrap_or_else(|| "here".to_owned());
        let diagnostic = Diagnostic::error("bad-sql", place.unwrap_or(self.span), &problem.message).label(label);
        match &problem.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}

/// The node of an `sql` statement. What it reads is asked of the surroundings, which can read SQL.
pub(super) fn sql_node<'a>(
    sql: &'a Sql,
    line: usize,
    surroundings: &dyn Surroundings,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> DraftNode<'a> {
    let options = &sql.options;
    warn_of_ignored(options, problems);
    let written = Text::new(sql.text.value.clone(), sql.text.span);
    let query = prepared(&written, Some(sql.text.span.start), scope, problems);
    let mut inputs = Vec::new();
    if let Some(query) = &query {
        match surroundings.tables(&query.query.text) {
            Ok(tables) => {
                for table in tables {
                    let start = sql.text.span.start;
                    let span = Span::new(start + table.place.start, start + table.place.end);
                    inputs.push(vec![QueueUse { name: table.name, span }]);
                }
                if inputs.is_empty() {
                    problems.push(
                        Diagnostic::error("bad-sql", sql.text.span, "this query reads no queue")
                            .label("expected FROM and the name of a queue")
                            .help("values that never change can be written in the query that uses them"),
                    );
                }
            }
            Err(problem) => problems.push(query.problem(&problem)),
        }
    }
    let name = written_name(options);
    let into = options.name(OptionName::Into).or_else(|| options.name(OptionName::Name));
    if into.is_none() {
        problems.push(
            Diagnostic::error("no-output", sql.keyword, "this query does not say where its result goes")
                .label("expected `name=` or `into=` behind its `;`")
                .help("`sql select …; name=totals` writes the queue `totals`; `into=` names another one"),
        );
    }
    let (minimize, memory_bytes) = (minimize(options), query_memory(options, problems));
    DraftNode {
        name,
        span: into.map_or(sql.keyword, |name| name.span),
        line,
        label: text(options, OptionName::Label),
        description: text(options, OptionName::Descr),
        kind: DraftKind::Sql(DraftSql {
            tables: inputs.iter().flatten().map(|queue| queue.name.clone()).collect(),
            query: query.filter(|_| !inputs.is_empty()),
            minimize,
            memory_bytes,
        }),
        inputs,
        outputs: vec![into.map(|name| QueueUse { name: name.text.clone(), span: name.span })],
        on_error: DraftOnError::Fail,
        getsig: signals(options, OptionName::Getsig),
        setsig: signals(options, OptionName::Setsig),
        facts: waited_facts(options, None),
        wait_max: wait_of(options, problems),
        part: options.name(OptionName::Part).cloned(),
        condition: None,
        home: Home::default(),
    }
}

/// The expression of `where=`.
pub(super) fn condition(
    options: &Options,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<DraftQuery> {
    let text = options.text(OptionName::Where)?;
    // Between the quotes, unless escapes have made the text shorter than what stands there.
    let plain = text.span.len() == text.value.len() + 2;
    prepared(text, plain.then_some(text.span.start + 1), scope, problems)
}

fn minimize(options: &Options) -> Minimize {
    match options.get(OptionName::Minimize).map(|option| &option.value) {
        Some(OptionValue::Minimize(choice)) => match choice.value {
            MinimizeChoice::Memory => Minimize::Memory,
            MinimizeChoice::Time => Minimize::Time,
        },
        _ => Minimize::default(),
    }
}

fn warn_of_ignored(options: &Options, problems: &mut Vec<Diagnostic>) {
    for option in &options.list {
        if matches!(option.name, OptionName::Setfact | OptionName::Setdyn) {
            let what = format!("`{}=` of a query", option.name.text());
            problems.push(not_served(option.span, &what, "let a component node read its result and set the fact"));
        }
        if matches!(option.name, OptionName::Predict | OptionName::SyntaxVersion) {
            let message = format!("`{}` has no meaning in Leat", option.name.text());
            problems.push(
                Diagnostic::warning("ignored-option", option.span, message)
                    .label("it is ignored")
                    .help("the dialect is one, described in docs/sql.md: take the option out"),
            );
        }
    }
}

/// The text with placeholders where `${name}` stood, and the values they stand for.
fn prepared(
    text: &Text,
    start: Option<usize>,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<DraftQuery> {
    let mut query = Query { text: String::with_capacity(text.value.len()), parameters: Vec::new() };
    let mut whole = true;
    let mut at = 0;
    while let Some(piece) = next_piece(&text.value, at) {
        let (from, to) = (at, at + piece.length);
        let written = &text.value[from..to];
        let span = start.map_or(text.span, |start| Span::new(start + from, start + to));
        at = to;
        match piece.kind {
            PieceKind::Plain => query.text.push_str(written),
            // As many bytes, so that places stay.
            PieceKind::Comment => query.text.extend(written.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' })),
            PieceKind::Quoted => {
                query.text.push_str(written);
                if written.contains("${") {
                    problems.push(
                        Diagnostic::warning("quoted-parameter", span, "`${…}` in quotes is text, and no parameter")
                            .label("these very characters")
                            .help("write `${name}` without quotes: its value is a text where the parameter is one"),
                    );
                }
            }
            PieceKind::Dollar => {
                problems.push(
                    Diagnostic::error("bad-sql", span, "`$` stands for nothing here")
                        .label("expected `${name}`")
                        .help("a parameter of the process is written `${name}`"),
                );
                whole = false;
            }
            PieceKind::Parameter => match value(written, span, scope, problems) {
                Some((name, value)) => {
                    let known = query.parameters.iter().position(|parameter| parameter.name == name);
                    let number = known.unwrap_or_else(|| {
                        query.parameters.push(Parameter { name, value });
                        query.parameters.len() - 1
                    });
                    if number >= PLACEHOLDERS_MAX {
                        let message = format!("this query has more than {PLACEHOLDERS_MAX} parameters");
                        problems.push(Diagnostic::error("bad-sql", span, message).label("one too many"));
                        return None;
                    }
                    let placeholder = format!("${}", number + 1);
                    query.text.push_str(&placeholder);
                    let blanks = written.len().saturating_sub(placeholder.len());
                    query.text.push_str(&" ".repeat(blanks));
                }
                None => whole = false,
            },
        }
    }
    whole.then_some(DraftQuery { query, span: text.span, start })
}

/// What `${…}` stands for, with its name.
fn value(written: &str, span: Span, scope: &mut Scope<'_>, problems: &mut Vec<Diagnostic>) -> Option<(String, Value)> {
    let template = match Template::parse(&Text::new(written.to_owned(), span)) {
        Ok(template) => template,
        Err(problem) => {
            problems.push(Diagnostic::error("bad-sql", span, problem.to_string()).label("in this query"));
            return None;
        }
    };
    match template.parts.into_iter().next()? {
        TemplatePart::Text(_) => None,
        TemplatePart::Param(name) => match scope.param(&name.text) {
            Found::Param { value, .. } => value.map(|value| (name.text, value)),
            Found::Undeclared => {
                problems
                    .push(scope.undeclared(&Name::new(&name.text, span), "${…} stands for a parameter of the process"));
                None
            }
        },
        TemplatePart::Variable(variable) => {
            let value = scope.text_of_variable(&variable, problems)?;
            Some((written.trim_matches(['$', '{', '}']).to_owned(), Value::Text(value)))
        }
    }
}

/// A stretch of SQL.
struct Piece {
    kind: PieceKind,
    length: usize,
}

enum PieceKind {
    Plain,
    /// A literal or a quoted name.
    Quoted,
    /// `//` to the end of the line, which SQL itself does not know, and its own comments, in which a `$` is of no meaning.
    Comment,
    /// `${…}`, or what is there of it.
    Parameter,
    /// A `$` alone.
    Dollar,
}

fn next_piece(text: &str, at: usize) -> Option<Piece> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    let piece = |kind, length: usize| Some(Piece { kind, length: length.min(rest.len()) });
    let to_end_of_line = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let first = rest.as_bytes()[0];
    match first {
        b'\'' | b'"' => {
            let length = rest[1..].find(char::from(first)).map_or(rest.len(), |end| end + 2);
            piece(PieceKind::Quoted, length)
        }
        b'$' if rest.starts_with("${") => {
            piece(PieceKind::Parameter, rest.find('}').map_or(to_end_of_line, |end| end + 1))
        }
        b'$' => piece(PieceKind::Dollar, 1),
        _ if rest.starts_with("--") || rest.starts_with("//") => piece(PieceKind::Comment, to_end_of_line),
        _ if rest.starts_with("/*") => {
            piece(PieceKind::Comment, rest[2..].find("*/").map_or(rest.len(), |end| end + 4))
        }
        _ => {
            // At least one character, and on to the next that may begin something else.
            let width = rest.chars().next().map_or(1, char::len_utf8);
            let length = rest[width..].find(['\'', '"', '$', '-', '/']).map_or(rest.len(), |end| end + width);
            piece(PieceKind::Plain, length)
        }
    }
}
