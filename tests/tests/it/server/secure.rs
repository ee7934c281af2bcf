//! A midtier with TLS, hosts with certificates, and what becomes of those who come without.

use leat_certificates::Authority;
use leat_tests::playpen::{Playpen, until};
use leat_tests::secure::Secure;

use super::playpen;

#[test]
fn a_run_goes_to_a_host_and_its_outputs_come_back_with_nothing_of_it_as_plain_text() {
    let mut secure = Secure::start();
    let own = secure.hosts.host("c1");
    secure.start_host("c1", Some(&own));
    let playpen = playpen("doubling", 2_000);
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    secure.leat(&playpen, &["submit", "p.strm", "--wait", "--output", "there"]).succeeds();
    assert_eq!(playpen.read("there/made/out.csv"), playpen.read("here/made/out.csv"));
}

#[test]
fn a_run_that_is_divided_among_hosts_has_its_queues_go_over_tls() {
    let mut secure = Secure::with_broker();
    for host in ["c1", "c2"] {
        let own = secure.hosts.host(host);
        secure.start_host(host, Some(&own));
    }
    let playpen = Playpen::new();
    let rows: String = (0..5_000).map(|row| format!("{row},{}\n", row % 17)).collect();
    playpen.file("in/rows.csv", format!("id,x\n{rows}"));
    let text = "name p\nin \"in/rows.csv\" -> rows\n\
                sql select id, x * 2 as y from rows; name=doubled part=doubled\n\
                sql select y, count(*) as n from doubled group by y order by y; name=counted part=counted\n\
                out counted -> \"counted.csv\"\n";
    playpen.file("p.strm", text);
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    until("both hosts are ready", || {
        secure.leat(&playpen, &["hosts", "--format", "json"]).stdout.matches("\"ready\"").count() == 2
    });
    let submit = ["submit", "p.strm", "--spread", "--follow", "--output", "there"];
    let ended = secure.leat(&playpen, &submit).succeeds();
    assert!(ended.stderr.contains("c1, c2"), "each part is on a host of its own: {ended}");
    assert_eq!(playpen.read("there/counted.csv"), playpen.read("here/counted.csv"));
}

#[test]
fn a_host_that_shows_anothers_certificate_or_none_is_no_host() {
    let mut secure = Secure::start();
    let other = secure.hosts.host("c2");
    secure.start_host("c1", Some(&other));
    secure.start_host("c2", None);
    until("both are told why", || {
        let (one, two) = (secure.said("c1"), secure.said("c2"));
        // A log puts its own signs into what stands in quotes.
        one.contains("the certificate is made for") && one.contains("c2") && two.contains("leat://host/c2")
    });
    let hosts = secure.leat(&Playpen::new(), &["hosts", "--format", "json"]).succeeds();
    assert!(!hosts.stdout.contains("\"ready\""), "{hosts}");
}

#[test]
fn a_certificate_is_replaced_while_the_midtier_and_its_hosts_go_on() {
    let mut secure = Secure::start();
    let own = secure.hosts.host("c1");
    secure.start_host("c1", Some(&own));
    let playpen = playpen("doubling", 200);
    secure.leat(&playpen, &["submit", "p.strm", "--wait"]).succeeds();
    let next = Authority::new("next");
    let directory = secure.directory();
    next.server(&["localhost"]).write(&directory, "midtier");
    let refused = secure.leat(&playpen, &["hosts", "--ca-file", "nowhere.pem"]);
    refused.fails(64, &["cannot read nowhere.pem"]);
    // Clients trust the next authority too, before they meet it.
    std::fs::write(directory.join("ca.pem"), secure.authority.pem() + &next.pem()).unwrap();
    next.write(&directory, "next");
    let trusting_next = ["hosts", "--ca-file", &directory.join("next.pem").display().to_string()].map(str::to_owned);
    let arguments: Vec<&str> = trusting_next.iter().map(String::as_str).collect();
    until("the midtier shows its new certificate", || secure.leat(&playpen, &arguments).code == Some(0));
    assert!(secure.said("midtier").contains("took over new certificates"));
    secure.leat(&playpen, &["submit", "p.strm", "--wait"]).succeeds();
}

#[test]
fn who_does_not_know_the_midtiers_authority_or_speaks_plain_text_to_it_is_told() {
    let secure = Secure::start();
    let playpen = Playpen::new();
    let other = Authority::new("other").write(&secure.directory(), "other").display().to_string();
    secure.leat(&playpen, &["hosts", "--ca-file", &other]).fails(1, &["UnknownIssuer"]);
    let plain = secure.url().replace("https://", "http://");
    secure.leat(&playpen, &["hosts", "--server", &plain]).fails(1, &["write https://"]);
}
