//! A bundle made of a checked process: its plan, and every file of the playpen that the plan names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use leat_bundle::{BundleFile, BundlePart, Content, Digest, Hasher, Manifest, Needs, Role, VERSION, require_inside};
use leat_stream::plan::{NodeKind, Plan};

use crate::world::read_path;

/// How much of a file is read at a time to make its digest.
const PIECE_BYTES: usize = 1 << 20;

/// What a run is to have of its hosts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Demand<'a> {
    /// The run, or each part of one that is divided.
    pub(crate) each: Needs,
    /// Parts that are to have something else, by their names.
    pub(crate) parts: &'a [(String, Needs)],
}

/// The parts of a plan, with what each is to have.
pub(crate) fn parts(plan: &Plan, demand: Demand<'_>) -> anyhow::Result<Vec<BundlePart>> {
    let names = plan.parts();
    if let Some((unknown, _)) = demand.parts.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        anyhow::ensure!(!names.is_empty(), "there is no part {unknown:?}: no statement of the process has `part=`");
        anyhow::bail!("there is no part {unknown:?}; the process has {}", names.join(", "));
    }
    let (links, secrets) = (plan.part_links(), secrets(plan));
    let part = |(place, name): (usize, &&str)| BundlePart {
        name: (*name).to_owned(),
        secrets: secrets_of(plan, name, &secrets),
        needs: demand.parts.iter().rev().find(|(own, _)| own == name).map_or(demand.each, |(_, needs)| *needs),
        feeds: links.iter().filter(|(from, _)| *from == place).map(|(_, to)| *to).collect(),
    };
    // Everything in one part is not divided.
    Ok(if names.len() < 2 { Vec::new() } else { names.iter().enumerate().map(part).collect() })
}

/// Where the secrets lie that nodes of a plan are given, in order and each once.
pub(crate) fn secrets(plan: &Plan) -> Vec<String> {
    let paths: BTreeSet<String> = plan.given_secrets().map(|secret| secret.path.clone()).collect();
    paths.into_iter().collect()
}

/// Those that nodes of a part are given, by their places.
fn secrets_of(plan: &Plan, part: &str, secrets: &[String]) -> Vec<usize> {
    let nodes = plan.nodes.iter().filter(|node| node.part.as_deref() == Some(part));
    let given = nodes.filter_map(|node| node.kind.component()).flat_map(|component| &component.secrets);
    let paths: BTreeSet<&str> =
        given.filter_map(|place| plan.secrets.get(*place)).map(|one| one.path.as_str()).collect();
    let places = secrets.iter().enumerate().filter(|(_, path)| paths.contains(path.as_str()));
    places.map(|(place, _)| place).collect()
}

/// What all parts need together; without parts, what the whole is to have.
pub(crate) fn together(parts: &[BundlePart], whole: Needs) -> Needs {
    if parts.is_empty() {
        return whole;
    }
    let sum = |of: fn(&Needs) -> u64| parts.iter().map(|part| of(&part.needs)).fold(0, u64::saturating_add);
    Needs { cpu_millis: sum(|needs| needs.cpu_millis), memory_bytes: sum(|needs| needs.memory_bytes) }
}

/// A bundle, and where its contents are.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) manifest: Manifest,
    pub(crate) sources: BTreeMap<Digest, Source>,
    /// Inputs and outputs that are no part of it, because their paths are absolute: each host must reach them.
    pub(crate) elsewhere: Vec<String>,
    /// Components from outside the playpen, by their paths: the places that they have in the bundle.
    pub(super) moved: BTreeMap<String, String>,
}

/// Where a content is on this machine.
#[derive(Debug)]
pub(crate) enum Source {
    /// In a file.
    File(PathBuf),
    /// Here.
    Bytes(Vec<u8>),
}

/// Makes the bundle of a plan, of a playpen and of a folder like one that holds the risk objects which the playpen lacks. The same
/// playpen gives the same bundle.
///
/// # Errors
/// A file that cannot be read, or that lies neither in the playpen nor at an absolute path.
pub(crate) fn pack(plan: &Plan, (root, fetched): (&Path, &Path), demand: Demand<'_>) -> anyhow::Result<Package> {
    let mut packing = Packing {
        root,
        files: BTreeMap::new(),
        sources: BTreeMap::new(),
        elsewhere: Vec::new(),
        moved: BTreeMap::new(),
    };
    let mut plan = plan.clone();
    for node in &mut plan.nodes {
        if let NodeKind::Input(input) = &node.kind {
            packing.input(&read_path(node, input))?;
        }
        match &mut node.kind {
            NodeKind::Component(component) => packing.component(&mut component.path)?,
            NodeKind::Output(output) if output.path.starts_with('/') => packing.elsewhere.push(output.path.clone()),
            NodeKind::Input(_) | NodeKind::Output(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => {}
        }
    }
    for object in &plan.objects {
        // The settings of a simulation are part of it.
        let settings = Path::new(&object.file).with_file_name(format!("{}.toml", object.reference()));
        let settings = settings.to_str().filter(|settings| **settings != object.file).map(str::to_owned);
        let from = if root.join(&object.file).is_file() { root } else { fetched };
        let settings = settings.filter(|settings| from.join(settings).is_file());
        for file in std::iter::once(object.file.clone()).chain(settings) {
            packing.file_from(from, &file, Role::RiskObject)?;
        }
    }
    let text = serde_json::to_vec(&plan).context("cannot write the plan")?;
    let content = Content { digest: Digest::of(&text), bytes: text.len() as u64 };
    packing.sources.insert(content.digest, Source::Bytes(text));
    let (parts, secrets) = (parts(&plan, demand)?, secrets(&plan));
    let manifest = Manifest {
        bundle: VERSION,
        process: plan.process,
        leat_version: env!("CARGO_PKG_VERSION").to_owned(),
        plan: content,
        files: std::mem::take(&mut packing.files).into_values().collect(),
        needs: together(&parts, demand.each),
        parts,
        secrets,
        origin: None,
    };
    let Packing { sources, elsewhere, moved, .. } = packing;
    Ok(Package { manifest, sources, elsewhere, moved })
}

struct Packing<'a> {
    root: &'a Path,
    files: BTreeMap<String, BundleFile>,
    sources: BTreeMap<Digest, Source>,
    elsewhere: Vec<String>,
    moved: BTreeMap<String, String>,
}

impl Packing<'_> {
    /// A component goes along wherever it is; one from outside the playpen gets a place inside.
    fn component(&mut self, path: &mut String) -> anyhow::Result<()> {
        if require_inside(path).is_ok() {
            return self.file(path, Role::Component);
        }
        let file = self.root.join(&*path);
        let content = digest_of(&file).with_context(|| format!("cannot read the component {path}"))?;
        let place = format!("build/elsewhere/{}.wasm", content.digest);
        self.add(place.clone(), Role::Component, content, file);
        self.moved.insert(std::mem::replace(path, place.clone()), place);
        Ok(())
    }

    fn input(&mut self, path: &str) -> anyhow::Result<()> {
        if path.starts_with('/') {
            self.elsewhere.push(path.to_owned());
            return Ok(());
        }
        for file in leat_io::input_files(self.root, path) {
            let inside = file.strip_prefix(self.root).ok().and_then(Path::to_str);
            let inside = inside.with_context(|| format!("the input {} is not in the playpen", file.display()))?;
            self.file(inside, Role::Input)?;
        }
        Ok(())
    }

    fn file(&mut self, path: &str, role: Role) -> anyhow::Result<()> {
        self.file_from(self.root, path, role)
    }

    /// A file of the playpen, which is found below `from`.
    fn file_from(&mut self, from: &Path, path: &str, role: Role) -> anyhow::Result<()> {
        require_inside(path).with_context(|| {
            format!("{path} leads out of the playpen, so no host would find it; move it in, or give an absolute path that every host reaches")
        })?;
        if self.files.contains_key(path) {
            return Ok(());
        }
        let file = from.join(path);
        let content = digest_of(&file).with_context(|| format!("cannot read {}", file.display()))?;
        self.add(path.to_owned(), role, content, file);
        Ok(())
    }

    fn add(&mut self, path: String, role: Role, content: Content, file: PathBuf) {
        let Content { digest, bytes } = content;
        self.sources.insert(digest, Source::File(file));
        self.files.insert(path.clone(), BundleFile { path, role, digest, bytes });
    }
}

/// The digest and size of a file, as it is now.
pub(super) fn digest_of(path: &Path) -> std::io::Result<Content> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; PIECE_BYTES];
    let (mut hasher, mut bytes) = (Hasher::default(), 0);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            return Ok(Content { digest: hasher.finish(), bytes });
        }
        hasher.update(&piece[..read]);
        bytes += read as u64;
    }
}
