//! Who somebody is.

use std::fmt;

use rustls::pki_types::CertificateDer;

use crate::error::{Error, Result};
use crate::name;

/// What begins the name in a certificate, which is a URI as SPIFFE has them: `muster://agent/web01`.
const SCHEME: &str = "muster://";

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Reports, and runs what it is told.
    Agent,
    /// Receives, stores and passes on.
    Hub,
    /// Tells hosts what to run.
    Operator,
}

impl Role {
    const ALL: [Self; 3] = [Self::Agent, Self::Hub, Self::Operator];

    /// Returns its name in certificates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Hub => "hub",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Who somebody is, as the certificate says. Nothing else is believed.
///
/// ```
/// use muster::identity::{Identity, Role};
///
/// let web: Identity = Identity::agent("web01")?;
/// assert_eq!(web.to_string(), "muster://agent/web01");
/// assert_eq!(Identity::from_uri("muster://agent/web01"), Some(web));
/// # Ok::<(), muster::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// What they may do.
    pub role: Role,
    /// Their name: that of a host, if they are an agent.
    pub name: String,
}

impl Identity {
    /// Makes one.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn new(role: Role, name: &str) -> Result<Self> {
        name::check(name)?;
        let name = name.to_owned();
        Ok(Self { role, name })
    }

    /// Makes that of a host.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn agent(name: &str) -> Result<Self> {
        Self::new(Role::Agent, name)
    }

    /// Reads what [`Identity`]'s `Display` has written.
    pub fn from_uri(uri: &str) -> Option<Self> {
        let (role, name) = uri.strip_prefix(SCHEME)?.split_once('/')?;
        let role = Role::ALL.into_iter().find(|known| known.as_str() == role)?;
        Self::new(role, name).ok()
    }

    /// Reads it from a certificate in DER, which somebody else has checked: the one URI in its subject's alternative names.
    ///
    /// # Errors
    /// [`Error::Nobody`].
    ///
    /// Source: RFC 5280, section 4.2.1.6.
    pub fn from_certificate(der: &[u8]) -> Result<Self> {
        let der = CertificateDer::from(der);
        let certificate =
            webpki::EndEntityCert::try_from(&der).map_err(|why| Error::Nobody(why.to_string()))?;
        let mut uris = certificate.valid_uri_names();
        // With two of them it would depend on who reads it.
        match (uris.next(), uris.next()) {
            (Some(uri), None) => {
                Self::from_uri(uri).ok_or_else(|| Error::Nobody(format!("its URI is {uri:?}")))
            }
            (Some(_), Some(_)) => Err(Error::Nobody("it has several URIs".to_owned())),
            (None, _) => Err(Error::Nobody("it has no URI".to_owned())),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.role, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_written_is_read() {
        for uri in [
            "",
            "muster://",
            "muster://agent",
            "muster://agent/",
            "muster://agent/a/b",
            "muster://agent/..",
            "muster://root/web01",
            "muster://Agent/web01",
            "spiffe://agent/web01",
            "muster://agent/web01?",
        ] {
            assert_eq!(Identity::from_uri(uri), None, "{uri}");
        }
        for role in Role::ALL {
            let identity = Identity::new(role, "x-1").unwrap();
            assert_eq!(Identity::from_uri(&identity.to_string()), Some(identity));
        }
    }

    #[test]
    fn what_is_no_certificate_names_nobody() {
        for der in [&b""[..], b"\x30\x82\xff\xff", b"hello"] {
            assert!(Identity::from_certificate(der).is_err());
        }
    }
}
