//! A send on an unbuffered channel ends only after its receive began.

use std::sync::{Arc, OnceLock};

use chapter_5::{Runtime, go, gomaxprocs};
use chapter_6::channel;

// ANCHOR: main
fn main() {
    Runtime::new(gomaxprocs()).run(async {
        let (tx, rx) = channel(0);
        let said = Arc::new(OnceLock::new());
        let theirs = Arc::clone(&said);
        drop(go(async move {
            // Written before the receive …
            theirs.set("hello").unwrap();
            rx.recv().await
        }));
        tx.send(0).await.unwrap();
        // … and so seen after the send.
        println!("{}", said.get().unwrap());
    });
}
// ANCHOR_END: main
