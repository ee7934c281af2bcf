//! What a file is, from its first bytes and the names of its imports and exports; the errors for all it should not be.

use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use crate::bindings::{PACKAGE, VERSION};
use crate::load_error::LoadError;

/// The largest component that is looked at. A Python interpreter with libraries has 20 MB.
pub(crate) const COMPONENT_BYTES_MAX: u64 = 128 << 20;

/// Interfaces of the contract that this version does not serve.
const UNSERVED: [&str; 0] = [];
/// Those it does; `types` has types alone.
const SERVED: [&str; 7] = ["draws", "facts", "queues", "risk", "secrets", "telemetry", "types"];
/// Packages of WASI that the sandbox defines.
const WASI: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];

/// Names that a message lists before it says how many more there are.
const NAMES_LISTED_MAX: usize = 8;

/// Refuses what does not begin as a component does.
pub(crate) fn check_preamble(path: &str, bytes: &[u8]) -> Result<(), LoadError> {
    let path = || path.to_owned();
    if bytes.is_empty() {
        return Err(LoadError::Empty { path: path() });
    }
    let size = bytes.len() as u64;
    if size > COMPONENT_BYTES_MAX {
        return Err(LoadError::TooLarge { path: path(), bytes: size, limit: COMPONENT_BYTES_MAX });
    }
    if !bytes.starts_with(b"\0asm") {
        let beginning = bytes[..bytes.len().min(8)].escape_ascii().to_string();
        return Err(LoadError::NotWasm { path: path(), beginning: format!("`{beginning}`") });
    }
    match bytes.get(4..8) {
        // Version and layer: a core module is layer 0, a component layer 1.
        Some([_, _, 0, 0]) => Err(LoadError::CoreModule { path: path() }),
        Some(_) => Ok(()),
        None => Err(LoadError::Invalid {
            path: path(),
            reason: format!("it has {size} bytes and ends within its first line"),
        }),
    }
}

/// Refuses a component of another world or version, and answers the imports it has that this version does not serve.
pub(crate) fn check_world(path: &str, component: &Component) -> Result<Vec<String>, LoadError> {
    let engine = component.engine();
    let world = component.component_type();
    check_exports(path, world.exports(engine).map(|(name, _)| name).collect())?;
    let mut unserved = Vec::new();
    let mut unknown = Vec::new();
    for (name, item) in world.imports(engine) {
        match judge(name) {
            Judgement::Served => {}
            Judgement::Unserved => unserved.push(name.to_owned()),
            Judgement::OtherVersion(found) => {
                return Err(LoadError::OtherVersion {
                    path: path.to_owned(),
                    found: found.to_owned(),
                    expected: VERSION,
                });
            }
            Judgement::Unknown if is_types_alone(&item.ty, engine) => {}
            Judgement::Unknown => unknown.push(format!("`{name}`")),
        }
    }
    if !unknown.is_empty() {
        return Err(LoadError::UnknownImports { path: path.to_owned(), imports: list(&unknown) });
    }
    Ok(unserved)
}

fn check_exports(path: &str, exports: Vec<&str>) -> Result<(), LoadError> {
    let guests = exports.iter().filter_map(|name| Interface::parse(name));
    let mut versions = guests.filter(|i| i.package == PACKAGE && i.name == "guest").map(|i| i.version);
    match versions.next() {
        Some(version) if compatible(version, VERSION) => Ok(()),
        Some(version) => {
            Err(LoadError::OtherVersion { path: path.to_owned(), found: version.to_owned(), expected: VERSION })
        }
        None => {
            let names: Vec<String> = exports.iter().map(|name| format!("`{name}`")).collect();
            Err(LoadError::OtherWorld { path: path.to_owned(), exports: list(&names), expected: VERSION })
        }
    }
}

enum Judgement<'a> {
    Served,
    Unserved,
    OtherVersion(&'a str),
    Unknown,
}

fn judge(import: &str) -> Judgement<'_> {
    let Some(interface) = Interface::parse(import) else {
        return Judgement::Unknown;
    };
    if interface.package == PACKAGE {
        return match interface.name {
            _ if !compatible(interface.version, VERSION) => Judgement::OtherVersion(interface.version),
            name if UNSERVED.contains(&name) => Judgement::Unserved,
            name if SERVED.contains(&name) => Judgement::Served,
            _ => Judgement::Unknown,
        };
    }
    let wasi = interface.package.strip_prefix("wasi:");
    match wasi.filter(|package| WASI.contains(package)) {
        Some(_) if interface.version.starts_with("0.2.") => Judgement::Served,
        _ => Judgement::Unknown,
    }
}

/// `package:name/interface@version`.
struct Interface<'a> {
    package: &'a str,
    name: &'a str,
    version: &'a str,
}

impl<'a> Interface<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (name, version) = text.split_once('@')?;
        let (package, name) = name.split_once('/')?;
        Some(Interface { package, name, version })
    }
}

/// Whether two versions agree up to the last part: below 1.0 that is what may differ.
fn compatible(a: &str, b: &str) -> bool {
    let minor = |version: &str| version.rsplit_once('.').map(|(minor, _)| minor.to_owned());
    minor(a).is_some() && minor(a) == minor(b)
}

fn is_types_alone(item: &ComponentItem, engine: &wasmtime::Engine) -> bool {
    match item {
        ComponentItem::ComponentInstance(instance) => {
            instance.exports(engine).all(|(_, item)| matches!(item.ty, ComponentItem::Type(_)))
        }
        ComponentItem::Type(_) => true,
        _ => false,
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "nothing".into(),
        few if few.len() <= NAMES_LISTED_MAX => few.join(", "),
        many => format!("{} and {} more", many[..NAMES_LISTED_MAX].join(", "), many.len() - NAMES_LISTED_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preamble(bytes: &[u8]) -> LoadError {
        check_preamble("x.wasm", bytes).unwrap_err()
    }

    #[test]
    fn what_does_not_begin_as_a_component_is_named_for_what_it_is() {
        assert!(matches!(preamble(b""), LoadError::Empty { .. }));
        assert!(matches!(preamble(b"\0asm\x01\0\0\0"), LoadError::CoreModule { .. }));
        assert!(matches!(preamble(b"\0asm\x0d"), LoadError::Invalid { .. }));
        assert!(preamble(b"\x7fELF\x02\x01\x01\0").to_string().contains(r"`\x7fELF\x02\x01\x01\x00`"));
    }

    #[test]
    fn an_older_patch_of_the_contract_is_no_other_version() {
        assert!(compatible("0.1.7", "0.1.0"));
        assert!(!compatible("0.2.0", "0.1.0"));
        assert!(!compatible("nonsense", "0.1.0"));
    }

    #[test]
    fn imports_are_told_apart() {
        assert!(matches!(judge("leat:node/queues@0.1.0"), Judgement::Served));
        assert!(matches!(judge("leat:node/secrets@0.1.0"), Judgement::Served));
        assert!(matches!(judge("leat:node/queues@0.2.0"), Judgement::OtherVersion("0.2.0")));
        assert!(matches!(judge("wasi:io/poll@0.2.6"), Judgement::Served));
        assert!(matches!(judge("wasi:http/types@0.2.0"), Judgement::Unknown));
        assert!(matches!(judge("env"), Judgement::Unknown));
    }
}
