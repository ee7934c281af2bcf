//! `#[derive(State)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Field, LitInt};

use crate::structs;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    if let Some(param) = input.generics.params.first() {
        return Err(syn::Error::new_spanned(param, "a node has known types; the struct takes no generic parameter"));
    }
    let version = version(input)?;
    let mut kept = Vec::new();
    for field in structs::named_fields(input, "State")? {
        if !is_skipped(field)? {
            kept.push(field);
        }
    }
    Ok(implement(input, version, &kept))
}

fn version(input: &DeriveInput) -> syn::Result<u32> {
    let mut version = 1;
    for attribute in input.attrs.iter().filter(|a| a.path().is_ident("state")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("version") {
                return Err(meta.error("unknown attribute; `#[state(version = 2)]` is the one there is for a struct"));
            }
            version = meta.value()?.parse::<LitInt>()?.base10_parse()?;
            Ok(())
        })?;
    }
    Ok(version)
}

fn is_skipped(field: &Field) -> syn::Result<bool> {
    let mut skipped = false;
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("state")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(meta.error("unknown attribute; `#[state(skip)]` is the one there is for a field"));
            }
            skipped = true;
            Ok(())
        })?;
    }
    Ok(skipped)
}

fn implement(input: &DeriveInput, version: u32, kept: &[&Field]) -> TokenStream {
    let ident = &input.ident;
    let fields: Vec<_> = kept.iter().map(|field| &field.ident).collect();
    let names: Vec<_> = kept.iter().map(|field| structs::outside_name(field, None)).collect();
    let values: Vec<_> = (0..kept.len()).map(|number| format_ident!("value_{number}")).collect();
    // Errors about the types shall point at them.
    let write = kept.iter().zip(&names).map(|(Field { ident, ty, .. }, name)| {
        quote_spanned!(ty.span()=> ::leat_sdk::StateWriter::field::<#ty>(state, #name, &self.#ident)?;)
    });
    let read = kept.iter().zip(&names).zip(&values).map(|((Field { ty, .. }, name), value)| {
        quote_spanned!(ty.span()=> let #value = ::leat_sdk::StateReader::field::<#ty>(&mut state, #name)?;)
    });
    quote! {
        #[automatically_derived]
        #[allow(unused_mut, unused_variables)]
        impl ::leat_sdk::State for #ident {
            const VERSION: u32 = #version;

            fn write(&self, state: &mut ::leat_sdk::StateWriter) -> ::leat_sdk::Result<()> {
                #(#write)*
                ::core::result::Result::Ok(())
            }

            fn read(&mut self, mut state: ::leat_sdk::StateReader<'_>) -> ::leat_sdk::Result<()> {
                #(#read)*
                ::leat_sdk::StateReader::end(state)?;
                #(self.#fields = #values;)*
                ::core::result::Result::Ok(())
            }
        }
    }
}
