//! Step 3.2: the parallel array job.

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, ThreadId},
};

use chapter_3::array_job::map_reduce;

use crate::{meeting::Meeting, memory, panics, random::Random};

fn workers(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("the tests ask for one worker or more")
}

/// The chunks that `map` is given, as positions in `values`, in the order in which `reduce` gets them.
fn chunks_of<T: Sync>(values: &[T], number: usize) -> Vec<(usize, usize)> {
    let base = values.as_ptr() as usize;
    let chunks = map_reduce(
        values,
        workers(number),
        |chunk| {
            let start = (chunk.as_ptr() as usize - base) / size_of::<T>();
            vec![(start, start + chunk.len())]
        },
        |mut all, more| {
            all.extend(more);
            all
        },
    );
    chunks.unwrap_or_default()
}

#[test]
fn an_empty_slice_gives_none() {
    let called = AtomicUsize::new(0);
    let count = || {
        called.fetch_add(1, SeqCst);
    };
    let result = map_reduce(&[] as &[u64], workers(4), |_| count(), |(), ()| count());
    assert_eq!(
        result, None,
        "there is nothing to reduce, so the result is None"
    );
    assert_eq!(
        called.into_inner(),
        0,
        "an empty slice has no chunk: neither map nor reduce should be called"
    );
}

#[test]
fn one_element_is_mapped_once_for_eight_workers() {
    let maps = AtomicUsize::new(0);
    let result = map_reduce(
        &[7u64],
        workers(8),
        |chunk| {
            maps.fetch_add(1, SeqCst);
            chunk.iter().sum::<u64>()
        },
        |a, b| a + b,
    );
    assert_eq!(result, Some(7), "the sum of one element is that element");
    assert_eq!(
        maps.into_inner(),
        1,
        "one element makes one chunk: no worker should be given an empty one"
    );
}

#[test]
fn the_sum_is_right_for_every_length_and_number_of_workers() {
    let mut random = Random::new(32);
    let values: Vec<u64> = (0..20).map(|_| random.below(1_000_000)).collect();
    for length in 1..=values.len() {
        for number in [1, 2, 3, 7, 30] {
            let values = &values[..length];
            let sum = map_reduce(
                values,
                workers(number),
                |chunk| chunk.iter().sum::<u64>(),
                |a, b| a + b,
            );
            let expected = Some(values.iter().sum());
            assert_eq!(
                sum, expected,
                "the sum of {length} elements, {number} workers: is each counted once?"
            );
        }
    }
}

#[test]
fn chunks_are_contiguous_and_hold_every_element_once() {
    let values: Vec<u32> = (0..20).collect();
    for length in 1..=values.len() {
        for number in [1, 3, 4, 7] {
            let chunks = chunks_of(&values[..length], number);
            let mut next = 0;
            for &(start, end) in &chunks {
                assert!(
                    start == next,
                    "{length} elements, {number} workers: each chunk should start where the one before it ends.\n\
                     The chunks were {chunks:?}"
                );
                next = end;
            }
            assert!(
                next == length,
                "{length} elements, {number} workers: the last chunk should end at the last element.\n\
                 The chunks were {chunks:?}"
            );
        }
    }
}

#[test]
fn chunk_sizes_differ_by_at_most_one() {
    let values: Vec<u32> = (0..20).collect();
    for length in 1..=values.len() {
        for number in [1, 3, 4, 7] {
            let sizes: Vec<usize> = chunks_of(&values[..length], number)
                .iter()
                .map(|(start, end)| end - start)
                .collect();
            let (least, most) = (sizes.iter().min(), sizes.iter().max());
            let (least, most) = least.zip(most).expect("a slice with elements has a chunk");
            assert!(
                most - least <= 1,
                "{length} elements, {number} workers: the sizes should differ by at most one, and they are {sizes:?}.\n\
                 Where does the remainder of the division go?"
            );
        }
    }
}

#[test]
fn there_is_a_chunk_for_each_worker_and_none_without_elements() {
    let values: Vec<u32> = (0..12).collect();
    for length in 1..=values.len() {
        for number in [1, 2, 3, 4, 7, 20] {
            let chunks = chunks_of(&values[..length], number).len();
            let expected = number.min(length);
            assert!(
                chunks == expected,
                "{length} elements, {number} workers: there should be {expected} chunks, and there were {chunks}"
            );
        }
    }
}

#[test]
fn each_chunk_has_a_thread_of_its_own() {
    let threads: Mutex<Vec<ThreadId>> = Mutex::default();
    map_reduce(
        &[0u8; 20],
        workers(5),
        |_| threads.lock().unwrap().push(thread::current().id()),
        |(), ()| (),
    );
    let threads = threads.into_inner().unwrap();
    let different: HashSet<_> = threads.iter().collect();
    assert!(
        different.len() == 5,
        "5 chunks should be mapped on 5 threads, and they were on {}",
        different.len()
    );
}

#[test]
fn all_chunks_are_in_progress_together() {
    let meeting = Meeting::of((0..4).map(|chunk| format!("chunk {chunk}")));
    let values: Vec<usize> = (0..40).collect();
    map_reduce(
        &values,
        workers(4),
        |chunk| meeting.join(chunk[0] / 10),
        |(), ()| (),
    );
    meeting.assert_met(
        "All chunks should be in progress together. Is every thread started before the first is waited for?\n\
         An iterator is lazy: a map that spawns, followed by a map that joins, handles one thread after another.",
    );
}

#[test]
fn results_are_reduced_in_the_order_of_the_chunks() {
    // Each chunk waits for the one after it, so they are done in the opposite order.
    let meeting = Meeting::of((0..8).map(|chunk| format!("chunk {chunk}")));
    let values: Vec<usize> = (0..80).collect();
    let order = map_reduce(
        &values,
        workers(8),
        |chunk| {
            let index = chunk[0] / 10;
            if index < 7 {
                meeting.wait_for(index, [index + 1]);
            }
            meeting.arrive(index);
            index.to_string()
        },
        |a, b| a + " " + &b,
    );
    meeting.assert_met("Every chunk should be in progress before the first is waited for.");
    assert_eq!(
        order.as_deref(),
        Some("0 1 2 3 4 5 6 7"),
        "the last chunk was done first, and yet the results should be reduced in the order of the chunks"
    );
}

#[test]
fn reduce_is_called_once_between_two_results() {
    let mut calls = 0;
    let maps = AtomicUsize::new(0);
    map_reduce(
        &[1u8; 30],
        workers(6),
        |_| {
            maps.fetch_add(1, SeqCst);
        },
        |(), ()| calls += 1,
    );
    assert_eq!(
        maps.into_inner(),
        6,
        "map should be called once for each of 6 chunks"
    );
    assert_eq!(
        calls, 5,
        "six results are reduced to one by 5 calls of reduce"
    );
}

/// A number that cannot be copied or cloned.
struct Weight<'a>(&'a u64);

/// Neither can this result.
#[derive(Debug, PartialEq)]
struct Heaviest<'a>(&'a u64);

#[test]
fn elements_are_borrowed_and_need_no_clone() {
    let numbers: Vec<u64> = (0..100).map(|number| number * 37 % 101).collect();
    let weights: Vec<Weight> = numbers.iter().map(Weight).collect();
    let heaviest = map_reduce(
        &weights,
        workers(3),
        |chunk| {
            let heaviest = chunk.iter().map(|weight| weight.0).max();
            Heaviest(heaviest.expect("a chunk holds an element or more"))
        },
        |a, b| if b.0 > a.0 { b } else { a },
    );
    assert_eq!(
        heaviest,
        Some(Heaviest(&100)),
        "the heaviest of the weights 0 to 100"
    );
}

#[test]
fn elements_of_size_zero_are_counted() {
    let nothing = [(); 1000];
    let count = map_reduce(&nothing, workers(3), <[()]>::len, |a, b| a + b);
    assert_eq!(count, Some(1000), "elements without a size are elements");
}

#[test]
fn a_panic_reaches_the_caller_with_its_payload() {
    for unlucky in [0, 2, 3] {
        panics::assert_passes_on("one of four workers", || {
            let values: Vec<usize> = (0..40).collect();
            map_reduce(
                &values,
                workers(4),
                |chunk| {
                    if chunk.contains(&(unlucky * 10)) {
                        panics::plant("one of four workers");
                    }
                    1
                },
                |a, b| a + b,
            )
        });
    }
}

#[test]
fn a_panic_waits_until_every_other_worker_has_ended() {
    let (panicking, started, ended) = (
        AtomicBool::new(false),
        AtomicUsize::new(0),
        AtomicUsize::new(0),
    );
    let meeting = Meeting::of((0..4).map(|chunk| format!("chunk {chunk}")));
    let values: Vec<usize> = (0..40).collect();
    panics::assert_passes_on("the first of four workers", || {
        map_reduce(
            &values,
            workers(4),
            |chunk| {
                started.fetch_add(1, SeqCst);
                meeting.join(chunk[0] / 10);
                if chunk[0] == 0 {
                    panicking.store(true, SeqCst);
                    panics::plant("the first of four workers");
                }
                // Still at work when the first worker is gone.
                while !panicking.load(SeqCst) {
                    thread::yield_now();
                }
                (0..1_000).for_each(|_| thread::yield_now());
                ended.fetch_add(1, SeqCst);
            },
            |(), ()| (),
        )
    });
    meeting.assert_met("Every chunk should be in progress before the first is waited for.");
    assert_eq!(
        started.load(SeqCst),
        4,
        "all four workers should be started"
    );
    assert_eq!(
        ended.load(SeqCst),
        3,
        "when the panic reaches the caller, the other three workers should have ended"
    );
}

#[test]
fn of_several_panics_the_first_in_the_order_of_the_chunks_reaches_the_caller() {
    // Chunk 3 panics first in time, and chunk 1 comes first in the slice.
    let meeting = Meeting::of((0..4).map(|chunk| format!("chunk {chunk}")));
    let values: Vec<usize> = (0..40).collect();
    panics::assert_passes_on("chunk 1", || {
        map_reduce(
            &values,
            workers(4),
            |chunk| match chunk[0] {
                30 => {
                    meeting.arrive(3);
                    panics::plant("chunk 3");
                }
                10 => {
                    meeting.arrive(1);
                    meeting.wait_for(1, [3]);
                    panics::plant("chunk 1");
                }
                start => meeting.arrive(start / 10),
            },
            |(), ()| (),
        )
    });
    meeting.assert_met("Every chunk should be in progress before the first is waited for.");
}

#[test]
fn a_panic_in_reduce_reaches_the_caller() {
    panics::assert_passes_on("reduce", || {
        map_reduce(
            &[1, 2, 3, 4],
            workers(4),
            |_| (),
            |(), ()| panics::plant("reduce"),
        )
    });
}

#[test]
fn a_large_slice_is_summed_without_a_copy() {
    let values: Vec<u64> = (0..300_000).collect();
    let (sum, peak) = memory::peak_of(|| {
        map_reduce(
            &values,
            workers(4),
            |chunk| chunk.iter().sum::<u64>(),
            |a, b| a + b,
        )
    });
    assert_eq!(
        sum,
        Some(299_999 * 300_000 / 2),
        "the sum of the numbers below 300,000"
    );
    assert!(
        peak < size_of_val(values.as_slice()) / 2,
        "the job allocated {peak} bytes for a slice of {} bytes: a chunk is borrowed, never copied",
        size_of_val(values.as_slice())
    );
}
