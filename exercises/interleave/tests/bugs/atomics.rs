//! Atomics, and the cells that they publish.

use interleave::cell::UnsafeCell;
use interleave::hint;
use interleave::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};
use interleave::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use interleave::sync::{Arc, Mutex};
use interleave::thread;

use super::Loom::Finds;
use super::{Case, case};

pub const CASES: [Case; 12] = [
    case!(
        no_compare_exchange,
        "adds one with a load and a store",
        ["panic"],
        Finds
    ),
    case!(
        aba,
        "a stack whose head comes back with another successor",
        ["panic"],
        Finds
    ),
    case!(
        double_checked_init,
        "does not check again under the lock",
        ["panic"],
        Finds
    ),
    case!(
        relaxed_publish,
        "publishes a cell with a `Relaxed` store",
        ["data race"],
        Finds
    ),
    case!(
        relaxed_subscribe,
        "sees the flag with a `Relaxed` load",
        ["data race"],
        Finds
    ),
    case!(
        flag_before_data,
        "sets the flag before it writes the data",
        ["data race"],
        Finds
    ),
    case!(
        spinlock_without_swap,
        "a spin lock of a load and a store",
        ["data race"],
        Finds
    ),
    case!(
        spinlock_relaxed_unlock,
        "a spin lock that unlocks with `Relaxed`",
        ["data race"],
        Finds
    ),
    case!(
        refcount_relaxed,
        "gives up a reference with `Relaxed`",
        ["data race"],
        Finds
    ),
    case!(
        store_buffering,
        "each sets its flag, then reads the other's, `Relaxed`",
        [],
        Finds
    ),
    case!(
        message_passing,
        "data and flag are both `Relaxed` atomics",
        [],
        Finds
    ),
    case!(
        spin_on_a_copy,
        "spins on a copy of the flag",
        ["livelock"],
        Finds
    ),
];

/// A cell that the test promises to share correctly; the bugs break the promise, and the explorer says so.
struct Shared(UnsafeCell<u32>);

// SAFETY: none here. Every access goes through the closures of the cell, which the explorer checks for races; it runs
// one thread at a time, so even a race that it finds is not one in memory.
unsafe impl Sync for Shared {}

impl Shared {
    fn new() -> Self {
        Shared(UnsafeCell::new(0))
    }

    #[track_caller]
    fn get(&self) -> u32 {
        // SAFETY: see `Sync`.
        self.0.with(|value| unsafe { *value })
    }

    #[track_caller]
    fn set(&self, new: u32) {
        // SAFETY: see `Sync`.
        self.0.with_mut(|value| unsafe { *value = new });
    }
}

fn no_compare_exchange(bug: bool) {
    let count = Arc::new(AtomicUsize::new(0));
    let add = move |count: &AtomicUsize| {
        if bug {
            let seen = count.load(SeqCst);
            count.store(seen + 1, SeqCst);
        } else {
            count.fetch_add(1, SeqCst);
        }
    };
    let other = Arc::clone(&count);
    let thread = thread::spawn(move || add(&other));
    add(&count);
    thread.join().unwrap();
    assert_eq!(count.load(SeqCst), 2);
}

/// A stack of indices: node `i` has its successor in `next[i]`; 0 is the end. The twin counts the changes of `head` in
/// the high bits, so a head that has come back is another number.
fn aba(bug: bool) {
    struct Stack {
        head: AtomicUsize,
        next: [AtomicUsize; 3],
    }
    impl Stack {
        fn push(&self, node: usize, tag: usize) {
            loop {
                let head = self.head.load(SeqCst);
                self.next[node].store(head & 0xff, SeqCst);
                let new = (head & !0xff).wrapping_add(tag) | node;
                if self
                    .head
                    .compare_exchange(head, new, SeqCst, SeqCst)
                    .is_ok()
                {
                    return;
                }
            }
        }

        fn pop(&self, tag: usize) -> usize {
            loop {
                let head = self.head.load(SeqCst);
                let node = head & 0xff;
                if node == 0 {
                    return 0;
                }
                let new = (head & !0xff).wrapping_add(tag) | self.next[node].load(SeqCst);
                if self
                    .head
                    .compare_exchange(head, new, SeqCst, SeqCst)
                    .is_ok()
                {
                    return node;
                }
            }
        }
    }
    let tag = if bug { 0 } else { 0x100 };
    let stack = Arc::new(Stack {
        head: AtomicUsize::new(0),
        next: [const_zero(), const_zero(), const_zero()],
    });
    stack.push(2, tag);
    stack.push(1, tag);
    let other = Arc::clone(&stack);
    // Takes both nodes, and puts back the first: the head is as before, its successor is not.
    let thread = thread::spawn(move || {
        let first = other.pop(tag);
        let second = other.pop(tag);
        if first != 0 {
            other.push(first, tag);
        }
        second
    });
    let mine = stack.pop(tag);
    let theirs = thread.join().unwrap();
    let left = stack.pop(tag);
    let mut taken = [mine, theirs, left];
    taken.sort_unstable();
    assert_eq!(taken, [0, 1, 2], "every node is taken once");
}

fn const_zero() -> AtomicUsize {
    AtomicUsize::new(0)
}

fn double_checked_init(bug: bool) {
    struct Lazy {
        done: AtomicBool,
        lock: Mutex<()>,
        inits: AtomicUsize,
    }
    let get = move |lazy: &Lazy| {
        if !lazy.done.load(Acquire) {
            let _guard = lazy.lock.lock().unwrap();
            if bug || !lazy.done.load(Acquire) {
                lazy.inits.fetch_add(1, SeqCst);
                lazy.done.store(true, Release);
            }
        }
    };
    let lazy = Arc::new(Lazy {
        done: AtomicBool::new(false),
        lock: Mutex::new(()),
        inits: AtomicUsize::new(0),
    });
    let other = Arc::clone(&lazy);
    let thread = thread::spawn(move || get(&other));
    get(&lazy);
    thread.join().unwrap();
    assert_eq!(lazy.inits.load(SeqCst), 1, "initialised once");
}

/// One thread writes and sets a flag, the other waits for the flag and reads.
fn publish(flag_first: bool, store: Ordering, load: Ordering) {
    let shared = Arc::new((Shared::new(), AtomicBool::new(false)));
    let other = Arc::clone(&shared);
    let writer = thread::spawn(move || {
        if flag_first {
            other.1.store(true, store);
        }
        other.0.set(42);
        other.1.store(true, store);
    });
    if shared.1.load(load) {
        assert!(flag_first || shared.0.get() == 42);
        if flag_first {
            shared.0.get();
        }
    }
    writer.join().unwrap();
}

fn relaxed_publish(bug: bool) {
    publish(false, if bug { Relaxed } else { Release }, Acquire);
}

fn relaxed_subscribe(bug: bool) {
    publish(false, Release, if bug { Relaxed } else { Acquire });
}

fn flag_before_data(bug: bool) {
    publish(bug, Release, Acquire);
}

fn spin_lock(locked: Arc<(AtomicBool, Shared)>, without_swap: bool, unlock: Ordering) {
    loop {
        let taken = if without_swap {
            let free = !locked.0.load(Acquire);
            if free {
                locked.0.store(true, Relaxed);
            }
            free
        } else {
            locked
                .0
                .compare_exchange(false, true, Acquire, Relaxed)
                .is_ok()
        };
        if taken {
            break;
        }
        hint::spin_loop();
    }
    locked.1.set(locked.1.get() + 1);
    locked.0.store(false, unlock);
}

fn two_spin(without_swap: bool, unlock: Ordering) {
    let locked = Arc::new((AtomicBool::new(false), Shared::new()));
    let other = Arc::clone(&locked);
    let thread = thread::spawn(move || spin_lock(other, without_swap, unlock));
    spin_lock(Arc::clone(&locked), without_swap, unlock);
    thread.join().unwrap();
    assert_eq!(locked.1.get(), 2);
}

fn spinlock_without_swap(bug: bool) {
    two_spin(bug, Release);
}

fn spinlock_relaxed_unlock(bug: bool) {
    two_spin(false, if bug { Relaxed } else { Release });
}

/// The last of two owners writes to the value, as a destructor would.
fn refcount_relaxed(bug: bool) {
    let shared = Arc::new((Shared::new(), AtomicUsize::new(2)));
    let give_up = move |shared: &(Shared, AtomicUsize)| {
        shared.0.get();
        let order = if bug { Relaxed } else { AcqRel };
        if shared.1.fetch_sub(1, order) == 1 {
            shared.0.set(0);
        }
    };
    let other = Arc::clone(&shared);
    let thread = thread::spawn(move || give_up(&other));
    give_up(&shared);
    thread.join().unwrap();
}

fn store_buffering(bug: bool) {
    let flags = Arc::new((AtomicBool::new(false), AtomicBool::new(false)));
    let other = Arc::clone(&flags);
    let pause = move || {
        if !bug {
            fence(SeqCst);
        }
    };
    let thread = thread::spawn(move || {
        other.1.store(true, Relaxed);
        pause();
        other.0.load(Relaxed)
    });
    flags.0.store(true, Relaxed);
    pause();
    let i_saw = flags.1.load(Relaxed);
    let they_saw = thread.join().unwrap();
    assert!(i_saw || they_saw, "one of the two saw the other's flag");
}

fn message_passing(bug: bool) {
    let (store, load) = if bug {
        (Relaxed, Relaxed)
    } else {
        (Release, Acquire)
    };
    let shared = Arc::new((AtomicUsize::new(0), AtomicBool::new(false)));
    let other = Arc::clone(&shared);
    let thread = thread::spawn(move || {
        other.0.store(42, Relaxed);
        other.1.store(true, store);
    });
    if shared.1.load(load) {
        assert_eq!(shared.0.load(Relaxed), 42, "the data comes before the flag");
    }
    thread.join().unwrap();
}

fn spin_on_a_copy(bug: bool) {
    let ready = Arc::new(AtomicBool::new(false));
    let other = Arc::clone(&ready);
    let thread = thread::spawn(move || other.store(true, Release));
    let mut is_ready = ready.load(Acquire);
    while !is_ready {
        hint::spin_loop();
        if !bug {
            is_ready = ready.load(Acquire);
        }
    }
    thread.join().unwrap();
}
