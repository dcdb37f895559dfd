//! Three workers square nine numbers: each writes to a part of the results that is its own.

use std::thread;

// ANCHOR: squares
fn main() {
    let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    let mut squares = [0; 9];
    thread::scope(|workers| {
        for (part, out) in numbers.chunks(3).zip(squares.chunks_mut(3)) {
            workers.spawn(move || {
                for (number, square) in part.iter().zip(out) {
                    *square = number * number;
                }
            });
        }
    });
    println!("{squares:?}");
}
// ANCHOR_END: squares
