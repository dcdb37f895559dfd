//! Two cooks take turns. The order comes from the channels, not from the
//! number of cores: one core or many, the output is the same.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

// ANCHOR: turns
fn cook(dish: &str, my: Receiver<()>, next: Sender<()>) {
    for step in 1..=3 {
        my.recv().expect("the turn comes");
        println!("{dish} {step}");
        next.send(()).ok(); // unheard after step 3
    }
}

fn main() {
    let (to_tea, tea) = channel();
    let (to_toast, toast) = channel();
    to_tea.send(()).expect("tea listens");
    thread::spawn(|| cook("tea", tea, to_toast));
    cook("toast", toast, to_tea);
}
// ANCHOR_END: turns
