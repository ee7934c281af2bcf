//! Bundles, contents and risk objects.

use leat_bundle::{Content, Digest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Room, time};
use crate::store::{BundleRecord, ObjectVersion};

/// A bundle that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Bundle {
    /// SHA-256 of the manifest.
    digest: String,
    process: String,
    /// The version of Leat that checked it.
    leat_version: String,
    /// How many files it has, beside the plan.
    files: usize,
    /// The size of all its contents.
    bytes: u64,
    /// What a run of it needs.
    needs: Room,
    /// Who uploaded it first, and when.
    user: String,
    created: String,
}

/// Contents that someone has.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct Contents {
    pub(in crate::rest) contents: Vec<ContentNamed>,
}

/// A content by its name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Content)]
pub(in crate::rest) struct ContentNamed {
    /// SHA-256.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    digest: Digest,
    #[schema(format = "uint64")]
    bytes: u64,
}

/// Those contents that are not here yet.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Missing {
    #[schema(value_type = Vec<String>)]
    pub(in crate::rest) missing: Vec<Digest>,
}

/// A version of a risk object.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RiskObject)]
pub(in crate::rest) struct Object {
    /// Its name and kind: `base.scenarios`.
    name: String,
    /// From 1.
    version: u64,
    /// The file's name, whose suffix says its format.
    file: String,
    /// SHA-256 of the content.
    digest: String,
    bytes: u64,
    /// Who put it, and when.
    user: String,
    created: String,
}

/// Risk objects, or versions of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RiskObjects)]
pub(in crate::rest) struct Objects {
    pub(in crate::rest) items: Vec<Object>,
}

impl From<&BundleRecord> for Bundle {
    fn from(bundle: &BundleRecord) -> Self {
        let manifest = &bundle.manifest;
        Bundle {
            digest: bundle.digest.to_string(),
            process: manifest.process.clone(),
            leat_version: manifest.leat_version.clone(),
            files: manifest.files.len(),
            bytes: manifest.contents().iter().map(|content| content.bytes).fold(0, u64::saturating_add),
            needs: Room { cpu_millis: manifest.needs.cpu_millis, memory_bytes: manifest.needs.memory_bytes },
            user: bundle.user.clone(),
            created: time(bundle.created),
        }
    }
}

impl From<ContentNamed> for Content {
    fn from(named: ContentNamed) -> Self {
        Content { digest: named.digest, bytes: named.bytes }
    }
}

impl From<&ObjectVersion> for Object {
    fn from(object: &ObjectVersion) -> Self {
        Object {
            name: object.name.clone(),
            version: object.version,
            file: object.file.clone(),
            digest: object.digest.to_string(),
            bytes: object.bytes,
            user: object.user.clone(),
            created: time(object.created),
        }
    }
}
