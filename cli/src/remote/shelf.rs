//! Risk objects that a server keeps, for a process that is submitted there and whose playpen lacks them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::Context;
use leat_bundle::Content;
use leat_objects::Reference;
use leat_risk::{Folder, Held, Shelf, ShelfError};

use super::pack::digest_of;
use super::{ObjectVersion, Page, Remote, Server, block_on, escaped};

/// The latest versions that a server keeps, each fetched when it is asked for. What was fetched once is looked at again, and fetched
/// only where the server has another by now.
pub(crate) struct ServerShelf {
    server: Server,
    /// Where they are fetched to: a folder that looks like a playpen.
    root: PathBuf,
    /// Asked once: of one submission all objects are of one moment.
    kept: OnceLock<Result<Vec<ObjectVersion>, String>>,
}

impl ServerShelf {
    /// The objects of a server, fetched below a playpen's `.leat`.
    pub(crate) fn new(server: &Server, playpen: &Path) -> Self {
        let root = playpen.join(".leat").join("from-server");
        ServerShelf { server: server.clone(), root, kept: OnceLock::new() }
    }

    /// A folder that looks like a playpen with what was fetched.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn kept(&self) -> Result<&[ObjectVersion], ShelfError> {
        let ask = || {
            let page: anyhow::Result<Page<ObjectVersion>> =
                Remote::new(self.server.clone()).and_then(|remote| block_on(remote.get("/risk", &[])));
            page.map(|page| page.items).map_err(|error| format!("{error:#}"))
        };
        let kept = self.kept.get_or_init(ask);
        kept.as_deref().map_err(|reason| ShelfError::Unreadable {
            file: "the server's risk objects".to_owned(),
            reason: reason.clone(),
        })
    }

    fn fetch(&self, object: &ObjectVersion) -> anyhow::Result<()> {
        leat_bundle::require_inside(&object.file).context("the server named a file that cannot be written")?;
        let digest = object.digest.parse().context("the server named a content that cannot be fetched")?;
        let file = self.root.join("risk").join(&object.file);
        if digest_of(&file).is_ok_and(|there| there.digest == digest) {
            return Ok(());
        }
        let path = format!("/risk/{}/content?version={}", escaped(&object.name), object.version);
        let remote = Remote::new(self.server.clone())?;
        block_on(remote.download(&path, Content { digest, bytes: object.bytes }, &file))
    }
}

impl Shelf for ServerShelf {
    fn list(&self) -> Result<Vec<Reference>, ShelfError> {
        Ok(self.kept()?.iter().filter_map(|object| object.name.parse().ok()).collect())
    }

    fn open(&self, reference: &Reference) -> Result<Held, ShelfError> {
        let name = reference.to_string();
        let found = self.kept()?.iter().find(|object| object.name == name);
        let found = found.ok_or_else(|| ShelfError::Missing { looked: format!("`{name}` at {}", self.server.url) })?;
        self.fetch(found)
            .map_err(|error| ShelfError::Unreadable { file: found.file.clone(), reason: format!("{error:#}") })?;
        Folder::of_playpen(&self.root).open(reference)
    }
}
