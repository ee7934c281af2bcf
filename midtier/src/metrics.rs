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
    /// Calls of gRPC by path; their status is a code of gRPC.
    calls: Mutex<BTreeMap<&'static str, Route>>,
    /// Bytes of contents that were taken.
    pub(crate) blob_bytes_in: AtomicU64,
    /// Bytes of contents that were sent.
    pub(crate) blob_bytes_out: AtomicU64,
    /// Rows of the audit log that were written, those that could not be, and refusals that were only counted.
    pub(crate) audit_rows: AtomicU64,
    pub(crate) audit_failed: AtomicU64,
    pub(crate) audit_left_out: AtomicU64,
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
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).entry(route).or_default().count(status, took);
    }

    /// A call was answered, or the stream that answers it has begun.
    pub(crate) fn call(&self, path: &'static str, code: tonic::Code, took: Duration) {
        let status = u16::try_from(code as i32).unwrap_or(u16::MAX);
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).entry(path).or_default().count(status, took);
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
            ("leat_audit_rows_total", "Rows that were written into the audit log.", &self.audit_rows),
            ("leat_audit_failed_total", "Rows of the audit log that could not be written.", &self.audit_failed),
            ("leat_audit_left_out_total", "Refusals that were only counted in the audit log.", &self.audit_left_out),
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
        let routes =
            requests.iter().map(|((method, path), route)| (format!("method=\"{method}\",route=\"{path}\""), route));
        let total = ("leat_http_requests_total", "Requests answered, by route and status.");
        let seconds = ("leat_http_request_seconds", "Time until the answer began, by route.");
        routes_text(text, (total, seconds), &routes.collect::<Vec<_>>(), |status| format!("status=\"{status}\""));
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let routes = calls.iter().map(|(path, route)| (format!("call=\"{path}\""), route));
        let total = ("leat_grpc_calls_total", "Calls answered, by path and code.");
        let seconds = ("leat_grpc_call_seconds", "Time until the answer began, by path.");
        let code = |status| format!("code=\"{:?}\"", tonic::Code::from_i32(i32::from(status)));
        routes_text(text, (total, seconds), &routes.collect::<Vec<_>>(), code);
    }
}

impl Route {
    fn count(&mut self, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let class = SECONDS.iter().position(|bound| seconds <= *bound).unwrap_or(SECONDS.len());
        *self.by_status.entry(status).or_default() += 1;
        self.classes[class] += 1;
        self.seconds += seconds;
    }
}

/// Two metrics of routes with their labels: how often with which status, and how long.
fn routes_text(
    text: &mut String,
    ((total, total_help), (seconds, seconds_help)): ((&str, &str), (&str, &str)),
    routes: &[(String, &Route)],
    status_label: impl Fn(u16) -> String,
) {
    head(text, total, "counter", total_help);
    for (labels, route) in routes {
        for (status, count) in &route.by_status {
            put(text, format_args!("{total}{{{labels},{}}} {count}", status_label(*status)));
        }
    }
    head(text, seconds, "histogram", seconds_help);
    for (labels, route) in routes {
        let mut so_far = 0;
        for (class, count) in route.classes.iter().enumerate() {
            so_far += count;
            let bound = SECONDS.get(class).map_or("+Inf".to_owned(), f64::to_string);
            put(text, format_args!("{seconds}_bucket{{{labels},le=\"{bound}\"}} {so_far}"));
        }
        put(text, format_args!("{seconds}_sum{{{labels}}} {}", route.seconds));
        put(text, format_args!("{seconds}_count{{{labels}}} {so_far}"));
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
    fn calls_are_counted_by_path_and_code() {
        let metrics = Metrics::default();
        metrics.call("/leat.api.v1.Runs/Get", tonic::Code::NotFound, Duration::from_millis(7));
        let text = metrics.text(&[]);
        let line = "leat_grpc_calls_total{call=\"/leat.api.v1.Runs/Get\",code=\"NotFound\"} 1";
        assert!(text.lines().any(|found| found == line), "{text}");
    }

    #[test]
    fn a_gauge_is_written_with_its_labels() {
        let values = vec![("{state=\"queued\"}".to_owned(), 3)];
        let text = Metrics::default().text(&[Gauge { name: "leat_runs", help: "Runs.", values }]);
        assert!(text.starts_with("# HELP leat_runs Runs.\n# TYPE leat_runs gauge\nleat_runs{state=\"queued\"} 3\n"));
    }
}
