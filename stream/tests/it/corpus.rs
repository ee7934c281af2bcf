//! Snippets with the verdict of VOR Stream's public grammar: ours must be the same on every one.

use leat_stream::parser::parse;
use leat_stream::source::SourceFile;

const CORPUS: &str = include_str!("../corpus/strm-corpus.jsonl");

/// A snippet of the corpus.
pub(crate) struct Snippet {
    id: String,
    kind: String,
    accept: bool,
    pub(crate) text: String,
}

/// Every snippet.
pub(crate) fn snippets() -> Vec<Snippet> {
    let read = |line: &str| {
        let json: serde_json::Value = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let text = |key: &str| json[key].as_str().expect("a text").to_owned();
        Snippet {
            id: text("id"),
            kind: text("kind"),
            accept: json["accept"].as_bool().expect("a verdict"),
            text: text("text"),
        }
    };
    CORPUS.lines().map(read).collect()
}

#[test]
fn every_snippet_has_the_verdict_of_vor() {
    let snippets = snippets();
    assert_eq!(snippets.len(), 293);
    let mut disagreements = Vec::new();
    for snippet in snippets {
        let parsed = parse(&SourceFile::new(&snippet.id, &snippet.text));
        if parsed.is_accepted() == snippet.accept {
            continue;
        }
        let Snippet { id, kind, accept, text } = snippet;
        let said: Vec<&str> = parsed.diagnostics.iter().map(|problem| problem.message.as_str()).collect();
        disagreements.push(format!("{id} ({kind}), VOR accepts: {accept}; we say {said:?}\n{text}"));
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n----\n"));
}

#[test]
fn an_accepted_snippet_loses_no_statement() {
    for snippet in snippets().into_iter().filter(|snippet| snippet.accept) {
        let parsed = parse(&SourceFile::new(&snippet.id, &snippet.text));
        assert!(!parsed.file.incomplete, "{}", snippet.id);
    }
}
