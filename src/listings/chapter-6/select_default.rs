//! `default` runs when no arm is ready; an arm that is `None` never is.

use std::time::Duration;

use chapter_5::{Runtime, gomaxprocs, sleep};
use chapter_6::{Receiver, channel, select};

// ANCHOR: main
fn main() {
    Runtime::new(gomaxprocs()).run(async {
        let (tx, tea) = channel(1);
        // No arm on it is ever ready.
        let nobody: Option<Receiver<&str>> = None;
        select! {
            dish = tea.recv() => println!("{}", dish.unwrap()),
            _ = nobody.as_ref().map(Receiver::recv) => {
                println!("never");
            },
            default => println!("nothing yet"),
        }
        select! {
            dish = tea.recv() => println!("{}", dish.unwrap()),
            after sleep(Duration::from_millis(10)) => {
                println!("waited long enough");
            }
        }
        tx.send("tea").await.unwrap();
        select! {
            dish = tea.recv() => println!("{}", dish.unwrap()),
            _ = nobody.as_ref().map(Receiver::recv) => {
                println!("never");
            }
        }
    });
}
// ANCHOR_END: main
