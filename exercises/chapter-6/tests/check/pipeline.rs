//! Step 6.8: pipelines, fan-out and fan-in.

use std::{
    future::Future,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
};

use chapter_5_solution::{Runtime, yield_now};
use chapter_6::{
    Receiver, channel,
    pipeline::{fan_in, fan_out, generate, stage},
};

/// Runs `main` on one worker, and on two.
fn on_both<F: Future<Output = ()> + Send + 'static>(main: impl Fn() -> F) {
    for workers in [1, 2] {
        let workers = NonZeroUsize::new(workers).expect("one worker or more");
        Runtime::new(workers).try_run(main()).expect(
            "every goroutine waits, and nobody is left to go on: a stage does not read, or does not close",
        );
    }
}

/// All that comes until the channel is closed.
async fn all<T>(rx: Receiver<T>) -> Vec<T> {
    let mut values = Vec::new();
    while let Ok(value) = rx.recv().await {
        values.push(value);
    }
    values
}

#[test]
fn the_first_stage_sends_each_value_and_closes() {
    on_both(|| async {
        assert_eq!(all(generate(1..=5)).await, [1, 2, 3, 4, 5]);
    });
}

#[test]
fn a_stage_keeps_the_order() {
    on_both(|| async {
        let squares = stage(generate(1..=5), |number| number * number);
        assert_eq!(all(squares).await, [1, 4, 9, 16, 25]);
    });
}

#[test]
fn stages_follow_each_other() {
    on_both(|| async {
        let mut stages = generate(0..10);
        for _ in 0..10 {
            stages = stage(stages, |number| number + 1);
        }
        let expected: Vec<i32> = (10..20).collect();
        assert_eq!(all(stages).await, expected, "ten stages, each adds one");
    });
}

#[test]
fn no_stage_runs_ahead_of_its_reader() {
    on_both(|| async {
        let made = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&made);
        let values = generate((0..1_000).inspect(move |_| {
            counter.fetch_add(1, SeqCst);
        }));
        for received in 1..=10 {
            assert!(values.recv().await.is_ok());
            for _ in 0..20 {
                yield_now().await;
            }
            let made = made.load(SeqCst);
            assert!(
                made <= received + 1,
                "capacity 0: {received} values were received and {made} made. Only one waits to be sent"
            );
        }
    });
}

#[test]
fn fan_out_gives_each_value_to_one_worker() {
    on_both(|| async {
        let workers = fan_out(generate(0..100), 4, |number| number * 2);
        assert_eq!(workers.len(), 4, "a receiver for each worker");
        let mut values = all(fan_in(workers)).await;
        values.sort_unstable();
        let expected: Vec<i32> = (0..100).map(|number| number * 2).collect();
        assert_eq!(values, expected, "each value once, in any order");
    });
}

#[test]
fn a_worker_that_nobody_reads_from_keeps_nobody_from_the_rest() {
    on_both(|| async {
        let mut workers = fan_out(generate(0..20), 2, |number| number);
        let idle = workers.pop().expect("two workers");
        let rest = all(fan_in(workers));
        // The idle worker holds at most one value, and the other one does the rest, until the input is closed.
        let received = rest.await.len();
        assert!(
            received >= 19,
            "of 20 values the idle worker may hold one, and {received} came from the other"
        );
        drop(idle);
    });
}

#[test]
fn an_input_that_is_silent_holds_up_nobody() {
    on_both(|| async {
        let (silent_tx, silent) = channel(0);
        let all_inputs = fan_in(vec![silent, generate(1..=3)]);
        for value in 1..=3 {
            assert_eq!(all_inputs.recv().await, Ok(value));
        }
        drop(silent_tx);
        assert!(all_inputs.recv().await.is_err(), "both inputs are closed");
    });
}

#[test]
fn fan_in_closes_after_its_last_input() {
    on_both(|| async {
        let inputs = vec![generate(0..3), generate(10..20), generate(0..0)];
        let mut values = all(fan_in(inputs)).await;
        values.sort_unstable();
        let expected: Vec<i32> = (0..3).chain(10..20).collect();
        assert_eq!(
            values, expected,
            "three inputs that end at different times, one of them at once"
        );
        let nothing: Vec<Receiver<i32>> = Vec::new();
        assert_eq!(all(fan_in(nothing)).await, [], "no input at all");
    });
}

#[test]
fn a_reader_that_goes_away_ends_every_stage_before_it() {
    /// Says when it is dropped.
    struct Dropped(Arc<AtomicBool>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }

    on_both(|| async {
        let ended = Arc::new(AtomicBool::new(false));
        let mark = Dropped(Arc::clone(&ended));
        let endless = (0_u64..).inspect(move |_| {
            let _ = &mark;
        });
        let workers = fan_out(stage(generate(endless), |number| number), 3, |number| {
            number
        });
        let numbers = fan_in(workers);
        for _ in 0..5 {
            assert!(numbers.recv().await.is_ok());
        }
        drop(numbers);
        for _ in 0..10_000 {
            if ended.load(SeqCst) {
                return;
            }
            yield_now().await;
        }
        panic!(
            "nobody reads the numbers any more, and a goroutine still makes them.\n\
             A send that fails says that the reader is gone: then the stage ends, and drops its receiver"
        );
    });
}
