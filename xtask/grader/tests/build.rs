//! Building untrusted sources in a cell, in both tiers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use common::Scratch;
use grader::cell::{Broken, Building, Cell, Layer, Tier, broken};

mod common;
mod tiers;

const MANIFEST: &str =
    "[package]\nname = \"subject\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";

/// A staged crate with what its builds need.
struct Place {
    scratch: Scratch,
    cell: Cell,
}

impl Place {
    fn new(tier: Tier, name: &str) -> Self {
        let scratch = Scratch::new(&format!("build-{name}-{tier}"));
        let (cell, _) = Cell::choose(Some(tier), &scratch.0).unwrap();
        let place = Self { scratch, cell };
        place.file("staged/Cargo.toml", MANIFEST);
        place.file(
            "staged/Cargo.lock",
            "version = 4\n\n[[package]]\nname = \"subject\"\nversion = \"0.1.0\"\n",
        );
        place
    }

    fn dir(&self, name: &str) -> PathBuf {
        let dir = self.scratch.0.join(name);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.scratch.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Builds what is staged, with a target folder and a layer of their own for each `subject`.
    fn build(&self, subject: &str, change: impl Fn(&mut Building)) -> Output {
        let (target, shared) = (self.dir(&format!("target-{subject}")), self.dir("shared"));
        let staged = self.dir("staged");
        let mut building = Building {
            read: vec![staged.clone()],
            write: vec![target.clone()],
            layer: Some(Layer {
                shared: shared.clone(),
                private: self.scratch.0.join(format!("private-{subject}")),
            }),
            wall: Duration::from_secs(120),
            memory_mib: 2048,
            size_mib: 256,
        };
        change(&mut building);
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap());
        cargo.args(["build", "--quiet", "--offline", "--locked", "--manifest-path"]);
        cargo
            .arg(staged.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target);
        cargo.env("CARGO_BUILD_BUILD_DIR", shared).current_dir(&staged);
        self.cell.build(cargo, &building).output().unwrap()
    }

    /// What the program that was built prints.
    fn says(&self, subject: &str) -> String {
        let program = self.scratch.0.join(format!("target-{subject}/debug/subject"));
        let output = Command::new(program).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn words(output: &Output) -> String {
    format!("{} {}", output.status, String::from_utf8_lossy(&output.stderr))
}

/// A program is built; two that are staged at one place, the second with older files, are two.
fn two_subjects_are_two(tier: Tier) {
    if !tiers::is_possible(tier) {
        return;
    }
    let place = Place::new(tier, "two");
    // What a class shares is made first, and then only read.
    place.file("staged/src/main.rs", "fn main() { println!(\"nothing\") }");
    let shared = place.dir("shared");
    let made = place.build("shared", |building| {
        building.layer = None;
        building.write.push(shared.clone());
    });
    assert!(made.status.success(), "{}", words(&made));
    for (subject, age) in [("good", 0), ("bad", 1000)] {
        place.file(
            "staged/src/main.rs",
            &format!("fn main() {{ println!(\"{subject}\") }}"),
        );
        let main = fs::File::options()
            .append(true)
            .open(place.scratch.0.join("staged/src/main.rs"))
            .unwrap();
        main.set_modified(std::time::SystemTime::now() - Duration::from_secs(age))
            .unwrap();
        let output = place.build(subject, |_| ());
        assert!(output.status.success(), "{}", words(&output));
        // Older files at the same path over what was built before are what cargo calls fresh: whoever stages stamps them anew.
        if age == 0 {
            assert_eq!(place.says(subject), format!("{subject}\n"));
        }
    }
    assert_eq!(
        place.says("good"),
        "good\n",
        "the second build left the first one alone"
    );
}

/// The compiler reads nothing that is not the subject's, and nothing writes elsewhere or reaches the network.
fn sources_reach_nothing(tier: Tier) {
    if !tiers::is_possible(tier) {
        return;
    }
    let place = Place::new(tier, "reach");
    let secret = place.scratch.0.join("secret");
    place.file("secret", "what only the course knows");
    for path in [
        secret.display().to_string(),
        "/etc/shadow".to_owned(),
        "../../secret".to_owned(),
    ] {
        place.file(
            "staged/src/main.rs",
            &format!("fn main() {{ print!(\"{{}}\", include_str!({path:?})) }}"),
        );
        let output = place.build("includes", |_| ());
        let said = words(&output);
        assert_eq!(output.status.code(), Some(101), "{path}: {said}");
        assert!(said.contains("couldn't read"), "{path}: {said}");
    }
    // The grader never takes a build script from a submission; here it shows what one could do.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    place.file("staged/src/main.rs", "fn main() {}");
    place.file(
        "staged/build.rs",
        &format!(
            "fn main() {{
                let there = std::path::Path::new({secret:?});
                println!(\"cargo::error=read {{}} write {{}} staged {{}} tcp {{}} sh {{}}\",
                    std::fs::read(there).is_ok(),
                    std::fs::write(there.with_file_name(\"new\"), \"\").is_ok() && {} || std::fs::write(\"/var/tmp/new\", \"\").is_ok(),
                    std::fs::write(\"src/main.rs\", \"fn main() {{ panic!() }}\").is_ok(),
                    std::net::TcpStream::connect({:?}).is_ok(),
                    std::process::Command::new(\"/bin/sh\").arg(\"-c\").arg(\"exit 0\").status().is_ok_and(|s| s.success()));
            }}",
            tier == Tier::B,
            address.to_string(),
        ),
    );
    let output = place.build("script", |_| ());
    let said = words(&output);
    assert!(
        said.contains("read false write false staged false tcp false sh true"),
        "{said}"
    );
    assert!(!place.scratch.0.join("new").exists());
}

/// What takes too long, too much memory, or too much room is ended, and named.
fn limits_are_named(tier: Tier) {
    if !tiers::is_possible(tier) {
        return;
    }
    let place = Place::new(tier, "limits");
    place.file("staged/src/main.rs", "fn main() {}");
    let check = |script: &str, expected: Broken, change: &dyn Fn(&mut Building)| {
        place.file("staged/build.rs", &format!("fn main() {{ {script} }}"));
        let output = place.build("limits", change);
        assert_eq!(
            broken(output.status),
            Some(expected),
            "{script}: {}",
            words(&output)
        );
    };
    check(
        "loop { std::thread::sleep(std::time::Duration::from_secs(1)) }",
        Broken::Time,
        &|building| {
            building.wall = Duration::from_secs(4);
        },
    );
    check(
        "let mut all = Vec::new(); for n in 0..4000u32 { all.push(vec![n as u8 | 1; 1 << 20]); std::thread::sleep(std::time::Duration::from_millis(1)); }
         println!(\"cargo::error={}\", all.len());",
        Broken::Memory,
        &|building| building.memory_mib = 700,
    );
    check(
        "let dir = std::env::var(\"OUT_DIR\").unwrap();
         for n in 0..400 { std::fs::write(format!(\"{dir}/{n}\"), vec![1u8; 1 << 20]).unwrap(); }",
        Broken::Size,
        &|building| building.size_mib = 128,
    );
}

#[test]
fn two_subjects_are_two_in_tier_a() {
    two_subjects_are_two(Tier::A);
}

#[test]
fn two_subjects_are_two_in_tier_b() {
    two_subjects_are_two(Tier::B);
}

#[test]
fn sources_reach_nothing_in_tier_a() {
    sources_reach_nothing(Tier::A);
}

#[test]
fn sources_reach_nothing_in_tier_b() {
    sources_reach_nothing(Tier::B);
}

#[test]
fn limits_are_named_in_tier_a() {
    limits_are_named(Tier::A);
}

#[test]
fn limits_are_named_in_tier_b() {
    limits_are_named(Tier::B);
}

#[test]
fn an_environment_does_not_reach_the_compiler() {
    if !tiers::is_possible(Tier::A) {
        return;
    }
    let place = Place::new(Tier::A, "environment");
    place.file(
        "staged/src/main.rs",
        "fn main() { print!(\"{:?}\", (option_env!(\"HOME\"), option_env!(\"GRADER_KEY\"))) }",
    );
    let output = place.build("environment", |_| ());
    assert!(output.status.success(), "{}", words(&output));
    assert_eq!(place.says("environment"), "(Some(\"/tmp\"), None)");
    assert!(!Path::new("/tmp/.cell-root").exists());
}
