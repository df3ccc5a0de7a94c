use std::io::Write;
use std::os::unix::fs::symlink;

use xtask::tree::scratch::Scratch;

use super::*;

fn rules() -> Vec<Rules> {
    let course = xtask::course::Course::find().expect("the tests run inside of the course");
    vec![Rules::of(&course, &course.labs[0], true).expect("the starter can be read")]
}

/// What is taken of one lab, in a word.
fn word(source: &Source) -> String {
    match &source.read(&rules())[0] {
        Content::Missing => "missing".into(),
        Content::Refused(why) => why.clone(),
        Content::Taken { files, .. } => {
            String::from_utf8_lossy(&files[Path::new("src/main.rs")]).into_owned()
        }
    }
}

fn tar(entries: &[(&str, tar::EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, kind, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        // The builder refuses what an attacker writes, so the name is put in by hand.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

#[test]
fn a_folder_an_archive_and_a_zip_of_the_same_files_are_taken_alike() {
    let dir = Scratch::new("alike", &[("f/lab01-wordcount/src/main.rs", "mine")]);
    let file = tar(&[("./lab01-wordcount/src/main.rs", tar::EntryType::Regular, b"mine")]);
    std::fs::write(dir.0.join("a.tar"), &file).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&file).unwrap();
    std::fs::write(dir.0.join("a.TAR.gz"), packed.finish().unwrap()).unwrap();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(dir.0.join("a.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("repo-main/lab01-wordcount/src/main.rs", options)
        .unwrap();
    zip.write_all(b"mine").unwrap();
    zip.finish().unwrap();
    for name in ["f", "a.tar", "a.TAR.gz", "a.zip"] {
        assert_eq!(word(&Source::of(&dir.0.join(name)).unwrap()), "mine", "{name}");
    }
}

#[test]
fn archives_that_climb_or_link_or_are_damaged_are_refused_whole() {
    let dir = Scratch::new("climb", &[]);
    std::fs::create_dir_all(&dir.0).unwrap();
    let file = dir.0.join("a.tar");
    use tar::EntryType as Type;
    let good = ("src/main.rs", Type::Regular, b"x".as_slice());
    for (entry, why) in [
        (
            ("../../x", Type::Regular, b"".as_slice()),
            "`../../x` climbs out of the submission",
        ),
        (("/etc/x", Type::Regular, b""), "`/etc/x` is an absolute path"),
        (("src/x", Type::Symlink, b""), "`src/x` is a symbolic link"),
        (("src/x", Type::Link, b""), "`src/x` is a hard link"),
        (("src/x", Type::Char, b""), "`src/x` is a device"),
        (
            ("src/MAIN.rs", Type::Regular, b""),
            "`src/MAIN.rs` differs from `src/main.rs` only in upper and lower case",
        ),
    ] {
        std::fs::write(&file, tar(&[good, entry])).unwrap();
        assert_eq!(word(&Source::Archive(file.clone())), why);
    }
    std::fs::write(
        &file,
        b"no archive at all, but long enough to be looked at".repeat(40),
    )
    .unwrap();
    assert!(word(&Source::Archive(file.clone())).starts_with("the archive cannot be read"));
    let zip = dir.0.join("a.zip");
    std::fs::write(&zip, b"PK\x05\x06").unwrap();
    assert!(word(&Source::Archive(zip)).starts_with("the archive cannot be read"));
}

#[test]
fn a_bomb_is_found_out_while_it_is_small() {
    let dir = Scratch::new("bomb", &[]);
    std::fs::create_dir_all(&dir.0).unwrap();
    let mut header = tar::Header::new_gnu();
    header.set_path("src/main.rs").unwrap();
    header.set_size(4 << 30);
    header.set_cksum();
    let file = std::fs::File::create(dir.0.join("a.tgz")).unwrap();
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packed.write_all(header.as_bytes()).unwrap();
    let zeroes = vec![0; 1 << 20];
    for _ in 0..260 {
        packed.write_all(&zeroes).unwrap();
    }
    packed.finish().unwrap();
    assert_eq!(
        word(&Source::Archive(dir.0.join("a.tgz"))),
        "`src/main.rs` does not fit: the archive unpacks to more than 256 MiB"
    );
}

#[test]
fn a_folder_is_not_left_through_links_and_a_pipe_is_not_opened() {
    let dir = Scratch::new("links", &[("s/src/lib.rs", ""), ("real/src/main.rs", "theirs")]);
    symlink("/etc/passwd", dir.0.join("s/src/main.rs")).unwrap();
    assert_eq!(
        word(&Source::Folder(dir.0.join("s"))),
        "`src/main.rs` is a symbolic link"
    );
    std::fs::create_dir_all(dir.0.join("t/labs")).unwrap();
    symlink(dir.0.join("real"), dir.0.join("t/labs/lab01-wordcount")).unwrap();
    assert_eq!(
        word(&Source::Folder(dir.0.join("t"))),
        "`labs/lab01-wordcount` is a symbolic link"
    );
    let pipe = dir.0.join("p/src/main.rs");
    std::fs::create_dir_all(pipe.parent().unwrap()).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    assert_eq!(word(&Source::Folder(dir.0.join("p"))), "`src/main.rs` is a pipe");
}

#[test]
fn a_class_is_a_folder_or_a_roster_and_nobody_hands_in_twice() {
    let dir = Scratch::new(
        "class",
        &[
            ("c/-rf/src/main.rs", ""),
            ("c/王 小明/src/main.rs", ""),
            ("c/notes.txt", ""),
            ("c/.DS_Store", ""),
            ("c/Bob.tar.gz", "x"),
            ("c/bob.zip", "x"),
            (
                "roster.csv",
                "Student,Submission,Submitted\n\"王 小明\",c/王 小明,2026-10-05T23:59:00+02:00\nnobody,,\n",
            ),
        ],
    );
    let class = Class::read(&dir.0.join("c")).unwrap();
    let names: Vec<&str> = class.students.iter().map(|student| &*student.id).collect();
    assert_eq!(names, ["-rf", "Bob", "bob", "王 小明"]);
    assert_eq!(class.strangers, ["notes.txt"]);
    let slugs: std::collections::BTreeSet<String> = class
        .students
        .iter()
        .map(|student| student.slug.to_lowercase())
        .collect();
    assert_eq!(slugs.len(), 4);
    assert!(slugs.contains("bob"));
    let class = Class::read(&dir.0.join("roster.csv")).unwrap();
    assert_eq!(class.students[0].source, Source::Nothing);
    assert_eq!(
        class.students[1].submitted.unwrap().to_string(),
        "2026-10-05 21:59:00 UTC"
    );
    std::fs::create_dir(dir.0.join("c/bob")).unwrap();
    assert!(
        Class::read(&dir.0.join("c"))
            .unwrap_err()
            .message
            .ends_with("`bob` has two submissions")
    );
}
