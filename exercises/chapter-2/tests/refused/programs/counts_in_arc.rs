//! Two threads count in one place: the twin of `counts_in_rc.rs`, with your `Counter`.

use std::{sync::Arc, thread};

use chapter_2::refused::Counter;

fn main() {
    let count = Arc::new(Counter::default());
    let handles: Vec<_> = (0..2)
        .map(|_| {
            let count = Arc::clone(&count);
            thread::spawn(move || count.add())
        })
        .collect();
    for handle in handles {
        handle.join().expect("counting does not panic");
    }
    assert_eq!(count.total(), 2);
}
