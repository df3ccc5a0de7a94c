//! A store that passes on: what comes is kept in a spool, with its origin before it, until the next one has it.
//!
//! `DIR/taken` says which records have been taken and which of them were given up, up to some number of the spool; the spool itself says the rest. It is
//! written before the spool removes anything that is not in it, so a record that comes again after it has gone is still recognised.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::book::Reason;
use crate::error::Result;
use crate::files;
use crate::marks::Marks;
use crate::origin::Origin;
use crate::receive::{self, Store, lock};
use crate::spool::{self, Removal, Settings, Spool};
use crate::wire::{Answer, Item};

/// What a relay has taken.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Taken {
    /// Up to which number of the spool `marks` has all.
    pub through: u64,
    /// What has been taken.
    pub marks: Marks,
    /// What of it was given up, by reason.
    pub dropped: BTreeMap<Reason, Marks>,
}

/// A spool of others' records.
#[derive(Debug)]
pub struct Relay {
    spool: Arc<Mutex<Spool>>,
    taken: Arc<Mutex<Taken>>,
}

impl Relay {
    /// Opens the spool of a relay, or makes it.
    ///
    /// # Errors
    /// What keeps the spool from being opened.
    pub fn open(dir: &Path, name: &str, settings: Settings) -> Result<Self> {
        let mut spool = Spool::open_as(dir, name, true, settings)?;
        let mut taken = read(dir)?.unwrap_or_default();
        let through = taken.through;
        again(dir, &mut taken)?;
        taken.through = spool.durable();
        let taken = Arc::new(Mutex::new(taken));
        let (path, shared) = (path(dir), Arc::clone(&taken));
        let mut written = through;
        spool.set_hook(Box::new(move |removal: &Removal<'_>| {
            let mut taken = lock(&shared);
            note(&mut taken, removal);
            if removal.last > written || !removal.dropped.is_empty() {
                files::replace(&path, &serde_json::to_vec(&*taken).unwrap_or_default())?;
                written = taken.through;
            }
            Ok(())
        }));
        Ok(Self {
            spool: Arc::new(Mutex::new(spool)),
            taken,
        })
    }

    /// Returns its spool, for whoever sends from it.
    pub fn spool(&self) -> &Arc<Mutex<Spool>> {
        &self.spool
    }
}

/// Adds what the spool has and `taken` has not.
#[expect(unused_variables, reason = "goes with the todo!")]
fn again(dir: &Path, taken: &mut Taken) -> Result<()> {
    todo!("window: Of each record above `taken.through` (spool::check_from) the origin is taken.")
}

/// Notes whose records are given up.
#[expect(unused_variables, reason = "goes with the todo!")]
fn note(taken: &mut Taken, removal: &Removal<'_>) {
    todo!("window: The origins of what is given up, by the reason.")
}

impl Store for Relay {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn commit(&mut self, items: &[Item]) -> Result<Answer> {
        todo!(
            "window: Lock the spool, and keep that lock until the marks are noted; lock what was taken for sorting only, since the hook takes that lock while records are appended. Append each fresh one with its origin before it, until one finds no room. Sync. If not one was appended, that is the error; else those that were are kept, and `through` is what is durable."
        )
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("taken")
}

/// Reads what a relay has written of that.
///
/// # Errors
/// What the system does not do.
pub fn read(dir: &Path) -> Result<Option<Taken>> {
    let body = files::whole(&path(dir))?;
    Ok(body.and_then(|body| serde_json::from_slice(&body).ok()))
}
