//! A channel with room for two lets a producer run ahead of its consumer, and no further.

use std::thread;

use chapter_6::blocking::channel;

// ANCHOR: main
fn main() {
    let (tx, dishes) = channel(2);
    let cook = thread::spawn(move || {
        for dish in ["tea", "toast", "eggs", "jam"] {
            // Waits while two dishes stand there.
            tx.send(dish).unwrap();
            println!("cooked {dish}");
        }
        // The sender goes: that closes the channel.
    });
    for dish in &dishes {
        println!("served {dish}");
    }
    cook.join().unwrap();
}
// ANCHOR_END: main
