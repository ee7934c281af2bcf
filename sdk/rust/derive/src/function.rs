//! `#[leat_sdk::node]` above a function of one record.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{FnArg, Ident, ItemFn, LitStr, Path, ReturnType, Token, Type, parenthesized};

use crate::{node, structs};

/// `pass(id, "Adj Close"), reads(SPOT)`.
#[derive(Default)]
pub(crate) struct Arguments {
    pass: Vec<LitStr>,
    reads: Vec<Path>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Arguments::default();
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            let inside;
            if word == "pass" {
                parenthesized!(inside in input);
                arguments.pass.extend(Punctuated::<LitStr, Token![,]>::parse_terminated_with(&inside, column_name)?);
            } else if word == "reads" {
                parenthesized!(inside in input);
                arguments.reads.extend(Punctuated::<Path, Token![,]>::parse_terminated(&inside)?);
            } else {
                let message = "unknown argument; there are `pass(column, …)` and `reads(FACT, …)`";
                return Err(syn::Error::new(word.span(), message));
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                return Err(input.error("expected a comma, or nothing"));
            }
        }
        Ok(arguments)
    }
}

/// An identifier, or a string where the name is none.
fn column_name(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if input.peek(LitStr) {
        return input.parse();
    }
    let ident: Ident = syn::ext::IdentExt::parse_any(input)?;
    Ok(LitStr::new(&syn::ext::IdentExt::unraw(&ident).to_string(), ident.span()))
}

/// The types that a node's function names.
struct Signature {
    record: Type,
    params: Option<Type>,
    answer: Type,
}

pub(crate) fn expand(arguments: &Arguments, function: &ItemFn) -> syn::Result<TokenStream> {
    let signature = read(function)?;
    Ok(implement(arguments, function, &signature))
}

fn read(function: &ItemFn) -> syn::Result<Signature> {
    let sig = &function.sig;
    if let Some(word) = &sig.asyncness {
        return Err(syn::Error::new(word.span(), "a node's function is called and returns; it cannot be async"));
    }
    if let Some(param) = sig.generics.params.iter().find(|p| !matches!(p, syn::GenericParam::Lifetime(_))) {
        return Err(syn::Error::new_spanned(param, "a node's function has known types; it takes no generic parameter"));
    }
    let shape = "a node's function takes a record, and its parameters by reference if it has any: `fn name(record: Trade, params: &PriceParams) -> Value`";
    let mut types = Vec::new();
    for input in &sig.inputs {
        match input {
            FnArg::Typed(argument) => types.push((*argument.ty).clone()),
            FnArg::Receiver(receiver) => return Err(syn::Error::new_spanned(receiver, shape)),
        }
    }
    let (record, params) = match <[Type; 2]>::try_from(types) {
        Ok([record, Type::Reference(params)]) if params.mutability.is_none() => (record, Some(*params.elem)),
        Ok([_, odd]) => {
            return Err(syn::Error::new_spanned(odd, "parameters are taken by reference: `params: &PriceParams`"));
        }
        Err(types) => match <[Type; 1]>::try_from(types) {
            Ok([record]) => (record, None),
            Err(_) => return Err(syn::Error::new_spanned(&sig.ident, shape)),
        },
    };
    if let Type::Reference(reference) = &record {
        return Err(syn::Error::new_spanned(reference, "the record is taken by value: `trade: Trade`"));
    }
    let ReturnType::Type(_, answer) = &sig.output else {
        return Err(syn::Error::new_spanned(
            &sig.ident,
            "a node's function returns what it makes: a record, or Option, Vec or Result of one",
        ));
    };
    Ok(Signature { record: with_static_lifetimes(&record)?, params, answer: with_static_lifetimes(answer)? })
}

/// A type for places where lifetimes do not matter, since what is read lives as long as its batch in any case: every
/// lifetime, written or left out after `&`, becomes `'static`.
fn with_static_lifetimes(ty: &Type) -> syn::Result<Type> {
    syn::parse2(make_static(quote!(#ty)))
}

fn make_static(tokens: TokenStream) -> TokenStream {
    let mut made = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(tick) if tick.as_char() == '\'' => {
                tokens.next();
                made.extend(quote_spanned!(tick.span()=> 'static));
            }
            TokenTree::Punct(and) if and.as_char() == '&' => {
                let named = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                let lifetime = (!named).then(|| quote_spanned!(and.span()=> 'static));
                made.push(TokenTree::Punct(and));
                made.extend(lifetime.into_iter().flatten());
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), make_static(group.stream()));
                inner.set_span(group.span());
                made.push(TokenTree::Group(inner));
            }
            other => made.push(other),
        }
    }
    made.into_iter().collect()
}

fn implement(arguments: &Arguments, function: &ItemFn, signature: &Signature) -> TokenStream {
    let Signature { record, params, answer } = signature;
    let (name, vis) = (&function.sig.ident, &function.vis);
    let text = syn::ext::IdentExt::unraw(name).to_string();
    let description = structs::doc(&function.attrs);
    let note = format!("The node that [`{text}()`] makes; name it to the test harness.");
    let Arguments { pass, reads } = arguments;
    let no_params: Type = syn::parse_quote!(());
    let params_type = params.as_ref().unwrap_or(&no_params);
    let given = params.as_ref().map(|_| quote!(, &self.params));
    // Errors about the types shall point at them.
    let at_record = |code| structs::at(record.span(), code);
    let at_answer = |code| structs::at(answer.span(), code);
    let builder = at_answer(quote!(::leat_sdk::function::BuilderOf<#answer>));
    let new_rows = at_answer(quote!(::leat_sdk::function::Rows::new::<#answer>()));
    let shape = at_answer(quote!(<#answer as ::leat_sdk::function::Answer>::SHAPE));
    let bind = at_record(quote!(batch.bind::<#record>()?));
    let get = at_record(quote!(<#record as ::leat_sdk::Record>::get(&columns, row)));
    let (give, take) = node::stateless();
    let as_params = structs::at(params_type.span(), quote!(#params_type));

    quote! {
        #[allow(dead_code, reason = "called by the component alone where there are no tests")]
        #function

        #[doc = #note]
        #[allow(non_camel_case_types)]
        #vis struct #name {
            params: #params_type,
            rows: ::leat_sdk::function::Rows<#builder>,
        }

        #[automatically_derived]
        impl ::leat_sdk::Node for #name {
            type Params = #as_params;

            fn ports() -> ::leat_sdk::Ports {
                ::leat_sdk::function::ports::<#record, #answer>(&[#(#pass),*])
            }

            fn facts() -> ::leat_sdk::Facts {
                ::leat_sdk::Facts::new() #(.reads(#reads))*
            }

            fn open(params: #params_type, _: &::leat_sdk::Context) -> ::leat_sdk::Result<Self> {
                let rows = #new_rows;
                ::core::result::Result::Ok(#name { params, rows })
            }

            fn process(
                &mut self,
                batch: &::leat_sdk::Batch<'_>,
                out: &mut ::leat_sdk::Outputs,
            ) -> ::leat_sdk::Result<()> {
                let columns = #bind;
                self.rows.begin(#shape, out);
                for row in 0..batch.rows() {
                    let answer = #name(#get #given);
                    ::leat_sdk::function::Answer::put(answer, row, &mut self.rows, out)?;
                }
                self.rows.send(batch, out)
            }

            fn snapshot(&self) -> ::leat_sdk::Result<::std::vec::Vec<u8>> {
                #give
            }

            fn restore(&mut self, state: &[u8]) -> ::leat_sdk::Result<()> {
                #take
            }
        }

        #[automatically_derived]
        impl ::leat_sdk::Named for #name {
            const NAME: &'static str = #text;
            const DESCRIPTION: &'static str = #description;
        }

        ::leat_sdk::export_node!(#name);
    }
}
