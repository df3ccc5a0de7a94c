//! From a figure to the length of its bar.

/// From this ratio of the longest bar to the shortest on, a linear scale would show the shortest as nothing.
const LINEAR_UP_TO: f64 = 25.0;

/// What the bars of a scale stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    /// Seconds.
    Time,
    /// Units a second.
    Rate,
}

/// The scale of some bars.
#[derive(Debug)]
pub(super) struct Scale {
    pub(super) axis: Axis,
    pub(super) log: bool,
    /// The figures at both ends.
    from: f64,
    to: f64,
}

impl Scale {
    /// Chooses a scale on which all of `figures` can be seen.
    pub(super) fn over(axis: Axis, figures: impl Iterator<Item = f64>) -> Self {
        let (least, most) = figures
            .map(|figure| figure.max(1e-4))
            .fold((f64::INFINITY, 1e-3_f64), |(least, most), figure| {
                (least.min(figure), most.max(figure))
            });
        if most / least.min(most) <= LINEAR_UP_TO {
            let (log, from, to) = (false, 0.0, most * 1.02);
            return Self { axis, log, from, to };
        }
        // A bar on a logarithmic scale has no true zero: it begins at the power of ten below the shortest.
        let (log, to) = (true, most * 1.1);
        let from = 10_f64.powf((least * 0.9).log10().floor());
        Self { axis, log, from, to }
    }

    /// How much of the whole length a figure's bar takes.
    pub(super) fn share(&self, figure: f64) -> f64 {
        let share = if self.log {
            (figure / self.from).ln() / (self.to / self.from).ln()
        } else {
            (figure - self.from) / (self.to - self.from)
        };
        share.clamp(0.0, 1.0)
    }

    /// Round figures from one end to the other: powers of ten, or four to eight even steps.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let step = if self.log {
            self.from
        } else {
            let rough = self.to / 5.0;
            let power = 10_f64.powf(rough.log10().floor());
            let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
            steps.into_iter().find(|step| *step >= rough).unwrap_or(rough)
        };
        let ticks = (0..16).map(|n| {
            if self.log {
                step * 10_f64.powi(n)
            } else {
                step * f64::from(n)
            }
        });
        ticks.take_while(|tick| *tick <= self.to).collect()
    }

    /// What a tick is called. It is round: no digits behind the point but those it has.
    pub(super) fn label(&self, tick: f64) -> String {
        match self.axis {
            Axis::Rate => format!("{}/s", grouped(tick)),
            Axis::Time if tick < 1.0 && tick > 0.0 => format!("{} ms", whole(tick * 1e3)),
            Axis::Time => format!("{} s", whole(tick)),
        }
    }
}

fn whole(value: f64) -> String {
    format!("{value:.3}")
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

/// A number whose thousands are set apart.
fn grouped(value: f64) -> String {
    let text = whole(value);
    let (digits, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(axis: Axis, figures: &[f64]) -> Scale {
        Scale::over(axis, figures.iter().copied())
    }

    #[test]
    fn figures_of_one_size_get_a_linear_scale_and_others_a_logarithmic_one() {
        let near = scale(Axis::Time, &[0.4, 0.8]);
        assert!(!near.log && near.ticks()[0] == 0.0 && near.ticks().len() > 3);
        let far = scale(Axis::Time, &[0.4, 90.0]);
        assert!(far.log && far.share(0.4) > 0.0 && far.share(90.0) < 1.0);
        assert_eq!(far.ticks().len(), 3, "0.1 s, 1 s, 10 s");
    }

    #[test]
    fn ticks_are_named_without_empty_digits() {
        let time = scale(Axis::Time, &[1.0]);
        assert_eq!(
            [0.0, 0.05, 0.0001, 2.0, 2.5].map(|tick| time.label(tick)),
            ["0 s", "50 ms", "0.1 ms", "2 s", "2.5 s"]
        );
        let rate = scale(Axis::Rate, &[1.0]);
        assert_eq!(
            [0.0, 0.5, 500.0, 20_000.0, 1_000_000.0].map(|tick| rate.label(tick)),
            ["0/s", "0.5/s", "500/s", "20,000/s", "1,000,000/s"]
        );
    }
}
