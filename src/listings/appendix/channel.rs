//! Send, drop the sender, and receive until it is gone.

use std::sync::mpsc::sync_channel;
use std::thread;

// ANCHOR: channel
fn main() {
    let (sender, orders) = sync_channel(2);
    thread::spawn(move || {
        for order in ["tea", "toast", "eggs"] {
            sender.send(order).unwrap();
        }
        // The sender is dropped here, and that closes the channel.
    });
    for order in &orders {
        println!("{order}");
    }
    println!("{:?}", orders.recv());
}
// ANCHOR_END: channel
