//! The simplest channel for threads: a queue, a lock, and a place to wait.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: channel
struct Orders {
    queue: Mutex<VecDeque<u32>>,
    not_empty: Condvar,
}

impl Orders {
    fn send(&self, order: u32) {
        self.queue.lock().unwrap().push_back(order);
        self.not_empty.notify_one();
    }

    fn recv(&self) -> u32 {
        let mut queue = self.queue.lock().unwrap();
        loop {
            if let Some(order) = queue.pop_front() {
                return order;
            }
            queue = self.not_empty.wait(queue).unwrap();
        }
    }

    fn len(&self) -> usize {
        self.queue.lock().unwrap().len()
    }
}
// ANCHOR_END: channel

// ANCHOR: main
fn main() {
    let orders = Orders {
        queue: Mutex::new(VecDeque::new()),
        not_empty: Condvar::new(),
    };
    thread::scope(|kitchen| {
        let guests = kitchen.spawn(|| {
            for order in 1..=1000 {
                orders.send(order);
            }
        });
        // A slow cook: all guests have ordered before the first dish.
        guests.join().unwrap();
        println!("{} orders wait", orders.len());
        let first = kitchen.spawn(|| orders.recv());
        println!("the first is order {}", first.join().unwrap());
    });
}
// ANCHOR_END: main
