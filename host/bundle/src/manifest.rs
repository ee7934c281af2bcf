//! The manifest: the list of what a bundle is made of. Its bytes are what the bundle's digest is of.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::origin::{Origin, WORLD_BYTES_MAX};
use crate::path::{BadPath, require_inside};

/// The version of the manifest that this crate writes, and the only one it reads.
pub const VERSION: u32 = 1;
/// How large a manifest may be, bytes.
pub const MANIFEST_BYTES_MAX: usize = 16 << 20;
/// How many files a bundle may have.
pub const FILES_MAX: usize = 100_000;
/// How many parts a bundle may have.
pub const PARTS_MAX: usize = 256;
/// How long a part's name may be.
const PART_NAME_BYTES_MAX: usize = 200;
/// How many secrets a bundle may name, and how long the place of one may be.
const SECRETS_MAX: usize = 1_000;
const SECRET_BYTES_MAX: usize = 1_024;

/// What a bundle is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`VERSION`].
    pub bundle: u32,
    /// The process's name.
    pub process: String,
    /// The version of Leat that checked it. A host of another version refuses the plan if it cannot read it.
    pub leat_version: String,
    /// The checked plan as JSON.
    pub plan: Content,
    /// The files that the plan names, by their paths in the playpen, in the order of the paths.
    pub files: Vec<BundleFile>,
    /// What a run of it needs; all parts together where it is divided.
    pub needs: Needs,
    /// The parts that a run of it may be divided into, at least two, in the plan's order; empty where it stays whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<BundlePart>,
    /// Where the secrets lie that its nodes are given, in order and each once: `mount/path#field`. Never what they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// What its plan was made of, for one with other parameters; nothing where it can only be run as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A part of a run: it is on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundlePart {
    /// As the plan's nodes name it.
    pub name: String,
    /// What it needs of its host.
    pub needs: Needs,
    /// The parts that read its queues, by their places in [`Manifest::parts`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub feeds: Vec<usize>,
    /// The secrets that its nodes are given, by their places in [`Manifest::secrets`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<usize>,
}

/// A content by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// SHA-256.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleFile {
    /// Where it lies in the playpen, relative to its root.
    pub path: String,
    /// What it is for.
    pub role: Role,
    /// SHA-256 of its content.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// What a file of a bundle is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The artifact behind a component node.
    Component,
    /// What an input node reads.
    Input,
    /// A risk object.
    RiskObject,
}

/// What a run needs of the host it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// Thousandths of a core.
    pub cpu_millis: u64,
    /// Memory.
    pub memory_bytes: u64,
}

/// Bytes that are no manifest.
#[derive(Debug, thiserror::Error)]
pub enum BadManifest {
    /// They are no JSON of the right shape.
    #[error("the manifest cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// It is one of another version.
    #[error("the manifest is of version {0}, and this Leat reads version {VERSION}")]
    Version(u32),
    /// It is too large.
    #[error("the manifest has {what}, and at most {most} are allowed")]
    TooLarge {
        /// What there is too much of: `12345678 bytes`.
        what: String,
        /// The limit.
        most: usize,
    },
    /// A file would lie outside of the playpen.
    #[error("in the manifest, {0}")]
    Path(#[from] BadPath),
    /// Two files have one path.
    #[error("in the manifest, the path {0:?} stands twice")]
    Twice(String),
    /// A run that needs nothing could be placed anywhere, without end.
    #[error("in the manifest, needs.cpu_millis and needs.memory_bytes must be more than 0")]
    NeedsNothing,
    /// Its parts do not fit together.
    #[error("in the manifest, {0}")]
    Parts(String),
    /// What it says of secrets does not fit together.
    #[error("in the manifest, secrets {0}")]
    Secrets(String),
    /// What its plan was made of is larger than anybody reads.
    #[error("in the manifest, origin.world has {0} bytes, and at most {WORLD_BYTES_MAX} are allowed")]
    World(u64),
}

impl Manifest {
    /// Reads a manifest and checks all that can be checked without its files.
    ///
    /// # Errors
    /// Says what is wrong with it; see [`BadManifest`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BadManifest> {
        if bytes.len() > MANIFEST_BYTES_MAX {
            return Err(BadManifest::TooLarge { what: format!("{} bytes", bytes.len()), most: MANIFEST_BYTES_MAX });
        }
        let manifest: Manifest = serde_json::from_slice(bytes)?;
        if manifest.bundle != VERSION {
            return Err(BadManifest::Version(manifest.bundle));
        }
        if manifest.files.len() > FILES_MAX {
            return Err(BadManifest::TooLarge { what: format!("{} files", manifest.files.len()), most: FILES_MAX });
        }
        if manifest.needs.cpu_millis == 0 || manifest.needs.memory_bytes == 0 {
            return Err(BadManifest::NeedsNothing);
        }
        manifest.require_parts()?;
        manifest.require_secrets()?;
        if let Some(origin) = manifest.origin.as_ref().filter(|origin| origin.world.bytes > WORLD_BYTES_MAX) {
            return Err(BadManifest::World(origin.world.bytes));
        }
        let mut paths = BTreeSet::new();
        for file in &manifest.files {
            require_inside(&file.path)?;
            if !paths.insert(file.path.as_str()) {
                return Err(BadManifest::Twice(file.path.clone()));
            }
        }
        Ok(manifest)
    }

    /// That the parts, if any, can be told apart, need something and feed parts that there are.
    fn require_parts(&self) -> Result<(), BadManifest> {
        if self.parts.len() > PARTS_MAX {
            return Err(BadManifest::TooLarge { what: format!("{} parts", self.parts.len()), most: PARTS_MAX });
        }
        let wrong = |what: String| Err(BadManifest::Parts(what));
        if self.parts.len() == 1 {
            return wrong("there is one part: a run that is not divided has none".to_owned());
        }
        let mut names = BTreeSet::new();
        for part in &self.parts {
            let name = &part.name;
            if name.is_empty() || name.len() > PART_NAME_BYTES_MAX || name.chars().any(char::is_control) {
                return wrong(format!(
                    "a part's name has from 1 to {PART_NAME_BYTES_MAX} bytes and no control characters"
                ));
            }
            if !names.insert(name) {
                return wrong(format!("the part `{name}` stands twice"));
            }
            if part.needs.cpu_millis == 0 || part.needs.memory_bytes == 0 {
                return Err(BadManifest::NeedsNothing);
            }
            if let Some(beyond) = part.feeds.iter().find(|place| **place >= self.parts.len()) {
                return wrong(format!("the part `{name}` feeds part {beyond}, which is not there"));
            }
        }
        Ok(())
    }

    /// That the secrets are named once each, and that parts name some that there are.
    fn require_secrets(&self) -> Result<(), BadManifest> {
        let wrong = |what: &str| Err(BadManifest::Secrets(what.to_owned()));
        if self.secrets.len() > SECRETS_MAX {
            return Err(BadManifest::TooLarge { what: format!("{} secrets", self.secrets.len()), most: SECRETS_MAX });
        }
        if self.secrets.iter().any(|path| path.is_empty() || path.len() > SECRET_BYTES_MAX) {
            return wrong("must each have a place, of at most 1024 bytes");
        }
        if !self.secrets.is_sorted_by(|one, next| one < next) {
            return wrong("must be in order, and each of them once");
        }
        let mut named = self.parts.iter().flat_map(|part| &part.secrets);
        match named.any(|place| *place >= self.secrets.len()) {
            true => wrong("are named by a part that are not there"),
            false => Ok(()),
        }
    }

    /// Where the secrets lie that some parts are given, in order and each once; of parts that it does not have, none.
    pub fn secrets_of(&self, parts: &[String]) -> Vec<String> {
        let named = self.parts.iter().filter(|part| parts.contains(&part.name)).flat_map(|part| &part.secrets);
        let places: BTreeSet<usize> = named.copied().collect();
        places.into_iter().filter_map(|place| self.secrets.get(place).cloned()).collect()
    }

    /// The bytes that the bundle's digest is of: the same for the same manifest.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a manifest has no map with keys that are no text")
    }

    /// Every content that the bundle consists of, the plan first, each once.
    pub fn contents(&self) -> Vec<Content> {
        let world = self.origin.as_ref().map(|origin| origin.world);
        let mut contents = self.run_contents();
        contents.extend(world.filter(|world| contents.iter().all(|content| content.digest != world.digest)));
        contents
    }

    /// The contents that a run needs, the plan first, each once: not what another plan is made of.
    pub fn run_contents(&self) -> Vec<Content> {
        let mut seen = BTreeSet::new();
        let files = self.files.iter().map(|file| Content { digest: file.digest, bytes: file.bytes });
        std::iter::once(self.plan).chain(files).filter(|content| seen.insert(content.digest)).collect()
    }
}

#[cfg(test)]
mod tests {
    use leat_fuzzing::{Fuzz, Shape};

    use super::*;
    use crate::origin::{BundleParameter, Given};

    fn manifest() -> Manifest {
        let file = |path: &str, role, content: &[u8]| BundleFile {
            path: path.to_owned(),
            role,
            digest: Digest::of(content),
            bytes: content.len() as u64,
        };
        Manifest {
            bundle: VERSION,
            process: "price".to_owned(),
            leat_version: "0.1.0".to_owned(),
            plan: Content { digest: Digest::of(b"{}"), bytes: 2 },
            files: vec![
                file("build/price.wasm", Role::Component, b"asm"),
                file("in/a.csv", Role::Input, b"x"),
                file("in/b.csv", Role::Input, b"x"),
            ],
            needs: Needs { cpu_millis: 1000, memory_bytes: 1 << 30 },
            parts: Vec::new(),
            secrets: Vec::new(),
            origin: None,
        }
    }

    fn with_origin(world: &[u8]) -> Manifest {
        let given = Given { params: [("day".to_owned(), "22".to_owned())].into(), ..Given::default() };
        let day = BundleParameter { name: "day".to_owned(), value_type: "text".to_owned(), value: "22".to_owned() };
        let world = Content { digest: Digest::of(world), bytes: world.len() as u64 };
        Manifest { origin: Some(Origin { world, of: None, given, parameters: vec![day] }), ..manifest() }
    }

    fn part(name: &str, feeds: &[usize]) -> BundlePart {
        BundlePart {
            name: name.to_owned(),
            needs: Needs { cpu_millis: 500, memory_bytes: 1 << 20 },
            feeds: feeds.to_vec(),
            secrets: Vec::new(),
        }
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused() {
        let parsed = |parts: Vec<BundlePart>| Manifest::parse(&Manifest { parts, ..manifest() }.to_bytes());
        let divided = parsed(vec![part("load", &[1]), part("price", &[])]).unwrap();
        assert_eq!(divided.parts[0].feeds, [1]);
        let refused = |parts| parsed(parts).unwrap_err().to_string();
        assert!(refused(vec![part("alone", &[])]).contains("one part"));
        assert!(refused(vec![part("a", &[]), part("a", &[])]).contains("stands twice"));
        assert!(refused(vec![part("a", &[2]), part("b", &[])]).contains("feeds part 2"));
        assert!(refused(vec![part("a", &[]), part("", &[])]).contains("name"));
        let mut greedy = part("b", &[]);
        greedy.needs.cpu_millis = 0;
        assert!(refused(vec![part("a", &[]), greedy]).contains("more than 0"));
        let many = (0..=PARTS_MAX).map(|n| part(&n.to_string(), &[])).collect();
        assert!(refused(many).contains("257 parts"));
    }

    #[test]
    fn a_part_is_given_its_own_secrets_alone() {
        let named = |name: &str, secrets: &[usize]| BundlePart { secrets: secrets.to_vec(), ..part(name, &[]) };
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let secrets = texts(&["kv/a#x", "kv/b#x", "kv/c#x"]);
        let parts = vec![named("load", &[2, 0]), named("price", &[0])];
        let divided = Manifest { secrets: secrets.clone(), parts, ..manifest() };
        let read = Manifest::parse(&divided.to_bytes()).unwrap();
        assert_eq!(read.secrets_of(&texts(&["load"])), ["kv/a#x", "kv/c#x"]);
        assert_eq!(read.secrets_of(&texts(&["price", "load"])), ["kv/a#x", "kv/c#x"]);
        assert!(read.secrets_of(&texts(&["other"])).is_empty());
        let refused = |secrets: &[&str], place| {
            let odd =
                Manifest { secrets: texts(secrets), parts: vec![named("a", &[place]), named("b", &[])], ..manifest() };
            Manifest::parse(&odd.to_bytes()).unwrap_err().to_string()
        };
        assert!(refused(&["kv/a#x"], 1).contains("not there"));
        assert!(refused(&["kv/b#x", "kv/a#x"], 0).contains("in order"));
        assert!(refused(&["kv/a#x", "kv/a#x"], 0).contains("once"));
        assert!(refused(&[""], 0).contains("place"));
    }

    #[test]
    fn a_manifest_reads_back_from_its_bytes() {
        let manifest = manifest();
        assert_eq!(Manifest::parse(&manifest.to_bytes()).unwrap(), manifest);
    }

    #[test]
    fn what_a_plan_was_made_of_is_kept_and_no_host_needs_it() {
        let manifest = with_origin(b"world");
        assert_eq!(Manifest::parse(&manifest.to_bytes()).unwrap(), manifest);
        assert_eq!((manifest.contents().len(), manifest.run_contents().len()), (4, 3));
        assert_eq!(with_origin(b"asm").contents().len(), 3, "a content is named once");
        let mut huge = with_origin(b"");
        huge.origin.as_mut().unwrap().world.bytes = WORLD_BYTES_MAX + 1;
        assert!(Manifest::parse(&huge.to_bytes()).unwrap_err().to_string().contains("origin.world"));
    }

    #[test]
    fn a_content_that_two_files_have_is_named_once() {
        assert_eq!(manifest().contents().len(), 3);
    }

    #[test]
    fn what_is_no_sound_manifest_is_refused() {
        let refused = |change: fn(&mut Manifest)| {
            let mut manifest = manifest();
            change(&mut manifest);
            Manifest::parse(&manifest.to_bytes()).unwrap_err().to_string()
        };
        assert!(refused(|m| m.bundle = 2).contains("version 2"));
        assert!(refused(|m| m.files[0].path = "../x".to_owned()).contains("../x"));
        assert!(refused(|m| m.files[1].path = "in/b.csv".to_owned()).contains("stands twice"));
        assert!(refused(|m| m.needs.cpu_millis = 0).contains("more than 0"));
        assert!(refused(|m| m.files = vec![m.files[0].clone(); FILES_MAX + 1]).contains("100001 files"));
    }

    #[test]
    fn bytes_cut_anywhere_are_refused() {
        let bytes = manifest().to_bytes();
        for length in 0..bytes.len() {
            assert!(Manifest::parse(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn fuzzed_manifests_are_read_or_refused() {
        let words = ["bundle", "path", "role", "parts", "feeds", "origin", "../", "plan.json"];
        Fuzz::new("manifests of bundles", Shape::Json, [manifest().to_bytes()]).words(words).run(|bytes| {
            // What is taken is written and read as the same.
            Manifest::parse(bytes).is_ok_and(|manifest| Manifest::parse(&manifest.to_bytes()).unwrap() == manifest)
        });
    }
}
