//! The parts that a run is placed by: those of its bundle, with what the submission says they need.

use leat_bundle::{Manifest, Needs};
use leat_scheduler::model::{Part, Resources};

use super::{Wish, require_needs};
use crate::problem::{Answer, Problem};

/// The part of a run that is not divided.
const PART_ALL: &str = "all";

/// What a run of a bundle is placed by. It is divided only where there is a way `between_hosts`: without one, it is placed as a
/// whole that needs as much as its parts together.
pub(super) fn of(manifest: &Manifest, wish: &Wish, between_hosts: bool) -> Answer<Vec<Part>> {
    let own = wish.parts.iter().flatten();
    for (name, needs) in own {
        require_needs(needs.cpu_millis, needs.memory_bytes)?;
        if !manifest.parts.iter().any(|part| part.name == *name) {
            return Err(Problem::invalid(no_such_part(manifest, name)));
        }
    }
    if wish.spread == Some(true) && !manifest.parts.is_empty() && !between_hosts {
        return Err(Problem::invalid(
            "this installation has no broker between its hosts, so no run can be spread over several; leave `spread` out",
        ));
    }
    if manifest.parts.is_empty() {
        return Ok(vec![whole(said(wish, manifest.needs))]);
    }
    let parts = manifest.parts.iter().map(|part| {
        let own = wish.parts.as_ref().and_then(|parts| parts.get(&part.name));
        let needs = own.copied().unwrap_or_else(|| said(wish, part.needs));
        Part { name: part.name.clone(), needs, feeds: part.feeds.clone() }
    });
    let parts: Vec<Part> = parts.collect();
    if between_hosts {
        return Ok(parts);
    }
    let sum = |of: fn(&Resources) -> u64| parts.iter().map(|part| of(&part.needs)).fold(0, u64::saturating_add);
    let needs = Resources { cpu_millis: sum(|needs| needs.cpu_millis), memory_bytes: sum(|needs| needs.memory_bytes) };
    Ok(vec![whole(needs)])
}

fn whole(needs: Resources) -> Part {
    Part { name: PART_ALL.to_owned(), needs, feeds: Vec::new() }
}

/// What the submission says of every part, else the bundle.
fn said(wish: &Wish, needs: Needs) -> Resources {
    Resources {
        cpu_millis: wish.cpu_millis.unwrap_or(needs.cpu_millis),
        memory_bytes: wish.memory_bytes.unwrap_or(needs.memory_bytes),
    }
}

fn no_such_part(manifest: &Manifest, name: &str) -> String {
    let known: Vec<&str> = manifest.parts.iter().map(|part| part.name.as_str()).collect();
    match known.is_empty() {
        true => format!("parts: there is no part {name:?}: the bundle is not divided"),
        false => format!("parts: there is no part {name:?}; the bundle has {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leat_bundle::{BundlePart, Content, Digest, VERSION};

    use super::super::Values;
    use super::*;

    fn manifest() -> Manifest {
        let needs = |cpu_millis| Needs { cpu_millis, memory_bytes: 1 << 20 };
        let part = |name: &str, feeds: &[usize]| BundlePart {
            name: name.to_owned(),
            needs: needs(500),
            feeds: feeds.to_vec(),
            secrets: Vec::new(),
        };
        Manifest {
            bundle: VERSION,
            process: "risk".to_owned(),
            leat_version: "0".to_owned(),
            plan: Content { digest: Digest::of(b""), bytes: 0 },
            files: Vec::new(),
            needs: needs(1000),
            parts: vec![part("main", &[1]), part("pricing", &[])],
            secrets: Vec::new(),
            origin: None,
        }
    }

    fn wish() -> Wish {
        Wish {
            group: None,
            bundle: Digest::of(b""),
            priority: None,
            attempts_max: None,
            checkpoint_every_ms: None,
            seed: None,
            region: None,
            labels: None,
            architecture: None,
            spread: None,
            parts: None,
            cpu_millis: None,
            memory_bytes: None,
            values: Values::default(),
        }
    }

    fn own(name: &str, cpu_millis: u64) -> Option<BTreeMap<String, Resources>> {
        Some(BTreeMap::from([(name.to_owned(), Resources { cpu_millis, memory_bytes: 1 })]))
    }

    fn cpus(parts: &[Part]) -> Vec<(&str, u64)> {
        parts.iter().map(|part| (part.name.as_str(), part.needs.cpu_millis)).collect()
    }

    #[test]
    fn parts_need_what_the_submission_says_else_the_bundle() {
        let plain = of(&manifest(), &wish(), true).unwrap();
        assert_eq!((cpus(&plain), plain[0].feeds.clone()), (vec![("main", 500), ("pricing", 500)], vec![1]));
        let each = of(&manifest(), &Wish { cpu_millis: Some(700), ..wish() }, true).unwrap();
        assert_eq!(cpus(&each), [("main", 700), ("pricing", 700)]);
        let parts = Wish { cpu_millis: Some(700), parts: own("pricing", 3000), ..wish() };
        assert_eq!(cpus(&of(&manifest(), &parts, true).unwrap()), [("main", 700), ("pricing", 3000)]);
    }

    #[test]
    fn without_a_way_between_hosts_a_run_is_a_whole_that_needs_the_sum() {
        assert_eq!(cpus(&of(&manifest(), &wish(), false).unwrap()), [("all", 1000)]);
        let refused = of(&manifest(), &Wish { spread: Some(true), ..wish() }, false).unwrap_err();
        assert!(format!("{refused:?}").contains("no broker"));
    }

    #[test]
    fn needs_of_a_part_that_there_is_not_are_refused() {
        let parts = Wish { parts: own("prices", 1), ..wish() };
        let refused = format!("{:?}", of(&manifest(), &parts, true).unwrap_err());
        assert!(refused.contains("main, pricing"), "{refused}");
        let whole = Manifest { parts: Vec::new(), ..manifest() };
        assert!(format!("{:?}", of(&whole, &parts, true).unwrap_err()).contains("not divided"));
    }
}
