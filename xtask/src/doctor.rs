//! `doctor`: what this machine lacks, what each missing thing costs, and the commands that install it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::inotify;

use crate::book;
use crate::check::print_quietly;
use crate::course::{Course, Reader};
use crate::exit::{NOT_INSTALLED, OK, Result, Stop};
use crate::machine::{find_program, free_bytes};
use crate::measures::{NGINX_PACKAGE, Spec};
use crate::t;
use crate::term::Style;

/// What the labs' crates and suites take when all are built, with room for one large input.
const DISK_BYTES: u64 = 3 << 30;

/// One thing that the course uses.
struct Item {
    name: String,
    /// What was found, or what its lack costs.
    found: std::result::Result<String, String>,
    remedy: Remedy,
    /// Whether `check` cannot do without.
    essential: bool,
}

/// How to come by a thing.
enum Remedy {
    Debian(String),
    Rustup(&'static str),
    Cargo(&'static str),
    /// A command of its own.
    Run(String),
    /// None that a command line could give.
    Nothing,
}

/// Looks at the machine. The status is [`NOT_INSTALLED`] when something is missing that `check` needs.
pub(crate) fn run(course: &Course) -> Result<u8> {
    let style = Style::stdout();
    let mut groups = vec![
        (t!("doctor.to_work"), to_work(course)?),
        (t!("doctor.to_compare"), to_compare(course)?),
        (t!("doctor.to_read"), vec![a_browser()]),
    ];
    // Without the reference nobody here is an author.
    if course.solutions().is_ok() {
        groups.push((t!("doctor.to_write"), to_write()));
    }
    let items = || groups.iter().flat_map(|(_, items)| items);
    let widest = items().map(|item| item.name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (title, items) in groups.iter().filter(|(_, items)| !items.is_empty()) {
        out.push_str(&format!("\n{}\n", style.bold(title)));
        for item in items {
            let gap = " ".repeat(widest - item.name.chars().count());
            let (sign, words) = match &item.found {
                Ok(found) => (style.green(style.sign("✔", "ok")), style.dim(found)),
                Err(cost) if item.essential => (style.red(style.sign("✘", "x")), cost.clone()),
                Err(cost) => (style.yellow(style.sign("○", "--")), cost.clone()),
            };
            out.push_str(&format!("  {sign} {}{gap}  {words}\n", item.name));
        }
    }
    let missing: Vec<&Item> = items().filter(|item| item.found.is_err()).collect();
    let cannot_work = missing.iter().any(|item| item.essential);
    let verdict = match (missing.is_empty(), cannot_work) {
        (true, _) => style.green(&t!("doctor.complete")),
        (_, true) => style.red(&t!("doctor.cannot_work")),
        _ => style.green(&t!("doctor.can_work")),
    };
    out.push_str(&format!("\n{verdict}\n"));
    let commands = remedies(&missing);
    if !commands.is_empty() {
        out.push_str(&format!("{}\n\n", t!("doctor.install")));
        for command in commands {
            out.push_str(&format!("  {}\n", style.cyan(&command)));
        }
    }
    print_quietly(&out)?;
    Ok(if cannot_work { NOT_INSTALLED } else { OK })
}

fn to_work(course: &Course) -> Result<Vec<Item>> {
    let channel = channel(course)?;
    let rustc = said_by(course, "rustc", &["--version"]);
    let item = |name: &str, found: Option<String>, cost: String, remedy: Remedy, essential: bool| Item {
        name: name.to_owned(),
        found: found.ok_or(cost),
        remedy,
        essential,
    };
    let free = free_bytes(&course.root);
    let enough = free.is_none_or(|free| free >= DISK_BYTES);
    let free = gibibytes(free.unwrap_or(0));
    let disk = t!("doctor.disk_free", free = free);
    let fetched = is_fetched(course).then(|| t!("doctor.crates_there"));
    let watching = inotify::init(inotify::CreateFlags::CLOEXEC).ok();
    Ok(vec![
        item(
            &format!("Rust {channel}"),
            rustc
                .clone()
                .filter(|said| said.starts_with(&format!("rustc {channel} "))),
            t!(
                "doctor.no_rust",
                found = rustc.unwrap_or_else(|| t!("doctor.none"))
            ),
            Remedy::Run(format!("rustup toolchain install {channel}")),
            true,
        ),
        item(
            "cc",
            find_program("cc").map(|path| path.display().to_string()),
            t!("doctor.no_cc"),
            Remedy::Debian("gcc libc6-dev".to_owned()),
            true,
        ),
        item(
            "/proc",
            fs::read_to_string("/proc/self/status")
                .ok()
                .map(|_| t!("doctor.readable")),
            t!("doctor.no_proc"),
            Remedy::Nothing,
            true,
        ),
        item(
            &t!("doctor.disk"),
            enough.then(|| disk.clone()),
            t!("doctor.no_disk", free = free),
            Remedy::Nothing,
            false,
        ),
        item(
            &t!("doctor.crates"),
            fetched,
            t!("doctor.no_crates"),
            Remedy::Run("cargo fetch".to_owned()),
            false,
        ),
        item(
            "git",
            said_by(course, "git", &["--version"]),
            t!("doctor.no_git"),
            Remedy::Debian("git".to_owned()),
            false,
        ),
        item(
            "clippy",
            said_by(course, "cargo", &["clippy", "--version"]),
            t!("doctor.no_clippy"),
            Remedy::Rustup("clippy"),
            false,
        ),
        item(
            "rustfmt",
            said_by(course, "cargo", &["fmt", "--version"]),
            t!("doctor.no_rustfmt"),
            Remedy::Rustup("rustfmt"),
            false,
        ),
        item(
            "inotify",
            watching.map(|_| t!("doctor.works")),
            t!("doctor.no_inotify"),
            Remedy::Nothing,
            false,
        ),
    ])
}

/// The programs and folders that suites name in their `lab.toml` and `bench.toml`, each once with all that needs it.
fn to_compare(course: &Course) -> Result<Vec<Item>> {
    let mut items: Vec<Item> = Vec::new();
    let mut add = |name: &str, found: Option<PathBuf>, package: &str, why: String| {
        let known = items.iter_mut().find(|item| item.name == name);
        match known {
            Some(Item { found: Err(cost), .. }) if !cost.contains(&why) => cost.push_str(&format!("; {why}")),
            Some(_) => {}
            None => items.push(Item {
                name: name.to_owned(),
                found: found.map(|path| path.display().to_string()).ok_or(why),
                remedy: Remedy::Debian(package.to_owned()),
                essential: false,
            }),
        }
    };
    for lab in &course.labs {
        for need in &lab.needs {
            let why = format!("{}: {}", lab.id, need.why);
            add(&need.program, find_program(&need.program), &need.package, why);
        }
        if !course.suite_dir(lab).join("bench.toml").is_file() {
            continue;
        }
        let spec = Spec::load(course, lab)?;
        for peer in spec.peers() {
            if let Some(program) = peer.call.programs().first() {
                let why = t!("doctor.timed", lab = lab.id);
                add(program, find_program(program), &peer.package, why);
            }
        }
        for server in &spec.servers {
            let why = t!("doctor.served", lab = lab.id);
            add("nginx", find_program("nginx"), NGINX_PACKAGE, why.clone());
            if let Some(root) = &server.root {
                let found = Some(root.path.clone()).filter(|path| path.is_dir());
                add(&root.package, found, &root.package, why);
            }
        }
    }
    Ok(items)
}

fn a_browser() -> Item {
    let found = book::browser().map(|browser| match browser {
        book::Browser::Named(words) => words.join(" "),
        book::Browser::Opener(path) => path.display().to_string(),
    });
    Item {
        name: t!("doctor.browser"),
        found: found.ok_or_else(|| t!("doctor.no_browser")),
        remedy: Remedy::Nothing,
        essential: false,
    }
}

fn to_write() -> Vec<Item> {
    let tool = |name: &'static str, cost: String| Item {
        name: name.to_owned(),
        found: find_program(name)
            .map(|path| path.display().to_string())
            .ok_or(cost),
        remedy: Remedy::Cargo(name),
        essential: false,
    };
    vec![
        tool("cargo-mutants", t!("doctor.no_mutants")),
        tool("cargo-deny", t!("doctor.no_deny")),
    ]
}

/// The commands that install what is missing, one for each way to install.
fn remedies(missing: &[&Item]) -> Vec<String> {
    let (mut debian, mut rustup, mut own, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for item in missing {
        match &item.remedy {
            Remedy::Debian(packages) => debian.extend(packages.split(' ')),
            Remedy::Rustup(component) => rustup.push(*component),
            Remedy::Cargo(tool) => own.push(*tool),
            Remedy::Run(command) => others.push(command.clone()),
            Remedy::Nothing => {}
        }
    }
    debian.sort_unstable();
    debian.dedup();
    let sudo = if rustix::process::geteuid().is_root() {
        ""
    } else {
        "sudo "
    };
    let mut commands = Vec::new();
    if !debian.is_empty() {
        commands.push(format!("{sudo}apt-get install {}", debian.join(" ")));
    }
    commands.append(&mut others);
    if !rustup.is_empty() {
        commands.push(format!("rustup component add {}", rustup.join(" ")));
    }
    if !own.is_empty() {
        commands.push(format!("cargo install --locked {}", own.join(" ")));
    }
    commands
}

/// The toolchain that the course is written for.
fn channel(course: &Course) -> Result<String> {
    let path = course.root.join("rust-toolchain.toml");
    let text = fs::read_to_string(&path).map_err(|error| Stop::io(&path, error))?;
    let reader = Reader::parse(&path, &text)?;
    let table = reader.table().get("toolchain").and_then(|value| value.as_table());
    reader.string(table.ok_or_else(|| reader.wrong("toolchain"))?, "channel")
}

/// The first line that a program prints in the course's folder, if it is there and succeeds.
fn said_by(course: &Course, program: &str, args: &[&str]) -> Option<String> {
    let output = output(&course.root, program, args)?;
    Some(output.lines().next().unwrap_or_default().to_owned())
}

/// What a program prints, run in `dir`; nothing where it is missing or fails.
fn output(dir: &Path, program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a build would have to ask the network for nothing.
fn is_fetched(course: &Course) -> bool {
    let about = output(&course.root, "rustc", &["-vV"]).unwrap_or_default();
    let Some(host) = about.lines().find_map(|line| line.strip_prefix("host: ")) else {
        return false;
    };
    let args = [
        "metadata",
        "--offline",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        host,
    ];
    let mut workspaces = vec![course.root.clone()];
    workspaces.extend(course.solutions().ok());
    workspaces.iter().all(|dir| output(dir, "cargo", &args).is_some())
}

/// A size for people.
fn gibibytes(bytes: u64) -> String {
    format!("{}.{} GiB", bytes >> 30, ((bytes >> 20 & 1023) * 10) >> 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_command_installs_all_debian_packages_and_each_is_named_once() {
        let item = |remedy| Item {
            name: String::new(),
            found: Err(String::new()),
            remedy,
            essential: false,
        };
        let items = [
            item(Remedy::Debian("mawk".into())),
            item(Remedy::Rustup("clippy")),
            item(Remedy::Debian("gcc libc6-dev".into())),
            item(Remedy::Debian("mawk".into())),
            item(Remedy::Nothing),
        ];
        let commands = remedies(&items.iter().collect::<Vec<_>>());
        assert!(
            commands[0].ends_with("apt-get install gcc libc6-dev mawk"),
            "{commands:?}"
        );
        assert_eq!(commands[1..], ["rustup component add clippy"]);
    }

    #[test]
    fn sizes_have_one_digit_behind_the_point() {
        assert_eq!(gibibytes((5 << 30) + (512 << 20)), "5.5 GiB");
    }
}
