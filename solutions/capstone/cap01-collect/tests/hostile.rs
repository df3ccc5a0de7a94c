//! Breaks the files of sample hosts in many ways. What comes of it is readings and problems, never a panic.

use std::{
    fs,
    path::{Path, PathBuf},
};

use collect::{Collectors, Problem};

/// A folder of this test's own, which goes when it ends.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    fs::create_dir_all(to).expect("a folder is made");
    for entry in fs::read_dir(from).expect("a sample is a folder") {
        let entry = entry.expect("its entries are read");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to, files);
        } else {
            let bytes = fs::read(&from).expect("a file is read");
            fs::write(&to, &bytes).expect("a file is written");
            files.push((to, bytes));
        }
    }
}

/// Breaks a file in one of the ways that disks, other kernels and attackers have.
fn break_up(bytes: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 14] = [
        b"18446744073709551616",
        b"-1",
        b"1e309",
        b"nan",
        b"\0",
        b"\xff\xfe",
        b"\n",
        b"\n\n\n",
        b" ",
        b":",
        b"cpu9999999",
        b"\\040",
        b"\xe2\x80\xae",
        b"/../../",
    ];
    let mut broken = bytes.to_vec();
    for _ in 0..random.usize(1..4) {
        let at = random.usize(..=broken.len());
        let end = random.usize(at..=broken.len().min(at + 40));
        match random.u8(..6) {
            0 => broken.truncate(at),
            1 => drop(broken.drain(at..end)),
            2 => drop(broken.splice(at..end, PIECES[random.usize(..PIECES.len())].iter().copied())),
            3 => broken.extend_from_within(at..end),
            4 => broken[at..end].fill_with(|| random.u8(..)),
            _ => broken.splice(at..at, vec![b'7'; 5000]).for_each(drop),
        }
    }
    broken
}

fn line_count(path: &Path) -> usize {
    fs::read(path).map_or(0, |bytes| bytes.split(|byte| *byte == b'\n').count())
}

#[test]
fn broken_files_make_problems_that_name_a_line_and_nothing_panics() {
    let mut random = fastrand::Rng::with_seed(1);
    for host in ["linux-6.18", "broken"] {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/roots")
            .join(host);
        let folder = Folder(std::env::temp_dir().join(format!("collect-{}-{host}", std::process::id())));
        let mut files = Vec::new();
        copy(&sample, &folder.0, &mut files);
        let mut collectors = Collectors::new(&folder.0).unbounded();
        let mut faults = 0;
        for _ in 0..500 {
            let (path, bytes) = &files[random.usize(..files.len())];
            fs::write(path, break_up(bytes, &mut random)).expect("a file is written");
            let mut readings = Vec::new();
            let problems = collectors.collect(&mut readings);
            for reading in &readings {
                assert!(
                    reading.value.is_finite() && reading.value >= 0.0,
                    "{path:?}: {reading:?}"
                );
            }
            assert!(problems.len() <= files.len(), "{problems:?}");
            for problem in &problems {
                let message = problem.to_string();
                assert!(message.len() < 600 && !message.contains('\n'), "{message}");
                if let Problem::Line { path, line, .. } = problem {
                    assert!((1..=line_count(path)).contains(line), "{message}");
                    faults += 1;
                }
            }
            fs::write(path, bytes).expect("a file is written");
        }
        assert!(faults > 50, "only {faults} of 500 broken files had a fault");
    }
}

#[test]
fn without_any_file_there_is_nothing_to_say() {
    let folder = Folder(std::env::temp_dir().join(format!("collect-{}-empty", std::process::id())));
    fs::create_dir_all(&folder.0).expect("a folder is made");
    let mut readings = Vec::new();
    let problems = Collectors::new(&folder.0).collect(&mut readings);
    assert!(
        problems.is_empty() && readings.is_empty(),
        "{problems:?} {readings:?}"
    );
}

#[test]
fn what_is_no_file_is_a_problem_and_one_without_an_end_too() {
    let folder = Folder(std::env::temp_dir().join(format!("collect-{}-odd", std::process::id())));
    fs::create_dir_all(folder.0.join("proc/stat")).expect("a folder is made");
    std::os::unix::fs::symlink("/dev/zero", folder.0.join("proc/meminfo")).expect("a link is made");
    fs::create_dir_all(folder.0.join("proc/net")).expect("a folder is made");
    std::os::unix::fs::symlink("/dev/zero", folder.0.join("proc/net/tcp")).expect("a link is made");
    std::os::unix::fs::symlink("meminfo2", folder.0.join("proc/meminfo2")).expect("a link is made");
    let mut readings = Vec::new();
    let problems = Collectors::new(&folder.0).collect(&mut readings);
    let messages: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(messages[0].contains("proc/stat: Is a directory"), "{messages:?}");
    assert!(
        messages[1].contains("proc/meminfo is longer than 4194304 bytes"),
        "{messages:?}"
    );
    assert!(
        messages[2].contains("proc/net/tcp is longer than 67108864 bytes"),
        "{messages:?}"
    );
    assert!(readings.is_empty(), "{readings:?}");
}
