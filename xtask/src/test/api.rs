//! The API beside its document: schemathesis asks a `leat serve` of its own what `docs/openapi.json` allows and what it does not,
//! and every answer must be one that the document tells of. Then a gRPC client that was not made with Leat.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::stream;
use super::tally::Tally;
use crate::cargo::{output, root};
use crate::python;

/// Requests a second that the server takes of one caller: more than are sent, for a refusal of the rate would hide the answer.
const RATE: &str = "100000";

/// Starts a server, asks it, and counts what came out as one test for each way of asking.
pub(super) fn check(leat: &Path, tally: &mut Tally) -> Result<()> {
    let programs = python::ensure()?;
    let server = Server::start(leat)?;
    let known = server.fill(leat)?;
    tally.add_check("schemathesis and docs/openapi.json", schemathesis(&programs, &server, &known));
    tally.add_check("a gRPC client in Python", foreign_client(&programs, &server));
    Ok(())
}

fn schemathesis(programs: &Path, server: &Server, known: &[(&'static str, String)]) -> Result<()> {
    let mut command = Command::new(programs.join("schemathesis"));
    let here = root().join("tests/api");
    command.current_dir(&server.folder).env("PYTHONPATH", &here).env("PYTHONDONTWRITEBYTECODE", "1");
    command.envs(known.iter().map(|(name, value)| (name, value)));
    command.arg("--config-file").arg(here.join("schemathesis.toml")).arg("run").arg(root().join("docs/openapi.json"));
    command.args(["--url", &server.url, "--header", &format!("Authorization: Bearer {}", server.token)]);
    let succeeded = stream(&mut command, |line| println!("      {line}"))?;
    ensure!(succeeded, "the API answered what its document does not tell of; the requests are above");
    Ok(())
}

fn foreign_client(programs: &Path, server: &Server) -> Result<()> {
    let mut command = Command::new(programs.join("python"));
    command.arg(root().join("tests/api/grpc_client.py")).args([&server.url, &server.token]);
    let succeeded = stream(&mut command, |line| println!("      {line}"))?;
    ensure!(succeeded, "it did not get the answers that it expects");
    Ok(())
}

/// A `leat serve` with throw-away data; ended when it is dropped.
struct Server {
    child: Child,
    /// Held open, so that it can go on saying things.
    said: BufReader<ChildStdout>,
    folder: PathBuf,
    url: String,
    token: String,
}

impl Server {
    fn start(leat: &Path) -> Result<Server> {
        let folder = root().join("target/api");
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        fs::create_dir_all(folder.join("playpen/in")).with_context(|| format!("cannot make {}", folder.display()))?;
        let log = fs::File::create(folder.join("server.log"))?;
        let mut command = Server::command(leat, &folder);
        command.args(["serve", "--listen", "127.0.0.1:0", "--requests", RATE, "--data"]).arg(folder.join("data"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().context("cannot start `leat serve`")?;
        let stdout = child.stdout.take().context("its standard output was asked to be a pipe")?;
        let said = BufReader::new(stdout);
        let mut server = Server { child, said, folder, url: String::new(), token: String::new() };
        let mut line = String::new();
        server.said.read_line(&mut line).context("cannot read what `leat serve` says")?;
        let url = line.strip_prefix("leat serve listens on ").and_then(|rest| rest.split(',').next());
        let log = server.folder.join("server.log");
        server.url = url.with_context(|| format!("`leat serve` did not start: see {}", log.display()))?.to_owned();
        server.token = fs::read_to_string(server.folder.join("data/token"))?.trim().to_owned();
        Ok(server)
    }

    /// A command of leat that leaves the user's own settings alone.
    fn command(leat: &Path, folder: &Path) -> Command {
        let mut command = Command::new(leat);
        command.current_dir(folder.join("playpen"));
        command.env("XDG_CONFIG_HOME", folder.join("config")).env("XDG_DATA_HOME", folder.join("share"));
        command.env_remove("LEAT_SERVER").env_remove("LEAT_TOKEN");
        command
    }

    /// A run that has ended and a risk object, so that there is something to ask for; their names, as `hooks.py` reads them.
    fn fill(&self, leat: &Path) -> Result<Vec<(&'static str, String)>> {
        let playpen = self.folder.join("playpen");
        fs::write(playpen.join("playpen.toml"), "name = \"asked\"\n")?;
        fs::write(playpen.join("in/rows.csv"), "id,x\n1,1.5\n2,2.5\n")?;
        fs::write(
            playpen.join("p.strm"),
            "name p\nin \"in/rows.csv\" -> rows\nsql select id, x * 2 as y from rows; name=doubled\nout doubled -> \"out.csv\"\n",
        )?;
        output(Server::command(leat, &self.folder).args(["submit", "p.strm", "--quiet", "--wait"]))?;
        output(Server::command(leat, &self.folder).args(["risk", "put"]).arg(root().join(RISK_OBJECT)))?;
        let status = output(Server::command(leat, &self.folder).args(["status", "last", "--format", "json"]))?;
        let run: Value = serde_json::from_str(&status).context("`leat status` prints no JSON")?;
        let text = |value: &Value| value.as_str().map(str::to_owned).with_context(|| format!("not in {status}"));
        Ok(vec![
            ("LEAT_RUN", text(&run["id"])?),
            ("LEAT_BUNDLE", text(&run["bundle"])?),
            ("LEAT_CONTENT", text(&run["outputs"][0]["digest"])?),
            ("LEAT_RISK", "macro".to_owned()),
        ])
    }
}

/// The object that is there to be asked for; it is called `macro`.
const RISK_OBJECT: &str = "plugins/credit-loss/risk/macro.scenarios.csv";

impl Drop for Server {
    fn drop(&mut self) {
        // In good order, so that its hosts end with it.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
