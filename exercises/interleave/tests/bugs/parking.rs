//! `park`, `unpark`, `sleep`, and threads that are left behind.

use interleave::sync::atomic::{AtomicBool, Ordering::SeqCst};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread::{self, Thread};
use std::time::Duration;

use super::Loom::{CannotRun, Finds};
use super::{Case, case};

pub const CASES: [Case; 6] = [
    case!(
        missed_unpark,
        "looks, then leaves its name, then parks",
        ["deadlock"],
        Finds
    ),
    case!(
        two_parkers,
        "one place for the names of two waiters",
        ["deadlock"],
        Finds
    ),
    case!(
        park_without_loop,
        "takes the return of `park` for the event",
        ["panic"],
        Finds
    ),
    case!(
        unpark_before_flag,
        "unparks first, sets the flag then",
        ["deadlock", "lost wake-up"],
        Finds
    ),
    case!(
        sleep_as_sync,
        "sleeps long enough, or so it seems",
        ["panic"],
        CannotRun("it knows no time")
    ),
    case!(
        forgotten_worker,
        "ends without stopping its worker",
        ["leaked thread"],
        Finds
    ),
];

struct Event {
    happened: AtomicBool,
    waiters: Mutex<Vec<Thread>>,
}

impl Event {
    fn new() -> Arc<Self> {
        Arc::new(Event {
            happened: AtomicBool::new(false),
            waiters: Mutex::new(Vec::new()),
        })
    }

    fn set(&self) {
        self.happened.store(true, SeqCst);
        let waiters = std::mem::take(&mut *self.waiters.lock().unwrap());
        for waiter in waiters {
            waiter.unpark();
        }
    }
}

fn missed_unpark(bug: bool) {
    let event = Event::new();
    let other = Arc::clone(&event);
    let thread = thread::spawn(move || other.set());
    if bug {
        if !event.happened.load(SeqCst) {
            event.waiters.lock().unwrap().push(thread::current());
            thread::park();
        }
    } else {
        event.waiters.lock().unwrap().push(thread::current());
        while !event.happened.load(SeqCst) {
            thread::park();
        }
    }
    thread.join().unwrap();
}

fn two_parkers(bug: bool) {
    let event = Event::new();
    let waiters: Vec<_> = (0..2)
        .map(|_| {
            let event = Arc::clone(&event);
            thread::spawn(move || {
                let mut waiters = event.waiters.lock().unwrap();
                if bug {
                    waiters.clear();
                }
                waiters.push(thread::current());
                drop(waiters);
                while !event.happened.load(SeqCst) {
                    thread::park();
                }
            })
        })
        .collect();
    event.set();
    waiters
        .into_iter()
        .for_each(|waiter| waiter.join().unwrap());
}

fn park_without_loop(bug: bool) {
    let ready = Arc::new(AtomicBool::new(false));
    let other = Arc::clone(&ready);
    let waiter = thread::spawn(move || {
        if bug {
            thread::park();
        } else {
            while !other.load(SeqCst) {
                thread::park();
            }
        }
        assert!(other.load(SeqCst), "unparked, so it is ready");
    });
    // Another part of the program, which unparks for a reason of its own.
    waiter.thread().unpark();
    ready.store(true, SeqCst);
    waiter.thread().unpark();
    waiter.join().unwrap();
}

fn unpark_before_flag(bug: bool) {
    let ready = Arc::new(AtomicBool::new(false));
    let other = Arc::clone(&ready);
    let waiter = thread::spawn(move || {
        while !other.load(SeqCst) {
            thread::park();
        }
    });
    if bug {
        waiter.thread().unpark();
        ready.store(true, SeqCst);
    } else {
        ready.store(true, SeqCst);
        waiter.thread().unpark();
    }
    waiter.join().unwrap();
}

fn sleep_as_sync(bug: bool) {
    let result = Arc::new(Mutex::new(None));
    let other = Arc::clone(&result);
    let thread = thread::spawn(move || {
        // What takes 20 ms here takes longer elsewhere.
        thread::sleep(Duration::from_millis(20));
        *other.lock().unwrap() = Some(1);
    });
    if bug {
        thread::sleep(Duration::from_millis(10));
        assert_eq!(*result.lock().unwrap(), Some(1), "10 ms are enough");
    }
    thread.join().unwrap();
    assert_eq!(*result.lock().unwrap(), Some(1));
}

fn forgotten_worker(bug: bool) {
    let stop = Arc::new((Mutex::new(false), Condvar::new()));
    let other = Arc::clone(&stop);
    let worker = thread::spawn(move || {
        let guard = other.0.lock().unwrap();
        drop(other.1.wait_while(guard, |stop| !*stop).unwrap());
    });
    if !bug {
        *stop.0.lock().unwrap() = true;
        stop.1.notify_all();
        worker.join().unwrap();
    }
}
