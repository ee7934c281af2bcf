//! `leat build`: the playpen's nodes, compiled to components in `build/`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use leat_runtime::Component;

use crate::args::BuildArgs;
use crate::config::Environment;
use crate::playpen::Playpen;
use crate::surroundings;
use crate::{sdk, toolchain};

pub(crate) fn run(args: &BuildArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let playpen = Playpen::around(&args.path)?;
    nodes(&playpen.root, &args.node, args.quiet, environment)?;
    Ok(ExitCode::SUCCESS)
}

/// Builds the playpen's nodes: all, or the named ones.
pub(super) fn nodes(root: &Path, names: &[String], quiet: bool, environment: &Environment) -> anyhow::Result<()> {
    let started = std::time::SystemTime::from(crate::clock::now());
    toolchain::require()?;
    sdk::ensure(root)?;
    let artifacts = toolchain::compile(root, names, quiet)?;
    if artifacts.is_empty() {
        bail!(
            "{} has no node to build: a node is a package in nodes/ whose [lib] has crate-type [\"cdylib\", \"rlib\"]; \
             `leat new node NAME` makes one",
            root.display()
        );
    }
    let build_dir = root.join("build");
    std::fs::create_dir_all(&build_dir).with_context(|| format!("cannot make {}", build_dir.display()))?;
    let engine = surroundings::engine(environment, false)?;
    for artifact in &artifacts {
        let target = build_dir.join(format!("{}.wasm", artifact.name));
        place(&artifact.file, &target, started)?;
        let component = engine.load(&target).with_context(|| format!("{} is no Leat node", artifact.name))?;
        if !quiet {
            println!("build/{}.wasm  {}", artifact.name, describe(&component));
        }
    }
    Ok(())
}

/// Copies an artifact beside its name and renames it, so that a run that starts meanwhile reads a whole file. One that
/// has not changed is left alone. Either way it bears the time when the build started: `check` compares it with the node's
/// sources, and one that was saved while cargo compiled is newer than its component.
fn place(from: &Path, to: &Path, started: std::time::SystemTime) -> anyhow::Result<()> {
    let new = std::fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    let beside = to.with_extension("wasm.new");
    let unchanged = std::fs::read(to).is_ok_and(|old| old == new);
    let file = if unchanged { to } else { &beside };
    if !unchanged {
        std::fs::write(&beside, new).with_context(|| format!("cannot write {}", beside.display()))?;
    }
    let opened = std::fs::File::options().append(true).open(file);
    opened.and_then(|file| file.set_modified(started)).with_context(|| format!("cannot touch {}", file.display()))?;
    if unchanged {
        return Ok(());
    }
    std::fs::rename(&beside, to).with_context(|| format!("cannot write {}", to.display()))
}

/// `trades(notional, years) -> values(value)`, for people.
fn describe(component: &Component) -> String {
    let info = component.info();
    let ports = |ports: Vec<(&str, Vec<&str>)>| -> String {
        let ports: Vec<String> = ports.iter().map(|(name, fields)| format!("{name}({})", fields.join(", "))).collect();
        ports.join(" ")
    };
    let inputs = info.inputs.iter().map(|p| (p.name.as_str(), p.fields.iter().map(|f| f.name.as_str()).collect()));
    let outputs = info.outputs.iter().map(|p| (p.name.as_str(), p.fields.iter().map(|f| f.name.as_str()).collect()));
    format!("{} -> {}", ports(inputs.collect()), ports(outputs.collect()))
}
