//! Step 5.7: a blocking call hands its worker on.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use chapter_5::{JoinError, Runtime, Stalled, blocking, go, yield_now};

use crate::helpers::{Barrier, Drops, workers};

/// Runs the test in every order of the threads that has at most one preemption.
fn in_every_order(test: fn()) {
    // Once without the explorer: a runtime that runs nothing yet says here which step is missing.
    let runtime = Runtime::new(workers(1));
    assert_eq!(runtime.run(async { blocking(|| 5) }), 5);
    interleave::Explorer::new().preemptions(1).check(test);
}

#[test]
fn outside_a_runtime_it_is_a_call() {
    assert_eq!(blocking(|| 5), 5);
}

#[test]
fn the_result_comes_back() {
    let runtime = Runtime::new(workers(1));
    let result = runtime.run(async { blocking(|| 5) + blocking(|| 6) });
    assert_eq!(result, 11, "two calls in one poll, each with its result");
}

#[test]
fn others_run_while_one_blocks() {
    let runtime = Runtime::new(workers(1));
    let opened = runtime.run(async {
        let barrier = Barrier::default();
        let blocked = go({
            let barrier = barrier.clone();
            async move { blocking(|| barrier.wait()) }
        });
        // One worker: this goroutine can only go on if the other one has given it away.
        yield_now().await;
        barrier.open();
        blocked.await.expect("nothing panics")
    });
    assert!(
        opened,
        "the only worker's thread waits in a blocking call, and no other goroutine ran meanwhile.\n\
         Is the processor handed on before the call?"
    );
}

#[test]
fn many_may_block_together() {
    let runtime = Runtime::new(workers(2));
    let opened = runtime.run(async {
        let (barrier, arrived) = (Barrier::default(), Arc::new(AtomicUsize::new(0)));
        let handles: Vec<_> = (0..10)
            .map(|_| {
                let (barrier, arrived) = (barrier.clone(), Arc::clone(&arrived));
                go(async move {
                    blocking(|| {
                        if arrived.fetch_add(1, SeqCst) == 9 {
                            barrier.open();
                        }
                        barrier.wait()
                    })
                })
            })
            .collect();
        let mut opened = 0;
        for handle in handles {
            opened += usize::from(handle.await.expect("nothing panics"));
        }
        opened
    });
    assert_eq!(
        opened, 10,
        "ten goroutines on two workers block until all ten do: GOMAXPROCS bounds the goroutines that run, not those that block"
    );
}

#[test]
fn after_the_call_the_goroutine_goes_on() {
    let runtime = Runtime::new(workers(1));
    let sum = runtime.run(async {
        let mut sum = 0;
        for number in 0..100 {
            sum += blocking(|| number);
            yield_now().await;
            sum += go(async move { number }).await.expect("nothing panics");
        }
        sum
    });
    assert_eq!(sum, 9900);
}

#[test]
fn a_panic_in_the_call_reaches_the_joiner() {
    let runtime = Runtime::new(workers(1));
    let caught = runtime.run(async {
        let handle = go(async { blocking(|| std::panic::resume_unwind(Box::new("planted"))) });
        let result: Result<(), JoinError> = handle.await;
        result.is_err_and(|error| error.is_panic())
    });
    assert!(
        caught,
        "the call panicked, and its goroutine's joiner should hear of it"
    );
    assert_eq!(runtime.run(async { 5 }), 5, "the runtime goes on");
}

#[test]
fn a_blocking_call_is_no_standstill() {
    in_every_order(|| {
        let runtime = Runtime::new(workers(1));
        // The call gives way, so it meets a worker that looks for work, and one that sleeps.
        let result = runtime.try_run(async { blocking(interleave::thread::yield_now) });
        assert_eq!(
            result,
            Ok(()),
            "the only worker sleeps, but a blocking call is in progress, which ends. Is it counted in `blocked` before the\n\
             processor is handed on?"
        );
    });
}

#[test]
fn after_the_call_a_standstill_is_one() {
    in_every_order(|| {
        let runtime = Runtime::new(workers(1));
        let result = runtime.try_run(async {
            blocking(|| blocking(|| ()));
            std::future::pending::<()>().await;
        });
        assert_eq!(
            result,
            Err(Stalled),
            "the calls are over, and nothing can go on"
        );
    });
}

#[test]
fn the_end_waits_for_blocking_calls_and_drops_the_rest() {
    let drops = Drops::default();
    let barrier = Barrier::default();
    let runtime = Runtime::new(workers(1));
    for number in 0..10 {
        let (token, barrier) = (drops.token(), barrier.clone());
        drop(runtime.go(async move {
            let _token = token;
            if number == 0 {
                blocking(|| barrier.wait());
            }
            std::future::pending::<()>().await;
        }));
    }
    barrier.open();
    drop(runtime);
    assert_eq!(drops.count(), 10, "ten goroutines, each dropped once");
}
