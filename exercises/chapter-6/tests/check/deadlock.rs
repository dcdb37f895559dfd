//! Step 6.7: all goroutines are asleep.

use std::{
    future::{Future, poll_fn},
    num::NonZeroUsize,
    pin::pin,
    task::Poll,
};

use chapter_6::{
    channel,
    deadlock::{Deadlock, Note, Runtime, go, run},
    select,
};

/// The report, with the places as the distance from `line`, and whether all are in this file.
fn summary(deadlock: &Deadlock, line: u32) -> Vec<(usize, &'static str, Option<u32>)> {
    let distance = |note: &Note| {
        let place = note.place?;
        assert!(
            place.file().ends_with("deadlock.rs"),
            "the place of a wait is the line that sends or receives, and here it is {place}"
        );
        Some(place.line() - line)
    };
    let goroutines = deadlock.0.iter();
    goroutines
        .map(|(number, note)| (*number, note.reason, distance(note)))
        .collect()
}

fn one_thread() -> chapter_4_solution::Runtime {
    chapter_4_solution::Runtime::new()
}

fn workers(number: usize) -> chapter_5_solution::Runtime {
    chapter_5_solution::Runtime::new(NonZeroUsize::new(number).expect("one worker or more"))
}

#[test]
fn a_program_that_ends_is_no_deadlock() {
    let result = run(&one_thread(), async {
        let (tx, rx) = channel(0);
        go(async move { assert!(tx.send(42).await.is_ok()) });
        rx.recv().await
    });
    assert_eq!(result, Ok(Ok(42)));
}

#[test]
fn nobody_sends() {
    let line = line!();
    let deadlock = run(&one_thread(), async {
        let (_tx, rx) = channel::<i32>(0);
        rx.recv().await
    })
    .expect_err("nobody is left to send, so this program should be reported");
    assert_eq!(summary(&deadlock, line), [(1, "chan receive", Some(3))]);
}

/// Goroutines 1 and 2 wait for each other.
fn wait_for_each_other(runtime: &impl Runtime) {
    let line = line!();
    let deadlock = run(runtime, async {
        let ((tea_tx, tea), (toast_tx, toast)) = (channel(0), channel(0));
        go(async move {
            assert!(toast_tx.send("toast").await.is_ok());
            let _ = tea.recv().await;
        });
        assert!(tea_tx.send("tea").await.is_ok());
        let _ = toast.recv().await;
    })
    .expect_err("both goroutines send first, and nobody receives");
    assert_eq!(
        summary(&deadlock, line),
        [(1, "chan send", Some(7)), (2, "chan send", Some(4))],
        "each goroutine with its number, what it does, and how many lines below `run` minus one"
    );
}

#[test]
fn each_goroutine_is_reported_with_the_place_where_it_waits() {
    wait_for_each_other(&one_thread());
}

#[test]
fn a_scheduler_with_workers_reports_the_same() {
    wait_for_each_other(&workers(1));
    wait_for_each_other(&workers(2));
}

#[test]
fn a_goroutine_that_has_ended_is_not_in_the_report() {
    let deadlock = run(&one_thread(), async {
        let (tx, rx) = channel(0);
        let keeps = tx.clone();
        go(async move { assert!(tx.send(1).await.is_ok()) });
        chapter_4_solution::yield_now().await;
        assert_eq!(rx.recv().await, Ok(1));
        let second = rx.recv().await;
        drop(keeps);
        second
    })
    .expect_err("the second value never comes");
    let numbers: Vec<usize> = deadlock.0.iter().map(|(number, _)| *number).collect();
    assert_eq!(
        numbers,
        [1],
        "goroutine 2 waited once, went on, and ended: only goroutine 1 waits"
    );
}

#[test]
fn a_selection_is_reported_as_one_wait() {
    let line = line!();
    let deadlock = run(&one_thread(), async {
        let ((_a_tx, a), (_b_tx, b)) = (channel::<i32>(0), channel::<i32>(0));
        select! {
            _ = a.recv() => {},
            _ = b.recv() => {},
        }
    })
    .expect_err("nobody sends");
    assert_eq!(summary(&deadlock, line), [(1, "select", Some(3))]);
}

#[test]
fn a_wait_without_a_note_is_reported_without_a_place() {
    let deadlock = run(&one_thread(), async {
        let (tx, rx) = channel(0);
        go(async move { assert!(tx.send(1).await.is_ok()) });
        assert_eq!(rx.recv().await, Ok(1));
        std::future::pending::<()>().await;
    })
    .expect_err("nothing wakes that future");
    assert_eq!(
        summary(&deadlock, 0),
        [(1, "waiting", None)],
        "not every wait is at a channel, and an older note is not this wait's"
    );
}

#[test]
fn a_note_that_nobody_waited_with_is_nobody_elses() {
    let deadlock = run(&one_thread(), async {
        let (tx, rx) = channel::<i32>(0);
        let (ended, end) = channel(1);
        go(async move {
            // Begins to receive, finds nothing, and ends all the same.
            let mut receiving = pin!(rx.recv());
            let first = poll_fn(|context| Poll::Ready(receiving.as_mut().poll(context)));
            assert!(first.await.is_pending());
            assert_eq!(ended.try_send(()), Ok(()));
        });
        assert_eq!(end.recv().await, Ok(()));
        std::future::pending::<()>().await;
        drop(tx);
    })
    .expect_err("nothing wakes that future");
    assert_eq!(
        summary(&deadlock, 0),
        [(1, "waiting", None)],
        "another goroutine left a note, in a poll that was its last one: `main` waits for something else"
    );
}

/// A program of chapter 4 that is not watched, on the thread on which `run` was: to which program does `go` belong?
#[track_caller]
fn assert_that_go_belongs_to_nobody(after: &str) {
    let refused = one_thread().run(async {
        let go = std::panic::AssertUnwindSafe(|| go(async {}));
        std::panic::catch_unwind(go).is_err()
    });
    assert!(
        refused,
        "{after}, `go` still takes a goroutine for the program that is over. A poll puts the old CURRENT back"
    );
}

#[test]
fn after_a_program_go_belongs_to_nobody() {
    assert_eq!(run(&one_thread(), async { 42 }), Ok(42));
    assert_that_go_belongs_to_nobody("after the program");
}

#[test]
fn after_a_panic_go_belongs_to_nobody() {
    let result = run(&one_thread(), async {
        go(async { panic!("this goroutine panics, as the test wants") });
        chapter_4_solution::yield_now().await;
        42
    });
    assert_eq!(result, Ok(42), "a panic ends its goroutine only");
    assert_that_go_belongs_to_nobody("after a goroutine's panic");
}

#[test]
fn the_report_reads_like_gos() {
    let deadlock = run(&one_thread(), async {
        let (tx, rx) = channel(0);
        let other = rx.clone();
        go(async move { assert_eq!(other.recv().await, Ok(1)) });
        go(async move {
            let _: Result<i32, _> = rx.recv().await;
        });
        assert!(tx.send(1).await.is_ok());
        std::future::pending::<()>().await;
    })
    .expect_err("goroutines 1 and 3 wait for ever");
    let places: Vec<_> = deadlock.0.iter().map(|(_, note)| note.place).collect();
    let place = places[1].expect("a receive leaves its place");
    assert_eq!(
        deadlock.to_string(),
        format!(
            "fatal error: all goroutines are asleep - deadlock!\n\
             \n\
             goroutine 1 [waiting]:\n\
             \n\
             goroutine 3 [chan receive]:\n\
             \t{}:{}\n",
            place.file(),
            place.line()
        )
    );
}
