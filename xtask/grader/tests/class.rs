//! Whole classes, graded for real. This takes minutes: `cargo test -p grader --test class -- --ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::Scratch;
use grader::journal::Journal;
use xtask::course::Course;
use xtask::subject::Files;
use xtask::tree;

mod common;

/// What somebody hands in who is done with lab01 …
fn good() -> Files {
    let course = Course::find().unwrap();
    let lab = course.target("lab01").unwrap().lab;
    let all = tree::read(&course.solution_dir(lab).unwrap()).unwrap();
    all.into_iter()
        .filter(|(path, _)| path.starts_with("src"))
        .collect()
}

/// … and the same with a `main` that does nothing, without a byte more or less.
fn bad() -> Files {
    let mut files = good();
    let main = files.get_mut(Path::new("src/main.rs")).unwrap();
    let text = String::from_utf8(main.clone()).unwrap();
    let at = text
        .find("fn main()")
        .map(|at| at + text[at..].find("{\n").unwrap() + 1)
        .unwrap();
    let quit = " std::process::exit(0);";
    let comment = text.find("//!").unwrap();
    // The room comes out of the comment at the top.
    let shortened = format!("{}{}", &text[..comment + 3], &text[comment + 3 + quit.len()..]);
    let at = at - quit.len();
    *main = format!("{}{quit}{}", &shortened[..at], &shortened[at..]).into_bytes();
    assert_eq!(main.len(), text.len());
    files
}

fn hand_in(class: &Path, name: &str, files: &Files) {
    let when = std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for (path, bytes) in files {
        let place = class.join(name).join("lab01-wordcount").join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, bytes).unwrap();
        // All were written in the same second, as far as anybody can tell.
        fs::File::options()
            .write(true)
            .open(&place)
            .unwrap()
            .set_modified(when)
            .unwrap();
    }
}

fn grader(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grader"));
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    command.spawn().unwrap()
}

fn succeeds(args: &[&str]) {
    assert!(grader(args).wait().unwrap().success(), "{args:?}");
}

fn grade(class: &Path, out: &Path, key: &Path, more: &[&str]) -> Vec<String> {
    let words = |path: &Path| path.to_str().unwrap().to_owned();
    let mut args = vec!["grade".to_owned(), words(class), "--out".into(), words(out)];
    args.extend(["--key".into(), words(key)]);
    args.extend(
        ["--labs", "lab01", "--unsafe"]
            .iter()
            .chain(more)
            .map(|word| (*word).to_owned()),
    );
    args
}

fn run(args: &[String]) {
    succeeds(&args.iter().map(String::as_str).collect::<Vec<_>>());
}

/// Student and points of a class.
fn points(out: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(out.join("reports/results.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let students = value["students"].as_array().unwrap();
    students
        .iter()
        .map(|student| (word(&student["student"]), word(&student["points"])))
        .collect()
}

#[test]
#[ignore = "takes minutes"]
fn a_known_bad_submission_right_after_a_known_good_one_fails() {
    let scratch = Scratch::new("stale");
    let class = scratch.0.join("class");
    for (name, files) in [("a", good()), ("b", bad()), ("c", good()), ("d", bad())] {
        hand_in(&class, name, &files);
    }
    let out = scratch.0.join("out");
    run(&grade(&class, &out, &scratch.0.join("key"), &["--jobs", "1"]));
    let pair = |name: &str, points: &str| (name.to_owned(), points.to_owned());
    assert_eq!(
        points(&out),
        [pair("a", "100"), pair("b", "0"), pair("c", "100"), pair("d", "0")]
    );
}

#[test]
#[ignore = "takes minutes"]
fn killed_and_resumed_or_sharded_and_merged_the_reports_are_the_same_bytes() {
    let scratch = Scratch::new("same");
    let (class, key) = (scratch.0.join("class"), scratch.0.join("key"));
    let broken = Files::from([(PathBuf::from("src/main.rs"), b"fn main( {".to_vec())]);
    for (name, files) in [
        ("-rf", good()),
        ("<b>王", bad()),
        ("=1+1", broken),
        ("none", Files::new()),
    ] {
        fs::create_dir_all(class.join(name)).unwrap();
        hand_in(&class, name, &files);
    }
    let whole = scratch.0.join("whole");
    run(&grade(&class, &whole, &key, &[]));

    let again = scratch.0.join("again");
    for kill in 1..=3 {
        let more: &[&str] = if kill == 1 { &[] } else { &["--resume"] };
        let args = grade(&class, &again, &key, more);
        let mut child = grader(&args.iter().map(String::as_str).collect::<Vec<_>>());
        until(&mut child, &again, 30 * kill);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    run(&grade(&class, &again, &key, &["--resume"]));
    same(&whole, &again);

    let shards = [1, 2].map(|number| {
        let out = scratch.0.join(format!("shard{number}"));
        run(&grade(&class, &out, &key, &["--shard", &format!("{number}/2")]));
        out
    });
    let merged = scratch.0.join("merged");
    let words: Vec<&str> = shards
        .iter()
        .chain([&merged])
        .map(|path| path.to_str().unwrap())
        .collect();
    succeeds(&["merge", words[0], words[1], "--out", words[2]]);
    same(&whole, &merged);
}

/// Waits until the journal in `out` has so many cases, or the grading has ended.
fn until(child: &mut Child, out: &Path, cases: u64) {
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(600) {
        let file = out.join("journal.sqlite");
        let ran = || {
            Some(
                Journal::open(&file)
                    .ok()?
                    .times()
                    .ok()?
                    .iter()
                    .map(|times| times.3)
                    .sum::<u64>(),
            )
        };
        if file.exists() && ran().is_some_and(|ran| ran >= cases) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The same bytes; where a case was flaky on a busy machine, which reports say, the same points.
fn same(one: &Path, other: &Path) {
    assert_eq!(points(one), points(other));
    let flaky = |dir: &Path| {
        fs::read_to_string(dir.join("reports/class.html"))
            .unwrap()
            .contains("flaky:")
    };
    if flaky(one) || flaky(other) {
        eprintln!("a case was flaky: only points were compared");
        return;
    }
    let read = |dir: &Path| tree::read(&dir.join("reports")).unwrap();
    let (one, other) = (read(one), read(other));
    assert!(one.len() > 10);
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other));
    for (path, bytes) in &one {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (one, other) = (text(bytes), text(&other[path]));
        let lines = one.lines().zip(other.lines());
        let differing = lines.into_iter().find(|(one, other)| one != other);
        assert!(one == other, "{} differs: {differing:?}", path.display());
    }
}
