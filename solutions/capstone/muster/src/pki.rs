//! The fleet's own authority, and the certificates by which everybody in it says who they are.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};

use crate::error::{Error, Result};
use crate::identity::{Identity, Role};

/// By this name agents and operators know the hub, wherever it is: addresses change, and a certificate need not.
pub const HUB: &str = "muster-hub";

/// What the authority is called.
const AUTHORITY: &str = "muster authority";

const DAY: Duration = Duration::from_secs(86_400);
/// How long the authority is believed.
const AUTHORITY_LASTS: Duration = DAY.saturating_mul(3650);
/// How long everybody else is.
const LASTS: Duration = DAY.saturating_mul(825);
/// How far the clocks of a fleet may be apart.
pub(crate) const SKEW: Duration = Duration::from_secs(3600);

/// Who vouches for everybody in a fleet.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate and its key, both in PEM.
pub struct Pair {
    /// The certificate.
    pub certificate: String,
    /// The key, which nobody else may see.
    pub key: String,
}

impl Authority {
    /// Makes a new one. Returns it with the pair that it is known by from now on.
    ///
    /// # Errors
    /// [`Error::Certificate`].
    pub fn create() -> Result<(Self, Pair)> {
        let wrong = |source| Error::Certificate {
            of: AUTHORITY.to_owned(),
            source,
        };
        let key = KeyPair::generate().map_err(wrong)?;
        let params = authority();
        let pair = Pair {
            certificate: params.self_signed(&key).map_err(wrong)?.pem(),
            key: key.serialize_pem(),
        };
        let issuer = Issuer::new(params, key);
        Ok((Self { issuer }, pair))
    }

    /// Reads the key of one that was made before.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::File`].
    pub fn open(key: &Path) -> Result<Self> {
        let text = fs::read_to_string(key).map_err(Error::read(key))?;
        let pair = KeyPair::from_pem(&text).map_err(|why| Error::File {
            path: key.to_owned(),
            why: format!("it is no private key: {why}"),
        })?;
        // What the certificates that it signs have of it is the same each time.
        let issuer = Issuer::new(authority(), pair);
        Ok(Self { issuer })
    }

    /// Vouches for somebody, from now on.
    ///
    /// # Errors
    /// [`Error::Certificate`].
    pub fn issue(&self, identity: &Identity) -> Result<Pair> {
        let now = SystemTime::now();
        self.issue_between(identity, now - SKEW, now + LASTS)
    }

    /// Vouches for somebody from one moment to another.
    ///
    /// # Errors
    /// [`Error::Certificate`].
    pub fn issue_between(&self, identity: &Identity, from: SystemTime, to: SystemTime) -> Result<Pair> {
        let make = || {
            let key = KeyPair::generate()?;
            let mut params = CertificateParams::default();
            params
                .distinguished_name
                .push(DnType::CommonName, identity.name.as_str());
            params
                .subject_alt_names
                .push(SanType::URI(identity.to_string().try_into()?));
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            // Nobody but the hub can be a server: an agent cannot pose as the hub of another.
            params.extended_key_usages = match identity.role {
                Role::Hub => {
                    params.subject_alt_names.push(SanType::DnsName(HUB.try_into()?));
                    // And a hub in front of another is its client as well.
                    vec![
                        ExtendedKeyUsagePurpose::ServerAuth,
                        ExtendedKeyUsagePurpose::ClientAuth,
                    ]
                }
                Role::Agent | Role::Operator => vec![ExtendedKeyUsagePurpose::ClientAuth],
            };
            params.use_authority_key_identifier_extension = true;
            params.not_before = from.into();
            params.not_after = to.into();
            Ok(Pair {
                certificate: params.signed_by(&key, &self.issuer)?.pem(),
                key: key.serialize_pem(),
            })
        };
        make().map_err(|source| Error::Certificate {
            of: identity.to_string(),
            source,
        })
    }
}

/// Returns what the authority's own certificate says.
fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, AUTHORITY);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let now = SystemTime::now();
    params.not_before = (now - SKEW).into();
    params.not_after = (now + AUTHORITY_LASTS).into();
    params
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    #[test]
    fn a_certificate_says_whose_it_is() {
        let (authority, _) = Authority::create().unwrap();
        for role in [Role::Agent, Role::Hub, Role::Operator] {
            let identity = Identity::new(role, "web01").unwrap();
            let pair = authority.issue(&identity).unwrap();
            let der = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
            assert_eq!(Identity::from_certificate(&der).unwrap(), identity);
        }
        let (_, pair) = Authority::create().unwrap();
        let der = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
        assert!(
            Identity::from_certificate(&der).is_err(),
            "an authority is nobody"
        );
    }
}
