//! A goroutine and its result.

use chapter_4::{Runtime, go};

// ANCHOR: hello
fn main() {
    Runtime::new().run(async {
        let answer = go(async {
            println!("goroutine");
            42
        });
        println!("main");
        println!("{}", answer.await.unwrap());
    });
}
// ANCHOR_END: hello
