//! `leat run --watch`: a process that runs again when something it depends on has changed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread;

use leat_tests::playpen::{Playpen, until, wait};

const COPY: &str = "in \"in/rows.csv\" -> rows\nout rows -> \"copy.csv\"\n";

/// A watch that goes on, and what it has said on standard error so far.
struct Watch {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Watch {
    fn start(playpen: &Playpen) -> Self {
        let mut child = playpen.command(&["run", "p.strm", "--watch", "--output", "out"]).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (lines, heard) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&said));
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                heard.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        Watch { child, said }
    }

    /// Waits for the end of a run: until it watches for the so-manieth time. What it said in that run.
    fn round(&self, number: usize) -> String {
        let ends = || self.said.lock().unwrap().matches("; Ctrl-C ends").count();
        until(&format!("run {number} is over: {}", self.said.lock().unwrap()), || ends() >= number);
        let said = self.said.lock().unwrap();
        said[said.find(&format!(", run {number}")).unwrap()..].to_owned()
    }

    fn end(self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        wait(self.child).succeeds();
    }
}

#[test]
fn a_change_of_an_input_or_the_stream_file_runs_the_process_again_until_ctrl_c() {
    let playpen = Playpen::new();
    playpen.file("p.strm", COPY);
    playpen.file("in/rows.csv", "id\n1\n");
    let watch = Watch::start(&playpen);
    watch.round(1);
    assert_eq!(playpen.read("out/copy.csv"), "id\n1\n");
    playpen.file("in/rows.csv", "id\n1\n2\n");
    assert!(watch.round(2).contains("in/rows.csv changed"));
    assert_eq!(playpen.read("out/copy.csv"), "id\n1\n2\n");
    playpen.file("p.strm", format!("{COPY}node nothing(rows)()\n"));
    let wrong = watch.round(3);
    assert!(wrong.contains("p.strm changed") && wrong.contains("nothing"), "{wrong}");
    // An input that is gone, and a stream file that is right again: it has gone on watching.
    playpen.file("p.strm", COPY.replace("copy", "again"));
    watch.round(4);
    assert_eq!(playpen.read("out/again.csv"), "id\n1\n2\n");
    std::fs::remove_file(playpen.root().join("in/rows.csv")).unwrap();
    assert!(watch.round(5).contains("no such file"));
    watch.end();
}

#[test]
fn a_node_that_does_not_build_is_shown_and_watching_goes_on() {
    let playpen = Playpen::new();
    playpen.guest("doubling");
    playpen.file("p.strm", "in \"in/rows.csv\" -> rows\nnode doubling(rows)(made)\nout made -> \"made.csv\"\n");
    playpen.file("in/rows.csv", "id,x\n1,2.5\n");
    let watch = Watch::start(&playpen);
    watch.round(1);
    assert_eq!(playpen.read("out/made.csv"), "id,y\n1,5.0\n");
    // Its source appears, without the workspace that it would be built in.
    playpen.file("nodes/doubling/Cargo.toml", "this is no manifest\n");
    playpen.file("in/rows.csv", "id,x\n1,3.5\n");
    let failed = watch.round(2);
    assert!(failed.contains("packages of one cargo workspace"), "{failed}");
    assert_eq!(playpen.read("out/made.csv"), "id,y\n1,5.0\n", "nothing ran");
    // A component that is newer than its source is what the author means to run.
    std::fs::remove_dir_all(playpen.root().join("nodes")).unwrap();
    watch.round(3);
    assert_eq!(playpen.read("out/made.csv"), "id,y\n1,7.0\n");
    watch.end();
}

#[test]
fn standard_input_cannot_be_watched() {
    Playpen::new().leat(&["run", "-", "--watch"]).fails(2, &["standard input"]);
}
