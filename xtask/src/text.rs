//! The catalogue of what xtask says to people.
//!
//! A sentence has a key in `text/en.toml`; a second language is a second file with the same keys in [`CATALOGUES`].
//! Placeholders are named, `{lab}`, since their order differs between languages.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The languages there are; the first is the one that others fall back to.
const CATALOGUES: &[(&str, &str)] = &[("en", include_str!("../text/en.toml"))];

type Catalogue = BTreeMap<String, String>;

/// Returns the language that `COURSE_LANG`, or else the locale, asks for, if the course has it.
pub fn language() -> &'static str {
    let wanted = ["COURSE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let wanted = wanted.unwrap_or_default();
    CATALOGUES
        .iter()
        .map(|(language, _)| *language)
        .find(|language| wanted.starts_with(language))
        .unwrap_or(CATALOGUES[0].0)
}

/// Returns the sentence for `key` with its placeholders filled in. Use [`t!`](crate::t).
pub fn sentence(key: &str, values: &[(&str, String)]) -> String {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| {
        let (_, first) = CATALOGUES[0];
        let mut all = parse(first);
        if let Some((_, other)) = CATALOGUES[1..].iter().find(|(name, _)| *name == language()) {
            all.extend(parse(other));
        }
        all
    });
    // A key without a sentence is a mistake that a test finds; in a student's hands the key still says something.
    let template = catalogue.get(key).map_or(key, String::as_str);
    fill(template, values)
}

fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after
            .split_once('}')
            .and_then(|(name, tail)| Some((values.iter().find(|(key, _)| *key == name)?, tail)))
        {
            Some(((_, value), tail)) => {
                out.push_str(value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Reads a catalogue: tables of `key = "sentence"`, flattened to `table.key`.
fn parse(text: &str) -> Catalogue {
    let mut all = Catalogue::new();
    let Ok(document) = toml_span::parse(text) else {
        return all;
    };
    let Some(tables) = document.as_table() else {
        return all;
    };
    for (table, value) in tables {
        for (key, value) in value.as_table().into_iter().flatten() {
            if let Some(sentence) = value.as_str() {
                all.insert(
                    format!("{}.{}", table.name, key.name),
                    sentence.trim_end_matches('\n').to_owned(),
                );
            }
        }
    }
    all
}

/// Returns a sentence of the catalogue: `t!("check.points", have = 25, all = 100)`.
#[macro_export]
macro_rules! t {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::sentence($key, &[$((stringify!($name), $value.to_string())),*])
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Finds the key of every call of the macro, also where the line was broken after the parenthesis.
    fn keys_in(text: &str) -> impl Iterator<Item = &str> {
        let calls = text
            .match_indices("t!(")
            .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        calls
            .filter_map(|(at, call)| {
                text[at + call.len()..]
                    .trim_start()
                    .strip_prefix('"')?
                    .split_once('"')
            })
            .map(|(key, _)| key)
    }

    fn used(dir: &Path, into: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                used(&path, into);
            } else if !path.ends_with("text.rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                into.extend(keys_in(&text).map(str::to_owned));
            }
        }
    }

    #[test]
    fn the_catalogue_holds_just_the_sentences_that_are_said() {
        let mut said = BTreeSet::new();
        for sources in ["src", "workshop/src"] {
            used(&Path::new(env!("CARGO_MANIFEST_DIR")).join(sources), &mut said);
        }
        for (language, text) in CATALOGUES {
            let written: BTreeSet<String> = parse(text).into_keys().collect();
            let missing: Vec<_> = said.difference(&written).collect();
            let unused: Vec<_> = written.difference(&said).collect();
            assert!(
                missing.is_empty() && unused.is_empty(),
                "{language}: missing {missing:?}, unused {unused:?}"
            );
        }
    }

    #[test]
    fn placeholders_are_filled_by_name_and_other_braces_stay() {
        assert_eq!(
            fill("{b} {a} {c} {", &[("a", "1".into()), ("b", "2".into())]),
            "2 1 {c} {"
        );
    }
}
