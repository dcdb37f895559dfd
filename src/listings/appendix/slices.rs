//! A slice borrows; only a `Vec` grows.

// ANCHOR: slices
fn main() {
    let mut rows = vec![1, 2, 3, 4];
    let half = &mut rows[..2];
    half[1] = 9;
    println!("{rows:?}");
    let mut third = rows[..2].to_vec();
    third.push(7);
    println!("{rows:?} {third:?}");
}
// ANCHOR_END: slices
