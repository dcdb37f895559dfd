//! Two goroutines share a text: the twin of `shares_an_rc.rs`, with your `characters_and_words`.

use chapter_4::{Runtime, refused::characters_and_words};

fn main() {
    Runtime::new().run(async {
        let (characters, words) = characters_and_words("tea and toast".to_string());
        assert_eq!(characters.await.expect("counting does not panic"), 13);
        assert_eq!(words.await.expect("counting does not panic"), 3);
    });
}
