//! Reads columns of a row in our words. What cannot be is told with the column's name.

use std::time::Duration;

use leat_bundle::Digest;
use leat_scheduler::model::{HostId, Moment, PowerState, RunId, RunState};
use leat_spans::SpanContext;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::error::{Result, SqlError};

/// A row, read by the names of its columns.
pub(crate) trait Columns {
    fn int(&self, column: &str) -> Result<i64>;
    fn int_maybe(&self, column: &str) -> Result<Option<i64>>;
    fn text(&self, column: &str) -> Result<String>;
    fn text_maybe(&self, column: &str) -> Result<Option<String>>;
    fn bytes(&self, column: &str) -> Result<Vec<u8>>;

    /// A whole number that is never below 0.
    fn count(&self, column: &str) -> Result<u64> {
        let number = self.int(column)?;
        u64::try_from(number).map_err(|_| corrupt(column, &number))
    }

    fn small_count(&self, column: &str) -> Result<u32> {
        let number = self.int(column)?;
        u32::try_from(number).map_err(|_| corrupt(column, &number))
    }

    fn truth(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    fn moment(&self, column: &str) -> Result<Moment> {
        self.int(column).map(Moment)
    }

    fn moment_maybe(&self, column: &str) -> Result<Option<Moment>> {
        Ok(self.int_maybe(column)?.map(Moment))
    }

    /// Milliseconds.
    fn span_of_time(&self, column: &str) -> Result<Option<Duration>> {
        Ok(self.int_maybe(column)?.map(|millis| Duration::from_millis(millis.unsigned_abs())))
    }

    fn run_id(&self, column: &str) -> Result<RunId> {
        let text = self.text(column)?;
        RunId::parse(&text).map_err(|error| corrupt(column, &error))
    }

    fn host_id(&self, column: &str) -> Result<HostId> {
        let text = self.text(column)?;
        HostId::parse(&text).map_err(|error| corrupt(column, &error))
    }

    fn digest(&self, column: &str) -> Result<Digest> {
        self.text(column)?.parse().map_err(|error| corrupt(column, &error))
    }

    /// The span of a `traceparent`. What is none there is as good as nothing: no run stands still for it.
    fn span(&self, column: &str) -> Result<Option<SpanContext>> {
        Ok(self.text_maybe(column)?.and_then(|text| SpanContext::parse(&text)))
    }

    fn run_state(&self, column: &str) -> Result<RunState> {
        let name = self.text(column)?;
        RunState::of_name(&name).ok_or_else(|| corrupt(column, &name))
    }

    fn power_state(&self, column: &str) -> Result<PowerState> {
        let name = self.text(column)?;
        PowerState::of_name(&name).ok_or_else(|| corrupt(column, &name))
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(|error| corrupt(column, &error))
    }

    fn json_maybe<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>> {
        let text = self.text_maybe(column)?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| corrupt(column, &error))
    }
}

impl Columns for AnyRow {
    fn int(&self, column: &str) -> Result<i64> {
        Ok(self.try_get(column)?)
    }

    fn int_maybe(&self, column: &str) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }

    fn text(&self, column: &str) -> Result<String> {
        Ok(self.try_get(column)?)
    }

    fn text_maybe(&self, column: &str) -> Result<Option<String>> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>> {
        Ok(self.try_get(column)?)
    }
}

/// A column holds what it cannot.
pub(crate) fn corrupt(column: &str, what: &dyn std::fmt::Display) -> SqlError {
    SqlError::Corrupt(format!("in the column {column}, {what}"))
}

/// A text from outside as both databases take it: PostgreSQL has no texts with a zero byte.
pub(crate) fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A number of ours as the databases keep it. Ours count from 0 or 1 and never come near the bound; one from outside that
/// does is taken for the greatest there is.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
