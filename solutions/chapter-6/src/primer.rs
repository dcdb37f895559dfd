//! The primer's program: one goroutine sends 42, the other one prints it.

use chapter_5_solution::go;

use crate::channel;

/// The program. Where Go prints, it calls `println`.
// ANCHOR: program_whole
pub async fn program(println: impl FnOnce(i32)) {
    // ANCHOR: program todo: the primer's three lines: a channel, a goroutine that sends 42, and a receive that is printed
    let (tx, rx) = channel(0);
    drop(go(async move { tx.send(42).await }));
    println(
        rx.recv()
            .await
            .expect("42 is sent before the channel closes"),
    );
    // ANCHOR_END: program
}
// ANCHOR_END: program_whole
