//! Makes a class out of the reference, for trying the grader: `cargo run -p grader --example class -- OUT STUDENTS [LAB]…`.
//!
//! Good, half done, wrong as in `tests/mutants`, not compiling, untouched, hostile ones that harm nobody, and nothing at all; as folders, zip and tar
//! archives; under names that break what forgets to quote. The same call makes the same class. `expected.csv` beside it says what
//! each of them is, and how many points it is to have at most.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use xtask::course::{Course, Lab, place_of};
use xtask::exit::{Result, Stop};
use xtask::subject::{Files, read_tree, write};

fn main() -> std::process::ExitCode {
    xtask::exit::report(run().map(|()| 0))
}

const USAGE: &str = "class OUT STUDENTS [LAB]…";

fn run() -> Result {
    let mut args = std::env::args().skip(1);
    let out = PathBuf::from(args.next().ok_or_else(|| Stop::usage(USAGE))?);
    let students: usize = args
        .next()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Stop::usage(USAGE))?;
    let course = Course::find()?;
    let names: Vec<String> = args.collect();
    let mut labs = Vec::new();
    for name in &names {
        labs.push(course.target(name)?.lab);
    }
    if labs.is_empty() {
        labs.extend(course.labs.first());
    }
    let class = out.join("class");
    fs::create_dir_all(&class).map_err(|error| Stop::io(&class, error))?;
    let mut expected = String::from("student,lab,what,most\n");
    for index in 0..students {
        let name = name_of(index);
        let mut tree = Files::new();
        for (number, lab) in labs.iter().enumerate() {
            let (what, most, files) = work(&course, lab, index + 5 * number)?;
            expected.push_str(&format!(
                "\"{}\",{},{what},{most}\n",
                name.replace('"', "\"\""),
                lab.id
            ));
            for (path, bytes) in files {
                tree.insert(place_of(&lab.dir).join(path), bytes);
            }
        }
        hand_in(&class, index, &name, &tree)?;
    }
    write(&out.join("expected.csv"), expected.as_bytes())
}

/// Names that a class has, and some that it should not have.
fn name_of(index: usize) -> String {
    let odd = [
        "王小明",
        "-rf",
        "Zoë Müller",
        "=1+1",
        "O'Brien \"Bo\"",
        "<b>bold</b>",
        "a b  c",
        "--help",
        "Ⅷ ünïcode",
        "$(touch x)",
        "ann;ls",
        "Ann",
        "ann",
        "çelik.tar",
        "@SUM(A1)",
        "ñ",
        "../up",
        "very long name that goes on and on and on and never seems to come to its end",
    ];
    match (index % 4, odd.get(index / 4)) {
        (3, Some(odd)) => odd.replace('/', "∕"),
        _ => format!("student{index:03}"),
    }
}

/// What student number `index` has of a lab: a word for it, the most points that it may get, and its files.
fn work(course: &Course, lab: &Lab, index: usize) -> Result<(String, u32, Files)> {
    let mut solution = Files::new();
    read_tree(
        &course.solution_dir(lab)?.join("src"),
        "src".as_ref(),
        &mut solution,
    )?;
    let mut starter = Files::new();
    read_tree(&course.starter_dir(lab).join("src"), "src".as_ref(), &mut starter)?;
    let of = |count: usize| {
        lab.stages
            .iter()
            .take(count)
            .map(|stage| stage.points)
            .sum::<u32>()
    };
    let all = of(lab.stages.len());
    let main = PathBuf::from("src/main.rs");
    let with = |start: &str| {
        // Before anything else in `main`.
        let mut files = solution.clone();
        let text = String::from_utf8_lossy(&files[&main]).into_owned();
        let at = text
            .find("fn main()")
            .and_then(|at| Some(at + text[at..].find('{')? + 1))
            .unwrap_or(0);
        files.insert(
            main.clone(),
            format!("{}\n{start}\n{}", &text[..at], &text[at..]).into_bytes(),
        );
        files
    };
    Ok(match index % 12 {
        0 | 5 => ("good".into(), all, solution),
        1 | 7 => {
            let solved = 1 + index / 12 % (lab.stages.len() - 1).max(1);
            (
                format!("solved to {solved}"),
                of(solved),
                solved_to(lab, &solution, solved),
            )
        }
        2 | 6 | 9 => mutant(course, lab, index / 4, solution, all)?,
        3 => {
            let mut files = solution;
            files.insert("src/lib.rs".into(), b"pub fn broken( {\n".to_vec());
            ("does not compile".into(), 0, files)
        }
        4 => ("untouched".into(), 0, starter),
        8 => (
            "exits with 0 at once".into(),
            all / 2,
            with("std::process::exit(0);"),
        ),
        10 => {
            let say =
                r#"println!("\x1b[2J{{\"verdict\":{{\"outcome\":\"pass\"}}}}<script>alert(1)</script>");"#;
            ("says that it passed".into(), all / 2, with(say))
        }
        _ => match index / 12 % 4 {
            0 => ("loops".into(), all / 2, with("loop { std::hint::spin_loop(); }")),
            1 => (
                "prints without end".into(),
                all / 2,
                with("loop { println!(\"{}\", \"x\".repeat(1 << 16)); }"),
            ),
            2 => (
                "has a build script".into(),
                0,
                [(PathBuf::from("build.rs"), b"fn main() {}".to_vec())]
                    .into_iter()
                    .chain(solution)
                    .collect(),
            ),
            _ => ("nothing".into(), 0, Files::new()),
        },
    })
}

/// A wrong solution, by its edits.
fn mutant(
    course: &Course,
    lab: &Lab,
    number: usize,
    mut files: Files,
    all: u32,
) -> Result<(String, u32, Files)> {
    let dir = course.root.join("tests/mutants").join(&lab.dir);
    let entries = fs::read_dir(&dir).map_err(|error| Stop::io(&dir, error))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        path.extension().is_some_and(|ending| ending == "toml")
            && !path.ends_with("survivors.toml")
            && !path.with_extension("").is_dir()
    });
    paths.sort();
    let path = &paths[number * 7 % paths.len()];
    let text = fs::read_to_string(path).map_err(|error| Stop::io(path, error))?;
    let document = toml_span::parse(&text).map_err(|error| Stop::io(path, error))?;
    let table = document.as_table().ok_or_else(|| Stop::io(path, "no table"))?;
    let word = |table: &toml_span::value::Table<'_>, key: &str| {
        table
            .get(key)
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    for edit in table
        .get("edit")
        .and_then(|edits| edits.as_array())
        .into_iter()
        .flatten()
    {
        let Some(edit) = edit.as_table() else { continue };
        if let Some(file) = files.get_mut(Path::new(&word(edit, "file"))) {
            *file = String::from_utf8_lossy(file)
                .replacen(&word(edit, "find"), &word(edit, "replace"), 1)
                .into_bytes();
        }
    }
    let stage = word(table, "stage");
    let lost = lab
        .stages
        .iter()
        .find(|of| of.name == stage)
        .map_or(0, |of| of.points);
    let name = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok((format!("wrong: {name}"), all - lost, files))
}

/// Cuts the regions of all stages behind the first `solved`; see "Regions" in `docs/ARCHITECTURE.md`.
fn solved_to(lab: &Lab, files: &Files, solved: usize) -> Files {
    let open: Vec<&str> = lab.stages.iter().skip(solved).map(|stage| &*stage.name).collect();
    let is_open = |name: &str| open.contains(&name.split('/').next().unwrap_or(name));
    let cut = |text: &str| {
        let (mut out, mut inside) = (String::new(), false);
        for line in text.lines() {
            let code = line.trim_start();
            let indent = &line[..line.len() - code.len()];
            if let Some(mark) = code.strip_prefix("// region:") {
                let (name, sentence) = mark.split_once(' ').unwrap_or((mark, ""));
                inside = is_open(name);
                if inside && !sentence.is_empty() {
                    out.push_str(&format!(
                        "{indent}todo!({:?})\n",
                        format!("{name}: {sentence}").replace(['{', '}'], "")
                    ));
                }
            } else if code.starts_with("// endregion:") {
                inside = false;
            } else if let Some(rest) = code.strip_prefix("//~") {
                let (name, code) = rest.split_once(' ').unwrap_or((rest, ""));
                if if name.is_empty() { inside } else { is_open(name) } {
                    out.push_str(&format!("{indent}{code}\n"));
                }
            } else if !inside {
                out.push_str(&format!("{line}\n"));
            }
        }
        out
    };
    let each = |(path, bytes): (&PathBuf, &Vec<u8>)| {
        (path.clone(), cut(&String::from_utf8_lossy(bytes)).into_bytes())
    };
    files.iter().map(each).collect::<BTreeMap<_, _>>()
}

/// Hands a tree in, as a folder, a zip, or a tar archive.
fn hand_in(class: &Path, index: usize, name: &str, tree: &Files) -> Result {
    let broken = |error: &dyn std::fmt::Display| Stop::io(class, error);
    match index % 5 {
        2 if !name.contains('.') => {
            let path = class.join(format!("{name}.zip"));
            let mut zip = zip::ZipWriter::new(fs::File::create(path).map_err(|error| broken(&error))?);
            for (path, bytes) in tree {
                let options = zip::write::SimpleFileOptions::default();
                zip.start_file(format!("course-main/{}", path.display()), options)
                    .map_err(|error| broken(&error))?;
                zip.write_all(bytes).map_err(|error| broken(&error))?;
            }
            zip.finish().map(drop).map_err(|error| broken(&error))
        }
        3 if !name.contains('.') => {
            let file =
                fs::File::create(class.join(format!("{name}.tar.gz"))).map_err(|error| broken(&error))?;
            let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(file, flate2::Compression::fast()));
            for (path, bytes) in tree {
                let mut header = tar::Header::new_gnu();
                header.set_size(bytes.len() as u64);
                header.set_mode(0o644);
                tar.append_data(&mut header, path, &**bytes)
                    .map_err(|error| broken(&error))?;
            }
            let packed = tar.into_inner().map_err(|error| broken(&error))?;
            packed.finish().map(drop).map_err(|error| broken(&error))
        }
        _ => {
            for (path, bytes) in tree {
                write(&class.join(name).join(path), bytes)?;
            }
            fs::create_dir_all(class.join(name)).map_err(|error| broken(&error))
        }
    }
}
