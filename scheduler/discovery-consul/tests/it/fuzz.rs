//! Answers of a Consul that were broken on their way, or that no Consul gives.

use leat_discovery::{Discovery, Health, Service, ServiceKind};
use leat_discovery_consul::Config;
use leat_fuzzing::{Fuzz, Served, Shape};
use serde_json::{Value, json};

use crate::agent::adapter;

/// What a Consul answers to all that Leat asks of it.
fn good() -> Value {
    let service = |address: &str| {
        json!({ "Node": { "Address": "10.0.0.7" },
            "Service": { "Address": address, "Port": 7700, "Meta": { "name": "m1", "scheme": "https" } } })
    };
    json!({
        "PUT /v1/agent/*": null,
        "/v1/health/service/leat-midtier": [service(""), service("10.0.0.8")],
        "/v1/kv/leat/config/": [{ "Key": "leat/config/scheduling/idle_timeout", "Value": "NW1pbg==", "Session": null }],
        "GET /v1/kv/leat/locks/lead": [],
        "PUT /v1/kv/leat/locks/lead": true,
        "/v1/session/create": { "ID": "d5d9c0a1-0001" },
        "/v1/session/destroy/*": true,
    })
}

#[test]
fn fuzzed_answers_of_a_directory_are_understood_or_refused() {
    let served = Served::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let consul = adapter(Config::new(served.url()));
    let words = ["leat/config/", "=", "NW1pbg", "65536", "18446744073709551615", "Meta", "\n"];
    Fuzz::new("answers of a directory", Shape::Json, [good().to_string()]).words(words).served().run(|input| {
        served.answer(input);
        runtime.block_on(async {
            let service = Service::midtier("m1", "https://10.0.0.8:7700").unwrap();
            let mut all = consul.announce(&service, &Health::Well).await.is_ok();
            match consul.find(ServiceKind::Midtier, None).await {
                // What is found is used: as an address, and in messages.
                Ok(found) => found.value.iter().for_each(|service| drop((service.url(), format!("{service:?}")))),
                Err(error) => {
                    assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
                    all = false;
                }
            }
            all &= consul.settings(None).await.is_ok();
            match consul.lock("lead", "m1").await {
                Ok(Some(lock)) => all &= lock.release().await.is_ok(),
                Ok(None) | Err(_) => all = false,
            }
            all
        })
    });
}
