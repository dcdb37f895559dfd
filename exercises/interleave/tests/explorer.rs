//! What the explorer promises: limits, replay, random search, virtual time, scopes, and reports.

#![cfg(all(feature = "model", not(feature = "loom")))]

use interleave::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use interleave::sync::{Arc, Barrier, Condvar, Mutex, RwLock};
use interleave::time::Instant;
use interleave::{Explorer, Kind, future, thread};
use std::collections::{BTreeSet, VecDeque};
use std::future::Future as _;
use std::time::Duration;

/// The channel that the course measures the explorer with: 2 producers, 1 consumer, capacity 1, 3 items each.
fn channel() {
    struct Channel {
        items: Mutex<VecDeque<u32>>,
        not_full: Condvar,
        not_empty: Condvar,
    }
    let channel = Arc::new(Channel {
        items: Mutex::default(),
        not_full: Condvar::new(),
        not_empty: Condvar::new(),
    });
    let producers: Vec<_> = (0..2)
        .map(|producer| {
            let channel = Arc::clone(&channel);
            thread::spawn(move || {
                for item in 0..3 {
                    let items = channel.items.lock().unwrap();
                    let mut items = channel
                        .not_full
                        .wait_while(items, |items| !items.is_empty())
                        .unwrap();
                    items.push_back(10 * producer + item);
                    drop(items);
                    channel.not_empty.notify_one();
                }
            })
        })
        .collect();
    let mut sum = 0;
    for _ in 0..6 {
        let items = channel.items.lock().unwrap();
        let mut items = channel
            .not_empty
            .wait_while(items, |items| items.is_empty())
            .unwrap();
        sum += items.pop_front().expect("not empty");
        drop(items);
        channel.not_full.notify_one();
    }
    producers
        .into_iter()
        .for_each(|producer| producer.join().unwrap());
    assert_eq!(sum, 36);
}

#[test]
fn the_measured_channel_is_explored_completely() {
    let began = std::time::Instant::now();
    let exploration = Explorer::new().check(channel);
    println!("{exploration:?} in {:?}", began.elapsed());
    assert!(exploration.complete);
    assert_eq!(exploration.covered, Some(2));
}

#[test]
fn a_limit_is_told() {
    let exploration = Explorer::new().max_schedules(300).check(channel);
    assert_eq!(exploration.schedules, 300);
    assert!(!exploration.complete);
    assert_eq!(
        exploration.covered,
        Some(0),
        "at least the schedules without preemption were covered"
    );
}

fn lost_update() {
    let count = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let count = Arc::clone(&count);
            thread::spawn(move || {
                let seen = count.load(SeqCst);
                count.store(seen + 1, SeqCst);
            })
        })
        .collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    assert_eq!(count.load(SeqCst), 2);
}

#[test]
fn no_preemption_hides_a_lost_update() {
    assert!(
        Explorer::new()
            .preemptions(0)
            .explore(lost_update)
            .unwrap()
            .complete
    );
    assert_eq!(
        Explorer::new()
            .preemptions(1)
            .explore(lost_update)
            .unwrap_err()
            .kind,
        Kind::Panic
    );
}

#[test]
fn a_search_is_the_same_each_time() {
    let reports: BTreeSet<String> = (0..3)
        .map(|_| Explorer::new().explore(lost_update).unwrap_err().report)
        .collect();
    assert_eq!(reports.len(), 1);
}

#[test]
fn a_random_search_finds_it_and_is_shrunk() {
    let failure = Explorer::new()
        .random(7, 1000)
        .explore(lost_update)
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Panic);
    let again = Explorer::new()
        .random(7, 1000)
        .explore(lost_update)
        .unwrap_err();
    assert_eq!(failure.report, again.report, "one seed, one report");
}

/// Runs one test of this file in a process of its own.
fn child(test: &str, variables: &[(&str, &str)]) -> (bool, String) {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("INTERLEAVE_TEST_CHILD", "1")
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Lets `failing` fail in a child process, replays what the report says in another, and expects the same report.
fn replays(test: &str, failing: fn()) {
    if std::env::var_os("INTERLEAVE_TEST_CHILD").is_some() {
        interleave::model(|| ());
        interleave::model(failing);
        return;
    }
    let command = "cargo xtask check chapter-5";
    let (passed, found) = child(test, &[("INTERLEAVE_REPLAY_COMMAND", command)]);
    assert!(!passed);
    let line = found
        .lines()
        .find(|line| line.contains("INTERLEAVE_REPLAY"))
        .expect("the report ends with the replay");
    assert!(line.ends_with(command), "{line}");
    let replay = line
        .trim()
        .split(['=', ' ', ';'])
        .nth(1)
        .unwrap()
        .trim_matches('\'');
    assert!(
        replay.starts_with("2@"),
        "the second search of the test failed: {replay}"
    );

    let (passed, replayed) = child(test, &[("INTERLEAVE_REPLAY", replay)]);
    assert!(!passed);
    let table = |text: &str| {
        let report = text.split("\nFound after").next().unwrap();
        report
            .split("\npanic: ")
            .nth(1)
            .expect("the report begins with the kind")
            .to_owned()
    };
    assert_eq!(table(&found), table(&replayed));

    let (passed, other) = child(test, &[("INTERLEAVE_REPLAY", "2@-")]);
    assert!(passed, "without its deviation the schedule passes: {other}");
}

#[test]
fn a_report_names_the_schedule_that_replays_it() {
    replays("a_report_names_the_schedule_that_replays_it", lost_update);
}

#[test]
fn a_schedule_that_stops_before_an_unlock_is_replayed() {
    fn skipped() {
        let lock = Arc::new(Mutex::new(()));
        let other = Arc::clone(&lock);
        let thread = thread::spawn(move || drop(other.lock()));
        assert!(lock.try_lock().is_ok(), "the lock was taken");
        thread.join().unwrap();
    }
    replays(
        "a_schedule_that_stops_before_an_unlock_is_replayed",
        skipped,
    );
}

#[test]
fn a_sleep_is_exact_and_takes_no_time() {
    let began = std::time::Instant::now();
    Explorer::new().check(|| {
        let start = Instant::now();
        let tea = thread::spawn(|| thread::sleep(Duration::from_secs(3000)));
        let toast = thread::spawn(|| thread::sleep(Duration::from_secs(2000)));
        toast.join().unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(2000));
        tea.join().unwrap();
        assert_eq!(start.elapsed(), Duration::from_secs(3000));
    });
    assert!(began.elapsed() < Duration::from_secs(1000));
}

#[test]
fn time_passes_while_a_thread_only_spins() {
    Explorer::new().check(|| {
        let done = Arc::new(AtomicBool::new(false));
        let other = Arc::clone(&done);
        let sleeper = thread::spawn(move || {
            thread::sleep(Duration::from_millis(5));
            other.store(true, Release);
        });
        while !done.load(Acquire) {
            interleave::hint::spin_loop();
        }
        sleeper.join().unwrap();
    });
}

#[test]
fn a_wait_with_a_timeout_ends_by_either() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let kept = std::sync::Arc::clone(&seen);
    Explorer::new().check(move || {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let other = Arc::clone(&pair);
        let notifier = thread::spawn(move || {
            *other.0.lock().unwrap() = true;
            other.1.notify_one();
        });
        let guard = pair.0.lock().unwrap();
        let (guard, result) = pair
            .1
            .wait_timeout(guard, Duration::from_millis(1))
            .unwrap();
        kept.lock().unwrap().insert((*guard, result.timed_out()));
        drop(guard);
        notifier.join().unwrap();
    });
    assert_eq!(
        *seen.lock().unwrap(),
        BTreeSet::from([(true, false), (true, true)])
    );
}

#[test]
fn a_loop_that_spins_without_a_hint_is_no_livelock() {
    Explorer::new().check(|| {
        let ready = Arc::new(AtomicBool::new(false));
        let other = Arc::clone(&ready);
        let thread = thread::spawn(move || other.store(true, Release));
        while !ready.load(Acquire) {}
        thread.join().unwrap();
    });
}

#[test]
fn two_spinners_wait_for_a_third() {
    Explorer::new().preemptions(1).check(|| {
        let ready = Arc::new(AtomicBool::new(false));
        let spinners: Vec<_> = (0..2)
            .map(|_| {
                let ready = Arc::clone(&ready);
                thread::spawn(move || {
                    while !ready.load(Acquire) {
                        thread::yield_now();
                    }
                })
            })
            .collect();
        ready.store(true, Release);
        spinners
            .into_iter()
            .for_each(|spinner| spinner.join().unwrap());
    });
}

#[test]
fn scoped_threads_borrow() {
    Explorer::new().check(|| {
        let mut values = [1, 2, 3, 4];
        let (left, right) = values.split_at_mut(2);
        let sum = thread::scope(|scope| {
            let sum = scope.spawn(|| left.iter().sum::<i32>());
            scope.spawn(|| right.iter_mut().for_each(|value| *value *= 10));
            sum.join().unwrap()
        });
        assert_eq!((sum, values), (3, [1, 2, 30, 40]));
    });
}

#[test]
fn a_panic_in_a_scope_reaches_its_owner() {
    let failure = Explorer::new()
        .explore(|| {
            thread::scope(|scope| {
                scope.spawn(|| panic!("out of tea"));
            });
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Panic);
    assert!(
        failure.sentence.contains("out of tea"),
        "{}",
        failure.sentence
    );
}

#[test]
fn a_deadlock_in_a_scope_is_unwound() {
    let failure = Explorer::new()
        .explore(|| {
            let lock = Mutex::new(0);
            let guard = lock.lock().unwrap();
            thread::scope(|scope| {
                scope.spawn(|| *lock.lock().unwrap() += 1);
            });
            drop(guard);
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Deadlock);
}

#[test]
fn a_panic_that_is_joined_is_no_failure() {
    Explorer::new().check(|| {
        let thread = thread::spawn(|| panic!("{}", "as expected"));
        let payload = thread.join().unwrap_err();
        assert_eq!(*payload.downcast::<String>().unwrap(), "as expected");
    });
    let failure = Explorer::new()
        .explore(|| drop(thread::spawn(|| panic!("nobody looks"))))
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Panic);
}

#[test]
fn a_destructor_that_waits_does_not_hang_the_search() {
    struct JoinOnDrop(Option<thread::JoinHandle<()>>);
    impl Drop for JoinOnDrop {
        fn drop(&mut self) {
            let _ = self.0.take().unwrap().join();
        }
    }
    let failure = Explorer::new()
        .explore(|| {
            let never = Arc::new((Mutex::new(false), Condvar::new()));
            let other = Arc::clone(&never);
            let _join = JoinOnDrop(Some(thread::spawn(move || {
                let guard = other.0.lock().unwrap();
                drop(other.1.wait_while(guard, |never| !*never));
            })));
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Deadlock);
}

#[test]
fn a_thread_that_catches_every_panic_does_not_hang_the_search() {
    let failure = Explorer::new()
        .explore(|| {
            let lock = Arc::new(Mutex::new(0));
            let other = Arc::clone(&lock);
            let _guard = lock.lock().unwrap();
            let stubborn = thread::spawn(move || {
                loop {
                    let attempt = std::panic::AssertUnwindSafe(|| drop(other.lock()));
                    let _ = std::panic::catch_unwind(attempt);
                }
            });
            stubborn.join().unwrap();
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Deadlock);
}

#[test]
fn something_outside_of_the_kit_is_told() {
    let failure = Explorer::new()
        .explore(|| {
            let lock = std::sync::Arc::new(std::sync::Mutex::new(0));
            let other = std::sync::Arc::clone(&lock);
            let guard = lock.lock().unwrap();
            let thread = thread::spawn(move || {
                thread::yield_now();
                *other.lock().unwrap() += 1;
            });
            thread.join().unwrap();
            drop(guard);
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Stuck);
}

#[test]
fn a_spurious_wake_up_breaks_an_if() {
    let wait_once = || {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let other = Arc::clone(&pair);
        let setter = thread::spawn(move || {
            *other.0.lock().unwrap() = true;
            other.1.notify_one();
        });
        let mut ready = pair.0.lock().unwrap();
        if !*ready {
            ready = pair.1.wait(ready).unwrap();
        }
        assert!(*ready);
        drop(ready);
        setter.join().unwrap();
    };
    assert!(Explorer::new().explore(wait_once).is_ok());
    assert_eq!(
        Explorer::new()
            .spurious_wakeups(true)
            .explore(wait_once)
            .unwrap_err()
            .kind,
        Kind::Panic
    );
}

#[test]
fn a_barrier_orders_what_comes_before_it() {
    Explorer::new().check(|| {
        let barrier = Arc::new(Barrier::new(2));
        let count = Arc::new(AtomicUsize::new(0));
        let (other_barrier, other_count) = (Arc::clone(&barrier), Arc::clone(&count));
        let thread = thread::spawn(move || {
            other_count.fetch_add(1, Relaxed);
            let first = other_barrier.wait().is_leader();
            other_barrier.wait();
            first
        });
        count.fetch_add(1, Relaxed);
        let mine = barrier.wait().is_leader();
        assert_eq!(count.load(Relaxed), 2);
        barrier.wait();
        assert_ne!(mine, thread.join().unwrap(), "one of the two is the leader");
    });
}

#[test]
fn readers_share_and_writers_do_not() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
    let kept = std::sync::Arc::clone(&seen);
    Explorer::new().check(move || {
        let inside = Arc::new((RwLock::new(0), AtomicUsize::new(0)));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let inside = Arc::clone(&inside);
                thread::spawn(move || {
                    let _guard = inside.0.read().unwrap();
                    let together = inside.1.fetch_add(1, SeqCst) + 1;
                    inside.1.fetch_sub(1, SeqCst);
                    together
                })
            })
            .collect();
        {
            let _guard = inside.0.write().unwrap();
            assert_eq!(
                inside.1.load(SeqCst),
                0,
                "nobody reads while somebody writes"
            );
        }
        let most = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .max()
            .unwrap();
        let mut seen = kept.lock().unwrap();
        *seen = (*seen).max(most);
    });
    assert_eq!(
        *seen.lock().unwrap(),
        2,
        "in some schedule two read at the same time"
    );
}

#[test]
fn futures_wait_at_a_gate() {
    Explorer::new().check(|| {
        let gate = Arc::new(future::Gate::new());
        let other = Arc::clone(&gate);
        let opener = thread::spawn(move || other.open());
        future::block_on(gate.wait());
        opener.join().unwrap();
    });
}

#[test]
fn fresh_threads_have_fresh_thread_locals() {
    std::thread_local! {
        static VISITS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    Explorer::new().fresh_threads(true).check(|| {
        let visits = || {
            VISITS.set(VISITS.get() + 1);
            VISITS.get()
        };
        let thread = thread::spawn(visits);
        assert_eq!((visits(), thread.join().unwrap()), (1, 1));
    });
}

#[test]
fn outside_of_a_run_the_names_are_those_of_std() {
    let lock = Arc::new(Mutex::new(0));
    let other = Arc::clone(&lock);
    thread::spawn(move || *other.lock().unwrap() += 1)
        .join()
        .unwrap();
    thread::scope(|scope| {
        scope.spawn(|| *lock.lock().unwrap() += 1);
    });
    assert_eq!(*lock.lock().unwrap(), 2);
    assert_eq!(future::block_on(async { 3 }), 3);
}

#[test]
fn a_poisoned_lock_stays_poisoned_in_its_run_only() {
    Explorer::new().check(|| {
        let lock = Arc::new(Mutex::new(0));
        let other = Arc::clone(&lock);
        let thread = thread::spawn(move || {
            let _guard = other.lock().unwrap();
            panic!("under the lock");
        });
        assert!(thread.join().is_err());
        assert!(lock.lock().is_err());
    });
}

#[test]
fn an_ordering_that_an_access_cannot_have_panics_at_its_line() {
    fn panics(access: fn(&AtomicBool), words: &str) {
        let failure = Explorer::new()
            .explore(move || access(&AtomicBool::new(false)))
            .unwrap_err();
        let sentence = failure.report.replace("\n", " ");
        assert_eq!(failure.kind, Kind::Panic);
        assert!(
            sentence.contains("tests/explorer.rs:") && sentence.contains(words),
            "{sentence}"
        );
    }
    panics(|flag| _ = flag.load(AcqRel), "`load` only reads");
    panics(|flag| _ = flag.load(Release), "`load` only reads");
    panics(|flag| flag.store(true, AcqRel), "`store` only writes");
    panics(|flag| flag.store(true, Acquire), "`store` only writes");
    panics(
        |flag| _ = flag.compare_exchange(true, false, AcqRel, Release),
        "a `compare_exchange` that fails only reads",
    );
}

#[test]
fn an_atomic_has_the_name_of_its_type_whatever_came_first() {
    use interleave::sync::atomic::AtomicU8;
    let failure = Explorer::new()
        .explore(|| {
            let (word, flag) = (AtomicU8::new(0), AtomicBool::new(false));
            word.fetch_or(1, AcqRel);
            flag.fetch_or(true, AcqRel);
            panic!("enough");
        })
        .unwrap_err();
    assert!(
        failure.report.contains("fetch_or AtomicU8 #1: 0 → 1")
            && failure.report.contains("fetch_or AtomicBool #1"),
        "{}",
        failure.report
    );
}

#[test]
fn a_livelock_shows_a_round_once_and_names_the_callers_line() {
    let failure = Explorer::new()
        .max_steps(300)
        .explore(|| {
            let (flag, gate) = (AtomicBool::new(true), future::Gate::new());
            future::block_on(std::future::poll_fn(|context| {
                // The kit's own lock, as often as the caller's atomic.
                let _ = std::pin::pin!(gate.wait()).poll(context);
                while flag.load(Acquire) {
                    let _ = std::pin::pin!(gate.wait()).poll(context);
                }
                std::task::Poll::Ready(())
            }));
        })
        .unwrap_err();
    assert_eq!(failure.kind, Kind::Livelock);
    let report = failure.report.replace("at\n", "at ");
    assert!(
        report.contains("round and round at tests/explorer.rs:"),
        "{report}"
    );
    assert!(
        report.contains("times more)") && report.lines().count() < 30,
        "{report}"
    );
}

#[test]
fn the_lines_of_a_message_are_joined_to_a_sentence() {
    let failure = Explorer::new()
        .explore(|| panic!("it is lost.\nLook again"))
        .unwrap_err();
    assert!(
        failure.report.contains("it is lost. Look again."),
        "{}",
        failure.report
    );
}
