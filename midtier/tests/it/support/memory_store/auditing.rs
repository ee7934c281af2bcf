//! The audit log of the store in memory.

use async_trait::async_trait;
use leat_midtier::audit::{Entry, Link, Row};
use leat_midtier::store::{AuditFilter, AuditStore, AuditStretch, PageOf, StoreError};
use leat_scheduler::model::Moment;

use super::MemoryStore;

/// Rows, as they were written or as a test has left them.
#[derive(Default)]
pub(super) struct Audit {
    rows: Vec<Row>,
    /// Whether nothing can be written here, though everything else can.
    is_away: bool,
}

impl MemoryStore {
    /// As if only the audit log could not be written, or could be again.
    pub(crate) fn set_audit_away(&self, is_away: bool) {
        self.state().audit.is_away = is_away;
    }

    /// The rows.
    pub(crate) fn audit(&self) -> Vec<Row> {
        self.state().audit.rows.clone()
    }

    /// Does to the rows what the store never does.
    pub(crate) fn tamper(&self, change: impl FnOnce(&mut Vec<Row>)) {
        change(&mut self.state().audit.rows);
    }
}

#[async_trait]
impl AuditStore for MemoryStore {
    async fn append_audit(&self, entries: &[Entry]) -> Result<Link, StoreError> {
        let mut state = self.reached()?;
        if state.audit.is_away {
            return Err(StoreError::Unavailable("the audit log is away".to_owned()));
        }
        let rows = &mut state.audit.rows;
        let mut head = rows.last().map_or(Link::beginning(), Link::from);
        for entry in entries {
            let row = head.next(entry.clone().kept());
            head = Link::from(&row);
            rows.push(row);
        }
        Ok(head)
    }

    async fn audit_page(&self, filter: &AuditFilter) -> Result<PageOf<Row>, StoreError> {
        let state = self.reached()?;
        let is_in = |row: &&Row| {
            let entry = &row.entry;
            let is_of = |asked: &Option<String>, text: &str| asked.as_ref().is_none_or(|asked| asked == text);
            let prefix = filter.action.as_deref().and_then(|action| action.strip_suffix('*'));
            is_of(&filter.who, &entry.who.user)
                && prefix.map_or(is_of(&filter.action, &entry.action), |prefix| entry.action.starts_with(prefix))
                && is_of(&filter.on, &entry.on)
                && filter.outcome.is_none_or(|outcome| outcome == entry.outcome)
                && filter.since.is_none_or(|since| entry.at >= since)
                && filter.until.is_none_or(|until| entry.at < until)
                && filter.before.is_none_or(|before| row.number < before)
        };
        let limit = if filter.limit == 0 { 1_000 } else { filter.limit as usize };
        let mut items: Vec<Row> = state.audit.rows.iter().rev().filter(is_in).take(limit + 1).cloned().collect();
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(PageOf { items, more })
    }

    async fn audit_stretch(&self, after: u64, limit: u32) -> Result<AuditStretch, StoreError> {
        let state = self.reached()?;
        let rows = &state.audit.rows;
        let head = rows.last().map_or(Link::beginning(), Link::from);
        let rows = rows.iter().filter(|row| row.number > after).take(limit as usize).cloned().collect();
        Ok(AuditStretch { anchor: Link::beginning(), head, buried: None, rows })
    }

    async fn prune_audit(&self, _: Moment) -> Result<u64, StoreError> {
        Ok(0)
    }
}
