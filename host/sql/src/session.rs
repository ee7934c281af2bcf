//! A DataFusion session for one query: everything that could make a result differ from run to run is fixed here.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::temporal_conversions::timestamp_us_to_datetime;
use datafusion::common::Result;
use datafusion::config::{ConfigNonZeroUsize, ConfigOptions};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use leat_flow::step::BATCH_ROWS;
use leat_stream::plan::Minimize;

use crate::arithmetic::CheckedArithmetic;
use crate::arrival::ArrivalOrder;
use crate::joins::HeldJoins;
use crate::sum::checked_sum;

/// What a session may use.
pub(crate) struct Resources {
    /// Records that it may hold in memory.
    pub(crate) memory_bytes: u64,
    /// Where it puts what is more, and how much.
    pub(crate) spill: Option<(PathBuf, u64)>,
    /// What `now()` answers, in microseconds since 1970-01-01T00:00:00Z; nothing while a query is only bound.
    pub(crate) started_us: Option<i64>,
    pub(crate) minimize: Minimize,
}

impl Resources {
    /// Enough to bind a query, which holds no records.
    pub(crate) fn to_bind(minimize: Minimize) -> Self {
        Resources { memory_bytes: 1 << 20, spill: None, started_us: None, minimize }
    }
}

/// Makes a session.
pub(crate) fn session(resources: &Resources) -> Result<SessionState> {
    let pool = FairSpillPool::new(usize::try_from(resources.memory_bytes).unwrap_or(usize::MAX));
    let disk = match &resources.spill {
        None => DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled),
        Some((directory, bytes_max)) => DiskManagerBuilder::default()
            .with_mode(DiskManagerMode::Directories(vec![directory.clone()]))
            .with_max_temp_directory_size(*bytes_max),
    };
    let runtime =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).with_disk_manager_builder(disk).build_arc()?;
    let mut builder = SessionStateBuilder::new()
        .with_config(SessionConfig::from(options(resources)?))
        .with_runtime_env(runtime)
        .with_default_features()
        .with_analyzer_rule(Arc::new(CheckedArithmetic));
    let sums = builder.aggregate_functions().get_or_insert_default();
    sums.retain(|function| function.name() != "sum");
    sums.push(Arc::new(checked_sum()));
    let mut rules = datafusion::physical_optimizer::optimizer::PhysicalOptimizer::new().rules;
    for rule in &mut rules {
        // Which side of a join is held in memory must not hang on guesses about sizes.
        if rule.name() == "join_selection" {
            *rule = Arc::new(HeldJoins { minimize: resources.minimize });
        }
    }
    rules.push(Arc::new(ArrivalOrder));
    let mut state = builder.with_physical_optimizer_rules(rules).build();
    // Without it `now()` stays what it is: nothing may be decided by a clock before the run has one.
    let started = resources.started_us.and_then(timestamp_us_to_datetime);
    state.execution_props_mut().query_execution_start_time = started.map(|started| started.and_utc());
    Ok(state)
}

fn options(resources: &Resources) -> Result<ConfigOptions> {
    let mut options = ConfigOptions::new();
    let execution = &mut options.execution;
    execution.target_partitions = 1;
    execution.planning_concurrency = 1;
    execution.batch_size = ConfigNonZeroUsize::try_new(BATCH_ROWS)?;
    execution.collect_statistics = false;
    execution.enforce_batch_size_in_joins = true;
    // What a sort keeps back to merge what it has put on disk.
    let memory = usize::try_from(resources.memory_bytes).unwrap_or(usize::MAX);
    execution.sort_spill_reservation_bytes = execution.sort_spill_reservation_bytes.min(memory / 16);
    let optimizer = &mut options.optimizer;
    optimizer.enable_dynamic_filter_pushdown = false;
    optimizer.enable_join_dynamic_filter_pushdown = false;
    optimizer.enable_topk_dynamic_filter_pushdown = false;
    optimizer.enable_aggregate_dynamic_filter_pushdown = false;
    let parser = &mut options.sql_parser;
    parser.enable_ident_normalization = false;
    parser.map_string_types_to_utf8view = false;
    parser.collect_spans = true;
    Ok(options)
}
