use std::rc::Rc;
use std::thread;

fn main() {
    let shared = Rc::new(7);
    thread::spawn(move || println!("{shared}")).join().unwrap();
}
