//! The primer's program on the course's own scheduler and channels.

use chapter_5::{Runtime, go, gomaxprocs};
use chapter_6::channel;

// ANCHOR: main
fn main() {
    Runtime::new(gomaxprocs()).run(async {
        let (tx, rx) = channel(0);
        drop(go(async move {
            tx.send(42).await.expect("main receives");
        }));
        println!("{}", rx.recv().await.expect("42 comes"));
    });
}
// ANCHOR_END: main
