//! Its error has no code: what is not `Send` is hidden in a future.

use std::rc::Rc;

fn needs_send(_: impl Future + Send) {}

fn main() {
    needs_send(async {
        let count = Rc::new(0);
        std::future::ready(()).await;
        drop(count);
    });
}
