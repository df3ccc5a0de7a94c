//! What a result depends on, as hashes: while they are the same, nothing is graded twice.

use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use xtask::course::{Course, Lab, reference_of};
use xtask::exit::{FAULT, Result, Stop};
use xtask::subject::Files;
use xtask::tree;

use crate::seed::hex;

/// Hashes files with their paths.
pub(crate) fn of_files(files: &Files) -> String {
    let mut hash = Sha256::new();
    add(&mut hash, files);
    hex(&hash.finalize())
}

fn add(hash: &mut Sha256, files: &Files) {
    for (path, bytes) in files {
        let path = path.to_string_lossy();
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path.as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
}

/// Names the compiler, with its commit and host.
pub(crate) fn toolchain() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output();
    let output = output.map_err(|error| Stop::new(FAULT, format!("rustc: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Hashes everything of the course that a result in `lab` depends on: suite, hidden cases, reference, manifests, the runner.
pub(crate) fn of_suite(course: &Course, lab: &Lab) -> Result<String> {
    let mut hash = Sha256::new();
    let mut folders = vec![
        Path::new("tests").join(&lab.dir),
        Path::new("tests/hidden").join(&lab.dir),
        Path::new("tests/starters").join(&lab.dir),
        Path::new("tests/support").to_owned(),
        Path::new("xtask/src").to_owned(),
    ];
    for dir in lab.earlier.iter().chain([&lab.dir]) {
        folders.push(Path::new("solutions").join(reference_of(dir)));
    }
    for folder in folders {
        hash.update(folder.to_string_lossy().as_bytes());
        add(&mut hash, &tree::read(&course.root.join(&folder))?);
    }
    for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml"] {
        let file = course.root.join(name);
        hash.update(std::fs::read(&file).map_err(|error| Stop::io(&file, error))?);
    }
    Ok(hex(&hash.finalize()))
}

/// Puts together what one unit is graded under.
pub(crate) fn key(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize()[..16])
}
