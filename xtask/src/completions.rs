//! `completions`: a script with which a shell completes commands, options, labs and stages.

use crate::check::print_quietly;
use crate::commands::{COMMANDS, Command, option_help};
use crate::course::Course;
use crate::exit::{OK, Result, Stop};
use crate::show::quoted;
use crate::t;

/// What a command's arguments are.
enum Words {
    Stages,
    Labs,
    /// These words.
    Fixed(Vec<&'static str>),
}

/// Prints the script for `shell`.
pub(crate) fn run(course: &Course, shell: Option<&str>) -> Result<u8> {
    let script = shell.and_then(|shell| script(course, shell));
    print_quietly(&script.ok_or_else(|| Stop::usage(t!("completions.which")))?)?;
    Ok(OK)
}

/// Writes the script for `shell`. Labs and stages are written in: completing must not wait for cargo.
fn script(course: &Course, shell: &str) -> Option<String> {
    let (template, cases): (&str, fn(&Command) -> String) = match shell {
        "bash" => (include_str!("../completions/xtask.bash"), bash_case),
        "zsh" => (include_str!("../completions/xtask.zsh"), zsh_case),
        "fish" => (include_str!("../completions/xtask.fish"), fish_case),
        _ => return None,
    };
    let cases: Vec<String> = COMMANDS.iter().map(cases).collect();
    let names: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
    let described: Vec<String> = COMMANDS
        .iter()
        .map(|command| {
            format!(
                "        {}",
                quoted(&format!("{}:{}", command.name, (command.about)()))
            )
        })
        .collect();
    let script = template
        .replace("@ROOT@", &quoted(&course.root.display().to_string()))
        .replace("@LABS@", &labs(course).join(" "))
        .replace("@STAGES@", &stages(course).join(" "))
        .replace("@COMMANDS@", &names.join(" "))
        .replace("@DESCRIBED_COMMANDS@", &described.join("\n"))
        .replace("@DIR_OPTIONS@", &options_that_take(|value| value == "DIR"))
        .replace("@FILE_OPTIONS@", &options_that_take(|value| value == "FILE"))
        .replace(
            "@VALUE_OPTIONS@",
            &options_that_take(|value| !["DIR", "FILE", ""].contains(&value)),
        )
        .replace("@CASES@", &cases.join("\n"));
    Some(script)
}

/// Both names of every lab.
fn labs(course: &Course) -> Vec<&str> {
    course
        .labs
        .iter()
        .flat_map(|lab| [&*lab.id, &*lab.package])
        .collect()
}

fn stages(course: &Course) -> Vec<String> {
    let of_lab = |lab| -> Vec<String> {
        let lab: &crate::course::Lab = lab;
        let names = [&lab.id, &lab.package].into_iter();
        names
            .flat_map(|name| {
                lab.stages
                    .iter()
                    .map(move |stage| format!("{name}.{}", stage.name))
            })
            .collect()
    };
    course.labs.iter().flat_map(of_lab).collect()
}

/// What follows an option, as its help names it: `FILE`, `N`; nothing for a flag.
fn value_of(option: &str) -> &'static str {
    option_help(option)
        .0
        .split_once(' ')
        .map_or("", |(_, value)| value)
}

/// The options of all commands with such a value, as a pattern of `case`; one that matches nothing if there are none.
fn options_that_take(wanted: impl Fn(&str) -> bool) -> String {
    let mut options: Vec<&str> = COMMANDS
        .iter()
        .flat_map(|command| command.options.iter().copied())
        .filter(|option| wanted(value_of(option)))
        .collect();
    options.sort_unstable();
    options.dedup();
    if options.is_empty() {
        options.push("''");
    }
    options.join(" | ")
}

fn words(command: &Command) -> Words {
    if command.takes_lab {
        return if command.usage.contains("STAGE") {
            Words::Stages
        } else {
            Words::Labs
        };
    }
    let is_word = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    Words::Fixed(
        command
            .usage
            .split(['|', ' ', '[', ']'])
            .filter(is_word)
            .collect(),
    )
}

fn bash_case(command: &Command) -> String {
    let words = match words(command) {
        Words::Stages => "_course_stage_words".to_owned(),
        Words::Labs => "words=(\"${_course_labs[@]}\")".to_owned(),
        Words::Fixed(words) => format!("words=({})", words.join(" ")),
    };
    format!(
        "    {})\n        options=({})\n        {words}\n        ;;",
        command.name,
        command.options.join(" ")
    )
}

fn zsh_case(command: &Command) -> String {
    let kind = match words(command) {
        Words::Stages => "stage".to_owned(),
        Words::Labs => "lab".to_owned(),
        Words::Fixed(words) => quoted(&words.join(" ")),
    };
    let options: Vec<String> = command
        .options
        .iter()
        .map(|option| quoted(&format!("{option}:{}", option_help(option).1)))
        .collect();
    format!(
        "    {})\n        kind={kind}\n        options=({})\n        ;;",
        command.name,
        options.join(" ")
    )
}

fn fish_case(command: &Command) -> String {
    let name = command.name;
    let mut lines = format!(
        "    complete -c $command -n __course_xtask_in -f -a {name} -d {}",
        quoted(&(command.about)())
    );
    let words = match words(command) {
        Words::Stages => "'(__course_xtask_stages)'".to_owned(),
        Words::Labs => "'(string match -v \"*.*\" (__course_xtask_stages))'".to_owned(),
        Words::Fixed(words) => quoted(&words.join(" ")),
    };
    let within = format!("\n    complete -c $command -n '__course_xtask_in {name}'");
    lines.push_str(&format!("{within} -f -a {words}"));
    for option in command.options {
        let value = match value_of(option) {
            "" => "",
            "DIR" => " -x -a '(__fish_complete_directories)'",
            "FILE" => " -r -F",
            _ => " -x",
        };
        let long = option.trim_start_matches('-');
        lines.push_str(&format!(
            "{within} -l {long}{value} -d {}",
            quoted(&option_help(option).1)
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::process;

    use super::*;
    use crate::course::{Lab, Limits, Stage};

    #[test]
    fn every_option_of_every_command_is_explained_and_its_value_known() {
        for command in COMMANDS {
            for option in command.options {
                let (usage, about) = option_help(option);
                assert!(
                    usage.starts_with(option) && !about.is_empty(),
                    "{} {option}",
                    command.name
                );
            }
        }
    }

    /// Completes `line`, whose last word is being written, in a bash that has read the script.
    fn in_bash(root: &Path, line: &[&str]) -> String {
        let stage = |name: &str| Stage {
            name: name.to_owned(),
            points: 50,
            anchor: String::new(),
            title: String::new(),
            goal: String::new(),
            hints: Vec::new(),
            limits: Limits::default(),
        };
        let lab = Lab {
            dir: "lab01-wordcount".to_owned(),
            id: "lab01".to_owned(),
            package: "wordcount".to_owned(),
            chapter: String::new(),
            summary: String::new(),
            stages: vec![stage("count"), stage("freq")],
            needs: Vec::new(),
            earlier: Vec::new(),
        };
        let course = Course {
            root: root.to_owned(),
            labs: vec![lab],
        };
        let completing =
            "\nCOMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)); _course_cargo; echo \"${COMPREPLY[*]}\"";
        let script = script(&course, "bash").expect("bash is known") + completing;
        let output = process::Command::new("bash")
            .args(["--norc", "-c", &script, "bash"])
            .args(line)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("bash");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    #[test]
    fn bash_completes_commands_labs_stages_and_options_inside_the_course_only() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(in_bash(here, &["cargo", "xtask", "watc"]), "watch");
        assert_eq!(in_bash(here, &["cargo", "xtask", "check", "l"]), "lab01");
        assert_eq!(
            in_bash(here, &["cargo", "xtask", "check", "lab01.f"]),
            "lab01.freq"
        );
        assert_eq!(
            in_bash(here, &["cargo", "xtask", "check", "wordcount.c"]),
            "wordcount.count"
        );
        assert_eq!(
            in_bash(here, &["cargo", "+nightly", "xtask", "check", "--rep"]),
            "--replay"
        );
        assert_eq!(in_bash(Path::new("/elsewhere"), &["cargo", "xtask", "watc"]), "");
    }
}
