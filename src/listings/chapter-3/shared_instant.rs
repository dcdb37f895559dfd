//! The definition of overlap, tried out instant by instant.

use std::ops::Range;

// ANCHOR: shared_instant
fn share_an_instant(a: Range<u64>, b: Range<u64>) -> bool {
    (a.start..a.end).any(|instant| b.contains(&instant))
}

fn main() {
    println!("{}", share_an_instant(0..4, 3..6));
    println!("{}", share_an_instant(0..3, 3..6));
    println!("{}", share_an_instant(0..6, 2..2));
}
// ANCHOR_END: shared_instant
