//! Processes checked again for a midtier: by the check that `leat submit` makes, from what it was answered then.

use leat_bundle::{Manifest, Needs};
use leat_midtier::recheck::{Question, Recheck, Refusal, Remade};
use leat_stream::check::Checked;
use leat_stream::diagnostic::Diagnostic;
use leat_stream::plan::Plan;

use crate::remote::{Demand, parts, secrets, together};
use crate::surroundings::LiveRules;
use crate::world::{KeptWorld, parameters, to_check};

/// The stack of a check: what the command line's has.
const STACK_BYTES: usize = 8 << 20;
/// How many errors are told.
const ERRORS_TOLD_MAX: usize = 10;

/// Checks processes by their bundles.
pub(super) struct BundleCheck;

impl Recheck for BundleCheck {
    fn recheck(&self, question: Question) -> Result<Remade, Refusal> {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("check".to_owned()).stack_size(STACK_BYTES);
            match thread.spawn_scoped(scope, || remade(question)) {
                Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                Err(error) => Err(Refusal::Unreadable(format!("there is no thread to check it on: {error}"))),
            }
        })
    }
}

fn remade(Question { world, mut manifest, given }: Question) -> Result<Remade, Refusal> {
    let unreadable =
        |why: String| Refusal::Unreadable(format!("what the bundle says of its check is no use here: {why}"));
    let kept = KeptWorld::from_json(&world).map_err(|error| unreadable(error.to_string()))?;
    let mut checked = kept.check().check(&to_check(given.clone()), &LiveRules);
    let Some(mut plan) = checked.plan.take() else { return Err(refusal(&checked)) };
    kept.settle(&mut plan, &manifest).map_err(|error| Refusal::NotInBundle(error.to_string()))?;
    divide(&mut manifest, &plan).map_err(|error| unreadable(format!("{error:#}")))?;
    manifest.process.clone_from(&plan.process);
    manifest.leat_version = env!("CARGO_PKG_VERSION").to_owned();
    if let Some(origin) = &mut manifest.origin {
        origin.parameters = parameters(&plan, &given);
    }
    let plan = serde_json::to_vec(&plan).map_err(|error| unreadable(error.to_string()))?;
    Ok(Remade { plan, manifest })
}

/// Gives the manifest the parts and secrets of the plan. Each needs what it did; one that the bundle did not have, as much as the largest.
fn divide(manifest: &mut Manifest, plan: &Plan) -> anyhow::Result<()> {
    let most = |of: fn(&Needs) -> u64| manifest.parts.iter().map(|part| of(&part.needs)).max();
    let each = Needs {
        cpu_millis: most(|needs| needs.cpu_millis).unwrap_or(manifest.needs.cpu_millis),
        memory_bytes: most(|needs| needs.memory_bytes).unwrap_or(manifest.needs.memory_bytes),
    };
    let names = plan.parts();
    let known = manifest.parts.iter().filter(|part| names.contains(&part.name.as_str()));
    let own: Vec<(String, Needs)> = known.map(|part| (part.name.clone(), part.needs)).collect();
    manifest.parts = parts(plan, Demand { each, parts: &own })?;
    manifest.secrets = secrets(plan);
    manifest.needs = together(&manifest.parts, manifest.needs);
    Ok(())
}

/// What the check says, by the first error that concerns what the run is given.
fn refusal(checked: &Checked) -> Refusal {
    let errors = || checked.diagnostics.iter().filter(|problem| problem.is_error());
    let said = |problem: &Diagnostic| {
        let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}{help}", problem.to_line(&checked.source))
    };
    let mut text: Vec<String> = errors().take(ERRORS_TOLD_MAX).map(said).collect();
    let more = errors().count().saturating_sub(ERRORS_TOLD_MAX);
    if more > 0 {
        text.push(format!("and {more} more"));
    }
    let text = text.join("\n");
    let has = |code: &str| errors().any(|problem| problem.code == code);
    match (has("unknown-parameter"), has("parameter-type")) {
        (true, _) => Refusal::UnknownParameter(text),
        (_, true) => Refusal::ParameterType(text),
        _ => Refusal::Faulty(text),
    }
}
