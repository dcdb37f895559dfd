//! Step 6.6: the primer's program.

use std::{
    future::{Future, poll_fn},
    num::NonZeroUsize,
    sync::{Arc, Mutex},
    task::Poll,
};

use chapter_5_solution::Runtime;
use chapter_6::primer::program;

/// What the program prints on so many workers.
fn printed(workers: usize) -> Vec<i32> {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&printed);
    let workers = NonZeroUsize::new(workers).expect("one worker or more");
    let ended =
        Runtime::new(workers).try_run(program(move |value| lines.lock().unwrap().push(value)));
    assert!(
        ended.is_ok(),
        "every goroutine waits, and nobody can wake one. With capacity 0 a send waits for a receive: two goroutines are \
         needed, and `go` starts the second"
    );
    Arc::into_inner(printed)
        .expect("the program is over")
        .into_inner()
        .unwrap()
}

#[test]
fn it_prints_42_on_one_worker() {
    assert_eq!(printed(1), [42]);
}

#[test]
fn it_prints_42_on_two_workers() {
    assert_eq!(printed(2), [42]);
}

#[test]
fn the_value_comes_from_another_goroutine() {
    // One worker: while `main` is polled, no other goroutine can have sent anything.
    let one = NonZeroUsize::new(1).expect("one is not zero");
    let (waited, printed) = Runtime::new(one).run(async {
        let mut printed = None;
        let mut main = Box::pin(program(|value| printed = Some(value)));
        let first = poll_fn(|context| Poll::Ready(main.as_mut().poll(context).is_pending())).await;
        if first {
            main.as_mut().await;
        }
        drop(main);
        (first, printed)
    });
    assert!(
        waited,
        "`main` should wait for a goroutine of its own that sends 42. Does it send to itself?"
    );
    assert_eq!(printed, Some(42));
}
