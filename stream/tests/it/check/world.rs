//! A world in memory: components by what they say of themselves, files by their text.

use std::collections::BTreeMap;

use leat_secrets::{Allowed, SecretPath};
use leat_stream::check::{
    BoundQuery, Checked, ComponentFacts, ComponentProblem, Given, InputPath, NamedTable, ObjectFacts, ObjectProblem,
    ProcessProblem, QueryProblem, Rules, SampledCell, SampledFile, SampledRecord, SampledType, Surroundings, check,
};
use leat_stream::diagnostic::{Colour, Renderer};
use leat_stream::node_info::{NodeInfo, ObjectKind, Value};
use leat_stream::parser::parse;
use leat_stream::plan::{Format, Query, Scan, SqlNode, SqlTable};
use leat_stream::schema::{DataType, Field};
use leat_stream::source::SourceFile;

pub(crate) use super::components::{Ports, node};

#[derive(Default)]
pub(crate) struct World {
    components: BTreeMap<String, Result<ComponentFacts, ComponentProblem>>,
    files: BTreeMap<String, String>,
    processes: BTreeMap<String, String>,
    objects: BTreeMap<(ObjectKind, String), Result<ObjectFacts, ObjectProblem>>,
    allowed: Option<Allowed>,
    pub(crate) given: Given,
}

impl World {
    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    /// A stream file that others refer to by name.
    pub(crate) fn process(mut self, name: &str, text: &str) -> Self {
        self.processes.insert(name.to_owned(), text.to_owned());
        self
    }

    pub(crate) fn node(mut self, info: NodeInfo) -> Self {
        let facts = ComponentFacts { info: info.clone(), unserved_imports: Vec::new() };
        self.components.insert(format!("build/{}.wasm", info.name), Ok(facts));
        self
    }

    pub(crate) fn importing(mut self, info: NodeInfo, imports: &[&str]) -> Self {
        let unserved_imports = imports.iter().map(|import| (*import).to_owned()).collect();
        self.components.insert(format!("build/{}.wasm", info.name), Ok(ComponentFacts { info, unserved_imports }));
        self
    }

    pub(crate) fn unusable(mut self, path: &str, why: &str) -> Self {
        self.components.insert(path.to_owned(), Err(ComponentProblem::Unusable(why.to_owned())));
        self
    }

    /// A sound risk object that refers to others.
    pub(crate) fn object(mut self, kind: ObjectKind, name: &str, uses: &[(ObjectKind, &str)]) -> Self {
        let uses = uses.iter().map(|(kind, name)| (*kind, (*name).to_owned())).collect();
        let facts = ObjectFacts { file: format!("risk/{name}.{}", kind.word()), digest: format!("d-{name}"), uses };
        self.objects.insert((kind, name.to_owned()), Ok(facts));
        self
    }

    pub(crate) fn faulty_object(mut self, kind: ObjectKind, name: &str, faults: &[&str], more: usize) -> Self {
        let faults = faults.iter().map(|fault| (*fault).to_owned()).collect();
        self.objects.insert((kind, name.to_owned()), Err(ObjectProblem::Faulty(faults, more)));
        self
    }

    /// Lets these places be asked for secrets, and no others.
    pub(crate) fn allows(mut self, patterns: &[&str]) -> Self {
        self.allowed = Some(Allowed::new(patterns).expect("good patterns"));
        self
    }

    pub(crate) fn param(mut self, name: &str, value: &str) -> Self {
        self.given.params.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn option(mut self, name: &str, value: &str) -> Self {
        self.given.options.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn fact(mut self, name: &str, value: &str) -> Self {
        self.given.facts.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn tag(mut self, name: &str) -> Self {
        self.given.tags.push(name.to_owned());
        self
    }

    pub(crate) fn check(&self, text: &str) -> Checked {
        let source = SourceFile::new("risk.strm", text);
        check(&source, &parse(&source), &self.given, self)
    }

    /// Every problem of a file, as `leat check` shows them.
    pub(crate) fn problems(&self, text: &str) -> String {
        let checked = self.check(text);
        let rendered = Renderer::new(&checked.source, Colour::Off).render_all(&checked.diagnostics);
        let errors = checked.diagnostics.iter().any(|diagnostic| diagnostic.is_error());
        assert_eq!(checked.plan.is_none(), errors, "a plan where there is no error, and only there:\n{rendered}");
        rendered
    }

    /// The codes of all problems, in the file's order.
    pub(crate) fn codes(&self, text: &str) -> Vec<&'static str> {
        self.check(text).diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    /// The plan of a file that is right, in its text form.
    pub(crate) fn plan(&self, text: &str) -> String {
        let rendered = self.problems(text);
        self.check(text).plan.unwrap_or_else(|| panic!("no plan:\n{rendered}")).to_text()
    }
}

impl Rules for World {
    /// As much SQL as these tests need: the words behind `from` and `join` are tables, but for the one behind `with`.
    fn tables(&self, query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
        let mut tables: Vec<NamedTable> = Vec::new();
        let (mut before, mut own) = ("", "");
        for word in words(query) {
            let at = word.as_ptr().addr() - query.as_ptr().addr();
            let is_table = ["from", "join"].contains(&before) && word != own;
            if is_table && !tables.iter().any(|table| table.name == word) {
                tables.push(NamedTable { name: word.to_owned(), place: at..at + word.len() });
            }
            own = if before == "with" { word } else { own };
            before = word;
        }
        Ok(tables)
    }

    /// The result has the columns of the tables that the query names, in the tables' order; a name that is none of them is
    /// a problem.
    fn query(&self, node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
        let words: Vec<&str> = words(&node.query.text).collect();
        let mut bound = BoundQuery::default();
        for (table, SqlTable { fields, .. }) in node.tables.iter().enumerate() {
            let named = |(_, field): &(usize, &Field)| words.contains(&field.name.as_str());
            let (columns, named): (Vec<usize>, Vec<Field>) =
                fields.iter().enumerate().filter(named).map(|(at, field)| (at, field.clone())).unzip();
            bound.scans.push(Scan { table, columns });
            bound.outputs.extend(named);
        }
        match words.iter().position(|word| *word == "nowhere") {
            Some(_) => Err(vec![problem_at(&node.query.text, "nowhere")]),
            None => Ok(bound),
        }
    }

    /// The expression reads the columns whose names are words of it; one that reads none has its problem at its first word.
    fn condition(&self, expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem> {
        let named = |at: &usize| words(&expression.text).any(|word| word == fields[*at].name);
        let columns: Vec<usize> = (0..fields.len()).filter(named).collect();
        let first = words(&expression.text).next().unwrap_or_default();
        if columns.is_empty() { Err(problem_at(&expression.text, first)) } else { Ok(columns) }
    }

    fn dates(&self, form: &str) -> Result<(), String> {
        let good = ["%Y", "%m", "%d"].iter().all(|part| form.contains(part));
        if good { Ok(()) } else { Err(format!("dates=\"{form}\" is not a form of dates")) }
    }

    fn value(&self, cell: &SampledCell, data_type: DataType, _format: &Format) -> Result<(), String> {
        let text = cell.text.as_str();
        let good = match data_type {
            DataType::Boolean => matches!(text, "true" | "false" | "1" | "0"),
            DataType::Int32 => text.parse::<i32>().is_ok(),
            DataType::Int64 => text.parse::<i64>().is_ok(),
            DataType::Float64 | DataType::Decimal { .. } => text.parse::<f64>().is_ok(),
            DataType::Date => text.len() == 10 && text.split('-').count() == 3,
            DataType::Timestamp => text.ends_with('Z') && text.contains('T'),
            DataType::Text | DataType::Binary => true,
        };
        if good { Ok(()) } else { Err(format!("\"{text}\" is not a {data_type}")) }
    }
}

impl Surroundings for World {
    fn component(&self, path: &str) -> Result<ComponentFacts, ComponentProblem> {
        self.components.get(path).cloned().unwrap_or(Err(ComponentProblem::Missing))
    }

    fn components(&self) -> Vec<String> {
        self.components.keys().cloned().collect()
    }

    fn process(&self, name: &str) -> Result<SourceFile, ProcessProblem> {
        let text = self.processes.get(name).ok_or(ProcessProblem::Missing)?;
        Ok(SourceFile::new(format!("{name}.strm"), text))
    }

    fn processes(&self) -> Vec<String> {
        self.processes.keys().cloned().collect()
    }

    fn risk_object(&self, kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem> {
        let missing = || Err(ObjectProblem::Missing(format!("risk/{name}.{}", kind.word())));
        self.objects.get(&(kind, name.to_owned())).cloned().unwrap_or_else(missing)
    }

    fn risk_objects(&self, kind: ObjectKind) -> Vec<String> {
        self.objects.keys().filter(|(known, _)| *known == kind).map(|(_, name)| name.clone()).collect()
    }

    fn secret_refused(&self, path: &SecretPath) -> Option<String> {
        let refused = self.allowed.as_ref().is_some_and(|allowed| !allowed.allows(path));
        refused.then(|| format!("nothing here allows {path}"))
    }

    fn file(&self, input: InputPath<'_>, format: &Format) -> Result<SampledFile, String> {
        let path = input.path;
        if format.is_typed() {
            return Ok(typed(self.files.get(path).ok_or("there is no such file")?));
        }
        // The first lines of JSON are told as a table here too: what is tested is not how a format is read.
        let delimiter = if let Format::Csv(csv) = format { csv.delimiter } else { ',' };
        let text = self.files.get(path).ok_or("there is no such file")?;
        let mut lines = text.lines();
        let header = lines.next().ok_or("the file is empty; expected a header with the names of its columns")?;
        let header = header.split(delimiter).map(str::to_owned).collect();
        let records = lines.enumerate().map(|(number, line)| {
            let cells = line.split(delimiter).map(|cell| match cell.strip_prefix('"') {
                Some(rest) => SampledCell { text: rest.trim_end_matches('"').to_owned(), quoted: true },
                None => SampledCell { text: cell.to_owned(), quoted: false },
            });
            SampledRecord { line: number as u64 + 2, cells: cells.collect() }
        });
        Ok(SampledFile { header, records: records.collect(), ..SampledFile::default() })
    }

    fn directory(&self, input: InputPath<'_>) -> Result<String, String> {
        let mut below = self.files.keys().filter_map(|file| file.strip_prefix(input.path));
        let first = below.next().ok_or("there is no such file")?;
        Ok(first[first.find('.').unwrap_or(first.len())..].to_owned())
    }
}

/// A file that says its types: `id int64 null` on each line.
fn typed(text: &str) -> SampledFile {
    let mut file = SampledFile::default();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        file.header.push(words[0].to_owned());
        let data_type = words[1].parse().map_err(|_| words[1].to_owned());
        file.types.push(SampledType { data_type, nullable: words.len() > 2 });
    }
    file
}

/// The component of the option-pricing process.
pub(crate) fn price() -> NodeInfo {
    node("price")
        .reads(
            "options",
            &[
                "id any",
                "cpty any",
                "spot float64",
                "strike float64",
                "expiry float64",
                "vol float64",
                "notional float64",
            ],
        )
        .writes("values", &["id = 0.0", "cpty = 0.1", "pv float64"])
        .takes("rate", Value::Float64(0.05))
}

pub(crate) const OPTIONS: &str = "\
id,cpty,desk,spot,strike,expiry,vol,notional
1,ACME,rates,42,40,0.5,0.2,100
2,Globex,rates,100,95.5,1,0.25,250
";

/// The option-pricing world.
pub(crate) fn pricing() -> World {
    World::default().node(price()).file("in/options.csv", OPTIONS)
}

/// A node with one port each way that passes on what it gets.
pub(crate) fn copy(name: &str) -> NodeInfo {
    node(name).reads("records", &["id any"]).writes("records", &["id = 0.0"])
}

/// The words of a text of SQL.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').filter(|word| !word.is_empty())
}

fn problem_at(text: &str, word: &str) -> QueryProblem {
    let place = text.find(word).map(|at| at..at + word.len());
    QueryProblem { message: format!("there is no column `{word}` here"), place, ..QueryProblem::default() }
}
