//! Authorities and certificates of a moment, for tests: nobody else trusts them, and they lie in the test's own directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose,
    SanType, date_time_ymd,
};

/// Somebody who issues certificates.
#[derive(Debug)]
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate with its key, as PEM.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// The key that it was made for.
    pub key: String,
}

impl Authority {
    /// An authority of this name, which has issued nothing yet.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = named(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Authority(CertifiedIssuer::self_signed(params, key()).expect("an authority signs its own certificate"))
    }

    /// What trusts it: its own certificate, as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// The same in a file of this directory.
    pub fn write(&self, directory: &Path, name: &str) -> PathBuf {
        let path = directory.join(format!("{name}.pem"));
        fs::write(&path, self.pem()).expect("a writable directory");
        path
    }

    /// A certificate for a server that is reached by these names and addresses. It ends in two thousand years.
    pub fn server(&self, names: &[&str]) -> Issued {
        self.issue(of_names(names))
    }

    /// A certificate for a host of this name: `leat://host/NAME`.
    pub fn host(&self, name: &str) -> Issued {
        let uri = format!("leat://host/{name}").try_into().expect("a name in ASCII");
        let mut params = CertificateParams::default();
        params.distinguished_name = named(name);
        params.subject_alt_names = vec![SanType::URI(uri)];
        self.issue(params)
    }

    /// A certificate for these names that ended on New Year's day of this year.
    pub fn ended(&self, names: &[&str], year: i32) -> Issued {
        let mut params = of_names(names);
        params.not_after = date_time_ymd(year, 1, 1);
        self.issue(params)
    }

    /// A certificate for these names that ends so long after the beginning of 1970.
    pub fn ending(&self, names: &[&str], since_1970: Duration) -> Issued {
        let mut params = of_names(names);
        params.not_after = date_time_ymd(1970, 1, 1) + since_1970;
        self.issue(params)
    }

    fn issue(&self, params: CertificateParams) -> Issued {
        let key = key();
        let certificate = params.signed_by(&key, &self.0).expect("an authority signs what it is given");
        Issued { certificate: certificate.pem(), key: key.serialize_pem() }
    }
}

impl Issued {
    /// Writes both into files of this directory, `NAME.crt` and `NAME.key`, each whole at once; the key is its owner's alone.
    pub fn write(&self, directory: &Path, name: &str) -> (PathBuf, PathBuf) {
        let put = |ending: &str, text: &str, mode: u32| {
            let (path, partial) =
                (directory.join(format!("{name}.{ending}")), directory.join(format!(".{name}.{ending}")));
            fs::write(&partial, text).expect("a writable directory");
            fs::set_permissions(&partial, PermissionsExt::from_mode(mode)).expect("it is ours");
            fs::rename(&partial, &path).expect("a writable directory");
            path
        };
        (put("crt", &self.certificate, 0o644), put("key", &self.key, 0o600))
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("the machine has randomness")
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn of_names(names: &[&str]) -> CertificateParams {
    let owned: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(owned).expect("names in ASCII");
    params.distinguished_name = named(names.first().unwrap_or(&"nobody"));
    params
}
