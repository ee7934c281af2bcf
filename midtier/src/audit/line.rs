//! A row as JSON: on a page of the API, and as a line of an export.
//!
//! Written by the REST API, read by the command line. The hash is over the row's fields and not over this text.

use jiff::Timestamp;
use leat_scheduler::model::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::chain::Link;
use super::row::{Entry, Outcome, Row, Who};

/// A row of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditRow)]
pub struct Line {
    /// Counted from 1, without a gap.
    pub number: u64,
    /// When, in UTC, to the microsecond.
    pub at: String,
    /// Who; empty for someone who gave no valid token.
    pub who: String,
    /// What they are: the names of their roles, with spaces between and eight at most; `host`, `system` for the service itself, `nobody`.
    pub role: String,
    /// How they have shown who they are: `token ID` for a token of an account, `configuration`, `none`, `self`.
    pub identified: String,
    /// What, by its stable name: `run.submit`.
    pub action: String,
    /// On what: a kind and a name.
    pub on: String,
    /// From where.
    pub address: String,
    /// The request's id.
    pub request: String,
    /// `allowed` (about to be done), `done`, `refused`, `failed` or `unknown` (the caller was gone before the answer).
    pub outcome: String,
    /// Why it was refused or failed: a code of the API.
    pub code: String,
    /// What else is to be known.
    pub note: String,
    /// SHA-256 over the row and the hash of the row before.
    pub hash: String,
}

/// A place in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AuditPlace)]
pub struct Place {
    /// The number of a row; 0 for the place before the first.
    pub number: u64,
    /// Its hash.
    pub hash: String,
}

impl From<&Row> for Line {
    fn from(row: &Row) -> Self {
        let Row { number, entry, hash } = row;
        Line {
            number: *number,
            at: time(entry.at),
            who: entry.who.user.clone(),
            role: entry.who.role.clone(),
            identified: entry.who.identified.clone(),
            action: entry.action.clone(),
            on: entry.on.clone(),
            address: entry.address.clone(),
            request: entry.request.clone(),
            outcome: entry.outcome.name().to_owned(),
            code: entry.code.clone(),
            note: entry.note.clone(),
            hash: hash.to_string(),
        }
    }
}

impl Line {
    /// The row that it tells of. What is no outcome becomes one that no hash is over.
    ///
    /// # Errors
    /// Where the time is no time, or the hash no hash.
    pub fn row(self) -> Result<Row, String> {
        let at: Timestamp = self.at.parse().map_err(|_| format!("at: {:?} is no time", self.at))?;
        let hash = self.hash.parse().map_err(|error| format!("hash: {error}"))?;
        let entry = Entry {
            at: Moment(at.as_microsecond()),
            who: Who { user: self.who, role: self.role, identified: self.identified },
            action: self.action,
            on: self.on,
            address: self.address,
            request: self.request,
            outcome: Outcome::of_name(&self.outcome).unwrap_or(Outcome::Unreadable),
            code: self.code,
            note: self.note,
        };
        Ok(Row { number: self.number, entry, hash })
    }
}

impl From<Link> for Place {
    fn from(link: Link) -> Self {
        Place { number: link.number, hash: link.hash.to_string() }
    }
}

impl Place {
    /// The place that it tells of.
    ///
    /// # Errors
    /// Where the hash is none.
    pub fn link(&self) -> Result<Link, String> {
        let hash = self.hash.parse().map_err(|error| format!("hash: {error}"))?;
        Ok(Link { number: self.number, hash })
    }
}

fn time(moment: Moment) -> String {
    Timestamp::from_microsecond(moment.0).unwrap_or_default().to_string()
}
