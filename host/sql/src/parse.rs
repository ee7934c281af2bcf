//! A query's text as a syntax tree: its tables, and values in place of its placeholders.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::common::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query as Syntax, SelectItem, SetExpr, Spanned, Statement as SqlStatement, Value as SqlValue,
    Visit, VisitMut, Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use leat_stream::check::{NamedTable, QueryProblem};
use leat_stream::node_info::Value;
use leat_stream::plan::{Parameter, Query};

use crate::bind::on_a_deep_stack;
use crate::problem::{of_whole, place, problems};

/// How deep queries and parentheses may be nested.
const DEPTH_MAX: usize = 100;

/// How deep an expression may be, of which `a + b + c` has two levels.
const EXPRESSION_DEPTH_MAX: usize = 1_000;

/// The tables that a query reads, in the order of their first mention; placeholders stand for values.
///
/// # Errors
/// Where the text is no single query, or names a table as no queue is called.
pub fn tables(query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
    on_a_deep_stack(|| named_tables(query))
}

fn named_tables(query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
    let syntax = parse(query)?;
    let mut names = Names { text: query, scopes: Vec::new(), found: Vec::new() };
    match syntax.visit(&mut names) {
        ControlFlow::Continue(()) => Ok(names.found),
        ControlFlow::Break(problem) => Err(problem),
    }
}

/// The tree of a query with its values in it.
pub(crate) fn query(query: &Query) -> Result<Statement, QueryProblem> {
    let mut syntax = parse(&query.text)?;
    bind_values(&mut syntax, &query.parameters, &query.text)?;
    Ok(Statement::Statement(Box::new(SqlStatement::Query(Box::new(syntax)))))
}

/// The tree of an expression with its values in it, as the query that keeps the records of `table` for which it is true.
pub(crate) fn expression(expression: &Query, table: &str) -> Result<Statement, QueryProblem> {
    let text = expression.text.as_str();
    let parser = DFParserBuilder::new(text).with_dialect(&GenericDialect {}).with_recursion_limit(DEPTH_MAX).build();
    let parsed = parser.and_then(|mut parser| parser.parse_into_expr());
    let mut parsed = parsed.map_err(|error| first(&error, text))?.expr;
    refuse_depth(&parsed)?;
    bind_values(&mut parsed, &expression.parameters, text)?;
    // The places of names in the expression stay those of its own text.
    let mut around = parse(&format!("select * from \"{table}\" where true"))?;
    if let SetExpr::Select(select) = around.body.as_mut() {
        select.selection = Some(parsed);
    }
    Ok(Statement::Statement(Box::new(SqlStatement::Query(Box::new(around)))))
}

fn parse(text: &str) -> Result<Syntax, QueryProblem> {
    let parser = DFParserBuilder::new(text).with_dialect(&GenericDialect {}).with_recursion_limit(DEPTH_MAX).build();
    let mut statements =
        parser.and_then(|mut parser| parser.parse_statements()).map_err(|error| first(&error, text))?;
    match (statements.pop_front(), statements.pop_front()) {
        (Some(Statement::Statement(statement)), None) => match *statement {
            SqlStatement::Query(query) => {
                refuse_into(&query)?;
                refuse_depth(query.as_ref())?;
                Ok(*query)
            }
            _ => Err(of_whole("this is no query: an SQL node is one SELECT")),
        },
        (Some(_), None) => Err(of_whole("this is no query: an SQL node is one SELECT")),
        _ => Err(of_whole("an SQL node is one query")),
    }
}

fn first(error: &DataFusionError, text: &str) -> QueryProblem {
    problems(error, text).into_iter().next().unwrap_or_else(|| of_whole("this is no SQL"))
}

/// `SELECT … INTO table` would make a table.
fn refuse_into(query: &Syntax) -> Result<(), QueryProblem> {
    let SetExpr::Select(select) = query.body.as_ref() else { return Ok(()) };
    match (&select.into, select.projection.iter().any(|item| matches!(item, SelectItem::UnnamedExpr(_)))) {
        (Some(_), _) => Err(QueryProblem {
            help: Some("`into=queue` behind the query's `;` says where its result goes".to_owned()),
            ..of_whole("SELECT … INTO makes a table, and there are only queues")
        }),
        (None, _) => Ok(()),
    }
}

/// What runs an expression goes down into it level by level, and must not run out of stack.
fn refuse_depth(tree: &impl Visit) -> Result<(), QueryProblem> {
    match tree.visit(&mut Depth { levels: 0 }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(QueryProblem {
            help: Some("`x in (…)` does for many `or`; a sum of many columns is a component node".to_owned()),
            ..of_whole(format!("an expression of this query is nested more than {EXPRESSION_DEPTH_MAX} levels deep"))
        }),
    }
}

struct Depth {
    levels: usize,
}

impl Visitor for Depth {
    type Break = ();

    fn pre_visit_expr(&mut self, _expr: &Expr) -> ControlFlow<()> {
        self.levels += 1;
        if self.levels > EXPRESSION_DEPTH_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn post_visit_expr(&mut self, _expr: &Expr) -> ControlFlow<()> {
        self.levels -= 1;
        ControlFlow::Continue(())
    }
}

/// Finds the tables of a query that are none of its own WITH.
struct Names<'a> {
    text: &'a str,
    /// Names that WITH has given, innermost last.
    scopes: Vec<HashSet<String>>,
    found: Vec<NamedTable>,
}

impl Visitor for Names<'_> {
    type Break = QueryProblem;

    fn pre_visit_query(&mut self, query: &Syntax) -> ControlFlow<QueryProblem> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.scopes.push(tables.map(|table| table.alias.name.value.clone()).collect());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Syntax) -> ControlFlow<QueryProblem> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<QueryProblem> {
        let place = datafusion::common::Span::try_from_sqlparser_span(relation.span())
            .and_then(|span| place(span, self.text))
            .unwrap_or(0..self.text.len());
        let [part] = relation.0.as_slice() else {
            return ControlFlow::Break(QueryProblem {
                message: format!("`{relation}` is no queue"),
                place: Some(place),
                label: Some("expected the name of a queue".to_owned()),
                help: Some(
                    "a query reads queues; a database's table or a file is read with `in … -> queue`".to_owned(),
                ),
            });
        };
        let Some(name) = part.as_ident().map(|ident| ident.value.clone()) else { return ControlFlow::Continue(()) };
        let own = self.scopes.iter().any(|scope| scope.contains(&name));
        if !own && !self.found.iter().any(|table| table.name == name) {
            self.found.push(NamedTable { name, place });
        }
        ControlFlow::Continue(())
    }
}

/// Puts literals where placeholders stand. They are parts of the tree: nothing in a value can become SQL.
fn bind_values(tree: &mut impl VisitMut, parameters: &[Parameter], text: &str) -> Result<(), QueryProblem> {
    match VisitMut::visit(tree, &mut Values { parameters, text }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(problem) => Err(problem),
    }
}

struct Values<'a> {
    parameters: &'a [Parameter],
    text: &'a str,
}

impl VisitorMut for Values<'_> {
    type Break = QueryProblem;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryProblem> {
        if let Expr::Value(value) = expr
            && let SqlValue::Placeholder(name) = &value.value
        {
            let number = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
            let Some(parameter) = number.and_then(|number| self.parameters.get(number.checked_sub(1)?)) else {
                return ControlFlow::Break(QueryProblem {
                    message: format!("`{name}` stands for nothing"),
                    place: crate::problem::word_place(name.trim_start_matches(['$', '?', ':']), self.text),
                    label: None,
                    help: Some("a parameter of the process is written `${name}`".to_owned()),
                });
            };
            value.value = literal(&parameter.value);
        }
        ControlFlow::Continue(())
    }
}

fn literal(value: &Value) -> SqlValue {
    match value {
        Value::Boolean(value) => SqlValue::Boolean(*value),
        Value::Int64(value) => SqlValue::Number(value.to_string(), false),
        // With its point or exponent, so that it stays a double.
        Value::Float64(value) => SqlValue::Number(format!("{value:?}"), false),
        Value::Text(value) => SqlValue::SingleQuotedString(value.clone()),
    }
}
