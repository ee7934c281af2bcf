//! What a process is: the stream language, its diagnostics, and the checked plan that everything else works from.
//!
//! Called by the command line and the worker. Pure: it reads no file, no clock and no environment; what a check must
//! know of the world outside comes through the port [`check::Surroundings`].

pub mod check;
pub mod diagnostic;
mod lexer;
pub mod node_info;
pub mod parser;
pub mod plan;
pub mod schema;
pub mod source;
pub mod syntax;
