//! The SQL job: ten million records joined to ten thousand, grouped and added up, beside DataFusion alone and DuckDB.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::check::Tolerance;
use super::contest::{Contest, Sameness};
use super::jobs::Peers;
use super::report::Engine;
use crate::cargo::root;
use crate::made_up::{SplitMix64, write_file};

/// Records of the large table, and of the one that it is joined to.
pub(super) const ROWS: u64 = 10_000_000;
const PARTIES: u64 = 10_000;

const TRADES: &str = "trades.csv";
const PROCESS: &str = "name by_region\nin \"trades.csv\" -> trades\nin \"parties.csv\" -> parties\nsql select p.region, \
                       count(*) as trades, sum(t.notional) as notional\n    from trades t join parties p on t.party = \
                       p.party\n    where t.notional > 50000\n    group by p.region; name=by_region\nout by_region -> \
                       \"by_region.csv\"\n";

/// The stage with its two tables, made once.
pub(super) fn stage(folder: &Path) -> Result<PathBuf> {
    let stage = folder.join(format!("sql-{ROWS}"));
    std::fs::create_dir_all(&stage).with_context(|| format!("cannot make {}", stage.display()))?;
    for (name, text) in [("playpen.toml", "name = \"sql\"\n"), ("by_region.strm", PROCESS)] {
        let file = stage.join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let trades = stage.join(TRADES);
    if !trades.exists() {
        write_file(&stage.join("parties.csv"), |out| {
            writeln!(out, "party,region,rating")?;
            (0..PARTIES).try_for_each(|party| writeln!(out, "{party},region {:02},R{}", party * 7 % 40, party % 9))
        })?;
        let mut random = SplitMix64::new(super::options::SEED);
        write_file(&trades, |out| {
            writeln!(out, "id,party,notional")?;
            (0..ROWS).try_for_each(|id| {
                let (party, notional) = (random.between(0, PARTIES - 1), random.between(100, 20_000_000));
                writeln!(out, "{id},{party},{}.{:02}", notional / 100, notional % 100)
            })
        })?;
    }
    Ok(stage)
}

/// The contest over a stage.
pub(super) fn contest(leat: &Path, stage: &Path, peers: &Peers<'_>, datafusion: &str) -> Contest {
    let mut engines = vec![Engine::leat_running(leat, stage, ("by_region.strm", "run"), "by_region.csv")];
    for (name, script) in [(&peers.names[1], "duckdb_join.py"), (&datafusion.to_owned(), "datafusion_join.py")] {
        let script = root().join("xtask/bench").join(script);
        let engine = |python| Engine::python_on(name, python, script, (TRADES, "csv"), (Tolerance::Exact, 0.0));
        engines.extend(peers.python.map(engine));
    }
    let title = format!("trades joined to {PARTIES} parties and added up by region, in SQL");
    Contest { title, rows: ROWS, engines, sameness: Sameness::Totals }
}
