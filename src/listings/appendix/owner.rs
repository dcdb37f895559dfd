//! Assigning a `Vec` moves it: the old name is gone.

// ANCHOR: owner
fn main() {
    let orders = vec!["tea", "toast"];
    // moved: `orders` is gone
    let mut kitchen = orders;
    kitchen[0] = "eggs";
    println!("{kitchen:?}");
    // a second one, on purpose
    let copy = kitchen.clone();
    println!("{kitchen:?} {copy:?}");
}
// ANCHOR_END: owner
