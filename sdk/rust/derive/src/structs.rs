//! What the derives have in common: structs with named fields, their attributes and doc comments.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Field, Fields, Lit, Meta, Token};

/// The fields of a struct with named fields; an error that says what is wrong with anything else.
pub(crate) fn named_fields<'a>(input: &'a DeriveInput, derive: &str) -> syn::Result<&'a Punctuated<Field, Token![,]>> {
    let wrong = |what: &str| {
        let message = format!("`{derive}` can be derived for a struct with named fields, not for {what}");
        Err(syn::Error::new_spanned(&input.ident, message))
    };
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if fields.named.is_empty() => wrong("one without fields"),
            Fields::Named(fields) => Ok(&fields.named),
            Fields::Unnamed(_) | Fields::Unit => wrong("a tuple or a unit"),
        },
        Data::Enum(_) => wrong("an enum"),
        Data::Union(_) => wrong("a union"),
    }
}

/// The sentences of a doc comment, lines joined.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The name that a field goes by outside: its `rename`, else its own without `r#`.
pub(crate) fn outside_name(field: &Field, rename: Option<String>) -> String {
    let own = || field.ident.as_ref().map(|ident| syn::ext::IdentExt::unraw(ident).to_string());
    rename.or_else(own).unwrap_or_default()
}

/// Points at the second of two fields of one name.
pub(crate) fn refuse_twins<'a>(names: impl Iterator<Item = (&'a Field, &'a str)>, what: &str) -> syn::Result<()> {
    let mut seen = Vec::new();
    for (field, name) in names {
        if seen.contains(&name) {
            return Err(syn::Error::new_spanned(field, format!("there are two {what} of the name `{name}`")));
        }
        seen.push(name);
    }
    Ok(())
}

/// Code that the compiler shall take to stand at another place.
pub(crate) fn at(span: Span, code: TokenStream) -> TokenStream {
    let moved = code.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), at(span, group.stream()));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        mut token => {
            token.set_span(span);
            token
        }
    });
    moved.collect()
}
