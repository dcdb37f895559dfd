//! Step 4.5: waiting for several goroutines.

use std::{
    future::{Future, pending},
    panic::{self, catch_unwind},
    pin::pin,
    task::Context,
};

use chapter_4::{Runtime, WaitGroup, block_on, go, yield_now};
use interleave::{
    Explorer,
    future::{Gate, WakeCounter},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

/// Under the model a wake that is lost ends the test at once, and does not hang it.
#[track_caller]
fn in_the_model(test: impl Fn() + Send + Sync + 'static) {
    Explorer::new().max_steps(1_000).check(test);
}

/// Whether `future` is ready at a poll with this counter's waker.
fn ready(future: std::pin::Pin<&mut impl Future>, counter: &WakeCounter) -> bool {
    future
        .poll(&mut Context::from_waker(&counter.waker()))
        .is_ready()
}

#[test]
fn nobody_waits_for_nothing() {
    in_the_model(|| {
        let group = WaitGroup::new();
        group.add(2);
        group.done();
        group.done();
        block_on(group.wait());
    });
}

#[test]
fn a_wait_ends_when_all_are_done() {
    let group = WaitGroup::new();
    group.add(2);
    let counter = WakeCounter::new();
    let mut wait = pin!(group.wait());
    assert!(!ready(wait.as_mut(), &counter), "two are in progress");
    group.done();
    assert_eq!(
        counter.wakes(),
        0,
        "one is still in progress, so nobody is woken"
    );
    assert!(!ready(wait.as_mut(), &counter), "one is in progress");
    group.done();
    let wakes = counter.wakes();
    if wakes == 0 {
        group.add(1);
        assert_eq!(
            counter.wakes(),
            0,
            "the counter came to zero, and nobody was woken; one more add woke who waits. Which value do you compare with \
             zero: the one after this add, or the one before it?"
        );
    }
    assert_eq!(
        wakes, 1,
        "the counter has come to zero, so who waits is woken, once"
    );
    assert!(ready(wait.as_mut(), &counter), "and the next poll is ready");
}

#[test]
fn all_who_wait_are_woken() {
    let group = WaitGroup::new();
    group.add(1);
    let counters = [(); 3].map(|()| WakeCounter::new());
    let mut waits = [(); 3].map(|()| Box::pin(group.wait()));
    for (wait, counter) in waits.iter_mut().zip(&counters) {
        assert!(!ready(wait.as_mut(), counter), "one is in progress");
    }
    group.done();
    for (number, (wait, counter)) in waits.iter_mut().zip(&counters).enumerate() {
        assert_eq!(
            counter.wakes(),
            1,
            "three wait for one group, and number {number} was not woken once. Zero is the end of the wait for all of them"
        );
        assert!(ready(wait.as_mut(), counter), "and its next poll is ready");
    }
}

#[test]
fn a_wait_wakes_the_waker_of_its_latest_poll() {
    let group = WaitGroup::new();
    group.add(1);
    let (first, second) = (WakeCounter::new(), WakeCounter::new());
    let mut wait = pin!(group.wait());
    for counter in [&first, &second] {
        assert!(!ready(wait.as_mut(), counter), "one is in progress");
    }
    group.done();
    assert_eq!(
        (first.wakes(), second.wakes()),
        (0, 1),
        "the wakes of the first and of the second waker. A task may come with another waker each time: the latest one counts"
    );
}

#[test]
fn who_is_released_stays_released() {
    let group = WaitGroup::new();
    group.add(1);
    let counter = WakeCounter::new();
    let mut wait = pin!(group.wait());
    assert!(!ready(wait.as_mut(), &counter), "one is in progress");
    group.done();
    // The next round begins before the one who waited has its turn.
    group.add(1);
    assert!(
        ready(wait.as_mut(), &counter),
        "the counter was zero, and that ended this wait. That it grew again is another round's business"
    );
    let mut next = pin!(group.wait());
    assert!(
        !ready(next.as_mut(), &counter),
        "a wait that begins in the next round waits for it"
    );
}

#[test]
fn more_done_than_added_is_refused() {
    let group = WaitGroup::new();
    group.add(1);
    group.done();
    let Err(payload) = catch_unwind(|| group.done()) else {
        panic!(
            "done was called twice after add(1), and the counter is negative. Go panics there, and so should you"
        );
    };
    let text = payload.downcast_ref::<String>().map_or_else(
        || payload.downcast_ref::<&str>().copied().unwrap_or_default(),
        String::as_str,
    );
    if text.starts_with("not yet implemented") {
        panic::resume_unwind(payload);
    }
    assert!(
        text.contains("negative WaitGroup counter"),
        "Go says `sync: negative WaitGroup counter`. Yours must say `negative WaitGroup counter`, and says `{text}`"
    );
}

#[test]
fn a_wait_that_is_dropped_leaves_no_waker() {
    let group = WaitGroup::new();
    group.add(1);
    let counter = WakeCounter::new();
    {
        let mut wait = pin!(group.wait());
        assert!(!ready(wait.as_mut(), &counter), "one is in progress");
    }
    assert_eq!(
        counter.wakers(),
        0,
        "the wait is dropped, and the group still has its waker: so it keeps a task alive that nobody needs"
    );
    group.done();
    assert_eq!(counter.wakes(), 0, "and nobody is woken in its place");
}

#[test]
fn the_last_one_done_meets_the_one_who_begins_to_wait() {
    // In every order: done before the look at the counter, between the look and the waker, and after.
    in_the_model(|| {
        let group = WaitGroup::new();
        group.add(1);
        let theirs = group.clone();
        let thread = thread::spawn(move || theirs.done());
        block_on(group.wait());
        thread.join().expect("done does not panic");
    });
}

#[test]
fn two_threads_are_waited_for() {
    in_the_model(|| {
        let group = WaitGroup::new();
        let sum = Arc::new(AtomicUsize::new(0));
        group.add(2);
        let threads = [1, 2].map(|number| {
            let (group, sum) = (group.clone(), Arc::clone(&sum));
            thread::spawn(move || {
                sum.fetch_add(number, SeqCst);
                group.done();
            })
        });
        block_on(group.wait());
        assert_eq!(sum.load(SeqCst), 3, "both threads have added their number");
        for thread in threads {
            thread.join().expect("done does not panic");
        }
    });
}

#[test]
fn a_counted_future_counts_while_it_waits() {
    let group = WaitGroup::new();
    let counter = WakeCounter::new();
    let mut counted = pin!(group.count(pending::<()>()));
    assert!(
        !ready(counted.as_mut(), &counter),
        "the counted future never ends"
    );
    assert!(
        !ready(pin!(group.wait()), &counter),
        "the counted future has had a turn and is not done, and nothing is in progress.\n\
         Was one added, and is the value that counts down still there? `let _ = value;` keeps nothing"
    );
}

#[test]
fn goroutines_are_counted_from_go_to_their_end() {
    let (sum, done) = Runtime::new().run(async {
        let group = WaitGroup::new();
        let sum = Arc::new(AtomicUsize::new(0));
        for number in 1..=4 {
            let sum = Arc::clone(&sum);
            drop(group.go(async move {
                yield_now().await;
                sum.fetch_add(number, SeqCst);
            }));
        }
        group.wait().await;
        (sum.load(SeqCst), format!("{group:?}"))
    });
    assert_eq!(
        sum, 10,
        "four goroutines were started with group.go, and the wait ended before all had added their number.\n\
         A goroutine counts from the call of go on, and not from its first turn"
    );
    assert!(done.contains("count: 0"), "{done}");
}

#[test]
fn a_counted_future_counts_before_its_first_poll() {
    let group = WaitGroup::new();
    let counted = group.count(async {});
    let counter = WakeCounter::new();
    assert!(
        !ready(pin!(group.wait()), &counter),
        "the future was given to the group and has not had a turn: it is in progress all the same"
    );
    block_on(counted);
    assert!(
        ready(pin!(group.wait()), &counter),
        "the future has ended, so nothing is in progress"
    );
}

#[test]
fn a_goroutine_that_panics_is_done_too() {
    let outcome = Runtime::new().try_run(async {
        let group = WaitGroup::new();
        drop(group.go(async { panic::resume_unwind(Box::new("burnt")) }));
        group.wait().await;
    });
    assert!(
        outcome.is_ok(),
        "the goroutine panicked, and was never counted as done: whoever waits for the group waits for ever.\n\
         A value that counts down when it is dropped counts down in every case"
    );
}

#[test]
fn a_future_that_is_dropped_before_its_first_poll_is_done_too() {
    let group = WaitGroup::new();
    drop(group.count(pending::<()>()));
    assert!(
        ready(pin!(group.wait()), &WakeCounter::new()),
        "the counted future was dropped before its first poll, and still counts.\n\
         Nothing of an async block runs before its first poll: make the value that counts down outside of it"
    );
}

#[test]
fn a_waker_may_use_the_group() {
    // What is woken here runs at once, inside of `done`, and takes the group's lock.
    struct Looks(WaitGroup);
    impl std::task::Wake for Looks {
        fn wake(self: Arc<Self>) {
            let _ = pin!(self.0.wait()).poll(&mut Context::from_waker(std::task::Waker::noop()));
        }
    }
    in_the_model(|| {
        let group = WaitGroup::new();
        group.add(1);
        let waker = std::task::Waker::from(Arc::new(Looks(group.clone())));
        let mut wait = pin!(group.wait());
        assert!(
            wait.as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        group.done();
    });
}

#[test]
fn a_goroutine_waits_for_goroutines_that_another_thread_lets_go() {
    Explorer::new().max_steps(1_000).preemptions(1).check(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let thread = thread::spawn(move || opener.open());
        Runtime::new().run(async move {
            let group = WaitGroup::new();
            drop(group.go(async move { gate.wait().await }));
            let waits = group.clone();
            go(async move { waits.wait().await })
                .await
                .expect("waiting does not panic");
        });
        thread.join().expect("opening a gate does not panic");
    });
}
