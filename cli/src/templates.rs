//! What `leat new` writes. The texts lie in `templates/` as the files they become; `NAME` stands for the name.

/// `playpen.toml`.
const PLAYPEN: &str = include_str!("templates/playpen.toml.txt");
/// The playpen's cargo workspace; `SDK` stands for the path of the SDK.
const WORKSPACE: &str = include_str!("templates/workspace.toml.txt");
/// What git should not keep.
const GITIGNORE: &str = include_str!("templates/gitignore.txt");
/// A process that runs.
const PROCESS: &str = include_str!("templates/process.strm.txt");
/// Its input.
const INPUT: &str = include_str!("templates/trades.csv.txt");
/// A node's manifest.
const NODE_MANIFEST: &str = include_str!("templates/node.toml.txt");
/// A node.
const NODE: &str = include_str!("templates/node.rs.txt");
/// The workspace around the embedded SDK.
pub(crate) const SDK_WORKSPACE: &str = include_str!("templates/sdk.toml.txt");

/// The name of the node that a new playpen comes with.
const FIRST_NODE: &str = "value";

/// The files of a new playpen: path below its root, and text.
pub(crate) fn playpen(name: &str, sdk: &str) -> Vec<(String, String)> {
    let mut files = vec![
        ("playpen.toml".to_owned(), PLAYPEN.replace("NAME", name)),
        ("Cargo.toml".to_owned(), WORKSPACE.replace("SDK", sdk)),
        (".gitignore".to_owned(), GITIGNORE.to_owned()),
        (format!("{name}.strm"), PROCESS.replace("NAME", name)),
        ("in/trades.csv".to_owned(), INPUT.to_owned()),
    ];
    files.extend(node(FIRST_NODE));
    files
}

/// The files of a new node: path below the playpen's root, and text.
pub(crate) fn node(name: &str) -> Vec<(String, String)> {
    vec![
        (format!("nodes/{name}/Cargo.toml"), NODE_MANIFEST.replace("NAME", name)),
        (format!("nodes/{name}/src/lib.rs"), NODE.replace("NAME", name)),
    ]
}
