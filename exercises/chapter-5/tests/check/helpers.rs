//! What several steps' tests need.

use std::{
    fmt,
    mem::{self, ManuallyDrop},
    num::NonZeroUsize,
    ops::Deref,
    ptr::NonNull,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
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

/// A task for the tests of one thread: any value. Its memory is never freed, so that it notices when a pointer is turned
/// back into a task twice.
pub struct Boxed<T>(NonNull<Inner<T>>);

struct Inner<T> {
    value: Option<T>,
    /// Whether there is a pointer that is to be turned back.
    queued: bool,
}

impl<T> Boxed<T> {
    pub fn new(value: T) -> Self {
        let (value, queued) = (Some(value), false);
        Boxed(NonNull::from(Box::leak(Box::new(Inner { value, queued }))))
    }
}

impl<T> Deref for Boxed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the memory is never freed, and there is one owner.
        let value = unsafe { &self.0.as_ref().value };
        value.as_ref().expect("the task has not been dropped")
    }
}

impl<T: fmt::Debug> fmt::Debug for Boxed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Boxed<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

// SAFETY: it owns its value, as a box does.
unsafe impl<T: Send> Send for Boxed<T> {}

// SAFETY: the same pointer goes in and comes out.
unsafe impl<T: Send> Thin for Boxed<T> {
    fn into_raw(self) -> NonNull<()> {
        let mut task = ManuallyDrop::new(self);
        // SAFETY: the memory is never freed, and there is one owner.
        unsafe { task.0.as_mut().queued = true };
        task.0.cast()
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        let mut task = ManuallyDrop::new(Boxed(raw.cast::<Inner<T>>()));
        // SAFETY: as above; a pointer that comes twice is what is looked for.
        let queued = mem::replace(unsafe { &mut task.0.as_mut().queued }, false);
        assert!(
            queued || thread::panicking(),
            "a pointer is turned back into a task for the second time. Read only those numbers that your own claim has moved\n\
             `head` past, each once; whoever puts tasks in must write each to its own place"
        );
        ManuallyDrop::into_inner(task)
    }
}

impl<T> Drop for Boxed<T> {
    fn drop(&mut self) {
        // SAFETY: as above.
        drop(unsafe { self.0.as_mut() }.value.take());
    }
}

/// A task for the explorer: it notices if it has two owners, at the same time or one after the other. Its memory is never
/// freed, so that a queue that hands it out twice does no more harm than that.
#[derive(Debug)]
pub struct Number(NonNull<UnsafeCell<(u32, bool)>>);

// SAFETY: a task may go to another thread; whether two have it is what the tests find out.
unsafe impl Send for Number {}

// SAFETY: the same pointer goes in and comes out.
unsafe impl Thin for Number {
    fn into_raw(self) -> NonNull<()> {
        ManuallyDrop::new(self).0.cast()
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        Number(raw.cast())
    }
}

impl Number {
    pub fn new(value: u32) -> Number {
        let cell = Box::leak(Box::new(UnsafeCell::new((0, false))));
        // Written here, and not only made: whoever has the task must see this.
        // SAFETY: nobody else has it yet.
        cell.with_mut(|place| unsafe { *place = (value, false) });
        Number(NonNull::from(cell))
    }

    /// The value.
    pub fn take(self) -> u32 {
        ManuallyDrop::new(self).end()
    }

    /// The task's end: taken, or dropped. There is one.
    fn end(&self) -> u32 {
        // SAFETY: the memory is never freed; if two threads are here, the explorer ends the test.
        let (value, ended) = unsafe { self.0.as_ref() }.with_mut(|place| unsafe {
            let before = *place;
            (*place).1 = true;
            before
        });
        assert!(
            !ended,
            "task {value} is taken or dropped a second time: two have turned the same pointer into a task. Whoever moves `head` \
             past it by a claim may do that, and nobody before that: look at `pop` and `push` in ring.rs, too"
        );
        value
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        if !thread::panicking() {
            self.end();
        }
    }
}
