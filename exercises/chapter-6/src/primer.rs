//! The primer's program: one goroutine sends 42, the other one prints it.

use chapter_5_solution::go;

use crate::channel;

/// The program. Where Go prints, it calls `println`.
pub async fn program(println: impl FnOnce(i32)) {
    todo!(
        "the primer's three lines: a channel, a goroutine that sends 42, and a receive that is printed"
    )
}
