//! The secrets of an attempt: asked for at a midtier, exchanged for their values, and handed to the worker's job; and its user of the broker.
//! They are in memory until the worker has them, and nowhere else.
//!
//! Used by the task of a run. How a ticket is exchanged is the port [`Redeem`]'s to know.

mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use leat_secrets::{Grant, Redeem, SecretError, SecretName, SecretPath, SecretValue, Ticket};
use leat_stream::plan::{Plan, Secret};
use leat_tls::Trust;
use leat_wire::host_v1::broker_answer::Answer as ForBroker;
use leat_wire::host_v1::hosts_client::HostsClient;
use leat_wire::host_v1::secret_grant::Ticket as WireTicket;
use leat_wire::host_v1::secrets_answer::Answer;
use leat_wire::host_v1::{BrokerAnswer, BrokerGrant, SecretGrant, SecretsAnswer, SecretsRequest};
use leat_worker::RunSecrets;
use tokio::time::{Instant, sleep, timeout};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Response, Status};

use crate::midtiers::Midtiers;
use crate::run::{End, Outcome, RunId};
pub(crate) use line::Line;
use line::Waiting;

/// How long an attempt waits for its secrets, before another host may try: a store that is away for a day is away for all of them.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// The longest wait until they are asked for again.
const AGAIN_MAX: Duration = Duration::from_secs(5);
/// How long a midtier may take for its answer: it gives the store of secrets less.
const ANSWER_PATIENCE: Duration = Duration::from_secs(20);
/// How often a grant may turn out to be worth nothing in a row.
const WORTHLESS_MAX: u32 = 3;

/// Who asks for secrets, and how.
pub(crate) struct Asker {
    pub(crate) midtiers: Arc<Midtiers>,
    pub(crate) trust: Arc<Trust>,
    pub(crate) authorization: MetadataValue<Ascii>,
    pub(crate) host: String,
    pub(crate) incarnation: String,
    /// What the machine says of itself; empty where it says nothing.
    pub(crate) machine: String,
    pub(crate) redeem: Arc<dyn Redeem>,
    pub(crate) line: Line,
}

/// Why there are none yet.
enum Not {
    /// It is asked again.
    Now(String),
    /// It is asked again: the grant was there, and the store was not to be reached from here.
    Unreachable(String),
    /// The grant was over before it was exchanged.
    Worthless(String),
    /// The attempt ends.
    Ever(End),
}

impl Asker {
    /// The secrets that the nodes of a plan are given; asked for until they are there, or never will be. `waits` is told why they are not.
    /// May be dropped at any time.
    pub(crate) async fn secrets(
        &self,
        (run, generation): (&RunId, u64),
        plan: &Plan,
        waits: impl Fn(String),
    ) -> Result<RunSecrets, End> {
        let needed: Result<Vec<(SecretName, SecretPath)>, String> = plan.given_secrets().map(Secret::read).collect();
        let needed = needed.map_err(|why| End::new(Outcome::Failed, why))?;
        if needed.is_empty() {
            return Ok(RunSecrets::default());
        }
        let paths: BTreeSet<&SecretPath> = needed.iter().map(|(_, path)| path).collect();
        let paths: Vec<SecretPath> = paths.into_iter().cloned().collect();
        let line = self.line.wait();
        let values = self.until_given((run, generation), waits, |store_unreachable| {
            self.values(&line, (run, generation), store_unreachable, &paths)
        });
        let values = values.await?;
        let values: BTreeMap<SecretPath, SecretValue> = paths.iter().cloned().zip(values).collect();
        let named = needed.into_iter().filter_map(|(name, path)| Some((name, values.get(&path)?.clone())));
        Ok(RunSecrets::new(named))
    }

    /// The URL of the broker, as a user of this attempt's own on this host; asked for until it is there, or never will be. `waits` is told why it
    /// is not. May be dropped at any time.
    pub(crate) async fn broker(&self, attempt: (&RunId, u64), waits: impl Fn(String)) -> Result<String, End> {
        let line = self.line.wait();
        self.until_given(attempt, waits, |_| self.ask_for_broker(&line, attempt)).await
    }

    /// Asks again and again, for as long as it makes sense. What is asked is told whether the host could not reach the store with what it was
    /// given last.
    async fn until_given<T, F: Future<Output = Result<T, Not>>>(
        &self,
        (run, generation): (&RunId, u64),
        waits: impl Fn(String),
        ask: impl Fn(bool) -> F,
    ) -> Result<T, End> {
        let (begun, mut failures, mut worthless) = (Instant::now(), 0_u32, 0);
        let (mut store_unreachable, mut said) = (false, String::new());
        loop {
            let why = match ask(store_unreachable).await {
                Ok(given) => return Ok(given),
                Err(Not::Ever(end)) => return Err(end),
                Err(Not::Now(why)) => why,
                Err(Not::Unreachable(why)) => {
                    store_unreachable = true;
                    why
                }
                Err(Not::Worthless(why)) => {
                    tracing::error!(run.id = %run, run.generation = generation, "a grant of secrets was worth nothing: {why}");
                    worthless += 1;
                    // It is the store that said so.
                    store_unreachable = false;
                    why
                }
            };
            if worthless >= WORTHLESS_MAX || begun.elapsed() >= PATIENCE {
                return Err(End::new(Outcome::HostFault, why));
            }
            failures = failures.saturating_add(1);
            // Told once, and not with each time that it is tried.
            if said != why {
                tracing::warn!(run.id = %run, run.generation = generation, "{why}");
                said.clone_from(&why);
            }
            waits(why);
            sleep(self.midtiers.wait(failures).min(AGAIN_MAX)).await;
        }
    }

    /// The values of these paths, in their order.
    async fn values(
        &self,
        line: &Waiting<'_>,
        attempt: (&RunId, u64),
        store_unreachable: bool,
        paths: &[SecretPath],
    ) -> Result<Vec<SecretValue>, Not> {
        let grant = match self.ask(line, attempt, store_unreachable).await? {
            Answer::Grant(grant) => grant_of(grant).map_err(|why| Not::Ever(End::new(Outcome::HostFault, why)))?,
            Answer::NotNow(why) => return Err(Not::Now(why)),
            Answer::NotHere(why) => return Err(Not::Ever(End::new(Outcome::HostFault, why))),
            Answer::Never(why) => return Err(Not::Ever(End::new(Outcome::Failed, why))),
        };
        self.redeem.redeem(grant, paths).await.map_err(|error| match error {
            SecretError::Unreachable { .. } => Not::Unreachable(format!("waits for its secrets: {error}")),
            SecretError::GrantOver { .. } => Not::Worthless(format!("cannot be given its secrets: {error}")),
            SecretError::Denied { .. } | SecretError::Missing { .. } => {
                Not::Ever(End::new(Outcome::Failed, error.to_string()))
            }
            SecretError::Invalid { .. } => Not::Ever(End::new(Outcome::HostFault, error.to_string())),
        })
    }

    async fn ask(&self, line: &Waiting<'_>, attempt: (&RunId, u64), store_unreachable: bool) -> Result<Answer, Not> {
        let request = SecretsRequest { store_unreachable, ..self.request(attempt) };
        let asked =
            self.asked(
                line,
                (request, "secrets"),
                |mut client, request| async move { client.grant_secrets(request).await },
            );
        let SecretsAnswer { answer } = asked.await?;
        answer.ok_or_else(|| Not::Now("waits for its secrets: the midtier has answered nothing".to_owned()))
    }

    async fn ask_for_broker(&self, line: &Waiting<'_>, attempt: (&RunId, u64)) -> Result<String, Not> {
        const WHAT: &str = "user of the broker";
        let request = self.request(attempt);
        let asked =
            self.asked(line, (request, WHAT), |mut client, request| async move { client.grant_broker(request).await });
        let BrokerAnswer { answer } = asked.await?;
        match answer {
            Some(ForBroker::Grant(BrokerGrant { id: _, url })) => Ok(url),
            Some(ForBroker::NotNow(why)) => Err(Not::Now(why)),
            Some(ForBroker::NotHere(why)) => Err(Not::Ever(End::new(Outcome::HostFault, why))),
            Some(ForBroker::Never(why)) => Err(Not::Ever(End::new(Outcome::Failed, why))),
            None => Err(Not::Now(format!("waits for its {WHAT}: the midtier has answered nothing"))),
        }
    }

    fn request(&self, (run, generation): (&RunId, u64)) -> SecretsRequest {
        SecretsRequest {
            host: self.host.clone(),
            incarnation: self.incarnation.clone(),
            run: run.0.clone(),
            generation,
            machine: self.machine.clone(),
            store_unreachable: false,
        }
    }

    /// What a midtier answers, in time.
    async fn asked<T, F: Future<Output = Result<Response<T>, Status>>>(
        &self,
        line: &Waiting<'_>,
        (request, what): (SecretsRequest, &str),
        call: impl FnOnce(HostsClient<Channel>, Request<SecretsRequest>) -> F,
    ) -> Result<T, Not> {
        let midtier = self.midtiers.choose();
        let asked = async {
            let client = HostsClient::new(line.channel(&midtier.url, &self.trust).await?);
            let mut request = Request::new(request);
            request.metadata_mut().insert("authorization", self.authorization.clone());
            call(client, request).await
        };
        let late = |_| Err(Status::deadline_exceeded("it does not answer"));
        match timeout(ANSWER_PATIENCE, asked).await.unwrap_or_else(late) {
            Ok(answer) => Ok(answer.into_inner()),
            Err(status) if status.code() == Code::Unimplemented => {
                let why = format!(
                    "the run needs its {what}, and the midtier is of a version that grants none: bring it to this one"
                );
                Err(Not::Ever(End::new(Outcome::HostFault, why)))
            }
            Err(status) => {
                line.hang_up();
                Err(Not::Now(format!("waits for its {what}: the midtier {}: {}", midtier.url, status.message())))
            }
        }
    }
}

/// A grant as it came. What is wrong with it is told without a word of what it is worth.
fn grant_of(given: SecretGrant) -> Result<Grant, String> {
    let odd = |what: &str| format!("the grant of the run's secrets cannot be used: {what}");
    let id = given.id.parse().map_err(|_| odd("its name is none"))?;
    let value = |bytes: Vec<u8>| SecretValue::new(bytes).map_err(|error| odd(&error.to_string()));
    let ticket = match given.ticket {
        Some(WireTicket::Wrapped(wrapped)) => {
            Ticket::Wrapped { address: wrapped.address, token: value(wrapped.token)? }
        }
        Some(WireTicket::Values(values)) => {
            if values.values.len() != given.paths.len() {
                return Err(odd("it has not a value for each path"));
            }
            let pairs = given.paths.iter().zip(values.values).map(|(path, bytes)| {
                let path: SecretPath = path.parse().map_err(|_| odd("one of its paths is none"))?;
                Ok((path, value(bytes)?))
            });
            Ticket::Values(pairs.collect::<Result<_, String>>()?)
        }
        None => return Err(odd("it holds nothing that this host knows")),
    };
    Ok(Grant { id, ticket, life: Duration::from_millis(given.life_ms) })
}

#[cfg(test)]
mod tests {
    use leat_wire::host_v1::SecretValues;

    use super::*;

    fn given(paths: &[&str], values: &[&str]) -> SecretGrant {
        let values = values.iter().map(|value| value.as_bytes().to_vec()).collect();
        SecretGrant {
            id: "grant-1".to_owned(),
            life_ms: 1000,
            ticket: Some(WireTicket::Values(SecretValues { values })),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    /// Redeems nothing.
    struct Nothing;

    #[async_trait::async_trait]
    impl Redeem for Nothing {
        async fn redeem(&self, _: Grant, _: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError> {
            unreachable!("nothing is granted")
        }
    }

    #[tokio::test]
    async fn a_store_counts_as_unreachable_from_here_until_it_has_answered() {
        let asker = Asker {
            midtiers: Arc::new(Midtiers::new(&["http://127.0.0.1:1".to_owned()], "i")),
            trust: Arc::new(Trust::nobody()),
            authorization: MetadataValue::from_static("none"),
            host: "c1".to_owned(),
            incarnation: "i".to_owned(),
            machine: String::new(),
            redeem: Arc::new(Nothing),
            line: Line::default(),
        };
        let told = std::sync::Mutex::new(Vec::new());
        let run = RunId("r".to_owned());
        let given = asker.until_given((&run, 1), drop, |store_unreachable| {
            let mut told = told.lock().unwrap();
            told.push(store_unreachable);
            let outcome = match told.len() {
                1 => Err(Not::Unreachable("no way".to_owned())),
                2 => Err(Not::Now("not yet".to_owned())),
                3 => Err(Not::Worthless("used".to_owned())),
                _ => Ok(()),
            };
            async { outcome }
        });
        assert!(given.await.is_ok());
        assert_eq!(*told.lock().unwrap(), [false, true, true, false]);
    }

    #[test]
    fn a_grant_that_is_none_is_told_without_what_it_holds() {
        let sound = grant_of(given(&["kv/a#x"], &["canary"])).unwrap();
        assert_eq!((sound.id.as_str(), sound.life), ("grant-1", Duration::from_secs(1)));
        let long = "canary".repeat(20_000);
        let odd = [
            given(&["kv/a#x", "kv/b#x"], &["canary"]),
            given(&["../canary"], &["canary"]),
            given(&["kv/a#x"], &[&long]),
            SecretGrant { ticket: None, ..given(&[], &[]) },
            SecretGrant { id: String::new(), ..given(&["kv/a#x"], &["canary"]) },
        ];
        for given in odd {
            let why = grant_of(given).unwrap_err();
            assert!(why.contains("cannot be used") && !why.contains("canary"), "{why}");
        }
    }
}
