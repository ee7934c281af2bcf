//! The report as JSON. Durations are in seconds.

use serde_json::{Value, json};

use super::{FleetFigures, HostFigures, RunFigures, SimulationReport, Told};

impl SimulationReport {
    /// For programs: one object, with `on_demand` and `always_on` alike.
    pub fn to_json(&self) -> String {
        let report = json!({
            "hosts": self.hosts,
            "hosts_never_switched": self.unswitched,
            "span_s": self.span.as_secs_f64(),
            "runs_passed_over": self.passed_over,
            "on_demand": fleet(&self.on_demand),
            "always_on": fleet(&self.always_on),
            "saved": {
                "host_hours": hours(self.saved()),
                "cost": self.always_on.hosts.cost - self.on_demand.hosts.cost,
            },
        });
        serde_json::to_string_pretty(&report).expect("a value is JSON")
    }
}

fn fleet(figures: &FleetFigures) -> Value {
    let group = |(id, figures): &(leat_planner::id::GroupId, RunFigures)| (id.to_string(), runs(figures));
    json!({
        "runs": runs(&figures.all),
        "groups": figures.groups.iter().map(group).collect::<serde_json::Map<_, _>>(),
        "hosts": hosts(&figures.hosts),
        "refusals": figures.refusals.iter().map(told).collect::<Vec<_>>(),
        "failures": figures.failures.iter().map(told).collect::<Vec<_>>(),
        "plans": figures.plans,
    })
}

fn runs(figures: &RunFigures) -> Value {
    let waited = figures.waited;
    json!({
        "runs": figures.runs,
        "ended": figures.ended,
        "refused": figures.refused,
        "failed": figures.failed,
        "begun_again": figures.begun_again,
        "waited_s": {
            "p50": waited.p50.as_secs_f64(),
            "p95": waited.p95.as_secs_f64(),
            "p99": waited.p99.as_secs_f64(),
            "max": waited.max.as_secs_f64(),
        },
    })
}

fn hosts(figures: &HostFigures) -> Value {
    json!({
        "hours_on": hours(figures.on),
        "hours_busy": hours(figures.busy),
        "cpu_hours": figures.cpu_hours,
        "utilisation": figures.utilisation(),
        "cost": figures.cost,
        "boots": figures.boots,
        "boot_failures": figures.boot_failures,
        "losses": figures.losses,
    })
}

fn told(told: &Told) -> Value {
    json!({ "reason": told.reason, "runs": told.runs })
}

fn hours(span: std::time::Duration) -> f64 {
    span.as_secs_f64() / 3_600.0
}
