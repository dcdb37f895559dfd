//! Fifty million elements: right results, and memory within 2.5 times the input. Takes a gigabyte and some seconds:
//!
//! `cargo test --release -p chapter-3-solution --test large -- --ignored`

use std::num::NonZeroUsize;

use chapter_3_solution::{array_job::map_reduce, merge_sort::merge_sort};

#[path = "../../../exercises/chapter-3/tests/check/memory.rs"]
mod memory;
#[path = "../../../exercises/chapter-3/tests/check/random.rs"]
mod random;

const ELEMENTS: usize = 50_000_000;
const INPUT: usize = ELEMENTS * size_of::<u64>();

fn values() -> Vec<u64> {
    let mut random = random::Random::new(50);
    (0..ELEMENTS)
        .map(|_| random.below(u64::MAX / ELEMENTS as u64))
        .collect()
}

#[test]
#[ignore = "takes 400 MB and wants a release build"]
fn fifty_million_elements_are_summed() {
    let workers = NonZeroUsize::new(2).expect("two is not zero");
    let ((sum, expected), peak) = memory::peak_of(|| {
        let values = values();
        let sum = map_reduce(
            &values,
            workers,
            |chunk| chunk.iter().sum::<u64>(),
            |a, b| a + b,
        );
        (sum, values.iter().sum())
    });
    assert_eq!(sum, Some(expected));
    assert_within(peak);
}

#[test]
#[ignore = "takes a gigabyte and wants a release build"]
fn fifty_million_elements_are_sorted() {
    let grain = NonZeroUsize::new(ELEMENTS / 4).expect("fifty million are more than four");
    let (values_sorted, peak) = memory::peak_of(|| {
        let mut values = values();
        merge_sort(&mut values, grain);
        values
    });
    let mut expected = values();
    expected.sort_unstable();
    assert!(
        values_sorted == expected,
        "the standard sort comes to another order"
    );
    assert_within(peak);
}

fn assert_within(peak: usize) {
    let ratio = peak as f64 / INPUT as f64;
    println!("peak memory: {ratio:.4} times the input");
    assert!(
        peak <= INPUT / 2 * 5,
        "{ratio:.4} times the input, and 2.5 is the limit"
    );
}
