//! A query's text as a syntax tree: its tables, and values in place of its placeholders.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::common::DataFusionError;
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, ObjectName, Query as Syntax, SetExpr, Spanned, Statement as SqlStatement, Value as SqlValue, VisitMut,
    VisitorMut,
};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use leat_stream::check::{NamedTable, QueryProblem};
use leat_stream::node_info::Value;
use leat_stream::plan::{Parameter, Query};

use crate::bind::on_a_deep_stack;
use crate::problem::{of_whole, place, problems, word_place};

/// How deep queries and parentheses may be nested.
const DEPTH_MAX: usize = 100;

/// How deep an expression may be, of which `a + b + c` has two levels.
const EXPRESSION_DEPTH_MAX: usize = 1_000;

/// The tables that a query reads, in the order of their first mention; placeholders stand for values.
///
/// # Errors
/// Where the text is no single query, or names a table as no queue is called.
pub fn tables(query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
    on_a_deep_stack(|| {
        let mut walk = Walk::over(query, None);
        walk.through(&mut parse(query)?)?;
        Ok(walk.found)
    })
}

/// The tree of a query with its values in it.
pub(crate) fn query(query: &Query) -> Result<Statement, QueryProblem> {
    let mut syntax = parse(&query.text)?;
    Walk::over(&query.text, Some(&query.parameters)).through(&mut syntax)?;
    Ok(Statement::Statement(Box::new(SqlStatement::Query(Box::new(syntax)))))
}

/// The tree of an expression with its values in it, as the query that keeps the records of `table` for which it is true.
pub(crate) fn expression(expression: &Query, table: &str) -> Result<Statement, QueryProblem> {
    let text = expression.text.as_str();
    let parser = DFParserBuilder::new(text).with_dialect(&GenericDialect {}).with_recursion_limit(DEPTH_MAX).build();
    let parsed = parser.and_then(|mut parser| parser.parse_into_expr());
    let parsed = parsed.map_err(|error| first(&error, text))?.expr;
    // The places of names in the expression stay those of its own text.
    let mut around = parse(&format!("select * from \"{table}\" where true"))?;
    if let SetExpr::Select(select) = around.body.as_mut() {
        select.selection = Some(parsed);
    }
    Walk::over(text, Some(&expression.parameters)).through(&mut around)?;
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
    match query.body.as_ref() {
        SetExpr::Select(select) if select.into.is_some() => Err(QueryProblem {
            help: Some("`into=queue` behind the query's `;` says where its result goes".to_owned()),
            ..of_whole("SELECT … INTO makes a table, and there are only queues")
        }),
        _ => Ok(()),
    }
}

/// One walk through the tree of a query for everything that is asked of it: sqlparser's trees have hundreds of types, and
/// each visitor compiles code for all of them.
///
/// It finds the tables that are none of the query's own WITH, refuses expressions too deep for who runs them, and puts
/// literals where placeholders stand. These are parts of the tree: nothing in a value can become SQL.
struct Walk<'a> {
    text: &'a str,
    /// What placeholders stand for; nothing while only tables are looked for.
    parameters: Option<&'a [Parameter]>,
    /// Names that WITH has given, innermost last.
    scopes: Vec<HashSet<String>>,
    /// Expressions that the walk is inside of.
    levels: usize,
    found: Vec<NamedTable>,
}

impl<'a> Walk<'a> {
    fn over(text: &'a str, parameters: Option<&'a [Parameter]>) -> Self {
        Walk { text, parameters, scopes: Vec::new(), levels: 0, found: Vec::new() }
    }

    fn through(&mut self, query: &mut Syntax) -> Result<(), QueryProblem> {
        match VisitMut::visit(query, self) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(problem) => Err(problem),
        }
    }
}

impl VisitorMut for Walk<'_> {
    type Break = QueryProblem;

    fn pre_visit_query(&mut self, query: &mut Syntax) -> ControlFlow<QueryProblem> {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        self.scopes.push(tables.map(|table| table.alias.name.value.clone()).collect());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Syntax) -> ControlFlow<QueryProblem> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<QueryProblem> {
        if self.parameters.is_some() {
            return ControlFlow::Continue(());
        }
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

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<QueryProblem> {
        self.levels += 1;
        if self.levels > EXPRESSION_DEPTH_MAX {
            return ControlFlow::Break(QueryProblem {
                help: Some("`x in (…)` does for many `or`; a sum of many columns is a component node".to_owned()),
                ..of_whole(format!(
                    "an expression of this query is nested more than {EXPRESSION_DEPTH_MAX} levels deep"
                ))
            });
        }
        if let (Some(parameters), Expr::Value(value)) = (self.parameters, expr)
            && let SqlValue::Placeholder(name) = &value.value
        {
            let number = name.strip_prefix('$').and_then(|number| number.parse::<usize>().ok());
            let Some(parameter) = number.and_then(|number| parameters.get(number.checked_sub(1)?)) else {
                return ControlFlow::Break(QueryProblem {
                    message: format!("`{name}` stands for nothing"),
                    place: word_place(name.trim_start_matches(['$', '?', ':']), self.text),
                    label: None,
                    help: Some("a parameter of the process is written `${name}`".to_owned()),
                });
            };
            value.value = literal(&parameter.value);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, _expr: &mut Expr) -> ControlFlow<QueryProblem> {
        self.levels -= 1;
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
