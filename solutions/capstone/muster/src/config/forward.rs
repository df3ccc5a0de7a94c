use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use forward::names;
use serde::Deserialize;

use super::hub::token;
use crate::error::{Error, Result};
use crate::name;

/// The most receivers: each has a thread.
const MOST: usize = 16;

/// Who gets by remote write what the hub stores: a table `[[forward]]` of `hub.toml`.
///
/// | key | value | if it is not there |
/// |---|---|---|
/// | `name` | what it is called in metrics and in the log, and in the name of the file with how far it has got | refused |
/// | `url` | where it takes remote write, `http://` or `https://` | refused |
/// | `token` | a file with the word that it wants to be shown | none is shown |
/// | `ca` | a file with the certificates, in PEM, one of which has signed the receiver's | those that browsers believe |
/// | `labels` | a table of labels and values for all series that have no such label | none |
/// | `rename` | a table of labels and what they are called there; `""` leaves one out | none |
/// | `history` | whether it gets what was stored before it was named here | `false` |
#[derive(Clone, PartialEq, Eq)]
pub struct Forward {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What it wants to be shown.
    pub token: Option<String>,
    /// Whose certificates are believed.
    pub ca: Option<Vec<u8>>,
    /// Labels for all series.
    pub labels: BTreeMap<String, String>,
    /// What labels are called there.
    pub rename: BTreeMap<String, String>,
    /// Whether it gets what is stored already.
    pub history: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    name: String,
    url: String,
    token: Option<PathBuf>,
    ca: Option<PathBuf>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    rename: BTreeMap<String, String>,
    #[serde(default)]
    history: bool,
}

impl Forward {
    /// Reads what the tables of a file name.
    pub(super) fn all(path: &Path, folder: &Path, files: Vec<File>) -> Result<Vec<Self>> {
        let wrong = |why: String| Error::File {
            path: path.to_owned(),
            why,
        };
        if files.len() > MOST {
            return Err(wrong(format!(
                "there are {} receivers, and at most {MOST} can be",
                files.len()
            )));
        }
        let mut names = HashSet::new();
        let mut all = Vec::new();
        for file in files {
            let one = Self::read(folder, file).map_err(|why| match why {
                Why::Own(error) => error,
                Why::Text(name, why) => wrong(format!("forward {name:?}: {why}")),
            })?;
            if !names.insert(one.name.clone()) {
                return Err(wrong(format!(
                    "forward {:?}: there are two of this name",
                    one.name
                )));
            }
            all.push(one);
        }
        Ok(all)
    }

    fn read(folder: &Path, file: File) -> std::result::Result<Self, Why> {
        let File {
            name,
            url,
            token: word,
            ca,
            labels,
            rename,
            history,
        } = file;
        let wrong = |why: String| Why::Text(name.clone(), why);
        // It becomes a part of a path.
        name::check(&name).map_err(|why| wrong(why.to_string()))?;
        for label in labels
            .keys()
            .chain(rename.keys())
            .chain(rename.values().filter(|to| !to.is_empty()))
        {
            if !names::is_label(label) || label == names::NAME {
                return Err(wrong(format!("{label:?} cannot be a label")));
            }
        }
        let ca = ca.map(|ca| {
            let ca = folder.join(ca);
            fs::read(&ca).map_err(Error::read(&ca))
        });
        let word = word.map(|word| token(&folder.join(word)));
        let (token, ca) = (
            word.transpose().map_err(Why::Own)?,
            ca.transpose().map_err(Why::Own)?,
        );
        Ok(Self {
            name,
            url,
            token,
            ca,
            labels,
            rename,
            history,
        })
    }
}

enum Why {
    Own(Error),
    Text(String, String),
}

/// Says nothing of the token.
impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Forward");
        out.field("name", &self.name)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        #[derive(Deserialize)]
        struct All {
            forward: Vec<File>,
        }
        let path = Path::new("hub.toml");
        let all: All = match super::super::parse(path, text) {
            Ok(all) => all,
            Err(why) => return why.to_string(),
        };
        let all = Forward::all(path, Path::new("/nowhere"), all.forward);
        all.err().map(|why| why.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_wrong_with_a_receiver_is_named() {
        let one = "[[forward]]\nname = \"vm\"\nurl = \"http://a/\"\n";
        assert_eq!(read(one), "");
        let full = "labels = { fleet = \"a\\\"b\" }\nrename = { host = \"instance\", mode = \"\" }\nhistory = true\n";
        assert_eq!(read(&format!("{one}{full}")), "");
        for (more, part) in [
            (
                "tokn = \"x\"",
                "hub.toml:4: unknown field `tokn`, expected one of `name`, `url`, `token`",
            ),
            ("history = 1", "hub.toml:4: invalid type"),
            (
                "labels = { \"a-b\" = \"c\" }",
                "hub.toml: forward \"vm\": \"a-b\" cannot be a label",
            ),
            ("labels = { __name__ = \"c\" }", "\"__name__\" cannot be a label"),
            ("rename = { host = \"a b\" }", "\"a b\" cannot be a label"),
            ("token = \"no\"", "cannot read /nowhere/no"),
            ("ca = \"no\"", "cannot read /nowhere/no"),
            (
                "[[forward]]\nname = \"vm\"\nurl = \"http://b/\"",
                "forward \"vm\": there are two of this name",
            ),
            (
                "[[forward]]\nname = \"../x\"\nurl = \"http://b/\"",
                "forward \"../x\":",
            ),
            ("[[forward]]\nname = \"x\"", "hub.toml:4: missing field `url`"),
        ] {
            let said = read(&format!("{one}{more}\n"));
            assert!(said.contains(part), "{more}: {said}");
        }
        let many: String = (0..=MOST)
            .map(|n| format!("[[forward]]\nname = \"a{n}\"\nurl = \"http://a/\"\n"))
            .collect();
        assert!(read(&many).contains("there are 17 receivers"));
    }
}
