//! What is no node is refused when it is loaded, for what it is; what was compiled once is not compiled again.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use leat_runtime::{Engine, EngineConfig, LoadError};
use leat_stream::node_info::OutputContent;
use leat_stream::schema::DataType;
use leat_tests::guests;

use super::bench::{Bench, Input, engine, guest};

fn refused(bytes: &[u8]) -> LoadError {
    engine().load_bytes("build/x.wasm", bytes).err().expect("this is no node")
}

fn refused_guest(name: &str) -> LoadError {
    refused(&fs::read(guests::component(name)).unwrap())
}

#[test]
fn a_component_says_what_it_is() {
    let component = guest("doubling").component;
    let info = component.info();
    assert_eq!(info.name, "doubling");
    assert_eq!(info.inputs[0].fields[0].data_type, None);
    assert!(!info.inputs[0].fields[0].read);
    assert_eq!(info.outputs[0].fields[0].content, OutputContent::Passed { port: 0, field: 0 });
    let made = OutputContent::Made { data_type: DataType::Float64, nullable: false };
    assert_eq!(info.outputs[0].fields[1].content, made);
    assert_eq!(component.digest().len(), 64);
    assert!(component.unserved_imports().is_empty());
}

#[test]
fn files_that_are_none_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let load = |path: PathBuf| engine().load(&path).err().expect("there is no component");
    assert!(matches!(load(dir.path().join("missing.wasm")), LoadError::Missing { .. }));
    assert!(matches!(load(dir.path().to_owned()), LoadError::Directory { .. }));
    let empty = dir.path().join("empty.wasm");
    fs::write(&empty, "").unwrap();
    assert!(matches!(load(empty), LoadError::Empty { .. }));
    assert!(matches!(load("/dev/zero".into()), LoadError::Unreadable { .. }));
    let large = dir.path().join("large.wasm");
    fs::File::create(&large).unwrap().set_len(300 << 20).unwrap();
    assert!(matches!(load(large), LoadError::TooLarge { bytes: 0x12c0_0000, .. }));
}

#[test]
fn a_component_cut_short_anywhere_is_truncated_not_a_crash() {
    let whole = fs::read(guests::component("doubling")).unwrap();
    for cut in [8, 100, whole.len() / 2, whole.len() - 1] {
        let error = refused(&whole[..cut]);
        // A component that ends after its first line is whole, and empty.
        let expected =
            matches!(error, LoadError::Invalid { .. }) || (cut == 8 && matches!(error, LoadError::OtherWorld { .. }));
        assert!(expected, "{cut} bytes: {error}");
    }
    assert!(matches!(refused(b"id,x\n1,2\n"), LoadError::NotWasm { .. }));
}

#[test]
fn a_core_module_is_told_how_to_become_a_component() {
    let message = refused(b"\0asm\x01\0\0\0").to_string();
    assert!(message.contains("`build/x.wasm` is a core WebAssembly module"), "{message}");
    assert!(message.contains("wasm32-wasip2"), "{message}");
}

#[test]
fn another_world_is_named_by_what_it_exports() {
    let message = refused_guest("other-world").to_string();
    assert!(message.contains("it exports `example:greeter/greetings@1.0.0`"), "{message}");
    assert!(message.contains("a node exports `leat:node/guest@0.1.0`"), "{message}");
}

#[test]
fn another_version_is_named_beside_ours() {
    let message = refused_guest("other-version").to_string();
    assert!(message.contains("built against leat:node 0.2.0, and this version of Leat speaks 0.1.0"), "{message}");
}

#[test]
fn the_right_name_with_other_functions_does_not_fit() {
    let error = refused_guest("other-shape");
    assert!(matches!(error, LoadError::Mismatch { .. }), "{error}");
}

#[test]
fn an_import_that_no_host_has_is_named() {
    let message = refused_guest("imports-a-stranger").to_string();
    assert!(message.contains("imports `example:stranger/kitchen@1.0.0`, which the host does not have"), "{message}");
}

#[test]
fn a_description_that_cannot_be_is_refused() {
    let message = refused_guest("describes-nonsense").to_string();
    assert!(message.contains("output port `out`, field `y` stands there twice"), "{message}");
}

#[test]
fn a_panic_in_describe_is_told_with_its_message() {
    let message = refused_guest("panics-describing").to_string();
    assert!(message.contains("cannot say what it is: panicked at panics-describing/src/lib.rs:"), "{message}");
    assert!(message.contains(": who is asking?"), "{message}");
}

#[test]
fn a_hang_in_describe_is_ended() {
    let config = EngineConfig { describe_time: Duration::from_millis(50), ..EngineConfig::default() };
    let engine = Engine::new(config).unwrap();
    let message = engine.load(&guests::component("hangs-describing")).err().expect("it hangs").to_string();
    assert!(message.contains("cannot say what it is: time limit 50 ms for one call reached"), "{message}");
    assert!(message.contains("hangs_describing"), "{message}");
}

#[test]
fn a_plan_made_for_another_component_is_refused() {
    let fields = Input::numbers(&[]).fields;
    let plan = guest("doubling").plan(&fields);
    let (step, _) = guest("panics").instantiate_as(plan);
    let message = step.err().expect("other ports").to_string();
    assert!(message.contains("has other ports than when the plan was made"), "{message}");
}

fn cached(dir: &tempfile::TempDir, interruptible: bool) -> Engine {
    let cache_dir = Some(dir.path().join("compiled"));
    Engine::new(EngineConfig { cache_dir, interruptible, ..EngineConfig::default() }).unwrap()
}

fn entries(dir: &tempfile::TempDir) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.path().join("compiled")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn runs(engine: &Engine) {
    let component = engine.load(&guests::component("doubling")).unwrap();
    assert_eq!(Bench::new(component).succeeds(&Input::numbers(&[1.0])).rows(), 1);
}

#[test]
fn a_component_is_compiled_once_for_each_profile() {
    let dir = tempfile::tempdir().unwrap();
    runs(&cached(&dir, false));
    let first = entries(&dir);
    assert_eq!(first.len(), 1);
    let written = fs::metadata(&first[0]).unwrap().modified().unwrap();
    runs(&cached(&dir, false));
    assert_eq!(fs::metadata(&first[0]).unwrap().modified().unwrap(), written, "it was compiled again");
    runs(&cached(&dir, true));
    assert_eq!(entries(&dir).len(), 2);
}

#[test]
fn a_damaged_or_foreign_entry_is_compiled_again_and_replaced() {
    let dir = tempfile::tempdir().unwrap();
    runs(&cached(&dir, false));
    let entry = entries(&dir).remove(0);
    let whole = fs::read(&entry).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 0x40;
    for damaged in [&[][..], b"not an entry at all", &whole[..whole.len() - 1], &flipped] {
        fs::write(&entry, damaged).unwrap();
        runs(&cached(&dir, false));
        assert_eq!(fs::read(&entry).unwrap().len(), whole.len());
    }
}

#[test]
fn a_cache_that_cannot_be_written_costs_time_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("compiled"), "a file where the directory should be").unwrap();
    runs(&cached(&dir, false));
}
