//! Two goroutines share a text.

use std::rc::Rc;

use chapter_4::{JoinHandle, Runtime, go, yield_now};

fn characters_and_words(text: String) -> (JoinHandle<usize>, JoinHandle<usize>) {
    let for_characters = Rc::new(text);
    let for_words = Rc::clone(&for_characters);
    let characters = go(async move {
        yield_now().await;
        for_characters.chars().count()
    });
    let words = go(async move {
        yield_now().await;
        for_words.split_whitespace().count()
    });
    (characters, words)
}

fn main() {
    Runtime::new().run(async {
        let (characters, words) = characters_and_words("tea and toast".to_string());
        assert_eq!(characters.await.expect("counting does not panic"), 13);
        assert_eq!(words.await.expect("counting does not panic"), 3);
    });
}
