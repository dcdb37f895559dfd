//! Mutexes and reader-writer locks.

use interleave::sync::{Arc, Mutex, RwLock};
use interleave::thread;
use std::collections::VecDeque;

use super::Loom::{Finds, Misses};
use super::{Case, case};

pub const CASES: [Case; 7] = [
    case!(
        lock_order,
        "two locks, taken in two orders",
        ["deadlock"],
        Finds
    ),
    case!(
        lock_twice,
        "a method that locks, called under the lock",
        ["deadlock"],
        Finds
    ),
    case!(
        upgrade,
        "wants to write while it still reads",
        ["deadlock"],
        Finds
    ),
    case!(
        check_then_act,
        "the check and the act under two locks of one mutex",
        ["panic"],
        Finds
    ),
    case!(
        join_under_lock,
        "joins a thread while holding what it needs",
        ["deadlock"],
        Finds
    ),
    case!(
        skip_if_locked,
        "`try_lock` failed, so somebody else will do it",
        ["panic"],
        Misses("it never stops a thread before an unlock")
    ),
    case!(
        read_twice_write_between,
        "two reads of two locks that belong together",
        ["panic"],
        Finds
    ),
];

fn lock_order(bug: bool) {
    let left = Arc::new(Mutex::new(1));
    let right = Arc::new(Mutex::new(2));
    let (other_left, other_right) = (Arc::clone(&left), Arc::clone(&right));
    let thread = thread::spawn(move || {
        if bug {
            let right = other_right.lock().unwrap();
            let left = other_left.lock().unwrap();
            *left + *right
        } else {
            let left = other_left.lock().unwrap();
            let right = other_right.lock().unwrap();
            *left + *right
        }
    });
    let sum = {
        let left = left.lock().unwrap();
        let right = right.lock().unwrap();
        *left + *right
    };
    assert_eq!(thread.join().unwrap(), sum);
}

fn lock_twice(bug: bool) {
    let items = Mutex::new(vec![1, 2, 3]);
    let len = || items.lock().unwrap().len();
    let guard = items.lock().unwrap();
    let first = guard[0];
    if !bug {
        drop(guard);
    }
    assert_eq!(first, 1);
    assert_eq!(len(), 3);
}

fn upgrade(bug: bool) {
    let count = Arc::new(RwLock::new(0));
    let add = move |count: &RwLock<i32>| {
        if bug {
            let seen = count.read().unwrap();
            *count.write().unwrap() = *seen + 1;
        } else {
            *count.write().unwrap() += 1;
        }
    };
    let other = Arc::clone(&count);
    let thread = thread::spawn(move || add(&other));
    add(&count);
    thread.join().unwrap();
    assert_eq!(*count.read().unwrap(), 2);
}

fn check_then_act(bug: bool) {
    let balance = Arc::new(Mutex::new(100));
    let withdraw = move |balance: &Mutex<i32>| {
        if bug {
            if *balance.lock().unwrap() >= 80 {
                *balance.lock().unwrap() -= 80;
            }
        } else {
            let mut balance = balance.lock().unwrap();
            if *balance >= 80 {
                *balance -= 80;
            }
        }
    };
    let other = Arc::clone(&balance);
    let thread = thread::spawn(move || withdraw(&other));
    withdraw(&balance);
    thread.join().unwrap();
    assert!(*balance.lock().unwrap() >= 0, "the account is overdrawn");
}

fn join_under_lock(bug: bool) {
    let results = Arc::new(Mutex::new(Vec::new()));
    let other = Arc::clone(&results);
    let thread = thread::spawn(move || other.lock().unwrap().push(1));
    let guard = results.lock().unwrap();
    if !bug {
        drop(guard);
        thread.join().unwrap();
    } else {
        thread.join().unwrap();
        drop(guard);
    }
    assert_eq!(results.lock().unwrap().len(), 1);
}

/// Whoever gets the lock does all jobs. If somebody has it, one's own job is done by them, or so it seems.
fn skip_if_locked(bug: bool) {
    struct Jobs {
        waiting: Mutex<VecDeque<u32>>,
        done: Mutex<u32>,
    }
    let submit = move |jobs: &Jobs| {
        jobs.waiting.lock().unwrap().push_back(1);
        loop {
            let Ok(mut done) = jobs.done.try_lock() else {
                return;
            };
            loop {
                let job = jobs.waiting.lock().unwrap().pop_front();
                let Some(job) = job else { break };
                *done += job;
            }
            drop(done);
            // Somebody may have come while the lock was still held, and left.
            if bug || jobs.waiting.lock().unwrap().is_empty() {
                return;
            }
        }
    };
    let jobs = Arc::new(Jobs {
        waiting: Mutex::default(),
        done: Mutex::default(),
    });
    let other = Arc::clone(&jobs);
    let thread = thread::spawn(move || submit(&other));
    submit(&jobs);
    thread.join().unwrap();
    assert!(
        jobs.waiting.lock().unwrap().is_empty(),
        "a job is left behind"
    );
}

fn read_twice_write_between(bug: bool) {
    let pair = Arc::new((RwLock::new(0), RwLock::new(0)));
    let other = Arc::clone(&pair);
    let thread = thread::spawn(move || {
        let mut first = other.0.write().unwrap();
        let mut second = other.1.write().unwrap();
        *first += 1;
        *second += 1;
    });
    let (first, second) = if bug {
        let first = *pair.0.read().unwrap();
        (first, *pair.1.read().unwrap())
    } else {
        let first = pair.0.read().unwrap();
        (*first, *pair.1.read().unwrap())
    };
    assert_eq!(first, second, "the two belong together");
    thread.join().unwrap();
}
