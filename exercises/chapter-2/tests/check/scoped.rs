//! Step 2.2: equal shares on scoped threads.

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    thread,
};

use chapter_2::scoped::{fill, parallel_map};

use crate::{
    meeting::Meeting,
    panics,
    tally::{Tally, workers},
};

const START_FIRST: &str = "All parts should be in progress together. Is every thread started before the first is joined?\n\
     A loop that spawns and joins has one thread at a time. So has a chain map(spawn).map(join), for iterators are lazy.";

#[test]
fn the_results_of_a_map_are_in_the_order_of_the_values() {
    for length in 0..=20 {
        let values: Vec<u64> = (0..length).collect();
        for number in [1, 2, 3, 4, 7, 30] {
            let result = parallel_map(&values, workers(number), |&value| value * value);
            let expected: Vec<u64> = values.iter().map(|&value| value * value).collect();
            assert_eq!(
                result, expected,
                "the squares of {length} numbers, {number} workers"
            );
        }
    }
}

#[test]
fn a_map_is_in_order_even_when_the_last_part_is_done_first() {
    let meeting = Meeting::of((0..4).map(|part| format!("part {part}")));
    let result = parallel_map(&[0, 1, 2, 3], workers(4), |&part| {
        if part < 3 {
            meeting.wait_for(part, [part + 1]);
        }
        meeting.arrive(part);
        part
    });
    meeting.assert_met(START_FIRST);
    assert_eq!(
        result,
        [0, 1, 2, 3],
        "part 3 was done first, and its result still belongs at the end"
    );
}

#[test]
fn a_map_calls_its_function_once_for_each_value() {
    let values: Vec<usize> = (0..37).collect();
    let tally = Tally::of(values.len());
    parallel_map(&values, workers(5), |&value| tally.count(value));
    tally.assert_each_once("Is each part given to one thread, whole?");
}

/// Neither copied, nor cloned, nor made from nothing.
#[derive(Debug, PartialEq)]
struct Label<'a>(&'a str);

#[test]
fn a_map_borrows_its_values_and_needs_no_clone() {
    let words = ["tea".to_string(), "toast".to_string(), "jam".to_string()];
    let labels: Vec<Label> = words.iter().map(|word| Label(word)).collect();
    let longest = AtomicUsize::new(0);
    let first = parallel_map(&labels, workers(2), |label| {
        longest.fetch_max(label.0.len(), SeqCst);
        Label(&label.0[..1])
    });
    assert_eq!(
        first,
        [Label("t"), Label("t"), Label("j")],
        "the first letters"
    );
    assert_eq!(longest.into_inner(), 5, "the longest of three words");
}

#[test]
fn a_map_has_a_thread_for_each_part() {
    for (length, number, expected) in [(20, 5, 5), (3, 8, 3), (6, 1, 1)] {
        let values: Vec<usize> = (0..length).collect();
        let tally = Tally::of(length);
        parallel_map(&values, workers(number), |&value| tally.count(value));
        assert!(
            tally.threads() == expected,
            "{length} values, {number} workers: {expected} threads expected, and there were {}",
            tally.threads()
        );
    }
}

#[test]
fn all_parts_of_a_map_are_in_progress_together() {
    let meeting = Meeting::of((0..4).map(|part| format!("part {part}")));
    let values: Vec<usize> = (0..40).collect();
    parallel_map(&values, workers(4), |&value| meeting.join(value / 10));
    meeting.assert_met(START_FIRST);
}

#[test]
fn a_panic_in_a_map_reaches_the_caller_with_its_payload() {
    for unlucky in [0, 15, 39] {
        panics::assert_passes_on("one of four workers", || {
            let values: Vec<usize> = (0..40).collect();
            parallel_map(&values, workers(4), |&value| {
                if value == unlucky {
                    panics::plant("one of four workers");
                }
            })
        });
    }
}

#[test]
fn of_several_panics_the_first_in_the_order_of_the_parts_reaches_the_caller() {
    // Part 3 panics first in time, and part 1 comes first in the order.
    let meeting = Meeting::of((0..4).map(|part| format!("part {part}")));
    panics::assert_passes_on("part 1", || {
        parallel_map(&[0, 1, 2, 3], workers(4), |&part| match part {
            3 => {
                meeting.arrive(3);
                panics::plant("part 3");
            }
            1 => {
                meeting.arrive(1);
                meeting.wait_for(1, [3]);
                panics::plant("part 1");
            }
            part => meeting.arrive(part),
        })
    });
    meeting.assert_met(START_FIRST);
}

#[test]
fn a_panic_waits_until_every_other_thread_has_ended() {
    let (panicking, ended) = (AtomicBool::new(false), AtomicUsize::new(0));
    let meeting = Meeting::of((0..4).map(|part| format!("part {part}")));
    panics::assert_passes_on("the first of four workers", || {
        parallel_map(&[0, 1, 2, 3], workers(4), |&part| {
            meeting.join(part);
            if part == 0 {
                panicking.store(true, SeqCst);
                panics::plant("the first of four workers");
            }
            // Still at work when the first thread is gone.
            while !panicking.load(SeqCst) {
                thread::yield_now();
            }
            (0..1_000).for_each(|_| thread::yield_now());
            ended.fetch_add(1, SeqCst);
        })
    });
    meeting.assert_met(START_FIRST);
    assert_eq!(
        ended.load(SeqCst),
        3,
        "when the panic reaches the caller, the other three threads should have ended"
    );
}

#[test]
fn every_slot_is_filled_for_its_own_index() {
    for length in 0..=20 {
        for number in [1, 2, 3, 4, 7, 30] {
            let mut slots = vec![usize::MAX; length];
            fill(&mut slots, workers(number), |index| index * 10);
            let expected: Vec<usize> = (0..length).map(|index| index * 10).collect();
            assert_eq!(
                slots, expected,
                "{length} slots, {number} workers, make(index) is ten times the index.\n\
                 Does each thread count from the start of its own part?"
            );
        }
    }
}

#[test]
fn fill_makes_one_value_for_each_slot() {
    let tally = Tally::of(37);
    let mut slots = vec![(); 37];
    fill(&mut slots, workers(5), |index| tally.count(index));
    tally.assert_each_once("Is each part given to one thread, whole?");
    assert!(
        tally.threads() == 5,
        "37 slots, 5 workers: 5 threads expected, and there were {}",
        tally.threads()
    );
}

#[test]
fn all_parts_of_a_fill_are_in_progress_together() {
    let meeting = Meeting::of((0..4).map(|part| format!("part {part}")));
    fill(&mut [(); 40], workers(4), |index| meeting.join(index / 10));
    meeting.assert_met(START_FIRST);
}

#[test]
fn fill_takes_slots_that_no_thread_may_share() {
    // A Cell may move to another thread, and no two threads may hold a reference to it.
    let mut slots: Vec<Cell<usize>> = vec![Cell::new(0); 6];
    fill(&mut slots, workers(3), Cell::new);
    let values: Vec<usize> = slots.into_iter().map(Cell::into_inner).collect();
    assert_eq!(
        values,
        [0, 1, 2, 3, 4, 5],
        "six cells, each with its index in it"
    );
}

#[test]
fn a_panic_in_a_fill_reaches_the_caller_with_its_payload() {
    panics::assert_passes_on("one of four workers", || {
        fill(&mut [0; 40], workers(4), |index| {
            if index == 25 {
                panics::plant("one of four workers");
            }
            index
        });
    });
}
