//! Secrets: what each declared name stands for, and which nodes are given which. Whether a path may be asked for is the
//! playpen's to say; no value is ever seen here.

use std::collections::BTreeSet;

use leat_secrets::{SecretName, SecretPath};

use super::draft::{Draft, DraftKind};
use super::surroundings::Surroundings;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::Secret;
use crate::syntax::{File, Name, OptionName, OptionValue, SecretDeclaration, Statement};

/// A declaration that counts.
struct Declared<'a> {
    declaration: &'a SecretDeclaration,
    /// The file it is in, by its place.
    file: usize,
    /// Its place in the plan, once a node is given it.
    place: Option<usize>,
}

/// Settles the secrets of a process: tells each component which it is given, and answers those that a node is given, in the
/// order of their declarations.
pub(super) fn settle_secrets(
    files: &[&File],
    draft: &mut Draft<'_>,
    surroundings: &dyn Surroundings,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Secret> {
    let mut declared = declared(files, problems);
    let wanted: BTreeSet<&str> = draft
        .nodes
        .iter()
        .filter_map(|node| match &node.kind {
            DraftKind::Component(component) => Some(component.named_secrets),
            _ => None,
        })
        .flatten()
        .map(|name| name.text.as_str())
        .collect();
    let mut secrets = Vec::new();
    for known in &mut declared {
        let SecretDeclaration { name, path, .. } = known.declaration;
        if let Some(why) = name.text.parse::<SecretName>().err() {
            let message = format!("`{name}` cannot be the name of a secret");
            problems.push(Diagnostic::error("bad-secret", name.span, message).label(why.to_string()));
        }
        let parsed = match path.value.parse::<SecretPath>() {
            Ok(parsed) => parsed,
            Err(why) => {
                let message = format!("the secret `{name}` lies nowhere: {why}");
                problems.push(Diagnostic::error("bad-secret", path.span, message).label("expected where it lies"));
                continue;
            }
        };
        if !wanted.contains(name.text.as_str()) {
            continue;
        }
        if let Some(why) = surroundings.secret_refused(&parsed) {
            let message = format!("the secret `{name}` may not be asked for: {why}");
            problems.push(Diagnostic::error("secret-refused", path.span, message).label("not allowed"));
        }
        known.place = Some(secrets.len());
        secrets.push(Secret { name: name.text.clone(), path: parsed.to_string() });
    }
    give(draft, &declared, problems);
    report_unused(files, &declared, problems);
    secrets
}

/// The first declaration of each name. Several files may declare one, if they mean the same.
fn declared<'a>(files: &[&'a File], problems: &mut Vec<Diagnostic>) -> Vec<Declared<'a>> {
    let mut declared: Vec<Declared<'a>> = Vec::new();
    let all = files.iter().enumerate().flat_map(|(file, tree)| tree.secrets().map(move |secret| (file, secret)));
    for (file, declaration) in all {
        let name = &declaration.name;
        let Some(first) = declared.iter().find(|known| known.declaration.name.text == name.text) else {
            declared.push(Declared { declaration, file, place: None });
            continue;
        };
        let same = first.declaration.path.value == declaration.path.value;
        if first.file != file && same {
            continue;
        }
        let help = match first.file == file {
            true => "remove one of the two",
            false => {
                "a secret is visible in all files of a process: let both mean the same place, or give one another name"
            }
        };
        problems.push(
            Diagnostic::error("duplicate-secret", name.span, format!("the secret `{name}` is declared twice"))
                .label("declared again here")
                .also(first.declaration.name.span, "first declared here")
                .help(help),
        );
    }
    declared
}

/// Tells each component which secrets it is given.
fn give(draft: &mut Draft<'_>, declared: &[Declared<'_>], problems: &mut Vec<Diagnostic>) {
    for node in &mut draft.nodes {
        let DraftKind::Component(component) = &mut node.kind else { continue };
        for name in component.named_secrets {
            match declared.iter().find(|known| known.declaration.name.text == name.text) {
                Some(known) => component.secrets.extend(known.place),
                None => problems.push(undeclared(name, declared)),
            }
        }
        component.secrets.sort_unstable();
        component.secrets.dedup();
    }
}

fn undeclared(name: &Name, declared: &[Declared<'_>]) -> Diagnostic {
    let names = declared.iter().map(|known| known.declaration.name.text.as_str());
    let help = match nearest(&name.text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it: `secret {name} = \"kv/risk/warehouse#password\"`"),
    };
    Diagnostic::error("unknown-secret", name.span, format!("there is no secret `{name}`"))
        .label("no such secret is declared")
        .help(help)
}

/// Says which declarations nothing uses; what is switched off uses them too.
fn report_unused(files: &[&File], declared: &[Declared<'_>], problems: &mut Vec<Diagnostic>) {
    let doubtful = problems.iter().any(|problem| problem.code == "unknown-secret");
    if doubtful || files.iter().any(|file| file.incomplete) {
        return;
    }
    let mut used = BTreeSet::new();
    files.iter().for_each(|file| collect(file.statements(), &mut used));
    for known in declared {
        let name = &known.declaration.name;
        if !used.contains(name.text.as_str()) {
            problems.push(
                Diagnostic::warning("unused-secret", name.span, format!("nothing uses the secret `{name}`"))
                    .label("no node is given it")
                    .help(format!(
                        "a node is given it with `secrets={name}`; one that nobody needs is better not asked for"
                    )),
            );
        }
    }
}

/// The secrets that statements name, and what is in their groups.
fn collect<'a>(statements: impl Iterator<Item = &'a Statement>, used: &mut BTreeSet<&'a str>) {
    for statement in statements {
        let option = statement.options().and_then(|options| options.get(OptionName::Secrets));
        if let Some(OptionValue::Names(names)) = option.map(|option| &option.value) {
            used.extend(names.iter().map(|name| name.text.as_str()));
        }
        if let Statement::Group(group) = statement {
            collect(group.body.iter().flatten(), used);
        }
    }
}
