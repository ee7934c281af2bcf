//! The protocol is plain code on plain data: only the store touches the world.

use std::fs;
use std::path::Path;

#[test]
fn nothing_but_the_store_does_input_or_output_or_knows_of_clocks_and_threads() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut looked_at = 0;
    for entry in fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || path.ends_with("store.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in ["std::fs", "std::io", "std::net", "std::thread", "std::sync", "Instant", "SystemTime", "std::env"]
        {
            assert!(!text.contains(word), "{} speaks of {word}", path.display());
        }
        looked_at += 1;
    }
    assert!(looked_at > 10, "{looked_at} files were looked at");
}
