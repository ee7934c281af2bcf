//! Why a file is no component that this host can run: one variant for each thing a person would do about it.

/// Why a component could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no such file.
    #[error("component `{path}` does not exist; build it with `leat build`, or name another with component=\"…\"")]
    Missing {
        /// The file as it was named.
        path: String,
    },
    /// It is a directory.
    #[error("component `{path}` is a directory; name the .wasm file in it")]
    Directory {
        /// The file as it was named.
        path: String,
    },
    /// It cannot be read.
    #[error("component `{path}` cannot be read: {reason}")]
    Unreadable {
        /// The file as it was named.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// It has no bytes.
    #[error("component `{path}` is empty; build it again with `leat build`")]
    Empty {
        /// The file as it was named.
        path: String,
    },
    /// It is larger than any component may be.
    #[error("component `{path}` has {bytes} bytes; a component may have {limit} at most")]
    TooLarge {
        /// The file as it was named.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It does not begin as WebAssembly does.
    #[error("`{path}` is not WebAssembly: it begins with {beginning}, not with `\\0asm`")]
    NotWasm {
        /// The file as it was named.
        path: String,
        /// Its first bytes, printable.
        beginning: String,
    },
    /// It is a core module.
    #[error(
        "`{path}` is a core WebAssembly module, not a component; build it with \
         `cargo build --release --target wasm32-wasip2`, or wrap it with `wasm-tools component new`"
    )]
    CoreModule {
        /// The file as it was named.
        path: String,
    },
    /// It does not validate, or uses what this host has switched off.
    #[error("component `{path}` is truncated or damaged: {reason}; build it again with `leat build`")]
    Invalid {
        /// The file as it was named.
        path: String,
        /// What the validator says.
        reason: String,
    },
    /// It is a component, but of another world.
    #[error(
        "component `{path}` was built against another world: it exports {exports}, and a node exports \
         `leat:node/guest@{expected}`; see `leat new node`"
    )]
    OtherWorld {
        /// The file as it was named.
        path: String,
        /// The names of its exports.
        exports: String,
        /// The version this host speaks.
        expected: &'static str,
    },
    /// It was built against a version of the contract that this host does not speak.
    #[error(
        "component `{path}` was built against leat:node {found}, and this version of Leat speaks {expected}; \
         build it again with a matching SDK"
    )]
    OtherVersion {
        /// The file as it was named.
        path: String,
        /// The version it was built against.
        found: String,
        /// The version this host speaks.
        expected: &'static str,
    },
    /// It imports what no host of this version has.
    #[error(
        "component `{path}` imports {imports}, which the host does not have; a node may import leat:node/* and \
         WASI 0.2 without http"
    )]
    UnknownImports {
        /// The file as it was named.
        path: String,
        /// The names of those imports.
        imports: String,
    },
    /// Names agree, but types do not.
    #[error("component `{path}` does not fit leat:node {expected}: {reason}")]
    Mismatch {
        /// The file as it was named.
        path: String,
        /// The version this host speaks.
        expected: &'static str,
        /// Where they differ.
        reason: String,
    },
    /// Its `describe` trapped, hung or used too much.
    #[error("component `{path}` cannot say what it is: {reason}{}", frames(backtrace))]
    DescribeFailed {
        /// The file as it was named.
        path: String,
        /// What happened.
        reason: String,
        /// The guest's frames, innermost first.
        backtrace: Vec<String>,
    },
    /// Its `describe` answered something impossible.
    #[error("component `{path}` describes itself wrongly: {reason}")]
    BadDescription {
        /// The file as it was named.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The host could not do its part.
    #[error("component `{path}` could not be prepared: {reason}")]
    Host {
        /// The file as it was named.
        path: String,
        /// What happened.
        reason: String,
    },
}

fn frames(backtrace: &[String]) -> String {
    backtrace.iter().map(|frame| format!("\n    at {frame}")).collect()
}
