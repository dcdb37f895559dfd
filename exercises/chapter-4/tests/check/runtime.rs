//! Step 4.4: the run queue, `go`, and the handle.

use std::{
    future::{Future, pending, poll_fn},
    panic::{self, AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Mutex as StdMutex,
    task::{Context, Poll, Wake, Waker},
};

use chapter_4::{JoinError, JoinHandle, Runtime, Stalled, block_on, go, yield_now};
use interleave::{
    Explorer,
    future::{Gate, WakeCounter, tracked},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use crate::drops::Drops;

/// What happened, in order.
#[derive(Clone, Default)]
struct Log(Arc<StdMutex<Vec<String>>>);

impl Log {
    fn add(&self, line: impl Into<String>) {
        self.0.lock().expect("nobody panics here").push(line.into());
    }

    fn text(&self) -> String {
        self.0.lock().expect("nobody panics here").join(" ")
    }
}

/// Under the model a wake that is lost ends the test at once, and does not hang it.
#[track_caller]
fn in_the_model(test: impl Fn() + Send + Sync + 'static) {
    Explorer::new().max_steps(1_000).check(test);
}

/// A payload that nobody else panics with. Prints nothing.
fn plant(word: &'static str) -> ! {
    panic::resume_unwind(Box::new(word))
}

/// A goroutine that does not end well.
async fn burns() {
    plant("burnt")
}

#[test]
fn main_is_the_first_goroutine() {
    let output = Runtime::new().run(async { 6 * 7 });
    assert_eq!(output, 42, "run returns the result of main");
}

#[test]
fn main_may_wait_for_its_next_turn() {
    in_the_model(|| {
        let turns = Runtime::new().run(async {
            for _ in 0..3 {
                yield_now().await;
            }
            4
        });
        assert_eq!(turns, 4, "main yields three times and then returns");
    });
}

#[test]
fn a_goroutine_that_waits_stays_and_is_polled_when_it_is_woken() {
    let polls = Arc::new(AtomicUsize::new(0));
    let drops = Drops::default();
    // How often main was polled, and dropped, before somebody woke it.
    let before = Arc::new(StdMutex::new(None::<(usize, usize)>));
    let run = catch_unwind(AssertUnwindSafe(|| {
        let (mark, drops) = (drops.mark(), drops.clone());
        let (polls, before) = (Arc::clone(&polls), Arc::clone(&before));
        Runtime::new().try_run(poll_fn(move |context| {
            let _mark = &mark;
            if polls.fetch_add(1, SeqCst) == 0 {
                let (waker, drops) = (context.waker().clone(), drops.clone());
                let (polls, before) = (Arc::clone(&polls), Arc::clone(&before));
                // A goroutine that starts another, which wakes main. So main waits for two turns of others.
                drop(go(async move {
                    drop(go(async move {
                        *before.lock().expect("nobody panics here") =
                            Some((polls.load(SeqCst), drops.count()));
                        waker.wake();
                    }));
                }));
            }
            if before.lock().expect("nobody panics here").is_some() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }))
    }));
    let before = *before.lock().expect("nobody panics here");
    if let Some((polls, drops)) = before {
        assert_eq!(
            drops, 0,
            "main waits, and was dropped instead. A goroutine that waits goes back into the register, as one does that \
             goes on: `put_back`"
        );
        assert_eq!(
            polls, 1,
            "main waits, and was polled again before anybody woke it. A turn begins with `begin`, which forgets the \
             wakes before it, and only `Again` goes back to the queue"
        );
    }
    match run {
        Err(payload) => panic::resume_unwind(payload),
        Ok(outcome) => assert_eq!(
            outcome,
            Ok(()),
            "main waited, another goroutine woke it, and main did not get its next turn"
        ),
    }
}

#[test]
fn a_handle_gives_the_result() {
    in_the_model(|| {
        let sum = Runtime::new().run(async {
            let (two, three) = (go(async { 2 }), go(async { 3 }));
            two.await.expect("two does not panic") + three.await.expect("three does not panic")
        });
        assert_eq!(sum, 5, "2 and 3, from two goroutines");
    });
}

#[test]
fn go_returns_before_its_goroutine_runs() {
    let log = Log::default();
    let (main, other) = (log.clone(), log.clone());
    Runtime::new().run(async move {
        let handle = go(async move { other.add("goroutine") });
        main.add("after-go");
        let _ = handle.await;
    });
    assert_eq!(
        log.text(),
        "after-go goroutine",
        "go puts the goroutine on the queue and returns. Its first poll is its first turn"
    );
}

#[test]
fn goroutines_take_turns_in_the_order_of_the_queue() {
    let log = Log::default();
    let lines = log.clone();
    Runtime::new().run(async move {
        let handles: Vec<_> = ["a", "b", "c"]
            .into_iter()
            .map(|name| {
                let lines = lines.clone();
                go(async move {
                    for turn in 0..3 {
                        lines.add(format!("{name}{turn}"));
                        yield_now().await;
                    }
                })
            })
            .collect();
        for handle in handles {
            let _ = handle.await;
        }
    });
    assert_eq!(
        log.text(),
        "a0 b0 c0 a1 b1 c1 a2 b2 c2",
        "whoever yields goes to the end of the queue, and the next in line has its turn"
    );
}

#[test]
fn a_goroutine_may_start_goroutines() {
    fn count(depth: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
        Box::pin(async move {
            if depth == 0 {
                return 1;
            }
            let (left, right) = (go(count(depth - 1)), go(count(depth - 1)));
            left.await.expect("counting does not panic")
                + right.await.expect("counting does not panic")
        })
    }
    assert_eq!(
        Runtime::new().run(count(6)),
        64,
        "a tree of goroutines, six levels deep"
    );
}

#[test]
fn a_dropped_handle_lets_its_goroutine_go_on() {
    let done = Arc::new(AtomicBool::new(false));
    let other = Arc::clone(&done);
    Runtime::new().run(async move {
        drop(go(async move {
            yield_now().await;
            other.store(true, SeqCst);
        }));
        for _ in 0..3 {
            yield_now().await;
        }
    });
    assert!(
        done.load(SeqCst),
        "the handle was dropped, and its goroutine never came to its end. A handle is only a way to the result"
    );
}

#[test]
fn a_result_waits_for_its_handle() {
    in_the_model(|| {
        let value = Runtime::new().run(async {
            let handle = go(async { "tea" });
            for _ in 0..3 {
                yield_now().await;
            }
            // The goroutine has ended long ago.
            handle.await.expect("tea does not panic")
        });
        assert_eq!(value, "tea");
    });
}

#[test]
fn a_goroutine_is_polled_once_for_several_wakes() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    Runtime::new().run(async move {
        let waker = Arc::new(StdMutex::new(None::<Waker>));
        let left = Arc::clone(&waker);
        drop(go(poll_fn(move |context| {
            counted.fetch_add(1, SeqCst);
            *left.lock().expect("nobody panics here") = Some(context.waker().clone());
            Poll::<()>::Pending
        })));
        yield_now().await;
        let waker = waker.lock().expect("nobody panics here").clone();
        let waker = waker.expect("the goroutine had its first turn");
        for _ in 0..3 {
            waker.wake_by_ref();
        }
        for _ in 0..3 {
            yield_now().await;
        }
    });
    let polls = polls.load(SeqCst);
    assert!(
        polls >= 2,
        "a goroutine was woken three times, main had three more turns, and the goroutine had none.\n\
         A wake on the run's own thread puts the key on the queue at once. The inbox is for other threads, and is looked \
         into only now and then. `enqueue` knows which it is"
    );
    assert_eq!(
        polls, 2,
        "one poll at first, and one more for three wakes before its turn. A task that is on the queue is not put there again"
    );
}

#[test]
fn a_goroutine_that_is_woken_while_it_runs_has_one_more_turn() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    Runtime::new().run(async move {
        drop(go(poll_fn(move |context| {
            if counted.fetch_add(1, SeqCst) == 0 {
                context.waker().wake_by_ref();
                context.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        })));
        for _ in 0..4 {
            yield_now().await;
        }
    });
    assert_eq!(
        polls.load(SeqCst),
        2,
        "it woke itself twice during its first poll, so there is one more poll, and then nobody woke it"
    );
}

#[test]
fn a_goroutine_that_is_done_is_not_polled_again() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&polls);
    Runtime::new().run(async move {
        drop(go(poll_fn(move |context| {
            counted.fetch_add(1, SeqCst);
            context.waker().wake_by_ref();
            Poll::Ready(())
        })));
        for _ in 0..3 {
            yield_now().await;
        }
    });
    assert_eq!(
        polls.load(SeqCst),
        1,
        "a future that was ready is polled again. It was woken during its last poll, and that must not matter: a task \
         that is done goes nowhere"
    );
}

#[test]
fn the_handle_wakes_the_waker_of_its_latest_poll() {
    let (first, second) = (WakeCounter::new(), WakeCounter::new());
    let (early, late) = (first.clone(), second.clone());
    Runtime::new().run(async move {
        let mut handle = pin!(go(yield_now()));
        for counter in [&early, &late] {
            let poll = handle
                .as_mut()
                .poll(&mut Context::from_waker(&counter.waker()));
            assert!(poll.is_pending(), "the goroutine has not had a turn yet");
        }
        for _ in 0..4 {
            yield_now().await;
        }
    });
    assert_eq!(
        second.wakes(),
        1,
        "whoever joins may come with another waker each time. The one of the latest poll is the one to wake, once"
    );
    assert_eq!(
        first.wakes(),
        0,
        "the waker of an earlier poll is not needed any more"
    );
}

/// A waker that takes the handle's result at once, inside of the wake.
struct Takes {
    handle: StdMutex<Option<JoinHandle<i32>>>,
    taken: StdMutex<Option<i32>>,
}

impl Wake for Takes {
    fn wake(self: Arc<Self>) {
        let handle = self.handle.lock().expect("nobody panics here").take();
        let mut handle = pin!(handle.expect("it is woken once, with the handle in its place"));
        if let Poll::Ready(outcome) = handle
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            *self.taken.lock().expect("nobody panics here") = outcome.ok();
        }
    }
}

#[test]
fn whoever_joins_is_woken_without_the_lock() {
    in_the_model(|| {
        let taken = Runtime::new().run(async {
            let mut handle = go(async { 7 });
            let takes = Arc::new(Takes {
                handle: StdMutex::new(None),
                taken: StdMutex::new(None),
            });
            let waker = Waker::from(Arc::clone(&takes));
            let poll = pin!(&mut handle).poll(&mut Context::from_waker(&waker));
            assert!(poll.is_pending(), "the goroutine has not had a turn yet");
            *takes.handle.lock().expect("nobody panics here") = Some(handle);
            yield_now().await;
            yield_now().await;
            *takes.taken.lock().expect("nobody panics here")
        });
        assert_eq!(
            taken,
            Some(7),
            "the waker of whoever joins was called, polled the handle, and found no outcome. The outcome first, then the wake"
        );
    });
}

#[test]
fn a_panic_ends_one_goroutine_and_no_other() {
    let log = Log::default();
    let lines = log.clone();
    let run = catch_unwind(AssertUnwindSafe(|| {
        Runtime::new().run(async move {
            drop(go(burns()));
            let other = go(async move {
                yield_now().await;
                lines.add("done");
            });
            other.await.expect("the other goroutine does not panic");
        });
    }));
    assert!(
        run.is_ok(),
        "one goroutine panicked, and the loop went with it. Catch the panic where the future is polled"
    );
    assert_eq!(
        log.text(),
        "done",
        "the goroutine beside it should come to its end"
    );
}

#[test]
fn a_panic_reaches_whoever_joins() {
    let outcome = Runtime::new().run(async { go(burns()).await });
    let Err(error) = outcome else {
        panic!("the goroutine panicked, and its handle says that it ended well");
    };
    assert!(
        error.is_panic(),
        "the goroutine panicked, and its handle says: {error}"
    );
    assert_eq!(
        error.into_panic().downcast_ref(),
        Some(&"burnt"),
        "the payload is the goroutine's own"
    );
}

#[test]
fn a_panic_of_main_reaches_the_caller() {
    let run = catch_unwind(|| Runtime::new().run(burns()));
    let payload = run.expect_err("main panicked, so run does too");
    assert_eq!(
        payload.downcast_ref(),
        Some(&"burnt"),
        "the payload is main's own"
    );
}

#[test]
fn main_ends_and_the_others_are_dropped_once() {
    let drops = Drops::default();
    let counted = drops.clone();
    Runtime::new().run(async move {
        // One that waits for ever, one that has never run, one that has run and is queued, and one that is done.
        let marks = [(); 4].map(|()| counted.mark());
        let [waits, queued, done, never] = marks;
        drop(go(async move {
            let _mark = waits;
            pending::<()>().await;
        }));
        drop(go(async move {
            let _mark = queued;
            loop {
                yield_now().await;
            }
        }));
        drop(go(async move { drop(done) }));
        yield_now().await;
        yield_now().await;
        drop(go(async move {
            let _mark = never;
        }));
    });
    assert_eq!(
        drops.count(),
        4,
        "main has returned. Of four goroutines each is dropped once: the one that waits, the one on the queue, the one \
         that is done, and the one that has never run"
    );
}

#[test]
fn goroutines_that_know_each_other_are_dropped_too() {
    in_the_model(|| {
        Runtime::new().run(async {
            let gate = Arc::new(Gate::new());
            let own = Arc::clone(&gate);
            // It owns the gate, and the gate has its waker. Nobody else will ever open it.
            drop(go(tracked(async move { own.wait().await })));
            drop(go(tracked(pending::<()>())));
            yield_now().await;
            yield_now().await;
            drop(gate);
        });
    });
}

/// Starts a goroutine when it is dropped, and then drops a mark of its own.
struct StartsOne {
    drops: Drops,
    started: Arc<AtomicBool>,
}

impl Drop for StartsOne {
    fn drop(&mut self) {
        let mark = self.drops.mark();
        drop(go(async move {
            let _mark = mark;
            pending::<()>().await;
        }));
        self.started.store(true, SeqCst);
    }
}

#[test]
fn a_goroutine_that_is_started_while_others_are_dropped_is_dropped_too() {
    let drops = Drops::default();
    let started = Arc::new(AtomicBool::new(false));
    let starts = StartsOne {
        drops: drops.clone(),
        started: Arc::clone(&started),
    };
    let run = catch_unwind(AssertUnwindSafe(|| {
        Runtime::new().run(async move {
            drop(go(async move {
                let _starts = starts;
                pending::<()>().await;
            }));
            yield_now().await;
        });
    }));
    assert!(
        run.is_ok() && started.load(SeqCst),
        "a destructor called go while the run was ending, and that panicked.\n\
         Goroutines are dropped while the run still is the current one, and while the register is not borrowed. In\n\
         `while let Some(entry) = self.tasks.borrow_mut().take_any()` the borrow lasts through the braces"
    );
    assert_eq!(
        drops.count(),
        1,
        "a destructor called go while the run was ending. That goroutine never runs, and it is dropped like the others.\n\
         Do you take goroutines out of the register until it is empty?"
    );
}

#[test]
fn a_panic_in_a_destructor_keeps_no_other_goroutine_alive() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            plant("burnt");
        }
    }
    let drops = Drops::default();
    let mark = [drops.mark(), drops.mark()];
    let run = catch_unwind(AssertUnwindSafe(|| {
        Runtime::new().run(async move {
            let [before, after] = mark;
            let wait = |mark| {
                drop(go(async move {
                    let _mark = mark;
                    pending::<()>().await;
                }));
            };
            wait(before);
            drop(go(async {
                let _panics = Panics;
                pending::<()>().await;
            }));
            wait(after);
            yield_now().await;
        });
    }));
    assert!(
        run.is_ok(),
        "three goroutines were left, one panics as it is dropped, and the run went with it. `drop_all` takes out one \
         after the other until the register is empty, and buries each: `bury` catches that panic"
    );
    assert_eq!(
        drops.count(),
        2,
        "three goroutines were left, and one panics when it is dropped. The other two are dropped all the same"
    );
}

#[test]
fn a_panic_in_the_destructor_of_one_that_is_done_ends_no_other() {
    struct Panics;
    impl Future for Panics {
        type Output = i32;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<i32> {
            Poll::Ready(7)
        }
    }
    impl Drop for Panics {
        fn drop(&mut self) {
            plant("burnt");
        }
    }
    let run = catch_unwind(AssertUnwindSafe(|| {
        Runtime::new().run(async { go(Panics).await.ok() })
    }));
    assert!(
        run.is_ok(),
        "a goroutine was done, its future panicked as it was dropped, and the loop went with it. `bury` drops a goroutine \
         and catches that"
    );
    assert_eq!(
        run.ok().flatten(),
        Some(7),
        "its result was in place before it was dropped"
    );
}

#[test]
fn a_goroutine_that_is_done_may_start_another_as_it_is_dropped() {
    /// Is ready at once. No async block drops it, so it is dropped with its goroutine.
    struct StartsAnother {
        dropped: Arc<AtomicBool>,
        ran: Arc<AtomicBool>,
    }
    impl Future for StartsAnother {
        type Output = ();
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
            Poll::Ready(())
        }
    }
    impl Drop for StartsAnother {
        fn drop(&mut self) {
            self.dropped.store(true, SeqCst);
            let ran = Arc::clone(&self.ran);
            drop(go(async move { ran.store(true, SeqCst) }));
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let ran = Arc::new(AtomicBool::new(false));
    let starts = StartsAnother {
        dropped: Arc::clone(&dropped),
        ran: Arc::clone(&ran),
    };
    let in_time = Runtime::new().run(async move {
        drop(go(starts));
        for _ in 0..3 {
            yield_now().await;
        }
        dropped.load(SeqCst)
    });
    assert!(
        in_time,
        "a goroutine was done, main had three more turns, and the goroutine's future was still there. One that is Done does \
         not go back into the register: after its turn it leaves, and `bury` drops it"
    );
    assert!(
        ran.load(SeqCst),
        "a goroutine was done, its future called `go` as it was dropped, and the new goroutine never ran. `bury` drops \
         the future: if the register is still borrowed there, `go` panics, and `bury` catches that"
    );
}

#[test]
fn the_handle_of_a_goroutine_that_was_dropped_says_so() {
    // Not awaited by main: its handle comes out of the run.
    let handle: JoinHandle<()> =
        Runtime::new().run(std::future::poll_fn(|_| Poll::Ready(go(pending()))));
    let outcome = block_on(handle);
    assert!(
        matches!(outcome, Err(JoinError::Cancelled)),
        "the run ended before the goroutine did, so its handle says Cancelled, and not {outcome:?}"
    );
}

#[test]
fn a_run_in_which_all_wait_is_stalled() {
    // In the model a thread that parks for ever is found out at once.
    in_the_model(|| {
        let drops = Drops::default();
        let mark = drops.mark();
        let outcome = Runtime::new().try_run(async move {
            drop(go(async move {
                let _mark = mark;
                pending::<()>().await;
            }));
            pending::<()>().await;
        });
        assert_eq!(
            outcome,
            Err(Stalled),
            "main waits, the other goroutine waits, and nobody sleeps: try_run must not wait for a wake that cannot come"
        );
        assert_eq!(
            drops.count(),
            1,
            "a run that is stalled drops its goroutines too"
        );
    });
    assert_eq!(
        Runtime::new().try_run(async { go(async { 1 }).await.ok() }),
        Ok(Some(1)),
        "a run that ends is not stalled"
    );
}

#[test]
fn a_wake_from_another_thread_continues_the_run() {
    // In every order: while the goroutine is polled, before the runtime parks, and after.
    in_the_model(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let thread = thread::spawn(move || opener.open());
        Runtime::new().run(async move { gate.wait().await });
        thread.join().expect("opening a gate does not panic");
    });
}

#[test]
fn two_threads_wake_two_goroutines() {
    Explorer::new().max_steps(1_000).preemptions(1).check(|| {
        let gates = Arc::new([Gate::new(), Gate::new()]);
        let threads = [0, 1].map(|number| {
            let gates = Arc::clone(&gates);
            thread::spawn(move || gates[number].open())
        });
        Runtime::new().run(async move {
            let other = Arc::clone(&gates);
            let handle = go(async move { other[1].wait().await });
            gates[0].wait().await;
            handle.await.expect("waiting does not panic");
        });
        for thread in threads {
            thread.join().expect("opening a gate does not panic");
        }
    });
}

#[test]
fn two_threads_wake_one_goroutine() {
    Explorer::new().max_steps(1_000).preemptions(1).check(|| {
        let gates = Arc::new([Gate::new(), Gate::new()]);
        let threads = [0, 1].map(|number| {
            let gates = Arc::clone(&gates);
            thread::spawn(move || gates[number].open())
        });
        Runtime::new().run(async move {
            // Waits at both gates together: either may wake it, or both, during one poll or between two.
            let (mut first, mut second) = (pin!(gates[0].wait()), pin!(gates[1].wait()));
            let (mut one, mut two) = (false, false);
            poll_fn(|context| {
                one = one || first.as_mut().poll(context).is_ready();
                two = two || second.as_mut().poll(context).is_ready();
                if one && two {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
            .await;
        });
        for thread in threads {
            thread.join().expect("opening a gate does not panic");
        }
    });
}

#[test]
fn a_wake_may_come_when_the_run_is_over() {
    in_the_model(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let thread = thread::spawn(move || opener.open());
        Runtime::new().run(async move {
            drop(go(tracked(async move { gate.wait().await })));
            yield_now().await;
        });
        thread
            .join()
            .expect("a wake of a goroutine that is gone does nothing");
    });
}

#[test]
fn a_handle_may_be_awaited_on_another_thread() {
    in_the_model(|| {
        let place = Arc::new(interleave::sync::Mutex::new(None));
        let theirs = Arc::clone(&place);
        let gate = Arc::new(Gate::new());
        let filled = Arc::clone(&gate);
        let thread = thread::spawn(move || {
            block_on(filled.wait());
            let handle: Option<JoinHandle<i32>> = theirs.lock().expect("nobody panics").take();
            block_on(handle.expect("the gate opens when the handle is there"))
        });
        Runtime::new().run(async move {
            *place.lock().expect("nobody panics") = Some(go(async { 7 }));
            gate.open();
            yield_now().await;
        });
        let outcome = thread.join().expect("joining does not panic");
        assert!(
            matches!(outcome, Ok(7)),
            "the goroutine ended with 7, and another thread was told {outcome:?}"
        );
    });
}

#[test]
fn a_queue_that_never_empties_keeps_no_thread_waiting() {
    let gate = Arc::new(Gate::new());
    let opener = Arc::clone(&gate);
    let turns = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&turns);
    Runtime::new().run(async move {
        drop(go(async move {
            // Another thread opens the gate. Its wake lies in the inbox, and this goroutine keeps the queue busy.
            thread::spawn(move || opener.open())
                .join()
                .expect("opening a gate does not panic");
            for _ in 0..1_000 {
                counted.fetch_add(1, SeqCst);
                yield_now().await;
            }
        }));
        gate.wait().await;
    });
    let turns = turns.load(SeqCst);
    assert!(
        turns < 500,
        "another thread woke main, and another goroutine had {turns} turns before main had its next one.\n\
         A queue that never empties must not keep the loop from looking into the inbox: look around every 61st turn"
    );
}

#[test]
fn go_outside_of_a_runtime_says_what_is_missing() {
    // The reader's own bodies first: an unwritten one says so at once.
    Runtime::new().run(async {});
    let Err(payload) = catch_unwind(|| drop(go(async {}))) else {
        panic!("go was called outside of a runtime, and nothing happened");
    };
    let text = payload.downcast_ref::<String>();
    assert!(
        text.is_some_and(|text| text.contains("outside of a runtime")),
        "go outside of a runtime panics with words that help"
    );
}

#[test]
fn a_run_inside_of_a_run_is_refused() {
    let inner =
        Runtime::new().run(async { catch_unwind(|| Runtime::new().run(async {})).is_err() });
    assert!(
        inner,
        "a run inside of a goroutine would block the thread on which all goroutines run"
    );
}

#[test]
fn a_runtime_runs_again() {
    let runtime = Runtime::new();
    assert_eq!(runtime.run(async { 1 }), 1);
    assert_eq!(runtime.run(async { go(async { 2 }).await.ok() }), Some(2));
}

#[test]
fn ten_thousand_goroutines_are_joined() {
    let sum = Runtime::new().run(async {
        let handles: Vec<_> = (0..10_000_u64)
            .map(|number| {
                go(async move {
                    yield_now().await;
                    number
                })
            })
            .collect();
        let mut sum = 0;
        for handle in handles {
            sum += handle.await.expect("a number does not panic");
        }
        sum
    });
    assert_eq!(sum, 49_995_000, "the sum of 0 to 9,999");
}

#[test]
fn a_result_that_nobody_takes_is_dropped() {
    let drops = Drops::default();
    let marks = [drops.mark(), drops.mark()];
    let handle = Runtime::new().run(poll_fn({
        let mut marks = Some(marks);
        move |_| {
            let [detached, kept] = marks.take().expect("main is ready at its first poll");
            drop(go(async move { detached }));
            Poll::Ready(go(async move { kept }))
        }
    }));
    drop(handle);
    assert_eq!(
        drops.count(),
        2,
        "two goroutines hold a mark each, and nobody takes their results. When the run and the handles are gone, so are the marks"
    );
}

#[test]
fn a_goroutine_that_waits_for_itself_is_dropped() {
    let drops = Drops::default();
    let mark = drops.mark();
    Runtime::new().run(async move {
        let place = Arc::new(StdMutex::new(None::<JoinHandle<()>>));
        let own = Arc::clone(&place);
        let handle = go(async move {
            let _mark = mark;
            let handle = own.lock().expect("nobody panics here").take();
            let _ = handle.expect("main has left it").await;
        });
        *place.lock().expect("nobody panics here") = Some(handle);
        yield_now().await;
        yield_now().await;
    });
    assert_eq!(
        drops.count(),
        1,
        "the goroutine waits for its own end, which never comes. The register owns it, so it is dropped with the run"
    );
}
