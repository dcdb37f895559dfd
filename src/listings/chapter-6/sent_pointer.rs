//! A send moves its value: whoever has sent it does not have it any more.

use std::thread;

use chapter_6::blocking::channel;

// ANCHOR: main
fn main() {
    let (tx, plates) = channel(0);
    let table = thread::spawn(move || {
        let plate: String = plates.recv().unwrap();
        println!("{}", !plate.is_empty());
    });
    let dish = String::from("toast");
    tx.send(dish).unwrap();
    // Here the compiler refuses dish.push_str("!"):
    // E0382, the value was moved.
    table.join().unwrap();
}
// ANCHOR_END: main
