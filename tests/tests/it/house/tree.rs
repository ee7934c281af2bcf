//! The text files of the source tree, as the house test reads them. Knows nothing of what is checked in them.

use std::path::Path;

/// A text file of the repository.
pub(super) struct TextFile {
    /// Relative to the repository's root, with `/`.
    pub(super) path: String,
    /// What is in it.
    pub(super) text: String,
}

/// Folders that hold what was built or run, not what was written.
const SKIPPED: [&str; 4] = ["target", "build", "runs", "corpus"];

/// Every file under `root` whose name ends in one of `endings`, by path. Hidden folders and build output are left out.
pub(super) fn files(root: &Path, endings: &[&str]) -> Vec<TextFile> {
    let mut found = Vec::new();
    collect(root, root, endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<TextFile>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("a folder's entry is readable");
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().expect("an entry has a type");
        let path = entry.path();
        if kind.is_dir() && !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
            collect(root, &path, endings, found);
        } else if kind.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let relative = path.strip_prefix(root).expect("the walk starts at the root");
            found.push(TextFile { path: relative.to_string_lossy().replace('\\', "/"), text });
        }
    }
}
