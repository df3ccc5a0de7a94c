use super::*;

const OLD: &str = "\
# What is judged.
at_most = 20

# The load.
[[rule]]
name = \"load-high\"
when = \"last(load.1m) > 4\"

# About hosts.
[host_down]
severity = \"warning\"

[[rule]]
name = \"gone\"   # a comment
when = \"absent(load.1m, 60s)\"
depends_on = [\"load-high\"]
";

const NEW: &str = "[[rule]]\nname = \"busy\"\nwhen = \"avg(cpu.user, 3) > 0.5\"\n";

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn book(name: &str, text: &str) -> (Folder, RuleBook) {
    let folder = std::env::temp_dir().join(format!("rulebook-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("rules.toml");
    std::fs::write(&path, text).unwrap();
    let (book, _) = RuleBook::open(&path, Duration::from_secs(10)).unwrap();
    (Folder(folder), book)
}

fn now_in(book: &RuleBook) -> (String, String) {
    let (_, version) = book.entries().map_err(|_| "late").unwrap();
    (std::fs::read_to_string(&book.path).unwrap(), version)
}

#[test]
fn a_rule_is_made_changed_and_taken_out_and_all_else_stays_as_it_was() {
    let (_folder, book) = book("edit", OLD);
    let (_, seen) = now_in(&book);
    let made = book
        .save(NEW, &seen, "ann", 0, |_| true)
        .map_err(|_| "refused")
        .unwrap();
    assert!(!made.replaces && &*made.rule.name == "busy");
    let (text, seen) = now_in(&book);
    assert_eq!(
        text,
        format!("{OLD}\n# made by ann, 1970-01-01 00:00:00 UTC\n{NEW}")
    );
    let changed = "[[rule]]\nname = \"load-high\"\nwhen = \"last(load.1m) > 8\"\n";
    book.save(changed, &seen, "bob", 60, |_| true)
        .map_err(|_| "refused")
        .unwrap();
    let (text, seen) = now_in(&book);
    let expected = format!(
        "# The load.\n# changed by bob, 1970-01-01 00:01:00 UTC\n{changed}\n# About hosts.\n[host_down]"
    );
    assert!(text.contains(&expected), "{text}");
    let (entries, _) = book.entries().map_err(|_| "late").unwrap();
    let names: Vec<&str> = entries.iter().map(|entry| &*entry.rule.name).collect();
    assert_eq!(names, ["load-high", "gone", "busy"]);
    assert_eq!(
        entries[0].comments,
        ["The load.", "changed by bob, 1970-01-01 00:01:00 UTC"]
    );
    assert_eq!(entries[2].text, NEW);
    book.remove("busy", &seen, "ann", |_| true).unwrap();
    let (text, seen) = now_in(&book);
    assert_eq!(
        text,
        OLD.replace(
            "# The load.\n[[rule]]\nname = \"load-high\"\nwhen = \"last(load.1m) > 4\"\n",
            &format!("# The load.\n# changed by bob, 1970-01-01 00:01:00 UTC\n{changed}")
        )
    );
    // Another one depends on it.
    let why = book.remove("load-high", &seen, "ann", |_| true).unwrap_err();
    assert!(
        matches!(&why, Refused::Wrong(0, what) if what.contains("there is no rule load-high")),
        "{why:?}"
    );
    assert_eq!(
        book.remove("nothing", &seen, "ann", |_| true),
        Err(Refused::Unknown("There is no rule nothing.".to_owned()))
    );
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_nothing_is_changed() {
    let (_folder, book) = book("wrong", OLD);
    for (given, line, part) in [
        ("", 1, "a rule begins with [[rule]]"),
        ("at_most = 5\n", 1, "a rule begins with [[rule]]"),
        ("# x\n[[rule]]\nname = 5\n", 3, "invalid type"),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"last(m)\"\n",
            3,
            "x: when: at the end",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\ncolour = 1\n",
            4,
            "unknown field `colour`",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\nbreaches = 0\n",
            4,
            "at least 1",
        ),
        ("[[rule]]\nname = \"x y\"\nwhen = \"last(m) > 1\"\n", 2, "name"),
        (
            "[[rule]]\nname = \"host-down\"\nwhen = \"last(m) > 1\"\n",
            2,
            "another rule of this name",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\n[[rule]]\nname = \"y\"\nwhen = \"last(m) > 1\"\n",
            1,
            "only one rule",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\n[host_down]\nat_most = 1\n",
            0,
            "duplicate",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\ndepends_on = [\"nobody\"]\n",
            4,
            "there is no rule nobody",
        ),
        (
            "[[rule]]\nname = \"x\"\nwhen = \"\"\"last(m) > 1\n",
            4,
            "multi-line",
        ),
    ] {
        match book.draft(given, "ann", 0) {
            // A table that is there already is a fault of that one's line or of this one's.
            Err(Refused::Wrong(at, what)) => {
                assert!(at == line || line == 0, "{given:?}: line {at}: {what}");
                assert!(what.contains(part), "{given:?}: {what}");
            }
            Err(other) => panic!("{given:?}: {other:?}"),
            Ok(_) => panic!("{given:?} is taken"),
        }
    }
    let (text, seen) = now_in(&book);
    assert_eq!(text, OLD);
    assert!(matches!(
        book.save(NEW, "another", "ann", 0, |_| true),
        Err(Refused::Late(_))
    ));
    assert!(matches!(
        book.save(NEW, &seen, "ann", 0, |_| false),
        Err(Refused::Failed(_))
    ));
    // By hand, while the hub works.
    std::fs::write(&book.path, OLD.replace("> 4", "> 5")).unwrap();
    let why = book.draft(NEW, "ann", 0).map(|_| ()).unwrap_err();
    assert!(
        matches!(&why, Refused::Late(what) if what.contains("by hand")),
        "{why:?}"
    );
}

#[test]
fn a_file_that_lists_do_not_cut_is_left_to_hands() {
    let (_folder, book) = book("lists", "rule = [{ name = \"x\", when = \"last(m) > 1\" }]\n");
    let why = book.draft(NEW, "ann", 0).map(|_| ()).unwrap_err();
    assert!(
        matches!(&why, Refused::Late(what) if what.contains("only hands")),
        "{why:?}"
    );
}
