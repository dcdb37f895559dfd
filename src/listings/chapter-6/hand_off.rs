//! Three goroutines wait, three dishes come. Who has them before anybody has moved?

use std::num::NonZeroUsize;

use chapter_5::{Runtime, go, yield_now};
use chapter_6::channel;

// ANCHOR: main
fn main() {
    Runtime::new(NonZeroUsize::MIN).run(async {
        let (tx, dishes) = channel(3);
        let mut guests = Vec::new();
        for guest in 0..3 {
            let dishes = dishes.clone();
            guests.push(go(async move {
                let dish = dishes.recv().await.unwrap();
                println!("guest {guest} has {dish}");
            }));
            yield_now().await; // now the guest waits
        }
        for dish in ["tea", "toast", "eggs"] {
            tx.send(dish).await.unwrap();
        }
        println!("dishes in the channel: {}", dishes.len());
        for guest in guests {
            guest.await.unwrap();
        }
    });
}
// ANCHOR_END: main
