//! How messages that hold secrets are printed: without them. The generated code leaves `Debug` of these out.

use std::fmt;

use crate::host_v1::{SecretValues, WrappedSecrets};

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

#[cfg(test)]
mod tests {
    use crate::host_v1::secret_grant::Ticket;
    use crate::host_v1::secrets_answer::Answer;
    use crate::host_v1::{SecretGrant, SecretValues, SecretsAnswer, WrappedSecrets};

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
}
