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

use std::{array, fmt, marker::PhantomData, ptr, ptr::NonNull, sync::Arc};

use interleave::sync::atomic::{
    AtomicPtr, AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

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

// SAFETY: `Box` keeps this very promise.
unsafe impl<T: Send> Thin for Box<T> {
    fn into_raw(self) -> NonNull<()> {
        NonNull::from(Box::leak(self)).cast()
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        // SAFETY: by this function's contract.
        unsafe { Box::from_raw(raw.cast().as_ptr()) }
    }
}

/// Its own cache lines: owner and thieves do not disturb each other by writing side by side.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Apart<T>(pub(crate) T);

// ANCHOR: ring
/// What owner and thieves share.
pub(crate) struct Shared<const CAPACITY: usize> {
    /// How many tasks have been taken.
    pub(crate) head: Apart<AtomicU32>,
    /// How many tasks have been put in. Written by the owner alone.
    pub(crate) tail: Apart<AtomicU32>,
    /// The task to run next: see `runnext.rs`.
    pub(crate) next: AtomicPtr<()>,
    /// How many tasks the owner has run: a thief sees by it whether the owner is stuck in one.
    pub(crate) turns: AtomicU32,
    pub(crate) places: [AtomicPtr<()>; CAPACITY],
}

/// The owner's side of a ring.
pub struct Ring<T: Thin, const CAPACITY: usize = 256> {
    pub(crate) shared: Arc<Shared<CAPACITY>>,
    tasks: PhantomData<T>,
}

/// A thief's side of a ring.
pub struct Stealer<T: Thin, const CAPACITY: usize = 256> {
    pub(crate) shared: Arc<Shared<CAPACITY>>,
    tasks: PhantomData<fn() -> T>,
}
// ANCHOR_END: ring

impl<const CAPACITY: usize> Shared<CAPACITY> {
    /// The place of the task with this number.
    pub(crate) fn place(&self, number: u32) -> &AtomicPtr<()> {
        &self.places[number as usize % CAPACITY]
    }

    /// How many tasks are between `head` and `tail`.
    pub(crate) fn len(&self) -> usize {
        // Acquire: whoever hears that the ring was empty, or full, sees what led to it.
        let head = self.head.0.load(Acquire);
        self.tail.0.load(Acquire).wrapping_sub(head) as usize
    }
}

impl<T: Thin, const CAPACITY: usize> Default for Ring<T, CAPACITY> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Thin, const CAPACITY: usize> Ring<T, CAPACITY> {
    /// An empty ring. Its capacity is a power of two, so that the places go on in order when the counters wrap around.
    #[must_use]
    pub fn new() -> Self {
        const { assert!(CAPACITY.is_power_of_two() && CAPACITY >= 2) };
        let shared = Shared {
            head: Apart(AtomicU32::new(0)),
            tail: Apart(AtomicU32::new(0)),
            next: AtomicPtr::new(ptr::null_mut()),
            turns: AtomicU32::new(0),
            places: array::from_fn(|_| AtomicPtr::new(ptr::null_mut())),
        };
        Ring {
            shared: Arc::new(shared),
            tasks: PhantomData,
        }
    }

    /// Another thief's side.
    #[must_use]
    pub fn stealer(&self) -> Stealer<T, CAPACITY> {
        Stealer {
            shared: Arc::clone(&self.shared),
            tasks: PhantomData,
        }
    }

    /// How many tasks it holds; thieves may make it fewer at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether it holds no task.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many tasks fit; thieves may make it more at any time.
    #[must_use]
    pub fn room(&self) -> usize {
        CAPACITY - self.len()
    }

    /// Puts a task at the end. If the ring is full, the older half of it and the task go to the global queue.
    // ANCHOR: push_whole
    pub fn push(&mut self, task: T, global: &Global<T>) {
        // ANCHOR: push todo: write the task's place and then move `tail`; if there is no place, overflow
        let Shared { head, tail, .. } = &*self.shared;
        let mut task = task;
        // Relaxed: only the owner writes `tail`.
        let end = tail.0.load(Relaxed);
        loop {
            // Acquire: pairs with the Release of a thief that moved `head`: it has read the places behind it.
            let start = head.0.load(Acquire);
            if (end.wrapping_sub(start) as usize) < CAPACITY {
                // Relaxed: published by `tail`.
                self.shared
                    .place(end)
                    .store(task.into_raw().as_ptr(), Relaxed);
                // Release: pairs with the Acquire of a thief: whoever sees the new `tail` sees the place.
                tail.0.store(end.wrapping_add(1), Release);
                return;
            }
            match self.overflow(start, task, global) {
                Ok(()) => return,
                // Thieves were there meanwhile, so there is room.
                Err(back) => task = back,
            }
        }
        // ANCHOR_END: push
    }
    // ANCHOR_END: push_whole

    /// Moves the older half of the full ring, and then `task`, to the global queue.
    ///
    /// # Errors
    /// With the task, if a thief came first: then nothing was moved, and there is room.
    // ANCHOR: overflow_whole
    fn overflow(&self, start: u32, task: T, global: &Global<T>) -> Result<(), T> {
        // ANCHOR: overflow todo: claim the older half by one compare-exchange on `head`, and push it with the task under one lock
        let half = CAPACITY as u32 / 2;
        let claimed =
            self.shared
                .head
                .0
                .compare_exchange(start, start.wrapping_add(half), AcqRel, Relaxed);
        // AcqRel: as in `pop`. Relaxed on failure: `push` looks again.
        if claimed.is_err() {
            return Err(task);
        }
        // The places still stand as they are: only the owner writes them, and that is the caller.
        let older = (0..half).map(|i| self.read(start.wrapping_add(i)));
        global.extend(older.chain([task]));
        Ok(())
        // ANCHOR_END: overflow
    }
    // ANCHOR_END: overflow_whole

    /// Puts tasks at the end, which must fit.
    pub fn extend(&mut self, tasks: impl IntoIterator<Item = T>) {
        let tail = &self.shared.tail.0;
        // Relaxed: only the owner writes `tail`.
        let mut end = tail.load(Relaxed);
        for task in tasks {
            debug_assert!(self.room() > 0);
            // Relaxed: published by `tail`.
            self.shared
                .place(end)
                .store(task.into_raw().as_ptr(), Relaxed);
            end = end.wrapping_add(1);
        }
        // Release: as in `push`.
        tail.store(end, Release);
    }

    /// The oldest task.
    // ANCHOR: pop_whole
    pub fn pop(&mut self) -> Option<T> {
        // ANCHOR: pop todo: take the oldest task by moving `head`; if a thief was faster, look again
        let Shared { head, tail, .. } = &*self.shared;
        // Relaxed: only the owner writes `tail`.
        let end = tail.0.load(Relaxed);
        // Relaxed: the owner wrote the places itself. The exchange decides whether the value is still true.
        let mut start = head.0.load(Relaxed);
        while start != end {
            // AcqRel: nobody takes twice; and the owner may write the place again, which it sees itself.
            match head
                .0
                .compare_exchange_weak(start, start.wrapping_add(1), AcqRel, Relaxed)
            {
                Ok(_) => return Some(self.read(start)),
                Err(moved) => start = moved,
            }
        }
        None
        // ANCHOR_END: pop
    }
    // ANCHOR_END: pop_whole

    /// The task with this number, which the caller has claimed by moving `head` past it.
    fn read(&self, number: u32) -> T {
        // Relaxed: the owner wrote it.
        let raw = self.shared.place(number).load(Relaxed);
        // SAFETY: whoever moved `head` past a task owns it, and places hold what `into_raw` gave.
        unsafe { T::from_raw(NonNull::new(raw).expect("a claimed place holds a task")) }
    }
}

impl<T: Thin, const CAPACITY: usize> Drop for Ring<T, CAPACITY> {
    fn drop(&mut self) {
        let Shared {
            head, tail, next, ..
        } = &*self.shared;
        let end = tail.0.load(Relaxed);
        // AcqRel, twice: as in `pop` and in `runnext.rs`. Thieves may still be there.
        let claim = head.0.fetch_update(AcqRel, Relaxed, |_| Some(end));
        let mut start = claim.unwrap_or(end);
        while start != end {
            drop(self.read(start));
            start = start.wrapping_add(1);
        }
        if let Some(next) = NonNull::new(next.swap(ptr::null_mut(), AcqRel)) {
            // SAFETY: the slot holds what `into_raw` gave, and the exchange took it out.
            drop(unsafe { T::from_raw(next) });
        }
    }
}

impl<T: Thin, const CAPACITY: usize> Clone for Stealer<T, CAPACITY> {
    fn clone(&self) -> Self {
        Stealer {
            shared: Arc::clone(&self.shared),
            tasks: PhantomData,
        }
    }
}

impl<T: Thin, const CAPACITY: usize> fmt::Debug for Ring<T, CAPACITY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl<T: Thin, const CAPACITY: usize> fmt::Debug for Stealer<T, CAPACITY> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stealer")
            .field("len", &self.shared.len())
            .finish_non_exhaustive()
    }
}
