//! What the service counts, as Prometheus' text. What the store knows better (runs, hosts) is asked of it at each scrape,
//! so there is no registry of values to keep in step, and no crate that would bring one.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the classes of latency, seconds.
const SECONDS: [f64; 9] = [0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0];

/// What the service counts. Paths are those of the table of endpoints, so there is an end to their number.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, &'static str), Route>>,
    /// Bytes of contents that were taken.
    pub(crate) blob_bytes_in: AtomicU64,
    /// Bytes of contents that were sent.
    pub(crate) blob_bytes_out: AtomicU64,
}

#[derive(Default)]
struct Route {
    by_status: BTreeMap<u16, u64>,
    /// How many took at most as long as the class says, without those of the classes before; the last has no bound.
    classes: [u64; SECONDS.len() + 1],
    seconds: f64,
}

impl Metrics {
    /// A request was answered.
    pub(crate) fn request(&self, route: (&'static str, &'static str), status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let class = SECONDS.iter().position(|bound| seconds <= *bound).unwrap_or(SECONDS.len());
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let route = requests.entry(route).or_default();
        *route.by_status.entry(status).or_default() += 1;
        route.classes[class] += 1;
        route.seconds += seconds;
    }

    /// All of it, with what others know: values by a label.
    pub(crate) fn text(&self, gauges: &[Gauge]) -> String {
        let mut text = String::new();
        for gauge in gauges {
            head(&mut text, gauge.name, "gauge", gauge.help);
            for (labels, value) in &gauge.values {
                put(&mut text, format_args!("{}{labels} {value}", gauge.name));
            }
        }
        let bytes = [
            ("leat_blob_bytes_in_total", "Bytes of contents that were taken.", &self.blob_bytes_in),
            ("leat_blob_bytes_out_total", "Bytes of contents that were sent.", &self.blob_bytes_out),
        ];
        for (name, help, value) in bytes {
            head(&mut text, name, "counter", help);
            put(&mut text, format_args!("{name} {}", value.load(Ordering::Relaxed)));
        }
        self.requests_text(&mut text);
        text
    }

    fn requests_text(&self, text: &mut String) {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let name = "leat_http_requests_total";
        head(text, name, "counter", "Requests answered, by route and status.");
        for ((method, path), route) in &*requests {
            for (status, count) in &route.by_status {
                let labels = format_args!("method=\"{method}\",route=\"{path}\",status=\"{status}\"");
                put(text, format_args!("{name}{{{labels}}} {count}"));
            }
        }
        let name = "leat_http_request_seconds";
        head(text, name, "histogram", "Time until the answer began, by route.");
        for ((method, path), route) in &*requests {
            let labels = format!("method=\"{method}\",route=\"{path}\"");
            let mut so_far = 0;
            for (class, count) in route.classes.iter().enumerate() {
                so_far += count;
                let bound = SECONDS.get(class).map_or("+Inf".to_owned(), f64::to_string);
                put(text, format_args!("{name}_bucket{{{labels},le=\"{bound}\"}} {so_far}"));
            }
            put(text, format_args!("{name}_sum{{{labels}}} {}", route.seconds));
            put(text, format_args!("{name}_count{{{labels}}} {so_far}"));
        }
    }
}

/// A value that is asked for at each scrape.
pub(crate) struct Gauge {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    /// With labels as they are written, braces and all; empty for none.
    pub(crate) values: Vec<(String, u64)>,
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    put(text, format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a string takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_status_and_time() {
        let metrics = Metrics::default();
        for (status, millis) in [(200, 7), (200, 200), (404, 90_000)] {
            metrics.request(("GET", "/api/v1/runs"), status, Duration::from_millis(millis));
        }
        let text = metrics.text(&[]);
        let labels = "method=\"GET\",route=\"/api/v1/runs\"";
        for line in [
            format!("leat_http_requests_total{{{labels},status=\"200\"}} 2"),
            format!("leat_http_request_seconds_bucket{{{labels},le=\"0.005\"}} 0"),
            format!("leat_http_request_seconds_bucket{{{labels},le=\"0.01\"}} 1"),
            format!("leat_http_request_seconds_bucket{{{labels},le=\"60\"}} 2"),
            format!("leat_http_request_seconds_bucket{{{labels},le=\"+Inf\"}} 3"),
            format!("leat_http_request_seconds_count{{{labels}}} 3"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn a_gauge_is_written_with_its_labels() {
        let values = vec![("{state=\"queued\"}".to_owned(), 3)];
        let text = Metrics::default().text(&[Gauge { name: "leat_runs", help: "Runs.", values }]);
        assert!(text.starts_with("# HELP leat_runs Runs.\n# TYPE leat_runs gauge\nleat_runs{state=\"queued\"} 3\n"));
    }
}
