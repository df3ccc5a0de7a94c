//! The pages about submissions that are alike: a list, and each pair side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use xtask::subject::Files;

use super::{Pair, pairs, shown};
use crate::report::{escape::html, style};

/// One lab's submissions.
pub(crate) struct Works {
    /// The lab's id.
    pub(crate) lab: String,
    pub(crate) starter: Files,
    /// Student and files.
    pub(crate) works: Vec<(String, Files)>,
}

/// Adds `alike.html` and a page for each pair to `files`.
pub(crate) fn pages(labs: &[Works], files: &mut Files) {
    let mut body = String::from(
        "<h1>Submissions that are alike</h1>\n<p>How much of the smaller one also stands in the other, whatever names and layout are. This proves nothing: look.</p>\n",
    );
    for Works { lab, starter, works } in labs {
        let sources: Vec<Files> = works.iter().map(|(_, files)| files.clone()).collect();
        let found = pairs(starter, &sources);
        body.push_str(&format!("<h2>{}</h2>\n", html(lab)));
        if found.is_empty() {
            body.push_str("<p>No pair.</p>\n");
            continue;
        }
        body.push_str("<table><tbody>\n");
        for (pair, number) in found.iter().zip(1..) {
            let (one, other) = (&works[pair.who.0], &works[pair.who.1]);
            let name = format!("alike/{lab}-{number}.html");
            body.push_str(&format!(
                "<tr><td class=\"number\">{} %</td><td><a href=\"{name}\">{} and {}</a></td><td class=\"dim\">{} places</td></tr>\n",
                pair.percent,
                html(&one.0),
                html(&other.0),
                pair.places.len()
            ));
            files.insert(
                PathBuf::from(name),
                side_by_side(lab, pair, one, other).into_bytes(),
            );
        }
        body.push_str("</tbody></table>\n");
    }
    files.insert(
        "alike.html".into(),
        style::page("Submissions that are alike", &body).into_bytes(),
    );
}

fn side_by_side(lab: &str, pair: &Pair, one: &(String, Files), other: &(String, Files)) -> String {
    let mut body = format!(
        "<h1>{}: {} % alike</h1>\n<div class=\"pair\">\n",
        html(lab),
        pair.percent
    );
    let places: [Vec<&(PathBuf, u32)>; 2] = [
        pair.places.iter().map(|(mine, _)| mine).collect(),
        pair.places.iter().map(|(_, theirs)| theirs).collect(),
    ];
    for ((name, files), places) in [one, other].into_iter().zip(places) {
        body.push_str(&format!("<div><h2>{}</h2>\n", html(name)));
        let mut lines: BTreeMap<&Path, BTreeSet<u32>> = BTreeMap::new();
        for (path, line) in places {
            // A piece is some lines long; where it ends is not kept.
            lines.entry(path).or_default().extend(*line..line + 3);
        }
        for (path, marked) in lines {
            let text = files
                .get(path)
                .map(|bytes| String::from_utf8_lossy(bytes))
                .unwrap_or_default();
            body.push_str(&format!("<p>{}</p><pre>", html(&shown(path))));
            for (line, number) in text.lines().zip(1..) {
                let class = if marked.contains(&number) { "plus" } else { "dim" };
                body.push_str(&format!(
                    "<span class=\"{class}\">{number:4} {}</span>",
                    html(line)
                ));
            }
            body.push_str("</pre>\n");
        }
        body.push_str("</div>\n");
    }
    body.push_str("</div>\n");
    style::page(&format!("{lab}: {} and {}", one.0, other.0), &body)
}
