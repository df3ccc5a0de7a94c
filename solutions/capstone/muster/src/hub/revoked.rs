//! Who is not believed any more, though their certificate's time is not over.
//!
//! A file has a line for each, `IDENTITY SECONDS BY`: whatever certificate of that name was made until then is refused. One that was made later is
//! believed, so that a host whose key was lost to somebody can be given another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use rpc::methods::Call;
use rpc::{Code, Failure};

use super::Shared;
use crate::error::{Error, Result};
use crate::identity::{Identity, Role};
use crate::{issued, name, pki, utc, whole};

/// Why the hub says no more to somebody.
pub(super) struct Revoked {
    path: PathBuf,
    all: RwLock<BTreeMap<String, Revocation>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Revocation {
    /// In seconds since 1970.
    at: u64,
    by: String,
}

impl Revoked {
    /// Reads the file; without it nobody is.
    ///
    /// # Errors
    /// It cannot be read, or a line is none. A hub that does not know whom to refuse does not serve.
    pub(super) fn load(path: &Path) -> Result<Self> {
        let mut all = BTreeMap::new();
        let text = match std::fs::read_to_string(path) {
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => read.map_err(Error::read(path))?,
        };
        for (n, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (who, revocation) = read(line).ok_or_else(|| Error::Config {
                path: path.to_owned(),
                line: n + 1,
                why: "IDENTITY SECONDS BY is expected, as muster://agent/web01 1795822812 operator"
                    .to_owned(),
            })?;
            all.insert(who, revocation);
        }
        let path = path.to_owned();
        let all = RwLock::new(all);
        Ok(Self { path, all })
    }

    /// Takes note of one, and of the moment: first on the disk, then here. Returns the moment.
    ///
    /// # Errors
    /// The file cannot be written: nobody is revoked then.
    pub(super) fn revoke(&self, who: &Identity, by: &str, at: u64) -> Result<u64> {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = all.clone();
        let by = by.to_owned();
        next.insert(who.to_string(), Revocation { at, by });
        let mut text = String::from(
            "# Whose certificates are refused: identity, moment in seconds since 1970, who wanted it. The hub writes it.\n",
        );
        for (who, Revocation { at, by }) in &next {
            text += &format!("{who} {at} {by}\n");
        }
        whole::replace(&self.path, &text)?;
        *all = next;
        Ok(at)
    }

    /// Says why a certificate of somebody is refused, if it is. One that does not say when it was made is.
    fn why(&self, who: &Identity, certificate: &[u8]) -> Option<String> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let Revocation { at, by } = all.get(&who.to_string())?;
        let made = issued::not_before(certificate).map(|from| from + pki::SKEW.as_secs());
        match made {
            Some(made) if made > *at => None,
            _ => Some(format!(
                "the certificate of {who} was revoked by {by} at {}",
                utc::written(*at)
            )),
        }
    }
}

fn read(line: &str) -> Option<(String, Revocation)> {
    let mut words = line.split_whitespace();
    let who = Identity::from_uri(words.next()?)?;
    let at = words.next()?.parse().ok()?;
    let by = words.next()?.to_owned();
    name::check(&by).ok()?;
    words
        .next()
        .is_none()
        .then(|| (who.to_string(), Revocation { at, by }))
}

impl Shared {
    /// Returns who calls, if they have this role. Who was revoked is told so, and their connection ends.
    pub(super) fn caller(&self, call: &Call, role: Role) -> std::result::Result<String, Failure> {
        let refuse = |why: String| Failure::new(Code::REFUSED, why);
        let certificate = call
            .certificate()
            .ok_or_else(|| refuse("without a certificate nobody is believed".to_owned()))?;
        let identity = Identity::from_certificate(certificate).map_err(|why| refuse(why.to_string()))?;
        if let Some(why) = self.revoked.why(&identity, certificate) {
            eprintln!("muster-hub: {}: refused: {why}", call.peer());
            let failure = refuse(why);
            // Said before the end, or it would not be heard.
            call.fail(failure.clone());
            call.hang_up();
            return Err(failure);
        }
        match identity.role == role {
            true => Ok(identity.name),
            false => Err(refuse(format!("{identity} is no {role}"))),
        }
    }

    /// Believes somebody no more, from now on: what they have under way ends, and so does the connection that it is on.
    pub(super) fn revoke(&self, who: &Identity, by: &str) -> std::result::Result<String, String> {
        if who.role == Role::Hub {
            return Err("the hub does not revoke itself: make a new fleet".to_owned());
        }
        if who.role == Role::Operator && who.name == by {
            return Err(format!("{who} is yourself: let another operator do it"));
        }
        let now = u64::try_from(store::now_ms() / 1000).unwrap_or_default();
        let at = self.revoked.revoke(who, by, now).map_err(|why| {
            let source = std::error::Error::source(&why).map(|source| format!(": {source}"));
            format!("{why}{}", source.unwrap_or_default())
        })?;
        eprintln!("muster-hub: {who} was revoked by {by}");
        let failure = || {
            Failure::new(
                Code::REFUSED,
                format!("the certificate of {who} was revoked by {by}"),
            )
        };
        let mut ended = 0;
        match who.role {
            Role::Agent => {
                if let Some(orders) = self.fleet.orders_of(&who.name) {
                    orders.fail(failure());
                    orders.hang_up();
                    ended += 1;
                }
            }
            Role::Operator => {
                for (job, call) in self.runs.of(&who.name) {
                    self.cancel(job);
                    call.fail(failure());
                    call.hang_up();
                    ended += 1;
                }
            }
            Role::Hub => {}
        }
        Ok(format!(
            "{who}: certificates made until {} are refused; {ended} open connection{} ended\n",
            utc::written(at),
            if ended == 1 { "" } else { "s" }
        ))
    }
}
