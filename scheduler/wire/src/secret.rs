//! How messages that hold secrets are printed: without them. The generated code leaves `Debug` of these out.

use std::fmt;

use crate::host_v1::{BrokerGrant, Division, SecretValues, WrappedSecrets};

impl fmt::Debug for WrappedSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappedSecrets").field("address", &self.address).field("token", &"…").finish()
    }
}

impl fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValues(…)")
    }
}

impl fmt::Debug for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Division { shares, mine, broker: _, parts, asks_for_broker } = self;
        let mut printed = f.debug_struct("Division");
        printed.field("shares", shares).field("mine", mine).field("broker", &"…").field("parts", parts);
        printed.field("asks_for_broker", asks_for_broker).finish()
    }
}

impl fmt::Debug for BrokerGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrokerGrant").field("id", &self.id).field("url", &"…").finish()
    }
}

#[cfg(test)]
mod tests {
    use crate::host_v1::secret_grant::Ticket;
    use crate::host_v1::secrets_answer::Answer;
    use crate::host_v1::{BrokerGrant, Division, SecretGrant, SecretValues, SecretsAnswer, WrappedSecrets};

    #[test]
    fn a_grant_is_never_printed_with_what_it_is_worth() {
        let token = b"canary".to_vec();
        let wrapped = Ticket::Wrapped(WrappedSecrets { address: "http://vault".to_owned(), token: token.clone() });
        for ticket in [wrapped, Ticket::Values(SecretValues { values: vec![token] })] {
            let grant = SecretGrant { ticket: Some(ticket), ..SecretGrant::default() };
            let printed = format!("{:?}", SecretsAnswer { answer: Some(Answer::Grant(grant)) });
            assert!(!printed.contains("canary") && !printed.contains("99, 97"), "{printed}");
        }
    }

    #[test]
    fn a_broker_is_never_printed_with_its_password() {
        let url = "amqp://leat:canary@mq/leat".to_owned();
        let division = Division { broker: url.clone(), ..Division::default() };
        let grant = BrokerGrant { id: "grant-1".to_owned(), url };
        let printed = format!("{division:?} {grant:?}");
        assert!(printed.contains("grant-1") && !printed.contains("canary"), "{printed}");
    }
}
