//! A reader that stops early drops its receiver, and that ends the producer.

use chapter_5::{Runtime, go, gomaxprocs};
use chapter_6::channel;

// ANCHOR: main
fn main() {
    Runtime::new(gomaxprocs()).run(async {
        let (tx, numbers) = channel(0);
        let producer = go(async move {
            for number in 0.. {
                if tx.send(number).await.is_err() {
                    return number;
                }
            }
            unreachable!("numbers have no end");
        });
        while let Ok(number @ 0..3) = numbers.recv().await {
            println!("{number}");
        }
        drop(numbers);
        let next = producer.await.unwrap();
        println!("nobody took {next}");
    });
}
// ANCHOR_END: main
