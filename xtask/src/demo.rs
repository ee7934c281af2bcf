//! `cargo xtask demo`: from a fresh clone to figures on the screen.

use anyhow::Result;

use crate::cargo::{build_leat, ensure_wasm_target, root};
use crate::playpens;
use crate::steps::Steps;

/// Builds leat and runs the market-risk example.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(4);
    steps.step("looks for the wasm target", ensure_wasm_target)?;
    let leat = steps.step("builds leat (minutes the first time, then seconds)", build_leat)?;
    let playpen = root().join("plugins/market-risk");
    steps.step("compiles the nodes to components", || playpens::leat(&leat, &playpen, &["build"]))?;
    Ok(())
}
