//! The usual way to cut a slice for four workers: one length for all, rounded up.

// ANCHOR: chunks
fn main() {
    let rows = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    let workers = 4;
    let length = rows.len().div_ceil(workers);
    for chunk in rows.chunks(length) {
        println!("{chunk:?}");
    }
}
// ANCHOR_END: chunks
