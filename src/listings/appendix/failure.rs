//! An error is one of two results.

use std::num::ParseIntError;

// ANCHOR: failure
fn sum(a: &str, b: &str) -> Result<i32, ParseIntError> {
    let x: i32 = a.parse()?;
    let y: i32 = b.parse()?;
    Ok(x + y)
}

fn main() {
    if let Ok(total) = sum("3", "5") {
        println!("{total}");
    }
    match sum("3", "five") {
        Ok(total) => println!("{total}"),
        Err(_) => println!("no number"),
    }
}
// ANCHOR_END: failure
