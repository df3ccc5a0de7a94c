use std::time::Duration;

use super::lexer::{Token, words};
use super::{Call, Comparison, Condition, Function, Selector, When, Window};
use crate::labels::is_label;
use crate::{Pattern, span};

/// How deep parentheses may stand in each other: a rule is read by people.
const DEEPEST: usize = 32;

/// The most samples that a window may ask for.
const MOST_SAMPLES: usize = 10_000;

/// The longest text of an expression, in bytes.
const LONGEST: usize = 4096;

/// Reads what a rule watches for.
///
/// ```text
/// when       = "absent(" selector "," span ")" | condition
/// condition  = all { "or" all }
/// all        = one { "and" one }
/// one        = "(" condition ")" | call comparison number
/// call       = "last(" selector ")" | function "(" selector "," window ")"
/// function   = "sum" | "avg" | "min" | "max" | "diff" | "rate"
/// window     = number of samples | span
/// selector   = metric [ "{" label "=" text { "," label "=" text } "}" ]
/// comparison = "<" | "<=" | ">" | ">=" | "==" | "!="
/// ```
///
/// All selectors of an expression must be the same: a rule watches one metric.
///
/// # Errors
/// Says what is wrong, and where, counted in bytes from 1.
pub fn parse(text: &str) -> Result<(Selector, When), String> {
    let mut parser = Parser::new(text)?;
    if parser.peek() == Some(&Token::Name("absent".to_owned())) {
        let (selector, span) = parser.absent()?;
        parser.end()?;
        return Ok((selector, When::Absent(span)));
    }
    let condition = parser.condition(0)?;
    parser.end()?;
    let selector = parser.selector.ok_or("there is no function in it")?;
    Ok((selector, When::Holds(condition)))
}

struct Parser {
    words: Vec<(usize, Token)>,
    next: usize,
    selector: Option<Selector>,
}

impl Parser {
    fn new(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("an expression has at most {LONGEST} bytes"));
        }
        Ok(Self {
            words: words(text)?,
            next: 0,
            selector: None,
        })
    }

    fn peek(&self) -> Option<&Token> {
        self.words.get(self.next).map(|(_, token)| token)
    }

    /// Makes an error of what is wrong with the word before the next one.
    fn wrong(&self, what: &str) -> String {
        let at = self.next.checked_sub(1).and_then(|last| self.words.get(last));
        format!("at {}: {what}", at.map_or(1, |(at, _)| *at))
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += 1;
        token
    }

    /// Goes on behind a sign, or says that it is missing.
    fn expect(&mut self, sign: &'static str) -> Result<(), String> {
        match self.peek() {
            Some(Token::Sign(found)) if *found == sign => {
                self.next += 1;
                Ok(())
            }
            _ => Err(self.missing(&format!("'{sign}'"))),
        }
    }

    fn missing(&self, what: &str) -> String {
        match self.words.get(self.next) {
            Some((at, _)) => format!("at {at}: {what} is missing"),
            None => format!("at the end: {what} is missing"),
        }
    }

    fn end(&self) -> Result<(), String> {
        match self.words.get(self.next) {
            None => Ok(()),
            Some((at, _)) => Err(format!("at {at}: the expression was over before")),
        }
    }

    fn is_word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.next += usize::from(is);
        is
    }

    /// Reads a condition: `and` binds closer than `or`, and both from the left.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn condition(&mut self, depth: usize) -> Result<Condition, String> {
        todo!(
            "rules: One `all`, and as long as the next word is `or`, that and another one: Or(Or(a, b), c). Parentheses deeper than DEEPEST are an error."
        )
    }

    fn call(&mut self) -> Result<Call, String> {
        todo!(
            "rules: The function's name, `(`, the selector, and behind a comma the window, which `last` does not have. diff and rate need two samples at least."
        )
    }

    fn absent(&mut self) -> Result<(Selector, Duration), String> {
        todo!(
            "rules: `absent`, `(`, the selector, a comma, a span, `)`. A number of samples says nothing of time."
        )
    }

    /// Reads a metric's name and the patterns of its labels.
    fn selector(&mut self) -> Result<Selector, String> {
        let Some(Token::Name(metric)) = self.take() else {
            self.next -= 1;
            return Err(self.missing("a metric"));
        };
        let mut labels: Vec<(String, Pattern)> = Vec::new();
        if self.peek() == Some(&Token::Sign("{")) {
            self.next += 1;
            loop {
                let Some(Token::Name(key)) = self.take() else {
                    self.next -= 1;
                    return Err(self.missing("a label"));
                };
                if !is_label(&key) {
                    return Err(self.wrong(&format!("{key:?} is no name of a label")));
                }
                if labels.iter().any(|(other, _)| *other == key) {
                    return Err(self.wrong(&format!("the label {key} is there twice")));
                }
                self.expect("=")?;
                let Some(Token::Text(pattern)) = self.take() else {
                    self.next -= 1;
                    return Err(self.missing("a text in quotes"));
                };
                labels.push((key, Pattern::new(&pattern)));
                match self.take() {
                    Some(Token::Sign(",")) => {}
                    Some(Token::Sign("}")) => break,
                    _ => {
                        self.next -= 1;
                        return Err(self.missing("',' or '}'"));
                    }
                }
            }
        }
        Ok(Selector { metric, labels })
    }
}
