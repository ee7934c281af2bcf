//! A run that is divided, without the midtier: workers as their hosts start them, with RabbitMQ between them, whose checkpoints are
//! ordered, collected and joined here, as whoever leads the run does. It needs the broker that `LEAT_TEST_RABBITMQ_TLS_URL` names: from
//! behind their walls the workers speak to it over TLS.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use leat_bundle::Digest;
use leat_checkpoint::id::Generation;
use leat_checkpoint::snapshot::Completion;
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_stream::plan::{NodeKind, Plan, ShareOf};
use leat_tests::guests::target_directory;
use leat_tests::installation::variable;
use leat_tests::playpen::{Playpen, leat, until};
use leat_worker::{
    Begins, BetweenHosts, CHECKPOINT_FOLDER, CheckpointJob, Control, Job, Notice, Observer, Outcome,
    QUEUE_BYTES_DEFAULT, Report, Status, Supervision, supervise,
};

/// So many files does it write.
const OUTPUTS: usize = 4;

/// A process whose run takes a few seconds, but for one part of it, which is over at once.
fn slow() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("takes-time");
    for file in 0..14 {
        let rows: String = (0..250).map(|row| format!("{},{}.25\n", file * 250 + row, (row * 7) % 31)).collect();
        playpen.file(&format!("in/{file:02}.csv"), format!("id,x\n{rows}"));
    }
    let text = "name p\n\
        in \"in/*.csv\" -> rows\n\
        in \"in/03.csv\" -> few\n\
        node slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\" part=slow\n\
        sql select id, y / 2 as half from made where id % 3 <> 1; name=thirds part=thirds\n\
        sql select cast(y as bigint) as y, count(*) as n from made group by 1 order by 1; name=counted part=counted\n\
        sql select id from few; name=aside part=aside\n\
        out made -> \"made.csv.gz\"\n\
        out thirds -> \"thirds.arrow\"\n\
        out counted -> \"counted.jsonl\"\n\
        out aside -> \"aside.csv\"\n";
    playpen.file("p.strm", text);
    playpen
}

struct Quiet;

impl Observer for Quiet {
    fn status(&mut self, _status: &Status) {}

    fn notice(&mut self, _notice: &Notice) {}
}

/// The shares of an attempt at work, each in a worker of its own.
struct Attempt {
    generation: u64,
    plans: Vec<Plan>,
    directories: Vec<PathBuf>,
    controls: Vec<Control>,
    running: Vec<JoinHandle<Report>>,
}

/// A whole checkpoint of the run, with its contents and the directories that its outputs are in.
struct Whole {
    record: Completion,
    contents: HashMap<Digest, Vec<u8>>,
    /// By path: the file with what the output holds so far, or more.
    outputs: HashMap<String, PathBuf>,
}

fn partial(path: &str) -> String {
    format!(".{path}.partial")
}

fn outputs(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Output(file) => Some(file.path.as_str()),
        _ => None,
    })
}

fn job(playpen: &Playpen, (plan, run_directory): (&Plan, &Path), generation: u64) -> Job {
    let broker = variable("LEAT_TEST_RABBITMQ_TLS_URL");
    let authorities = fs::read_to_string(variable("LEAT_TEST_RABBITMQ_CA_FILE")).unwrap();
    Job {
        plan: plan.clone(),
        playpen: playpen.root().to_owned(),
        run_directory: run_directory.to_owned(),
        run_id: format!("shares-{}", playpen.root().file_name().unwrap().to_string_lossy()),
        started_us: 1_706_702_400_000_000,
        seed: 1,
        cache: target_directory().join("leat-test-cache"),
        interruptible: false,
        csv_threads: 1,
        queue_bytes: QUEUE_BYTES_DEFAULT,
        trace: None,
        tries_recovery: false,
        between_hosts: Some(BetweenHosts {
            broker,
            broker_name: None,
            authorities: Some(authorities),
            generation,
            shares_max: 4,
        }),
        checkpoints: Some(CheckpointJob {
            begins: Begins::ByOrder,
            kept: 2,
            directory: run_directory.join(CHECKPOINT_FOLDER),
            generation,
            poison: Vec::new(),
        }),
        secrets: leat_worker::RunSecrets::default(),
        leat_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Lays what a share goes on from into its directory: the record and the parts of its nodes, and its outputs under their partial names.
fn lay(whole: &Whole, plan: &Plan, directory: &Path) {
    let folder = directory.join(CHECKPOINT_FOLDER);
    fs::create_dir_all(&folder).unwrap();
    let own: Vec<u32> = (0..plan.nodes.len()).map_while(|node| plan.place_in_run(node)).map(|it| it as u32).collect();
    let base = whole.record.of_nodes(&own);
    let store = DirectoryStore::new(LocalDisk, folder);
    store.take_over(base.id.generation).unwrap();
    for part in base.parts() {
        store.put(base.id, part.share, part.name, &whole.contents[&part.digest]).unwrap();
    }
    store.complete(&base).unwrap();
    for path in outputs(plan) {
        fs::copy(&whole.outputs[path], directory.join(partial(path))).unwrap();
    }
}

impl Attempt {
    /// Starts a worker for each group of parts.
    fn begin(playpen: &Playpen, (generation, parts): (u64, &[&[&str]]), base: Option<&Whole>) -> Attempt {
        let told = playpen.leat(&["plan", "p.strm", "--format", "json"]).succeeds();
        let plan = Plan::from_json(&told.stdout).unwrap();
        let named = |(host, parts): (usize, &&[&str])| ShareOf {
            host: format!("c{host}"),
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        };
        let shares: Vec<ShareOf> = parts.iter().enumerate().map(named).collect();
        let mut attempt = Attempt {
            generation,
            plans: (0..shares.len()).map(|mine| plan.share(&shares, mine).unwrap()).collect(),
            directories: (0..shares.len()).map(|mine| playpen.root().join(format!("g{generation}/s{mine}"))).collect(),
            controls: Vec::new(),
            running: Vec::new(),
        };
        for (plan, directory) in attempt.plans.iter().zip(&attempt.directories) {
            if let Some(base) = base {
                lay(base, plan, directory);
            }
            let job = job(playpen, (plan, directory), generation);
            let control = Control::new();
            attempt.controls.push(control.clone());
            let run = move || {
                let supervision = Supervision::new(leat().to_owned(), vec!["worker".into()]);
                supervise(&job, &supervision, &control, &mut Quiet).unwrap()
            };
            attempt.running.push(thread::spawn(run));
        }
        attempt
    }

    fn order(&self, number: u64) {
        self.controls.iter().for_each(|control| control.checkpoint(number));
    }

    /// What a share has recorded that holds for a number, with where it lies.
    fn record(&self, share: usize, number: u64) -> Option<(Completion, PathBuf)> {
        let folder = self.directories[share].join(CHECKPOINT_FOLDER).join(format!("g{:08}", self.generation));
        let folders = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let whole = folders.filter(|folder| !folder.ends_with("c00000000")).filter_map(|folder| {
            let text = fs::read_to_string(folder.join("complete")).ok()?;
            let record: Completion = serde_json::from_str(text.split_once('\n')?.1).unwrap();
            Some((record, folder))
        });
        whole.into_iter().find(|(record, _)| record.holds_for(number))
    }

    /// Waits until a checkpoint is whole in all shares, and joins it.
    fn whole(&self, number: u64) -> Whole {
        let all = 0..self.directories.len();
        until("all shares have the checkpoint", || all.clone().all(|share| self.record(share, number).is_some()));
        let records: Vec<(Completion, PathBuf)> = all.filter_map(|share| self.record(share, number)).collect();
        let mut contents = HashMap::new();
        for (record, folder) in &records {
            for part in record.parts() {
                contents.insert(part.digest, fs::read(folder.join(part.name.to_string())).unwrap());
            }
        }
        let records: Vec<Completion> = records.into_iter().map(|(record, _)| record).collect();
        let record = Completion::joined(&records, self.plans[0].nodes_of_run() as u32).unwrap();
        Whole { record, contents, outputs: HashMap::new() }
    }

    /// Kills all workers. What outputs hold is where it was left: under a partial name, or the final one where a share was over.
    fn kill(self, mut whole: Whole) -> Whole {
        self.controls.iter().for_each(Control::kill);
        self.running.into_iter().for_each(|share| drop(share.join().unwrap()));
        for (plan, directory) in self.plans.iter().zip(&self.directories) {
            for path in outputs(plan) {
                let (partial, published) = (directory.join(partial(path)), directory.join(path));
                let held = if published.exists() { published } else { partial };
                whole.outputs.insert(path.to_owned(), held);
            }
        }
        whole
    }

    /// Lets it come to its end. Answers the reports.
    fn end(self) -> Vec<Report> {
        let reports: Vec<Report> = self.running.into_iter().map(|share| share.join().unwrap()).collect();
        for report in &reports {
            assert_eq!(report.outcome, Outcome::Succeeded);
        }
        reports
    }
}

#[test]
fn a_divided_run_whose_workers_are_killed_goes_on_from_its_joined_checkpoint_however_it_is_divided_then() {
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "whole", "--checkpoints", "off"]).succeeds();

    let first = Attempt::begin(&playpen, (1, &[&["slow"], &["thirds", "aside"], &["counted"]]), None);
    first.order(1);
    first.whole(1);
    first.order(5);
    let whole = first.whole(5);
    assert_eq!((whole.record.id.number, whole.record.last), (5, false));
    let whole = first.kill(whole);

    let second = Attempt::begin(&playpen, (2, &[&["aside"], &["counted", "slow"], &["thirds"]]), Some(&whole));
    until("the short share has ended", || second.record(0, u64::MAX).is_some());
    assert!(second.record(0, u64::MAX).unwrap().0.last, "what has become of it holds for every later number");
    second.order(3);
    let whole = second.whole(3);
    let ended = |node: &&leat_checkpoint::snapshot::NodeRecord| node.finished;
    assert!((1..whole.record.nodes.len()).contains(&whole.record.nodes.iter().filter(ended).count()));
    let whole = second.kill(whole);
    assert_eq!(whole.record.id.generation, Generation(2));

    let third = Attempt::begin(&playpen, (3, &[&["slow", "thirds"], &["counted", "aside"]]), Some(&whole));
    let (directories, plans) = (third.directories.clone(), third.plans.clone());
    for report in third.end() {
        let resumed = report.checkpoints.unwrap().resumed_from.unwrap();
        assert_eq!(resumed, "checkpoint 3 of generation 2");
    }
    let mut compared = 0;
    for (plan, directory) in plans.iter().zip(directories) {
        for path in outputs(plan) {
            let expected = fs::read(playpen.root().join("whole").join(path)).unwrap();
            assert!(fs::read(directory.join(path)).unwrap() == expected, "{path} has other bytes");
            compared += 1;
        }
        assert!(!directory.join("job.json").exists(), "a share's job names the broker with a password");
    }
    assert_eq!(compared, OUTPUTS);
}
