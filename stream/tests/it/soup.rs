//! No text makes the parser panic, lose its place, or take long: random tokens, mutated snippets, deep and wide files.

use leat_stream::diagnostic::{Colour, Label, Renderer};
use leat_stream::parser::{DIAGNOSTICS_KEPT_MAX, NESTING_MAX, Parsed, parse};
use leat_stream::source::SourceFile;
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, TestRunner};

use crate::corpus::snippets;

const WORDS: [&str; 96] = [
    "name",
    "descr",
    "label",
    "type",
    "param",
    "in",
    "input",
    "out",
    "output",
    "node",
    "sql",
    "sas",
    "model",
    "process",
    "subprocess",
    "queue",
    "select",
    "with",
    "default",
    "report",
    "db",
    "pg",
    "mssql",
    "csv",
    "delim",
    "where",
    "getsig",
    "setsig",
    "compress",
    "exec_when",
    "on_error",
    "params",
    "lang",
    "rust",
    "null",
    "not",
    "int64",
    "decimal",
    "text",
    "threads",
    "true",
    "false",
    "s3",
    "var",
    "opt",
    "dyn",
    "x",
    "q",
    "trades",
    "->",
    "(",
    ")",
    "{",
    "}",
    ",",
    "=",
    ".",
    "/",
    "-",
    "${",
    "$",
    "s3://",
    ".csv",
    ".gz",
    ".sas7bdat",
    ";",
    "\"",
    "'",
    "\"a\"",
    "'b'",
    "\",\"",
    "\"${x}.csv\"",
    "//",
    "/*",
    "*/",
    "--",
    "1",
    "-2.5e3",
    "07",
    "\n",
    "\r",
    "\t",
    " ",
    "\u{B}",
    "\u{C}",
    "é",
    "→",
    "😀",
    "\\",
    "\\\"",
    "<",
    ">",
    ":",
    "@",
    "in a.csv -> a\n",
    "node n(a)(b)\n",
];

/// What must hold whatever the text.
fn check(text: &str) -> Parsed {
    let source = SourceFile::new("soup.strm", text);
    let parsed = parse(&source);
    assert!(parsed.diagnostics.len() <= DIAGNOSTICS_KEPT_MAX);
    for problem in &parsed.diagnostics {
        assert_label(text, &problem.primary);
        problem.secondary.iter().for_each(|label| assert_label(text, label));
        assert!(!problem.message.is_empty());
    }
    for statement in parsed.file.statements() {
        assert!(text.get(statement.span().range()).is_some(), "{:?}", statement.span());
        for option in statement.options().into_iter().flat_map(|options| &options.list) {
            assert!(text.get(option.span.range()).is_some_and(|written| !written.is_empty()));
            assert!(option.span.start <= option.name_span.start && option.name_span.end <= option.span.end);
        }
    }
    Renderer::new(&source, Colour::Off).render_all(&parsed.diagnostics);
    parsed
}

fn assert_label(text: &str, label: &Label) {
    let span = label.span;
    assert!(span.start <= span.end && text.get(span.range()).is_some(), "{span:?} in {} bytes", text.len());
}

fn run<S: Strategy<Value = String>>(cases: u32, strategy: S) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&strategy, |text| {
        check(&text);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn any_tokens_get_an_answer_with_places_inside_the_file() {
    let word = prop::sample::select(WORDS.to_vec());
    let glue = prop::sample::select(vec!["", " ", " ", "\n"]);
    let tokens = prop::collection::vec((word, glue), 0..80);
    run(3000, tokens.prop_map(|tokens| tokens.into_iter().flat_map(|(word, glue)| [word, glue]).collect()));
}

#[test]
fn any_characters_get_an_answer_with_places_inside_the_file() {
    run(1000, any::<String>());
}

#[test]
fn any_mutated_snippet_gets_an_answer_with_places_inside_the_file() {
    let texts: Vec<String> = snippets().into_iter().map(|snippet| snippet.text).collect();
    let one = || prop::sample::select(texts.clone());
    let cut = || any::<prop::sample::Index>();
    let splice = (one(), one(), cut(), cut(), cut(), prop::sample::select(WORDS.to_vec()));
    let spliced = splice.prop_map(|(first, second, from, to, at, word)| {
        let (head, tail) = (chars(&first, from.index(first.len() + 1)), chars(&second, to.index(second.len() + 1)));
        let mut text = format!("{}{word}{}", &first[..head], &second[tail..]);
        text.insert_str(chars(&text, at.index(text.len() + 1)), word);
        text
    });
    run(3000, spliced);
}

/// The character boundary at or before a byte.
fn chars(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

#[test]
fn groups_nested_ten_thousand_deep_are_one_problem() {
    for close in ["}", ""] {
        let text = format!("{}{}", "process p {\n".repeat(10_000), close.repeat(10_000));
        let parsed = check(&text);
        assert_eq!(parsed.diagnostics.len(), 1, "{:?}", parsed.diagnostics);
        assert_eq!(parsed.diagnostics[0].code, "nested-too-deep");
    }
}

#[test]
fn groups_may_nest_to_the_limit() {
    let text = format!("{}{}", "process p {\n".repeat(NESTING_MAX), "}".repeat(NESTING_MAX));
    assert!(check(&text).is_accepted());
}

/// A parser that looked at a stretch of the file again for each statement would never end on these.
#[test]
fn a_large_file_of_unfinished_things_is_read_in_one_pass() {
    let repeated = [
        "sql select a from b\n",
        "sql select ' from b;\n",
        "sql select /* ;\n",
        "in a.csv -> ",
        "node n(a b c ",
        "\"x\n",
        "'x\n",
        "\\\"",
        "/* ",
        "process p { ",
        "out q -> s3://a/b c d ",
        "in a . b . ",
        "descr \"in a -> b\nin c -> d = ",
        "= ",
    ];
    for piece in repeated {
        let text = piece.repeat((256 << 10) / piece.len());
        check(&text);
    }
}
