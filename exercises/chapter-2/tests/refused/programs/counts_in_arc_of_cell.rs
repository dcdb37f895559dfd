//! Two threads count in one place: `Rc` is gone, and `Cell` is still there.

use std::{cell::Cell, sync::Arc, thread};

fn main() {
    let count = Arc::new(Cell::new(0));
    let handles: Vec<_> = (0..2)
        .map(|_| {
            let count = Arc::clone(&count);
            thread::spawn(move || count.set(count.get() + 1))
        })
        .collect();
    for handle in handles {
        handle.join().expect("counting does not panic");
    }
    assert_eq!(count.get(), 2);
}
