//! Whether two programs ask a server for the same URLs, by what the server itself has noted.
//!
//! Every difference is to have a known reason. A reason that explains nothing any more is named too, so that the list stays true.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use xtask::exit::Result;
use xtask::measures::{Reason, SameUrls, Side};
use xtask::t;
use xtask::term::{Status, Style};

use super::arena::{Arena, Ground, Job, missing};
use super::forecast::Forecast;
use super::server::Answer;
use super::stopwatch::{Memory, Run};

/// The most URLs that are shown of one group.
const SHOWN: usize = 5;

/// How a program of the lab and a peer compare.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) name: String,
    about: String,
    /// The program of the lab, and what it took.
    subject: String,
    subject_took: Run,
    peer: String,
    peer_took: Run,
    difference: Difference,
}

/// What two sets have in common, and why they differ.
#[derive(Debug, PartialEq)]
struct Difference {
    /// How many URLs each of the two asked for.
    asked: (usize, usize),
    same: usize,
    groups: Vec<Group>,
    /// Reasons that explain nothing, by their sentences.
    unused: Vec<String>,
}

/// URLs that only one of the two asked for, or that were answered differently.
#[derive(Debug, PartialEq)]
struct Group {
    only: Side,
    /// None where the reason is not known.
    why: Option<String>,
    answers: Vec<Answer>,
}

/// Lets the first program of the lab that runs, and the peer, ask the same server; or says why there is nothing to compare.
pub(crate) fn compare(
    same: &SameUrls,
    arena: &Arena<'_>,
    forecast: &mut Forecast,
) -> Result<std::result::Result<Comparison, String>> {
    let ground = Ground {
        input: None,
        server: arena.server(&same.server),
    };
    if missing(&same.peer).is_some() {
        return Ok(Err(t!("bench.not_installed", package = same.peer.package)));
    }
    let mut status = Status::start();
    let mut ask = |name: &str, job: &Job| -> Result<_> {
        status.show(&t!(
            "bench.asking",
            measure = same.name,
            program = name,
            left = forecast.left_in_words()
        ));
        let ran = arena.run(job, ground, Memory::Ignored)?;
        match ran.run {
            Ok(run) => {
                forecast.ran(&same.name, name, run.wall);
                Ok(Ok((run, ran.answers.into_iter().collect::<BTreeSet<_>>())))
            }
            Err(why) => {
                forecast.out(&same.name, name);
                Ok(Err(format!("{name}: {why}")))
            }
        }
    };
    let mut own = Err(t!("bench.broken"));
    for entrant in &arena.entrants {
        let Some(program) = &entrant.program else { continue };
        let job = Job::of_lab(program, &same.subject, &same.statuses, None);
        own = ask(&entrant.name, &job)?.map(|ran| (entrant.name.clone(), ran));
        if own.is_ok() {
            break;
        }
    }
    let (subject, (subject_took, own)) = match own {
        Ok(own) => own,
        Err(why) => return Ok(Err(why)),
    };
    let (peer_took, others) = match ask(&same.peer.name, &Job::of_peer(&same.peer, None))? {
        Ok(others) => others,
        Err(why) => return Ok(Err(why)),
    };
    status.clear();
    Ok(Ok(Comparison {
        name: same.name.clone(),
        about: ground.about(),
        subject,
        subject_took,
        peer: same.peer.name.clone(),
        peer_took,
        difference: Difference::between(&own, &others, &same.reasons),
    }))
}

impl Difference {
    fn between(own: &BTreeSet<Answer>, others: &BTreeSet<Answer>, reasons: &[Reason]) -> Self {
        let sides = [
            (Side::Subject, own.difference(others)),
            (Side::Peer, others.difference(own)),
        ];
        let mut known: Vec<Group> = reasons
            .iter()
            .map(|reason| Group {
                only: reason.only,
                why: Some(reason.why.clone()),
                answers: Vec::new(),
            })
            .collect();
        let mut unknown = Vec::new();
        for (side, answers) in sides {
            let mut left_over = Vec::new();
            for answer in answers {
                let explains = |reason: &Reason| {
                    reason.only == side && reason.urls.iter().any(|url| matches(url, &answer.target))
                };
                match reasons.iter().position(explains) {
                    Some(index) => known[index].answers.push(answer.clone()),
                    None => left_over.push(answer.clone()),
                }
            }
            unknown.push(Group {
                only: side,
                why: None,
                answers: left_over,
            });
        }
        let (used, unused): (Vec<Group>, Vec<Group>) =
            known.into_iter().partition(|group| !group.answers.is_empty());
        unknown.retain(|group| !group.answers.is_empty());
        Self {
            asked: (own.len(), others.len()),
            same: own.intersection(others).count(),
            groups: used.into_iter().chain(unknown).collect(),
            unused: unused.into_iter().filter_map(|group| group.why).collect(),
        }
    }

    /// How many URLs differ: for known reasons, and for none.
    fn counts(&self) -> (usize, usize) {
        let count = |known: bool| {
            let groups = self.groups.iter().filter(|group| group.why.is_some() == known);
            groups.map(|group| group.answers.len()).sum()
        };
        (count(true), count(false))
    }
}

/// Whether `pattern`, in which `*` stands for any characters, describes all of `text`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else {
        return pattern == text;
    };
    text.strip_prefix(before).is_some_and(|rest| {
        let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        ends.any(|at| matches(after, &rest[at..]))
    })
}

/// Draws a comparison for people.
pub(crate) fn draw(comparison: &Comparison, style: Style) -> String {
    let Comparison {
        difference,
        subject,
        peer,
        ..
    } = comparison;
    let (name, about) = (style.bold(&comparison.name), style.dim(&comparison.about));
    let asked = t!(
        "bench.asked",
        subject = subject,
        own = difference.asked.0,
        peer = peer,
        others = difference.asked.1,
        same = difference.same
    );
    let mut out = format!("\n{name}  {about}\n  {asked}\n");
    for group in &difference.groups {
        let who = match group.only {
            Side::Subject => subject,
            Side::Peer => peer,
        };
        let only = t!("bench.only", who = who, count = group.answers.len());
        let why = match &group.why {
            Some(why) => why.clone(),
            None => style.red(&t!("bench.unexplained")),
        };
        out.push_str(&format!("  {only} {why}\n"));
        // What has no reason yet is shown whole: somebody has to find one.
        let shown = if group.why.is_some() {
            SHOWN
        } else {
            group.answers.len()
        };
        for answer in group.answers.iter().take(shown) {
            out.push_str(&format!("    {} {}\n", answer.status, answer.target));
        }
        if let more @ 1.. = group.answers.len().saturating_sub(shown) {
            out.push_str(&format!(
                "    {}\n",
                style.dim(&t!("bench.more_urls", count = more))
            ));
        }
    }
    for why in &difference.unused {
        out.push_str(&format!(
            "  {}\n",
            style.yellow(&t!("bench.unused_reason", why = why))
        ));
    }
    let verdict = match difference.counts().1 {
        0 => style.green(&format!("{} {}", style.sign("✔", "ok"), t!("bench.same_met"))),
        _ => style.red(&format!("{} {}", style.sign("✘", "x"), t!("bench.same_missed"))),
    };
    out.push_str(&format!("  {verdict}\n"));
    out
}

/// The figures for `bench-result.json`.
pub(crate) fn json(comparison: &Comparison) -> Value {
    let difference = &comparison.difference;
    let (explained, unexplained) = difference.counts();
    let seconds = |run: Run| (run.wall.as_secs_f64() * 1e4).round() / 1e4;
    json!({
        "name": comparison.name,
        "subject_urls": difference.asked.0,
        "same": difference.same,
        "explained": explained,
        "unexplained": unexplained,
        "subject_s": seconds(comparison.subject_took),
        "peers": [{
            "name": comparison.peer,
            "urls": difference.asked.1,
            "peer_s": seconds(comparison.peer_took),
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(list: &[(&str, u16)]) -> BTreeSet<Answer> {
        let answer = |&(target, status): &(&str, u16)| Answer {
            target: target.to_owned(),
            status,
        };
        list.iter().map(answer).collect()
    }

    fn reason(only: Side, urls: &[&str], why: &str) -> Reason {
        Reason {
            only,
            urls: urls.iter().map(|&url| url.to_owned()).collect(),
            why: why.to_owned(),
        }
    }

    #[test]
    fn differences_are_grouped_by_their_reasons_and_the_rest_has_none() {
        let own = answers(&[("/", 200), ("/a.png", 200), ("/b.png", 200), ("/gone", 404)]);
        let others = answers(&[("/", 200), ("/gone", 410), ("/c.png", 200)]);
        let reasons = [
            reason(Side::Subject, &["*.png", "*.gif"], "images"),
            reason(Side::Peer, &["/x*"], "nothing"),
        ];
        let difference = Difference::between(&own, &others, &reasons);
        assert_eq!((difference.asked, difference.same), ((4, 3), 1));
        assert_eq!(difference.counts(), (2, 3));
        assert_eq!(difference.unused, ["nothing"]);
        let groups: Vec<_> = difference
            .groups
            .iter()
            .map(|group| (group.only, group.why.as_deref(), group.answers.len()))
            .collect();
        // /c.png is the other side's: the reason for ours does not hold for it. And one URL answered differently is two differences.
        assert_eq!(
            groups,
            [
                (Side::Subject, Some("images"), 2),
                (Side::Subject, None, 1),
                (Side::Peer, None, 2)
            ]
        );
    }

    #[test]
    fn equal_sets_have_no_groups() {
        let set = answers(&[("/", 200), ("/a", 404)]);
        let difference = Difference::between(&set, &set, &[]);
        assert_eq!((difference.same, difference.counts()), (2, (0, 0)));
    }

    #[test]
    fn a_star_stands_for_any_characters_and_all_else_for_itself() {
        let cases = [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("*.png", "/x/y.png", true),
            ("*.png", "/x/y.png?z", false),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/a-c-b", false),
            ("*", "", true),
            ("/é*", "/éé", true),
            ("/a?b", "/a?b", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
