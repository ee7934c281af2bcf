//! How the queues of a divided run get from this host to the others: through which broker, as which user, and trusting whom.

use leat_spans::SpanContext;
use leat_worker::BetweenHosts;

use super::{RunTask, no_broker};
use crate::run::{BrokerWay, End};

impl RunTask {
    /// The way to the other hosts of the run, where it is divided.
    pub(super) async fn between_hosts(&self, span: Option<SpanContext>) -> Result<Option<BetweenHosts>, End> {
        let Some(division) = &self.task.division else { return Ok(None) };
        let broker = match &division.broker {
            BrokerWay::None => return Err(no_broker()),
            BrokerWay::Told(url) => url.clone(),
            BrokerWay::Asked => {
                let asking = self.part("fetch broker", span);
                self.teller.starting("asks for its user of the broker".to_owned());
                let attempt = (&self.run, self.generation);
                let broker = self.tools.secrets.broker(attempt, |why| self.teller.starting(why)).await;
                asking.end();
                broker?
            }
        };
        let authorities = self.authorities(&broker);
        let (generation, shares_max) = (self.generation, division.shares_max);
        Ok(Some(BetweenHosts { broker, broker_name: None, authorities, generation, shares_max }))
    }

    /// Who may vouch for the broker, where it has to show who it is.
    fn authorities(&self, broker: &str) -> Option<String> {
        broker.starts_with("amqps://").then(|| self.tools.trust.authorities()).flatten()
    }
}
