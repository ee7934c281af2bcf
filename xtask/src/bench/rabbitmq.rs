//! Queues between hosts: batches over a real RabbitMQ, beside a bare loop over the same client in the same run.

use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{build, output, root};
use crate::services::{self, Service};

/// What the crate's own example prints: a table by size of message, the median of so many rounds in turns.
pub(super) fn run(rounds: usize) -> Result<String> {
    let example = build("host/rabbitmq", "throughput", &["build", "--example", "throughput"])?;
    let (variables, started) = services::up(&[Service::RabbitMq])?;
    let url = variables.iter().find(|(name, _)| name == Service::RabbitMq.variable());
    let (_, url) = url.context("the services have no RabbitMQ")?;
    let measured = output(Command::new(example).current_dir(root()).args([url, &rounds.to_string()]));
    services::stop(&started)?;
    let table = measured?;
    Ok(format!(
        "Records of 100 bytes over RabbitMQ, both ends and the broker on this machine (median of {rounds} rounds, in turns \
         with a bare loop over the client):\n\n{table}"
    ))
}
