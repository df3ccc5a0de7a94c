//! Reads each value again from where its metric's source says that it is, by other means than the parsers'.

use std::{collections::BTreeSet, fs, path::Path};

use collect::{Collectors, Reading, Unit, metrics};
use rustix::param::page_size;

/// Finds the text of the field that a reading's source names.
fn field(root: &Path, reading: &Reading) -> Option<String> {
    let mut source = reading.metric.source.split(", ");
    let file = source.next()?;
    let text = String::from_utf8_lossy(&fs::read(root.join(file.strip_prefix('/')?)).ok()?).into_owned();
    let place: Vec<_> = source.collect();
    let words = |line: &str| {
        line.split([' ', ':', '='])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let nth = |line: &str, number: &str| {
        let words: Vec<String> = words(line);
        words
            .get(number.strip_prefix("field ")?.parse::<usize>().ok()? - 1)
            .cloned()
    };
    match (file, &place[..]) {
        ("/proc/stat", ["number of lines cpuN"]) => {
            Some((text.lines().filter(|line| line.starts_with("cpu")).count() - 1).to_string())
        }
        ("/proc/stat", [line, field]) => {
            let name = match reading.labels.get("cpu") {
                Some(cpu) => format!("cpu{cpu} "),
                None => format!("{} ", line.strip_prefix("line ")?),
            };
            nth(
                text.lines()
                    .find(|line| line.starts_with(&name))?
                    .strip_prefix(&name)?,
                field,
            )
        }
        ("/proc/loadavg" | "/proc/uptime", [field]) => nth(&text, field),
        ("/proc/meminfo" | "/proc/vmstat", [name]) => text
            .lines()
            .map(words)
            .find(|words: &Vec<String>| words[0] == **name)?
            .get(1)
            .cloned(),
        ("/proc/diskstats", [field]) => {
            let device = format!(" {} ", reading.labels.get("device")?);
            nth(text.lines().find(|line| line.contains(&device))?, field)
        }
        ("/proc/net/dev", [column]) => {
            // The columns are those of the table's own head.
            let (direction, name) = column.split_once(' ')?;
            let head: Vec<&str> = text.lines().nth(1)?.split('|').collect();
            let received = head[1].split_whitespace().map(|name| ("receive", name));
            let sent = head[2].split_whitespace().map(|name| ("transmit", name));
            let at = received
                .chain(sent)
                .position(|column| column == (direction, name))?;
            let prefix = format!("{}:", reading.labels.get("interface")?);
            let line = text
                .lines()
                .find_map(|line| line.trim_start().strip_prefix(&prefix))?;
            line.split_whitespace().nth(at).map(str::to_owned)
        }
        ("/proc/net/sockstat" | "/proc/net/sockstat6", [name]) => {
            let (family, name) = name.split_once(' ')?;
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(family)?.strip_prefix(':'))?;
            let words: Vec<String> = words(line);
            words.chunks(2).find(|pair| pair[0] == name)?.get(1).cloned()
        }
        (_, [line, name]) if file.starts_with("/proc/pressure/") => {
            let line = text
                .lines()
                .find(|text| text.starts_with(line.strip_prefix("line ").unwrap_or("?")))?;
            let words: Vec<String> = words(line);
            words.iter().skip_while(|word| *word != name).nth(1).cloned()
        }
        ("/proc/self/stat", [field]) if field.starts_with("field ") => nth(&text, field),
        ("/proc/self/stat", ["fields 14 and 15"]) => {
            let sum =
                nth(&text, "field 14")?.parse::<u64>().ok()? + nth(&text, "field 15")?.parse::<u64>().ok()?;
            Some(sum.to_string())
        }
        _ => None,
    }
}

/// What one of a field may be, in the unit of its metric.
fn factors(unit: Unit) -> Vec<f64> {
    match unit {
        Unit::Count => vec![1.0],
        Unit::Bytes => vec![1.0, 512.0, 1024.0, page_size() as f64],
        Unit::Seconds => vec![1.0, 0.01, 1e-3, 1e-6],
        Unit::Ratio => vec![0.01],
    }
}

#[test]
fn each_value_is_where_its_source_says() {
    let mut checked = BTreeSet::new();
    for host in ["linux-6.18", "linux-3.10", "linux-2.6.32", "container"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/roots")
            .join(host);
        let mut readings = Vec::new();
        let problems = Collectors::new(&root).collect(&mut readings);
        assert!(problems.is_empty(), "{host}: {problems:?}");
        for reading in &readings {
            let Some(text) = field(&root, reading) else {
                continue;
            };
            let raw: f64 = text.parse().expect("a field is a number");
            let is_same = |factor: f64| (raw * factor - reading.value).abs() <= reading.value.abs() * 1e-12;
            assert!(
                factors(reading.metric.unit).into_iter().any(is_same),
                "{host}: {}{} is {}, but {} has {text}",
                reading.metric.name,
                reading.labels,
                reading.value,
                reading.metric.source,
            );
            checked.insert(reading.metric.name);
        }
    }
    // What is added up from many files, from records or from calls is tested beside its parser.
    let others: BTreeSet<_> = metrics()
        .map(|metric| metric.name)
        .filter(|name| !checked.contains(name))
        .collect();
    let groups: BTreeSet<_> = others
        .iter()
        .filter(|name| !name.starts_with("memory."))
        .filter_map(|name| name.split('.').next())
        .collect();
    assert_eq!(
        groups.into_iter().collect::<Vec<_>>(),
        ["accounts", "agent", "filesystem", "processes", "sockets", "users"]
    );
    assert!(
        checked.len() > 150,
        "{} of {}: {others:?}",
        checked.len(),
        checked.len() + others.len()
    );
}

#[test]
fn each_reading_is_of_a_metric_that_is_listed_once() {
    let names: Vec<_> = metrics().map(|metric| metric.name).collect();
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), unique.len());
    for metric in metrics() {
        let (group, noun) = metric
            .name
            .split_once('.')
            .expect("a name has a group and a noun");
        let is_word = |word: &str| {
            word.bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        };
        assert!(is_word(group) && is_word(noun), "{}", metric.name);
        assert!(
            metric.about.ends_with('.') && !metric.source.is_empty(),
            "{}",
            metric.name
        );
    }
    let mut readings = Vec::new();
    Collectors::new("/".as_ref()).collect(&mut readings);
    let unlisted: Vec<_> = readings
        .iter()
        .map(|reading| reading.metric.name)
        .filter(|name| !unique.contains(name))
        .collect();
    assert!(unlisted.is_empty(), "{unlisted:?}");
}
