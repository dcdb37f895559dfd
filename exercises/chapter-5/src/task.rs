//! A task: the future, its state, its result and the joiner's waker in one allocation, behind one thin pointer.
//!
//! Chapter 4 used `Arc` and `std::task::Wake`: an allocation for the task and one for its result, and a pointer of two
//! words. Here the allocation has a [`Header`] that is the same for every task. It knows the whole allocation as a trait
//! object, so a pointer to the header is enough to run, wake and free any task.
//!
//! Invariants:
//! - a [`Task`] is the right and the duty to run a held task: there is at most one for each task;
//! - only the holder of that right touches the future; only the last reference frees the allocation;
//! - a `Task` that is dropped instead of run is cancelled: its future is dropped, and its joiner hears of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, RawWaker, RawWakerVTable, Waker};
use std::{marker::PhantomData, mem::ManuallyDrop, pin::Pin, ptr::NonNull};

use interleave::cell::UnsafeCell;

use crate::{JoinError, registry::*, ring::Thin, state::*};

/// What `go` takes: a future that may go to another thread, and whose result may.
pub trait Goroutine: Future<Output: Send + 'static> + Send + 'static {}
impl<F: Future<Output: Send + 'static> + Send + 'static> Goroutine for F {}

/// Where a task goes when it is woken, and where it is listed.
pub trait Scheduler: Send + Sync + 'static {
    /// Takes a task that was idle and has been woken, on any thread.
    fn schedule(&self, task: Task);
    /// The list of tasks that have waited.
    fn registry(&self) -> &Registry;
}

/// The part of a task that does not depend on its future's type.
pub struct Header {
    state: State,
    /// The whole allocation, with this header in it.
    cell: NonNull<dyn Body>,
    /// Where the task is listed, if it has ever waited.
    pub(crate) place: Place,
    /// Belongs to the joiner until it is handed over: see `State::leave_waker`.
    joiner: UnsafeCell<Option<Waker>>,
}

/// The whole allocation: the header, the scheduler, and the future or its result.
struct Cell<F: Future, S> {
    header: Header,
    home: S,
    stage: UnsafeCell<Stage<F>>,
}

enum Stage<F: Future> {
    Future(F),
    Result(Option<Result<F::Output, JoinError>>),
}

/// What knows the future's type.
trait Body {
    fn registry(&self) -> &Registry;
    /// For whoever has the task.
    fn schedule(&self, task: Task);
    /// Polls the future, or cancels it without a context. True if there is a result now. For whoever has the task.
    unsafe fn poll(&self, context: Option<&mut Context<'_>>) -> bool;
    /// Moves the result to this place, an `Option` of it. For the handle of a task that is done.
    unsafe fn take(&self, place: NonNull<()>);
}

/// A held task: run it, or drop it to cancel it.
#[derive(Debug)]
#[must_use = "a task that is dropped is cancelled"]
pub struct Task(NonNull<Header>);

// SAFETY: `Task::new` asks for futures and results that are `Send`; the state word orders the accesses of threads.
unsafe impl Send for Task {}

// SAFETY: `into_raw` and `from_raw` carry the same pointer.
unsafe impl Thin for Task {
    fn into_raw(self) -> NonNull<()> {
        ManuallyDrop::new(self).0.cast()
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        Task(raw.cast())
    }
}

impl Task {
    /// A new task, and the handle for its result.
    pub fn new<F: Goroutine, S: Scheduler>(future: F, home: S) -> (Task, JoinHandle<F::Output>) {
        let header = Header {
            state: State::new(),
            // Nobody asks it before it is known.
            cell: NonNull::<Cell<F, S>>::dangling(),
            place: Place::default(),
            joiner: UnsafeCell::new(None),
        };
        let stage = UnsafeCell::new(Stage::Future(future));
        let cell = Box::into_raw(Box::new(Cell {
            header,
            home,
            stage,
        }));
        // SAFETY: the box was just made, and nobody else knows it.
        let header = unsafe {
            (*cell).header.cell = NonNull::new_unchecked(cell);
            NonNull::new_unchecked(&raw mut (*cell).header)
        };
        (Task(header), JoinHandle(Reference(header), PhantomData))
    }

    /// Wakes an idle task for the caller. None if it was not idle.
    ///
    /// # Safety
    /// The task lives.
    pub(crate) unsafe fn claim(header: NonNull<Header>) -> Option<Task> {
        // SAFETY: by this function's contract. Lazily: a `Task` that is not ours must not even be dropped.
        let header_ref = unsafe { header.as_ref() };
        header_ref.state.wake().then(|| Task(header))
    }

    /// Polls the task once; if it is not done by that, it is listed in this shard of the registry. Returns it if it was woken
    /// during its poll: put it at the end of a queue, for others come first.
    #[must_use]
    pub fn run(self, shard: usize) -> Option<Task> {
        let raw = ManuallyDrop::new(self).0;
        // SAFETY: the scheduler's own reference keeps the task until it is done, or idle and taken by another. The `Task` was
        // the right to poll, and `complete` uses it up. The waker borrows the scheduler's reference; a clone takes its own.
        unsafe {
            let (header, cell) = (raw.as_ref(), raw.as_ref().cell.as_ref());
            let waker = ManuallyDrop::new(Waker::from_raw(raw_waker(raw)));
            header.state.begin();
            if cell.poll(Some(&mut Context::from_waker(&waker))) {
                complete(raw);
                return None;
            }
            if !header.place.is_listed() {
                cell.registry().insert(shard, header);
            }
            // If it is idle, it may be woken, run elsewhere and freed from here on.
            header.state.pause().then(|| Task(raw))
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // SAFETY: the `Task` was the right to cancel it, and `complete` uses it up.
        unsafe {
            self.0.as_ref().cell.as_ref().poll(None);
            complete(self.0);
        }
    }
}

/// There is a result: strikes the task off, and tells the joiner.
///
/// # Safety
/// The caller has the task, and gives it up.
unsafe fn complete(raw: NonNull<Header>) {
    // SAFETY: the scheduler's own reference keeps the task until `finish`, and a waiting joiner's after that.
    unsafe {
        let header = raw.as_ref();
        if header.place.is_listed() {
            header.cell.as_ref().registry().remove(header);
        }
        match header.state.finish() {
            Joiner::Silent => {}
            Joiner::Gone => free(raw),
            Joiner::Waiting => {
                let _last = Reference(raw);
                let waker = header.joiner.with_mut(|joiner| (*joiner).take());
                waker.expect("a waiting joiner has left its waker").wake();
            }
        }
    }
}

/// # Safety
/// The caller has given up the last reference.
unsafe fn free(header: NonNull<Header>) {
    // SAFETY: `Task::new` made the box, and nobody else has a reference.
    let cell = unsafe { Box::from_raw(header.as_ref().cell.as_ptr()) };
    // The panic of a result that nobody wants reaches nobody.
    drop(catch_unwind(AssertUnwindSafe(|| drop(cell))));
}

impl<F: Future, S: Scheduler> Body for Cell<F, S> {
    fn registry(&self) -> &Registry {
        self.home.registry()
    }

    fn schedule(&self, task: Task) {
        self.home.schedule(task);
    }

    unsafe fn poll(&self, context: Option<&mut Context<'_>>) -> bool {
        self.stage.with_mut(|stage| {
            let poll = AssertUnwindSafe(|| match (unsafe { &mut *stage }, context) {
                (_, None) => Poll::Ready(Err(JoinError::Cancelled)),
                // SAFETY: the future stays where it is until it is dropped.
                (Stage::Future(future), Some(context)) => {
                    unsafe { Pin::new_unchecked(future) }.poll(context).map(Ok)
                }
                _ => unreachable!("a held task has a future"),
            });
            let result = match catch_unwind(poll) {
                Ok(Poll::Pending) => return false,
                Ok(Poll::Ready(result)) => result,
                Err(payload) => Err(JoinError::Panicked(payload)),
            };
            // SAFETY: only the holder of the task touches the future. It is dropped where it stands, for it may be pinned, and
            // what was there is dropped even if that panics: then the panic is the result.
            let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { stage.drop_in_place() }));
            let result = dropped.map_err(JoinError::Panicked).and(result);
            unsafe { stage.write(Stage::Result(Some(result))) };
            true
        })
    }

    unsafe fn take(&self, place: NonNull<()>) {
        // SAFETY: the task is done and the caller its only `JoinHandle`: the result is the caller's, and the place is for it.
        self.stage.with_mut(|stage| unsafe {
            if let Stage::Result(result) = &mut *stage {
                *place.cast().as_mut() = result.take();
            }
        });
    }
}

/// A counted reference, which keeps the task's memory.
struct Reference(NonNull<Header>);

// SAFETY: all that threads do to a task is ordered by its state word.
unsafe impl Send for Reference {}
// SAFETY: as above.
unsafe impl Sync for Reference {}

impl Drop for Reference {
    fn drop(&mut self) {
        // SAFETY: the reference keeps the task until it is given up; after the last one, nobody else has any.
        unsafe {
            if self.0.as_ref().state.drop_reference() {
                free(self.0);
            }
        }
    }
}

/// A waker is the same thin pointer, with these four functions.
static WAKER: RawWakerVTable = RawWakerVTable::new(clone, wake::<1>, wake::<0>, drop_waker);

fn raw_waker(header: NonNull<Header>) -> RawWaker {
    RawWaker::new(header.as_ptr().cast(), &WAKER)
}

/// # Safety
/// As `RawWakerVTable` says, here and below: `waker` came from `raw_waker`, and has a reference to the task.
unsafe fn reference(waker: *const ()) -> ManuallyDrop<Reference> {
    // SAFETY: it was made from a `NonNull`.
    let raw = unsafe { NonNull::new_unchecked(waker.cast_mut().cast()) };
    ManuallyDrop::new(Reference(raw))
}

unsafe fn clone(waker: *const ()) -> RawWaker {
    // SAFETY: the waker's reference keeps the task.
    unsafe { reference(waker).0.as_ref() }.state.add_reference();
    RawWaker::new(waker, &WAKER)
}

/// Wakes the task, and gives up so many references, 0 or 1, with it.
unsafe fn wake<const REFERENCES: usize>(waker: *const ()) {
    // SAFETY: the waker's reference keeps the task until it is given up. If the task was idle, this thread has it then, and it
    // lives until it is scheduled.
    unsafe {
        let raw = reference(waker).0;
        let header = raw.as_ref();
        match header.state.wake_and_leave(REFERENCES) {
            (true, _) => header.cell.as_ref().schedule(Task(raw)),
            (_, true) => free(raw),
            _ => {}
        }
    }
}

unsafe fn drop_waker(waker: *const ()) {
    // SAFETY: the waker's reference is given up.
    drop(ManuallyDrop::into_inner(unsafe { reference(waker) }));
}

/// Waits for a task's result. Dropping the handle lets the task go on alone.
#[must_use = "a result that nobody wants needs no handle: drop it"]
pub struct JoinHandle<T>(Reference, PhantomData<fn() -> T>);

impl<T> JoinHandle<T> {
    fn header(&self) -> &Header {
        // SAFETY: the handle has a reference.
        unsafe { self.0.0.as_ref() }
    }

    /// Whether the task has a result: a value, a panic, or its cancellation.
    pub fn is_finished(&self) -> bool {
        self.header().state.is_done()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let header = self.header();
        header.state.take_waker_back();
        if !header.state.is_done() {
            let waker = Some(context.waker().clone());
            // SAFETY: the slot belongs to the joiner until `leave_waker`.
            header.joiner.with_mut(|joiner| unsafe { *joiner = waker });
            if !header.state.leave_waker() {
                return Poll::Pending;
            }
        }
        let mut result: Option<Self::Output> = None;
        let place = NonNull::from(&mut result).cast();
        // SAFETY: the task is done, and this is a place for what this handle's task returns.
        unsafe { header.cell.as_ref().take(place) };
        Poll::Ready(result.expect("a handle is not polled again after it was ready"))
    }
}
