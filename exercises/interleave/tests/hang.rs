//! A hang that explains itself, in a build without the explorer: each test runs a hanging program in a process of its
//! own and reads what the watchdog says about it.

#![cfg(not(feature = "loom"))]

use interleave::sync::{Arc, Barrier, Condvar, Mutex, RwLock};
use interleave::{future, hang, leak, thread};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs this test again in a child process, where it hangs. Returns the lines between the markers.
fn report_of(test: &str) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("INTERLEAVE_TEST_CHILD", "1")
        .env("INTERLEAVE_HANG_REPORT_MS", "300")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut lines = Vec::new();
        for line in std::io::BufRead::lines(std::io::BufReader::new(&mut stderr)) {
            let line = line.unwrap();
            let end = line == hang::END;
            lines.push(line);
            if end {
                break;
            }
        }
        lines
    });
    let lines = reader.join().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let begin = lines
        .iter()
        .position(|line| line == hang::BEGIN)
        .expect("the report has a beginning");
    lines[begin + 1..lines.len() - 1].to_vec()
}

fn is_child() -> bool {
    std::env::var_os("INTERLEAVE_TEST_CHILD").is_some()
}

fn named<T: Send + 'static>(
    name: &str,
    body: impl FnOnce() -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    thread::Builder::new()
        .name(name.into())
        .spawn(body)
        .unwrap()
}

#[track_caller]
fn expect(report: &[String], parts: &[&str]) {
    let found = report
        .iter()
        .any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(found, "no line with {parts:?} in:\n{}", report.join("\n"));
}

#[test]
fn two_locks_in_two_orders() {
    if is_child() {
        let locks = Arc::new((Mutex::new(0), Mutex::new(0), Barrier::new(2)));
        let other = Arc::clone(&locks);
        let thread = named("turned", move || {
            let _second = other.1.lock().unwrap();
            other.2.wait();
            let _first = other.0.lock().unwrap();
        });
        let _first = locks.0.lock().unwrap();
        locks.2.wait();
        let _second = locks.1.lock().unwrap();
        thread.join().unwrap();
    }
    let report = report_of("two_locks_in_two_orders");
    let me = "thread `two_locks_in_two_orders`";
    expect(
        &report,
        &[
            "thread `turned` waits for Mutex #",
            &format!("locked by {me} at "),
            "tests/hang.rs:",
        ],
    );
    expect(
        &report,
        &[
            &format!("{me} waits for Mutex #"),
            "locked by thread `turned` at ",
        ],
    );
    expect(
        &report,
        &["deadlock: threads ", " wait for each other", "`turned`"],
    );
}

#[test]
fn a_lock_taken_twice() {
    if is_child() {
        let lock = Mutex::new(0);
        let _first = lock.lock().unwrap();
        let _second = lock.lock().unwrap();
    }
    let report = report_of("a_lock_taken_twice");
    expect(
        &report,
        &["waits for Mutex #1", "locked by this very thread at "],
    );
    expect(
        &report,
        &["deadlock: thread `a_lock_taken_twice` waits for itself"],
    );
}

#[test]
fn nobody_notifies() {
    if is_child() {
        let pair = Arc::new((Mutex::new(false), Condvar::new()));
        let other = Arc::clone(&pair);
        let waiter = named("waiter", move || {
            let guard = other.0.lock().unwrap();
            drop(other.1.wait_while(guard, |ready| !*ready).unwrap());
        });
        let _parked = named("parked", thread::park);
        let _blocked = named("blocked", || future::block_on(std::future::pending::<()>()));
        waiter.join().unwrap();
    }
    let report = report_of("nobody_notifies");
    expect(
        &report,
        &["thread `waiter` waits for a notification of Condvar #1 (made at "],
    );
    expect(&report, &["thread `parked` waits for an unpark at "]);
    expect(
        &report,
        &["thread `blocked` waits for a wake-up of the future in block_on at "],
    );
    expect(
        &report,
        &["thread `nobody_notifies` waits for the end of thread `waiter` at "],
    );
    expect(&report, &["deadlock: all of these threads wait"]);
}

#[test]
fn a_thread_that_spins_is_running() {
    if is_child() {
        let lock = Arc::new(RwLock::new(0));
        let other = Arc::clone(&lock);
        let _spinner = named("spinner", move || {
            let _guard = other.write().unwrap();
            loop {
                std::hint::spin_loop();
            }
        });
        std::thread::sleep(Duration::from_millis(100));
        drop(lock.read());
    }
    let report = report_of("a_thread_that_spins_is_running");
    expect(
        &report,
        &[
            "thread `spinner` is running (last seen at ",
            "tests/hang.rs:",
        ],
    );
    expect(
        &report,
        &[
            "waits for RwLock #1",
            " to read, locked by thread `spinner` at ",
        ],
    );
    assert!(
        !report.iter().any(|line| line.starts_with("deadlock")),
        "{report:?}"
    );
}

#[test]
fn a_scope_waits_for_its_threads() {
    if is_child() {
        thread::scope(|scope| {
            scope.spawn(thread::park);
        });
    }
    let report = report_of("a_scope_waits_for_its_threads");
    expect(&report, &["waits for the threads of its scope to end at "]);
}

#[test]
fn a_quiet_program_has_no_report() {
    let lock = Mutex::new(1);
    drop(lock.lock());
    assert!(hang::report().contains("thread `a_quiet_program_has_no_report` is running"));
}

#[test]
fn a_thread_that_outlives_its_test_is_a_leak() {
    let stop = Arc::new((Mutex::new(false), Condvar::new()));
    let other = Arc::clone(&stop);
    let leak = std::panic::AssertUnwindSafe(|| {
        leak::check_within(Duration::from_millis(50), || {
            let _forgotten = named("forgotten", move || {
                let guard = other.0.lock().unwrap();
                drop(other.1.wait_while(guard, |stop| !*stop).unwrap());
            });
        });
    });
    let payload = std::panic::catch_unwind(leak).unwrap_err();
    let message = payload.downcast_ref::<String>().unwrap();
    assert!(
        message.starts_with("leaked thread: the thread `forgotten`, spawned at "),
        "{message}"
    );
    assert!(
        message.contains("waits for a notification of Condvar #"),
        "{message}"
    );
    *stop.0.lock().unwrap() = true;
    stop.1.notify_all();
}

#[test]
fn threads_that_end_in_time_are_no_leak() {
    let began = Instant::now();
    let value = leak::check(|| {
        // Not joined, but about to end; its child belongs to the family too.
        let _detached = thread::spawn(|| {
            let _child = thread::spawn(|| thread::sleep(Duration::from_millis(20)));
        });
        7
    });
    assert_eq!(value, 7);
    assert!(
        began.elapsed() >= Duration::from_millis(20),
        "it has waited for the grandchild"
    );
}
