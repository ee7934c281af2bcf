//! Snippets of the corpus, broken by the thousand: the parser answers, and every place that it names is inside the file.

use leat_fuzzing::{Fuzz, Shape};
use leat_stream::diagnostic::{Colour, Renderer};
use leat_stream::parser::parse;
use leat_stream::source::SourceFile;

use crate::corpus::snippets;

#[test]
fn fuzzed_stream_files_are_parsed_or_refused_with_places() {
    let good: Vec<String> = snippets().into_iter().map(|snippet| snippet.text).collect();
    let words = ["${", "}", "->", "\"", "'", "/*", "//", "node ", "in ", "secret ", "sql ", "(", ")"];
    let seen = std::cell::Cell::new(0);
    let count = good.len();
    let tried = Fuzz::new("stream files", Shape::Text, good).words(words).run(|bytes| {
        let Ok(source) = SourceFile::from_bytes("fuzz.strm", bytes.to_vec()) else { return false };
        let parsed = parse(&source);
        for problem in &parsed.diagnostics {
            for label in std::iter::once(&problem.primary).chain(&problem.secondary) {
                assert!(source.text().get(label.span.range()).is_some(), "{:?}", label.span);
            }
        }
        Renderer::new(&source, Colour::Off).render_all(&parsed.diagnostics);
        // The snippets themselves come first, and some of them are refused by design.
        seen.set(seen.get() + 1);
        seen.get() <= count || parsed.is_accepted()
    });
    assert!(tried.taken > 0, "{tried:?}");
}
