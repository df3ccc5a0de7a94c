//! Makes a tree of a query, and says what is wrong with it and where.
//!
//! Source: <https://prometheus.io/docs/prometheus/2.42/querying/basics/> and `operators`.

mod cursor;
mod operands;
#[cfg(test)]
mod tests;

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

#[expect(unused_variables, reason = "goes with the todo!")]
fn at_place(text: &str, at: usize, why: &str) -> Fault {
    todo!(
        "parse: Count lines and columns from 1, a column for each byte behind the last line feed before `at`; then `LINE:COLUMN: parse error: WHY` as bad data."
    )
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
    /// Reads an expression whose operators bind at least so strongly.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn expression(&mut self, least: u8) -> Result<Expr, Wrong> {
        todo!(
            "parse: What is signed, and then, as long as an operator comes that binds at least so strongly: `bool`, `on` or `ignoring`, and the right side, which only operators that bind more strongly may reach into. Count depth and operators."
        )
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
        todo!(
            "parse: A sign belongs to all that `^` makes of what is behind it, and to nothing else. A number is negated at once, a vector when it is there, and a range not at all."
        )
    }
}

/// Puts two sides together. What has only numbers is one.
#[expect(unused_variables, reason = "goes with the todo!")]
fn combine(left: Expr, operator: Operator, right: Expr, matching: Option<Grouping>) -> Result<Expr, String> {
    todo!(
        "parse: Two numbers are one, at once; a vector and a number remember on which side the number was; two vectors are matched, without `on` and `ignoring` by all labels."
    )
}
