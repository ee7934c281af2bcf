//! What a node author may rely on.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod columns;
mod draws;
mod facts;
mod function_form;
mod risk;
mod secrets;
mod state;
mod struct_form;
