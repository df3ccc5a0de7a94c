//! Plug-ins for cases.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use sha2::{Digest as _, Sha256};
use support::{Case, Ended};

/// A plug-in: a script and its manifest, in the case's folder.
pub(crate) struct Plug<'a> {
    pub(crate) name: &'a str,
    pub(crate) form: &'a str,
    pub(crate) script: &'a str,
    /// Arguments, as TOML has them: `, "a", "b"`.
    pub(crate) arguments: &'a str,
    pub(crate) interval: &'a str,
    pub(crate) timeout: &'a str,
    /// Further lines of the manifest.
    pub(crate) more: &'a str,
}

impl<'a> Plug<'a> {
    /// A script of /bin/sh whose output are pairs.
    pub(crate) fn pairs(name: &'a str, script: &'a str) -> Self {
        Self {
            name,
            form: "pairs",
            script,
            arguments: "",
            interval: "60s",
            timeout: "15s",
            more: "",
        }
    }

    pub(crate) fn within(mut self, timeout: &'a str) -> Self {
        self.timeout = timeout;
        self
    }

    pub(crate) fn every(mut self, interval: &'a str) -> Self {
        self.interval = interval;
        self
    }

    /// Writes both files. A script that does not begin with `#` gets the line for /bin/sh in front.
    pub(crate) fn put(&self, case: &mut Case) {
        let script = match self.script.starts_with('#') {
            true => self.script.to_owned(),
            false => format!("#!/bin/sh\n{}", self.script),
        };
        let Self {
            name,
            form,
            arguments,
            interval,
            timeout,
            more,
            ..
        } = self;
        let path = case.file(&format!("{name}.sh"), &script);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is the case's own file");
        let sha256 = sha256(script.as_bytes());
        let manifest = format!(
            "command = [\"{name}.sh\"{arguments}]\nform = \"{form}\"\nsha256 = \"{sha256}\"\ninterval = \"{interval}\"\ntimeout = \"{timeout}\"\n{more}"
        );
        put_manifest(case, &format!("{name}.plugin.toml"), &manifest);
    }

    /// Writes both, and runs it once.
    pub(crate) fn once(&self, case: &mut Case) -> Ended {
        self.put(case);
        once(case, self.name)
    }
}

/// Writes a manifest that only its owner may change, whatever the umask is.
pub(crate) fn put_manifest(case: &mut Case, file: &str, text: &str) {
    let path = case.file(file, text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("it is the case's own file");
}

pub(crate) fn once(case: &mut Case, name: &str) -> Ended {
    case.program("plugins")
        .args(["once", &format!("{name}.plugin.toml")])
        .run()
}

/// Writes a sha256 in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes lines as the program prints them of `NAME VALUE UNIT KIND` a line. A name may hold blanks.
pub(crate) fn lines(rows: &str) -> String {
    let row = |row: &str| {
        let mut parts: Vec<&str> = row.trim().rsplitn(4, ' ').collect();
        parts.reverse();
        parts.join("\t") + "\n"
    };
    rows.lines()
        .filter(|line| !line.trim().is_empty())
        .map(row)
        .collect()
}

/// Parses an output.
pub(crate) fn parse(case: &mut Case, args: &[&str], output: impl Into<Vec<u8>>) -> Ended {
    case.program("plugins")
        .args(["parse"])
        .args(args)
        .stdin(output)
        .run()
}

/// Expects just these samples of an output, and nothing that is wrong.
pub(crate) fn expect_samples(case: &mut Case, args: &[&str], output: impl Into<Vec<u8>>, rows: &str) {
    let ended = parse(case, args, output);
    case.expect_stdout(&ended, lines(rows));
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

/// Expects that an output is refused as a whole, for a fault in this line.
pub(crate) fn expect_refused(case: &mut Case, form: &str, output: impl Into<Vec<u8>>, line: usize) {
    let ended = parse(case, &[form], output);
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
    expect_fault(case, &ended, &format!("standard input, line {line}: "));
}

/// Expects one line on standard error that has this.
pub(crate) fn expect_fault(case: &mut Case, ended: &Ended, part: &str) {
    let said = ended.stderr_text();
    case.expect(
        ended,
        said.lines().count() == 1 && said.starts_with("plugins: ") && said.contains(part),
        &format!("one line on standard error, beginning with `plugins: `, that has `{part}`"),
        &said,
    );
}

/// Returns what `once` says of a key, of what it prints behind the empty line.
pub(crate) fn told(ended: &Ended, key: &str) -> Option<String> {
    let text = ended.stdout_text();
    let (_, behind) = text.split_once("\n\n").or_else(|| text.split_once('\n'))?;
    let row = behind
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('\t'));
    row.map(str::to_owned)
}

/// Expects what `once` says of a key.
pub(crate) fn expect_told(case: &mut Case, ended: &Ended, key: &str, value: Option<&str>) {
    let found = told(ended, key);
    case.expect(
        ended,
        found.as_deref() == value,
        &match value {
            Some(value) => format!("a row `{key}` with `{value}` behind the empty line"),
            None => format!("no row `{key}` behind the empty line"),
        },
        ended.stdout_text(),
    );
}

/// Returns whether there is a process that has not ended.
pub(crate) fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}

/// Expects that the processes whose numbers are in these files of the case's folder have ended.
pub(crate) fn expect_gone(case: &mut Case, ended: &Ended, files: &[&str]) {
    for file in files {
        let text = fs::read_to_string(case.dir().join(file)).unwrap_or_default();
        let pids: Vec<&str> = text.split_whitespace().collect();
        let alive: Vec<_> = pids.iter().filter(|pid| is_alive(pid)).collect();
        let holds = !pids.is_empty() && alive.is_empty();
        case.expect(
            ended,
            holds,
            &format!("that the processes in `{file}` have ended with the run"),
            match pids.len() {
                0 => format!("nothing in `{file}`: the plug-in was ended before it had said so"),
                all => format!("{} of {all} still run", alive.len()),
            },
        );
    }
}
