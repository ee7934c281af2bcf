//! The audit log: read, handed out whole, and followed to see whether it is sound.

use std::sync::Arc;

use axum::body::Bytes;
use leat_scheduler::model::Moment;
use tokio::sync::mpsc::Sender;

use super::checks::plain;
use super::told::{Told, followed, send};
use crate::app::App;
use crate::audit::{Check, Fault, Link, Outcome, Row, export};
use crate::identity::Caller;
use crate::problem::{Answer, Code, Problem};
use crate::store::{AuditFilter, AuditStretch, PageOf};

/// How many rows a page has, where the request does not say, and at most.
const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;
/// How many rows are read at once where all are, and how many such pieces wait for a slow reader.
const STRETCH: u32 = 1_000;
const PIECES_MAX: usize = 2;

/// Which rows someone asks for.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) who: Option<String>,
    pub(crate) action: Option<String>,
    pub(crate) on: Option<String>,
    pub(crate) outcome: Option<String>,
    /// As RFC 3339 has times.
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
    pub(crate) limit: Option<u32>,
    /// The last row of the page before.
    pub(crate) cursor: Option<u64>,
}

/// What was found by following the log from end to end.
pub(crate) struct Verified {
    /// How many rows were in order.
    pub(crate) rows: u64,
    pub(crate) anchor: Link,
    pub(crate) head: Link,
    pub(crate) fault: Option<Fault>,
}

/// A page of rows, the latest first.
pub(crate) async fn page(app: &App, asked: Asked) -> Answer<PageOf<Row>> {
    Ok(app.store.audit_page(&filter(asked)?).await?)
}

fn filter(asked: Asked) -> Answer<AuditFilter> {
    let Asked { who, action, on, outcome, from, to, limit, cursor } = asked;
    for (what, text) in [("who", &who), ("action", &action), ("on", &on)] {
        text.as_deref().map_or(Ok(()), |text| plain(what, text))?;
    }
    let limit = limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid(format!("limit must be from 1 to {PAGE_MAX}")));
    }
    let of_name = |name: String| {
        let known = Outcome::ALL.map(Outcome::name).join(", ");
        Outcome::of_name(&name).ok_or_else(|| Problem::invalid(format!("there is no outcome {name:?}: {known}")))
    };
    let outcome = outcome.map(of_name).transpose()?;
    let (since, until) = (moment("from", from)?, moment("to", to)?);
    Ok(AuditFilter { who, action, on, outcome, since, until, before: cursor, limit })
}

fn moment(what: &str, text: Option<String>) -> Answer<Option<Moment>> {
    let read = |text: String| {
        let time: Result<jiff::Timestamp, _> = text.parse();
        let refused = |_| Problem::invalid(format!("{what}: {text:?} is no time; write it as 2026-11-22T08:00:00Z"));
        time.map(|time| Moment(time.as_microsecond())).map_err(refused)
    };
    text.map(read).transpose()
}

/// The whole log from its anchor, or from behind a row, as lines of JSON. It ends with the row that was the last when it began.
pub(crate) async fn exported(app: &Arc<App>, caller: Caller, after: Option<u64>) -> Answer<Told<Bytes>> {
    let begin = match after {
        None => app.store.audit_stretch(0, 1).await?.anchor,
        Some(number) => link_of(app, number).await?,
    };
    let of = app.clone();
    followed((app, caller), PIECES_MAX, move |sender| async move { export_from(&of, begin, &sender).await })
}

/// The place behind which a part of the log begins.
async fn link_of(app: &App, number: u64) -> Answer<Link> {
    let stretch = app.store.audit_stretch(number.saturating_sub(1), 1).await?;
    let is_it = |link: &Link| link.number == number;
    let row = stretch.rows.first().map(Link::from);
    [Some(stretch.anchor), row].into_iter().flatten().find(is_it).ok_or_else(|| {
        let AuditStretch { anchor, head, .. } = stretch;
        let detail = format!("there is no row {number}: the log goes from {} to {}", anchor.number, head.number);
        Problem::invalid(detail)
    })
}

async fn export_from(app: &App, begin: Link, sender: &Sender<Bytes>) -> Answer<()> {
    let mut piece = export::first_line(begin);
    let mut at = begin.number;
    let mut until = None;
    loop {
        let AuditStretch { anchor, head, rows, .. } = app.store.audit_stretch(at, STRETCH).await?;
        if anchor.number > at {
            let detail = "rows were forgotten meanwhile, since their time is over: begin again";
            return Err(Problem::new(Code::Unavailable, detail));
        }
        let end = *until.get_or_insert(head);
        let is_last = rows.last().is_none_or(|last| last.number >= end.number);
        for row in rows.iter().take_while(|row| row.number <= end.number) {
            piece.push_str(&export::line_of(row));
        }
        at = rows.last().map_or(at, |last| last.number);
        if is_last {
            piece.push_str(&export::last_line(end));
        }
        if !send(app, sender, Bytes::from(std::mem::take(&mut piece))).await? || is_last {
            return Ok(());
        }
    }
}

/// Follows the log from end to end, and compares a place that was noted earlier.
pub(crate) async fn verified(app: &App, noted: Option<&str>) -> Answer<Verified> {
    let noted = noted.map(str::parse::<Link>).transpose().map_err(Problem::invalid)?;
    let busy = |_| Problem::new(Code::Busy, "the log is being followed for someone else").retry_after(app.config.lease);
    let _permit = app.audits.try_acquire().map_err(busy)?;
    let first = app.store.audit_stretch(0, 1).await?;
    let (anchor, head) = (first.anchor, first.head);
    let mut check = Check::new(anchor, noted);
    let fault = followed_to(app, &mut check, &head).await?.err();
    if let Some(fault) = &fault {
        tracing::error!(audit.row = fault.number(), "the audit log is not sound: {fault}");
    }
    Ok(Verified { rows: check.rows(), anchor, head, fault })
}

async fn followed_to(app: &App, check: &mut Check, head: &Link) -> Answer<Result<(), Fault>> {
    loop {
        let stretch = app.store.audit_stretch(check.at().number, STRETCH).await?;
        if let Some(number) = stretch.buried {
            return Ok(Err(Fault::OutOfPlace { number, after: stretch.anchor.number }));
        }
        check.skip_to(stretch.anchor);
        let is_empty = stretch.rows.is_empty();
        for row in stretch.rows {
            if row.number > stretch.head.number {
                return Ok(Err(Fault::OtherHead { number: row.number }));
            }
            // What was written meanwhile is for the next time.
            if row.number > head.number && check.at().number >= head.number {
                return Ok(check.end(head));
            }
            if let Err(fault) = check.row(&row) {
                return Ok(Err(fault));
            }
        }
        if is_empty || check.at().number >= head.number {
            // Rows may have been forgotten up to behind it.
            let is_forgotten = stretch.anchor.number > head.number;
            return Ok(if is_forgotten { Ok(()) } else { check.end(head) });
        }
    }
}
