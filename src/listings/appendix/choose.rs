//! The standard library waits for one channel at a time.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

// ANCHOR: choose
fn main() {
    let (sender, bell) = channel();
    match bell.try_recv() {
        Ok(order) => println!("{order}"),
        Err(_) => println!("nobody rings"),
    }
    thread::spawn(move || sender.send("toast"));
    match bell.recv_timeout(Duration::from_secs(60)) {
        Ok(order) => println!("{order}"),
        Err(_) => println!("too late"),
    }
}
// ANCHOR_END: choose
