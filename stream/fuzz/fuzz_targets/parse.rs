//! Any bytes as a stream file: the parser must answer, with every place inside the file, and the answer must be
//! showable. Run with `cargo +nightly fuzz run parse` in `stream/`.

#![no_main]

use leat_stream::diagnostic::{Colour, Renderer};
use leat_stream::parser::parse;
use leat_stream::source::SourceFile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = SourceFile::from_bytes("fuzz.strm", bytes.to_vec()) else {
        return;
    };
    let parsed = parse(&source);
    for problem in &parsed.diagnostics {
        for label in std::iter::once(&problem.primary).chain(&problem.secondary) {
            assert!(source.text().get(label.span.range()).is_some(), "{:?}", label.span);
        }
        problem.to_json(&source);
    }
    for statement in parsed.file.statements() {
        assert!(source.text().get(statement.span().range()).is_some(), "{:?}", statement.span());
    }
    Renderer::new(&source, Colour::On).render_all(&parsed.diagnostics);
});
