//! The columns of every queue, found by walking the process from its inputs to its outputs.

mod dynamic;
mod merging;
mod queries;

use std::collections::BTreeMap;

use super::against_file::{declaration_of, missing_in_file, other_type};
use super::binding::{Binder, declared_matches};
use super::columns::{Column, Demand, Known, Root, Settled};
use super::draft::{Draft, DraftKind, DraftNode, DraftOnError, QueueUse};
use super::graph::Graph;
use super::infer::inferred;
use super::merge::{Merge, check_merges};
use super::place::Place;
use super::sample::looks_null;
use super::surroundings::{SampledCell, SampledFile, SampledType, Surroundings};
use crate::diagnostic::Diagnostic;
use crate::node_info::{InputPortInfo, NodeInfo, OutputContent, OutputFieldInfo, OutputPortInfo};
use crate::plan::{Format, SqlNode};
use crate::schema::{DataType, Field};
use crate::source::Span;
use crate::syntax::TypesChoice;

/// What the walk found.
pub(super) struct Typing {
    /// Columns by queue; nothing where they could not be found, which has been said.
    pub(super) columns: Vec<Option<Vec<Column>>>,
    /// By node, input port and queue of the port: for each field of a component's port the place of its column.
    pub(super) bindings: Vec<Vec<Vec<Vec<usize>>>>,
    /// By component node with `by=`, and by queue of its port: the places of those columns.
    pub(super) keys: BTreeMap<usize, Vec<Vec<usize>>>,
    /// By component node: the columns of its output ports, also of those that nobody needs.
    pub(super) made: BTreeMap<usize, Vec<Vec<Column>>>,
    /// What was read of the file of each input node.
    pub(super) inputs: BTreeMap<usize, InputFile>,
    /// Columns that must turn out to have one type, because their queues are merged.
    pub(super) merges: Vec<Merge>,
    /// Each root's type.
    pub(super) settled: Vec<Settled>,
    /// By SQL node: what it runs, its result aside, which is among `made`.
    pub(super) queries: BTreeMap<usize, SqlNode>,
    /// By node with `where=`: the queues that it is over, with the places of the columns that it reads.
    pub(super) conditions: BTreeMap<usize, Vec<(usize, Vec<usize>)>>,
}

/// The sample of an input's file, and where the columns of its queue stand in it.
pub(super) struct InputFile {
    pub(super) sample: SampledFile,
    /// By column of the queue: its place in the header, nothing where it is not there, which has been said; and where a
    /// declaration gives its type.
    pub(super) columns: Vec<(Option<usize>, Option<Span>)>,
}

impl Typing {
    /// Walks the nodes in an order in which each comes after those it reads from.
    pub(super) fn of(
        draft: &Draft<'_>,
        graph: &Graph,
        order: &[usize],
        surroundings: &dyn Surroundings,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let world = (draft, graph, surroundings);
        let mut found = Vec::new();
        let (typing, assumptions) = Typing::walk(world, order, None, &mut found);
        if assumptions.iter().all(|(root, data_type)| typing.settled[*root].data_type == *data_type) {
            problems.extend(found);
            return typing;
        }
        Typing::walk(world, order, Some(&typing.settled), problems).0
    }

    /// One walk; answers also the types that SQL was told its columns have, by root.
    fn walk(
        (draft, graph, surroundings): (&Draft<'_>, &Graph, &dyn Surroundings),
        order: &[usize],
        settled_before: Option<&[Settled]>,
        problems: &mut Vec<Diagnostic>,
    ) -> (Self, Vec<(usize, DataType)>) {
        let mut walk = Walk {
            draft,
            graph,
            surroundings,
            problems,
            roots: Vec::new(),
            settled_before,
            assumptions: Vec::new(),
            typing: Typing {
                columns: vec![None; graph.queues.len()],
                bindings: vec![Vec::new(); draft.nodes.len()],
                keys: BTreeMap::new(),
                made: BTreeMap::new(),
                inputs: BTreeMap::new(),
                merges: Vec::new(),
                settled: Vec::new(),
                queries: BTreeMap::new(),
                conditions: BTreeMap::new(),
            },
        };
        for &node in order {
            walk.visit(node);
        }
        let Walk { roots, mut typing, problems, assumptions, .. } = walk;
        typing.settled = roots.iter().map(|root| root.settle(problems)).collect();
        check_merges(draft, &typing, problems);
        (typing, assumptions)
    }

    /// A column's type, when the roots are settled.
    pub(super) fn data_type(&self, column: &Column) -> DataType {
        match column.data_type {
            Known::Fixed(data_type) => data_type,
            Known::OfRoot(root) => self.settled[root].data_type,
        }
    }

    /// Columns as fields, when the roots are settled.
    pub(super) fn fields(&self, columns: &[Column]) -> Vec<Field> {
        let field = |column: &Column| Field::new(&column.name, self.data_type(column), self.nullable(column));
        columns.iter().map(field).collect()
    }

    /// Whether a column may hold nulls, when the roots are settled.
    pub(super) fn nullable(&self, column: &Column) -> bool {
        let own = match column.nullable {
            Known::Fixed(nullable) => nullable,
            Known::OfRoot(root) => self.settled[root].nullable,
        };
        own || column.merged.iter().any(|other| self.nullable(other))
    }
}

/// The queues of an input port, each with the places of the fields' columns; nothing where one could not be bound.
type BoundPort = Option<Vec<(usize, Vec<usize>)>>;

struct Walk<'a, 'd> {
    draft: &'a Draft<'d>,
    graph: &'a Graph,
    surroundings: &'a dyn Surroundings,
    problems: &'a mut Vec<Diagnostic>,
    roots: Vec<Root>,
    /// What an earlier walk has settled.
    settled_before: Option<&'a [Settled]>,
    /// The types that SQL was told its columns have.
    assumptions: Vec<(usize, DataType)>,
    typing: Typing,
}

impl Walk<'_, '_> {
    fn visit(&mut self, number: usize) {
        let node = &self.draft.nodes[number];
        match &node.kind {
            DraftKind::Input { place, types } => {
                let columns = place.as_ref().and_then(|place| self.input(number, place, *types));
                self.write(number, 0, columns);
            }
            DraftKind::Output { .. } => {}
            DraftKind::Component(component) => {
                if let Some(info) = &component.info {
                    self.component(number, info);
                    self.keys(number, &component.parallel);
                }
            }
            DraftKind::Sql(sql) => self.sql(number, sql),
        }
        if let DraftOnError::Queue(_) = &node.on_error {
            let columns = self.rejects(number);
            self.write(number, node.outputs.len(), columns);
        }
        if let Some(condition) = &node.condition {
            self.condition(number, condition);
        }
    }

    /// Gives the queue that a port writes its columns, after a look at its declaration.
    fn write(&mut self, node: usize, port: usize, columns: Option<Vec<Column>>) {
        let (Some(queue), Some(columns)) = (self.graph.written_by(node, port), columns) else { return };
        let from_file = matches!(self.draft.nodes[node].kind, DraftKind::Input { .. }) && port == 0;
        if let Some(declaration) = self.draft.declarations.get(self.graph.queues[queue].name.as_str())
            && !from_file
        {
            let writer = self.draft.nodes[node].described();
            declared_matches(declaration, &columns, &writer, &mut self.roots, self.problems);
        }
        self.typing.columns[queue] = Some(columns);
    }

    fn input(&mut self, number: usize, place: &Place, types: Option<(TypesChoice, Span)>) -> Option<Vec<Column>> {
        let node = &self.draft.nodes[number];
        let queue = node.outputs.first()?.as_ref()?;
        if place.is_dynamic() {
            return self.dynamic_input(number, place, queue);
        }
        let sample = match self.surroundings.file(place.input(), &place.format) {
            Ok(sample) => sample,
            Err(why) => {
                let message = format!("`{}` cannot be read: {why}", place.path);
                self.problems.push(Diagnostic::error("bad-input", place.span, message).label("read here"));
                return None;
            }
        };
        let declaration = self.draft.declarations.get(queue.name.as_str());
        let (columns, places) = match declaration {
            Some(declaration) => {
                let mut columns = Vec::new();
                let mut places = Vec::new();
                for column in &declaration.columns {
                    let name = column.name.text.as_str();
                    let at = sample.header.iter().position(|known| known == name);
                    if at.is_none() {
                        self.problems.extend(missing_in_file(column, place, &sample));
                    }
                    if let Some(found) = at.and_then(|at| sample.types.get(at)) {
                        self.problems.extend(other_type(column, found, place));
                    }
                    places.push((at, Some(column.span)));
                    columns.push(Column::fixed(name, column.data_type.value, column.null.is_some()));
                }
                (columns, places)
            }
            None if !sample.types.is_empty() => {
                let columns: Option<Vec<Column>> =
                    (0..sample.header.len()).map(|at| self.typed(at, place, &sample)).collect();
                (columns?, (0..sample.header.len()).map(|at| (Some(at), None)).collect())
            }
            None if sample.header.is_empty() => {
                let message = format!("`{}` has no records, so that its columns are not known", place.path);
                let problem = Diagnostic::error("bad-input", place.span, message).label("read here");
                self.problems.push(problem.help(format!("declare them: `queue {} (…)`", queue.name)));
                return None;
            }
            None => {
                let first = self.roots.len();
                let roots = (0..sample.header.len()).map(|at| self.root(at, place, &sample)).collect();
                if let Some((TypesChoice::Declared, span)) = types {
                    let message = format!("`types=declared`, but the queue `{}` is not declared", queue.name);
                    self.problems.push(
                        Diagnostic::error("undeclared-queue", span, message)
                            .label("expected a declaration of the queue in this file")
                            .help(format!(
                                "as the file looks: `{}`",
                                declaration_of(&queue.name, &self.roots[first..])
                            )),
                    );
                }
                (roots, (0..sample.header.len()).map(|at| (Some(at), None)).collect())
            }
        };
        self.typing.inputs.insert(number, InputFile { sample, columns: places });
        Some(columns)
    }

    /// A column whose type the file says. Whether it holds nulls is open where it may: writers say so without need.
    fn typed(&mut self, at: usize, place: &Place, sample: &SampledFile) -> Option<Column> {
        let name = &sample.header[at];
        let SampledType { data_type, nullable } = &sample.types[at];
        let data_type =
            match data_type {
                Ok(data_type) => *data_type,
                Err(is) => {
                    let message = format!("column `{name}` of `{}` is {is}, which Leat has no type for", place.path);
                    let problem = Diagnostic::error("unknown-type", place.span, message).label("read from this file");
                    self.problems.push(problem.help(
                        "declare the queue with the columns that are needed, or write this one with another type",
                    ));
                    return None;
                }
            };
        let mut column = Column::fixed(name, data_type, false);
        if *nullable {
            column.nullable = Known::OfRoot(self.roots.len());
            let (name, path) = (name.clone(), place.path.clone());
            self.roots.push(Root { name, path, inferred: data_type, demands: Vec::new() });
        }
        Some(column)
    }

    /// A column of open type.
    fn root(&mut self, at: usize, place: &Place, sample: &SampledFile) -> Column {
        let cells = sample.records.iter().filter_map(|record| record.cells.get(at));
        let values = cells.filter(|cell| !looks_null(cell, &place.format));
        // What JSON has in quotes is a text, though its digits may be asked for as a number.
        let says = |cell: &SampledCell, data_type| match place.format {
            Format::JsonLines(_) => !cell.quoted || matches!(data_type, DataType::Date | DataType::Timestamp),
            Format::Csv(_) | Format::Arrow | Format::Parquet => true,
        };
        let reads = |cell: &SampledCell, data_type| {
            says(cell, data_type) && self.surroundings.value(cell, data_type, &place.format).is_ok()
        };
        let name = sample.header[at].clone();
        let root = self.roots.len();
        self.roots.push(Root {
            name: name.clone(),
            path: place.path.clone(),
            inferred: inferred(values, reads),
            demands: Vec::new(),
        });
        Column { name, data_type: Known::OfRoot(root), nullable: Known::OfRoot(root), merged: Vec::new() }
    }

    fn component(&mut self, number: usize, info: &NodeInfo) {
        let node = &self.draft.nodes[number];
        let mut ports: Vec<BoundPort> = Vec::new();
        for (port, queues) in info.inputs.iter().zip(&node.inputs) {
            // Every queue is looked at, also behind one that does not fit.
            let bound: Vec<_> = queues.iter().map(|queue| self.bind(node, queue, port)).collect();
            ports.push(bound.into_iter().collect());
        }
        for (port, bound) in ports.iter().enumerate() {
            self.merge_open_fields(number, port, &info.inputs[port], bound);
        }
        let made: Vec<Option<Vec<Column>>> =
            info.outputs.iter().map(|output| self.output(output, info, &ports)).collect();
        for (port, columns) in made.iter().enumerate() {
            self.write(number, port, columns.clone());
        }
        if let Some(made) = made.into_iter().collect() {
            self.typing.made.insert(number, made);
        }
        let bindings = ports.into_iter().zip(&node.inputs).map(|(port, queues)| match port {
            Some(ends) => ends.into_iter().map(|(_, places)| places).collect(),
            None => vec![Vec::new(); queues.len()],
        });
        self.typing.bindings[number] = bindings.collect();
    }

    /// A queue at a port of a component: its place, and those of the fields' columns.
    fn bind(&mut self, node: &DraftNode<'_>, queue: &QueueUse, port: &InputPortInfo) -> Option<(usize, Vec<usize>)> {
        let at = self.graph.place(&queue.name)?;
        let columns = self.typing.columns[at].as_deref()?;
        let mut binder = Binder {
            node,
            queue,
            writer: (&self.graph.queues[at], self.draft),
            roots: &mut self.roots,
            problems: self.problems,
        };
        Some((at, binder.bind(port, columns)?))
    }

    /// The columns of an output port; nothing where one is passed on from a port that is not bound.
    fn output(&self, output: &OutputPortInfo, info: &NodeInfo, ports: &[BoundPort]) -> Option<Vec<Column>> {
        let column = |field: &OutputFieldInfo| match field.content {
            OutputContent::Made { data_type, nullable } => Some(Column::fixed(&field.name, data_type, nullable)),
            OutputContent::Passed { port, field: number } => {
                let column = self.bound_column(ports.get(port)?, number)?;
                let asked = info.inputs[port].fields[number].data_type;
                Some(match asked {
                    None => Column { name: field.name.clone(), ..column },
                    Some(asked) => column.of_type(&field.name, asked),
                })
            }
        };
        output.fields.iter().map(column).collect()
    }
}

/// Up to twenty names.
pub(super) fn listed(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// A demand of a component's field or a declaration's column.
pub(super) fn demand(roots: &mut [Root], column: &Column, demand: Demand) {
    for other in &column.merged {
        self::demand(roots, other, demand.clone());
    }
    let mut places = Vec::new();
    if let Known::OfRoot(root) = column.data_type {
        places.push((root, demand.data_type));
    }
    if let Known::OfRoot(root) = column.nullable {
        places.push((root, demand.data_type.filter(|_| column.data_type == Known::OfRoot(root))));
    }
    places.dedup();
    for (root, data_type) in places {
        roots[root].demands.push(Demand { data_type, ..demand.clone() });
    }
}
