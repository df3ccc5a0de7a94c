//! What stands between operators: selectors, calls, aggregations.

use super::{Aggregation, Expr, Grouping, Matcher, Over, Parser, Returns, Selector, What, Wrong};

impl Parser {
    /// Reads what stands by itself, and the range and the offset behind it.
    pub(super) fn postfixed(&mut self) -> Result<Expr, Wrong> {
        // region:parse What is primary, and then as many ranges and offsets as come. Each belongs to a selector that stands there itself, without brackets, and each at most once; a range comes before the offset.
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
        // endregion:parse
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

    pub(super) fn aggregate(&mut self, what: Aggregation) -> Result<Expr, Wrong> {
        // region:parse `by` or `without` may stand before the brackets or behind them. The parameter of `topk` and `bottomk` is a number; what is aggregated is a vector.
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
        // endregion:parse
    }

    pub(super) fn call(&mut self, name: &str, at: usize) -> Result<Expr, Wrong> {
        // region:parse Find the function in `Over::ALL`; it has one argument, which is a range.
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
        // endregion:parse
    }
}
