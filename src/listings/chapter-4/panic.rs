//! A panic ends its goroutine, and reaches whoever joins it.

use chapter_4::{Runtime, go};

// ANCHOR: panic
async fn toast() -> u32 {
    panic!("the toast is burnt")
}

fn main() {
    Runtime::new().run(async {
        let toast = go(toast());
        let tea = go(async { "tea is ready" });
        if let Err(error) = toast.await {
            println!("{error}");
        }
        println!("{}", tea.await.unwrap());
    });
}
// ANCHOR_END: panic
