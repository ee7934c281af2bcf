//! Processes, as they are listed.

use leat_bundle::BundleParameter;
use serde::Serialize;
use utoipa::ToSchema;

use super::time;
use crate::store::ProcessRecord;

/// A process that there are runs of.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Process {
    process: String,
    /// The group whose runs it is of.
    group: String,
    /// The latest bundle that was uploaded for it and run: SHA-256 of its manifest.
    bundle: String,
    /// Who uploaded it first, and when.
    user: String,
    created: String,
    /// What a run may be given; nothing where the bundle can only be run as it is.
    parameters: Option<Vec<Parameter>>,
}

/// A parameter of a process.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Parameter {
    name: String,
    /// `boolean`, `int64`, `float64` or `text`.
    #[serde(rename = "type")]
    value_type: String,
    /// Its value where a run is not given another.
    value: String,
}

/// A page of processes, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct ProcessPage {
    pub(in crate::rest) items: Vec<Process>,
    /// What `cursor` must be for the next page; nothing where this is the last.
    pub(in crate::rest) next: Option<String>,
}

impl From<&ProcessRecord> for Process {
    fn from(record: &ProcessRecord) -> Self {
        let parameter = |known: &BundleParameter| Parameter {
            name: known.name.clone(),
            value_type: known.value_type.clone(),
            value: known.value.clone(),
        };
        Process {
            process: record.process.clone(),
            group: record.group.clone(),
            bundle: record.bundle.to_string(),
            user: record.user.clone(),
            created: time(record.created),
            parameters: record.parameters.as_ref().map(|known| known.iter().map(parameter).collect()),
        }
    }
}
