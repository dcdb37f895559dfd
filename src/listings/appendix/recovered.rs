//! A panic ends its thread, and whoever joins it learns of it.

use std::thread;

// ANCHOR: recovered
fn taste(dish: &'static str) -> String {
    let taster = thread::spawn(move || {
        if dish == "toast" {
            std::panic::panic_any("burnt");
        }
        "served"
    });
    match taster.join() {
        Ok(verdict) => verdict.to_string(),
        Err(payload) => match payload.downcast_ref::<&str>() {
            Some(reason) => format!("not served: {reason}"),
            None => String::from("not served"),
        },
    }
}

fn main() {
    println!("{}", taste("tea"));
    println!("{}", taste("toast"));
}
// ANCHOR_END: recovered
