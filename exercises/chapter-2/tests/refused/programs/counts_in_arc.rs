//! Two threads count in one place: the twin of `counts_in_rc.rs`, with your `Counter`.

use std::{sync::Arc, thread};

use chapter_2::refused::Counter;

fn main() {
    let count = Arc::new(Counter::default());
    for _ in 0..2 {
        let count = Arc::clone(&count);
        // One after the other: here the question is what compiles. Whether adds get lost is another test's.
        let handle = thread::spawn(move || count.add());
        handle.join().expect("counting does not panic");
    }
    assert_eq!(count.total(), 2);
}
