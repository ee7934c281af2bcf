//! A real browser without a window, spoken to by its DevTools protocol through pipes. Used by the cases of logins.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::playpen::until;

/// Debian's Chromium, with a profile of its own and one page; ended when it is dropped.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: String,
    last: u64,
    _profile: TempDir,
}

impl Browser {
    /// Starts it with an empty page.
    ///
    /// # Panics
    /// Where Debian's package `chromium` is not installed.
    pub fn start() -> Self {
        let profile = TempDir::new().expect("a writable directory");
        let quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
                     --disable-component-update --disable-sync --disable-dev-shm-usage --remote-debugging-pipe";
        let command =
            format!("exec chromium {quiet} --user-data-dir='{}' 3<&0 4>&1 </dev/null >&2", profile.path().display());
        let mut child = Command::new("sh")
            .args(["-c", &command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts");
        let to = child.stdin.take().expect("it is piped");
        let from = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut browser = Browser { child, to, from, session: String::new(), last: 0, _profile: profile };
        let page = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": page["targetId"], "flatten": true });
        browser.session =
            browser.call("Target.attachToTarget", attach)["sessionId"].as_str().unwrap_or_default().to_owned();
        browser
    }

    /// Goes to an address.
    pub fn go(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
    }

    /// What a script's expression is on the page, as text; nothing while the page is another already.
    pub fn value(&mut self, script: &str) -> String {
        let told = self.call("Runtime.evaluate", json!({ "expression": format!("String({script})") }));
        told["result"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page shows a text.
    #[track_caller]
    pub fn until_shown(&mut self, text: &str) {
        let mut shown = String::new();
        until(&format!("the page shows {text:?}"), || {
            shown = self.value("document.documentElement.innerText");
            shown.contains(text)
        });
    }

    /// Clicks on what a selector finds, once it is there.
    #[track_caller]
    pub fn click(&mut self, selector: &str) {
        let click = format!("(e => e ? (e.click(), 'clicked') : '')(document.querySelector('{selector}'))");
        until(&format!("{selector} is there"), || self.value(&click) == "clicked");
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let sent = self.to.write_all(format!("{message}\0").as_bytes()).and_then(|()| self.to.flush());
        sent.expect("Chromium listens: apt-get install chromium");
        loop {
            let mut bytes = Vec::new();
            let read = self.from.read_until(0, &mut bytes).expect("Chromium answers");
            assert!(read > 0, "Chromium has ended: apt-get install chromium");
            let told: Value =
                serde_json::from_slice(bytes.strip_suffix(b"\0").unwrap_or(&bytes)).expect("it speaks JSON");
            if told["id"] == self.last {
                return told["result"].clone();
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
