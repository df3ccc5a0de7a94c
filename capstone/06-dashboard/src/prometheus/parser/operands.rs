//! What stands between operators: selectors, calls, aggregations.

use super::{Aggregation, Expr, Grouping, Matcher, Over, Parser, Returns, Selector, What, Wrong};

impl Parser {
    /// Reads what stands by itself, and the range and the offset behind it.
    pub(super) fn postfixed(&mut self) -> Result<Expr, Wrong> {
        todo!(
            "parse: What is primary, and then as many ranges and offsets as come. Each belongs to a selector that stands there itself, without brackets, and each at most once; a range comes before the offset."
        )
    }

    pub(super) fn primary(&mut self) -> Result<Expr, Wrong> {
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

    pub(super) fn selector(&mut self, name: Option<String>) -> Result<Expr, Wrong> {
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

    pub(super) fn label(&mut self, place: &str) -> Result<String, Wrong> {
        match self.peek().clone() {
            What::Name(name) if !name.contains(':') => {
                self.take();
                Ok(name)
            }
            other => self.wrong(format!("unexpected {other} in {place}, expected label")),
        }
    }

    /// Reads names of labels in brackets.
    pub(super) fn names(&mut self) -> Result<Vec<String>, Wrong> {
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

    pub(super) fn grouping(&mut self) -> Result<Option<Grouping>, Wrong> {
        if self.take_keyword("by") {
            Ok(Some(Grouping::By(self.names()?)))
        } else if self.take_keyword("without") {
            Ok(Some(Grouping::Without(self.names()?)))
        } else {
            Ok(None)
        }
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn aggregate(&mut self, what: Aggregation) -> Result<Expr, Wrong> {
        todo!(
            "parse: `by` or `without` may stand before the brackets or behind them. The parameter of `topk` and `bottomk` is a number; what is aggregated is a vector."
        )
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn call(&mut self, name: &str, at: usize) -> Result<Expr, Wrong> {
        todo!("parse: Find the function in `Over::ALL`; it has one argument, which is a range.")
    }
}
