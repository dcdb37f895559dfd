//! Two threads fill the two halves of one vector: the twin of `fills_two_halves.rs`, with your `halves`.

use std::thread;

use chapter_2::refused::halves;

fn main() {
    let mut values = vec![0; 10];
    let (first, second) = halves(&mut values);
    thread::scope(|scope| {
        scope.spawn(|| first.fill(1));
        scope.spawn(|| second.fill(2));
    });
    assert_eq!(values.iter().sum::<i32>(), 15);
}
