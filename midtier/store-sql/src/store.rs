//! The port `Store`, by the functions that do it: what changes state in [`changing!`], what reads from one moment in
//! [`SqlStore::read`], and what is one statement on a connection of its own.

use std::collections::BTreeMap;

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::store::{
    Assigned, BundleRecord, CheckpointRecord, End, Enlistment, Event, LogPiece, NewRun, NoCheckpoints, ObjectVersion,
    PageOf, ProcessFilter, ProcessRecord, Pruning, RunDetail, RunFilter, RunNews, RunSummary, Store, StoreError,
    Submitted, Taken, Wished,
};
use leat_scheduler::model::{Cause, HostId, HostRecord, Moment, PowerRequest, RunId};
use sqlx::Any;
use sqlx::pool::PoolConnection;

use crate::connect::SqlStore;
use crate::error::Result as SqlResult;
use crate::transaction::{changing, retried};
use crate::{
    assigned, checkpoints, ends, events, hosts, logs, objects, observe, processes, runs, submit, upkeep, wishes,
};

type Result<T> = std::result::Result<T, StoreError>;

impl SqlStore {
    /// A connection for one statement that reads.
    pub(crate) async fn reader(&self) -> SqlResult<PoolConnection<Any>> {
        Ok(self.readers.acquire().await?)
    }

    /// A connection for one statement that writes.
    pub(crate) async fn writer(&self) -> SqlResult<PoolConnection<Any>> {
        Ok(self.writers.acquire().await?)
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn put_bundle(&self, bundle: &BundleRecord) -> Result<()> {
        Ok(objects::put_bundle(&mut *self.writer().await?, bundle).await?)
    }

    async fn bundle(&self, digest: Digest) -> Result<Option<BundleRecord>> {
        Ok(objects::bundle(&mut *self.reader().await?, digest).await?)
    }

    async fn note_process(&self, process: &ProcessRecord) -> Result<()> {
        // Nearly always it is noted already, and nothing has to wait for those who write.
        if !processes::is_noted(&mut *self.reader().await?, process).await? {
            processes::note(&mut *self.writer().await?, process).await?;
        }
        Ok(())
    }

    async fn processes(&self, filter: &ProcessFilter) -> Result<PageOf<ProcessRecord>> {
        Ok(processes::page(&mut *self.reader().await?, filter).await?)
    }

    async fn submit(&self, run: &NewRun) -> Result<Submitted> {
        Ok(changing!(self, tx => submit::submit(&mut tx, run).await)?)
    }

    async fn run(&self, id: &RunId) -> Result<Option<RunDetail>> {
        Ok(runs::one(&mut *self.read().await?, id).await?)
    }

    async fn runs(&self, filter: &RunFilter) -> Result<PageOf<RunSummary>> {
        Ok(runs::page(&mut *self.read().await?, filter).await?)
    }

    async fn run_counts(&self) -> Result<BTreeMap<String, u64>> {
        Ok(runs::counts(&mut *self.reader().await?).await?)
    }

    async fn cancel(&self, id: &RunId, cause: &Cause, now: Moment) -> Result<Wished> {
        Ok(changing!(self, tx => wishes::cancel(&mut tx, id, cause, now).await)?)
    }

    async fn pause(&self, id: &RunId, rests: bool, cause: &Cause, now: Moment) -> Result<Wished> {
        Ok(changing!(self, tx => wishes::pause(&mut tx, id, rests, cause, now).await)?)
    }

    async fn events(&self, run: Option<&RunId>, after: u64, limit: u32) -> Result<Vec<Event>> {
        Ok(events::list(&mut *self.reader().await?, run, after, limit).await?)
    }

    async fn last_event(&self) -> Result<u64> {
        Ok(events::last(&mut *self.reader().await?).await?)
    }

    async fn append_log(&self, piece: &LogPiece, bytes_max: u64) -> Result<bool> {
        Ok(retried!(logs::append(self, piece, bytes_max))?)
    }

    async fn logged_nodes(&self, run: &RunId) -> Result<Vec<String>> {
        Ok(logs::nodes(&mut *self.reader().await?, run).await?)
    }

    async fn log(&self, run: &RunId, node: &str, offset: u64, limit: u32) -> Result<Vec<u8>> {
        Ok(logs::read(&mut *self.reader().await?, run, node, offset, limit).await?)
    }

    async fn enlist(&self, host: &Enlistment, now: Moment) -> Result<()> {
        Ok(changing!(self, tx => hosts::enlist(&mut tx, host, now).await)?)
    }

    async fn incarnation(&self, host: &HostId) -> Result<Option<(String, u64)>> {
        Ok(hosts::incarnation(&mut *self.reader().await?, host).await?)
    }

    async fn beat(&self, host: &HostId, incarnation: &str) -> Result<Taken> {
        Ok(hosts::live(&mut *self.writer().await?, host, incarnation).await?)
    }

    async fn farewell(&self, host: &HostId, incarnation: &str, now: Moment) -> Result<Taken> {
        Ok(changing!(self, tx => hosts::farewell(&mut tx, host, incarnation, now).await)?)
    }

    async fn assigned(&self, host: &HostId) -> Result<Vec<Assigned>> {
        Ok(assigned::assigned(&mut *self.reader().await?, host).await?)
    }

    async fn run_news(&self, host: &HostId, news: &RunNews, now: Moment) -> Result<Taken> {
        if ends::keep_status(&mut *self.writer().await?, host, news).await? {
            return Ok(Taken::Yes);
        }
        Ok(changing!(self, tx => ends::news(&mut tx, host, news, now).await)?)
    }

    async fn run_ended(&self, host: &HostId, end: &End, now: Moment) -> Result<Taken> {
        Ok(changing!(self, tx => ends::ended(&mut tx, host, end, now).await)?)
    }

    async fn keep_checkpoint(&self, host: &HostId, checkpoint: &CheckpointRecord, now: Moment) -> Result<Taken> {
        Ok(changing!(self, tx => checkpoints::keep(&mut tx, host, checkpoint, now).await)?)
    }

    async fn order_checkpoints(&self, now: Moment) -> Result<u64> {
        // Mostly there is none, and nothing has to wait for those who write.
        if checkpoints::due(&mut *self.reader().await?, now).await?.is_empty() {
            return Ok(0);
        }
        Ok(changing!(self, tx => checkpoints::order(&mut tx, now).await)?)
    }

    async fn no_checkpoints(&self, host: &HostId, none: &NoCheckpoints) -> Result<Taken> {
        Ok(changing!(self, tx => checkpoints::none(&mut tx, host, none).await)?)
    }

    async fn declare_hosts(&self, hosts: &[HostRecord]) -> Result<()> {
        Ok(changing!(self, tx => hosts::declare(&mut tx, hosts).await)?)
    }

    async fn hosts(&self) -> Result<Vec<HostRecord>> {
        Ok(observe::hosts(&mut *self.reader().await?).await?)
    }

    async fn runs_on(&self, host: &HostId) -> Result<Vec<RunSummary>> {
        Ok(runs::on_host(&mut *self.read().await?, host).await?)
    }

    async fn drain(&self, host: &HostId, drain: bool, cause: &Cause, now: Moment) -> Result<Wished> {
        Ok(changing!(self, tx => wishes::drain(&mut tx, host, drain, cause, now).await)?)
    }

    async fn power(&self, host: &HostId, wish: PowerRequest, cause: &Cause, now: Moment) -> Result<Wished> {
        Ok(changing!(self, tx => wishes::power(&mut tx, host, wish, cause, now).await)?)
    }

    async fn keep_on(&self, host: &HostId, until: Option<Moment>, cause: &Cause, now: Moment) -> Result<Wished> {
        Ok(changing!(self, tx => wishes::keep_on(&mut tx, host, until, cause, now).await)?)
    }

    async fn put_object(&self, object: &ObjectVersion) -> Result<ObjectVersion> {
        Ok(changing!(self, tx => objects::put(&mut tx, object).await)?)
    }

    async fn objects(&self) -> Result<Vec<ObjectVersion>> {
        Ok(objects::latest(&mut *self.reader().await?).await?)
    }

    async fn object_versions(&self, name: &str) -> Result<Vec<ObjectVersion>> {
        Ok(objects::versions(&mut *self.reader().await?, name).await?)
    }

    async fn ping(&self) -> Result<()> {
        Ok(upkeep::ping(&mut *self.writer().await?).await?)
    }

    async fn prune(&self, pruning: &Pruning) -> Result<u64> {
        let mut forgotten = 0;
        loop {
            let some = changing!(self, tx => upkeep::prune(&mut tx, pruning).await)?;
            forgotten += some;
            if some < upkeep::PRUNED_AT_ONCE {
                upkeep::tune(&mut *self.writer().await?, self.dialect).await?;
                return Ok(forgotten);
            }
        }
    }

    async fn referred(&self) -> Result<Vec<Digest>> {
        Ok(upkeep::referred(&mut *self.read().await?).await?)
    }
}
