//! What a bundle's plan was made of: so that a midtier can make another of it, with other parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::manifest::Content;

/// How large the document of the check's world may be, bytes: each input adds at most a mebibyte of samples, which grows by
/// half as JSON; a midtier holds it in memory while it checks.
pub const WORLD_BYTES_MAX: u64 = 32 << 20;

/// What a plan was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The document of all that the check asked. Only who checks reads it; hosts do not fetch it.
    pub world: Content,
    /// The bundle that was uploaded, where this one was made of it with other parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Digest>,
    /// What the check was given beside the stream file.
    #[serde(default, skip_serializing_if = "Given::is_empty")]
    pub given: Given,
    /// The parameters that the process takes, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<BundleParameter>,
}

/// What a run is given beside its process, each value as a text that is read by the type of what it is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Values of parameters by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// Values of `opt.a.b.c` by `a.b.c`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// Values of facts by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// The tags that are on.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
}

/// A parameter of a process, with its value in this bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleParameter {
    /// Its name.
    pub name: String,
    /// Its type as a stream file writes it: `float64`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// The value, as it is given on a command line.
    pub value: String,
}

impl Given {
    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        *self == Given::default()
    }
}
