//! Step 5.7: a blocking call hands its worker on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use chapter_5::{JoinError, Runtime, blocking, go, yield_now};

use crate::helpers::{Barrier, Drops, workers};

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
    let runtime = Runtime::new(workers(1));
    let barrier = Barrier::default();
    let result = thread::scope(|scope| {
        let opener = barrier.clone();
        let runtime = &runtime;
        scope.spawn(move || {
            while runtime.snapshot().idle_processors == 0 {
                thread::yield_now();
            }
            // Every worker sleeps. A standstill that is none would be reported now.
            thread::sleep(Duration::from_millis(20));
            opener.open();
        });
        runtime.try_run(async move {
            let handle = go(async move { blocking(|| barrier.wait()) });
            handle.await.expect("nothing panics")
        })
    });
    assert_eq!(
        result,
        Ok(true),
        "every goroutine waits, but one of them for a blocking call, which ends. Is it counted in `blocked`?"
    );
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
