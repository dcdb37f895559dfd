//! Step 4.7: what `go` refuses. Each program by the compiler's answer, each twin by compiling.

use std::{
    future::Future,
    panic,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Waker},
};

use ::refused::Programs;
use chapter_4::{
    Runtime, block_on,
    refused::{
        Answer, awaits_with_a_guard, borrows_a_local, characters_and_words, deposit,
        passes_a_reference, returns_an_rc, shares_an_rc, start_total,
    },
    yield_now,
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

/// Whether `future` is ready at a poll that nobody asked for.
fn ready(future: Pin<&mut impl Future>) -> bool {
    future
        .poll(&mut Context::from_waker(Waker::noop()))
        .is_ready()
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
fn a_total_lets_others_run_first() {
    Runtime::new().run(async {
        let mut total = pin!(start_total(vec![1, 2, 3]));
        yield_now().await;
        assert!(
            !ready(total.as_mut()),
            "the goroutine of start_total has had one turn, and has summed already: yield once before that"
        );
    });
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
        // Two spaces between the words, and three characters of two bytes each.
        let (characters, words) = characters_and_words("crème  brûlée".to_string());
        assert_eq!(
            characters.await.expect("counting does not panic"),
            13,
            "the characters of `crème  brûlée`, whose bytes are 16: ask for chars()"
        );
        assert_eq!(
            words.await.expect("counting does not panic"),
            2,
            "the words of `crème  brûlée`, which has two spaces between them: ask for split_whitespace()"
        );
    });
}

#[test]
fn characters_and_words_let_others_run_first() {
    Runtime::new().run(async {
        let (characters, words) = characters_and_words(String::new());
        let (mut characters, mut words) = (pin!(characters), pin!(words));
        yield_now().await;
        assert!(
            !ready(characters.as_mut()) && !ready(words.as_mut()),
            "each goroutine of characters_and_words has had one turn, and one has counted already: each yields once \
             before that"
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
    let accepted = panic::catch_unwind(|| programs().accepts("deposits_with_yours.rs")).is_ok();
    assert!(
        accepted,
        "deposits_with_yours.rs does not compile or does not run. The program is right, so the reason stands in your \
         `deposit`: does a guard live until the await? `drop(guard)` is not enough, a block or one statement is"
    );
}

#[test]
fn others_have_a_turn_after_each_amount() {
    let account = Arc::new(Mutex::new(0));
    let mut paying = pin!(deposit(Arc::clone(&account), vec![1, 2, 3]));
    for balance in [1, 3, 6] {
        let ready = ready(paying.as_mut());
        let shown = *account.lock().expect("nobody panicked");
        assert_eq!(
            (shown, ready),
            (balance, false),
            "the balance after one more poll of deposit, and whether it was ready. After each amount it yields"
        );
    }
    assert!(ready(paying.as_mut()), "all three amounts are paid in");
}
