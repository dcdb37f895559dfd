//! Medians and quartiles.
//!
//! Times on a shared machine have a long tail to the slow side. The median ignores the tail, and the quartiles say how
//! wide the middle half of the rounds lies. Ratios are taken within a round, between neighbours in time, so that a slow
//! minute of the machine slows both sides.

/// Five figures about a set of samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The smallest sample.
    pub min: f64,
    /// A quarter of the samples lies at or below this.
    pub q1: f64,
    /// The middle one.
    pub median: f64,
    /// A quarter of the samples lies at or above this.
    pub q3: f64,
    /// The largest sample.
    pub max: f64,
}

impl Summary {
    /// Summarises the samples, in any order. `None` if there are none.
    #[must_use]
    pub fn of(samples: &[f64]) -> Option<Summary> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Summary {
            min: *sorted.first()?,
            q1: quantile(&sorted, 0.25),
            median: quantile(&sorted, 0.5),
            q3: quantile(&sorted, 0.75),
            max: *sorted.last()?,
        })
    }
}

/// The quantile between the two nearest samples, in proportion to its distance from each.
fn quantile(sorted: &[f64], fraction: f64) -> f64 {
    // The sample counts of a bench are far below 2^52, so the conversions lose nothing.
    let position = fraction * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = position.ceil() as usize;
    let weight = position - position.floor();
    sorted[below] * (1.0 - weight) + sorted[above] * weight
}

/// Sample by sample, the quotients of two contenders that took part in the same rounds.
///
/// Rounds that only one of them finished are left out.
#[must_use]
pub fn paired_ratios(over: &[f64], under: &[f64]) -> Vec<f64> {
    over.iter().zip(under).map(|(a, b)| a / b).collect()
}
