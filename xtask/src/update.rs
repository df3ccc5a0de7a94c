//! `update`: new course material into the student's tree, their work kept.
//!
//! Everything is found out before anything is changed: the new version and the starters as they were are copied into
//! a draft of `.course/update/`, which gets that name only when both are whole. From then on an update that was killed
//! is finished by the next one, whatever it had replaced already. What cargo reads to build this very program is replaced
//! last and all at once; should that moment be the one, a copy of this program waits in the same folder.

mod fetch;
mod known;
mod plan;

use std::fs;
use std::path::{Path, PathBuf};

use crate::check::print_quietly;
use crate::course::Course;
use crate::exit::{OK, Result, Stop};
use crate::subject::{Files, read_tree, write, write_atomically};
use crate::{t, tree};
use known::Known;
use plan::{LabChange, Plan};

/// Updates the course from `from`, a folder or a git remote; without one from `upstream`, or else `origin`.
pub(crate) fn run(course: &Course, from: Option<&str>) -> Result<u8> {
    let update = course.state_dir().join("update");
    if update.is_dir() {
        print_quietly(&format!("{}\n", t!("update.continues")))?;
    } else {
        sweep(course);
        let draft = Staging { dir: draft(course) };
        if let Err(stop) = draft.prepare(course, from) {
            let _ = fs::remove_dir_all(&draft.dir);
            return Err(stop);
        }
        fs::rename(&draft.dir, &update).map_err(|error| Stop::io(&update, error))?;
    }
    let staging = Staging { dir: update };
    let name = staging.kept();
    let name = fs::read_to_string(&name).map_err(|error| Stop::io(&name, error))?;
    let kept = course.state_dir().join("kept").join(name.trim());
    let plan = Plan::make(
        course,
        &staging.new_version(),
        &staging.starters(),
        &Known::read(&staging.known())?,
    )?;
    let place = staging.dir.join("place");
    if place.exists() {
        fs::remove_dir_all(&place).map_err(|error| Stop::io(&place, error))?;
    }
    plan.apply(&course.root, &place, &kept)?;
    // Until all of it is on the disk the update is not done.
    rustix::fs::sync();
    // What is the course's and what the student's own: the next update tells by this.
    write_atomically(&installed(course), plan.installed.write().as_bytes())?;
    fs::rename(&staging.dir, draft(course)).map_err(|error| Stop::io(&staging.dir, error))?;
    sweep(course);
    print_quietly(&report(course, &plan, &kept))?;
    Ok(OK)
}

/// How many files a sentence names at most.
const NAMED: usize = 8;

/// The folder in which this process prepares an update, or takes a finished one apart.
fn draft(course: &Course) -> PathBuf {
    course.state_dir().join(format!("update-{}", std::process::id()))
}

/// Removes what updates left that were killed before they were ready. What cannot be removed now, because a git that
/// outlived its parent still writes there, is removed another time.
fn sweep(course: &Course) {
    for entry in fs::read_dir(course.state_dir()).into_iter().flatten().flatten() {
        if entry.file_name().as_encoded_bytes().starts_with(b"update-") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The file that says which files the course brought, and how they looked.
fn installed(course: &Course) -> PathBuf {
    course.state_dir().join("installed")
}

/// The folder in which an update is prepared.
struct Staging {
    dir: PathBuf,
}

impl Staging {
    /// The new version of the course.
    fn new_version(&self) -> PathBuf {
        self.dir.join("new")
    }

    /// The starters as they were.
    fn starters(&self) -> PathBuf {
        self.dir.join("starters")
    }

    /// What is known of the files that the course brought so far.
    fn known(&self) -> PathBuf {
        self.dir.join("known")
    }

    /// Holds the name of the folder in which files are kept aside.
    fn kept(&self) -> PathBuf {
        self.dir.join("kept")
    }

    fn prepare(&self, course: &Course, from: Option<&str>) -> Result {
        let mut known = Known::read(&installed(course))?;
        fetch::fetch(course, from, &self.new_version(), &mut known)?;
        let course_too = ["xtask/Cargo.toml", "tests/support/Cargo.toml", "Cargo.toml"];
        if !course_too
            .iter()
            .all(|file| self.new_version().join(file).is_file())
        {
            return Err(Stop::failed(t!("update.no_course")));
        }
        let mut starters = Files::new();
        let pristine = course.root.join("tests/starters");
        if pristine.is_dir() {
            read_tree(&pristine, Path::new(""), &mut starters)?;
        }
        for (path, bytes) in &starters {
            write(&self.starters().join(path), bytes)?;
        }
        write(&self.known(), known.write().as_bytes())?;
        // Between two versions this program may not compile: this copy of it can still finish.
        let (own, copy) = (std::env::current_exe(), self.dir.join("xtask"));
        own.and_then(|own| fs::copy(own, &copy))
            .map_err(|error| Stop::io(&copy, error))?;
        let name = tree::new_kept(course, "update");
        let name = name
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        write(&self.kept(), name.as_bytes())
    }
}

/// Says in a few lines what changed, and what the student has to look at.
fn report(course: &Course, plan: &Plan, kept: &Path) -> String {
    if plan.is_empty() {
        return format!("{}\n", t!("update.nothing"));
    }
    let kept = kept.strip_prefix(&course.root).unwrap_or(kept);
    let mut lines = vec![t!(
        "update.course",
        replaced = plan.replaced,
        added = plan.added,
        removed = plan.removed.len()
    )];
    for (lab, change) in &plan.labs {
        lines.push(match change {
            LabChange::New => t!("update.new_lab", lab = lab),
            LabChange::Starter => t!("update.new_starter", lab = lab),
            LabChange::Merged => t!("update.merged", lab = lab, dir = kept.join("yours").display()),
        });
    }
    let local = plan.yours.keys().filter(|path| !plan::is_in_lab(path));
    let local: Vec<String> = local.map(|path| path.display().to_string()).collect();
    if let Some(named) = local.chunks(NAMED).next() {
        let mut files = named.join(", ");
        if local.len() > NAMED {
            files.push_str(&t!("update.and_more", count = local.len() - NAMED));
        }
        let dir = kept.join("yours");
        lines.push(t!("update.local", files = files, dir = dir.display()));
    }
    for (path, new) in &plan.conflicts {
        let (mine, theirs) = (path.display().to_string(), kept.join("new").join(path));
        lines.push(match new {
            Some(_) => t!("update.conflict", file = mine, new = theirs.display()),
            None => t!("update.conflict_gone", file = mine),
        });
    }
    lines.join("\n") + "\n"
}
