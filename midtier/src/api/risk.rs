//! Risk objects: kept in versions, found.

use axum::body::Bytes;
use leat_bundle::{Content, Digest};
use leat_objects::{Faults, Kind, Object as RiskObject, Reference};

use super::contents::place;
use crate::app::App;
use crate::identity::Caller;
use crate::problem::{Answer, Code, Problem};
use crate::store::ObjectVersion;

/// Where the content of a risk object comes from.
pub(crate) enum Source<F> {
    /// It is what this reads, at most [`leat_objects::TEXT_BYTES_MAX`] bytes. It is not begun before there is a place for it.
    Sent(F),
    /// It was uploaded as a content already, and has this digest.
    Uploaded(String),
}

/// A version that is kept.
pub(crate) struct Kept {
    pub(crate) object: ObjectVersion,
    /// Whether it is new: not where there was one with this content.
    pub(crate) is_new: bool,
}

/// Keeps a version of the risk object whose file is called so.
pub(crate) async fn put<F>(app: &App, caller: Caller, file: String, source: Source<F>) -> Answer<Kept>
where
    F: Future<Output = Answer<Bytes>>,
{
    let reference = of_file(&file)?;
    let content = match source {
        Source::Uploaded(digest) => uploaded(app, &reference, &digest).await?,
        Source::Sent(bytes) => sent(app, &reference, &file, bytes).await?,
    };
    let name = reference.to_string();
    let before = app.store.object_versions(&name).await?;
    let Content { digest, bytes } = content;
    let object = ObjectVersion { name, version: 0, file, digest, bytes, user: caller.user, created: app.now() };
    let object = app.store.put_object(&object).await?;
    let is_new = !before.iter().any(|known| known.version == object.version);
    if is_new {
        tracing::info!(object = object.name, version = object.version, user = object.user, "keeps a risk object");
    }
    Ok(Kept { object, is_new })
}

/// The object that a file's name stands for.
fn of_file(file: &str) -> Answer<Reference> {
    let refused = |why: String| Problem::invalid(format!("{file:?} is no file's name of a risk object: {why}"));
    let shape = "expected a name, a kind and a format, as base.scenarios.csv";
    let (stem, suffix) = file.rsplit_once('.').ok_or_else(|| refused(shape.to_owned()))?;
    let reference: Reference = stem.parse().map_err(refused)?;
    // The formats that a playpen's folder takes.
    let formats = match reference.kind {
        Kind::Simulation => &["csv", "parquet"][..],
        Kind::Study => &["toml"],
        Kind::ScenarioSet | Kind::Matrix | Kind::ControlTable => &["csv"],
    };
    if !formats.contains(&suffix) {
        return Err(refused(format!("a {} is written as {}", reference.kind.name(), formats.join(" or "))));
    }
    Ok(reference)
}

async fn uploaded(app: &App, reference: &Reference, digest: &str) -> Answer<Content> {
    if reference.kind != Kind::Simulation {
        return Err(Problem::invalid(format!("only a simulation may be put by its digest, and {reference} is none")));
    }
    let digest: Digest = digest.parse().map_err(|error| Problem::invalid(format!("digest: {error}")))?;
    let found = app.blobs.read(digest, 0).await?;
    let (bytes, _) = found.ok_or_else(|| Problem::missing(vec![digest]))?;
    Ok(Content { digest, bytes })
}

async fn sent(
    app: &App,
    reference: &Reference,
    file: &str,
    bytes: impl Future<Output = Answer<Bytes>>,
) -> Answer<Content> {
    let _place = place(app).await?;
    let in_memory = app.objects.acquire().await;
    let _in_memory = in_memory.map_err(|_| Problem::new(Code::Busy, "too many risk objects are being taken"))?;
    let bytes = bytes.await?;
    let (kind, file, checked) = (reference.kind, file.to_owned(), bytes.clone());
    let digest = tokio::task::spawn_blocking(move || sound(kind, &file, &checked).map(|()| Digest::of(&checked))).await;
    let digest = digest.map_err(|error| Problem::new(Code::Internal, error.to_string()))??;
    let content = Content { digest, bytes: bytes.len() as u64 };
    app.blobs.write(digest, content.bytes, Box::pin(std::io::Cursor::new(bytes))).await?;
    Ok(content)
}

/// Checks what is read whole by a run. A simulation is read in parts, by the host that has it.
fn sound(kind: Kind, file: &str, bytes: &Bytes) -> Answer<()> {
    let faulty = |why: String| Problem::new(Code::FaultyObject, why);
    if kind == Kind::Simulation {
        return Ok(());
    }
    let text = str::from_utf8(bytes).map_err(|error| faulty(format!("{file}: {error}")))?;
    let told = |faults: Faults| {
        let told: Vec<String> = faults.kept().iter().map(|fault| fault.in_file(file)).collect();
        let more = if faults.more() > 0 { format!("; and {} more", faults.more()) } else { String::new() };
        faulty(told.join("; ") + &more)
    };
    RiskObject::read(kind, text).map(drop).map_err(told)
}

/// Every risk object in its latest version, in the order of their names.
pub(crate) async fn list(app: &App) -> Answer<Vec<ObjectVersion>> {
    Ok(app.store.objects().await?)
}

/// Every version of a risk object, the latest first.
pub(crate) async fn versions(app: &App, name: &str) -> Answer<Vec<ObjectVersion>> {
    let unknown = || Problem::not_found("risk object", name);
    let reference: Reference = name.parse().map_err(|_| unknown())?;
    let versions = app.store.object_versions(&reference.to_string()).await?;
    if versions.is_empty() { Err(unknown()) } else { Ok(versions) }
}

/// One version of a risk object, the latest where none is asked for.
pub(crate) async fn version(app: &App, name: &str, version: Option<u64>) -> Answer<ObjectVersion> {
    let versions = versions(app, name).await?;
    let wanted = |known: &ObjectVersion| version.is_none_or(|version| version == known.version);
    versions.into_iter().find(wanted).ok_or_else(|| Problem::not_found("version of", name))
}
