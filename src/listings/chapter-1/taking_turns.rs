//! Two jobs on one thread. A job is a closure, which does a piece of work at
//! each call and remembers where it was.

// ANCHOR: turns
fn cook(dish: &str) -> impl FnMut() {
    let mut step = 0;
    move || {
        step += 1;
        println!("{dish} {step}");
        // Returning lets another go on.
    }
}

fn main() {
    let mut tea = cook("tea");
    let mut toast = cook("toast");
    for _ in 1..=3 {
        tea();
        toast();
    }
}
// ANCHOR_END: turns
