//! Step 2.4: the same three functions with Rayon. What they promise is what steps 2.2 and 2.3 promise.

use std::cell::Cell;

use chapter_2::with_rayon::{claim_map, fill, parallel_map};

use crate::{
    meeting::Meeting,
    panics,
    tally::{Tally, workers},
};

/// Fails unless this thread is one of a pool of `number` threads.
#[track_caller]
fn assert_in_pool_of(number: usize) {
    assert!(
        rayon::current_thread_index().is_some(),
        "this should run on a thread of Rayon's, and it does not. Is the iterator a parallel one, and is it in the pool?"
    );
    let threads = rayon::current_num_threads();
    assert!(
        threads == number,
        "{number} workers: a pool of {number} threads expected, and this one has {threads}"
    );
}

#[test]
fn the_results_of_a_map_are_in_the_order_of_the_values() {
    let values: Vec<u64> = (0..50).collect();
    for number in [1, 2, 5] {
        let result = parallel_map(&values, workers(number), |&value| value * value);
        let expected: Vec<u64> = values.iter().map(|&value| value * value).collect();
        assert_eq!(result, expected, "the squares, {number} workers");
    }
}

#[test]
fn a_map_runs_in_a_pool_of_that_many_workers() {
    for number in [1, 3] {
        parallel_map(&[0; 20], workers(number), |_| assert_in_pool_of(number));
    }
}

#[test]
fn every_slot_is_filled_for_its_own_index() {
    let mut slots: Vec<Cell<usize>> = vec![Cell::new(0); 50];
    fill(&mut slots, workers(3), |index| {
        assert_in_pool_of(3);
        Cell::new(index * 10)
    });
    let values: Vec<usize> = slots.into_iter().map(Cell::into_inner).collect();
    let expected: Vec<usize> = (0..50).map(|index| index * 10).collect();
    assert_eq!(values, expected, "make(index) is ten times the index");
}

/// Rayon halves two items between two threads, and an idle thread takes the second half while the first one waits.
const TOGETHER: &str = "The iterator is in the pool, but is it a parallel one? `iter` and `iter_mut` work on one item after \
     the other.";

#[test]
fn two_values_of_a_map_are_worked_on_together() {
    let meeting = Meeting::of(["the first value", "the second value"]);
    parallel_map(&[0, 1], workers(2), |&value| meeting.join(value));
    meeting.assert_met(TOGETHER);
}

#[test]
fn two_slots_are_filled_together() {
    let meeting = Meeting::of(["the first slot", "the second slot"]);
    fill(&mut [(), ()], workers(2), |index| meeting.join(index));
    meeting.assert_met(TOGETHER);
}

#[test]
fn every_item_is_worked_on_once_and_in_order() {
    for items in [0, 1, 2, 17, 50] {
        for number in [1, 2, 5] {
            let tally = Tally::of(items);
            let values: Vec<usize> = claim_map(items, workers(number), |item| {
                assert_in_pool_of(number);
                tally.count(item);
                item
            })
            .into_iter()
            .map(|claimed| claimed.value)
            .collect();
            tally.assert_each_once("Does the parallel iterator run over 0..items?");
            assert!(
                values.is_sorted(),
                "{number} workers: the results should be in the order of the items, and they are {values:?}"
            );
        }
    }
}

#[test]
fn each_result_names_the_thread_of_the_pool() {
    for claimed in claim_map(50, workers(3), |_| rayon::current_thread_index()) {
        assert_eq!(
            Some(claimed.worker),
            claimed.value,
            "the worker's number is its index in the pool"
        );
    }
}

#[test]
fn a_stuck_worker_keeps_nobody_from_the_rest() {
    const ITEMS: usize = 64;
    for stuck in [0, 20, 63] {
        let meeting = Meeting::of((0..ITEMS).map(|item| format!("item {item}")));
        claim_map(ITEMS, workers(2), |item| {
            if item == stuck {
                meeting.wait_for(item, (0..ITEMS).filter(|&other| other != item));
            }
            meeting.arrive(item);
        });
        meeting.assert_met(
            "Rayon keeps neighbouring items together in one piece of work, and behind a stuck item the rest of its piece waits.\n\
             How long may a piece be at most? See the methods of IndexedParallelIterator.",
        );
    }
}

#[test]
fn a_panic_reaches_the_caller_with_its_payload() {
    panics::assert_passes_on("a map", || {
        parallel_map(&[0, 1, 2, 3], workers(2), |&value| {
            if value == 2 {
                panics::plant("a map");
            }
        })
    });
    panics::assert_passes_on("a fill", || {
        fill(&mut [(); 4], workers(2), |index| {
            if index == 1 {
                panics::plant("a fill");
            }
        });
    });
    panics::assert_passes_on("a claimed item", || {
        claim_map(4, workers(2), |item| {
            if item == 3 {
                panics::plant("a claimed item");
            }
        })
    });
}
