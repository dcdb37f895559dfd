//! A function that looks, and a function that changes.

// ANCHOR: borrow
fn longest(orders: &[String]) -> &str {
    let mut longest = &orders[0];
    for order in orders {
        if order.len() > longest.len() {
            longest = order;
        }
    }
    longest
}

fn add(list: &mut Vec<String>, name: &str) {
    list.push(name.to_string());
}

fn main() {
    let mut orders = Vec::new();
    for order in ["tea", "toast"] {
        add(&mut orders, order);
    }
    println!("{}", longest(&orders));
}
// ANCHOR_END: borrow
