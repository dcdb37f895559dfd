//! Step 4.6: sleeping, by a virtual clock and by the machine's.

use std::{
    future::{Future, pending, poll_fn},
    pin::{Pin, pin},
    sync::Mutex,
    task::{Context, Wake, Waker},
    time::Duration,
};

use chapter_4::{Runtime, Stalled, elapsed, go, sleep, yield_now};
use interleave::{
    Explorer,
    future::{Gate, WakeCounter},
    sync::Arc,
    thread,
};

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// Runs `main` by the virtual clock, and fails if it cannot come to its end.
#[track_caller]
fn run<F>(main: F) -> F::Output
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Runtime::with_virtual_clock().try_run(main).expect(
        "somebody sleeps, so the run is not stalled: the clock moves on to the first who is due, and that one is woken",
    )
}

#[test]
fn no_time_at_all_is_no_wait() {
    let counter = WakeCounter::new();
    let poll = pin!(sleep(Duration::ZERO)).poll(&mut Context::from_waker(&counter.waker()));
    assert!(
        poll.is_ready(),
        "Go's time.Sleep(0) returns at once, and so does sleep(Duration::ZERO).await"
    );
}

#[test]
fn a_sleep_lasts_as_long_as_it_was_told() {
    let after = run(async {
        let mut nap = pin!(sleep(seconds(3)));
        let mut polls = 0;
        poll_fn(|context| {
            polls += 1;
            assert!(
                polls < 4,
                "a sleep of three seconds was polled {polls} times, and the clock shows {:?}: it never ends.\n\
                 The first poll begins it. Those that follow must not begin it again",
                elapsed()
            );
            nap.as_mut().poll(context)
        })
        .await;
        elapsed()
    });
    assert_eq!(
        after,
        seconds(3),
        "what a virtual clock shows after a sleep of three seconds"
    );
}

#[test]
fn sleeps_of_several_goroutines_overlap() {
    let after = run(async {
        let tea = go(sleep(seconds(3)));
        let toast = go(sleep(seconds(2)));
        tea.await.expect("tea does not panic");
        toast.await.expect("toast does not panic");
        elapsed()
    });
    assert_eq!(
        after,
        seconds(3),
        "tea takes three seconds and toast two, and both are in progress together"
    );
}

#[test]
fn sleepers_wake_in_the_order_in_which_they_are_due() {
    let woken = run(async {
        let woken = Arc::new(Mutex::new(Vec::new()));
        let handles: Vec<_> = [5, 1, 4, 1, 3]
            .into_iter()
            .enumerate()
            .map(|(number, time)| {
                let woken = Arc::clone(&woken);
                go(async move {
                    sleep(seconds(time)).await;
                    let mut woken = woken.lock().expect("nobody panics here");
                    woken.push((elapsed().as_secs(), number));
                })
            })
            .collect();
        for handle in handles {
            handle.await.expect("sleeping does not panic");
        }
        let woken = woken.lock().expect("nobody panics here");
        woken.clone()
    });
    assert_eq!(
        woken,
        [(1, 1), (1, 3), (3, 4), (4, 2), (5, 0)],
        "the second and the number of each sleeper in the order in which they woke. Who is due first wakes first; of two \
         that are due together, the one that came first"
    );
}

#[test]
fn all_who_are_due_together_wake_in_one_look() {
    let log = run(async {
        let log = Arc::new(Mutex::new(Vec::new()));
        for name in ["a", "b"] {
            let log = Arc::clone(&log);
            drop(go(async move {
                sleep(seconds(1)).await;
                for _ in 0..2 {
                    log.lock().expect("nobody panics here").push(name);
                    yield_now().await;
                }
            }));
        }
        sleep(seconds(2)).await;
        let log = log.lock().expect("nobody panics here");
        log.join("")
    });
    assert_eq!(
        log, "abab",
        "both are due at one second, so both are queued before either has a second turn"
    );
}

#[test]
fn the_clock_stands_still_while_somebody_can_run() {
    let shown = run(async {
        drop(go(sleep(seconds(1))));
        for _ in 0..200 {
            yield_now().await;
        }
        elapsed()
    });
    assert_eq!(
        shown,
        Duration::ZERO,
        "main could run all the time. A virtual clock moves only when every goroutine waits"
    );
}

#[test]
fn a_sleep_wakes_the_waker_of_its_latest_poll() {
    let (first, second) = (WakeCounter::new(), WakeCounter::new());
    let (early, late) = (first.clone(), second.clone());
    let ready = run(async move {
        let mut nap = pin!(sleep(seconds(1)));
        for counter in [&early, &late] {
            let poll = nap
                .as_mut()
                .poll(&mut Context::from_waker(&counter.waker()));
            assert!(poll.is_pending(), "the sleep has only begun");
        }
        sleep(seconds(2)).await;
        nap.as_mut()
            .poll(&mut Context::from_waker(&late.waker()))
            .is_ready()
    });
    assert_eq!(
        (first.wakes(), second.wakes()),
        (0, 1),
        "the wakes of the first and of the second waker. A future may move to another task between two polls: the \
         latest waker counts, and one timer is enough"
    );
    assert!(ready, "its time is over, so the next poll is ready");
}

#[test]
fn a_poll_that_nobody_asked_for_does_not_begin_the_sleep_again() {
    let after = run(async {
        let mut nap = Box::pin(sleep(seconds(2)));
        let counter = WakeCounter::new();
        let _ = nap
            .as_mut()
            .poll(&mut Context::from_waker(&counter.waker()));
        sleep(seconds(1)).await;
        // A second later: this polls the sleep once more, and then waits for it.
        nap.await;
        elapsed()
    });
    assert_eq!(
        after,
        seconds(2),
        "the sleep of two seconds began with its first poll, and later polls do not begin it again"
    );
}

#[test]
fn a_sleep_that_is_dropped_leaves_no_timer() {
    let counter = WakeCounter::new();
    let theirs = counter.clone();
    let outcome = Runtime::with_virtual_clock().try_run(async move {
        let before = theirs.wakers();
        let mut nap: Pin<Box<_>> = Box::pin(sleep(seconds(60)));
        let _ = nap.as_mut().poll(&mut Context::from_waker(&theirs.waker()));
        drop(nap);
        assert_eq!(
            theirs.wakers(),
            before,
            "the sleep is dropped, and its timer still has the waker. Take the timer away when the sleep is dropped"
        );
        pending::<()>().await;
    });
    assert_eq!(
        outcome,
        Err(Stalled),
        "nobody sleeps any more, so nothing can end this run"
    );
    assert_eq!(counter.wakes(), 0, "and nobody is woken for it");
}

#[test]
fn a_sleep_for_ever_does_not_overflow() {
    let shown = run(async {
        sleep(seconds(1)).await;
        // Now plus that time is more than a Duration can hold.
        let mut for_ever = pin!(sleep(Duration::MAX));
        let counter = WakeCounter::new();
        let _ = for_ever
            .as_mut()
            .poll(&mut Context::from_waker(&counter.waker()));
        sleep(seconds(1)).await;
        elapsed()
    });
    assert_eq!(shown, seconds(2), "two sleeps of a second each");
}

#[test]
fn by_the_clock_of_the_machine_the_thread_parks_until_somebody_is_due() {
    // The explorer's clock stands for the machine's: it moves only while every thread waits.
    interleave::model(|| {
        let shown = Runtime::new().run(async {
            let toast = go(sleep(seconds(2)));
            sleep(seconds(3)).await;
            toast.await.expect("toast does not panic");
            elapsed()
        });
        assert_eq!(
            shown,
            seconds(3),
            "the time that the machine's clock shows after two sleeps that overlap"
        );
    });
}

#[test]
fn who_is_late_already_is_not_waited_for() {
    // A waker may take long, and the machine's clock does not stand still meanwhile.
    struct Slow;
    impl Wake for Slow {
        fn wake(self: Arc<Self>) {
            thread::sleep(seconds(5));
        }
    }
    interleave::model(|| {
        let shown = Runtime::new().run(async {
            let slow = Waker::from(Arc::new(Slow));
            let mut naps = [1, 3].map(|time| Box::pin(sleep(seconds(time))));
            for nap in &mut naps {
                let _ = nap.as_mut().poll(&mut Context::from_waker(&slow));
            }
            // The first nap's waker returns at 6 seconds, the second one's at 11.
            sleep(seconds(8)).await;
            elapsed()
        });
        assert_eq!(
            shown,
            seconds(11),
            "main was due at 8 seconds, while a slow waker ran until 11: there is no time left to wait"
        );
    });
}

#[test]
fn a_wake_from_another_thread_ends_the_parking_early() {
    Explorer::new().max_steps(1_000).check(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let thread = thread::spawn(move || opener.open());
        let shown = Runtime::new().run(async move {
            drop(go(sleep(seconds(60))));
            gate.wait().await;
            elapsed()
        });
        thread.join().expect("opening a gate does not panic");
        assert!(
            shown < seconds(60),
            "another thread woke main, and main ran only after {shown:?}, when the sleeper was due"
        );
    });
}

#[test]
fn a_real_sleep_comes_to_its_end() {
    let shown = Runtime::new().run(async {
        sleep(Duration::from_millis(2)).await;
        elapsed()
    });
    assert!(
        shown >= Duration::from_millis(2),
        "a sleep of 2 ms was over after {shown:?}"
    );
}
