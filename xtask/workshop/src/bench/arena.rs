//! Where programs run: a folder that is emptied before each run, a server that is new for each run, output that goes nowhere.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use xtask::exit::{Result, Stop};
use xtask::machine::find_program;
use xtask::measures::{self, Call, Client, Measure, Peer, Spec, is_built};
use xtask::t;

use super::input::{Made, size_of};
use super::programs::Programs;
use super::served;
use super::server::{Answer, Server, empty};
use super::stopwatch::{self, Memory, Run};

/// The longest that one run of the lab's program may take: an endless loop is not worth waiting for.
const LAB_LIMIT: Duration = Duration::from_secs(120);

/// The same for a program of the system, which is known to end.
const PEER_LIMIT: Duration = Duration::from_secs(3600);

/// What a program finds in its environment.
const KEPT: &[&str] = &["HOME", "PATH", "TMPDIR", "USER"];

/// What all runs of one `bench` share.
#[derive(Debug)]
pub(crate) struct Arena<'s> {
    pub(crate) spec: &'s Spec,
    pub(crate) entrants: Vec<Entrant>,
    pub(crate) inputs: Vec<Made>,
    /// The folder of the inputs.
    pub(crate) dir: PathBuf,
    pub(crate) rounds: usize,
    /// What else is built.
    pub(crate) programs: Programs,
}

/// A program of the lab: the student's or the reference's.
#[derive(Debug)]
pub(crate) struct Entrant {
    pub(crate) name: String,
    /// None where it does not compile.
    pub(crate) program: Option<PathBuf>,
}

/// How one program of a contest is run.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) call: Call,
    /// Exit statuses with which it has done its work.
    pub(crate) statuses: Vec<i32>,
    /// Who drives it, if it is a server.
    pub(crate) client: Option<Client>,
    /// The lab's program that it is, or, from its first turn on, that is compared with it.
    pub(crate) subject: Option<PathBuf>,
    limit: Duration,
}

impl Job {
    /// Runs a program of the lab with `args`, driven by `client` if there is one.
    pub(crate) fn of_lab(
        program: &std::path::Path,
        args: &[String],
        statuses: &[i32],
        client: Option<&Client>,
    ) -> Self {
        let words = std::iter::once(program.display().to_string()).chain(args.iter().cloned());
        Self {
            call: Call::Program(words.collect()),
            statuses: statuses.to_vec(),
            client: client.cloned(),
            subject: Some(program.to_owned()),
            limit: LAB_LIMIT,
        }
    }

    /// Runs a program of the system, or one that the course builds.
    pub(crate) fn of_peer(peer: &Peer, client: Option<&Client>) -> Self {
        Self {
            call: peer.call.clone(),
            statuses: peer.statuses.clone(),
            client: client.cloned(),
            subject: None,
            limit: PEER_LIMIT,
        }
    }
}

/// What is measured on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Ground<'a> {
    pub(crate) input: Option<&'a Made>,
    pub(crate) server: Option<&'a measures::Server>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// What it took, or in one line why it did not do its work.
    pub(crate) run: std::result::Result<Run, String>,
    /// What the server was asked, if there is one.
    pub(crate) answers: Vec<Answer>,
    /// What the client printed, if there is one.
    pub(crate) said: String,
}

impl<'s> Arena<'s> {
    /// What `measure` is measured on, as far as it is there.
    pub(crate) fn ground<'a>(&'a self, measure: &'a Measure) -> Ground<'a> {
        let named = |input: &&Made| Some(&input.name) == measure.input.as_ref();
        Ground {
            input: self.inputs.iter().find(named),
            server: measure.server.as_deref().and_then(|name| self.server(name)),
        }
    }

    /// The lab's program that peers are compared with: the first that is not known to be `unfit`, or the first.
    pub(crate) fn subject(&self, unfit: &[PathBuf]) -> Option<PathBuf> {
        let programs = || {
            self.entrants
                .iter()
                .filter_map(|entrant| entrant.program.as_ref())
        };
        let fit = programs().find(|program| !unfit.contains(program));
        fit.or(programs().next()).cloned()
    }

    /// What stands for the names in braces, as far as all runs of `job` have it alike.
    pub(crate) fn fill(&self, job: &Job, input: Option<&Made>) -> Vec<(String, String)> {
        let shown = |path: &PathBuf| path.display().to_string();
        let input = input.map(|input| shown(&input.path));
        let known = [
            ("{input}", input.unwrap_or_default()),
            ("{inputs}", shown(&self.dir)),
            ("{subject}", job.subject.as_ref().map(shown).unwrap_or_default()),
        ];
        let known = known.map(|(name, value)| (name.to_owned(), value));
        known.into_iter().chain(self.programs.fill()).collect()
    }

    /// The server of that name.
    pub(crate) fn server(&self, name: &str) -> Option<&'s measures::Server> {
        self.spec.servers.iter().find(|server| server.name == name)
    }

    /// Runs one program once.
    ///
    /// # Errors
    /// The server does not start, or a folder cannot be written. What the program does wrong is in the result.
    pub(crate) fn run(&self, job: &Job, ground: Ground<'_>, memory: Memory) -> Result<Ran> {
        if let Some(client) = &job.client {
            return served::run(self, job, client, ground.input);
        }
        let scratch = self.dir.join(".scratch");
        empty(&scratch).map_err(|error| Stop::io(&scratch, error))?;
        let start = |server| Server::start(server, &self.dir, &self.dir.join(".nginx"));
        let server = ground.server.map(start).transpose()?;
        let errors = self.dir.join(".stderr");
        let stderr = File::create(&errors).map_err(|error| Stop::io(&errors, error))?;
        let url = server.as_ref().map(Server::url).unwrap_or_default();
        let mut fill = self.fill(job, ground.input);
        fill.push(("{server}".to_owned(), url));
        let mut command = command(&job.call, &fill);
        // What a program leaves in its folder is gone before the next run.
        command.current_dir(&scratch).stderr(stderr);
        if let Some(input) = ground.input.filter(|_| !names_input(&job.call)) {
            let file = File::open(&input.path).map_err(|error| Stop::io(&input.path, error))?;
            command.stdin(file);
        }
        let ended = stopwatch::run(&mut command, memory, job.limit);
        let answers = server.map_or(Ok(Vec::new()), Server::stop)?;
        let run = match ended {
            Ok(run) if run.status.code().is_some_and(|code| job.statuses.contains(&code)) => Ok(run),
            Ok(_) => Err(why(&fs::read(&errors).unwrap_or_default())),
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
                Err(t!("bench.too_long", seconds = job.limit.as_secs()))
            }
            Err(error) => Err(error.to_string()),
        };
        let said = String::new();
        Ok(Ran { run, answers, said })
    }

    /// Removes what runs left behind.
    pub(crate) fn sweep(&self) {
        let _ = fs::remove_dir_all(self.dir.join(".scratch"));
        let _ = fs::remove_dir_all(self.dir.join(".nginx"));
        for name in [".stderr", ".stdout", ".server"] {
            let _ = fs::remove_file(self.dir.join(name));
        }
    }
}

impl Ground<'_> {
    /// Names it in a few words.
    pub(crate) fn label(&self) -> String {
        let input = self
            .input
            .map(|input| format!("{}, {}", input.name, size_of(input.bytes)));
        let server = self.server.map(|server| server.name.clone());
        let parts: Vec<String> = input.into_iter().chain(server).collect();
        parts.join(", ")
    }

    /// Says in a sentence what it is.
    pub(crate) fn about(&self) -> String {
        let input = self.input.map(|input| &*input.about);
        let server = self.server.map(|server| &*server.about);
        let parts: Vec<&str> = input.into_iter().chain(server).collect();
        parts.join("; ")
    }
}

/// The Debian package of a peer, or of its client, that this machine lacks.
pub(crate) fn missing(peer: &Peer) -> Option<&str> {
    let lacks = |name: &String| find_program(name).is_none();
    let own = peer.call.programs().iter().any(lacks).then_some(&*peer.package);
    own.or_else(|| {
        peer.client
            .as_ref()
            .filter(|client| lacking(client))
            .map(|client| &*client.package)
    })
}

/// Whether the program that drives a server is missing; what the course builds is no concern of the machine's.
pub(crate) fn lacking(client: &Client) -> bool {
    let program = client.words.first().map_or("", String::as_str);
    !is_built(program) && find_program(program).is_none()
}

/// Whether `call` gets the path of its input. Whoever does not reads it as standard input.
fn names_input(call: &Call) -> bool {
    match call {
        Call::Program(words) => words.iter().any(|word| word.contains("{input}")),
        Call::Shell(line) => line.contains("{input}"),
        Call::Nginx(_) => true,
    }
}

/// Makes the command that writes to nowhere, with what stands for each name in braces; a shell's line gets it quoted where it needs that.
pub(crate) fn command(call: &Call, fill: &[(String, String)]) -> Command {
    let filled = |text: &str, quote: fn(&str) -> String| {
        let one = |text: String, (name, value): &(String, String)| text.replace(name, &quote(value));
        fill.iter().fold(text.to_owned(), one)
    };
    let mut command;
    match call {
        Call::Program(words) => {
            let mut words = words.iter().map(|word| filled(word, str::to_owned));
            let name = words.next().unwrap_or_default();
            command = Command::new(find_program(&name).unwrap_or_else(|| name.into()));
            command.args(words);
        }
        Call::Shell(line) => {
            command = Command::new("sh");
            command.args(["-c", &filled(line, xtask::show::quoted)]);
        }
        // A client drives it: see `served`.
        Call::Nginx(_) => command = Command::new("nginx"),
    }
    plain(&mut command);
    command
}

/// Gives a command the environment that a user's shell has, and no input or output.
pub(crate) fn plain(command: &mut Command) {
    command
        // Not what cargo sets for xtask: each process that a program starts would look for its libraries in target/ first.
        .env_clear()
        .envs(
            KEPT.iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
}

/// Turns what a program said before it failed into one line.
pub(crate) fn why(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    // What todo!() panics with: the starter, not a mistake.
    if text.contains("not yet implemented") {
        return t!("bench.unwritten");
    }
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    t!("bench.failed", why = line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(command: &Command) -> Vec<String> {
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn path_and_url_take_their_places_and_a_shell_gets_the_path_in_quotes() {
        let call = Call::Program(vec!["true".into(), "{server}/a".into(), "x{input}".into()]);
        let fill = [
            ("{input}".to_owned(), "/t m/in".to_owned()),
            ("{server}".to_owned(), "http://127.0.0.1:9".to_owned()),
        ];
        let made = command(&call, &fill);
        assert_eq!(words(&made), ["http://127.0.0.1:9/a", "x/t m/in"]);
        let call = Call::Shell("wc < {input}; curl {server}/".into());
        let made = command(&call, &fill);
        assert_eq!(words(&made), ["-c", "wc < '/t m/in'; curl http://127.0.0.1:9/"]);
    }

    #[test]
    fn who_names_no_input_reads_it() {
        for (words, named) in [(&["wc", "{input}"][..], true), (&["xargs", "true"], false)] {
            let words = words.iter().map(|&word| word.to_owned());
            assert_eq!(names_input(&Call::Program(words.collect())), named);
        }
        assert!(names_input(&Call::Shell("wc < {input}".into())));
        assert!(!names_input(&Call::Shell("seq 9".into())));
    }

    #[test]
    fn each_run_begins_in_an_empty_folder_and_its_status_is_judged_by_the_list() {
        let dir = std::env::temp_dir().join(format!("bench arena {}", std::process::id()));
        let spec = Spec {
            inputs: Vec::new(),
            servers: Vec::new(),
            programs: Vec::new(),
            same_urls: Vec::new(),
            measures: Vec::new(),
        };
        let arena = Arena {
            spec: &spec,
            entrants: Vec::new(),
            inputs: Vec::new(),
            dir: dir.clone(),
            rounds: 1,
            programs: Programs::default(),
        };
        let run = |line: &str, statuses: &[i32]| {
            let job = Job {
                call: Call::Shell(line.into()),
                statuses: statuses.to_vec(),
                client: None,
                subject: None,
                limit: LAB_LIMIT,
            };
            let ran = arena
                .run(&job, Ground::default(), Memory::Ignored)
                .expect("a folder");
            ran.run.map(|_| ())
        };
        assert_eq!(run("test -z \"$(ls -A)\" && touch left", &[0]), Ok(()));
        assert_eq!(
            run("test -z \"$(ls -A)\" && mkdir left && exit 8", &[0, 8]),
            Ok(())
        );
        let failed = run("test -z \"$(ls -A)\" && echo 'no such page' >&2; exit 4", &[0, 8]);
        assert!(failed.expect_err("status 4").ends_with("no such page"));
        arena.sweep();
        assert!(fs::read_dir(&dir).expect("the folder").next().is_none());
        fs::remove_dir(&dir).expect("it is empty");
    }
}
