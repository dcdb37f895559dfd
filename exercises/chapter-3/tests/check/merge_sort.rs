//! Step 3.3: divide and conquer.

use std::{
    cell::Cell,
    cmp::Ordering,
    collections::HashSet,
    num::NonZeroUsize,
    rc::Rc,
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

fn counted(elements: usize) -> String {
    let plural = if elements == 1 { "" } else { "s" };
    format!("{elements} element{plural}")
}

/// Sorts by key alone and compares with the standard library's stable sort.
#[track_caller]
fn assert_sorts(keys: Vec<u64>, elements: usize, what: &str) {
    const TIE: &str = "Is a tie decided for the left run everywhere: in merge_here and in both searches for a cut?";
    assert_sorts_and(keys, elements, what, TIE);
}

/// The same, and `tie` says where to look if equal elements change places.
#[track_caller]
fn assert_sorts_and(keys: Vec<u64>, elements: usize, what: &str, tie: &str) {
    let before = cards(keys);
    let mut expected = before.clone();
    expected.sort_by(by_key);
    let mut sorted = before.clone();
    let call = format!("{what}, {}, grain {elements}", counted(before.len()));
    // A recursion without an end starts threads without an end. It is stopped here, before the machine is full.
    let comparisons = AtomicUsize::new(0);
    let enough = 40 * (before.len() + 10);
    merge_sort_by(&mut sorted, grain(elements), |a, b| {
        assert!(
            comparisons.fetch_add(1, SeqCst) < enough,
            "{call}: {enough} comparisons and no end. Is each part of a cut smaller than the whole, whatever the \
             grain is?\nTwo runs of one element cannot both be cut."
        );
        by_key(a, b)
    });
    let Some(wrong) = (0..before.len()).find(|&index| sorted[index] != expected[index]) else {
        return;
    };
    let sorted_all = |cards: &[Card]| {
        let mut cards = cards.to_vec();
        cards.sort_unstable();
        cards
    };
    let hint = if sorted_all(&sorted) != sorted_all(&before) {
        "Elements were lost or doubled: is every element of both runs written once?".to_string()
    } else if sorted.is_sorted_by_key(|card| card.0) {
        format!(
            "The keys are in order, but equal ones changed places: the sort is not stable.\n{tie}"
        )
    } else {
        "The keys are not in order.".to_string()
    };
    if before.len() <= 10 {
        let keys = |cards: &[Card]| cards.iter().map(|card| card.0).collect::<Vec<_>>();
        let (before, after) = (keys(&before), keys(&sorted));
        if after != keys(&expected) {
            panic!("{call}: {before:?} was sorted to {after:?}.\n{hint}");
        }
    }
    panic!(
        "{call}: position {wrong} should hold {:?} and holds {:?} (key, old position).\n{hint}",
        expected[wrong], sorted[wrong],
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
    assert!(
        results == (4, 2),
        "join should return a's result and then b's, (4, 2), and returned {results:?}"
    );
    assert!(
        here == [1, 2, 3, 4] && there == "b!",
        "both closures should change what they borrow, once: to [1, 2, 3, 4] and \"b!\", not to {here:?} and {there:?}"
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
    assert!(
        a == here,
        "a should run on the caller's thread, which would otherwise wait with nothing to do. It ran on another one"
    );
    assert!(
        b != here,
        "b should run on a thread of its own, and ran on the caller's"
    );
}

/// Each closure and each result here has what the signature asks for, and nothing else.
#[test]
fn join_asks_for_no_more_than_it_must() {
    // a and its result own an `Rc`, which no other thread may have.
    let here = Rc::new(Cell::new(0));
    let a = {
        let here = Rc::clone(&here);
        move || {
            here.set(1);
            here
        }
    };
    // b and its result own a `Cell`, which may be given to another thread, but not shared with one.
    let there = Cell::new(1);
    let b = move || {
        there.set(there.get() + 1);
        there
    };
    // If a message of the compiler led you here: the signature of `join` was given, and yours asks for more. `a` runs on
    // the caller's thread, so neither it nor its result need be `Send`; `b` and its result go to another thread, and
    // need not be `Sync`.
    let (a, b) = join(a, b);
    assert!(
        (a.get(), b.get()) == (1, 2),
        "the results should hold 1 and 2, and they hold {} and {}",
        a.get(),
        b.get()
    );
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
                panics::linger();
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
                panics::linger();
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
    let closures = count(4);
    assert!(
        closures == 16,
        "four levels of join should run 16 closures at the lowest, and ran {closures}"
    );
}

#[test]
fn nothing_and_one_element_are_sorted() {
    for elements in [1, 2, 100] {
        assert_sorts(vec![], elements, "nothing");
        assert_sorts(vec![5], elements, "a slice");
    }
}

#[test]
fn a_slice_within_the_grain_is_sorted_and_keeps_the_order_of_equal_elements() {
    assert_sorts(vec![5, 3], 100, "a slice");
    for length in [20, 200] {
        assert_sorts_and(
            random_numbers(length as u64, length, 4),
            length,
            "a slice within the grain",
            "Nothing was merged here, so it is the sort below the grain: sort_by is stable, sort_unstable_by is not.",
        );
    }
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

#[track_caller]
fn assert_stays_on_this_thread(length: usize, elements: usize) {
    let threads = threads_that_compare(length, elements);
    let all_here = threads == HashSet::from([thread::current().id()]);
    assert!(
        all_here,
        "{length} elements, grain {elements}: a slice of at most `grain` elements should be sorted and merged on \
         the caller's thread, and {} took part",
        if threads.len() == 1 {
            "another one".into()
        } else {
            format!("{} threads", threads.len())
        }
    );
}

#[test]
fn a_slice_within_the_grain_stays_on_the_calling_thread() {
    for (length, elements) in [(2, 2), (100, 100), (1_000, 1_000), (1_000, 5_000)] {
        assert_stays_on_this_thread(length, elements);
    }
}

/// All orders in which 1 to `length` can stand.
fn every_order(length: u64) -> Vec<Vec<u64>> {
    if length == 0 {
        return vec![vec![]];
    }
    let mut orders = Vec::new();
    for shorter in every_order(length - 1) {
        for place in 0..=shorter.len() {
            let mut order = shorter.clone();
            order.insert(place, length);
            orders.push(order);
        }
    }
    orders
}

#[test]
fn every_order_of_a_few_numbers_is_sorted() {
    for length in 2..=5 {
        for order in every_order(length) {
            assert_sorts(order, 2, "different numbers");
        }
    }
}

#[test]
fn a_grain_of_one_is_sorted() {
    for length in 2..=4 {
        for order in every_order(length) {
            assert_sorts(order, 1, "different numbers");
        }
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

#[test]
fn a_long_slice_within_the_grain_stays_on_the_calling_thread() {
    assert_minds_the_grain();
    assert_stays_on_this_thread(20_000, 20_000);
}

#[test]
fn equal_elements_keep_their_order_in_a_merge_on_one_thread() {
    const TIE: &str = "merge_here merged two runs that nobody cut. It should take from the right run only what is strictly less.";
    assert_sorts_and(vec![7, 7], 1, "equal elements", TIE);
    // Longer than a run, and within the grain.
    assert_minds_the_grain();
    let length = 20_001;
    let keys = random_numbers(1, length, 10);
    assert_sorts_and(keys, 100_000, "random numbers below 10", TIE);
}

#[test]
fn equal_elements_keep_their_order_where_a_merge_is_cut() {
    assert_sorts_and(
        vec![7; 3],
        2,
        "equal elements",
        "A cut through the right run: what equals the element there in the left run must stay before it.",
    );
    assert_sorts_and(
        vec![7; 4],
        3,
        "equal elements",
        "A cut through the left run: what equals the element there in the right run must stay behind it.",
    );
    assert_sorts(vec![3, 3, 1], 2, "a slice");
    for elements in [1, 2, 3, 4] {
        for length in 3..8 {
            assert_sorts(vec![7; length], elements, "equal elements");
        }
    }
}

#[test]
fn equal_elements_keep_their_order() {
    for length in (0..8).chain([20]) {
        assert_sorts(
            random_numbers(length as u64, length, 10),
            1,
            "random numbers below 10",
        );
    }
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
fn merge_sort_sorts_by_the_natural_order() {
    let mut words = ["toast", "tea", "butter", "tea", "bread", "cup"];
    merge_sort(&mut words, grain(2));
    assert!(
        words == ["bread", "butter", "cup", "tea", "tea", "toast"],
        "the words should be in the order of the alphabet, and are {words:?}"
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

/// The elements borrow what lives no longer than this function. The comparison owns a guard of a mutex.
#[test]
fn merge_sort_by_asks_for_no_more_than_it_must() {
    let words: Vec<String> = ["toast", "tea", "butter"].map(String::from).to_vec();
    let mut borrowed: Vec<&String> = words.iter().collect();
    let calls = Mutex::new(AtomicUsize::new(0));
    let counter = calls.lock().unwrap();
    let compare = move |a: &&String, b: &&String| {
        counter.fetch_add(1, SeqCst);
        a.len().cmp(&b.len())
    };
    // If a message of the compiler led you here: the signature was given, and yours asks for more. The comparison is lent
    // to all threads, so it is `Sync`; it need be neither `Send` nor `Copy`. Lend each thread a reference to it.
    merge_sort_by(&mut borrowed, grain(1), compare);
    assert!(
        borrowed == ["tea", "toast", "butter"],
        "the words should be in the order of their lengths, and are {borrowed:?}"
    );
}

#[test]
fn elements_of_size_zero_are_sorted() {
    let mut nothing = [(); 100];
    merge_sort(&mut nothing, grain(10));
}

const HALF: usize = 500;

/// Whether both elements stood in the lower half of the slice (0), in the upper half (1), or one in each.
fn half_of_both(a: &Card, b: &Card) -> Option<usize> {
    (a.1 / HALF == b.1 / HALF).then_some(a.1 / HALF)
}

/// Whether the standard sort is given all `length` elements. Falling ones cost it one comparison for each but the first;
/// a merge of two sorted halves comes on top of that.
fn all_is_one_run(length: usize, elements: usize) -> bool {
    let comparisons = AtomicUsize::new(0);
    let mut falling: Vec<usize> = (0..length).rev().collect();
    merge_sort_by(&mut falling, grain(elements), |a, b| {
        comparisons.fetch_add(1, SeqCst);
        a.cmp(b)
    });
    comparisons.into_inner() < length
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
    let look_at = if all_is_one_run(2 * HALF, HALF) {
        "Both halves should be sorted in progress together, and there were none: sort_by got the whole slice.\n\
         It has fewer than RUN elements, but more than `grain`. Leave to sort_by what is within both, and halve the rest."
    } else {
        "Both halves should be sorted in progress together: join them."
    };
    meeting.assert_met(look_at);
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
            "{}, grain {elements}: after a panic in comparison {fatal}, {} lost, and as many stood there twice.\n\
             A merge overwrites what it writes to: which slice holds every element while it runs?",
            counted(before.len()),
            if lost == 1 {
                "1 element was".into()
            } else {
                format!("{lost} elements were")
            }
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
        "A grain of a quarter makes four parts. What each of them allocates counts together, so this test measures \
         while all four are sorted:\nit needs them in progress together. See to that first: what do the tests of both \
         halves say?",
    );
    assert!(
        sorted,
        "{ELEMENTS} random numbers should be in ascending order"
    );
    let look_at = if peak > INPUT / 4 * 13 {
        "Several buffers are held at once. Does each level of the recursion make its own?"
    } else {
        "What else allocates: a buffer for each merge? sort_by on long runs?"
    };
    assert!(
        peak <= INPUT / 2 * 5,
        "sorting {INPUT} bytes took {peak} at the worst moment, {:.2} times the input. 2.5 times is the limit.\n\
         The input and one scratch buffer make 2.0. {look_at}",
        peak as f64 / INPUT as f64
    );
}
