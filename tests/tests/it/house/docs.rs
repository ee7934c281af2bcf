//! Rules on the documents: links point at files that exist, and the architecture names every crate.

use super::tree::TextFile;

/// Crates that the document does not name in backquotes or bold or as a word of its own.
pub(super) fn unnamed_crates(names: &[String], document: &TextFile) -> Vec<String> {
    let is_part_of_name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let words: Vec<&str> = document.text.split(|c| !is_part_of_name(c)).collect();
    names
        .iter()
        .filter(|name| !words.contains(&name.as_str()))
        .map(|name| format!("{} does not name the crate `{name}`", document.path))
        .collect()
}

/// Tests that the document names in backquotes, in the rows of its tables, and that no source file has; and rows of the table of
/// vulnerabilities that name none.
pub(super) fn untested(document: &TextFile, sources: &[TextFile]) -> Vec<String> {
    let (_, after) = document.text.split_once("| held by |").unwrap_or_default();
    let rows = after.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut problems = Vec::new();
    let mut count = 0;
    for row in rows {
        count += 1;
        let tests: Vec<&str> = row.rsplit('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2).collect();
        if tests.is_empty() {
            problems.push(format!("{}: no test holds this row: {row}", document.path));
        }
        for test in tests {
            let declared = format!("fn {test}(");
            if !sources.iter().any(|source| source.text.contains(&declared)) {
                problems.push(format!("{}: there is no test `{test}`", document.path));
            }
        }
    }
    if count == 0 {
        problems.push(format!("{}: there is no table of vulnerabilities", document.path));
    }
    problems
}

/// Relative links of the documents that `exists` (asked with a path from the repository's root) does not know.
pub(super) fn broken_links(documents: &[TextFile], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    for document in documents {
        let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut in_code = false;
        for (number, line) in document.text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
                continue;
            }
            let targets = if in_code { Vec::new() } else { link_targets(line) };
            for target in targets {
                let known = resolve(folder, target).is_some_and(|path| exists(&path));
                if !known {
                    let place = format!("{}:{}", document.path, number + 1);
                    problems.push(format!("{place}: the link `{target}` leads nowhere"));
                }
            }
        }
    }
    problems
}

/// The targets of a line's relative links, without their fragments.
fn link_targets(line: &str) -> Vec<&str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .map(|target| target.split_once('#').map_or(target, |(path, _)| path))
        .filter(|target| !target.is_empty())
        .collect()
}

/// A link's target as a path from the root; nothing where it leads out of the repository.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(path: &str, text: &str) -> TextFile {
        TextFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn a_crate_is_named_only_by_its_whole_name() {
        let names = ["leat".to_owned(), "leat-io".to_owned()];
        assert_eq!(
            unnamed_crates(&names, &document("A.md", "the crates `leat-iota` and **leat-flow**")),
            ["A.md does not name the crate `leat`", "A.md does not name the crate `leat-io`"]
        );
        assert!(unnamed_crates(&names, &document("A.md", "`leat` uses leat-io.")).is_empty());
    }

    #[test]
    fn a_link_to_a_missing_file_is_found_with_its_line() {
        let text =
            "see [a](b.md) and\n[c](../README.md#tour), [d](gone.md), [e](https://example.org/x.md), [f](#here)\n";
        let known = |path: &str| ["docs/b.md", "README.md"].contains(&path);
        assert_eq!(
            broken_links(&[document("docs/a.md", text)], known),
            ["docs/a.md:2: the link `gone.md` leads nowhere"]
        );
    }

    #[test]
    fn a_link_out_of_the_repository_is_found() {
        let found = broken_links(&[document("a.md", "[x](../y.md)")], |_| true);
        assert_eq!(found, ["a.md:1: the link `../y.md` leads nowhere"]);
    }

    #[test]
    fn code_in_a_document_holds_no_links() {
        let text = "```rust\nlet x = a[0](b.md);\n```\n[y](c.md)\n";
        assert_eq!(broken_links(&[document("a.md", text)], |_| false), ["a.md:4: the link `c.md` leads nowhere"]);
    }

    #[test]
    fn a_row_without_a_test_that_there_is_is_found() {
        let table = |row: &str| document("SECURITY.md", &format!("| it is | held by |\n| --- | --- |\n{row}\n\nrest"));
        let sources = [document("a.rs", "fn there() {}")];
        assert!(untested(&table("| a | `there` |"), &sources).is_empty());
        assert_eq!(untested(&table("| a | `there`, `gone` |"), &sources).len(), 1);
        assert_eq!(untested(&table("| a | words |"), &sources).len(), 1);
        assert_eq!(untested(&document("SECURITY.md", "nothing"), &sources).len(), 1);
    }
}
