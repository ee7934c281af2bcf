//! `leat submit`: a process checked here, and run wherever the midtier puts it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use leat_bundle::Needs;
use leat_spans::Kind;
use serde_json::{Value, json};

use super::fetch::fetch;
use super::{connect, exit_code, parsed, print_json, said};
use crate::args::{SubmitArgs, TextOrJson};
use crate::config::Environment;
use crate::failure::FAILED;
use crate::remote::{Demand, Package, Remote, Run, ServerShelf, block_on, pack};
use crate::settings::TelemetrySettings;
use crate::surroundings::Checkup;
use crate::telemetry::{Telemetry, Wanted};
use crate::units::Every;
use crate::view::{number, plain};
use crate::world;

pub(crate) fn run(args: &SubmitArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    let mut fetched = PathBuf::new();
    let checkup = Checkup::for_submission(&args.file, &args.given, environment, |root| {
        let shelf = ServerShelf::new(remote.server(), root);
        fetched = shelf.root().to_owned();
        Arc::new(shelf)
    })?;
    if !args.quiet || checkup.plan().is_none() {
        checkup.problems().print(environment);
    }
    let Some(plan) = checkup.plan() else { return Ok(ExitCode::from(FAILED)) };
    let each = Needs { cpu_millis: args.cpus.0, memory_bytes: args.memory.0 };
    let parts: Vec<(String, Needs)> = args.parts.iter().map(|part| part.or(each)).collect();
    let demand = Demand { each, parts: &parts };
    let mut package = pack(plan, (checkup.root(), &fetched), demand)?;
    if let Some((given, recorded)) = checkup.recorded().filter(|_| !args.fixed) {
        package = package.with_origin(plan, recorded.clone(), world::given(given.clone()));
    }
    block_on(async {
        let instance = std::process::id().to_string();
        let (settings, server) = (TelemetrySettings::default(), remote.server());
        let wanted = Wanted { settings: &settings, ca_file: server.ca_file.as_deref(), said: server.plain_text };
        let telemetry = Telemetry::start(&wanted, environment, "leat", &instance)?;
        let mut span = telemetry.recorder().begin("submit", Kind::Internal, None);
        span.set("leat.process", plan.process.as_str());
        let answer = submit(args, &remote.within(span.context()), &package).await;
        match &answer {
            Ok(answer) => span.set("leat.run.id", answer["id"].as_str().unwrap_or_default()),
            Err(error) => span.fail(format!("{error:#}")),
        }
        span.end();
        let finished = match answer {
            Ok(answer) => finish(args, &remote, answer).await,
            Err(error) => Err(error),
        };
        telemetry.end().await;
        finished
    })
}

async fn submit(args: &SubmitArgs, remote: &Remote, package: &Package) -> anyhow::Result<Value> {
    let tell = !args.quiet && args.format == TextOrJson::Text;
    if tell && !package.elsewhere.is_empty() {
        eprintln!("not uploaded, to be reached by every host: {}", package.elsewhere.join(", "));
    }
    if tell && !args.fixed && package.manifest.origin.is_none() {
        eprintln!("the samples of its inputs are so large that programs cannot run this bundle with other parameters");
    }
    let (bundle, uploaded) = remote.upload(package).await?;
    if tell {
        let (files, bytes) = (uploaded.contents, number::bytes(uploaded.bytes));
        eprintln!("uploaded {files} of {} files, {bytes}", files + uploaded.known);
    }
    let labels: BTreeMap<&String, &String> = args.labels.iter().map(|(name, value)| (name, value)).collect();
    let mut body = json!({
        "bundle": bundle,
        "priority": args.priority,
        "attempts_max": args.attempts,
        "seed": args.seed,
        "labels": labels,
        "spread": args.spread,
    });
    if let Some(Every(every)) = args.checkpoints {
        body["checkpoint_every_ms"] = json!(every.map_or(0, |every| every.as_millis()));
    }
    // A bundle that was uploaded before is the same only with the same needs, so these say nothing new; but they are shown.
    if package.manifest.parts.is_empty() {
        body["cpu_millis"] = json!(args.cpus.0);
        body["memory_bytes"] = json!(args.memory.0);
    }
    for (name, value) in [("group", &args.group), ("region", &args.region)] {
        if let Some(value) = value {
            body[name] = json!(value);
        }
    }
    remote.post_once("/runs", &body, args.key.as_deref()).await
}

/// Says what was submitted, and waits for it where that is wanted.
async fn finish(args: &SubmitArgs, remote: &Remote, answer: Value) -> anyhow::Result<ExitCode> {
    let run: Run = parsed(&answer)?;
    let waits = args.wait || args.follow || args.output.is_some();
    if !waits {
        match args.format {
            TextOrJson::Json => print_json(&answer)?,
            TextOrJson::Text => println!("{}", run.id),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let text = args.format == TextOrJson::Text;
    if text {
        println!("{}", run.id);
    }
    let follow = args.follow && !args.quiet;
    let ended = remote
        .follow(&run.id, |event| {
            if follow {
                eprintln!("{}", line(&event.data));
            }
        })
        .await?;
    if !text {
        let answer: Value = remote.get(&format!("/runs/{}", run.id), &[]).await?;
        print_json(&answer)?;
    } else if ended.state != "succeeded" {
        eprintln!("error: run {} is {}", ended.id, said(&ended));
    } else if !args.quiet {
        eprint!("{}", super::status::text(&ended));
    }
    if let Some(directory) = args.output.as_ref().filter(|_| ended.state == "succeeded") {
        fetch(remote, &ended, directory, args.quiet || !text).await?;
    }
    Ok(exit_code(&ended))
}

/// An event as one line: `2026-11-22T03:20:11Z running on c7: …`.
fn line(event: &Value) -> String {
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    let hosts: Vec<&str> = event["hosts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let on = if hosts.is_empty() { String::new() } else { format!(" on {}", hosts.join(", ")) };
    let state = if text("state").is_empty() { text("kind") } else { text("state") };
    let why = if text("reason").is_empty() { String::new() } else { format!(": {}", text("reason")) };
    let line = format!("{} {state}{on}{why}", text("at"));
    plain(&line)
}
