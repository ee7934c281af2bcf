//! What a plan says of SQL: the queries of its nodes, and the conditions that `where=` sets.

use serde::{Deserialize, Serialize};

use super::Parameter;
use crate::schema::Field;

/// A query as it is bound: its text, and the values that its placeholders stand for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// The query as it was written, where each `${name}` has become `$1`, `$2` … and blanks up to its length, so that a place
    /// in this text is one in the stream file.
    pub text: String,
    /// What `$1`, `$2` … stand for. They are bound as values and never become part of the text.
    pub parameters: Vec<Parameter>,
}

/// How many bytes a query that is not [row-wise](SqlNode::row_wise) may have read before no checkpoint can be taken any more.
pub const REREAD_BYTES_MAX: u64 = 32 << 20;

/// An SQL node: a query over its input queues, whose result goes to its one output port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlNode {
    /// The query.
    pub query: Query,
    /// What it is to spare (`minimize=`).
    pub minimize: Minimize,
    /// The memory that it may hold records in before it goes to disk (`memory=`). Default 1 GiB.
    pub memory_bytes: u64,
    /// The tables that it names, with all of their columns, in the order of their first mention.
    pub tables: Vec<SqlTable>,
    /// What it reads, by input port.
    pub scans: Vec<Scan>,
    /// The columns of its result.
    pub outputs: Vec<Field>,
    /// Whether it looks at one record at a time: then a checkpoint holds next to nothing of it. Of another query it holds all
    /// that the query has read, which it reads again; where that is too much, no checkpoint can be taken.
    #[serde(default)]
    pub row_wise: bool,
}

/// A queue as a table of a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlTable {
    /// What the query calls it.
    pub name: String,
    /// Every column that the query may name.
    pub fields: Vec<Field>,
}

/// One pass over a table. A query that names a table twice has two of them, each an input port of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Which table, by its place in [`SqlNode::tables`].
    pub table: usize,
    /// The columns that it reads, by their places in [`SqlTable::fields`].
    pub columns: Vec<usize>,
}

/// What a query is to spare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Minimize {
    /// Memory: joins sort both sides, on disk where they are large.
    Memory,
    /// Time: joins hold the joined table in memory. The default.
    #[default]
    Time,
}

/// What `where=` says: an SQL expression over the columns of a queue, true for the records that stay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The expression.
    pub expression: Query,
}
