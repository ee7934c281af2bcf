//! Secrets: declared once, given to who names them, in the plan by name and place, and allowed or not.

use leat_stream::plan::{NodeKind, Plan, ShareOf};

use super::world::{World, copy};

const PROCESS: &str = "name p\nsecret pg_password = \"kv/risk/warehouse#password\"\nsecret pg_user = 'kv/risk/warehouse#user'\n\
                       in \"a.csv\" -> a\nnode load(a)(b) secrets=pg_password,pg_user\nout b -> \"b.csv\"\n";

fn world() -> World {
    World::default().file("a.csv", "id\n1\n").node(copy("load")).node(copy("more"))
}

#[test]
fn a_plan_says_where_secrets_lie_and_who_is_given_them() {
    let plan = world().check(PROCESS).plan.unwrap();
    let shown = plan.to_text();
    for lines in [
        "\nsecrets\n  pg_password kv/risk/warehouse#password\n  pg_user kv/risk/warehouse#user\n",
        "    secret pg_password\n    secret pg_user\n",
    ] {
        assert!(shown.contains(lines), "{lines:?} is not in {shown}");
    }
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    assert_eq!(world().codes(PROCESS), Vec::<&str>::new());
}

#[test]
fn only_what_a_node_of_the_run_is_given_is_in_its_plan() {
    let text = PROCESS.replace("secrets=pg_password,pg_user", "secrets=pg_user,pg_user").replace(
        "out b",
        "node more(a)(c) secrets=pg_password exec_when=full\nout c -> \"c.csv\" exec_when=full\nout b",
    );
    let names = |world: World| -> Vec<String> {
        let plan = world.check(&text).plan.unwrap_or_else(|| panic!("{}", world.problems(&text)));
        plan.secrets.into_iter().map(|secret| secret.name).collect()
    };
    assert_eq!(names(world()), ["pg_user"]);
    assert_eq!(names(world().tag("full")), ["pg_password", "pg_user"]);
    assert_eq!(world().codes(&text), Vec::<&str>::new(), "what is switched off uses it all the same");
}

#[test]
fn a_share_is_given_the_secrets_of_its_own_nodes() {
    let text = "name p\nsecret x = \"kv/a#x\"\nsecret y = \"kv/a#y\"\nin \"a.csv\" -> a part=one\n\
                node load(a)(b) secrets=x part=one\nnode more(b)(c) secrets=y part=two\nout c -> \"c.csv\" part=two\n";
    let plan = world().check(text).plan.unwrap_or_else(|| panic!("{}", world().problems(text)));
    let shares = ["one", "two"].map(|part| ShareOf { host: format!("host-{part}"), parts: vec![part.to_owned()] });
    let given = |mine| -> Vec<String> {
        plan.share(&shares, mine).unwrap().given_secrets().map(|secret| secret.path.clone()).collect()
    };
    assert_eq!((given(0), given(1)), (vec!["kv/a#x".to_owned()], vec!["kv/a#y".to_owned()]));
    assert_eq!(plan.given_secrets().count(), 2);
}

#[test]
fn a_secret_is_declared_once_and_by_a_place_that_leads_nowhere_else() {
    insta::assert_snapshot!(world().problems(&PROCESS.replace(
        "in \"a.csv\"",
        "secret pg_user = \"kv/risk/warehouse#name\"\nsecret up = \"kv/risk/../admin#root\"\nsecret all = \"kv/risk/*\"\n\
         secret old = \"kv/risk/old#password\"\nin \"a.csv\""
    )));
}

#[test]
fn a_secret_that_is_not_declared_is_named_with_its_nearest() {
    insta::assert_snapshot!(
        world().problems(&PROCESS.replace("secrets=pg_password,pg_user", "secrets=pg_pasword,token"))
    );
}

#[test]
fn a_declaration_that_nothing_uses_is_a_warning() {
    insta::assert_snapshot!(world().problems(&PROCESS.replace(",pg_user", "")));
}

#[test]
fn what_the_playpen_does_not_allow_is_refused_at_its_place() {
    assert_eq!(world().allows(&["kv/risk/*"]).codes(PROCESS), Vec::<&str>::new());
    insta::assert_snapshot!(world().allows(&["kv/risk/warehouse#user"]).problems(PROCESS));
}

#[test]
fn files_of_a_process_share_its_secrets() {
    let part =
        "name part(a)(b)\nsecret pg_password = \"kv/risk/warehouse#password\"\nnode load(a)(b) secrets=pg_password\n";
    let text = "name p\nsecret pg_password = \"kv/risk/warehouse#password\"\nin \"a.csv\" -> a\nsubprocess part(a)(b)\n\
                node more(b)(c) secrets=pg_password\nout c -> \"c.csv\"\n";
    let with = |part: &str| world().process("part", part);
    let plan = with(part).check(text).plan.unwrap_or_else(|| panic!("{}", with(part).problems(text)));
    assert_eq!((plan.secrets.len(), plan.given_secrets().count()), (1, 1));
    assert_eq!(with(&part.replace("#password", "#other")).codes(text), ["duplicate-secret"]);
}

#[test]
fn a_secret_is_no_statement_of_a_group_and_needs_its_place() {
    insta::assert_snapshot!(world().problems(
        "name p\nprocess g { secret x = \"kv/a#x\" in \"a.csv\" -> a }\nsecret y\nsecret z \"kv/a#z\"\nout a -> \"b.csv\" secrets=z\n"
    ));
}

#[test]
fn the_word_is_still_a_name_like_any_other() {
    let text =
        "name p\nin \"a.csv\" -> secret\nnode load(secret)(secrets) label=\"secret\"\nout secrets -> secret.csv\n";
    assert_eq!(world().codes(text), Vec::<&str>::new());
}

#[test]
fn a_plan_whose_secrets_point_nowhere_is_damaged() {
    let plan = world().check(PROCESS).plan.unwrap();
    let mut beyond = plan.clone();
    for node in &mut beyond.nodes {
        if let NodeKind::Component(component) = &mut node.kind {
            component.secrets = vec![2];
        }
    }
    assert!(Plan::from_json(&beyond.to_json()).unwrap_err().to_string().contains("names a secret 2 that is not there"));
    for (name, path) in [("pg_password", "kv/../sys#x"), ("../x", "kv/a#x")] {
        let mut odd = plan.clone();
        (odd.secrets[0].name, odd.secrets[0].path) = (name.to_owned(), path.to_owned());
        let said = Plan::from_json(&odd.to_json()).unwrap_err().to_string();
        assert!(said.contains("cannot be used"), "{said}");
    }
}
