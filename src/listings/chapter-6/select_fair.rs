//! Two arms are always ready. Which one does `select!` take?

use chapter_5::{Runtime, gomaxprocs};
use chapter_6::{channel, select};

// ANCHOR: main
fn main() {
    Runtime::new(gomaxprocs()).run(async {
        let (left_tx, left) = channel::<()>(0);
        let (right_tx, right) = channel::<()>(0);
        left_tx.close();
        right_tx.close();
        let mut lefts = 0;
        for _ in 0..1000 {
            select! {
                _ = left.recv() => lefts += 1,
                _ = right.recv() => {},
            }
        }
        println!(
            "left was taken between 400 and 600 times: {}",
            (400..=600).contains(&lefts)
        );
    });
}
// ANCHOR_END: main
