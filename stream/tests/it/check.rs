//! The check, as a user meets it: what it says of many realistic mistakes, and the plans of processes that are right.

mod binding;
mod components;
mod facts;
mod formats;
mod graph;
mod groups;
mod merges;
mod objects;
mod options;
mod parallel;
mod parameters;
mod parts;
mod plans;
mod queries;
mod recorded;
mod secrets;
mod served;
mod signals;
mod soup;
mod tags;
mod types;
pub(crate) mod world;
