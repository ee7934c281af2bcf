//! The language reference for users says what is true: every example of it is a process that the check has nothing to say
//! of, or is refused where it says so.
//!
//! What the examples find around them is in `reference/around.rs`. A comment before an example (readers do not see it) says what
//! it is where it is no process of its own:
//!
//! - `<!-- refused: CODE -->`: `leat check` refuses it, with this one error;
//! - `<!-- file: NAME.strm of the process above -->`: it is the file that the example before it refers to.
//!
//! Queries are bound here by the tests' own few lines of SQL; `leat-sql` binds those of the same examples in its tests.

mod around;

use std::collections::BTreeSet;

use leat_stream::diagnostic::{Colour, Renderer};
use leat_stream::parser::parse;
use leat_stream::source::SourceFile;
use leat_stream::syntax::OptionName;

use crate::check::world::World;

const REFERENCE: &str = include_str!("../../../docs/stream-language.md");
const SQL: &str = include_str!("../../../docs/sql.md");

/// A code block of a stream file.
struct Example {
    /// The heading it stands under.
    heading: &'static str,
    text: &'static str,
    is: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Process,
    Refused(&'static str),
    /// Of the process in the example before, by this name.
    File(&'static str),
}

impl Example {
    /// All of a document, in its order.
    fn all_of(document: &'static str) -> Vec<Example> {
        let mut examples = Vec::new();
        let mut heading = "";
        let mut before = "";
        let mut at = 0;
        for line in document.split_inclusive('\n') {
            at += line.len();
            if line == "```strm\n" {
                let text = document[at..].split("```").next().unwrap();
                examples.push(Example { heading, text, is: What::of(before) });
            } else if let Some(words) = line.strip_prefix('#') {
                heading = words.trim_matches(['#', ' ', '*', '+', '\n']);
            }
            before = line;
        }
        examples
    }

    fn all() -> Vec<Example> {
        [REFERENCE, SQL].into_iter().flat_map(Example::all_of).collect()
    }

    /// The tags that its statements run with.
    fn tags(&self) -> BTreeSet<&'static str> {
        let named = self.text.split("exec_when=").skip(1).filter_map(|rest| rest.split_whitespace().next());
        named.flat_map(|tags| tags.split(',')).collect()
    }

    /// Checks it in a world and holds what is said of it against what the document says.
    fn require(&self, world: &World) {
        let checked = world.check(self.text);
        let said = Renderer::new(&checked.source, Colour::Off).render_all(&checked.diagnostics);
        // The reference says of its examples that they leave the name out.
        let codes = checked.diagnostics.iter().map(|problem| problem.code).filter(|code| *code != "no-name");
        let expected: &[&str] = if let What::Refused(code) = &self.is { &[code] } else { &[] };
        assert_eq!(codes.collect::<Vec<_>>(), expected, "under \"{}\":\n{}\n{said}", self.heading, self.text);
        assert_eq!(checked.plan.is_some(), expected.is_empty(), "under \"{}\":\n{said}", self.heading);
    }
}

impl What {
    /// What the line before an example says of it.
    fn of(before: &'static str) -> What {
        let Some(comment) = before.trim_end().strip_prefix("<!-- ") else { return What::Process };
        let comment = comment.strip_suffix(" -->").unwrap();
        if let Some(code) = comment.strip_prefix("refused: ") {
            return What::Refused(code);
        }
        let file = comment.strip_prefix("file: ").and_then(|rest| rest.strip_suffix(".strm of the process above"));
        What::File(file.unwrap_or_else(|| panic!("what is `{comment}`?")))
    }
}

#[test]
fn every_example_of_the_reference_is_accepted() {
    let examples = Example::all();
    let fences = REFERENCE.matches("```strm").count() + SQL.matches("```strm").count();
    assert_eq!(examples.len(), fences, "every block is looked at");
    for example in examples {
        let source = SourceFile::new("docs", example.text);
        let parsed = parse(&source);
        let shown = Renderer::new(&source, Colour::Off).render_all(&parsed.diagnostics);
        assert!(parsed.diagnostics.is_empty(), "{}\n{shown}", example.text);
    }
}

#[test]
fn every_example_of_the_reference_is_checked() {
    let examples = Example::all();
    for (at, example) in examples.iter().enumerate() {
        let around = || match examples.get(at + 1) {
            Some(Example { is: What::File(name), text, .. }) => around::world(example.heading).process(name, text),
            _ => around::world(example.heading),
        };
        match example.is {
            // It is checked where it is used, which the example before it must do.
            What::File(name) => assert!(examples[at - 1].text.contains(&format!("subprocess {name}("))),
            What::Process | What::Refused(_) => example.require(&around()),
        }
        let tags = example.tags();
        if !tags.is_empty() {
            example.require(&tags.into_iter().fold(around(), World::tag));
        }
    }
}

#[test]
fn an_example_is_checked_and_not_merely_read() {
    let example = |text| Example { heading: "Arrow files", text, is: What::Process };
    let good = example("in \"in/positions.arrow\" -> positions\nout positions -> \"positions.arrow\"\n");
    good.require(&around::world("Arrow files"));
    for text in [
        "in \"in/gone.arrow\" -> positions\nout positions -> \"positions.arrow\"\n",
        "in \"in/positions.arrow\" -> positions\n",
    ] {
        let refused = std::panic::catch_unwind(|| example(text).require(&around::world("Arrow files")));
        assert!(refused.is_err(), "{text}");
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
