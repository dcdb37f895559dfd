//! A goroutine prints a name that its caller owns.

use chapter_4::{Runtime, go, yield_now};

async fn length(name: &str) -> usize {
    yield_now().await;
    name.len()
}

fn main() {
    let length = Runtime::new().run(async {
        let name = String::from("gopher");
        go(length(&name)).await
    });
    assert_eq!(length.expect("counting does not panic"), 6);
}
