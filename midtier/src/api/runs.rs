//! Runs: found, looked at, ended.

use leat_scheduler::model::{Resources, RunId, RunState};

use super::checks::{plain, run_id};
use crate::access::{Permission, Reach};
use crate::app::App;
use crate::identity::Caller;
use crate::papers;
use crate::problem::{Answer, Code, Problem};
use crate::store::{PageOf, RunDetail, RunFilter, RunSummary, Wished};

/// How many runs a page has, where the request does not say, and at most.
const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

/// Which runs someone asks for.
pub(crate) struct Asked {
    /// In one of these states; empty for any.
    pub(crate) states: Vec<RunState>,
    pub(crate) user: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) process: Option<String>,
    pub(crate) limit: Option<u32>,
    /// The last of the page before.
    pub(crate) cursor: Option<String>,
}

/// A page of the runs that the caller may see, the latest first.
pub(crate) async fn page(app: &App, caller: &Caller, asked: Asked) -> Answer<PageOf<RunSummary>> {
    match filter(caller, asked)? {
        Some(filter) => Ok(app.store.runs(&filter).await?),
        None => Ok(PageOf { items: Vec::new(), more: false }),
    }
}

/// Where the next page begins; nothing where this is the last.
pub(crate) fn next_cursor(page: &PageOf<RunSummary>) -> Option<String> {
    page.items.last().filter(|_| page.more).map(|last| last.record.id.to_string())
}

/// What to ask the store for; nothing where the caller may see none of it.
fn filter(caller: &Caller, asked: Asked) -> Answer<Option<RunFilter>> {
    for (what, text) in [("user", &asked.user), ("group", &asked.group), ("process", &asked.process)] {
        text.as_deref().map_or(Ok(()), |text| plain(what, text))?;
    }
    let limit = asked.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid(format!("limit must be from 1 to {PAGE_MAX}")));
    }
    let before = asked.cursor.as_deref().map(RunId::parse).transpose();
    let before = before.map_err(|_| Problem::invalid("cursor is none that a page has given as next"))?;
    let groups = match (asked.group, caller.rights.reach(Permission::RunsRead)) {
        (Some(group), _) if caller.sees(&group) => Some(vec![group]),
        (Some(_), _) => return Ok(None),
        (None, Reach::Everywhere) => None,
        (None, Reach::Playpens(playpens)) => Some(playpens),
    };
    Ok(Some(RunFilter { states: asked.states, user: asked.user, groups, process: asked.process, before, limit }))
}

/// A run that the caller may see.
pub(crate) async fn seen(app: &App, caller: &Caller, name: &str) -> Answer<RunDetail> {
    let run = app.store.run(&run_id(name)?).await?;
    run.filter(|run| caller.sees(&run.summary.record.group)).ok_or_else(|| Problem::not_found("run", name))
}

/// A run that the caller may see, and do this with.
///
/// # Errors
/// A run that they may not see is as good as none. One that they may see is refused by name where they lack the permission.
pub(crate) async fn seen_for(app: &App, caller: &Caller, name: &str, permission: Permission) -> Answer<RunDetail> {
    let run = seen(app, caller, name).await?;
    require(caller, permission, &run.summary.record.group)?;
    Ok(run)
}

/// Refuses what the caller may not do in a playpen. It says nothing of whether there is such a playpen.
pub(crate) fn require(caller: &Caller, permission: Permission, playpen: &str) -> Answer<()> {
    if caller.may(permission, playpen) {
        return Ok(());
    }
    let name = permission.name();
    let detail = format!("this needs the permission {name} in the playpen {playpen:?}, which this token does not have");
    Err(Problem::new(Code::Forbidden, detail))
}

/// Asks that a run end. Answers how it is now.
pub(crate) async fn cancel(app: &App, caller: &Caller, name: &str) -> Answer<RunDetail> {
    let run = seen_for(app, caller, name, Permission::RunsControl).await?.summary.record.id;
    let wished = app.store.cancel(&run, &App::cause(caller, "cancelled"), app.now()).await?;
    after_wish(app, caller, &run, (wished, "end")).await
}

/// Asks that a run rest, or go on. Answers how it is now.
pub(crate) async fn pause(app: &App, caller: &Caller, name: &str, rests: bool) -> Answer<RunDetail> {
    let run = seen_for(app, caller, name, Permission::RunsControl).await?.summary.record.id;
    let (reason, deed) = if rests { ("paused", "rest") } else { ("resumed", "go on") };
    let wished = app.store.pause(&run, rests, &App::cause(caller, reason), app.now()).await?;
    after_wish(app, caller, &run, (wished, deed)).await
}

/// How a run is now of which the caller wished that it do something.
async fn after_wish(app: &App, caller: &Caller, run: &RunId, (wished, deed): (Wished, &str)) -> Answer<RunDetail> {
    match wished {
        Wished::Done => {
            tracing::info!(run.id = %run, user = caller.user, "someone wants a run to {deed}");
            app.wake.ring();
        }
        Wished::Unchanged => {}
        Wished::Unknown => return Err(Problem::not_found("run", run.as_str())),
    }
    app.store.run(run).await?.ok_or_else(|| Problem::new(Code::NotFound, "the run is gone"))
}

/// A run's `report.json`, once it has ended.
pub(crate) async fn report(app: &App, caller: &Caller, name: &str) -> Answer<String> {
    let run = seen(app, caller, name).await?;
    let state = run.summary.record.state;
    let none = || Problem::new(Code::NoReport, format!("the run is {state} and has no report"));
    papers::report(&run.papers).ok_or_else(none)
}

/// What the run waits for, to be placed or to begin where it was placed; else the reason of its last change.
pub(crate) fn why(summary: &RunSummary) -> String {
    let state = summary.record.state;
    let waits = summary.waits.as_ref().filter(|_| state.is_waiting() || state == RunState::Starting);
    match (waits, summary.record.state) {
        (Some(waits), _) => waits.clone(),
        (None, RunState::Queued) if summary.reason.is_empty() => "waits to be looked at by the scheduler".to_owned(),
        (None, _) => summary.reason.clone(),
    }
}

/// The hosts that a run is on, in the order of their names.
pub(crate) fn hosts(summary: &RunSummary) -> Vec<String> {
    let mut hosts: Vec<String> = summary.record.placements.iter().map(|placed| placed.host.to_string()).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

/// What a run needs, all parts together.
pub(crate) fn needs(summary: &RunSummary) -> Resources {
    let parts = &summary.record.parts;
    let sum = |of: fn(&Resources) -> u64| parts.iter().map(|part| of(&part.needs)).fold(0, u64::saturating_add);
    Resources { cpu_millis: sum(|needs| needs.cpu_millis), memory_bytes: sum(|needs| needs.memory_bytes) }
}
