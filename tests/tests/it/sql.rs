//! SQL nodes and `where=`, through whole runs.

use std::fmt::Write;

use leat_tests::playpen::Playpen;

const TRADES: &str = "id,book,qty,x\n1,A,5,1.5\n2,B,7,2.5\n3,A,-2,3.5\n4,C,11,\n5,B,1,0.5\n";
const BOOKS: &str = "book,desk\nA,rates\nB,fx\n";
const INPUTS: &str = "in \"in/trades.csv\" -> trades\nin \"in/books.csv\" -> books\n";

fn playpen(process: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.file("in/trades.csv", TRADES);
    playpen.file("in/books.csv", BOOKS);
    playpen.file("p.strm", process);
    playpen
}

/// What a process writes to `out.csv`.
fn result(process: &str, arguments: &[&str]) -> String {
    let playpen = playpen(process);
    playpen.leat(&[&["run", "p.strm", "--output", "out"], arguments].concat()).succeeds();
    playpen.read("out/out.csv")
}

#[test]
fn a_query_joins_groups_and_computes() {
    let process = format!(
        "param least int64 = 0\n{INPUTS}sql select b.desk, sum(t.qty) as qty, count(*) as n\n\
         from trades t left join books b on t.book = b.book -- every trade\n\
         where t.qty > ${{least}} group by b.desk; name=totals\nout totals -> \"out.csv\"\n"
    );
    assert_eq!(result(&process, &[]), "desk,qty,n\nfx,8,2\nrates,5,1\n,11,1\n");
    assert_eq!(result(&process, &["--param", "least=6"]), "desk,qty,n\nfx,7,1\n,11,1\n");
}

#[test]
fn a_query_reads_what_another_made_and_one_queue_twice() {
    let process = format!(
        "{INPUTS}sql with a as (select * from trades) select l.id, r.id as other from a l join a r on l.book = r.book; into=pairs\n\
         sql select count(*) as n from pairs; name=counted\nout counted -> \"out.csv\"\nout books -> \"books.csv\"\n"
    );
    assert_eq!(result(&process, &[]), "n\n9\n");
}

#[test]
fn the_types_of_a_result_follow_what_its_readers_ask_of_the_input() {
    // `doubling` asks for `x` as a double; the sample alone would show whole numbers.
    let playpen = playpen(
        "in \"in/n.csv\" -> n\nsql select id, x / 2 as half from n; name=halves\nnode twice(n)(made) component=\"build/doubling.wasm\"\n\
         out halves -> \"out.csv\"\nout made -> \"made.csv\"\n",
    );
    playpen.file("in/n.csv", "id,x\n1,3\n2,5\n");
    playpen.guest("doubling");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv"), "id,half\n1,1.5\n2,2.5\n");
}

#[test]
fn where_keeps_records_of_inputs_nodes_and_outputs() {
    let playpen = playpen(
        "param book text = \"A\"\nin \"in/n.csv\" -> n where=\"id > 1 and kind <> 'no'\"\n\
         node twice(n)(made) component=\"build/doubling.wasm\" where=\"x < 9\"\n\
         out made -> \"made.csv\" where=\"y > 4\"\nout n -> \"n.csv\" where=\"kind = ${book} or id in (5)\"\n",
    );
    playpen.file("in/n.csv", "id,x,kind\n1,1,A\n2,2,A\n3,3,B\n4,4,no\n5,9,C\n");
    playpen.guest("doubling");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/made.csv"), "id,y\n3,6.0\n");
    assert_eq!(playpen.read("out/n.csv"), "id,x,kind\n2,2.0,A\n5,9.0,C\n");
}

#[test]
fn a_query_that_does_not_bind_is_refused_at_its_place() {
    for (query, place, said) in [
        ("select idd from trades; name=q", "p.strm:3:12", "did you mean `id`"),
        ("select id,\n  nope(id) as x from trades; name=q", "p.strm:", "nope"),
        ("select id from trades where; name=q", "p.strm:3:", "EOF"),
        ("select id from trdes; name=q", "p.strm:3:", "did you mean `trades`"),
        ("select ${nope} as x from trades; name=q", "p.strm:3:12", "there is no parameter `nope`"),
        ("select id, id from trades; name=q", "p.strm:3:", "two columns of the result"),
        ("select id from trades; minimize=time", "p.strm:3:1", "name="),
    ] {
        let process = format!("{INPUTS}sql {query}\nout q -> \"q.csv\"\nout books -> \"books.csv\"\n");
        playpen(&process).leat(&["check", "p.strm"]).fails(1, &[place, said]);
    }
    let process = format!("{INPUTS}out trades -> \"t.csv\" where=\"qty >> 1 and\"\nout books -> \"books.csv\"\n");
    playpen(&process).leat(&["check", "p.strm"]).fails(1, &["p.strm:3:"]);
    let process = format!("{INPUTS}out trades -> \"t.csv\" where=\"desk = 'fx'\"\nout books -> \"books.csv\"\n");
    playpen(&process).leat(&["check", "p.strm"]).fails(1, &["p.strm:3:30", "there is no column `desk`"]);
}

#[test]
fn a_query_that_fails_ends_the_run_and_says_why() {
    for (query, said) in [
        ("select 10 / (id - 3) as x from trades", "Divide by zero"),
        ("select id * 9223372036854775807 as x from trades", "verflow"),
        ("select sum(9223372036854775807) as x from trades", "larger than an int64 holds"),
        ("select cast(book as int) as x from trades", "A"),
    ] {
        let process = format!("{INPUTS}sql {query}; name=q\nout q -> \"q.csv\"\nout books -> \"b.csv\"\n");
        let playpen = playpen(&process);
        playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["node q", "p.strm:3", said]);
        assert!(!playpen.root().join("out/q.csv").exists());
        assert!(!playpen.root().join("out/b.csv").exists(), "no output of a failed run has its name");
    }
}

#[test]
fn a_null_that_a_node_does_not_take_is_named_with_the_query() {
    let playpen = playpen(
        "in \"in/trades.csv\" -> trades\nsql select id, x from trades; name=xs\n\
         node twice(xs)(made) component=\"build/doubling.wasm\"\nout made -> \"made.csv\"\n",
    );
    playpen.guest("doubling");
    playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["node xs", "column `x`", "coalesce"]);
}

#[test]
fn a_query_that_needs_more_than_it_may_use_says_what_to_do() {
    let mut rows = String::from("id,k\n");
    for id in 0..100_000 {
        writeln!(rows, "{id},{}", id % 10).unwrap();
    }
    let query =
        "select a.id, b.filling from n a join (select id, repeat('x', 1000) as filling from n) b on a.id = b.id";
    let process = format!("in \"in/n.csv\" -> n\nsql {query}; name=q memory=\"64MiB\"\nout q -> \"q.csv\"\n");
    let playpen = playpen(&process);
    playpen.file("in/n.csv", &rows);
    playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["node q", "64 MiB", "memory=", "minimize=memory"]);
    let lean = process.replace("name=q", "name=q minimize=memory");
    playpen.file("p.strm", lean);
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/q.csv").lines().count(), 100_001);
    let left: Vec<_> =
        std::fs::read_dir(playpen.root().join("out")).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("datafusion")), "{left:?}");
}

#[test]
fn a_query_that_has_enough_ends_the_run_without_the_rest() {
    let mut rows = String::from("id\n");
    for id in 0..200_000 {
        writeln!(rows, "{id}").unwrap();
    }
    let playpen = playpen("in \"in/n.csv\" -> n\nsql select id from n limit 3; name=q\nout q -> \"out.csv\"\n");
    playpen.file("in/n.csv", rows);
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv"), "id\n0\n1\n2\n");
}
