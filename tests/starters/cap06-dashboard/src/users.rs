//! Who may log in besides whoever has the token, and what they may do.
//!
//! A file has a line for each, `NAME ROLE DIGEST`: the digest is the SHA-256 of a token of 128 random bits, so that the file lets nobody in. It is read
//! again when it has changed: who is taken out of it is out at once.

use std::fs::{self, Metadata};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The longest name, in bytes, and the most users.
const LONGEST_NAME: usize = 32;
const MOST: usize = 1000;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Looks, and changes nothing.
    Viewer,
    /// Makes rules, acknowledges, silences.
    Operator,
}

/// Somebody who is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their name, which stands behind what they do.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The users; a clone is the same.
#[derive(Debug, Clone, Default)]
pub struct Users(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    path: Option<PathBuf>,
    /// What the file was when it was read.
    seen: Option<Seen>,
    users: Vec<(User, [u8; 32])>,
}

type Seen = (u64, u64, i64, i64);

impl Role {
    /// Returns its name, as it stands in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
        }
    }

    /// Finds a role by its name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Viewer, Self::Operator]
            .into_iter()
            .find(|role| role.as_str() == name)
    }
}

impl User {
    /// Returns whoever has the token itself.
    pub(crate) fn of_the_token() -> Self {
        Self {
            name: "operator".to_owned(),
            role: Role::Operator,
        }
    }
}

impl Users {
    /// Reads a file of users now, and again whenever it has changed. Without the file there are none.
    ///
    /// # Errors
    /// It cannot be read, or a line is none: `FILE:LINE: …`.
    pub fn follow(&self, path: &Path) -> io::Result<()> {
        let (seen, users) = read(path)?;
        *self.lock() = Known {
            path: Some(path.to_owned()),
            seen,
            users,
        };
        Ok(())
    }

    /// Finds whose token this is, in a time that tells nothing of it.
    pub(crate) fn find(&self, token: &str) -> Option<User> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let known = self.current();
        let mut found = None;
        for (user, theirs) in &known.users {
            if bool::from(theirs.ct_eq(&digest)) {
                found = Some(user.clone());
            }
        }
        found
    }

    /// Says whether somebody who has logged in may still do what they could then.
    pub(crate) fn knows(&self, user: &User) -> bool {
        *user == User::of_the_token() || self.current().users.iter().any(|(known, _)| known == user)
    }

    /// Returns the users, those of the file as it is now. What cannot be read leaves those that were.
    fn current(&self) -> MutexGuard<'_, Known> {
        let mut known = self.lock();
        if let Some(path) = &known.path {
            let now = fs::metadata(path).ok().as_ref().map(seen);
            if now != known.seen {
                match read(path) {
                    Ok((seen, users)) => (known.seen, known.users) = (seen, users),
                    Err(why) => {
                        // Once: the next look finds the same file.
                        eprintln!("dashboard: {why}; the users stay who they were");
                        known.seen = now;
                    }
                }
            }
        }
        known
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds somebody to a file of users, or gives them another token. Returns the token, which nothing else will ever tell.
///
/// # Errors
/// The name is none, or that of the token; the file cannot be read or written; the system has no random numbers.
pub fn add_user(path: &Path, name: &str, role: Role) -> io::Result<String> {
    check(name).map_err(|why| wrong(format!("{name:?}: {why}")))?;
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let token = hex(&random);
    let (_, mut users) = read(path)?;
    users.retain(|(user, _)| user.name != name);
    if users.len() >= MOST {
        return Err(wrong(format!("{}: {MOST} users are the most", path.display())));
    }
    let name = name.to_owned();
    users.push((User { name, role }, Sha256::digest(&token).into()));
    write(path, &users)?;
    Ok(token)
}

/// Takes somebody out of a file of users. Returns whether they were in it.
///
/// # Errors
/// The file cannot be read or written.
pub fn remove_user(path: &Path, name: &str) -> io::Result<bool> {
    let (_, mut users) = read(path)?;
    let before = users.len();
    users.retain(|(user, _)| user.name != name);
    let was_there = users.len() < before;
    if was_there {
        write(path, &users)?;
    }
    Ok(was_there)
}

fn check(name: &str) -> Result<(), String> {
    let is_name = (1..=LONGEST_NAME).contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    if !is_name {
        return Err(format!(
            "a user's name has 1 to {LONGEST_NAME} letters, digits, '.', '-' and '_'"
        ));
    }
    match name == User::of_the_token().name {
        true => Err("that is whoever has the token itself".to_owned()),
        false => Ok(()),
    }
}

type Read = (Option<Seen>, Vec<(User, [u8; 32])>);

fn read(path: &Path) -> io::Result<Read> {
    let about = |why: io::Error| io::Error::new(why.kind(), format!("{}: {why}", path.display()));
    let metadata = match fs::metadata(path) {
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok((None, Vec::new())),
        read => read.map_err(about)?,
    };
    let text = fs::read_to_string(path).map_err(about)?;
    let mut users = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        users.push(user(line).map_err(|why| wrong(format!("{}:{}: {why}", path.display(), n + 1)))?);
    }
    Ok((Some(seen(&metadata)), users))
}

fn user(line: &str) -> Result<(User, [u8; 32]), String> {
    let mut words = line.split_whitespace();
    let (Some(name), Some(role), Some(digest), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("NAME ROLE DIGEST is expected".to_owned());
    };
    check(name)?;
    let role = Role::named(role).ok_or("a role is viewer or operator")?;
    let digest = unhex(digest).ok_or("a digest has 64 hexadecimal digits")?;
    let name = name.to_owned();
    Ok((User { name, role }, digest))
}

/// Writes the file in one step, for its owner alone.
fn write(path: &Path, users: &[(User, [u8; 32])]) -> io::Result<()> {
    let mut text = String::from(
        "# Who may log in: a name, a role, the SHA-256 of a token. `muster-hub --add-user` writes it.\n",
    );
    for (User { name, role }, digest) in users {
        text += &format!("{name} {} {}\n", role.as_str(), hex(digest));
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    fs::rename(&beside, path)
}

/// Returns what tells one state of a file from another.
fn seen(metadata: &Metadata) -> Seen {
    (
        metadata.ino(),
        metadata.len(),
        metadata.mtime(),
        metadata.mtime_nsec(),
    )
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_come_and_go_with_their_file() {
        let path = std::env::temp_dir().join(format!("users-test-{}", std::process::id()));
        let users = Users::default();
        users.follow(&path).expect("no file is no user");
        let ann = add_user(&path, "ann", Role::Viewer).expect("it can be written");
        let bob = add_user(&path, "bob", Role::Operator).expect("it can be written");
        assert_eq!(fs::metadata(&path).expect("it is there").mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).expect("it is there");
        assert!(!text.contains(&ann) && !text.contains(&bob), "{text}");
        let found = users.find(&ann).expect("ann has logged in");
        assert_eq!((found.name.as_str(), found.role), ("ann", Role::Viewer));
        assert_eq!(users.find(&bob).map(|user| user.role), Some(Role::Operator));
        assert_eq!(users.find("made up"), None);
        assert!(users.knows(&found) && users.knows(&User::of_the_token()));
        // Another role is another user.
        let again = add_user(&path, "ann", Role::Operator).expect("it can be written");
        assert!(!users.knows(&found) && users.find(&ann).is_none());
        assert!(users.find(&again).is_some());
        assert!(remove_user(&path, "ann").expect("it can be written"));
        assert!(!remove_user(&path, "ann").expect("it can be read"));
        assert!(users.find(&again).is_none());
        // What is no file of users changes nothing.
        fs::write(&path, "bob root 00\n").expect("it can be written");
        assert!(users.find(&bob).is_some());
        let why = Users::default()
            .follow(&path)
            .expect_err("it is none")
            .to_string();
        assert!(why.ends_with(":1: a role is viewer or operator"), "{why}");
        for name in ["", "operator", "a b", "<b>", "../x", &"a".repeat(33)] {
            assert!(add_user(&path, name, Role::Viewer).is_err(), "{name}");
        }
        fs::remove_file(&path).expect("it was there");
    }
}
