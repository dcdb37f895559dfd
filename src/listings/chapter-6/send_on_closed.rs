//! Sending on a closed channel is an error here, and it gives the value back.

use chapter_6::blocking::channel;

// ANCHOR: main
fn main() {
    let (tx, _rx) = channel(1);
    tx.close();
    let error = tx.send(42).unwrap_err();
    println!("{error}; the value is here: {}", error.0);
}
// ANCHOR_END: main
