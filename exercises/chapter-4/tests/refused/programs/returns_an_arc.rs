//! A goroutine's result is a shared text: the twin of `returns_an_rc.rs`.

use std::sync::Arc;

use chapter_4::{Runtime, go};

fn main() {
    let length = Runtime::new().run(async {
        let text = go(async { Arc::new("tea".to_string()) }).await;
        text.expect("a text does not panic").len()
    });
    assert_eq!(length, 3);
}
