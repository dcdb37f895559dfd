//! Step 4.7: what `go` refuses. Each program by the compiler's answer, each twin by compiling.

use std::sync::{Arc, Mutex};

use ::refused::Programs;
use chapter_4::{
    Runtime, block_on,
    refused::{
        Answer, awaits_with_a_guard, borrows_a_local, characters_and_words, deposit,
        passes_a_reference, returns_an_rc, shares_an_rc, start_total,
    },
};

pub fn programs() -> Programs {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../exercises/chapter-4/tests/refused/programs"
    );
    Programs::new(folder, "chapter_4", env!("CARGO_PKG_NAME"))
}

/// The compiler's own answer to a prediction.
#[track_caller]
fn ask(program: &str, predicted: Answer) {
    match predicted {
        Answer::NotSend => {
            programs().refuses_saying(program, "future cannot be sent between threads safely")
        }
        code => programs().refuses(program, &format!("{code:?}")),
    }
}

#[test]
fn a_goroutine_does_not_borrow_a_local() {
    ask("borrows_a_local.rs", borrows_a_local());
}

#[test]
fn a_total_is_summed_by_a_goroutine() {
    let total = Runtime::new().run(async { start_total(vec![1, 2, 3]).await });
    assert_eq!(
        total.expect("a sum does not panic"),
        6,
        "1 + 2 + 3, summed by the goroutine"
    );
}

#[test]
fn a_goroutine_owns_what_it_sums() {
    let _ = Runtime::new().run(async { start_total(vec![1]).await });
    programs().accepts("owns_its_row.rs");
}

#[test]
fn a_goroutine_does_not_get_a_reference_to_a_local() {
    ask("passes_a_reference.rs", passes_a_reference());
}

#[test]
fn its_own_name_is_no_reference() {
    let _ = passes_a_reference();
    programs().accepts("passes_its_own.rs");
}

#[test]
fn two_goroutines_do_not_share_an_rc() {
    ask("shares_an_rc.rs", shares_an_rc());
}

#[test]
fn characters_and_words_are_counted_by_two_goroutines() {
    Runtime::new().run(async {
        let (characters, words) = characters_and_words("tea and toast".to_string());
        assert_eq!(
            characters.await.expect("counting does not panic"),
            13,
            "the characters of `tea and toast`"
        );
        assert_eq!(
            words.await.expect("counting does not panic"),
            3,
            "the words of `tea and toast`"
        );
    });
}

#[test]
fn two_goroutines_share_your_text() {
    Runtime::new().run(async { drop(characters_and_words(String::new())) });
    programs().accepts("shares_your_text.rs");
}

#[test]
fn no_rc_comes_out_of_a_goroutine() {
    ask("returns_an_rc.rs", returns_an_rc());
}

#[test]
fn an_arc_comes_out_of_a_goroutine() {
    let _ = returns_an_rc();
    programs().accepts("returns_an_arc.rs");
}

#[test]
fn no_goroutine_awaits_with_a_guard() {
    ask("awaits_with_a_guard.rs", awaits_with_a_guard());
}

#[test]
fn the_amounts_are_added() {
    let account = Arc::new(Mutex::new(0));
    let other = Arc::clone(&account);
    block_on(deposit(other, vec![1, 2, 3]));
    assert_eq!(
        *account.lock().expect("nobody panicked"),
        6,
        "1, 2 and 3 were paid in"
    );
}

#[test]
fn two_goroutines_deposit_by_turns() {
    block_on(deposit(Arc::default(), vec![]));
    programs().accepts("deposits_with_yours.rs");
}
