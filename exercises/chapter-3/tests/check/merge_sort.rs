//! Step 3.3: divide and conquer.

use std::{
    cmp::Ordering,
    collections::HashSet,
    num::NonZeroUsize,
    sync::{
        Mutex,
        atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread::{self, ThreadId},
};

use chapter_3::merge_sort::{join, merge_sort, merge_sort_by};

use crate::{meeting::Meeting, memory, panics, random::Random};

fn grain(elements: usize) -> NonZeroUsize {
    NonZeroUsize::new(elements).expect("the tests ask for a grain of one or more")
}

/// `length` numbers below `bound`: the smaller the bound, the more of them are equal.
fn random_numbers(seed: u64, length: usize, bound: u64) -> Vec<u64> {
    let mut random = Random::new(seed);
    (0..length).map(|_| random.below(bound)).collect()
}

/// A key to sort by, and where the element stood before.
type Card = (u64, usize);

fn cards(keys: Vec<u64>) -> Vec<Card> {
    keys.into_iter()
        .enumerate()
        .map(|(index, key)| (key, index))
        .collect()
}

fn by_key(a: &Card, b: &Card) -> Ordering {
    a.0.cmp(&b.0)
}

/// Sorts by key alone and compares with the standard library's stable sort.
#[track_caller]
fn assert_sorts(keys: Vec<u64>, elements: usize, what: &str) {
    let before = cards(keys);
    let mut expected = before.clone();
    expected.sort_by(by_key);
    let mut sorted = before.clone();
    // A recursion without an end starts threads without an end. It is stopped here, before the machine is full.
    let comparisons = AtomicUsize::new(0);
    let enough = 40 * (before.len() + 10);
    merge_sort_by(&mut sorted, grain(elements), |a, b| {
        assert!(
            comparisons.fetch_add(1, SeqCst) < enough,
            "{what}, {} elements, grain {elements}: {enough} comparisons and no end. Do both parts of a cut get \
             smaller, whatever the grain is?",
            before.len()
        );
        by_key(a, b)
    });
    let Some(wrong) = (0..before.len()).find(|&index| sorted[index] != expected[index]) else {
        return;
    };
    let mut lost = sorted.clone();
    lost.sort_unstable();
    let mut all = before.clone();
    all.sort_unstable();
    let hint = if lost != all {
        "Elements were lost or doubled: is every element of both runs written once?"
    } else if sorted.is_sorted_by_key(|card| card.0) {
        "The keys are in order, but equal ones changed places: the sort is not stable. Which run goes first on a tie?"
    } else {
        "The keys are not in order."
    };
    panic!(
        "{what}, {} elements, grain {elements}: position {wrong} should hold {:?} and holds {:?} (key, old position).\n{hint}",
        before.len(),
        expected[wrong],
        sorted[wrong],
    );
}

#[test]
fn join_returns_both_results() {
    let mut here = vec![1, 2, 3];
    let mut there = String::from("b");
    let results = join(
        || {
            here.push(4);
            here.len()
        },
        || {
            there.push('!');
            there.len()
        },
    );
    assert_eq!(results, (4, 2), "join returns a's result and then b's");
    assert_eq!(
        (here.as_slice(), there.as_str()),
        (&[1, 2, 3, 4][..], "b!"),
        "both closures change what they borrow"
    );
}

#[test]
fn join_runs_both_closures_in_progress_together() {
    let meeting = Meeting::of(["a", "b"]);
    join(|| meeting.join(0), || meeting.join(1));
    meeting.assert_met("join should start b before it runs a, and wait for b only after a.");
}

#[test]
fn join_runs_a_on_the_calling_thread() {
    let here = thread::current().id();
    let (a, b) = join(|| thread::current().id(), || thread::current().id());
    assert_eq!(
        a, here,
        "a should run on the caller's thread: it would otherwise wait with nothing to do"
    );
    assert_ne!(b, here, "b should run on a thread of its own");
}

#[test]
fn join_passes_on_a_panic_of_a_after_b_has_ended() {
    let panicking = AtomicBool::new(false);
    let ended = AtomicBool::new(false);
    panics::assert_passes_on("a", || {
        join(
            || {
                panicking.store(true, SeqCst);
                panics::plant("a")
            },
            || {
                (0..1_000).for_each(|_| thread::yield_now());
                ended.store(true, SeqCst);
            },
        )
    });
    assert!(panicking.into_inner(), "a should run");
    assert!(
        ended.into_inner(),
        "when the panic of a reaches the caller, b should have ended"
    );
}

#[test]
fn join_passes_on_a_panic_of_b_after_a_has_ended() {
    let ended = AtomicBool::new(false);
    let meeting = Meeting::of(["a", "b"]);
    panics::assert_passes_on("b", || {
        join(
            || {
                meeting.join(0);
                (0..1_000).for_each(|_| thread::yield_now());
                ended.store(true, SeqCst);
            },
            || {
                meeting.join(1);
                panics::plant("b")
            },
        )
    });
    meeting.assert_met("join should start b before it runs a, and wait for b only after a.");
    assert!(
        ended.into_inner(),
        "when the panic of b reaches the caller, a should have ended"
    );
}

#[test]
fn join_passes_on_the_panic_of_a_if_both_panic() {
    let meeting = Meeting::of(["a", "b"]);
    panics::assert_passes_on("a", || {
        join(
            || {
                meeting.join(0);
                panics::plant("a")
            },
            || {
                meeting.join(1);
                panics::plant("b")
            },
        )
    });
    meeting.assert_met("join should start b before it runs a, and wait for b only after a.");
}

#[test]
fn joins_nest() {
    fn count(depth: u32) -> u32 {
        if depth == 0 {
            return 1;
        }
        let (a, b) = join(|| count(depth - 1), || count(depth - 1));
        a + b
    }
    assert_eq!(
        count(4),
        16,
        "four levels of join run 16 closures at the lowest"
    );
}

#[test]
fn nothing_and_one_element_are_sorted() {
    for elements in [1, 2, 100] {
        assert_sorts(vec![], elements, "no element");
        assert_sorts(vec![5], elements, "one element");
        assert_sorts(vec![5, 3], elements, "two elements");
        assert_sorts(vec![3, 3, 1], elements, "three elements");
    }
}

#[test]
fn random_numbers_are_sorted_like_the_standard_sort() {
    for seed in 0..6 {
        for (length, elements) in [
            (4, 2),
            (5, 3),
            (7, 3),
            (16, 3),
            (31, 8),
            (64, 20),
            (100, 30),
        ] {
            assert_sorts(
                random_numbers(seed, length, 1_000),
                elements,
                "random numbers",
            );
        }
    }
}

#[test]
fn thousands_of_numbers_are_sorted_with_few_threads() {
    assert_minds_the_grain();
    for (seed, bound) in [(1, 10), (2, 1_000_000)] {
        assert_sorts(
            random_numbers(seed, 40_000, bound),
            10_000,
            "random numbers",
        );
        // Longer than a run, and within the grain: one thread sorts and merges.
        assert_sorts(
            random_numbers(seed, 40_001, bound),
            100_000,
            "random numbers",
        );
    }
}

#[test]
fn equal_elements_keep_their_order() {
    for seed in 0..4 {
        for (length, elements) in [(10, 1), (30, 4), (60, 20), (400, 100)] {
            assert_sorts(
                random_numbers(seed, length, 4),
                elements,
                "random numbers below 4",
            );
        }
    }
    assert_sorts(vec![7; 101], 5, "all elements equal");
    assert_sorts(vec![7; 64], 16, "all elements equal");
}

#[test]
fn slices_in_order_or_in_reverse_are_sorted() {
    for elements in [5, 16, 64] {
        assert_sorts((0..64).collect(), elements, "already sorted");
        assert_sorts((0..64).rev().collect(), elements, "in reverse");
        assert_sorts(
            (0..32).chain((0..32).rev()).collect(),
            elements,
            "up and then down",
        );
        // One run of the last merge is used up long before the other, or is far shorter than the cut expects.
        assert_sorts(
            (32..64).chain(0..32).collect(),
            elements,
            "the high half before the low",
        );
        assert_sorts(
            (0..63).map(|key| key / 31 * 50 + key % 3).collect(),
            elements,
            "two heaps of equal keys",
        );
    }
}

#[test]
fn a_grain_of_one_is_sorted() {
    for length in (0..8).chain([20]) {
        assert_sorts(
            random_numbers(length as u64, length, 10),
            1,
            "random numbers below 10",
        );
    }
}

#[test]
fn merge_sort_sorts_by_the_natural_order() {
    let mut words = ["toast", "tea", "butter", "tea", "bread", "cup"];
    merge_sort(&mut words, grain(2));
    assert_eq!(
        words,
        ["bread", "butter", "cup", "tea", "tea", "toast"],
        "words in the order of the alphabet"
    );

    let mut numbers = random_numbers(9, 500, u64::MAX);
    let mut expected = numbers.clone();
    expected.sort();
    merge_sort(&mut numbers, grain(125));
    assert!(
        numbers == expected,
        "500 numbers should be in ascending order"
    );
}

#[test]
fn elements_of_size_zero_are_sorted() {
    let mut nothing = [(); 100];
    merge_sort(&mut nothing, grain(10));
}

/// The threads on which `length` random numbers are compared.
fn threads_that_compare(length: usize, elements: usize) -> HashSet<ThreadId> {
    let threads: Mutex<HashSet<ThreadId>> = Mutex::default();
    merge_sort_by(
        &mut random_numbers(5, length, 1_000_000),
        grain(elements),
        |a, b| {
            threads.lock().unwrap().insert(thread::current().id());
            a.cmp(b)
        },
    );
    threads.into_inner().unwrap()
}

#[test]
fn a_slice_within_the_grain_stays_on_the_calling_thread() {
    for (length, elements) in [(1_000, 1_000), (1_000, 5_000), (20_000, 20_000)] {
        let threads = threads_that_compare(length, elements);
        assert!(
            threads == HashSet::from([thread::current().id()]),
            "{length} elements, grain {elements}: a slice of at most `grain` elements should be sorted and merged on \
             the caller's thread, and {} threads took part",
            threads.len()
        );
    }
}

#[test]
fn the_grain_bounds_the_number_of_threads() {
    assert_minds_the_grain();
}

/// Every test of a long sort asks this first: without a grain it would start a thread for each element.
#[track_caller]
fn assert_minds_the_grain() {
    let threads = threads_that_compare(4_000, 1_000).len();
    assert!(
        threads <= 16,
        "4,000 elements, grain 1,000: four parts need 4 threads to sort and a few more to merge, and {threads} took \
         part.\nA thread costs more than sorting a small slice: do both `sort` and `merge` stop at the grain?"
    );
}

const HALF: usize = 500;

/// Whether both elements stood in the lower half of the slice (0), in the upper half (1), or one in each.
fn half_of_both(a: &Card, b: &Card) -> Option<usize> {
    (a.1 / HALF == b.1 / HALF).then_some(a.1 / HALF)
}

#[test]
fn both_halves_are_sorted_in_progress_together() {
    let meeting = Meeting::of([
        "the sorting of the left half",
        "the sorting of the right half",
    ]);
    let mut values = cards(random_numbers(6, 2 * HALF, 1_000_000));
    merge_sort_by(&mut values, grain(HALF), |a, b| {
        if let Some(half) = half_of_both(a, b) {
            meeting.join(half);
        }
        by_key(a, b)
    });
    meeting.assert_met("Both halves should be sorted in progress together: join them.");
}

#[test]
fn both_parts_of_a_merge_are_in_progress_together() {
    // Even keys stand left and odd ones right, so that low keys of both halves meet in one part of the last merge and
    // high keys in the other. A search for the cut compares with an element from the middle, and is neither.
    let meeting = Meeting::of([
        "the merging of the low keys",
        "the merging of the high keys",
    ]);
    let size = 2 * HALF as u64;
    let mut values = cards(
        (0..size)
            .map(|index| {
                if index < size / 2 {
                    2 * index
                } else {
                    2 * (index - size / 2) + 1
                }
            })
            .collect(),
    );
    merge_sort_by(&mut values, grain(HALF), |a, b| {
        let last_merge = half_of_both(a, b).is_none();
        if last_merge && a.0.max(b.0) < size / 8 {
            meeting.join(0);
        } else if last_merge && a.0.min(b.0) > size - size / 8 {
            meeting.join(1);
        }
        by_key(a, b)
    });
    meeting
        .assert_met("The last merge is as long as the slice. Cut it in two parts and join them.");
}

/// Panics at one comparison, and then asks whether the elements are still the same.
#[track_caller]
fn assert_panic_keeps_elements(keys: &[u64], elements: usize, fatal: usize) -> bool {
    let before = cards(keys.to_vec());
    let mut values = before.clone();
    let comparisons = AtomicUsize::new(0);
    let panicked = panics::panicked("a comparison", || {
        merge_sort_by(&mut values, grain(elements), |a, b| {
            if comparisons.fetch_add(1, SeqCst) + 1 == fatal {
                panics::plant("a comparison");
            }
            by_key(a, b)
        });
    });
    assert!(
        panicked || comparisons.into_inner() < fatal,
        "comparison {fatal} panicked, and merge_sort_by returned as if all were well"
    );
    values.sort_by_key(|card| card.1);
    if values != before {
        let count = |index: usize| values.iter().filter(|card| card.1 == index).count();
        let lost = (0..before.len()).filter(|&index| count(index) == 0).count();
        panic!(
            "{} elements, grain {elements}: after a panic in comparison {fatal}, {lost} elements were lost and others \
             stood there twice.\nA merge overwrites what it writes to: which slice holds every element while it runs?",
            before.len()
        );
    }
    panicked
}

#[test]
fn a_panicking_comparison_loses_no_element() {
    for (length, elements) in [(8, 2), (13, 4), (20, 10)] {
        let keys = random_numbers(elements as u64, length, 9);
        let mut fatal = 1;
        while assert_panic_keeps_elements(&keys, elements, fatal) {
            fatal += 1;
        }
        assert!(
            fatal > length,
            "{length} random elements were sorted with {fatal} comparisons: that is too few"
        );
    }
}

#[test]
fn a_panic_in_a_long_sort_loses_no_element() {
    assert_minds_the_grain();
    let keys = random_numbers(8, 20_000, 1_000_000);
    for elements in [6_000, 40_000] {
        for fatal in [1, 50_000, 150_000, 215_000, 235_000, 255_000] {
            assert_panic_keeps_elements(&keys, elements, fatal);
        }
    }
}

#[test]
fn memory_stays_within_two_and_a_half_times_the_input() {
    assert_minds_the_grain();
    const ELEMENTS: usize = 400_000;
    const INPUT: usize = ELEMENTS * size_of::<u64>();

    // The two low bits of a number say in which quarter of the slice it stood. Each quarter waits in its first
    // comparison until all four are being sorted: whatever their threads allocate, they hold it at once.
    let meeting =
        Meeting::of((1..=4).map(|quarter| format!("the sorting of quarter {quarter} of 4")));
    let met: [AtomicBool; 4] = Default::default();
    let (sorted, peak) = memory::peak_of(|| {
        let mut values = random_numbers(10, ELEMENTS, u64::MAX);
        for (index, value) in values.iter_mut().enumerate() {
            *value = *value / 4 * 4 + (index / (ELEMENTS / 4)) as u64;
        }
        merge_sort_by(&mut values, grain(ELEMENTS / 4), |a, b| {
            let quarter = (a % 4) as usize;
            // Relaxed: it spares thousands of locks, and decides nothing. The meeting has a lock of its own.
            if a % 4 == b % 4 && !met[quarter].load(Relaxed) {
                meeting.join(quarter);
                met[quarter].store(true, Relaxed);
            }
            a.cmp(b)
        });
        values.is_sorted()
    });
    meeting.assert_met(
        "A grain of a quarter makes four parts, which should be sorted in progress together.",
    );
    assert!(
        sorted,
        "{ELEMENTS} random numbers should be in ascending order"
    );
    assert!(
        peak <= INPUT / 2 * 5,
        "sorting {INPUT} bytes took {peak} at the worst moment, {:.2} times the input. 2.5 times is the limit.\n\
         The input and one scratch buffer make 2.0. What else allocates: a buffer for each merge? sort_by on long runs?",
        peak as f64 / INPUT as f64
    );
}
