//! Whether the product, the whole workspace and its tests choose the same features of every dependency.
//!
//! Cargo chooses them by the packages that are selected. One more feature of one small crate below wasmtime, asked for by a
//! test alone, has wasmtime compiled twice: minutes that nobody can explain.

use std::collections::{BTreeMap, BTreeSet};

/// The features that a selection of packages chooses: for each dependency with its version, one set for each way it is
/// compiled (for the product, and for build scripts and macros).
pub(super) type Features = BTreeMap<String, BTreeSet<String>>;

/// Reads what `cargo tree --prefix none --format '{p} {f}'` prints: `serde v1.0.2 (*)`, `memchr v2.8.3 alloc,std`.
pub(super) fn read(tree: &str) -> Features {
    let mut chosen = Features::new();
    for line in tree.lines().map(|line| line.trim_end_matches(" (*)").trim_end()) {
        let mut words = line.splitn(3, ' ');
        let (Some(name), Some(version)) = (words.next(), words.next()) else {
            continue;
        };
        let rest = words.next().unwrap_or_default();
        let is_from_registry = !rest.contains('/');
        if is_from_registry {
            let features = rest.trim_start_matches("(proc-macro)").trim();
            chosen.entry(format!("{name} {version}")).or_default().insert(features.to_owned());
        }
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
        let read = read("clap_derive v4.6.7 (proc-macro) default\nleat-io v0.1.0 (/x/host/io)\nlibc v0.2.1 \n");
        let lines: Vec<_> = read.iter().map(|(name, sets)| (name.as_str(), sets.first().unwrap().as_str())).collect();
        assert_eq!(lines, [("clap_derive v4.6.7", "default"), ("libc v0.2.1", "")]);
    }
}
