//! The language reference for users says what is true.

use leat_stream::diagnostic::{Colour, Renderer};
use leat_stream::parser::parse;
use leat_stream::source::SourceFile;
use leat_stream::syntax::OptionName;

const REFERENCE: &str = include_str!("../../../docs/stream-language.md");
const SQL: &str = include_str!("../../../docs/sql.md");

/// The code blocks of stream files.
fn examples() -> impl Iterator<Item = &'static str> {
    let blocks = |text: &'static str| text.split("```strm\n").skip(1);
    [REFERENCE, SQL].into_iter().flat_map(blocks).map(|rest| rest.split("```").next().unwrap_or_default())
}

#[test]
fn every_example_of_the_reference_is_accepted() {
    assert!(examples().count() > 8);
    for example in examples() {
        let source = SourceFile::new("docs", example);
        let parsed = parse(&source);
        let shown = Renderer::new(&source, Colour::Off).render_all(&parsed.diagnostics);
        assert!(parsed.diagnostics.is_empty(), "{example}\n{shown}");
    }
}

#[test]
fn every_option_is_in_the_reference() {
    for (_, spellings) in OptionName::ALL {
        for spelling in *spellings {
            let is_named = REFERENCE.contains(&format!("`{spelling}`")) || REFERENCE.contains(&format!("`{spelling}="));
            assert!(is_named, "`{spelling}` is not in docs/stream-language.md");
        }
    }
}
