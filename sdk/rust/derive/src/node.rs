//! `#[leat_sdk::node]`: the function form (in `function`) or the struct form.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemImpl};

use crate::{function, structs};

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    match syn::parse2(item)? {
        Item::Fn(function) => function::expand(&syn::parse2(arguments)?, &function),
        Item::Impl(_) if !arguments.is_empty() => Err(syn::Error::new_spanned(
            arguments,
            "a node of struct form takes no arguments here; it says it all in `ports`",
        )),
        Item::Impl(item) => expand_impl(&item),
        other => Err(syn::Error::new_spanned(other, "`node` stands above a function or an `impl Node for …`")),
    }
}

fn expand_impl(item: &ItemImpl) -> syn::Result<TokenStream> {
    if item.trait_.is_none() {
        return Err(syn::Error::new_spanned(
            &item.self_ty,
            "`node` stands above an `impl Node for …`, not a plain `impl`",
        ));
    }
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
