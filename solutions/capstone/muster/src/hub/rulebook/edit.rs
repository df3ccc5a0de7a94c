use std::ops::Range;

use serde::Deserialize;

/// The header of a rule.
const HEADER: &str = "[[rule]]";

/// Where the rules of a file stand in its lines.
pub(super) struct Blocks<'a> {
    lines: Vec<&'a str>,
    pub(super) all: Vec<Block>,
}

/// A rule: the comments right above it, and its own lines.
pub(super) struct Block {
    comments: Range<usize>,
    own: Range<usize>,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        // Whatever else begins with a bracket, in a text of several lines, say, makes rules that are not those that were there; that is looked at.
        let is_table = |line: &str| line.starts_with('[');
        let is_comment = |line: &str| line.trim_start().starts_with('#');
        let heads: Vec<usize> = (0..lines.len()).filter(|&at| is_table(lines[at])).collect();
        let mut all = Vec::new();
        for (n, &head) in heads.iter().enumerate() {
            let first = |head: usize| {
                let above = lines[..head].iter().rev().take_while(|line| is_comment(line));
                head - above.count()
            };
            if !lines[head].trim_end().starts_with(HEADER) {
                continue;
            }
            let next = heads.get(n + 1).map_or(lines.len(), |&next| first(next));
            let blank = lines[head..next]
                .iter()
                .rev()
                .take_while(|line| line.trim().is_empty());
            all.push(Block {
                comments: first(head)..head,
                own: head..next - blank.count(),
            });
        }
        Self { lines, all }
    }

    pub(super) fn text(&self, block: &Block) -> String {
        self.lines[block.own.clone()].join("\n") + "\n"
    }

    pub(super) fn comments(&self, block: &Block) -> Vec<String> {
        let lines = self.lines[block.comments.clone()].iter();
        lines
            .map(|line| line.trim_start_matches([' ', '\t', '#']).trim_end().to_owned())
            .collect()
    }

    /// Returns the text with a rule put in, in the place of another or behind all, a comment above it; and the line, from 1, in which it begins.
    pub(super) fn with(&self, place: Option<usize>, comment: &str, rule: &str) -> (String, usize) {
        let rule = rule.trim_end();
        let (before, behind) = match place.and_then(|place| self.all.get(place)) {
            Some(block) => (&self.lines[..block.own.start], &self.lines[block.own.end..]),
            None => (&self.lines[..], &[][..]),
        };
        let mut lines: Vec<&str> = before.to_vec();
        if place.is_none() && lines.last().is_some_and(|last| !last.trim().is_empty()) {
            lines.push("");
        }
        lines.push(comment);
        let begins = lines.len() + 1;
        lines.push(rule);
        lines.extend(behind);
        (lines.join("\n") + "\n", begins)
    }

    /// Returns the text without a rule.
    pub(super) fn without(&self, place: usize) -> String {
        let Some(block) = self.all.get(place) else {
            return self.lines.join("\n") + "\n";
        };
        let before = &self.lines[..block.comments.start];
        let mut behind = &self.lines[block.own.end..];
        while let Some((first, rest)) = behind.split_first()
            && first.trim().is_empty()
        {
            behind = rest;
        }
        let lines: Vec<&str> = before.iter().chain(behind).copied().collect();
        lines.join("\n").trim_end().to_owned() + "\n"
    }
}

/// Returns the name of the one rule in a text.
///
/// # Errors
/// What is wrong in which line, from 1.
pub(super) fn name(text: &str) -> Result<String, (usize, String)> {
    #[derive(Deserialize)]
    struct Lone {
        #[serde(default)]
        rule: Vec<Named>,
    }
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let first = text.lines().position(|line| says(&line)).unwrap_or_default();
    if text
        .lines()
        .nth(first)
        .is_none_or(|line| line.trim_end() != HEADER)
    {
        return Err((first + 1, format!("a rule begins with {HEADER}")));
    }
    let lone: Lone = toml::from_str(text).map_err(|why| {
        let at = why.span().map_or(0, |span| span.start);
        let before = text.as_bytes().iter().take(at);
        let line = 1 + before.filter(|&&byte| byte == b'\n').count();
        (line, why.message().replace('\n', " "))
    })?;
    match &lone.rule[..] {
        [Named { name }] => Ok(name.clone()),
        _ => Err((1, "only one rule at a time is taken".to_owned())),
    }
}
