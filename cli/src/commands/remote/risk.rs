//! `leat risk put`, `get` and `list --remote`: risk objects that a midtier keeps, in versions.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use leat_bundle::Content;
use leat_objects::Reference;
use serde_json::Value;

use super::connect;
use super::runs::shown_time;
use crate::args::ServerArgs;
use crate::config::Environment;
use crate::failure::Kind;
use crate::playpen::Playpen;
use crate::remote::{ObjectVersion, Page, Remote, block_on, escaped};
use crate::view::{Table, number};

/// Sends a file of a risk object; the same content again is the same version.
pub(crate) fn put(file: &Path, server: &ServerArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    sound(file)?;
    let remote = connect(server, environment)?;
    block_on(async {
        let version: ObjectVersion = remote.put_file(&format!("/risk/{}", escaped(&name)), file).await?;
        println!("{} version {}, sha256 {}", version.name, version.version, version.digest);
        Ok(ExitCode::SUCCESS)
    })
}

/// What a midtier hands out is read by runs: it gets nothing that `leat risk check` would refuse.
fn sound(file: &Path) -> anyhow::Result<()> {
    let wanted = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let reference = wanted.rsplit_once('.').and_then(|(name, _)| name.parse::<Reference>().ok());
    let Some(reference) = reference else {
        let message = format!("{}: expected a file of a risk object, as risk/base.scenarios.csv", file.display());
        return Err(Kind::Usage(message).into());
    };
    let directory = file.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = leat_risk::Folder::new(directory);
    leat_risk::open_sound(&folder, &reference)
        .map(drop)
        .with_context(|| format!("{} is no sound risk object", file.display()))
}

/// Fetches a version of a risk object into the playpen's `risk/` folder.
pub(crate) fn get(
    name: &str,
    version: Option<u64>,
    server: &ServerArgs,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let folder = Playpen::around(Path::new("."))?.root.join("risk");
    let remote = connect(server, environment)?;
    block_on(async {
        let versions: Page<ObjectVersion> = remote.get(&format!("/risk/{}", escaped(name)), &[]).await?;
        let found = match version {
            None => versions.items.iter().max_by_key(|kept| kept.version),
            Some(version) => versions.items.iter().find(|kept| kept.version == version),
        };
        let found = found.with_context(|| format!("the server has no such version of {name}"))?;
        leat_bundle::require_inside(&found.file).context("the server named a file that cannot be written")?;
        let digest = found.digest.parse().context("the server named a content that cannot be fetched")?;
        let file = folder.join(&found.file);
        let path = format!("/risk/{}/content?version={}", escaped(name), found.version);
        remote.download(&path, Content { digest, bytes: found.bytes }, &file).await?;
        println!("{}  version {}, {}", file.display(), found.version, number::bytes(found.bytes));
        Ok(ExitCode::SUCCESS)
    })
}

/// Lists the latest versions.
pub(crate) fn list(server: &ServerArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote: Remote = connect(server, environment)?;
    let answer: Value = block_on(remote.get("/risk", &[]))?;
    let page: Page<ObjectVersion> = super::parsed(&answer)?;
    let mut table = Table::new(&["object", "version", "file", "size", "by", "since"]);
    for object in &page.items {
        table.row(vec![
            object.name.clone(),
            object.version.to_string(),
            object.file.clone(),
            number::bytes(object.bytes),
            object.user.clone(),
            shown_time(&object.created),
        ]);
    }
    if page.items.is_empty() {
        println!("the server keeps no risk objects");
    } else {
        print!("{}", table.text());
    }
    Ok(ExitCode::SUCCESS)
}
