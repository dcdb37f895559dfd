//! A worker's own queue: a ring of 256 places, first in, first out, from which other workers may take.
//!
//! `head` counts the tasks taken so far, `tail` those put in; a task stands at its number modulo the capacity. Only the
//! owner puts tasks in and moves `tail`. Owner and thieves take tasks, and they compete for `head`: copy first, then move
//! `head` by one compare-exchange. Whoever moves it owns what it copied; whoever fails throws the copies away.
//!
//! Invariants:
//! - `head <= tail <= head + CAPACITY`, where both wrap around;
//! - a place is written only by the owner, and only while it is not between `head` and `tail`;
//! - a task is owned by whoever moved `head` past it, so it is taken exactly once;
//! - nothing is refused: a full ring gives its older half to the global queue.

use std::{array, marker::PhantomData, ops::Deref, ptr, ptr::NonNull, sync::Arc};

use interleave::sync::atomic::{AtomicPtr, AtomicU32, Ordering::*};

use crate::global::Global;

/// A value that one pointer can stand for.
///
/// # Safety
/// `from_raw` gives back what `into_raw` was given.
pub unsafe trait Thin: Send + Sized {
    /// The pointer. The value is not dropped.
    fn into_raw(self) -> NonNull<()>;

    /// The value.
    ///
    /// # Safety
    /// `raw` came from `into_raw`, and is turned back once.
    unsafe fn from_raw(raw: NonNull<()>) -> Self;
}

/// Its own cache lines: owner and thieves do not disturb each other by writing side by side.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

/// What owner and thieves share.
pub struct Shared<T, const CAPACITY: usize> {
    /// How many tasks have been taken.
    pub(crate) head: Apart<AtomicU32>,
    /// How many tasks have been put in. Written by the owner alone.
    pub(crate) tail: Apart<AtomicU32>,
    /// The task to run next: see `runnext.rs`.
    pub(crate) next: AtomicPtr<()>,
    /// How many tasks the owner has run: a thief sees by it whether the owner is stuck in one.
    pub(crate) turns: AtomicU32,
    pub(crate) places: [AtomicPtr<()>; CAPACITY],
    tasks: PhantomData<fn() -> T>,
}

/// The owner's side of a ring.
pub struct Ring<T: Thin, const CAPACITY: usize = 256>(Stealer<T, CAPACITY>);

/// A thief's side of a ring.
pub type Stealer<T, const CAPACITY: usize = 256> = Arc<Shared<T, CAPACITY>>;

impl<T: Thin, const CAPACITY: usize> Deref for Ring<T, CAPACITY> {
    type Target = Shared<T, CAPACITY>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: Thin, const CAPACITY: usize> Shared<T, CAPACITY> {
    /// How many tasks are between `head` and `tail`. The other side may make it another number at any time.
    pub fn len(&self) -> usize {
        // Acquire: whoever hears that the ring was empty, or full, sees what led to it.
        let head = self.head.0.load(Acquire);
        self.tail.0.load(Acquire).wrapping_sub(head) as usize
    }

    /// Whether it holds no task.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of the task with this number.
    pub(crate) fn place(&self, number: u32) -> &AtomicPtr<()> {
        &self.places[number as usize % CAPACITY]
    }

    /// The task with this number, which the caller has claimed by moving `head` past it.
    fn read(&self, number: u32) -> T {
        // Relaxed: the owner wrote it.
        own(self.place(number).load(Relaxed)).expect("the place that is read holds a task")
    }

    /// Moves `head` from `start` past so many tasks: then they are the caller's. False if another came first.
    pub(crate) fn claim(&self, start: u32, count: u32) -> bool {
        todo!("move `head` by one compare-exchange, and say whether that succeeded")
    }
}

/// The task that a place or a slot held. The caller has taken it out.
pub(crate) fn own<T: Thin>(raw: *mut ()) -> Option<T> {
    // SAFETY: places and slots hold what `into_raw` gave, and whoever took it out owns it.
    NonNull::new(raw).map(|raw| unsafe { T::from_raw(raw) })
}

impl<T: Thin, const CAPACITY: usize> Ring<T, CAPACITY> {
    /// An empty ring. Its capacity is a power of two, so that the places go on in order when the counters wrap around.
    pub fn new() -> Self {
        Self::at(0)
    }

    /// An empty ring whose next task has this number: for tests in which the counters wrap around.
    pub fn at(number: u32) -> Self {
        const { assert!(CAPACITY.is_power_of_two() && CAPACITY >= 2) };
        Ring(Arc::new(Shared {
            head: Apart(AtomicU32::new(number)),
            tail: Apart(AtomicU32::new(number)),
            next: AtomicPtr::default(),
            turns: AtomicU32::default(),
            places: array::from_fn(|_| AtomicPtr::default()),
            tasks: PhantomData,
        }))
    }

    /// Another thief's side.
    pub fn stealer(&self) -> Stealer<T, CAPACITY> {
        Arc::clone(&self.0)
    }

    /// How many tasks fit; thieves may make it more at any time.
    pub fn room(&self) -> usize {
        CAPACITY - self.len()
    }

    /// Puts tasks at the end, which must fit.
    pub fn extend(&mut self, tasks: impl IntoIterator<Item = T>) {
        todo!("write the places, and then move `tail` behind them")
    }

    /// Puts a task at the end. If the ring is full, the older half of it and the task go to the global queue.
    pub fn push(&mut self, task: T, global: &Global<T>) {
        todo!("at the end; a full ring gives its older half and the task to the global queue")
    }

    /// The oldest task.
    pub fn pop(&mut self) -> Option<T> {
        todo!("take the oldest task by moving `head`; if a thief was faster, look again")
    }
}

impl<T: Thin, const CAPACITY: usize> Drop for Ring<T, CAPACITY> {
    fn drop(&mut self) {
        let end = self.tail.0.load(Relaxed);
        // AcqRel, twice: as in `claim` and in `runnext.rs`. Thieves may still be there.
        let start = self.head.0.swap(end, AcqRel);
        let places = (0..end.wrapping_sub(start)).map(|i| self.place(start.wrapping_add(i)));
        for place in places.chain([&self.next]) {
            drop(own::<T>(place.swap(ptr::null_mut(), AcqRel)));
        }
    }
}
