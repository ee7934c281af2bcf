//! The wall, tried by a program that raises it: each refusal beside the same attempt without a wall, which must not be refused.
//!
//! They need Linux with Landlock and seccomp, and control groups that this user may make, and fail where these are missing.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "clippy takes the shared parts of a test for product code")]

mod cells;
mod raising;

use std::path::PathBuf;
use std::process::Command;

/// The program that is walled in.
fn program() -> Command {
    let tests = std::env::current_exe().unwrap();
    let program: PathBuf = tests.ancestors().nth(2).unwrap().join("examples/walled");
    assert!(program.exists(), "{} is missing: `cargo test -p leat-wall` builds it", program.display());
    Command::new(program)
}

/// What the program prints.
fn said(arguments: &[&str]) -> String {
    let output = program().args(arguments).output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {}: {complaint}", output.status);
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
