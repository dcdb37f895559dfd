//! Closures borrow what they name; with `move` they own it.

// ANCHOR: closure
fn counter(from: u8) -> impl FnMut() -> u8 {
    let mut next = from;
    move || {
        next += 1;
        next
    }
}

fn main() {
    let mut ticket = counter(40);
    ticket();
    println!("{}", ticket());
}
// ANCHOR_END: closure
