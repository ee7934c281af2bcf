//! The queries and conditions of the reference bind. That all examples are sound otherwise, `stream/tests/it/reference.rs` tests;
//! SQL there is made of a few lines, and here it is DataFusion's.

use leat_sql::{bind, bind_condition, tables};
use leat_stream::check::{
    BoundQuery, ComponentFacts, ComponentProblem, Given, InputPath, NamedTable, ObjectFacts, ObjectProblem,
    ProcessProblem, QueryProblem, Rules, SampledCell, SampledFile, SampledType, Surroundings, check,
};
use leat_stream::node_info::{
    InputFieldInfo, InputPortInfo, NodeInfo, ObjectKind, OutputContent, OutputFieldInfo, OutputPortInfo,
};
use leat_stream::parser::parse;
use leat_stream::plan::{Format, Query, SqlNode};
use leat_stream::schema::{DataType, Field};
use leat_stream::source::SourceFile;

const DOCUMENTS: [&str; 2] =
    [include_str!("../../../../docs/stream-language.md"), include_str!("../../../../docs/sql.md")];

/// The files that these examples read, by their columns.
const FILES: [(&str, &[(&str, DataType)]); 5] = [
    ("in/risk.csv", &[("book", DataType::Text), ("pv", DataType::Float64)]),
    ("in/positions.parquet", &[("book", DataType::Text), ("pv", DataType::Float64)]),
    ("in/loans.csv", &[("id", DataType::Int64), ("notional", DataType::Float64)]),
    ("in/books.csv", &[("book", DataType::Text), ("desk", DataType::Text)]),
    (
        "in/trades.csv",
        &[("id", DataType::Int64), ("qty", DataType::Int64), ("book", DataType::Text), ("maturity", DataType::Date)],
    ),
];

/// The files above, one component, and SQL as it is.
struct Examples;

impl Rules for Examples {
    fn tables(&self, query: &str) -> Result<Vec<NamedTable>, QueryProblem> {
        tables(query)
    }

    fn query(&self, node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
        bind(node)
    }

    fn condition(&self, expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem> {
        bind_condition(expression, fields)
    }

    fn dates(&self, _form: &str) -> Result<(), String> {
        Ok(())
    }

    fn value(&self, _cell: &SampledCell, _data_type: DataType, _format: &Format) -> Result<(), String> {
        Ok(())
    }
}

impl Surroundings for Examples {
    /// `price`, which reads the column `id` and makes `pv`.
    fn component(&self, path: &str) -> Result<ComponentFacts, ComponentProblem> {
        assert_eq!(path, "build/price.wasm");
        let id = InputFieldInfo { name: "id".to_owned(), data_type: None, nullable: true, read: false };
        let pv = OutputContent::Made { data_type: DataType::Float64, nullable: false };
        let info = NodeInfo {
            name: "price".to_owned(),
            description: String::new(),
            inputs: vec![InputPortInfo { name: "trades".to_owned(), fields: vec![id], first: false }],
            outputs: vec![OutputPortInfo {
                name: "values".to_owned(),
                fields: vec![OutputFieldInfo { name: "pv".to_owned(), content: pv }],
            }],
            parameters: Vec::new(),
            facts: Vec::new(),
            objects: Vec::new(),
        };
        Ok(ComponentFacts { info, unserved_imports: Vec::new() })
    }

    fn components(&self) -> Vec<String> {
        Vec::new()
    }

    fn process(&self, _name: &str) -> Result<SourceFile, ProcessProblem> {
        Err(ProcessProblem::Missing)
    }

    fn processes(&self) -> Vec<String> {
        Vec::new()
    }

    fn risk_object(&self, _kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem> {
        Err(ObjectProblem::Missing(name.to_owned()))
    }

    fn risk_objects(&self, _kind: ObjectKind) -> Vec<String> {
        Vec::new()
    }

    fn file(&self, input: InputPath<'_>, _format: &Format) -> Result<SampledFile, String> {
        let (_, columns) = FILES.iter().find(|(file, _)| *file == input.path).ok_or("there is no such file")?;
        let types = columns.iter().map(|(_, data_type)| SampledType { data_type: Ok(*data_type), nullable: true });
        let header = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Ok(SampledFile { header, types: types.collect(), ..SampledFile::default() })
    }

    fn directory(&self, _input: InputPath<'_>) -> Result<String, String> {
        Err("there is no such directory".to_owned())
    }
}

#[test]
fn the_queries_and_conditions_of_the_reference_bind() {
    let examples = DOCUMENTS.iter().flat_map(|text| text.split("```strm\n").skip(1));
    let examples = examples.map(|rest| rest.split("```").next().unwrap_or_default());
    let of_sql: Vec<&str> = examples.filter(|text| text.contains("\nsql ") || text.contains("where=")).collect();
    assert_eq!(of_sql.len(), 4, "a new example of SQL needs its files above");
    for example in of_sql {
        let source = SourceFile::new("docs", example);
        let checked = check(&source, &parse(&source), &Given::default(), &Examples);
        let codes: Vec<&str> = checked.diagnostics.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["no-name"], "{example}\n{:#?}", checked.diagnostics);
        assert!(checked.plan.is_some(), "{example}");
    }
}
