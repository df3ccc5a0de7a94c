//! Makes a tree of a query, and says what is wrong with it and where.
//!
//! Source: <https://prometheus.io/docs/prometheus/2.42/querying/basics/> and `operators`.

use super::fault::Fault;
use super::lexer::{Token, What, Wrong, tokens};
use super::matcher::Matcher;
use super::tree::{
    Aggregation, Arithmetic, Comparison, Expr, Grouping, Operator, Over, Query, Returns, Selector,
};

/// The longest query, in bytes.
const LONGEST: usize = 10_000;

/// How deep brackets and signs may be nested, and how many operators there may be: what walks a tree calls itself.
const DEEPEST: usize = 50;
const MOST_OPERATORS: usize = 200;

/// Reads a query.
pub(super) fn parse(text: &str) -> Result<Query, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::bad_data(format!(
            "the query has more than {LONGEST} bytes"
        )));
    }
    query(text).map_err(|(at, why)| at_place(text, at, &why))
}

/// Reads what `match[]` has: a selector and nothing else.
pub(super) fn parse_selector(text: &str) -> Result<Vec<Matcher>, Fault> {
    match parse(text)?.root {
        Expr::Selector(selector) if selector.offset_ms == 0 => Ok(selector.matchers),
        _ => Err(at_place(
            text,
            0,
            "expected a selector of series and nothing else",
        )),
    }
}

fn at_place(text: &str, at: usize, why: &str) -> Fault {
    let before = &text.as_bytes()[..at.min(text.len())];
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count();
    Fault::bad_data(format!("{line}:{column}: parse error: {why}"))
}

fn query(text: &str) -> Result<Query, Wrong> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        operators: 0,
    };
    if parser.peek() == &What::End {
        return Err((0, "no expression found in input".to_owned()));
    }
    let root = parser.expression(0)?;
    match parser.peek() {
        What::End => {
            let returns = root.returns();
            Ok(Query { root, returns })
        }
        What::Name(name)
            if ["and", "or", "unless", "atan2"]
                .iter()
                .any(|set| name.eq_ignore_ascii_case(set)) =>
        {
            parser.wrong(format!("the operator \"{name}\" is not supported"))
        }
        What::Sign("@") => parser.wrong("the @ modifier is not supported".to_owned()),
        other => parser.wrong(format!("unexpected {other}")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    operators: usize,
}

/// An operator between two expressions, as it is written.
#[derive(Clone, Copy)]
enum Infix {
    Arithmetic(Arithmetic),
    Comparison(Comparison),
}

/// Returns an operator and how strongly it binds.
fn infix(what: &What) -> Option<(Infix, u8)> {
    let What::Sign(sign) = what else { return None };
    Some(match *sign {
        "==" => (Infix::Comparison(Comparison::Equal), 1),
        "!=" => (Infix::Comparison(Comparison::Unequal), 1),
        ">" => (Infix::Comparison(Comparison::Greater), 1),
        "<" => (Infix::Comparison(Comparison::Less), 1),
        ">=" => (Infix::Comparison(Comparison::AtLeast), 1),
        "<=" => (Infix::Comparison(Comparison::AtMost), 1),
        "+" => (Infix::Arithmetic(Arithmetic::Add), 2),
        "-" => (Infix::Arithmetic(Arithmetic::Subtract), 2),
        "*" => (Infix::Arithmetic(Arithmetic::Multiply), 3),
        "/" => (Infix::Arithmetic(Arithmetic::Divide), 3),
        "%" => (Infix::Arithmetic(Arithmetic::Remainder), 3),
        "^" => (Infix::Arithmetic(Arithmetic::Power), POWER),
        _ => return None,
    })
}

/// How strongly `^` binds; a sign in front of an expression binds less.
const POWER: u8 = 4;

impl Parser {
    fn peek(&self) -> &What {
        &self.tokens[self.next].what
    }

    fn at(&self) -> usize {
        self.tokens[self.next].at
    }

    /// Takes a token; the end is never taken.
    fn take(&mut self) -> What {
        let what = self.peek().clone();
        if what != What::End {
            self.next += 1;
        }
        what
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), What::Sign(found) if *found == sign)
    }

    fn take_if(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.next += usize::from(is);
        is
    }

    fn expect(&mut self, sign: &str, place: &str) -> Result<(), Wrong> {
        match self.take_if(sign) {
            true => Ok(()),
            false => self.wrong(format!(
                "unexpected {} in {place}, expected \"{sign}\"",
                self.peek()
            )),
        }
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), What::Name(name) if name.eq_ignore_ascii_case(keyword))
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is = self.is_keyword(keyword);
        self.next += usize::from(is);
        is
    }

    fn wrong<T>(&self, why: String) -> Result<T, Wrong> {
        Err((self.at(), why))
    }

    /// Reads an expression whose operators bind at least so strongly.
    fn expression(&mut self, least: u8) -> Result<Expr, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.wrong(format!("the query is nested more than {DEEPEST} deep"));
        }
        let begin = self.at();
        let mut left = self.signed()?;
        while let Some((operator, strength)) = infix(self.peek()).filter(|(_, strength)| *strength >= least) {
            let at = self.at();
            self.take();
            self.operators += 1;
            if self.operators > MOST_OPERATORS {
                return Err((at, format!("the query has more than {MOST_OPERATORS} operators")));
            }
            let is_bool = self.take_keyword("bool");
            let operator = match operator {
                Infix::Arithmetic(_) if is_bool => {
                    return Err((
                        at,
                        "bool modifier can only be used on comparison operators".to_owned(),
                    ));
                }
                Infix::Arithmetic(what) => Operator::Arithmetic(what),
                Infix::Comparison(what) if is_bool => Operator::Bool(what),
                Infix::Comparison(what) => Operator::Filter(what),
            };
            let matching = self.matching()?;
            let right_begin = self.at();
            // `^` is the only one that begins on the right.
            let right = self.expression(if strength == POWER { strength } else { strength + 1 })?;
            for (side, begin) in [(&left, begin), (&right, right_begin)] {
                if side.returns() == Returns::Range {
                    let why = "binary expression must contain only scalar and instant vector types";
                    return Err((begin, why.to_owned()));
                }
            }
            left = combine(left, operator, right, matching).map_err(|why| (at, why))?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// Reads `on (…)` or `ignoring (…)`.
    fn matching(&mut self) -> Result<Option<Grouping>, Wrong> {
        let found = if self.take_keyword("on") {
            Some(Grouping::By(self.names()?))
        } else if self.take_keyword("ignoring") {
            Some(Grouping::Without(self.names()?))
        } else {
            None
        };
        if self.is_keyword("group_left") || self.is_keyword("group_right") {
            return self.wrong(format!(
                "{} is not supported: vectors are matched one to one",
                self.peek()
            ));
        }
        Ok(found)
    }

    fn signed(&mut self) -> Result<Expr, Wrong> {
        let is_minus = self.is("-");
        if !is_minus && !self.is("+") {
            return self.postfixed();
        }
        self.take();
        let at = self.at();
        let of = self.expression(POWER)?;
        match of.returns() {
            Returns::Range => {
                let why = "unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\"";
                Err((at, why.to_owned()))
            }
            _ if !is_minus => Ok(of),
            Returns::Scalar => match of {
                Expr::Number(number) => Ok(Expr::Number(-number)),
                other => Ok(other),
            },
            Returns::Vector => Ok(Expr::Negate(Box::new(of))),
        }
    }

    /// Reads what stands by itself, and the range and the offset behind it.
    fn postfixed(&mut self) -> Result<Expr, Wrong> {
        let is_selector_here = !self.is("(");
        let mut expr = self.primary()?;
        let mut has_offset = false;
        loop {
            if self.is("[") {
                let at = self.at();
                self.take();
                let What::Duration(range_ms) = self.peek().clone() else {
                    return self.wrong(format!(
                        "unexpected {} in range, expected a duration",
                        self.peek()
                    ));
                };
                if range_ms == 0 {
                    return self.wrong("duration must be greater than 0".to_owned());
                }
                self.take();
                if self.is(":") || matches!(self.peek(), What::Name(name) if name.starts_with(':')) {
                    return self.wrong("subqueries are not supported".to_owned());
                }
                self.expect("]", "range")?;
                expr = match expr {
                    Expr::Selector(_) if has_offset => {
                        return Err((at, "no offset modifiers allowed before range".to_owned()));
                    }
                    Expr::Selector(selector) if is_selector_here => Expr::Range(selector, range_ms),
                    _ => return Err((at, "ranges only allowed for vector selectors".to_owned())),
                };
            } else if self.is_keyword("offset") {
                let at = self.at();
                self.take();
                let is_negative = self.take_if("-");
                if !is_negative {
                    self.take_if("+");
                }
                let What::Duration(ms) = self.peek().clone() else {
                    return self.wrong(format!(
                        "unexpected {} in offset, expected a duration",
                        self.peek()
                    ));
                };
                self.take();
                match &mut expr {
                    _ if has_offset => return Err((at, "offset may not be set multiple times".to_owned())),
                    Expr::Selector(selector) | Expr::Range(selector, _) if is_selector_here => {
                        selector.offset_ms = if is_negative { -ms } else { ms };
                    }
                    _ => {
                        let why = "offset modifier must be preceded by an instant vector selector or range vector selector";
                        return Err((at, why.to_owned()));
                    }
                }
                has_offset = true;
            } else if self.is("@") {
                return self.wrong("the @ modifier is not supported".to_owned());
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, Wrong> {
        let at = self.at();
        match self.peek().clone() {
            What::Number(number) => {
                self.take();
                Ok(Expr::Number(number))
            }
            What::Sign("(") => {
                self.take();
                let inner = self.expression(0)?;
                self.expect(")", "paren expression")?;
                Ok(inner)
            }
            What::Sign("{") => self.selector(None),
            What::Name(name) => {
                self.take();
                let is_call = self.is("(");
                let aggregation = Aggregation::ALL
                    .iter()
                    .find(|(known, _)| name.eq_ignore_ascii_case(known));
                match aggregation {
                    Some((_, what)) if is_call || self.is_keyword("by") || self.is_keyword("without") => {
                        self.aggregate(*what)
                    }
                    _ if is_call => self.call(&name, at),
                    _ => self.selector(Some(name)),
                }
            }
            What::Text(_) => self.wrong("string literals are not supported outside of matchers".to_owned()),
            other => self.wrong(format!("unexpected {other}")),
        }
    }

    fn selector(&mut self, name: Option<String>) -> Result<Expr, Wrong> {
        let begin = self.tokens[self.next - usize::from(name.is_some())].at;
        let mut matchers = Vec::new();
        if let Some(name) = &name {
            matchers.push(Matcher::new("__name__", "=", name).map_err(|why| (begin, why))?);
        }
        if self.take_if("{") {
            while !self.take_if("}") {
                let at = self.at();
                let label = self.label("label matching")?;
                if label == "__name__" && name.is_some() {
                    return Err((at, "metric name must not be set twice".to_owned()));
                }
                let operator = match self.take() {
                    What::Sign(sign @ ("=" | "!=" | "=~" | "!~")) => sign,
                    other => {
                        let at = self.tokens[self.next.saturating_sub(1)].at;
                        return Err((
                            at,
                            format!("unexpected {other} in label matching, expected label matching operator"),
                        ));
                    }
                };
                let at = self.at();
                let What::Text(value) = self.peek().clone() else {
                    return self.wrong(format!(
                        "unexpected {} in label matching, expected string",
                        self.peek()
                    ));
                };
                self.take();
                matchers.push(Matcher::new(&label, operator, &value).map_err(|why| (at, why))?);
                if !self.take_if(",") && !self.is("}") {
                    return self.wrong(format!(
                        "unexpected {} in label matching, expected \",\" or \"}}\"",
                        self.peek()
                    ));
                }
            }
        }
        if matchers.iter().all(|matcher| matcher.matches("")) {
            return Err((
                begin,
                "vector selector must contain at least one non-empty matcher".to_owned(),
            ));
        }
        Ok(Expr::Selector(Selector {
            matchers,
            offset_ms: 0,
        }))
    }

    fn label(&mut self, place: &str) -> Result<String, Wrong> {
        match self.peek().clone() {
            What::Name(name) if !name.contains(':') => {
                self.take();
                Ok(name)
            }
            other => self.wrong(format!("unexpected {other} in {place}, expected label")),
        }
    }

    /// Reads names of labels in brackets.
    fn names(&mut self) -> Result<Vec<String>, Wrong> {
        self.expect("(", "grouping opts")?;
        let mut names = Vec::new();
        while !self.take_if(")") {
            names.push(self.label("grouping opts")?);
            if !self.take_if(",") && !self.is(")") {
                return self.wrong(format!(
                    "unexpected {} in grouping opts, expected \",\" or \")\"",
                    self.peek()
                ));
            }
        }
        Ok(names)
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, Wrong> {
        if self.take_keyword("by") {
            Ok(Some(Grouping::By(self.names()?)))
        } else if self.take_keyword("without") {
            Ok(Some(Grouping::Without(self.names()?)))
        } else {
            Ok(None)
        }
    }

    fn aggregate(&mut self, what: Aggregation) -> Result<Expr, Wrong> {
        let before = self.grouping()?;
        self.expect("(", "aggregation")?;
        let mut most = 0.0;
        if what.has_parameter() {
            let at = self.at();
            let Expr::Number(number) = self.expression(0)? else {
                return Err((at, "expected type scalar in aggregation parameter".to_owned()));
            };
            most = number;
            self.expect(",", "aggregation")?;
        }
        let at = self.at();
        let of = self.expression(0)?;
        self.expect(")", "aggregation")?;
        if of.returns() != Returns::Vector {
            let got = of.returns().name();
            return Err((
                at,
                format!("expected type instant vector in aggregation expression, got {got}"),
            ));
        }
        let grouping = match before {
            Some(before) => before,
            None => self.grouping()?.unwrap_or(Grouping::By(Vec::new())),
        };
        let of = Box::new(of);
        Ok(Expr::Aggregate {
            what,
            most,
            grouping,
            of,
        })
    }

    fn call(&mut self, name: &str, at: usize) -> Result<Expr, Wrong> {
        let Some((_, over)) = Over::ALL.iter().find(|(known, _)| *known == name) else {
            return Err((
                at,
                format!("unknown or unsupported function with name \"{name}\""),
            ));
        };
        self.expect("(", "function call")?;
        if self.is(")") {
            return self.wrong(format!("expected 1 argument(s) in call to \"{name}\", got 0"));
        }
        let at = self.at();
        let argument = self.expression(0)?;
        if self.is(",") {
            return self.wrong(format!("expected 1 argument(s) in call to \"{name}\", got more"));
        }
        self.expect(")", "function call")?;
        match argument {
            Expr::Range(selector, range_ms) => Ok(Expr::Over(*over, selector, range_ms)),
            other => {
                let got = other.returns().name();
                Err((
                    at,
                    format!("expected type range vector in call to function \"{name}\", got {got}"),
                ))
            }
        }
    }
}

/// Puts two sides together. What has only numbers is one.
fn combine(left: Expr, operator: Operator, right: Expr, matching: Option<Grouping>) -> Result<Expr, String> {
    let is_number = |side: &Expr| side.returns() == Returns::Scalar;
    if matching.is_some() && (is_number(&left) || is_number(&right)) {
        return Err("vector matching only allowed between instant vectors".to_owned());
    }
    Ok(match (left, right) {
        (Expr::Number(left), Expr::Number(right)) => match operator {
            Operator::Filter(_) => {
                return Err("comparisons between scalars must use BOOL modifier".to_owned());
            }
            _ => Expr::Number(operator.of(left, right).unwrap_or(f64::NAN)),
        },
        (vector, Expr::Number(number)) => Expr::WithNumber {
            operator,
            vector: Box::new(vector),
            number,
            number_is_left: false,
        },
        (Expr::Number(number), vector) => Expr::WithNumber {
            operator,
            vector: Box::new(vector),
            number,
            number_is_left: true,
        },
        (left, right) => Expr::WithVector {
            operator,
            left: Box::new(left),
            right: Box::new(right),
            on: matching.unwrap_or(Grouping::Without(Vec::new())),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (query, expected) in [
            ("", "1:1: parse error: no expression found in input"),
            ("a +", "1:4: parse error: unexpected end of input"),
            ("a\n  ]", "2:3: parse error: unexpected \"]\""),
            ("a{b=~\"(\"}", "1:6: parse error: bad regular expression"),
            (
                "{}",
                "1:1: parse error: vector selector must contain at least one non-empty matcher",
            ),
            ("rate(a)", "1:6: parse error: expected type range vector"),
            (
                "stddev_over_time(a[5m])",
                "1:1: parse error: unknown or unsupported function with name \"stddev_over_time\"",
            ),
            (
                "a and b",
                "1:3: parse error: the operator \"and\" is not supported",
            ),
            ("a[5m:1m]", "1:5: parse error: subqueries are not supported"),
            ("a @ 5", "1:3: parse error: the @ modifier is not supported"),
            (
                "a / on(b) group_left c",
                "1:11: parse error: \"group_left\" is not supported",
            ),
            (
                "1 > 2",
                "1:3: parse error: comparisons between scalars must use BOOL modifier",
            ),
            ("sum(1)", "1:5: parse error: expected type instant vector"),
            ("a[0s]", "1:3: parse error: duration must be greater than 0"),
            ("\"x\"", "1:1: parse error: string literals are not supported"),
        ] {
            let fault = parse(query).expect_err(query);
            assert!(fault.text().starts_with(expected), "{query}: {}", fault.text());
        }
    }

    #[test]
    fn numbers_are_computed_as_operators_bind() {
        for (query, expected) in [
            ("1 + 2 * 3 ^ 2", 19.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("-2 ^ 2", -4.0),
            ("2 ^ -1", 0.5),
            ("10 - 4 - 3", 3.0),
            ("--1", 1.0),
            ("7 % 4 == bool 3", 1.0),
            ("(1 + 2) * 3", 9.0),
        ] {
            let root = parse(query).map(|query| query.root);
            assert!(
                matches!(root, Ok(Expr::Number(number)) if number == expected),
                "{query}: {root:?}"
            );
        }
    }

    #[test]
    fn length_and_depth_are_bounded() {
        for query in [
            "(".repeat(9000),
            "-".repeat(9000) + "1",
            "sum(".repeat(2000),
            "1^".repeat(4000) + "1",
            "a+".repeat(4000) + "a",
            " ".repeat(20_000),
        ] {
            assert!(parse(&query).is_err());
        }
    }
}
