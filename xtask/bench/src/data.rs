//! The input that every contender gets, and the checksum of its result.
//!
//! The generator is splitmix64 (Steele, Lea and Flood, 2014): the state grows by a constant, and the output is the
//! state, mixed. It is five lines in any language, so the Go programs make the very same numbers from the same seed.

use std::ops::Range;

/// What the state grows by: 2^64 divided by the golden ratio, made odd.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The seed of every chapter's data.
pub const SEED: u64 = 2026;

/// An endless stream of pseudo-random numbers. The same seed gives the same stream.
#[derive(Clone, Debug)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A stream that begins at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64 { state: seed }
    }
}

impl Iterator for SplitMix64 {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.state = self.state.wrapping_add(GAMMA);
        Some(mix(self.state))
    }
}

/// The output function of splitmix64: a bijection in which every input bit changes about half of the output bits.
#[must_use]
pub fn mix(state: u64) -> u64 {
    let mut z = state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// `len` numbers below 2^32: a sum of up to 2^32 of them does not overflow.
#[must_use]
pub fn small_numbers(len: usize) -> Vec<u64> {
    SplitMix64::new(SEED).map(|x| x >> 32).take(len).collect()
}

/// `len` numbers over the whole range of `u64`.
#[must_use]
pub fn numbers(len: usize) -> Vec<u64> {
    SplitMix64::new(SEED).take(len).collect()
}

/// A checksum that does not depend on the order: equal for two slices that hold the same numbers equally often.
#[must_use]
pub fn contents(values: &[u64]) -> u64 {
    values
        .iter()
        .fold(values.len() as u64, |sum, &x| sum.wrapping_add(mix(x)))
}

/// The checksum of [`contents`], if the values ascend. A sort is right when this equals the checksum of its input.
///
/// # Errors
/// Names the first place where the values descend.
pub fn sorted_contents(values: &[u64]) -> Result<u64, String> {
    match values.windows(2).position(|pair| pair[0] > pair[1]) {
        None => Ok(contents(values)),
        Some(index) => Err(format!(
            "not sorted: element {} is smaller than the element before it",
            index + 1
        )),
    }
}

/// The ranges of `parts` nearly equal, contiguous parts of `len` elements; fewer where `len` is smaller.
pub fn split(len: usize, parts: usize) -> impl Iterator<Item = Range<usize>> {
    let parts = parts.min(len).max(1);
    (0..parts).map(move |part| len * part / parts..len * (part + 1) / parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The first outputs for seed 1234567, as published with the reference implementation.
        let first: Vec<u64> = SplitMix64::new(1_234_567).take(3).collect();
        let published = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!(first, published);
    }

    #[test]
    fn contents_ignore_the_order_and_see_a_doubled_element() {
        assert_eq!(contents(&[1, 2, 3]), contents(&[3, 1, 2]));
        assert_ne!(contents(&[1, 2, 3]), contents(&[1, 2, 2]));
        assert_ne!(contents(&[1, 2]), contents(&[1, 2, 0]));
    }

    #[test]
    fn an_unsorted_place_is_named() {
        assert_eq!(sorted_contents(&[1, 1, 2]), Ok(contents(&[2, 1, 1])));
        let message = sorted_contents(&[1, 5, 4]).unwrap_err();
        assert!(message.contains("element 2"), "{message}");
    }

    #[test]
    fn parts_are_contiguous_and_nearly_equal() {
        let parts: Vec<_> = split(10, 3).collect();
        assert_eq!(parts, [0..3, 3..6, 6..10]);
        assert_eq!(split(2, 5).count(), 2);
        assert!(split(0, 5).eq(std::iter::once(0..0)));
    }
}
