//! Ten million goroutines, each of which runs exactly once: under steals, blocked workers, panics, and the end of the
//! runtime in the middle of all. Takes some seconds:
//!
//! `cargo test --release -p chapter-5-solution --test large -- --ignored --nocapture --test-threads 1`
//!
//! `STRESS_SEED=7` repeats a run's choices; the threads' order is the system's.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering::Relaxed},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use chapter_5_solution::{JoinError, Runtime, blocking, go, yield_now};

#[path = "../../../exercises/chapter-3/tests/check/random.rs"]
mod random;
use random::Random;

fn seed() -> u64 {
    let asked = std::env::var("STRESS_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = asked.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.expect("the clock is past 1970").as_nanos() as u64
    });
    println!("STRESS_SEED={seed}");
    seed
}

fn workers(number: u64) -> NonZeroUsize {
    NonZeroUsize::new(number as usize).expect("one worker or more")
}

/// What happened to each goroutine of a round.
struct Ledger {
    runs: Vec<AtomicU8>,
    drops: Vec<AtomicU8>,
}

/// Counts its drop, whether its goroutine ran or was cancelled.
struct Entry(Arc<Ledger>, usize);

impl Drop for Entry {
    fn drop(&mut self) {
        self.0.drops[self.1].fetch_add(1, Relaxed);
    }
}

impl Ledger {
    fn new(tasks: usize) -> Arc<Ledger> {
        let counts = || (0..tasks).map(|_| AtomicU8::new(0)).collect();
        Arc::new(Ledger {
            runs: counts(),
            drops: counts(),
        })
    }

    /// `runs` says which numbers of runs are right.
    fn check(&self, round: usize, right: impl Fn(u8) -> bool) {
        for (task, (runs, drops)) in self.runs.iter().zip(&self.drops).enumerate() {
            let (runs, drops) = (runs.load(Relaxed), drops.load(Relaxed));
            assert!(
                right(runs) && drops == 1,
                "round {round}: goroutine {task} ran {runs} times and was dropped {drops} times"
            );
        }
    }
}

/// A goroutine with a number: yields, waits, blocks or panics as chance has it.
async fn work(entry: Entry, chance: u64) -> usize {
    let Entry(ledger, number) = &entry;
    match chance % 64 {
        0..8 => yield_now().await,
        8..10 => {
            // Waits for another worker's work, perhaps.
            go(async { yield_now().await })
                .await
                .expect("it neither panics nor outlives its runtime");
        }
        10 if chance.is_multiple_of(1024) => blocking(std::thread::yield_now),
        11 => {
            ledger.runs[*number].fetch_add(1, Relaxed);
            std::panic::resume_unwind(Box::new(*number));
        }
        _ => {}
    }
    ledger.runs[*number].fetch_add(1, Relaxed);
    *number
}

/// Goroutines start goroutines, in a tree that is uneven on purpose: so there is always somebody to rob.
fn grow(ledger: Arc<Ledger>, from: usize, to: usize, seed: u64) -> Branch {
    Box::pin(grow_branch(ledger, from, to, seed))
}

type Branch = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

async fn grow_branch(ledger: Arc<Ledger>, from: usize, to: usize, seed: u64) {
    let mut random = Random::new(seed);
    let mut handles = Vec::new();
    let mut next = from;
    while next < to {
        let left = to - next;
        if left > 512 && random.below(4) == 0 {
            let part = left / 2 + random.below(left as u64 / 4) as usize;
            let branch = grow(
                Arc::clone(&ledger),
                next,
                next + part,
                random.below(u64::MAX),
            );
            handles.push(go(async move {
                branch.await;
                usize::MAX
            }));
            next += part;
        } else {
            let entry = Entry(Arc::clone(&ledger), next);
            handles.push(go(work(entry, random.below(u64::MAX))));
            next += 1;
        }
        if handles.len() == 512 {
            join(&mut handles).await;
        }
    }
    join(&mut handles).await;
}

async fn join(handles: &mut Vec<chapter_5_solution::JoinHandle<usize>>) {
    for handle in handles.drain(..) {
        match handle.await {
            Ok(_) => {}
            Err(error @ JoinError::Panicked(_)) => {
                assert!(
                    error.into_panic().is::<usize>(),
                    "a panic that was not planted"
                );
            }
            Err(JoinError::Cancelled) => panic!("cancelled while the runtime lives"),
        }
    }
}

#[test]
#[ignore = "wants a release build"]
fn ten_million_goroutines_run_once() {
    const ROUNDS: usize = 10;
    const TASKS: usize = 1_000_000;
    let mut random = Random::new(seed());
    for round in 0..ROUNDS {
        let runtime = Runtime::new(workers(1 + random.below(8)));
        let ledger = Ledger::new(TASKS);
        runtime.run(grow(Arc::clone(&ledger), 0, TASKS, random.below(u64::MAX)));
        drop(runtime);
        ledger.check(round, |runs| runs == 1);
    }
}

#[test]
#[ignore = "wants a release build"]
fn the_end_comes_in_the_middle_and_drops_all_once() {
    const ROUNDS: usize = 300;
    const TASKS: usize = 3_000;
    let mut random = Random::new(seed());
    for round in 0..ROUNDS {
        let runtime = Runtime::new(workers(1 + random.below(4)));
        let ledger = Ledger::new(TASKS);
        let (begun, gates) = (
            Arc::new(AtomicUsize::new(0)),
            Arc::new(interleave::future::Gate::new()),
        );
        let after = random.below(TASKS as u64) as usize;
        for number in 0..TASKS {
            let entry = Entry(Arc::clone(&ledger), number);
            let (begun, gates) = (Arc::clone(&begun), Arc::clone(&gates));
            let waits = random.below(2) == 0;
            drop(runtime.go(async move {
                let entry = entry;
                begun.fetch_add(1, Relaxed);
                if waits {
                    gates.wait().await;
                }
                entry.0.runs[entry.1].fetch_add(1, Relaxed);
            }));
        }
        while begun.load(Relaxed) < after {
            std::thread::yield_now();
        }
        // Another thread wakes half of them while the runtime ends.
        let opener = std::thread::spawn(move || gates.open());
        drop(runtime);
        opener.join().expect("nothing panics");
        ledger.check(round, |runs| runs <= 1);
    }
}

#[test]
#[ignore = "wants a release build"]
fn wakes_from_outside_are_never_lost() {
    const ROUNDS: usize = 20_000;
    let runtime = Runtime::new(workers(2));
    for _ in 0..ROUNDS {
        let gate = Arc::new(interleave::future::Gate::new());
        let inner = Arc::clone(&gate);
        let handle = runtime.go(async move { inner.wait().await });
        gate.open();
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        runtime.run(async move {
            handle.await.expect("nothing panics");
            seen.store(true, Relaxed);
        });
        assert!(done.load(Relaxed));
    }
}

/// Workers without work use no processor: measured, not asserted to the millisecond.
#[test]
#[ignore = "takes ten seconds"]
#[cfg(target_os = "linux")]
fn idle_workers_use_no_processor_time() {
    let ticks = || -> u64 {
        let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux has it");
        let (_, rest) = stat.rsplit_once(')').expect("the name stands in brackets");
        // utime and stime, in hundredths of a second.
        let fields = rest.split_whitespace().skip(11).take(2);
        fields
            .map(|field| field.parse::<u64>().expect("a number"))
            .sum()
    };
    let runtime = Runtime::new(workers(8));
    runtime.run(async {
        for _ in 0..1000 {
            go(yield_now()).await.expect("nothing panics");
        }
    });
    let before = ticks();
    std::thread::sleep(std::time::Duration::from_secs(10));
    let used = ticks() - before;
    println!("8 idle workers used {used} hundredths of a second within 10 s");
    assert!(used <= 1, "{used} hundredths of a second within 10 s");
}

/// A main goroutine that comes while the workers fall asleep is not taken for one that cannot go on.
#[test]
#[ignore = "wants a release build"]
fn a_runtime_that_has_only_begun_does_not_stand_still() {
    for round in 0..60_000 {
        let runtime = Runtime::new(workers(1 + round % 2));
        // So that main meets each moment of the workers' first falling asleep.
        (0..round % 64 * 20).for_each(|_| std::hint::spin_loop());
        let run = runtime.try_run(async {
            for _ in 0..3 {
                yield_now().await;
            }
        });
        assert!(run.is_ok(), "main could go on all the time: {run:?}");
    }
}
