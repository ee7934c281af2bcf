//! Bundles with other parameters: the process is checked again, and what it is then becomes a bundle beside the one that was
//! uploaded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use leat_bundle::{Content, Digest, Given, Manifest, Origin, WORLD_BYTES_MAX};
use tokio::io::AsyncReadExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::api::checks::plain;
use crate::app::App;
use crate::identity::Caller;
use crate::problem::{Answer, Code, Problem};
use crate::recheck::{Question, Refusal, Remade};
use crate::store::BundleRecord;

/// How many values a submission may give: more than any process has parameters, and few enough to be told in a refusal.
const VALUES_MAX: usize = 1_000;
/// How long a value may be, bytes.
const VALUE_BYTES_MAX: usize = 64 << 10;
/// How long a check may take until nobody waits for it any more. Most take milliseconds.
const CHECK_TIME_MAX: Duration = Duration::from_secs(20);
/// How long what is wrong with a process may be told, bytes.
const DETAIL_BYTES_MAX: usize = 8 << 10;

/// What a submission gives instead of what its bundle was made with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Values {
    /// Values of parameters by their names, as texts; those that are left out stay.
    pub(crate) parameters: BTreeMap<String, String>,
    /// The same of facts.
    pub(crate) facts: BTreeMap<String, String>,
    /// All tags that are on; nothing for those of the bundle.
    pub(crate) tags: Option<BTreeSet<String>>,
}

impl Values {
    pub(super) fn require_sound(&self) -> Answer<()> {
        let mut tags = self.tags.iter().flatten();
        if self.parameters.len() + self.facts.len() + tags.clone().count() > VALUES_MAX {
            return Err(Problem::invalid(format!("there may be {VALUES_MAX} parameters, facts and tags at most")));
        }
        for (what, values) in [("parameter", &self.parameters), ("fact", &self.facts)] {
            for (name, value) in values {
                plain(&format!("a {what}'s name"), name)?;
                if value.len() > VALUE_BYTES_MAX {
                    let rule = format!("the value of the {what} {name:?} has more than {VALUE_BYTES_MAX} bytes");
                    return Err(Problem::invalid(rule));
                }
            }
        }
        tags.try_for_each(|tag| plain("a tag", tag))
    }

    fn over(&self, given: &Given) -> Given {
        let mut given = given.clone();
        given.params.extend(self.parameters.clone());
        given.facts.extend(self.facts.clone());
        if let Some(tags) = &self.tags {
            given.tags.clone_from(tags);
        }
        given
    }
}

/// The bundle with these values; nothing where they change nothing.
pub(super) async fn remade(
    app: &Arc<App>,
    caller: &Caller,
    bundle: &BundleRecord,
    values: &Values,
) -> Answer<Option<BundleRecord>> {
    if *values == Values::default() {
        return Ok(None);
    }
    let Some(origin) = bundle.manifest.origin.clone() else {
        let detail = "the bundle does not hold what a check with other values needs: submit the process anew with \
                      `leat submit`, or this bundle without parameters, facts and tags";
        return Err(Problem::new(Code::FixedBundle, detail));
    };
    let given = values.over(&origin.given);
    if given == origin.given {
        return Ok(None);
    }
    let remade = checked(app, &bundle.manifest, &origin, given.clone()).await?;
    let (plan, mut manifest) = (remade.plan, remade.manifest);
    manifest.plan = Content { digest: Digest::of(&plan), bytes: plan.len() as u64 };
    if (manifest.plan, &manifest.parts) == (bundle.manifest.plan, &bundle.manifest.parts) {
        return Ok(None);
    }
    let of = Some(origin.of.unwrap_or(bundle.digest));
    let parameters = manifest.origin.take().map(|origin| origin.parameters).unwrap_or_default();
    manifest.origin = Some(Origin { world: origin.world, of, given, parameters });
    kept(app, caller, plan, manifest).await.map(Some)
}

/// The answer of the check, made on a thread of its own. Its place is free again when it has ended, also where nobody waits
/// for it any more.
async fn checked(app: &Arc<App>, manifest: &Manifest, origin: &Origin, given: Given) -> Answer<Remade> {
    let busy = || Problem::new(Code::Busy, "too many processes are being checked").retry_after(app.config.lease);
    let permit: OwnedSemaphorePermit = timeout(app.config.request_timeout, app.rechecks.clone().acquire_owned())
        .await
        .map_err(|_| busy())?
        .map_err(|_| busy())?;
    let question = Question { world: world(app, origin.world).await?, manifest: manifest.clone(), given };
    let recheck = Arc::clone(&app.recheck);
    let checking = tokio::task::spawn_blocking(move || {
        let answer = recheck.recheck(question);
        drop(permit);
        answer
    });
    let late = |_| Problem::new(Code::TimedOut, format!("the check took more than {CHECK_TIME_MAX:?}"));
    let answer = timeout(CHECK_TIME_MAX, checking).await.map_err(late)?;
    let answer = answer.map_err(|error| Problem::new(Code::Internal, format!("the check broke: {error}")))?;
    answer.map_err(|refusal| Problem::new(code_of(&refusal), bounded(&refusal.to_string())))
}

/// What the first check was answered, read to its end.
async fn world(app: &App, content: Content) -> Answer<Vec<u8>> {
    let gone = || Problem::new(Code::Internal, format!("the content {} of a bundle is gone", content.digest));
    let broken = |error: std::io::Error| {
        tracing::warn!(%error, "the content of a bundle cannot be read");
        Problem::new(Code::Unavailable, "a content of the bundle cannot be read")
    };
    let (bytes, reader) = app.blobs.read(content.digest, 0).await?.ok_or_else(gone)?;
    if bytes > WORLD_BYTES_MAX {
        let detail = format!("what a check with other values needs has {bytes} bytes, more than {WORLD_BYTES_MAX}");
        return Err(Problem::new(Code::FixedBundle, detail));
    }
    let mut world = Vec::new();
    reader.take(WORLD_BYTES_MAX).read_to_end(&mut world).await.map_err(broken)?;
    Ok(world)
}

/// Keeps the plan and the bundle. The same are kept once.
async fn kept(app: &App, caller: &Caller, plan: Vec<u8>, manifest: Manifest) -> Answer<BundleRecord> {
    let bytes = manifest.to_bytes();
    let manifest = Manifest::parse(&bytes)
        .map_err(|error| Problem::new(Code::InvalidRequest, format!("with these values, {error}")))?;
    let digest = Digest::of(&bytes);
    if let Some(known) = app.store.bundle(digest).await? {
        return Ok(known);
    }
    let mut missing = app.blobs.missing(&manifest.contents()).await?;
    if missing.contains(&manifest.plan.digest) {
        app.blobs.write(manifest.plan.digest, manifest.plan.bytes, Box::pin(std::io::Cursor::new(plan))).await?;
        missing.retain(|digest| *digest != manifest.plan.digest);
    }
    if !missing.is_empty() {
        return Err(Problem::missing(missing));
    }
    let bundle = BundleRecord { digest, manifest, user: caller.user.clone(), created: app.now() };
    app.store.put_bundle(&bundle).await?;
    let process = &bundle.manifest.process;
    tracing::info!(bundle.digest = %digest, process, user = bundle.user, "keeps a bundle with other parameters");
    Ok(bundle)
}

fn code_of(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::UnknownParameter(_) => Code::NoSuchParameter,
        Refusal::ParameterType(_) => Code::ParameterType,
        Refusal::Faulty(_) => Code::FaultyProcess,
        Refusal::NotInBundle(_) => Code::NotInBundle,
        Refusal::Unreadable(_) => Code::FixedBundle,
    }
}

/// As much of a text as is told.
fn bounded(text: &str) -> String {
    match text.char_indices().map(|(at, _)| at).find(|at| *at >= DETAIL_BYTES_MAX) {
        Some(end) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn values_lie_over_those_of_the_bundle_by_their_names_and_tags_replace_them() {
        let given = Given {
            params: texts(&[("day", "22"), ("rate", "1")]),
            tags: ["eod".to_owned()].into(),
            ..Given::default()
        };
        let values = Values { parameters: texts(&[("day", "23")]), facts: texts(&[("f", "x")]), tags: None };
        let over = values.over(&given);
        assert_eq!(over.params, texts(&[("day", "23"), ("rate", "1")]));
        assert_eq!((over.facts, over.tags), (texts(&[("f", "x")]), given.tags.clone()));
        let none = Values { tags: Some(BTreeSet::new()), ..Values::default() };
        assert_eq!(none.over(&given), Given { tags: BTreeSet::new(), ..given });
    }

    #[test]
    fn what_is_told_ends_between_two_characters() {
        let long = "é".repeat(DETAIL_BYTES_MAX);
        let told = bounded(&long);
        assert!(told.len() <= DETAIL_BYTES_MAX + 4 && told.ends_with("é…"));
        assert_eq!(bounded("short"), "short");
    }
}
