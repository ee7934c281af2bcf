//! Parts of a run (`part=`), and what each host of a divided run does.

use leat_stream::plan::{BadShare, NodeKind, Plan, ShareOf};

use super::world::{World, copy};

/// Two branches of one queue that meet again, over three parts.
const PROCESS: &str = "name p\nin \"in/a.csv\" -> a\nnode load(a)(b)\nnode left(b)(c) part=left\nnode right(b)(d) part=right\n\
                       node join(c d)(e)\nout e -> \"e.csv\"\nout d -> \"d.csv\"\n";

fn world() -> World {
    ["load", "left", "right", "join"]
        .iter()
        .fold(World::default().file("in/a.csv", "id,note\n1,x\n"), |world, name| world.node(copy(name)))
}

fn plan() -> Plan {
    world().check(PROCESS).plan.unwrap()
}

fn share(host: &str, parts: &[&str]) -> ShareOf {
    ShareOf { host: host.to_owned(), parts: parts.iter().map(|part| (*part).to_owned()).collect() }
}

fn parts_of(plan: &Plan) -> Vec<(&str, Option<&str>)> {
    plan.nodes.iter().map(|node| (node.name.as_str(), node.part.as_deref())).collect()
}

#[test]
fn inputs_and_outputs_go_with_their_neighbours_and_the_rest_is_main() {
    let plan = plan();
    let named = parts_of(&plan);
    let part = |name: &str| named.iter().find(|(node, _)| *node == name).unwrap().1;
    assert_eq!([part("in_a"), part("load"), part("join"), part("out_e")], [Some("main"); 4]);
    assert_eq!([part("left"), part("right"), part("out_d")], [Some("left"), Some("right"), Some("right")]);
    assert_eq!(
        (plan.parts(), plan.part_links()),
        (vec!["main", "left", "right"], vec![(0, 1), (0, 2), (1, 0), (2, 0)])
    );
    assert!(plan.to_text().contains("    part left\n"), "{}", plan.to_text());
    // An input goes along where all that reads it is elsewhere.
    let text = "name p\nin \"in/a.csv\" -> a\nnode load(a)(b) part=far\nout b -> \"b.csv\"\n";
    assert!(parts_of(&world().check(text).plan.unwrap()).iter().all(|(_, part)| *part == Some("far")));
}

#[test]
fn a_process_without_parts_has_none() {
    let plan = world().check(&PROCESS.replace(" part=left", "").replace(" part=right", "")).plan.unwrap();
    assert!(plan.parts().is_empty() && plan.part_links().is_empty() && !plan.to_json().contains("\"part\""));
}

#[test]
fn a_share_sends_what_leaves_it_once_to_each_host_and_receives_what_comes() {
    let shares = [share("c1", &["main"]), share("c2", &["left", "right"])];
    insta::assert_snapshot!(plan().share(&shares, 0).unwrap().to_text());
    insta::assert_snapshot!(plan().share(&shares, 1).unwrap().to_text());
}

#[test]
fn every_crossing_has_its_two_ends_and_every_node_its_share() {
    let plan = plan();
    let shares = [share("c1", &["left"]), share("c2", &["main"]), share("c3", &["right"])];
    let cut: Vec<Plan> = (0..3).map(|mine| plan.share(&shares, mine).unwrap()).collect();
    let nodes = cut.iter().flat_map(|share| &share.nodes);
    let (mut sent, mut received, mut kept) = (Vec::new(), Vec::new(), 0);
    for node in nodes {
        match &node.kind {
            NodeKind::Send(crossing) => sent.push((crossing.queue.clone(), crossing.partition)),
            NodeKind::Receive(crossing) => received.push((crossing.queue.clone(), crossing.partition)),
            _ => kept += 1,
        }
    }
    sent.sort();
    received.sort();
    assert_eq!((&sent, kept), (&received, plan.nodes.len()));
    assert_eq!(sent, [("b".to_owned(), 0), ("b".to_owned(), 2), ("c".to_owned(), 1), ("d".to_owned(), 1)]);
    for share in cut {
        assert_eq!(Plan::from_json(&share.to_json()).unwrap(), share);
    }
}

#[test]
fn a_share_knows_where_its_nodes_stand_in_the_whole_run() {
    let plan = plan();
    let shares = [share("c1", &["left"]), share("c2", &["main"]), share("c3", &["right"])];
    let mut seen = Vec::new();
    for mine in 0..3 {
        let cut = plan.share(&shares, mine).unwrap();
        assert_eq!((cut.nodes_of_run(), cut.cut_from.as_ref().unwrap().share), (plan.nodes.len(), mine as u32));
        for (node, planned) in cut.nodes.iter().enumerate() {
            let crosses = matches!(planned.kind, NodeKind::Send(_) | NodeKind::Receive(_));
            let place = cut.place_in_run(node);
            assert_eq!(place.map(|place| &plan.nodes[place].name), (!crosses).then_some(&planned.name));
            seen.extend(place);
        }
        let damaged = cut.to_json().replace("\"places\": [", "\"places\": [99, ");
        assert!(Plan::from_json(&damaged).is_err());
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..plan.nodes.len()).collect::<Vec<_>>());
    assert_eq!((plan.place_in_run(3), plan.nodes_of_run()), (Some(3), plan.nodes.len()));
}

#[test]
fn a_share_of_everything_is_the_plan() {
    let plan = plan();
    assert_eq!(plan.share(&[share("c1", &["main", "left", "right"])], 0).unwrap(), plan);
}

#[test]
fn shares_that_do_not_divide_the_plan_are_refused() {
    let refused = |shares: &[ShareOf], mine| plan().share(shares, mine).unwrap_err();
    let missing = [share("c1", &["main"]), share("c2", &["left"])];
    assert_eq!(refused(&missing, 0), BadShare::Part { part: "right".to_owned(), shares: 0 });
    let twice = [share("c1", &["main", "left", "right"]), share("c2", &["main"])];
    assert_eq!(refused(&twice, 0), BadShare::Part { part: "main".to_owned(), shares: 2 });
    assert_eq!(refused(&[share("c1", &["main", "left", "right"])], 1), BadShare::NoShare(1));
}

#[test]
fn signals_do_not_cross_between_parts() {
    let text = PROCESS.replace("node right(b)(d) part=right", "node right(b)(d) part=right getsig=loaded");
    let text = text.replace("node load(a)(b)", "node load(a)(b) setsig=loaded");
    insta::assert_snapshot!(world().problems(&text));
    let together = text.replace("part=right", "part=main");
    assert!(world().check(&together).plan.is_some(), "{}", world().problems(&together));
}
