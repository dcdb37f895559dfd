//! What several steps' tests need.

use std::{
    num::NonZeroUsize,
    ops::Deref,
    ptr::NonNull,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use chapter_5::Thin;
use interleave::cell::UnsafeCell;

pub fn workers(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("the tests ask for one worker or more")
}

/// Counts how many of its tokens live, and how many were dropped.
#[derive(Clone, Default)]
pub struct Drops(Arc<AtomicUsize>);

/// Dropped once; a second time would be noticed.
pub struct Token(Arc<AtomicUsize>);

impl Drops {
    pub fn token(&self) -> Token {
        Token(Arc::clone(&self.0))
    }

    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Keeps a thread until another opens it: for tests in which a worker must be stuck. Gives up after a long time, and says so.
#[derive(Clone, Default)]
pub struct Barrier(Arc<(Mutex<bool>, Condvar)>);

impl Barrier {
    pub fn open(&self) {
        *self.0.0.lock().expect("the barrier's lock") = true;
        self.0.1.notify_all();
    }

    /// Blocks the thread. False if nobody has opened it in time.
    pub fn wait(&self) -> bool {
        let closed = self.0.0.lock().expect("the barrier's lock");
        let long = Duration::from_secs(3);
        let waited = self.0.1.wait_timeout_while(closed, long, |open| !*open);
        *waited.expect("the barrier's lock").0
    }
}

/// A task for the tests of one thread: any value, in a box.
#[derive(Debug, PartialEq, Eq)]
pub struct Boxed<T>(Box<T>);

impl<T> Boxed<T> {
    pub fn new(value: T) -> Self {
        Boxed(Box::new(value))
    }
}

impl<T> Deref for Boxed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

// SAFETY: `Box` keeps this very promise.
unsafe impl<T: Send> Thin for Boxed<T> {
    fn into_raw(self) -> NonNull<()> {
        NonNull::from(Box::leak(self.0)).cast()
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        // SAFETY: by this function's contract.
        Boxed(unsafe { Box::from_raw(raw.cast().as_ptr()) })
    }
}

/// A task for the explorer: it notices if two threads have the same one. Its memory is never freed, so that a queue that
/// hands it out twice does no more harm than that.
#[derive(Debug)]
pub struct Number(NonNull<UnsafeCell<u32>>);

// SAFETY: a task may go to another thread; whether two have it is what the tests find out.
unsafe impl Send for Number {}

// SAFETY: the same pointer goes in and comes out.
unsafe impl Thin for Number {
    fn into_raw(self) -> NonNull<()> {
        self.0.cast()
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        Number(raw.cast())
    }
}

impl Number {
    pub fn new(value: u32) -> Number {
        let cell = Box::leak(Box::new(UnsafeCell::new(0)));
        // Written here, and not only made: whoever has the task must see this.
        // SAFETY: nobody else has it yet.
        cell.with_mut(|place| unsafe { *place = value });
        Number(NonNull::from(cell))
    }

    /// The value; 100 more for each time that somebody has asked before.
    pub fn take(self) -> u32 {
        // SAFETY: the memory is never freed; if two threads are here, the explorer ends the test.
        unsafe { self.0.as_ref() }.with_mut(|value| unsafe {
            *value += 100;
            *value - 100
        })
    }
}
