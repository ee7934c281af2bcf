//! Where outputs go: never half a file under its final name, never two writers, and clear errors where there is no room.

use std::process::Command;

use leat_tests::playpen::{Playpen, leat, wait};

const COPY: &str = "in \"in/rows.csv\" -> rows\nout rows -> \"copy.csv\"\n";

fn copying(rows: usize) -> Playpen {
    let playpen = Playpen::new();
    playpen.file("copy.strm", COPY);
    let mut text = String::from("id,price\n");
    for row in 0..rows {
        text.push_str(&format!("{row},{row}.5\n"));
    }
    playpen.file("in/rows.csv", text);
    playpen
}

/// In a mount namespace of its own, so that it needs no right that a container lacks and leaves nothing mounted.
fn on_a_disk(playpen: &Playpen, options: &str) -> Command {
    std::fs::create_dir(playpen.root().join("small")).unwrap();
    let mut command = Command::new("unshare");
    let script = format!("mount -t tmpfs -o {options} leat small && exec \"$0\" run copy.strm --output small/out");
    command.args(["--mount", "--map-root-user", "sh", "-c", &script]).arg(leat());
    let like = playpen.command(&[]);
    command.current_dir(playpen.root());
    for (name, value) in like.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command
}

#[test]
fn a_full_disk_is_named_and_leaves_nothing() {
    let playpen = copying(200_000);
    let ended = wait(on_a_disk(&playpen, "size=256k").spawn().expect("unshare (util-linux) is installed"));
    ended.fails(1, &["copy.csv", "the disk is full"]);
}

#[test]
fn an_output_directory_that_is_not_writable_is_named() {
    let playpen = copying(3);
    let ended = wait(on_a_disk(&playpen, "ro").spawn().expect("unshare (util-linux) is installed"));
    ended.fails(1, &["small/out", "ead-only"]);
}

#[test]
fn an_output_directory_that_cannot_be_made_is_named() {
    let playpen = copying(3);
    playpen.file("taken", "a file, not a directory");
    playpen.leat(&["run", "copy.strm", "--output", "taken/out"]).fails(1, &["taken"]);
}

#[test]
fn an_output_name_that_is_a_directory_is_refused() {
    let playpen = copying(3);
    playpen.file("out/copy.csv/x", "");
    playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, &["copy.csv", "director"]);
}

#[test]
fn outputs_in_directories_that_are_missing_get_them_made() {
    let playpen = copying(3);
    playpen.file("copy.strm", COPY.replace("copy.csv", "deep/er/copy.csv"));
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/deep/er/copy.csv"), playpen.read("in/rows.csv"));
}

#[test]
fn packed_files_read_back_what_was_written() {
    for suffix in ["gz", "zst"] {
        let playpen = copying(20_000);
        playpen.file("copy.strm", COPY.replace("copy.csv", &format!("copy.csv.{suffix}")));
        playpen.leat(&["run", "copy.strm", "--output", "packed"]).succeeds();
        let back = format!("in \"packed/copy.csv.{suffix}\" -> rows\nout rows -> \"copy.csv\"\n");
        playpen.file("back.strm", back);
        playpen.leat(&["run", "back.strm", "--output", "out"]).succeeds();
        assert_eq!(playpen.read("out/copy.csv"), playpen.read("in/rows.csv"), "{suffix}");
    }
}

#[test]
fn every_reader_of_a_queue_gets_every_record() {
    let playpen = copying(10_000);
    playpen.file("copy.strm", format!("{COPY}out rows -> \"again.csv\"\n"));
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/copy.csv"), playpen.read("in/rows.csv"));
    assert_eq!(playpen.read("out/again.csv"), playpen.read("in/rows.csv"));
}
