//! What an author reads who has written something that cannot be.

use proc_macro2::TokenStream;

fn message(code: syn::Result<TokenStream>) -> String {
    code.map_or_else(|error| error.to_string(), |_| "no error".to_owned())
}

fn record(source: &str) -> String {
    message(syn::parse_str(source).and_then(|input| crate::record::expand(&input)))
}

fn params(source: &str) -> String {
    message(syn::parse_str(source).and_then(|input| crate::params::expand(&input)))
}

fn node(arguments: &str, item: &str) -> String {
    let parse = |text: &str| text.parse::<TokenStream>().unwrap();
    message(crate::node::expand(parse(arguments), parse(item)))
}

#[test]
fn what_is_no_record_is_told_why() {
    let cases = [
        ("struct A { x: f64 }", "no error"),
        ("struct A<'a> { x: &'a str }", "no error"),
        ("struct A;", "`Record` can be derived for a struct with named fields, not for a tuple or a unit"),
        ("struct A(f64);", "`Record` can be derived for a struct with named fields, not for a tuple or a unit"),
        ("struct A {}", "`Record` can be derived for a struct with named fields, not for one without fields"),
        ("enum A { B }", "`Record` can be derived for a struct with named fields, not for an enum"),
        ("struct A<T> { x: T }", "a record has fields of known types; only a lifetime may be a parameter"),
        ("struct A { #[record(rename = \"y\")] x: f64, y: f64 }", "there are two columns of the name `y`"),
        (
            "struct A { #[record(scale = 2)] x: f64 }",
            "unknown attribute; `#[record(rename = \"…\")]` is the one there is",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(record(source), expected, "{source}");
    }
}

#[test]
fn what_are_no_parameters_is_told_why() {
    let cases = [
        ("struct A { #[param(default = 1, rename = \"a b\")] x: f64 }", "no error"),
        ("struct A<'a> { x: &'a str }", "parameters have known types; the struct takes no generic parameter"),
        ("struct A { #[param(min = 0)] x: f64 }", "unknown attribute; there are `default = …` and `rename = \"…\"`"),
        ("union A { x: f64 }", "`Params` can be derived for a struct with named fields, not for a union"),
    ];
    for (source, expected) in cases {
        assert_eq!(params(source), expected, "{source}");
    }
}

#[test]
fn what_is_no_node_is_told_why() {
    let shape = "a node's function takes a record, and its parameters by reference if it has any: \
                 `fn name(record: Trade, params: &PriceParams) -> Value`";
    let cases = [
        ("", "fn f(a: A) -> B { b }", "no error"),
        ("pass(id, \"Adj Close\", type,)", "fn f(a: A<'_>, p: &P) -> Result<B<'_>, &str> { b }", "no error"),
        ("", "impl Node for A {}", "no error"),
        ("keep(id)", "fn f(a: A) -> B { b }", "unknown argument; there are `pass(column, …)` and `reads(FACT, …)`"),
        ("reads(SPOT, facts::RATE), pass(id)", "fn f(a: A) -> B { b }", "no error"),
        ("pass(id) more", "fn f(a: A) -> B { b }", "expected a comma, or nothing"),
        ("", "fn f() -> B { b }", shape),
        ("", "fn f(a: A, p: &P, q: &Q) -> B { b }", shape),
        ("", "fn f(&self) -> B { b }", shape),
        ("", "fn f(a: A, p: P) -> B { b }", "parameters are taken by reference: `params: &PriceParams`"),
        ("", "fn f(a: A, p: &mut P) -> B { b }", "parameters are taken by reference: `params: &PriceParams`"),
        ("", "fn f(a: &A) -> B { b }", "the record is taken by value: `trade: Trade`"),
        ("", "fn f(a: A) { b }", "a node's function returns what it makes: a record, or Option, Vec or Result of one"),
        ("", "async fn f(a: A) -> B { b }", "a node's function is called and returns; it cannot be async"),
        ("", "fn f<T>(a: T) -> B { b }", "a node's function has known types; it takes no generic parameter"),
        ("", "impl A {}", "`node` stands above an `impl Node for …`, not a plain `impl`"),
        ("stateless", "impl Node for A {}", "no error"),
        (
            "pass(id)",
            "impl Node for A {}",
            "a node of struct form takes no argument here but `stateless`; it says the rest in `ports`",
        ),
        ("", "impl Node for A { fn restore(&mut self) {} }", "`snapshot` and `restore` are written together"),
        (
            "stateless",
            "impl Node for A { fn snapshot(&self) {} fn restore(&mut self) {} }",
            "a stateless node gives and takes up nothing",
        ),
        ("", "struct A;", "`node` stands above a function or an `impl Node for …`"),
    ];
    for (arguments, item, expected) in cases {
        assert_eq!(node(arguments, item), expected, "#[node({arguments})] {item}");
    }
}

#[test]
fn what_is_no_state_is_told_why() {
    let state = |source: &str| message(syn::parse_str(source).and_then(|input| crate::state::expand(&input)));
    let cases = [
        ("#[state(version = 2)] struct A { #[state(skip)] x: f64, y: f64 }", "no error"),
        ("struct A<T> { x: T }", "a node has known types; the struct takes no generic parameter"),
        ("struct A(f64);", "`State` can be derived for a struct with named fields, not for a tuple or a unit"),
        (
            "#[state(skip)] struct A { x: f64 }",
            "unknown attribute; `#[state(version = 2)]` is the one there is for a struct",
        ),
        (
            "struct A { #[state(default)] x: f64 }",
            "unknown attribute; `#[state(skip)]` is the one there is for a field",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(state(source), expected, "{source}");
    }
}
