//! Processes with facts and signals: what waits goes on waiting, and what was there is there.

use leat_tests::playpen::Playpen;

use super::{begin, kill_after_a_checkpoint, slow};

/// The outputs of a run with their bytes, by path below its directory.
fn outputs(playpen: &Playpen, directory: &str) -> Vec<(String, Vec<u8>)> {
    let report = playpen.report(directory);
    let root = std::path::absolute(playpen.root().join(directory)).unwrap();
    let outputs = report["outputs"].as_array().unwrap().iter().map(|output| {
        let path = std::path::Path::new(output["path"].as_str().unwrap());
        (path.strip_prefix(&root).unwrap().display().to_string(), std::fs::read(path).unwrap())
    });
    outputs.collect()
}

/// Kills the run of `p.strm` after a checkpoint, twice, lets it come to its end, and requires the outputs of one that was not
/// killed.
fn require_the_same_killed_or_not(playpen: &Playpen) {
    playpen.leat(&["run", "p.strm", "--output", "whole", "--checkpoints", "off"]).succeeds();
    kill_after_a_checkpoint(playpen, begin(playpen, &["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]), 1);
    kill_after_a_checkpoint(playpen, begin(playpen, &["run", "--resume", "o"]), 2);
    playpen.leat(&["run", "--resume", "o"]).succeeds();
    assert!(outputs(playpen, "whole") == outputs(playpen, "o"), "the outputs have other names or bytes");
    assert_eq!(playpen.report("whole")["facts"], playpen.report("o")["facts"]);
}

#[test]
fn a_fact_in_a_path_is_the_same_whether_it_was_set_before_the_kill_or_is_set_after_it() {
    let playpen = slow();
    playpen.guest("names-file").guest("sets-fact");
    playpen.file(
        "p.strm",
        "name p\nqueue again (id int64, x float64)\n\
         in \"in/*.csv\" -> rows\nin \"in/00.csv\" -> few\n\
         node slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\"\n\
         node names_file(few)() component=\"build/names-file.wasm\" params=(file=\"in/01.csv\") setfact=cut\n\
         sql select id, y as x from made; name=shaped\n\
         node sums(shaped)(passed) component=\"build/sets-fact.wasm\" setfact=total\n\
         in dyn.cut -> again\n\
         out made -> \"early/${dyn.cut}\" name=early\n\
         out passed -> \"late/${dyn.total}.jsonl\" name=late\n\
         out again -> \"again.parquet\" getfact=total name=again\n",
    );
    require_the_same_killed_or_not(&playpen);
    let names: Vec<String> = outputs(&playpen, "o").into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"early/in/01.csv".to_owned()), "{names:?}");
    assert!(names.iter().any(|name| name.starts_with("late/") && name.ends_with(".jsonl")), "{names:?}");
}

#[test]
fn what_waits_for_a_signal_waits_on_and_what_a_signal_has_let_go_goes_on() {
    let playpen = slow();
    playpen.guest("doubling");
    playpen.file(
        "p.strm",
        "name p\nin \"in/*.csv\" -> rows\nin \"in/00.csv\" -> few\n\
         out few -> \"few.csv\" name=few_is_out\n\
         node slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\" getsig=few_is_out setsig=slow_is_done\n\
         sql select id, y as x from made; name=shaped\n\
         node doubling(shaped)(doubled) getsig=slow_is_done\n\
         sql select count(*) as n from made; name=counted\n\
         in \"in/01.csv\" -> late getsig=slow_is_done\n\
         out made -> \"made.csv.gz\"\n\
         out doubled -> \"doubled.arrow\"\n\
         out counted -> \"counted.csv\"\n\
         out late -> \"late.csv\" getsig=slow_is_done\n",
    );
    require_the_same_killed_or_not(&playpen);
}

#[test]
fn a_node_that_waits_in_the_middle_of_its_work_holds_checkpoints_up_and_is_named() {
    let playpen = slow();
    playpen.guest("sets-fact").guest("reads-fact");
    playpen.file(
        "p.strm",
        "name p\nin \"in/*.csv\" -> rows\n\
         node slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\"\n\
         sql select id, y as x from made; name=shaped\n\
         node sums(shaped)(passed) component=\"build/sets-fact.wasm\" setfact=total\n\
         node reader(rows)(scaled) component=\"build/reads-fact.wasm\" getdyn=total\n\
         out passed -> \"passed.csv\"\nout scaled -> \"scaled.csv\"\n",
    );
    playpen.leat(&["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]).succeeds();
    let warnings = playpen.report("o")["warnings"].to_string();
    let told = "node `reader`: it waits for fact total in the middle of its work; with getfact= it would not";
    assert!(warnings.contains(told), "{warnings}");
}
