//! A pipeline: numbers, two goroutines that square them, and one that gathers.

use chapter_5::{Runtime, gomaxprocs};
use chapter_6::pipeline::{fan_in, fan_out, generate};

// ANCHOR: main
fn main() {
    Runtime::new(gomaxprocs()).run(async {
        let numbers = generate(0..10);
        let squaring = fan_out(numbers, 2, |n| n * n);
        let squares = fan_in(squaring);
        let mut sum = 0;
        while let Ok(square) = squares.recv().await {
            sum += square;
        }
        println!("{sum}");
    });
}
// ANCHOR_END: main
