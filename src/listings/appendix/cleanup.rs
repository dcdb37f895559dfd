//! A value is dropped at the end of its block.

// ANCHOR: cleanup
struct Dish(&'static str);

impl Drop for Dish {
    fn drop(&mut self) {
        println!("clear {}", self.0);
    }
}

fn serve() {
    for name in ["tea", "toast"] {
        let dish = Dish(name);
        println!("serve {}", dish.0);
    }
    println!("done");
}

fn main() {
    serve();
}
// ANCHOR_END: cleanup
