//! Two threads count in one place.

use std::{cell::Cell, rc::Rc, thread};

fn main() {
    let count = Rc::new(Cell::new(0));
    let handles: Vec<_> = (0..2)
        .map(|_| {
            let count = Rc::clone(&count);
            thread::spawn(move || count.set(count.get() + 1))
        })
        .collect();
    for handle in handles {
        handle.join().expect("counting does not panic");
    }
    assert_eq!(count.get(), 2);
}
