//! What a closed channel gives: first what lies in it, then errors without end.

use chapter_6::blocking::channel;

// ANCHOR: main
fn main() {
    let (tx, rx) = channel(3);
    tx.send(1).unwrap();
    tx.send(2).unwrap();
    tx.close();
    println!("{} {}", rx.len(), rx.capacity());
    for _ in 0..3 {
        println!("{:?}", rx.recv());
    }
}
// ANCHOR_END: main
