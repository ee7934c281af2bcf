//! `#[leat_sdk::node]`: the function form (in `function`) or the struct form.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, ImplItem, Item, ItemImpl, parse_quote};

use crate::{function, structs};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    match syn::parse2(item)? {
        Item::Fn(function) => function::expand(&syn::parse2(arguments)?, &function),
        Item::Impl(item) => expand_impl(&syn::parse2(arguments)?, item),
        other => Err(syn::Error::new_spanned(other, "`node` stands above a function or an `impl Node for …`")),
    }
}

/// `stateless`, or nothing.
struct Arguments {
    stateless: bool,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let unknown = "a node of struct form takes no argument here but `stateless`; it says the rest in `ports`";
        if input.is_empty() {
            return Ok(Arguments { stateless: false });
        }
        let word: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), unknown))?;
        if word == "stateless" && input.is_empty() {
            return Ok(Arguments { stateless: true });
        }
        Err(syn::Error::new(word.span(), unknown))
    }
}

fn expand_impl(arguments: &Arguments, mut item: ItemImpl) -> syn::Result<TokenStream> {
    if item.trait_.is_none() {
        return Err(syn::Error::new_spanned(
            &item.self_ty,
            "`node` stands above an `impl Node for …`, not a plain `impl`",
        ));
    }
    add_state(arguments, &mut item)?;
    let node = &item.self_ty;
    let description = structs::doc(&item.attrs);
    Ok(quote! {
        #item

        #[automatically_derived]
        impl ::leat_sdk::Named for #node {
            const NAME: &'static str = ::core::env!("CARGO_PKG_NAME");
            const DESCRIPTION: &'static str = #description;
        }

        ::leat_sdk::export_node!(#node);
    })
}

/// Writes `snapshot` and `restore` where the author has not.
fn add_state(arguments: &Arguments, item: &mut ItemImpl) -> syn::Result<()> {
    let written = |name: &str| {
        item.items.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == name => Some(&function.sig.ident),
            _ => None,
        })
    };
    match (written("snapshot"), written("restore")) {
        (None, None) => {}
        (Some(_), Some(restore)) if arguments.stateless => {
            return Err(syn::Error::new_spanned(restore, "a stateless node gives and takes up nothing"));
        }
        (Some(_), Some(_)) => return Ok(()),
        (Some(lone), None) | (None, Some(lone)) => {
            return Err(syn::Error::new_spanned(lone, "`snapshot` and `restore` are written together"));
        }
    }
    let (give, take) = if arguments.stateless { stateless() } else { of_struct() };
    item.items.push(parse_quote!(fn snapshot(&self) -> ::leat_sdk::Result<::std::vec::Vec<u8>> { #give }));
    item.items.push(parse_quote!(fn restore(&mut self, state: &[u8]) -> ::leat_sdk::Result<()> { #take }));
    Ok(())
}

/// What `snapshot` and `restore` do in a node that has no state.
pub(crate) fn stateless() -> (TokenStream, TokenStream) {
    (quote!(::core::result::Result::Ok(::std::vec::Vec::new())), quote!(::leat_sdk::state::keeper::nothing(state)))
}

/// What they do in a struct that may derive its state. Which of the two traits it is, the compiler finds out.
fn of_struct() -> (TokenStream, TokenStream) {
    let traits = quote! {
        #[allow(unused_imports)]
        use ::leat_sdk::state::keeper::{Derived as _, Undeclared as _};
    };
    (
        quote!(#traits (&::leat_sdk::state::keeper::Keeper::of(self)).give(self)),
        quote!(#traits (&::leat_sdk::state::keeper::Keeper::of(self)).take(self, state)),
    )
}
