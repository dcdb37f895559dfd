use std::sync::Arc;
use std::thread;

fn main() {
    let shared = Arc::new(7);
    thread::spawn(move || println!("{shared}")).join().unwrap();
}
