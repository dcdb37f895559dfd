//! Condition variables.

use interleave::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;
use std::collections::VecDeque;

use super::Loom::Finds;
use super::{Case, case};

pub const CASES: [Case; 9] = [
    case!(
        one_condvar,
        "one condition variable for two roles, `notify_one`",
        ["deadlock"],
        Finds
    ),
    case!(
        if_for_while,
        "`if` instead of `while` around `wait`",
        ["panic"],
        Finds
    ),
    case!(
        no_wake_on_close,
        "closes without waking the receiver",
        ["deadlock"],
        Finds
    ),
    case!(
        check_outside_lock,
        "checks, then locks, then waits",
        ["lost wake-up"],
        Finds
    ),
    case!(
        notify_before_push,
        "notifies first, pushes then",
        ["lost wake-up", "deadlock"],
        Finds
    ),
    case!(
        notify_one_for_all,
        "`notify_one` where all have to know",
        ["deadlock"],
        Finds
    ),
    case!(
        barrier_reuse,
        "a barrier without rounds, used twice",
        ["deadlock", "lost wake-up"],
        Finds
    ),
    case!(
        semaphore_over_release,
        "gives back a permit that it never got",
        ["panic"],
        Finds
    ),
    case!(
        flag_without_lock,
        "sets the flag and notifies without the lock",
        ["lost wake-up"],
        Finds
    ),
];

struct Channel {
    items: Mutex<VecDeque<u32>>,
    not_full: Condvar,
    not_empty: Condvar,
    one_for_both: bool,
}

impl Channel {
    fn new(one_for_both: bool) -> Arc<Self> {
        Arc::new(Channel {
            items: Mutex::new(VecDeque::new()),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
            one_for_both,
        })
    }

    fn not_full(&self) -> &Condvar {
        if self.one_for_both {
            &self.not_empty
        } else {
            &self.not_full
        }
    }

    fn send(&self, item: u32) {
        let mut items = self.items.lock().unwrap();
        while !items.is_empty() {
            items = self.not_full().wait(items).unwrap();
        }
        items.push_back(item);
        drop(items);
        self.not_empty.notify_one();
    }

    fn receive(&self) -> u32 {
        let mut items = self.items.lock().unwrap();
        let item = loop {
            if let Some(item) = items.pop_front() {
                break item;
            }
            items = self.not_empty.wait(items).unwrap();
        };
        drop(items);
        self.not_full().notify_one();
        item
    }
}

fn one_condvar(bug: bool) {
    let channel = Channel::new(bug);
    let producers: Vec<_> = (0..2)
        .map(|_| {
            let channel = Arc::clone(&channel);
            thread::spawn(move || (0..2).for_each(|item| channel.send(item)))
        })
        .collect();
    let sum: u32 = (0..4).map(|_| channel.receive()).sum();
    producers
        .into_iter()
        .for_each(|producer| producer.join().unwrap());
    assert_eq!(sum, 2);
}

fn if_for_while(bug: bool) {
    let queue = Arc::new((Mutex::new(VecDeque::new()), Condvar::new()));
    let consumer = || {
        let queue = Arc::clone(&queue);
        thread::spawn(move || {
            let mut items = queue.0.lock().unwrap();
            if bug {
                if items.is_empty() {
                    items = queue.1.wait(items).unwrap();
                }
            } else {
                while items.is_empty() {
                    items = queue.1.wait(items).unwrap();
                }
            }
            items.pop_front().expect("woken, so there is an item")
        })
    };
    let consumers = [consumer(), consumer()];
    for item in [1, 2] {
        queue.0.lock().unwrap().push_back(item);
        queue.1.notify_one();
    }
    let sum: i32 = consumers
        .into_iter()
        .map(|consumer| consumer.join().unwrap())
        .sum();
    assert_eq!(sum, 3);
}

fn no_wake_on_close(bug: bool) {
    let closed = Arc::new((Mutex::new(false), Condvar::new()));
    let other = Arc::clone(&closed);
    let receiver = thread::spawn(move || {
        let closed = other.0.lock().unwrap();
        drop(other.1.wait_while(closed, |closed| !*closed).unwrap());
    });
    *closed.0.lock().unwrap() = true;
    if !bug {
        closed.1.notify_all();
    }
    receiver.join().unwrap();
}

fn check_outside_lock(bug: bool) {
    let ready = Arc::new((Mutex::new(false), Condvar::new()));
    let other = Arc::clone(&ready);
    let setter = thread::spawn(move || {
        *other.0.lock().unwrap() = true;
        other.1.notify_one();
    });
    if bug {
        let is_ready = *ready.0.lock().unwrap();
        if !is_ready {
            let guard = ready.0.lock().unwrap();
            drop(ready.1.wait(guard).unwrap());
        }
    } else {
        let guard = ready.0.lock().unwrap();
        drop(ready.1.wait_while(guard, |ready| !*ready).unwrap());
    }
    setter.join().unwrap();
}

fn notify_before_push(bug: bool) {
    let queue = Arc::new((Mutex::new(None), Condvar::new()));
    let other = Arc::clone(&queue);
    let sender = thread::spawn(move || {
        if bug {
            other.1.notify_one();
        }
        *other.0.lock().unwrap() = Some(1);
        if !bug {
            other.1.notify_one();
        }
    });
    let slot = queue.0.lock().unwrap();
    let slot = queue.1.wait_while(slot, |slot| slot.is_none()).unwrap();
    assert_eq!(*slot, Some(1));
    drop(slot);
    sender.join().unwrap();
}

fn notify_one_for_all(bug: bool) {
    let open = Arc::new((Mutex::new(false), Condvar::new()));
    let waiters: Vec<_> = (0..2)
        .map(|_| {
            let open = Arc::clone(&open);
            thread::spawn(move || {
                let guard = open.0.lock().unwrap();
                drop(open.1.wait_while(guard, |open| !*open).unwrap());
            })
        })
        .collect();
    *open.0.lock().unwrap() = true;
    if bug {
        open.1.notify_one();
    } else {
        open.1.notify_all();
    }
    waiters
        .into_iter()
        .for_each(|waiter| waiter.join().unwrap());
}

/// How many have arrived; the twin also counts the rounds.
fn barrier_reuse(bug: bool) {
    struct Barrier {
        state: Mutex<(usize, usize)>,
        all_here: Condvar,
    }
    let wait = move |barrier: &Barrier| {
        let mut state = barrier.state.lock().unwrap();
        let round = state.1;
        state.0 += 1;
        if state.0 == 2 {
            *state = (0, round + 1);
            barrier.all_here.notify_all();
        } else if bug {
            // Whoever is late finds the count of the next round.
            drop(
                barrier
                    .all_here
                    .wait_while(state, |state| state.0 != 0)
                    .unwrap(),
            );
        } else {
            drop(
                barrier
                    .all_here
                    .wait_while(state, |state| state.1 == round)
                    .unwrap(),
            );
        }
    };
    let barrier = Arc::new(Barrier {
        state: Mutex::new((0, 0)),
        all_here: Condvar::new(),
    });
    let other = Arc::clone(&barrier);
    let thread = thread::spawn(move || {
        wait(&other);
        wait(&other);
    });
    wait(&barrier);
    wait(&barrier);
    thread.join().unwrap();
}

fn semaphore_over_release(bug: bool) {
    struct Semaphore {
        permits: Mutex<usize>,
        inside: AtomicUsize,
    }
    let try_enter = move |semaphore: &Semaphore| {
        let mut permits = semaphore.permits.lock().unwrap();
        let got_one = *permits > 0;
        if got_one {
            *permits -= 1;
        }
        drop(permits);
        if got_one {
            assert_eq!(
                semaphore.inside.fetch_add(1, SeqCst),
                0,
                "two are inside at the same time"
            );
            semaphore.inside.fetch_sub(1, SeqCst);
        }
        if got_one || bug {
            *semaphore.permits.lock().unwrap() += 1;
        }
    };
    let semaphore = Arc::new(Semaphore {
        permits: Mutex::new(1),
        inside: AtomicUsize::new(0),
    });
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let semaphore = Arc::clone(&semaphore);
            thread::spawn(move || try_enter(&semaphore))
        })
        .collect();
    try_enter(&semaphore);
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    assert_eq!(*semaphore.permits.lock().unwrap(), 1, "there is one permit");
}

fn flag_without_lock(bug: bool) {
    let stop = Arc::new((AtomicBool::new(false), Mutex::new(()), Condvar::new()));
    let other = Arc::clone(&stop);
    let worker = thread::spawn(move || {
        let mut guard = other.1.lock().unwrap();
        while !other.0.load(SeqCst) {
            guard = other.2.wait(guard).unwrap();
        }
    });
    if bug {
        stop.0.store(true, SeqCst);
    } else {
        let _guard = stop.1.lock().unwrap();
        stop.0.store(true, SeqCst);
    }
    stop.2.notify_one();
    worker.join().unwrap();
}
