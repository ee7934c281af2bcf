//! What a bundle keeps of the check that its plan was made by: written by `leat submit`, read by a midtier that checks the
//! process again with other parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use leat_bundle::{BundleParameter, Given, Manifest, Role};
use leat_stream::check::{self, BadWorld, World};
use leat_stream::node_info::ValueType;
use leat_stream::plan::{FileInput, Node, NodeKind, PathPiece, Plan};
use serde::{Deserialize, Serialize};

/// The document. What a check asks is in `check`; the rest is what became of the paths of its plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeptWorld {
    check: World,
    /// Inputs whose files the bundle holds, all of them: files and patterns, as [`read_path`] says them.
    inputs: BTreeSet<String>,
    /// Components from outside the playpen, by their paths: the places that they have in the bundle.
    components: BTreeMap<String, String>,
}

/// Something that a plan reads and the bundle does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotHeld {
    what: &'static str,
    path: String,
}

impl fmt::Display for NotHeld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotHeld { what, path } = self;
        write!(
            f,
            "{what} `{path}` is not in the bundle: a file that depends on what the run is given must be at an absolute path, which \
             every host reaches; or submit the process anew with `leat submit` and these values"
        )
    }
}

impl KeptWorld {
    /// What is kept of a check that gave this plan, whose components from outside lie at these places.
    pub(crate) fn of(check: World, plan: &Plan, components: BTreeMap<String, String>) -> Self {
        let inputs = inputs(plan).map(|(node, input)| read_path(node, input)).filter(|path| !path.starts_with('/'));
        KeptWorld { check, inputs: inputs.collect(), components }
    }

    /// The document: the same for the same check.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a world has no map with keys that are no text")
    }

    /// Reads what [`KeptWorld::to_json`] wrote.
    pub(crate) fn from_json(bytes: &[u8]) -> Result<Self, BadWorld> {
        let kept: KeptWorld = serde_json::from_slice(bytes)?;
        kept.check.require_sound()?;
        Ok(kept)
    }

    /// The check, as it was recorded.
    pub(crate) fn check(&self) -> &World {
        &self.check
    }

    /// Gives the components of a plan their places in the bundle, and refuses one that reads what the bundle does not hold.
    pub(crate) fn settle(&self, plan: &mut Plan, manifest: &Manifest) -> Result<(), NotHeld> {
        let holds = |role, path: &str| manifest.files.iter().any(|file| file.role == role && file.path == path);
        let missing = |what, path: &str| Err(NotHeld { what, path: path.to_owned() });
        for (node, input) in inputs(plan) {
            let path = read_path(node, input);
            if !path.starts_with('/') && !self.inputs.contains(&path) && !holds(Role::Input, &path) {
                return missing("the input", &path);
            }
        }
        for object in &plan.objects {
            let digest = |path: &str| manifest.files.iter().find(|file| file.path == path).map(|file| file.digest);
            if digest(&object.file).is_none_or(|digest| digest.to_string() != object.digest) {
                return missing("the risk object", &object.file);
            }
        }
        for node in &mut plan.nodes {
            let NodeKind::Component(component) = &mut node.kind else { continue };
            if let Some(place) = self.components.get(&component.path) {
                component.path.clone_from(place);
            }
            if !holds(Role::Component, &component.path) {
                return missing("the component", &component.path);
            }
        }
        Ok(())
    }
}

fn inputs(plan: &Plan) -> impl Iterator<Item = (&Node, &FileInput)> {
    plan.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Input(input) => Some((node, input)),
        _ => None,
    })
}

/// The file that an input reads, or the pattern of all that it may: whatever a fact in its path turns out to be.
pub(crate) fn read_path(node: &Node, input: &FileInput) -> String {
    if node.dynamic_path.is_empty() {
        return input.path.clone();
    }
    let pieces = node.dynamic_path.iter().map(|piece| match piece {
        PathPiece::Text(text) => text.as_str(),
        PathPiece::Fact(_) => "*",
    });
    pieces.collect()
}

/// What a check was given, as a manifest has it: the last value of a name counts.
pub(crate) fn given(check::Given { params, options, facts, tags }: check::Given) -> Given {
    Given {
        params: params.into_iter().collect(),
        options: options.into_iter().collect(),
        facts: facts.into_iter().collect(),
        tags: tags.into_iter().collect(),
    }
}

/// What a check is given, from a manifest.
pub(crate) fn to_check(Given { params, options, facts, tags }: Given) -> check::Given {
    check::Given {
        params: params.into_iter().collect(),
        options: options.into_iter().collect(),
        facts: facts.into_iter().collect(),
        tags: tags.into_iter().collect(),
    }
}

/// The parameters of a plan, and after them what it was given for names that it does not declare: `var.x` takes them.
pub(crate) fn parameters(plan: &Plan, given: &Given) -> Vec<BundleParameter> {
    let declared = plan.parameters.iter().map(|parameter| BundleParameter {
        name: parameter.name.clone(),
        value_type: parameter.value.value_type().name().to_owned(),
        value: parameter.value.to_path_text(),
    });
    let is_declared = |name: &str| plan.parameters.iter().any(|parameter| parameter.name == name);
    let others = given.params.iter().filter(|(name, _)| !is_declared(name)).map(|(name, value)| BundleParameter {
        name: name.clone(),
        value_type: ValueType::Text.name().to_owned(),
        value: value.clone(),
    });
    declared.chain(others).collect()
}
