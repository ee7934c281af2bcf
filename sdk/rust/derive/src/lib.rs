//! The derives and attributes of `leat-sdk`; see there for how they are used.
//!
//! Each macro reads what it stands above into plain data, or into errors that point at the word they mean, and only then
//! writes code. Whether a type fits is left to the traits of `leat-sdk`, whose messages name the types that do.

mod function;
mod node;
mod params;
mod record;
mod state;
mod structs;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Makes a struct with named fields a record: one field for each column. `#[record(rename = "Adj Close")]` binds a field
/// to a column whose name is no identifier.
#[proc_macro_derive(Record, attributes(record))]
pub fn derive_record(input: TokenStream) -> TokenStream {
    finish(syn::parse(input).and_then(|input| record::expand(&input)))
}

/// Makes a struct with named fields the parameters of a node. The doc comment of a field is its description;
/// `#[param(default = 0.03)]` gives a default and `#[param(rename = "…")]` another name.
#[proc_macro_derive(Params, attributes(param))]
pub fn derive_params(input: TokenStream) -> TokenStream {
    finish(syn::parse(input).and_then(|input| params::expand(&input)))
}

/// Makes the fields of a node's struct its state, for checkpoints: whatever serde can write and read.
/// `#[state(skip)]` leaves out a field that `open` makes and that never changes; `#[state(version = 2)]` above the struct
/// numbers the format, which is 1 unless it is said.
#[proc_macro_derive(State, attributes(state))]
pub fn derive_state(input: TokenStream) -> TokenStream {
    finish(syn::parse(input).and_then(|input| state::expand(&input)))
}

/// Makes a component of what it stands above: a function of one record, or the `impl Node for …` of a struct.
///
/// A function takes a record, and its parameters by reference where it has any:
/// `fn price(trade: Trade, params: &PriceParams) -> Value`. With `#[node(pass(id, "Adj Close"))]` those columns of the
/// input stand first in the output, unchanged and of any type; with `reads(SPOT)` the function may ask for the fact of that
/// constant. The function stays as it is, and a type of its name is made
/// beside it, for tests.
///
/// A struct gives its state as it derives it (`State`) or as its `impl Node` says by `snapshot` and `restore`. One that
/// holds only what `open` makes and never changes says so by `#[node(stateless)]`.
#[proc_macro_attribute]
pub fn node(arguments: TokenStream, item: TokenStream) -> TokenStream {
    finish(node::expand(arguments.into(), item.into()))
}

fn finish(code: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    code.unwrap_or_else(|error| error.into_compile_error()).into()
}
