//! Rules on the shape of source files: length, header, name, nothing unfinished.

use std::collections::BTreeMap;

use super::tree::TextFile;

/// A file longer than this needs a reason in [`LONG_FILES`].
const LINES_MAX: usize = 400;
/// No reason is good enough beyond this.
const LINES_NEVER: usize = 600;

/// A file that is longer than [`LINES_MAX`], how long it may be, and why. The list may only shrink: a file that
/// became shorter loses its line here, and no file grows beyond its number.
pub(super) struct LongFile {
    pub(super) path: &'static str,
    pub(super) lines_max: usize,
    pub(super) reason: &'static str,
}

/// The exceptions there are.
pub(super) const LONG_FILES: &[LongFile] = &[];

/// Files that are longer than they may be, and exceptions that are not needed.
pub(super) fn too_long(files: &[TextFile], exceptions: &[LongFile]) -> Vec<String> {
    let mut problems = Vec::new();
    // What a machine writes nobody reads; its first line says so, and a test keeps it as it was made.
    let written = |file: &&TextFile| !file.text.lines().next().is_some_and(|line| line.contains("@generated"));
    for file in files.iter().filter(written) {
        let lines = file.text.lines().count();
        let exception = exceptions.iter().find(|e| e.path == file.path);
        let allowed = exception.map_or(LINES_MAX, |e| e.lines_max).min(LINES_NEVER);
        if lines > allowed {
            problems.push(format!("{} has {lines} lines; {allowed} are allowed", file.path));
        }
    }
    for exception in exceptions {
        let needed = files.iter().any(|file| file.path == exception.path && file.text.lines().count() > LINES_MAX);
        if !needed {
            problems.push(format!("{} needs no exception: take it off the list", exception.path));
        }
        if exception.reason.is_empty() {
            problems.push(format!("the exception for {} gives no reason", exception.path));
        }
    }
    problems
}

/// Files that do not begin with a `//!` header (inner attributes may stand before it).
pub(super) fn without_header(files: &[TextFile]) -> Vec<String> {
    files
        .iter()
        .filter(|file| !has_header(&file.text))
        .map(|file| format!("{} does not begin with a `//!` header that says what it is", file.path))
        .collect()
}

fn has_header(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("#!["));
    first.and_then(|line| line.strip_prefix("//!")).is_some_and(|text| text.trim().len() > 10)
}

/// Files called `mod.rs`.
pub(super) fn named_mod(files: &[TextFile]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.path.rsplit('/').next() == Some("mod.rs"))
        .map(|file| format!("{}: write `name.rs` beside the folder instead", file.path))
        .collect()
}

/// Files beside or below a module that does not name them: nobody compiles them, and the tests in them never run.
pub(super) fn unnamed(files: &[TextFile]) -> Vec<String> {
    let texts: BTreeMap<&str, &str> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let is_named = |path: &str| {
        let Some((folder, name)) = path.strip_suffix(".rs").and_then(|path| path.rsplit_once('/')) else { return true };
        let parents = [format!("{folder}.rs"), format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
        if parents.iter().any(|parent| parent == path) {
            return true;
        }
        let mut parents = parents.iter().filter_map(|parent| texts.get(parent.as_str())).peekable();
        // The roots of crates, of examples and of tests have nobody above them.
        let names = |text: &&str| text.lines().any(|line| line.trim_start().ends_with(&format!("mod {name};")));
        parents.peek().is_none() || parents.any(names)
    };
    let unnamed = files.iter().filter(|file| !is_named(&file.path));
    unnamed.map(|file| format!("{}: no `mod` names it, so it is not compiled", file.path)).collect()
}

/// Spelled in two halves, so that this file does not find itself.
const UNFINISHED: [&str; 3] = [concat!("#[ig", "nore"), concat!("to", "do!("), concat!("unimpl", "emented!(")];

/// Places where a test is switched off or code is left for later.
pub(super) fn unfinished(files: &[TextFile]) -> Vec<String> {
    let mut problems = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate() {
            for word in UNFINISHED.iter().filter(|word| line.contains(*word)) {
                problems.push(format!("{}:{}: `{word}` must not stay", file.path, number + 1));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: impl Into<String>) -> TextFile {
        TextFile { path: path.to_owned(), text: text.into() }
    }

    fn long(lines_max: usize) -> [LongFile; 1] {
        [LongFile { path: "a.rs", lines_max, reason: "one table" }]
    }

    #[test]
    fn a_file_over_the_limit_is_found() {
        let files = [file("a.rs", "x\n".repeat(401)), file("b.rs", "x\n".repeat(400))];
        assert_eq!(too_long(&files, &[]), ["a.rs has 401 lines; 400 are allowed"]);
    }

    #[test]
    fn a_listed_file_may_be_as_long_as_its_number_and_no_longer() {
        assert!(too_long(&[file("a.rs", "x\n".repeat(450))], &long(450)).is_empty());
        assert_eq!(too_long(&[file("a.rs", "x\n".repeat(451))], &long(450)), ["a.rs has 451 lines; 450 are allowed"]);
    }

    #[test]
    fn no_exception_reaches_beyond_the_last_limit() {
        assert_eq!(too_long(&[file("a.rs", "x\n".repeat(601))], &long(1000)), ["a.rs has 601 lines; 600 are allowed"]);
    }

    #[test]
    fn an_exception_that_is_not_needed_is_found() {
        let expected = ["a.rs needs no exception: take it off the list"];
        assert_eq!(too_long(&[file("a.rs", "x\n".repeat(400))], &long(450)), expected);
        assert_eq!(too_long(&[], &long(450)), expected);
    }

    #[test]
    fn an_exception_without_a_reason_is_found() {
        let exceptions = [LongFile { path: "a.rs", lines_max: 500, reason: "" }];
        assert_eq!(
            too_long(&[file("a.rs", "x\n".repeat(450))], &exceptions),
            ["the exception for a.rs gives no reason"]
        );
    }

    #[test]
    fn a_missing_or_empty_header_is_found() {
        let files = [
            file("good.rs", "#![no_main]\n\n//! What it is and for whom.\nuse std::fs;\n"),
            file("bare.rs", "use std::fs;\n//! What it is and for whom.\n"),
            file("short.rs", "//! x\n"),
            file("empty.rs", ""),
        ];
        let found = without_header(&files);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|problem| !problem.starts_with("good")));
    }

    #[test]
    fn a_mod_file_is_found() {
        let files = [file("src/a/mod.rs", ""), file("src/commod.rs", "")];
        assert_eq!(named_mod(&files), ["src/a/mod.rs: write `name.rs` beside the folder instead"]);
    }

    #[test]
    fn a_file_that_no_module_names_is_found() {
        let files = [
            file("a/src/lib.rs", "mod named;\n#[cfg(test)]\npub(crate) mod below;\n"),
            file("a/src/named.rs", "    mod inner;\n"),
            file("a/src/named/inner.rs", ""),
            file("a/src/named/orphan.rs", ""),
            file("a/src/below.rs", ""),
            file("a/tests/it/main.rs", ""),
            file("a/tests/it/lost.rs", ""),
            file("a/examples/alone.rs", ""),
        ];
        let found = unnamed(&files);
        let paths: Vec<&str> = found.iter().filter_map(|problem| problem.split(':').next()).collect();
        assert_eq!(paths, ["a/src/named/orphan.rs", "a/tests/it/lost.rs"]);
    }

    #[test]
    fn what_is_unfinished_is_found_with_its_line() {
        let text = format!("fn a() {{\n    {}\n}}\n", concat!("to", "do!()"));
        assert_eq!(unfinished(&[file("a.rs", text)]), [format!("a.rs:2: `{}` must not stay", UNFINISHED[1])]);
    }
}
