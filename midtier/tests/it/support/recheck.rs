//! A recheck without a language of processes: a plan is what was given, and the world says what goes wrong.

use leat_bundle::BundlePart;
use leat_midtier::recheck::{Question, Recheck, Refusal, Remade};
use serde_json::json;

pub(crate) struct FakeRecheck;

impl Recheck for FakeRecheck {
    fn recheck(&self, question: Question) -> Result<Remade, Refusal> {
        let Question { world, mut manifest, given } = question;
        match std::str::from_utf8(&world).unwrap() {
            "panics" => panic!("the check has a fault"),
            "old" => return Err(Refusal::Unreadable("it is of version 0".to_owned())),
            "fixed" => return Ok(Remade { plan: b"{}".to_vec(), manifest }),
            "divided" => {
                let part = |name: &str| BundlePart {
                    name: name.to_owned(),
                    needs: manifest.needs,
                    feeds: Vec::new(),
                    secrets: Vec::new(),
                };
                manifest.parts = vec![part("main"), part("pricing")];
            }
            _ => {}
        }
        if let Some((name, _)) = given.params.iter().find(|(name, _)| *name != "day") {
            return Err(Refusal::UnknownParameter(format!("{name} names no parameter; did you mean day?")));
        }
        let day = given.params.get("day").cloned().unwrap_or_else(|| "22".to_owned());
        match day.as_str() {
            "someday" => return Err(Refusal::ParameterType("someday is no day".to_owned())),
            "unsound" => return Err(Refusal::Faulty("long ".repeat(10_000))),
            "absent" => return Err(Refusal::NotInBundle("in/absent.csv".to_owned())),
            _ => {}
        }
        let origin = manifest.origin.as_mut().unwrap();
        origin.parameters[0].value.clone_from(&day);
        let plan = json!({ "day": day, "facts": given.facts, "tags": given.tags });
        Ok(Remade { plan: plan.to_string().into_bytes(), manifest })
    }
}
