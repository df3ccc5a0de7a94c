use super::*;

fn rules() -> Rules {
    Rules {
        lab: "lab01-wordcount".into(),
        places: ["labs/lab01-wordcount", "lab01-wordcount", ""]
            .map(str::to_owned)
            .to_vec(),
        endings: ["rs", "html"].map(str::to_owned).into(),
        given: Files::from([
            ("Cargo.toml".into(), b"ours".to_vec()),
            ("src/bin/lazy.rs".into(), b"ours".to_vec()),
        ]),
    }
}

fn entries(paths: &[&str]) -> Vec<Entry> {
    let entry = |path: &&str| Entry {
        path: (*path).to_owned(),
        what: What::File(b"theirs".to_vec()),
    };
    paths.iter().map(entry).collect()
}

/// The paths that are taken with `+` before those of the student, and remarks; or the refusal.
fn judged(entries: &[Entry]) -> String {
    match rules().judge(entries) {
        Content::Missing => "missing".into(),
        Content::Refused(why) => format!("refused: {why}"),
        Content::Taken { files, remarks } => {
            let theirs = |(path, bytes): (&PathBuf, &Vec<u8>)| {
                let sign = if bytes == b"theirs" { "+" } else { "" };
                format!("{sign}{}", path.display())
            };
            let files: Vec<String> = files.iter().map(theirs).collect();
            [files, remarks].concat().join(" ")
        }
    }
}

#[test]
fn a_lab_is_found_in_its_place_in_the_folder_of_a_repository_and_alone() {
    let whole = "Cargo.toml src/bin/lazy.rs +src/main.rs";
    for path in [
        "labs/lab01-wordcount/src/main.rs",
        "repo-main/labs/lab01-wordcount/src/main.rs",
        "lab01-wordcount/src/main.rs",
        "src/main.rs",
        "mine/src/main.rs",
    ] {
        assert_eq!(judged(&entries(&[path])), whole, "{path}");
    }
    assert_eq!(judged(&entries(&["labs/lab02-x/src/main.rs"])), "missing");
    assert_eq!(
        judged(&entries(&["xtask/src/main.rs", "book/src/x.rs"])),
        "missing"
    );
}

#[test]
fn manifests_given_programs_and_strange_files_are_not_taken() {
    let given = entries(&[
        "lab01-wordcount/Cargo.toml",
        "lab01-wordcount/src/main.rs",
        "lab01-wordcount/src/bin/lazy.rs",
        "lab01-wordcount/src/bin/more.rs",
        "lab01-wordcount/src/x.so",
        "lab01-wordcount/tests/a.rs",
    ]);
    assert_eq!(
        judged(&given),
        "Cargo.toml src/bin/lazy.rs +src/main.rs `src/bin/more.rs` is left out: the programs in src/bin are the course's \
         `src/x.so` is left out: the lab has no such files"
    );
}

#[test]
fn what_nobody_may_hand_in_is_refused_by_name() {
    let link = |path: &str| Entry {
        path: path.to_owned(),
        what: What::Other("a symbolic link"),
    };
    let with = |more: Entry| [entries(&["src/main.rs"]), vec![more]].concat();
    for (given, why) in [
        (
            with(link("src/lib.rs")),
            "refused: `src/lib.rs` is a symbolic link",
        ),
        (
            with(link("src/bin/lazy.rs")),
            "refused: `src/bin/lazy.rs` is a symbolic link",
        ),
        (
            vec![link("labs/lab01-wordcount")],
            "refused: `labs/lab01-wordcount` is a symbolic link",
        ),
        (
            vec![link("lab01-wordcount/src")],
            "refused: `lab01-wordcount/src` is a symbolic link",
        ),
        (
            entries(&["src/main.rs", "build.rs"]),
            "refused: `build.rs` is a build script; none is taken",
        ),
        (
            entries(&["src/main.rs", "src/main.rs"]),
            "refused: `src/main.rs` is there twice",
        ),
        (
            entries(&["src/Main.rs", "src/main.rs"]),
            "refused: `src/main.rs` differs from `src/Main.rs` only in upper and lower case",
        ),
        (
            entries(&["src/a.rs", "src/a.rs/b.rs"]),
            "refused: `src/a.rs` is a file and a folder",
        ),
        (
            entries(&["a/lab01-wordcount/src/main.rs", "b/lab01-wordcount/src/main.rs"]),
            "refused: `a/lab01-wordcount` holds the lab, and so does `b/lab01-wordcount`: which one counts?",
        ),
    ] {
        assert_eq!(judged(&given), why);
    }
    let large = Entry {
        path: "src/x.rs".into(),
        what: What::File(vec![0; LAB_BYTES + 1]),
    };
    assert_eq!(
        judged(&with(large)),
        "refused: `src/x.rs` does not fit: a lab has at most 4 MiB"
    );
}
