//! A goroutine's result is a shared text.

use std::rc::Rc;

use chapter_4::{Runtime, go};

fn main() {
    let length = Runtime::new().run(async {
        let text = go(async { Rc::new("tea".to_string()) }).await;
        text.expect("a text does not panic").len()
    });
    assert_eq!(length, 3);
}
