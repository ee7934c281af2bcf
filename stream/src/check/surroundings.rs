//! What a check must know of the world outside the stream file: a port, so that a check can be tested, fuzzed and run
//! anywhere without a file system. The command line brings the real one.

use std::ops::Range;

use leat_secrets::SecretPath;
use serde::{Deserialize, Serialize};

use crate::node_info::{NodeInfo, ObjectKind};
use crate::plan::{Format, Query, Scan, SqlNode};
use crate::schema::{DataType, Field};
use crate::source::SourceFile;

/// The world around a process, as far as it can be known without running anything.
///
/// Paths are as the plan has them: parameters filled in, relative to the playpen or absolute. A component is asked for
/// once in a check, a file once for each input that reads it. Nothing here may change the world.
pub trait Surroundings: Rules {
    /// What a component says of itself.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn component(&self, path: &str) -> Result<ComponentFacts, ComponentProblem>;

    /// Paths of the components that the playpen has or can build, for hints. May be empty.
    fn components(&self) -> Vec<String>;

    /// Another stream file, by the name that a process refers to it by: `audit` for `audit.strm`. Asked once for each
    /// name.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn process(&self, name: &str) -> Result<SourceFile, ProcessProblem>;

    /// Names of the stream files that [`Surroundings::process`] would find, for hints. May be empty.
    fn processes(&self) -> Vec<String>;

    /// A risk object, read to its end and found sound. Asked once for each kind and name.
    ///
    /// # Errors
    /// Why it cannot be used.
    fn risk_object(&self, kind: ObjectKind, name: &str) -> Result<ObjectFacts, ObjectProblem>;

    /// Names of the risk objects of a kind that the playpen has, for hints. May be empty.
    fn risk_objects(&self, kind: ObjectKind) -> Vec<String>;

    /// Why a secret may not be asked for, with who may allow it, for a person; nothing where it may. What the surroundings have no say
    /// in, whoever runs the process decides.
    fn secret_refused(&self, path: &SecretPath) -> Option<String> {
        let _ = path;
        None
    }

    /// The header and the first records of an input file.
    ///
    /// # Errors
    /// Why it cannot be read, for a person: what is wrong with the file, without its path.
    fn file(&self, input: InputPath<'_>, format: &Format) -> Result<SampledFile, String>;

    /// The ending that the names of all files of a directory have, at any depth: `.csv.gz`.
    ///
    /// # Errors
    /// Why there is none, for a person, without the directory's path.
    fn directory(&self, input: InputPath<'_>) -> Result<String, String>;
}

/// What a check asks of the formats of files and of SQL: the same questions have the same answers on every machine and at
/// any time, so that a check which was recorded asks them again.
pub trait Rules {
    /// Whether a text says how dates are written (`dates=`), as `%m/%d/%Y` does.
    ///
    /// # Errors
    /// Why not, for a person.
    fn dates(&self, form: &str) -> Result<(), String>;

    /// Whether a cell of an input file is a value of a type: the rule that the run parses by, so that inference cannot
    /// disagree with it. Asked only of files that [`Surroundings::file`] could read, and never of nulls.
    ///
    /// # Errors
    /// Why not, for a person: `"abc" is not a float64`.
    fn value(&self, cell: &SampledCell, data_type: DataType, format: &Format) -> Result<(), String>;

    /// The tables that a query reads, in the order of their first mention; placeholders stand for values.
    ///
    /// # Errors
    /// Where the text is no query that could be a node.
    fn tables(&self, query: &str) -> Result<Vec<NamedTable>, QueryProblem>;

    /// Binds a query to the columns of its tables: `node` without its scans and outputs.
    ///
    /// # Errors
    /// Each name and type in it that does not fit.
    fn query(&self, node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>>;

    /// Binds the expression of a condition to the columns of a queue: the places of those that it reads.
    ///
    /// # Errors
    /// Where it is no expression, does not fit the columns, or is not true or false.
    fn condition(&self, expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem>;
}

/// The path of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputPath<'a> {
    /// Parameters filled in.
    pub path: &'a str,
    /// As the stream file has it: `in/${day}.csv`. The same for every value of its parameters.
    pub written: &'a str,
}

/// A table where a query names it first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTable {
    /// The name, as it stands there without quotes.
    pub name: String,
    /// Where: bytes of the query's text.
    pub place: Range<usize>,
}

/// What a query was found to read and to give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BoundQuery {
    /// Its passes over its tables.
    pub scans: Vec<Scan>,
    /// The columns of its result.
    pub outputs: Vec<Field>,
    /// Whether it looks at one record at a time.
    pub row_wise: bool,
}

/// What is wrong with a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryProblem {
    /// In a sentence.
    pub message: String,
    /// Where: bytes of the query's text. Nothing: it is about the whole.
    pub place: Option<Range<usize>>,
    /// What to say at that place.
    pub label: Option<String>,
    /// The way out.
    pub help: Option<String>,
}

/// What is known of a component without running a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentFacts {
    /// What its `describe` answers.
    pub info: NodeInfo,
    /// Interfaces it imports that this version of Leat does not serve, as `leat:node/facts`.
    pub unserved_imports: Vec<String>,
}

/// Why a component cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComponentProblem {
    /// There is neither the artifact nor a source it could be built from.
    #[error("there is no such file, and no source it could be built from")]
    Missing,
    /// Anything else: not built yet, older than its source, not a component, another version of the contract. A
    /// sentence for a person with the way out in it, without the component's path.
    #[error("{0}")]
    Unusable(String),
}

/// What is known of a risk object without running a process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectFacts {
    /// The file it is in, or where else it comes from; for people.
    pub file: String,
    /// SHA-256 of its content, in lower-case hexadecimal.
    pub digest: String,
    /// The objects that it refers to, which whoever uses it is given too: those of a study.
    pub uses: Vec<(ObjectKind, String)>,
}

/// Why a risk object cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectProblem {
    /// There is none of that kind and name; where it was looked for, for a person.
    Missing(String),
    /// What is wrong with it: each fault a sentence with file, line and column in it, and how many there are beyond these.
    Faulty(Vec<String>, usize),
}

/// Why a stream file that is referred to by name cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProcessProblem {
    /// There is no file of that name.
    #[error("there is no such stream file")]
    Missing,
    /// It cannot be read, or is no text; for a person.
    #[error("{0}")]
    Unusable(String),
}

/// The first lines of an input file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledFile {
    /// The names of its columns, in order.
    pub header: Vec<String>,
    /// Its first records: up to [`SAMPLE_RECORDS_MAX`] of them, or those in the first [`SAMPLE_BYTES_MAX`] bytes.
    pub records: Vec<SampledRecord>,
    /// The first line that is no record at all, and why; such lines are not among the records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<(u64, String)>,
    /// By column: the type that the file itself says; empty where its format says none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<SampledType>,
}

/// What a file says of one of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledType {
    /// Its type; in the format's own words where Leat has none for it.
    pub data_type: Result<DataType, String>,
    /// Whether it may hold nulls.
    pub nullable: bool,
}

/// How many records of a file are looked at to find the types of its columns.
pub const SAMPLE_RECORDS_MAX: usize = 1000;

/// How much of a file is looked at to find the types of its columns (unpacked).
pub const SAMPLE_BYTES_MAX: usize = 1 << 20;

/// One record of an input file; it may have more or fewer cells than the header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledRecord {
    /// The line it starts on, from 1, the header's line counted.
    pub line: u64,
    /// Its fields.
    pub cells: Vec<SampledCell>,
}

/// One field of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledCell {
    /// Its text, quotes taken off; empty where a record of JSON has no such key.
    pub text: String,
    /// Whether it stood in quotes: `""` is the empty text, an empty field without quotes is a null.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quoted: bool,
}

fn is_false(value: &bool) -> bool {
    !value
}
