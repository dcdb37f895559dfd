//! Step 3.2: the parallel array job.

use std::{
    cell::Cell,
    collections::HashSet,
    num::NonZeroUsize,
    rc::Rc,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, ThreadId},
};

use chapter_3::array_job::map_reduce;

use crate::{meeting::Meeting, memory, panics, random::Random};

fn workers(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("the tests ask for one worker or more")
}

/// A call as a message names it: how many elements, how many workers.
fn call(length: usize, number: usize) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    format!(
        "{length} element{}, {number} worker{}",
        plural(length),
        plural(number)
    )
}

/// The chunks that `map` is given, as positions in `values`, in the order in which `reduce` gets them.
#[track_caller]
fn chunks_of<T: Sync>(values: &[T], number: usize) -> Vec<(usize, usize)> {
    let base = values.as_ptr() as usize;
    let chunks = panics::expect_no_panic(&call(values.len(), number), || {
        map_reduce(
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
        )
    });
    chunks.unwrap_or_default()
}

fn sizes_of(chunks: &[(usize, usize)]) -> Vec<usize> {
    chunks.iter().map(|(start, end)| end - start).collect()
}

/// Whether each chunk starts where the one before it ends, from the first element to the last.
fn is_complete(chunks: &[(usize, usize)], length: usize) -> bool {
    let mut next = 0;
    chunks.iter().all(|&(start, end)| {
        let fits = start == next;
        next = end;
        fits
    }) && next == length
}

#[test]
fn an_empty_slice_gives_none() {
    let called = AtomicUsize::new(0);
    let count = || {
        called.fetch_add(1, SeqCst);
    };
    let result = panics::expect_no_panic("an empty slice, 4 workers", || {
        map_reduce(&[] as &[u64], workers(4), |_| count(), |(), ()| count())
    });
    assert!(
        result.is_none(),
        "an empty slice, 4 workers: there is nothing to reduce, so the result should be None, and it is {result:?}"
    );
    assert!(
        called.load(SeqCst) == 0,
        "an empty slice has no chunk: neither map nor reduce should be called, and there were {} calls",
        called.load(SeqCst)
    );
}

#[test]
fn one_element_is_mapped_once_for_eight_workers() {
    let maps = AtomicUsize::new(0);
    let result = panics::expect_no_panic("1 element, 8 workers", || {
        map_reduce(
            &[7u64],
            workers(8),
            |chunk| {
                maps.fetch_add(1, SeqCst);
                chunk.iter().sum::<u64>()
            },
            |a, b| a + b,
        )
    });
    let maps = maps.into_inner();
    assert!(
        maps == 1,
        "1 element, 8 workers: one element makes one chunk, and map was called {maps} times.\n\
         No worker should be given an empty chunk, and no element be left out."
    );
    assert!(
        result == Some(7),
        "1 element, 8 workers: the sum of the one element 7 should be Some(7), and is {result:?}"
    );
}

#[test]
fn each_chunk_has_a_thread_of_its_own() {
    let threads: Mutex<Vec<ThreadId>> = Mutex::default();
    panics::expect_no_panic("20 elements, 5 workers", || {
        map_reduce(
            &[0u8; 20],
            workers(5),
            |_| threads.lock().unwrap().push(thread::current().id()),
            |(), ()| (),
        )
    });
    let threads = threads.into_inner().unwrap();
    assert!(
        threads.len() == 5,
        "20 elements, 5 workers: map should be called once for each of 5 chunks, and was called {} times",
        threads.len()
    );
    let caller = thread::current().id();
    let here = threads.iter().filter(|&&thread| thread == caller).count();
    assert!(
        here == 0,
        "{here} of 5 chunks ran on the caller's thread. Each chunk should have a scoped thread of its own, the first \
         and the last too:\nthe caller starts all workers, and then has nothing to do but wait for them."
    );
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
    let order = order.unwrap_or_default();
    assert!(
        order == "0 1 2 3 4 5 6 7",
        "the results of chunks 0 to 7 should be combined in the order 0 1 2 3 4 5 6 7, and were in the order {order}.\n\
         Chunk 7 was done first here, and chunk 0 last. Keep the order of the chunks, whichever worker finishes first."
    );
}

#[test]
fn there_is_a_chunk_for_each_worker_and_none_without_elements() {
    let values: Vec<u32> = (0..12).collect();
    for length in 1..=values.len() {
        for number in [1, 2, 3, 4, 7, 20] {
            let mut chunks = chunks_of(&values[..length], number);
            chunks.sort_unstable();
            let expected = number.min(length);
            let why = match chunks.len() {
                few if few < expected => "There is a worker without a chunk.",
                many if many > number => "There are more chunks than workers.",
                many if many > expected => "There is a chunk without an element.",
                _ => continue,
            };
            panic!(
                "{}: there should be {}, and there are {}, of the sizes {:?}.\n{why}",
                call(length, number),
                if expected == 1 {
                    "1 chunk".into()
                } else {
                    format!("{expected} chunks")
                },
                chunks.len(),
                sizes_of(&chunks)
            );
        }
    }
}

#[test]
fn chunks_are_contiguous_and_hold_every_element_once() {
    let values: Vec<u32> = (0..20).collect();
    for length in 1..=values.len() {
        for number in [1, 2, 3, 4, 7, 30] {
            let chunks = chunks_of(&values[..length], number);
            if is_complete(&chunks, length) {
                continue;
            }
            let mut sorted = chunks.clone();
            sorted.sort_unstable();
            let why = if is_complete(&sorted, length) {
                "All elements are there, but the results were not combined in the order of the chunks. Keep chunk order."
            } else if sorted.iter().map(|(start, end)| end - start).sum::<usize>() < length {
                "Elements are left out: where does the remainder of the division go?"
            } else {
                "Each chunk should start where the one before it ends, and the last should end at the last element."
            };
            let shown: Vec<String> = chunks
                .iter()
                .map(|(start, end)| format!("{start}..{end}"))
                .collect();
            panic!(
                "{}: the chunks, in the order of the results, are {}.\n{why}",
                call(length, number),
                shown.join(", ")
            );
        }
    }
}

#[test]
fn chunk_sizes_differ_by_at_most_one() {
    let values: Vec<u32> = (0..20).collect();
    for length in 1..=values.len() {
        for number in [1, 3, 4, 7] {
            let sizes = sizes_of(&chunks_of(&values[..length], number));
            let (least, most) = (sizes.iter().min(), sizes.iter().max());
            let (least, most) = least.zip(most).expect("a slice with elements has a chunk");
            assert!(
                most - least <= 1,
                "{}: the sizes should differ by at most one, and they are {sizes:?}.\n\
                 Where does the remainder of the division go?",
                call(length, number)
            );
        }
    }
}

#[test]
fn the_sum_is_right_for_every_length_and_number_of_workers() {
    let mut random = Random::new(32);
    let small: Vec<u64> = (1..=20).collect();
    let large: Vec<u64> = (0..20).map(|_| random.below(1_000_000)).collect();
    for values in [small, large] {
        for length in 1..=values.len() {
            for number in [1, 2, 3, 7, 30] {
                let values = &values[..length];
                let sum = panics::expect_no_panic(&call(length, number), || {
                    map_reduce(
                        values,
                        workers(number),
                        |chunk| chunk.iter().sum::<u64>(),
                        |a, b| a + b,
                    )
                });
                let expected: u64 = values.iter().sum();
                assert!(
                    sum == Some(expected),
                    "{}: the sum of {values:?} should be Some({expected}), and is {sum:?}.\nIs each element counted once?",
                    call(length, number)
                );
            }
        }
    }
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
    let maps = maps.into_inner();
    assert!(
        maps == 6,
        "30 elements, 6 workers: map should be called once for each of 6 chunks, and was called {maps} times"
    );
    assert!(
        calls == 5,
        "six results are reduced to one by 5 calls of reduce, and there were {calls}: reduce combines two results"
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
    assert!(
        heaviest == Some(Heaviest(&100)),
        "the heaviest of the weights 0 to 100 should be Some(Heaviest(100)), and is {heaviest:?}"
    );
}

/// Each type here has what the signature asks for, and nothing else.
#[test]
fn the_signature_asks_for_no_more_than_it_must() {
    let numbers: Vec<Mutex<u64>> = (1..=10).map(Mutex::new).collect();
    let factor = Mutex::new(3);
    let combined = Rc::new(Cell::new(0));
    let (seen, counter) = (Rc::clone(&combined), combined);

    // T: a guard may be looked at by another thread, but not given to one.
    let values: Vec<MutexGuard<u64>> = numbers
        .iter()
        .map(|number| number.lock().unwrap())
        .collect();
    // M: this closure owns a guard, so it is not `Send`, not `Copy` and not `Clone`.
    let factor = factor.lock().unwrap();
    let map = move |chunk: &[MutexGuard<u64>]| {
        // R: a `Cell` may be given to another thread, but not shared with one.
        Cell::new(chunk.iter().map(|number| **number * *factor).sum::<u64>())
    };
    // F: `reduce` stays on the caller's thread, and owns what no other thread may have.
    let reduce = move |a: Cell<u64>, b: Cell<u64>| {
        counter.set(counter.get() + 1);
        Cell::new(a.get() + b.get())
    };

    // If a message of the compiler led you here: the signature of `map_reduce` was given, and yours asks for more. `map`
    // is lent to the workers, so it is `Sync`; it need be neither `Send` nor `Copy`. Lend each thread `&map`.
    let sum = map_reduce(&values, workers(4), map, reduce).map(Cell::into_inner);
    assert!(
        sum == Some(165),
        "three times the sum of 1 to 10 should be Some(165), and is {sum:?}"
    );
    assert!(
        seen.get() == 3,
        "4 results are reduced to one by 3 calls of reduce, and there were {}",
        seen.get()
    );
}

#[test]
fn elements_of_size_zero_are_counted() {
    let nothing = [(); 1000];
    let count = map_reduce(&nothing, workers(3), <[()]>::len, |a, b| a + b);
    assert!(
        count == Some(1000),
        "1,000 elements without a size are elements: their number should be Some(1000), and is {count:?}"
    );
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
                panics::linger();
                ended.fetch_add(1, SeqCst);
            },
            |(), ()| (),
        )
    });
    meeting.assert_met("Every chunk should be in progress before the first is waited for.");
    let (started, ended) = (started.load(SeqCst), ended.load(SeqCst));
    assert!(
        started == 4,
        "all four workers should be started, and {started} were"
    );
    assert!(
        ended == 3,
        "when the panic reaches the caller, the other three workers should have ended, and {ended} had"
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
    assert!(
        sum == Some(299_999 * 300_000 / 2),
        "the sum of the numbers below 300,000 should be Some(44999850000), and is {sum:?}"
    );
    assert!(
        peak < size_of_val(values.as_slice()) / 2,
        "the job allocated {peak} bytes for a slice of {} bytes: a chunk is borrowed, never copied",
        size_of_val(values.as_slice())
    );
}
