//! What a row measures, in which unit, and which direction is better.

/// A row's metric. Samples are kept in the base unit: seconds, bytes, requests a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// What is measured, such as `time`.
    pub name: &'static str,
    /// The base unit, such as `s`.
    pub unit: Unit,
    /// Which direction is better.
    pub better: Better,
}

/// The base unit of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Elapsed time.
    Seconds,
    /// Memory.
    Bytes,
    /// A rate.
    PerSecond,
    /// A quotient, such as a speed-up.
    Times,
}

/// Which direction is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

impl Metric {
    /// Elapsed time of the work.
    pub const TIME: Metric = Metric::new("time", Unit::Seconds, Better::Lower);
    /// Memory that a waiting task occupies.
    pub const BYTES_PER_TASK: Metric = Metric::new("memory per task", Unit::Bytes, Better::Lower);
    /// Memory that a process has in use.
    pub const BYTES: Metric = Metric::new("memory", Unit::Bytes, Better::Lower);
    /// Time for which processors execute a process.
    pub const PROCESSOR_TIME: Metric = Metric::new("processor time", Unit::Seconds, Better::Lower);
    /// Memory that an open connection occupies.
    pub const BYTES_PER_CONNECTION: Metric =
        Metric::new("memory per connection", Unit::Bytes, Better::Lower);
    /// Requests answered in a second.
    pub const REQUESTS_PER_SECOND: Metric =
        Metric::new("requests per second", Unit::PerSecond, Better::Higher);

    /// How many times faster than with one worker.
    pub const SPEED_UP: Metric = Metric::new("speed-up", Unit::Times, Better::Higher);

    const fn new(name: &'static str, unit: Unit, better: Better) -> Metric {
        Metric { name, unit, better }
    }

    /// `shorter is better` and the like, for a heading.
    #[must_use]
    pub fn direction(self) -> &'static str {
        match (self.unit, self.better) {
            (Unit::Seconds, Better::Lower) => "shorter is better",
            (_, Better::Lower) => "lower is better",
            (_, Better::Higher) => "higher is better",
        }
    }

    /// A value with three significant digits and a unit that fits its size.
    #[must_use]
    pub fn format(self, value: f64) -> String {
        match self.unit {
            Unit::Seconds if value >= 1.0 => format!("{} s", digits(value)),
            Unit::Seconds if value >= 1e-3 => format!("{} ms", digits(value * 1e3)),
            Unit::Seconds if value >= 1e-6 => format!("{} µs", digits(value * 1e6)),
            Unit::Seconds => format!("{} ns", digits(value * 1e9)),
            Unit::Bytes if value >= 1024.0 * 1024.0 => {
                format!("{} MiB", digits(value / (1024.0 * 1024.0)))
            }
            Unit::Bytes if value >= 10.0 * 1024.0 => format!("{} KiB", digits(value / 1024.0)),
            Unit::Bytes => format!("{value:.0} B"),
            Unit::PerSecond if value >= 1000.0 => format!("{} thousand/s", digits(value / 1000.0)),
            Unit::PerSecond => format!("{}/s", digits(value)),
            Unit::Times => format!("{value:.2} x"),
        }
    }
}

impl Unit {
    /// The unit's name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "s",
            Unit::Bytes => "B",
            Unit::PerSecond => "1/s",
            Unit::Times => "x",
        }
    }
}

impl Better {
    /// The direction's name in the JSON report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Better::Lower => "lower",
            Better::Higher => "higher",
        }
    }
}

/// Three significant digits below a thousand, whole numbers above.
fn digits(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_carry_three_digits_and_a_fitting_unit() {
        assert_eq!(Metric::TIME.format(1.234_5), "1.23 s");
        assert_eq!(Metric::TIME.format(0.021_34), "21.3 ms");
        assert_eq!(Metric::TIME.format(0.000_002_5), "2.50 µs");
        assert_eq!(Metric::TIME.format(3.1e-8), "31.0 ns");
        assert_eq!(Metric::BYTES_PER_TASK.format(312.0), "312 B");
        assert_eq!(Metric::BYTES_PER_TASK.format(20_480.0), "20.0 KiB");
        assert_eq!(
            Metric::REQUESTS_PER_SECOND.format(123_456.0),
            "123 thousand/s"
        );
        assert_eq!(Metric::SPEED_UP.format(1.954), "1.95 x");
    }
}
