//! Whether the product, the whole workspace and its tests choose the same features of every dependency, and of our own crates.
//!
//! Cargo chooses them by the packages that are selected. One more feature of one small crate below wasmtime, asked for by a
//! test alone, has wasmtime compiled twice: minutes that nobody can explain. A crate of ours has all above it compiled twice.

use std::collections::{BTreeMap, BTreeSet};

/// The features that a selection of packages chooses: for each dependency with its version, one set for each way it is
/// compiled (for the product, and for build scripts and macros).
pub(super) type Features = BTreeMap<String, BTreeSet<String>>;

/// Reads what `cargo tree --prefix none --format '{p} {f}'` prints: `serde v1.0.2 (*)`, `memchr v2.8.3 alloc,std`, and of a crate of
/// ours `leat-io v0.1.0 (/where/it/is) one,two`.
pub(super) fn read(tree: &str) -> Features {
    let mut chosen = Features::new();
    for line in tree.lines().map(|line| line.trim_end_matches(" (*)").trim_end()) {
        let mut words = line.splitn(3, ' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        let rest = words.next().unwrap_or_default();
        let features = rest.trim_start_matches("(proc-macro)").trim();
        // Where a crate of ours is may have blanks in it.
        let features =
            features.strip_prefix('(').and_then(|place| place.rsplit_once(')')).map_or(features, |(_, after)| after);
        chosen.entry(format!("{name} {version}")).or_default().insert(features.trim().to_owned());
    }
    chosen
}

/// Dependencies that both selections have and compile differently.
pub(super) fn differences(one: &Features, other: &Features) -> Vec<String> {
    let spelled = |sets: &BTreeSet<String>| sets.iter().map(|set| format!("[{set}]")).collect::<Vec<_>>().join(" and ");
    one.iter()
        .filter_map(|(name, chosen)| Some((name, chosen, other.get(name)?)))
        .filter(|(_, chosen, others)| chosen != others)
        .map(|(name, chosen, others)| format!("{name}: {} against {}", spelled(chosen), spelled(others)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_that_only_one_selection_has_is_found() {
        let product = read("serde_core v1.0.2 alloc,std\nmemchr v2.8.3 std\nleat v0.1.0 (/x/cli)\n");
        let tests = read(
            "serde_core v1.0.2 alloc,std\nserde_core v1.0.2 alloc,default,std (*)\nmemchr v2.8.3 std\ncsv v1.4.0\n",
        );
        assert_eq!(
            differences(&product, &tests),
            ["serde_core v1.0.2: [alloc,std] against [alloc,default,std] and [alloc,std]"]
        );
        assert!(differences(&product, &product).is_empty());
    }

    #[test]
    fn macros_and_our_own_crates_are_read_for_what_they_are() {
        let ours = "leat-io v0.1.0 (/x y/host/io)\nleat-sdk-derive v0.1.0 (proc-macro) (/x/derive)\nleat-secrets v0.1.0 (/x/secrets) contract\n";
        let read = read(&format!("clap_derive v4.6.7 (proc-macro) default\nlibc v0.2.1 \n{ours}"));
        let lines: Vec<_> = read.iter().map(|(name, sets)| (name.as_str(), sets.first().unwrap().as_str())).collect();
        let expected = [
            ("clap_derive v4.6.7", "default"),
            ("leat-io v0.1.0", ""),
            ("leat-sdk-derive v0.1.0", ""),
            ("leat-secrets v0.1.0", "contract"),
            ("libc v0.2.1", ""),
        ];
        assert_eq!(lines, expected);
    }
}
