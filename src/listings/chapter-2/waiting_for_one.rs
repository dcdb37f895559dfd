//! Eight rows of uneven work for two workers. A row's number is its cost.

use std::thread;

// ANCHOR: waiting_for_one
fn main() {
    let rows = [1, 1, 2, 4, 9, 9, 9, 9];
    let (first, second) = rows.split_at(rows.len() / 2);
    let mut done = [0; 2];
    thread::scope(|workers| {
        for (done, share) in done.iter_mut().zip([first, second]) {
            workers.spawn(move || {
                for cost in share {
                    *done += cost; // compute a row
                }
            });
        }
    });
    println!("units of work: {done:?}");
}
// ANCHOR_END: waiting_for_one
