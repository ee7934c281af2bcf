//! The port `Certificates`: where this side's own certificate comes from, and whom it trusts. [`Files`](crate::Files) serves it from
//! files; another source, as an authority that is asked for short-lived certificates, keeps its latest at hand and answers with that.

use std::fmt;

use zeroize::Zeroizing;

use crate::TlsError;

/// A source of certificates. It is asked when a service begins, and again and again while it lives.
pub trait Certificates: Send + Sync {
    /// What there is now. Called on threads that may wait, for as long as reading a few small files takes.
    ///
    /// # Errors
    /// Where something is missing, or must not be used. What was answered before stays in use.
    fn read(&self) -> Result<Papers, TlsError>;

    /// Who issues the next certificate without a person's doing, and says so where that does not work, as `the secret store`: then no person is
    /// told ahead of its end, and once it has ended, who should have. Nobody by default.
    fn renewed_by(&self) -> Option<&str> {
        None
    }
}

/// What a source has, as PEM. Whether it fits together is seen by whoever takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// What this side shows; a server must have it.
    pub own: Option<Own>,
    /// Whom it trusts. For a server: who issues the certificates of clients; without it, none are asked for. For a client: who issues
    /// those of servers; without it, those count that the system trusts.
    pub authorities: Option<Pem>,
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// The certificate, and those between it and its authority behind it.
    pub chain: Pem,
    /// Its key.
    pub key: Pem,
}

/// A text and where it was found.
#[derive(Clone, PartialEq, Eq)]
pub struct Pem {
    /// As errors call it: a path.
    pub place: String,
    /// What stands there, which may be a key: it is overwritten when it is dropped.
    pub text: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pem({})", self.place)
    }
}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn a_key_is_overwritten_when_it_is_dropped_and_so_is_each_copy_of_it() {
        fn overwritten(_: &impl ZeroizeOnDrop) {}
        let pem = Pem { place: "a key".to_owned(), text: b"secret".to_vec().into() };
        overwritten(&pem.text);
        overwritten(&pem.clone().text);
        assert!(!format!("{pem:?}").contains("secret"));
    }
}
