//! A playpen that is made to be nasty to whoever loses or doubles a record: used by the tool that kills what runs it (the example
//! `torture`) and by the cases.
//!
//! Keyed state on several instances that shows in every record, queues of very different speed merged into one port, a thousand
//! records of each, a join that needs both sides whole, bad records, and outputs in every format, in parts too. Statements are in
//! two parts, so that queues cross between hosts.

use crate::playpen::Playpen;

/// The name of its stream file.
pub const FILE: &str = "nasty.strm";

/// How much there is to do.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Records of the quick input.
    pub quick: u32,
    /// Files of the slow input; its records come one batch a file.
    pub slow_files: u32,
    /// Records in each; every one takes a millisecond.
    pub slow_each: u32,
}

const PROCESS: &str = r#"name nasty
descr "Whatever is lost or doubled shows"

queue quick (id int64, label text, x float64)

in "in/quick.csv" -> quick on_error=queue(bad)
in "in/slow/*.csv" -> slow

node slowed(slow)(trickle) component="build/takes-time.wasm" timeout="100s" part=slow
sql select id, concat('k', id % 13) as label, y as x from trickle; name=shaped part=slow
node exploded(trickle)(many) component="build/explodes.wasm" where="id % 8 = 0" timeout="100s" part=slow

// One port, fed by a queue that is there at once and one that trickles; the state of each key shows in each of its records.
node totals(quick shaped)(running) component="build/running-totals.wasm" by=label threads=3 timeout="100s" part=sums
node counts(quick)(counted) component="build/counts-keys.wasm" by=label threads=2 timeout="100s" part=sums
sql select r.label, m.id, m.step, r.total, m.share
    from many m join running r on r.id = m.id
    where m.step % 25 = 0; name=joined part=sums
sql select label, count(*) as records, sum(x) as x from quick group by label; name=sums part=sums

out running -> "running.csv"
out running -> "by_label/{label}.jsonl" name=out_parts
out joined  -> "joined.parquet"
out many    -> "many.arrow"
out trickle -> "trickle.csv.gz"
out counted -> "counted.jsonl.zst"
out sums    -> "sums.tsv"
out bad     -> "bad.csv"
"#;

/// Makes the playpen. The same size and seed make the same bytes.
pub fn playpen(size: Size, seed: u64) -> Playpen {
    let playpen = Playpen::new();
    for guest in ["takes-time", "explodes", "running-totals", "counts-keys"] {
        playpen.guest(guest);
    }
    playpen.file(FILE, PROCESS);
    let mut random = seed;
    let mut next = move || {
        // Knuth's multiplier for 64 bits; the upper bits are good enough for made-up records.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random >> 33
    };
    let mut quick = String::from("id,label,x\n");
    for id in 0..size.quick {
        let (key, x) = (next() % 13, next() % 10_000);
        match next() % 500 {
            0 => quick += &format!("{id},k{key},none\n"),
            _ => quick += &format!("{id},k{key},{}.{:02}\n", x / 100, x % 100),
        }
    }
    playpen.file("in/quick.csv", quick);
    for file in 0..size.slow_files {
        let mut slow = String::from("id,x\n");
        for row in 0..size.slow_each {
            slow += &format!("{},{}.5\n", file * size.slow_each + row, next() % 1_000);
        }
        playpen.file(&format!("in/slow/{file:04}.csv"), slow);
    }
    playpen
}
