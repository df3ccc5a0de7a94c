use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The file that says how far a receiver is: for each host the time of the last sample that it was sent. It is replaced in one step.
pub(super) struct Cursor {
    path: PathBuf,
    sent: HashMap<Arc<str>, i64>,
}

/// What is in it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    sent_ms: BTreeMap<String, i64>,
}

impl Cursor {
    /// Reads it, or makes it of what `first` says: then the receiver is new.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::Write`], and what `first` says; [`Error::File`] if it is none. It is not begun anew then: that would leave out what waits, or send all again.
    pub(super) fn open(path: PathBuf, first: impl FnOnce() -> Result<Vec<(Arc<str>, i64)>>) -> Result<Self> {
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(why) if why.kind() == io::ErrorKind::NotFound => {
                let sent = first()?.into_iter().collect();
                let mut cursor = Self {
                    path,
                    sent: HashMap::new(),
                };
                cursor.keep(sent)?;
                return Ok(cursor);
            }
            Err(why) => return Err(Error::read(&path)(why)),
        };
        let kept: Kept = serde_json::from_str(&text).map_err(|why| Error::File {
            path: path.clone(),
            why: format!(
                "it does not say how far a receiver is: {why}. Without the file the receiver is a new one"
            ),
        })?;
        let sent = kept
            .sent_ms
            .into_iter()
            .map(|(host, ms)| (host.into(), ms))
            .collect();
        Ok(Self { path, sent })
    }

    /// Returns what it says.
    pub(super) fn sent(&self) -> HashMap<Arc<str>, i64> {
        self.sent.clone()
    }

    /// Writes what it is to say from now on, if that is something else.
    ///
    /// # Errors
    /// [`Error::Write`]; it says what it said before.
    pub(super) fn keep(&mut self, sent: HashMap<Arc<str>, i64>) -> Result<()> {
        if sent == self.sent && self.path.exists() {
            return Ok(());
        }
        let sent_ms = sent.iter().map(|(host, ms)| (host.to_string(), *ms)).collect();
        let text = serde_json::to_string(&Kept { sent_ms }).map_err(io::Error::from);
        let mut fresh = self.path.as_os_str().to_owned();
        fresh.push(".new");
        let fresh = PathBuf::from(fresh);
        let replaced = text.and_then(|text| replace(&fresh, &self.path, &text));
        replaced.map_err(Error::write(&self.path))?;
        self.sent = sent;
        Ok(())
    }
}

fn replace(fresh: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file: File = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(fresh)?;
    file.write_all(text.as_bytes())?;
    // Before it takes the old one's place: a power cut leaves the one or the other.
    file.sync_data()?;
    fs::rename(fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_and_one_that_is_damaged_is_not_begun_anew() {
        let folder = std::env::temp_dir().join(format!("muster-cursor-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("muster.db.vm.forwarded");
        let first = || Ok(vec![("we\"b".into(), 5)]);
        let mut cursor = Cursor::open(path.clone(), first).unwrap();
        assert_eq!(cursor.sent().get("we\"b"), Some(&5));
        let sent = HashMap::from([("a".into(), i64::MIN), ("b".into(), i64::MAX)]);
        cursor.keep(sent.clone()).unwrap();
        let again = || unreachable!("the file is there");
        assert_eq!(Cursor::open(path.clone(), again).unwrap().sent(), sent);
        for text in [
            "",
            "{}",
            "{\"sent_ms\":{\"a\":1.5}}",
            "{\"sent_ms\":{},\"more\":1}",
        ] {
            fs::write(&path, text).unwrap();
            let why = Cursor::open(path.clone(), again).err().unwrap().to_string();
            assert!(
                why.contains("muster.db.vm.forwarded: it does not say how far"),
                "{why}"
            );
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
