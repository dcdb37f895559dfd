//! A scope waits for every thread that was started in it.

use std::thread;

// ANCHOR: start
fn main() {
    let dishes = ["tea", "toast", "eggs"];
    let mut minutes = [0; 3];
    thread::scope(|cooks| {
        for (dish, slot) in dishes.iter().zip(&mut minutes) {
            cooks.spawn(move || {
                *slot = dish.len();
            });
        }
    });
    println!("{minutes:?}");
}
// ANCHOR_END: start
