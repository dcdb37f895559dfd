//! Nothing has a value before it is given one; what may be missing is an `Option`.

use std::sync::mpsc::Receiver;

// ANCHOR: zero
#[derive(Default)]
struct Table {
    guests: u32,
    name: String,
    bell: Option<Receiver<String>>,
}

fn main() {
    let table = Table::default();
    let none = table.bell.is_none();
    println!("{} {:?} {none}", table.guests, table.name);
    match &table.bell {
        Some(bell) => println!("{:?}", bell.try_recv()),
        None => println!("there is no bell to ask"),
    }
}
// ANCHOR_END: zero
