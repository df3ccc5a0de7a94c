//! How a program is started.

/// A program with its arguments, or a line for a shell. `{input}` and `{server}` in it stand for a path and for a URL; in a server that a
/// client drives, and in the client, `{address}` and `{port}` for where the server listens. Programs that the course builds have names in
/// braces too: `{subject}` is the lab's own, `{nbnet}` an earlier lab's, `{load}` and `{nbnet-load}` the example `PACKAGE-load` of the suite
/// and of an earlier lab's, all others stand in `bench.toml` as [`super::Program`].
#[derive(Debug, Clone)]
pub enum Call {
    Program(Vec<String>),
    /// A line for `sh -c`.
    Shell(String),
    /// The server of this name in `bench.toml`: an nginx that a client drives.
    Nginx(String),
}

impl Call {
    /// The programs of the system that this needs, as far as the words show: the first word of each command.
    pub fn programs(&self) -> Vec<String> {
        match self {
            Call::Program(words) => words
                .iter()
                .take(1)
                .filter(|word| !is_built(word))
                .cloned()
                .collect(),
            Call::Shell(line) => programs(line),
            Call::Nginx(_) => vec!["nginx".to_owned()],
        }
    }

    /// Its words, or the whole line for a shell.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Call::Program(words) => words.iter().map(String::as_str).collect(),
            Call::Shell(line) => vec![line],
            Call::Nginx(_) => Vec::new(),
        }
    }
}

/// Whether a word stands for a program that the course builds.
pub fn is_built(word: &str) -> bool {
    word.starts_with('{') && word.ends_with('}')
}

/// What the shell does itself, and no program can do for it.
///
/// Source: POSIX.1-2017, Shell Command Language, 2.14 Special Built-In Utilities, and those of chapter 4 that change the shell.
const BUILT_IN: &[&str] = &[
    ".", ":", "cd", "eval", "exit", "export", "read", "set", "shift", "trap", "ulimit", "umask", "unset",
    "wait",
];

/// A piece of a shell's line.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    /// What ends a command: the next word is a program again.
    End,
    /// `<` or `>`: the next word is a file.
    Redirection,
}

/// The first word of each command of `line`. Loops and conditions are not known: a peer that needs them is a script.
fn programs(line: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let (mut named, mut file) = (false, false);
    for token in tokens(line) {
        match token {
            Token::End => (named, file) = (false, false),
            Token::Redirection => file = true,
            Token::Word(_) if file => file = false,
            Token::Word(word) if !named && !is_assignment(&word) => {
                named = true;
                if !BUILT_IN.contains(&&*word) {
                    programs.push(word);
                }
            }
            Token::Word(_) => {}
        }
    }
    programs
}

/// Splits a line as a shell does: what stands in quotes belongs to its word, whatever it holds.
///
/// Source: POSIX.1-2017, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition.
fn tokens(line: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let token = match c {
            '\'' => {
                let quoted = chars.by_ref().take_while(|&c| c != '\'');
                word.get_or_insert_default().extend(quoted);
                continue;
            }
            '"' => {
                let word = word.get_or_insert_default();
                while let Some(c) = chars.next().filter(|&c| c != '"') {
                    word.extend(if c == '\\' { chars.next() } else { Some(c) });
                }
                continue;
            }
            '\\' => {
                // A line that goes on is no character of a word.
                if let Some(c) = chars.next().filter(|&c| c != '\n') {
                    word.get_or_insert_default().push(c);
                }
                continue;
            }
            '|' | ';' | '&' | '(' | ')' | '\n' => Some(Token::End),
            '<' | '>' => {
                // In `2>file` the number belongs to the sign.
                word = word.filter(|word| !word.chars().all(|c| c.is_ascii_digit()));
                Some(Token::Redirection)
            }
            ' ' | '\t' => None,
            c => {
                word.get_or_insert_default().push(c);
                continue;
            }
        };
        tokens.extend(word.take().map(Token::Word));
        tokens.extend(token);
    }
    tokens.extend(word.map(Token::Word));
    tokens
}

/// Whether a word sets a variable for the command behind it.
fn is_assignment(word: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_of_a_shell_line_are_the_first_words_of_its_commands() {
        let check = |line: &str, expected: &[&str]| assert_eq!(programs(line), expected, "{line}");
        check(
            "LC_ALL=C tr -s ' ' '\\n' < {input} | sort | uniq -c",
            &["tr", "sort", "uniq"],
        );
        check("A='b c' D=\"e f\" tr", &["tr"]);
        check(
            "mawk '{n[$7]++; x | y} END {print \"&\"}' {input} &&\n\"wc\" x",
            &["mawk", "wc"],
        );
        check("< in sort 2>errors -n > out; (cd x && ls)", &["sort", "ls"]);
        check("seq 9 | \\\n xargs -n 1 \"sh\" -c 'a; b'", &["seq", "xargs"]);
        check("awk \"{print \\\"a;b\\\"}\" x | wc", &["awk", "wc"]);
        check("echo 'no end | sort", &["echo"]);
        check("", &[]);
    }

    #[test]
    fn a_program_without_a_shell_is_its_first_word() {
        let call = |words: &[&str]| Call::Program(words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(call(&["wc", "a|b"]).programs(), ["wc"]);
        assert!(call(&[]).programs().is_empty());
        assert!(call(&["{nbnet}", "echo"]).programs().is_empty());
    }
}
