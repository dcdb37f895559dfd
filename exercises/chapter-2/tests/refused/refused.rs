//! Step 2.5: what the compiler refuses. Each program by its error code, each twin by compiling.

use std::{panic, thread};

use ::refused::Programs;
use chapter_2::refused::{
    Code, Counter, counts_in_rc, fills_two_halves, halves, start_sum, sums_a_local,
};

pub fn programs() -> Programs {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../exercises/chapter-2/tests/refused/programs"
    );
    Programs::new(folder, "chapter_2", env!("CARGO_PKG_NAME"))
}

/// The compiler's own answer to a prediction.
#[track_caller]
fn ask(program: &str, predicted: Code) {
    programs().refuses(program, &format!("{predicted:?}"));
}

#[test]
fn two_threads_do_not_count_in_an_rc() {
    ask("counts_in_rc.rs", counts_in_rc());
}

#[test]
fn arc_alone_does_not_help() {
    // The same code for the same reason: a trait is missing.
    ask("counts_in_arc_of_cell.rs", counts_in_rc());
}

#[test]
fn a_counter_counts() {
    let counter = Counter::default();
    assert_eq!(counter.total(), 0, "a new counter has counted nothing");
    for _ in 0..3 {
        counter.add();
    }
    assert_eq!(counter.total(), 3, "add was called three times");
}

#[test]
fn two_threads_count_in_a_counter() {
    // The reader's own bodies first: an unwritten one says so at once.
    Counter::default().add();
    programs().accepts("counts_in_arc.rs");
}

#[test]
fn no_count_is_lost() {
    // Real threads, many times: it finds what is likely, and proves nothing.
    Counter::default().add();
    let kept = panic::catch_unwind(|| programs().accepts("counts_many_in_arc.rs")).is_ok();
    assert!(
        kept,
        "four threads called add two million times each, and the total is not eight million: adds were lost.\n\
         Between a load and a store another thread may load the same number: use one operation for both"
    );
}

#[test]
fn a_thread_does_not_borrow_a_local() {
    ask("sums_a_local.rs", sums_a_local());
}

#[test]
fn a_sum_is_computed_on_another_thread() {
    let handle = start_sum(vec![1, 2, 3]);
    assert!(
        handle.thread().id() != thread::current().id(),
        "the sum should be computed on a thread of its own"
    );
    let sum = handle.join().expect("a sum does not panic");
    assert_eq!(sum, 6, "1 + 2 + 3");
}

#[test]
fn a_thread_owns_what_it_sums() {
    drop(start_sum(vec![1, 2, 3]).join());
    programs().accepts("sums_its_own.rs");
}

#[test]
fn two_threads_do_not_borrow_one_vector_mutably() {
    ask("fills_two_halves.rs", fills_two_halves());
}

#[test]
fn the_halves_are_the_whole() {
    for length in 0..6 {
        let mut values: Vec<usize> = (0..length).collect();
        let (first, second) = halves(&mut values);
        assert_eq!(
            first.len(),
            length / 2,
            "{length} values: the first half holds {}, rounded down",
            length / 2
        );
        let joined = [first, second].concat();
        assert_eq!(
            joined,
            (0..length).collect::<Vec<_>>(),
            "{length} values: the halves one after the other"
        );
    }
}

#[test]
fn two_threads_fill_two_halves() {
    halves(&mut [0; 2]);
    programs().accepts("fills_split_halves.rs");
}
