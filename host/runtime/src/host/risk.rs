//! Risk objects: the handles that a guest opens, and what they answer. The objects themselves are `leat-risk`'s, and
//! shared by reference: only what a guest asks for is copied, into its memory.
//!
//! A handle is the place of an object among those that the node was given, so nothing is kept for it here but a count.

mod answers;

use std::sync::Arc;

use leat_objects::{ControlTable, Kind, Matrix, Object, ScenarioSet, Study};
use leat_risk::{Content, Held, Simulation};
use wasmtime::StoreContextMut;
use wasmtime::component::{LinkerInstance, Resource, ResourceType, WasmStr};

use crate::bindings::Absent;
use crate::failure::Violation;
use crate::state::State;

/// Handles that one instance may hold at once. It needs one for each object.
const HANDLES_MAX: usize = 4_096;

/// What the handles of each kind are to the component model.
enum ScenarioSetHandle {}
enum SimulationHandle {}
enum MatrixHandle {}
enum ControlTableHandle {}
enum StudyHandle {}

type Cx<'a> = StoreContextMut<'a, State>;
/// A value that a function returns: the contract's functions answer with tuples.
type One<T> = wasmtime::Result<(T,)>;

/// Defines the interface `risk`.
pub(super) fn add_to_linker(risk: &mut LinkerInstance<'_, State>) -> wasmtime::Result<()> {
    define::<ScenarioSetHandle>(risk, "scenario-set", Kind::ScenarioSet)?;
    define::<SimulationHandle>(risk, "simulation", Kind::Simulation)?;
    define::<MatrixHandle>(risk, "matrix", Kind::Matrix)?;
    define::<ControlTableHandle>(risk, "control-table", Kind::ControlTable)?;
    define::<StudyHandle>(risk, "study", Kind::Study)?;
    answers::scenario_sets(risk)?;
    answers::simulations(risk)?;
    answers::matrices(risk)?;
    answers::control_tables(risk)?;
    answers::studies(risk)
}

/// A kind's handles, and the function that opens them.
fn define<H: 'static>(risk: &mut LinkerInstance<'_, State>, name: &str, kind: Kind) -> wasmtime::Result<()> {
    let drop = |mut cx: Cx<'_>, _| {
        let state = cx.data_mut();
        state.object_handles = state.object_handles.saturating_sub(1);
        Ok(())
    };
    risk.resource(name, ResourceType::host::<H>(), drop)?;
    risk.func_wrap(&format!("open-{name}"), move |mut cx: Cx<'_>, (name,): (WasmStr,)| {
        let name = name.to_str(&cx)?.into_owned();
        open::<H>(cx.data_mut(), kind, &name)
    })
}

fn open<H: 'static>(state: &mut State, kind: Kind, name: &str) -> One<Result<Resource<H>, Absent>> {
    let place = state.objects.iter().position(|held| held.reference.kind == kind && held.reference.name == name);
    let Some(place) = place.and_then(|place| u32::try_from(place).ok()) else {
        let given: Vec<String> = state.objects.iter().map(|held| held.reference.to_string()).collect();
        let given = if given.is_empty() { "no risk object".to_owned() } else { given.join(", ") };
        return Ok((Err(Absent::NotDeclared(format!(
            "the node did not declare the {} `{}`, and so is not given it; it is given {given}",
            kind.name(),
            name.get(..64).unwrap_or(name)
        ))),));
    };
    if state.object_handles == HANDLES_MAX {
        let reason = format!("risk: {HANDLES_MAX} handles to objects are open; close one before the next");
        return Err(Violation::Lie(reason).into());
    }
    state.object_handles += 1;
    Ok((Ok(Resource::new_own(place)),))
}

/// The object behind a handle.
fn held<H: 'static>(cx: &Cx<'_>, handle: &Resource<H>) -> Result<Arc<Held>, Violation> {
    let place = usize::try_from(handle.rep()).unwrap_or(usize::MAX);
    let held = cx.data().objects.get(place).map(Arc::clone);
    held.ok_or_else(|| Violation::Lie("risk: a handle that opens nothing".to_owned()))
}

/// The object of one kind behind a handle; handles are typed, so another kind cannot be there.
macro_rules! of_kind {
    ($name:ident, $handle:ty, $kind:ident) => {
        fn $name<T>(cx: &Cx<'_>, handle: &Resource<$handle>, act: impl FnOnce(&$kind) -> T) -> Result<T, Violation> {
            match &held(cx, handle)?.content {
                Content::Whole(Object::$kind(object)) => Ok(act(object)),
                _ => Err(Violation::Lie(concat!("risk: a handle to no ", stringify!($kind)).to_owned())),
            }
        }
    };
}

of_kind!(scenario_set, ScenarioSetHandle, ScenarioSet);
of_kind!(matrix, MatrixHandle, Matrix);
of_kind!(control_table, ControlTableHandle, ControlTable);
of_kind!(study, StudyHandle, Study);

fn simulation<T>(
    cx: &Cx<'_>,
    handle: &Resource<SimulationHandle>,
    act: impl FnOnce(&Simulation) -> T,
) -> Result<T, Violation> {
    match &held(cx, handle)?.content {
        Content::Simulation(object) => Ok(act(object)),
        Content::Whole(_) => Err(Violation::Lie("risk: a handle to no simulation".to_owned())),
    }
}
