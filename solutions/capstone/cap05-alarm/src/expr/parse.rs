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

// region:given/grammar
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
// endregion:given/grammar
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
    fn condition(&mut self, depth: usize) -> Result<Condition, String> {
        // region:rules One `all`, and as long as the next word is `or`, that and another one: Or(Or(a, b), c). Parentheses deeper than DEEPEST are an error.
        if depth > DEEPEST {
            return Err(self.wrong("parentheses are too deep"));
        }
        let mut condition = self.all(depth)?;
        while self.is_word("or") {
            condition = Condition::Or(Box::new(condition), Box::new(self.all(depth)?));
        }
        Ok(condition)
        // endregion:rules
    }

    // region:rules
    fn all(&mut self, depth: usize) -> Result<Condition, String> {
        let mut condition = self.one(depth)?;
        while self.is_word("and") {
            condition = Condition::And(Box::new(condition), Box::new(self.one(depth)?));
        }
        Ok(condition)
    }

    fn one(&mut self, depth: usize) -> Result<Condition, String> {
        if self.peek() == Some(&Token::Sign("(")) {
            self.next += 1;
            let condition = self.condition(depth + 1)?;
            self.expect(")")?;
            return Ok(condition);
        }
        let call = self.call()?;
        let comparison = match self.take() {
            Some(Token::Sign("<")) => Comparison::Less,
            Some(Token::Sign("<=")) => Comparison::LessOrEqual,
            Some(Token::Sign(">")) => Comparison::Greater,
            Some(Token::Sign(">=")) => Comparison::GreaterOrEqual,
            Some(Token::Sign("==")) => Comparison::Equal,
            Some(Token::Sign("!=")) => Comparison::Unequal,
            _ => {
                self.next -= 1;
                return Err(self.missing("a comparison"));
            }
        };
        Ok(Condition::Compare(call, comparison, self.number()?))
    }
    // endregion:rules

    fn call(&mut self) -> Result<Call, String> {
        // region:rules The function's name, `(`, the selector, and behind a comma the window, which `last` does not have. diff and rate need two samples at least.
        let Some(Token::Name(name)) = self.take() else {
            self.next -= 1;
            return Err(self.missing("a function"));
        };
        let Some(function) = Function::ALL.into_iter().find(|function| function.name() == name) else {
            return Err(self.wrong(&match name.as_str() {
                "absent" => "absent stands alone".to_owned(),
                _ => format!("{name}: there is no such function"),
            }));
        };
        self.expect("(")?;
        self.series()?;
        let window = match function {
            Function::Last => Window::Samples(1),
            _ => {
                self.expect(",")?;
                self.window(function)?
            }
        };
        self.expect(")")?;
        Ok(Call { function, window })
        // endregion:rules
    }

    // region:rules
    /// Reads a selector, which must be the one that was read before.
    fn series(&mut self) -> Result<(), String> {
        let selector = self.selector()?;
        match &self.selector {
            Some(first) if *first != selector => Err(self.wrong(&format!(
                "{selector} is another than {first}: a rule watches one metric"
            ))),
            _ => {
                self.selector = Some(selector);
                Ok(())
            }
        }
    }

    fn window(&mut self, function: Function) -> Result<Window, String> {
        let least = match function {
            Function::Diff | Function::Rate => 2,
            _ => 1,
        };
        match self.take() {
            Some(Token::Number(number, unit)) if unit.is_empty() => match number.parse() {
                Ok(count) if (least..=MOST_SAMPLES).contains(&count) => Ok(Window::Samples(count)),
                _ => Err(self.wrong(&format!(
                    "{number}: {} looks at {least} to {MOST_SAMPLES} samples",
                    function.name()
                ))),
            },
            Some(Token::Number(number, unit)) => {
                let span = span(&format!("{number}{unit}")).map_err(|why| self.wrong(&why))?;
                Ok(Window::Span(span))
            }
            _ => {
                self.next -= 1;
                Err(self.missing("a number of samples or a span"))
            }
        }
    }

    fn number(&mut self) -> Result<f64, String> {
        match self.take() {
            Some(Token::Number(number, unit)) if unit.is_empty() => match number.parse::<f64>() {
                Ok(value)
                    if value.is_finite()
                        && !number.ends_with('.')
                        && !number.contains("-.")
                        && !number.starts_with('.') =>
                {
                    Ok(value)
                }
                _ => Err(self.wrong(&format!("{number} is not a number"))),
            },
            Some(Token::Number(number, unit)) => Err(self.wrong(&format!("{number}{unit} is not a number"))),
            _ => {
                self.next -= 1;
                Err(self.missing("a number"))
            }
        }
    }
    // endregion:rules

    fn absent(&mut self) -> Result<(Selector, Duration), String> {
        // region:rules `absent`, `(`, the selector, a comma, a span, `)`. A number of samples says nothing of time.
        self.next += 1;
        self.expect("(")?;
        let selector = self.selector()?;
        self.expect(",")?;
        match self.window(Function::Last)? {
            Window::Span(span) => {
                self.expect(")")?;
                Ok((selector, span))
            }
            Window::Samples(_) => Err(self.wrong("absent needs a span, such as 60s")),
        }
        // endregion:rules
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

// region:rules
#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, String> {
        parse(text).map(|(selector, when)| when.show(&selector))
    }

    #[test]
    fn what_was_read_is_shown_with_all_parentheses() {
        for (text, expected) in [
            ("last(load.1m)>4", "last(load.1m) > 4"),
            (
                "avg( cpu.busy{cpu=\"*\"} ,5 ) >= -0.50",
                "avg(cpu.busy{cpu=\"*\"}, 5) >= -0.5",
            ),
            (
                "last(m) > 1 or last(m) < 0 and sum(m, 60s) == 3",
                "(last(m) > 1 or (last(m) < 0 and sum(m, 1m) == 3))",
            ),
            (
                "(last(m) > 1 or last(m) < 0) and sum(m, 2) != 3",
                "((last(m) > 1 or last(m) < 0) and sum(m, 2) != 3)",
            ),
            ("absent(m{a=\"!x\"}, 90s)", "absent(m{a=\"!x\"}, 90s)"),
        ] {
            assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, part) in [
            ("", "a function is missing"),
            ("last(m)", "a comparison is missing"),
            ("last(m) > ", "a number is missing"),
            ("last(m) > 1s", "1s is not a number"),
            ("last(m, 3) > 1", "at 7: ')' is missing"),
            ("avg(m) > 1", "at 6: ',' is missing"),
            ("avg(m, 0) > 1", "avg looks at 1 to"),
            ("rate(m, 1) > 1", "rate looks at 2 to"),
            ("absent(m, 3)", "needs a span"),
            ("last(m) > 1 and absent(m, 3s)", "absent stands alone"),
            ("last(m) > 1 or last(n) > 1", "n is another than m"),
            ("last(m) > 1 last(m) > 2", "at 13: the expression was over"),
            ("system(m, 1) > 1", "system: there is no such function"),
            ("last(m) > 1; x", "at 12: ';' has no meaning"),
            ("last(m{a=\"x\",a=\"y\"}) > 1", "twice"),
            ("last(m) > 1.2.3", "1.2.3 is not a number"),
            ("last(m) > -", "- is not a number"),
        ] {
            let why = shown(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
        let deep = format!("{}last(m) > 1{}", "(".repeat(40), ")".repeat(40));
        assert!(shown(&deep).unwrap_err().contains("too deep"));
    }
}
// endregion:rules
