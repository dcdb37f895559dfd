//! Two threads fill the two halves of one vector.

use std::thread;

fn main() {
    let mut values = vec![0; 10];
    let first = &mut values[..5];
    let second = &mut values[5..];
    thread::scope(|scope| {
        scope.spawn(|| first.fill(1));
        scope.spawn(|| second.fill(2));
    });
    assert_eq!(values.iter().sum::<i32>(), 15);
}
