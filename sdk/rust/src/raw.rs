//! The contract's bindings as they are generated, for nodes that do everything by hand.
//!
//! A component that the rest of this crate cannot express (one that works out its ports itself, or a test's guest that
//! breaks the contract on purpose) implements [`exports::leat::node::guest::Guest`] and names its type to
//! [`export!`]:
//!
//! ```ignore
//! leat_sdk::raw::export!(Component with_types_in leat_sdk::raw);
//! ```
//!
//! What is not called is not imported: a component asks its host for nothing but the functions it uses.
#![allow(missing_docs, unsafe_code, unused_qualifications, unreachable_pub, clippy::all, clippy::pedantic)]
#![allow(clippy::unwrap_used, clippy::undocumented_unsafe_blocks, clippy::too_many_lines)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "node",
    pub_export_macro: true,
    export_macro_name: "export",
});

/// What the generated code leans on; the expansion of [`export!`] needs to reach it from the author's crate.
pub use wit_bindgen::rt;
