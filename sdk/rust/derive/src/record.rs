//! `#[derive(Record)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{DeriveInput, Field, GenericParam, Generics, Index, LitStr};

use crate::structs;

struct RecordField<'a> {
    field: &'a Field,
    name: String,
}

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    refuse_type_parameters(&input.generics)?;
    let fields = structs::named_fields(input, "Record")?.iter().map(read).collect::<syn::Result<Vec<_>>>()?;
    structs::refuse_twins(fields.iter().map(|f| (f.field, f.name.as_str())), "columns")?;
    Ok(implement(input, &fields))
}

/// A record is one list of columns: only the lifetime of its borrowed text may be open.
fn refuse_type_parameters(generics: &Generics) -> syn::Result<()> {
    let odd = generics.params.iter().find(|p| !matches!(p, GenericParam::Lifetime(_)));
    odd.map_or(Ok(()), |param| {
        Err(syn::Error::new_spanned(param, "a record has fields of known types; only a lifetime may be a parameter"))
    })
}

fn read(field: &Field) -> syn::Result<RecordField<'_>> {
    let mut rename = None;
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("record")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename") {
                return Err(meta.error("unknown attribute; `#[record(rename = \"…\")]` is the one there is"));
            }
            rename = Some(meta.value()?.parse::<LitStr>()?.value());
            Ok(())
        })?;
    }
    Ok(RecordField { field, name: structs::outside_name(field, rename) })
}

fn implement(input: &DeriveInput, fields: &[RecordField<'_>]) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, type_generics, where_clause) = input.generics.split_for_impl();
    let lifetimes = input.generics.lifetimes().map(|_| quote!('leat));
    let own = quote!(#ident<#(#lifetimes),*>);

    let names = fields.iter().map(|f| &f.name);
    let consts = each(fields, |f, _| quote!(#f::TYPE));
    let readers = each(fields, |f, _| quote!(#f::Reader<'leat>));
    let builders = each(fields, |f, _| quote!(#f::Builder));
    let binds = each(fields, |f, at| quote!(#f::reader(columns[#at], rows)?));
    let defaults = each(fields, |f, _| quote!(<#f::Builder as ::core::default::Default>::default()));
    let gets = each(fields, |f, at| quote!(#f::get(&columns.#at, row)));
    let takes = each(fields, |_, at| quote!(::leat_sdk::field::Builder::take(&mut builder.#at)));
    let idents: Vec<_> = fields.iter().map(|f| &f.field.ident).collect();
    let at = (0..fields.len()).map(Index::from);

    quote! {
        #[automatically_derived]
        #[allow(clippy::type_complexity, clippy::unused_unit, unused_qualifications)]
        impl #impl_generics ::leat_sdk::Record for #ident #type_generics #where_clause {
            const FIELDS: &'static [::leat_sdk::RecordField] =
                &[#(::leat_sdk::RecordField { name: #names, field_type: #consts },)*];
            type In<'leat> = #own;
            type Columns<'leat> = (#(#readers,)*);
            type Builder = (#(#builders,)*);

            fn bind<'leat>(
                columns: &[&'leat ::leat_sdk::contract::Column],
                rows: usize,
            ) -> ::leat_sdk::Result<Self::Columns<'leat>> {
                ::core::result::Result::Ok((#(#binds,)*))
            }

            #[inline]
            fn get<'leat>(columns: &Self::Columns<'leat>, row: usize) -> Self::In<'leat> {
                #ident { #(#idents: #gets,)* }
            }

            fn builder() -> Self::Builder {
                (#(#defaults,)*)
            }

            #[inline]
            fn append_to(&self, builder: &mut Self::Builder) {
                #(::leat_sdk::field::Field::append_to(&self.#idents, &mut builder.#at);)*
            }

            fn take(builder: &mut Self::Builder) -> ::std::vec::Vec<::leat_sdk::contract::Column> {
                ::std::vec![#(#takes,)*]
            }
        }
    }
}

/// A piece of code for each field, from `<type as Field>` and the field's place. An error of the compiler about a field's
/// type shall point at the type, so every word of the code is said to stand there.
fn each(fields: &[RecordField<'_>], code: impl Fn(&TokenStream, &Index) -> TokenStream) -> Vec<TokenStream> {
    let one = |(at, f): (usize, &RecordField<'_>)| {
        let (ty, span) = (&f.field.ty, f.field.ty.span());
        structs::at(span, code(&quote!(<#ty as ::leat_sdk::field::Field>), &Index::from(at)))
    };
    fields.iter().enumerate().map(one).collect()
}
