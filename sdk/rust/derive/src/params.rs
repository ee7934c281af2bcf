//! `#[derive(Params)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Expr, Field, LitStr};

use crate::structs;

struct Param<'a> {
    field: &'a Field,
    name: String,
    default: Option<Expr>,
    description: String,
}

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    if let Some(param) = input.generics.params.first() {
        return Err(syn::Error::new_spanned(
            param,
            "parameters have known types; the struct takes no generic parameter",
        ));
    }
    let params = structs::named_fields(input, "Params")?.iter().map(read).collect::<syn::Result<Vec<_>>>()?;
    structs::refuse_twins(params.iter().map(|p| (p.field, p.name.as_str())), "parameters")?;
    Ok(implement(input, &params))
}

fn read(field: &Field) -> syn::Result<Param<'_>> {
    let (mut rename, mut default) = (None, None);
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("param")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("default") {
                default = Some(meta.value()?.parse::<Expr>()?);
            } else if meta.path.is_ident("rename") {
                rename = Some(meta.value()?.parse::<LitStr>()?.value());
            } else {
                return Err(meta.error("unknown attribute; there are `default = …` and `rename = \"…\"`"));
            }
            Ok(())
        })?;
    }
    Ok(Param { field, name: structs::outside_name(field, rename), default, description: structs::doc(&field.attrs) })
}

fn implement(input: &DeriveInput, params: &[Param<'_>]) -> TokenStream {
    let ident = &input.ident;
    let idents = params.iter().map(|p| &p.field.ident);
    let names = params.iter().map(|p| &p.name);
    let types = params.iter().map(|p| &p.field.ty);
    let infos = params.iter().map(info);
    quote! {
        #[automatically_derived]
        #[allow(clippy::useless_conversion)]
        impl ::leat_sdk::Params for #ident {
            fn describe() -> ::std::vec::Vec<::leat_sdk::contract::ParameterInfo> {
                ::std::vec![#(#infos),*]
            }

            fn read(values: &::leat_sdk::Parameters) -> ::leat_sdk::Result<Self> {
                ::core::result::Result::Ok(#ident { #(#idents: values.get::<#types>(#names)?),* })
            }
        }
    }
}

fn info(param: &Param<'_>) -> TokenStream {
    let Param { field, name, default, description } = param;
    let ty = &field.ty;
    let as_parameter = quote_spanned!(ty.span()=> <#ty as ::leat_sdk::Parameter>);
    let default = match default {
        None => quote!(::core::option::Option::None),
        // `From` so that `default = 1` is a float and `default = "x"` a `String`.
        Some(value) => quote_spanned! {value.span()=>
            ::core::option::Option::Some(#as_parameter::into_value(<#ty as ::core::convert::From<_>>::from(#value)))
        },
    };
    quote! {
        ::leat_sdk::contract::ParameterInfo {
            name: ::std::string::String::from(#name),
            value_type: #as_parameter::TYPE,
            default: #default,
            description: ::std::string::String::from(#description),
        }
    }
}
