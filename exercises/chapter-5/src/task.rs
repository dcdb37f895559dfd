//! A task: the future, its state, its result and the joiner's waker in one allocation, behind one thin pointer.
//!
//! Chapter 4 used `Arc` and `std::task::Wake`: an allocation for the task and one for its result, and a pointer of two
//! words. Here the allocation begins with a [`Header`] that is the same for every task. It names the functions that know
//! the future's type, so a pointer to the header is enough to run, wake and free any task.
//!
//! Invariants:
//! - a [`Task`] is the right and the duty to run a queued task: there is at most one for each task;
//! - only the holder of that right touches the future; only the last reference frees the allocation;
//! - a `Task` that is dropped instead of run is cancelled: its future is dropped, and its joiner hears of it.

use std::{
    future::Future,
    marker::PhantomData,
    mem::{self, ManuallyDrop},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    ptr::NonNull,
    task::{Context, Poll, RawWaker, RawWakerVTable, Waker},
};

use interleave::cell::UnsafeCell;

use crate::{
    JoinError,
    registry::{Key, Registry},
    ring::Thin,
    state::{Joiner, State},
};

/// Where a task goes when it is woken, and where it is listed.
pub trait Scheduler: Send + Sync + 'static {
    /// Takes a task that was idle and has been woken, on any thread.
    fn schedule(&self, task: Task);
    /// The list of tasks that have waited.
    fn registry(&self) -> &Registry;
}

/// The part of a task that does not depend on its future's type. It stands first in the allocation.
pub struct Header {
    state: State,
    vtable: &'static Vtable,
    /// Where the task is listed, if it has ever waited. Belongs to the holder of the `Task`.
    key: UnsafeCell<Option<Key>>,
    /// Belongs to the joiner until it is handed over: see `State::leave_waker`.
    joiner: UnsafeCell<Option<Waker>>,
    /// Its number in a trace.
    id: u64,
}

/// The functions that know the future's type.
struct Vtable {
    poll: unsafe fn(NonNull<Header>, shard: usize) -> Turn,
    cancel: unsafe fn(NonNull<Header>),
    schedule: unsafe fn(NonNull<Header>),
    take: unsafe fn(NonNull<Header>, result: NonNull<()>),
    drop_result: unsafe fn(NonNull<Header>),
    free: unsafe fn(NonNull<Header>),
}

/// The whole allocation. `repr(C)`: the header stands first, so a pointer to one is a pointer to the other.
#[repr(C)]
struct Cell<F: Future, S> {
    header: Header,
    scheduler: S,
    stage: UnsafeCell<Stage<F>>,
}

enum Stage<F: Future> {
    Future(F),
    Result(Result<F::Output, JoinError>),
    Empty,
}

/// What became of a task that was run.
#[derive(Debug)]
pub enum Turn {
    /// It waits, or is done.
    Over,
    /// It was woken during its poll. Put it at the end of a queue: others come first.
    Again(Task),
}

/// A queued task: run it, or drop it to cancel it.
#[derive(Debug)]
#[must_use = "a task that is dropped is cancelled"]
pub struct Task(NonNull<Header>);

// SAFETY: `Cell::spawn` asks for futures and results that are `Send`; the state word orders the accesses of threads.
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
    pub fn new<F, S>(future: F, scheduler: S, id: u64) -> (Task, JoinHandle<F::Output>)
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
        S: Scheduler,
    {
        let cell = Box::new(Cell {
            header: Header {
                state: State::new(),
                vtable: &Cell::<F, S>::VTABLE,
                key: UnsafeCell::new(None),
                joiner: UnsafeCell::new(None),
                id,
            },
            scheduler,
            stage: UnsafeCell::new(Stage::Future(future)),
        });
        let header = NonNull::from(Box::leak(cell)).cast();
        let result = PhantomData;
        (Task(header), JoinHandle { header, result })
    }

    /// Wakes an idle task for the caller. None if it was not idle.
    ///
    /// # Safety
    /// The caller has a reference to the task, or knows that one lives.
    pub(crate) unsafe fn claim(header: NonNull<Header>) -> Option<Task> {
        // SAFETY: by this function's contract.
        let idle = unsafe { header.as_ref() }.state.wake();
        // Lazily: a `Task` that is not ours must not even be dropped.
        idle.then(|| Task(header))
    }

    /// The task's number in a trace.
    #[must_use]
    pub fn id(&self) -> u64 {
        // SAFETY: whoever has the `Task` keeps a reference.
        unsafe { self.0.as_ref() }.id
    }

    /// Polls the task once. If it has to wait for the first time, it is listed in this shard of the registry.
    pub fn run(self, shard: usize) -> Turn {
        let header = ManuallyDrop::new(self).0;
        // SAFETY: the `Task` was the right to run it, and it is used up.
        unsafe { (header.as_ref().vtable.poll)(header, shard) }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // SAFETY: the `Task` was the right to run it, and it is used up.
        unsafe { (self.0.as_ref().vtable.cancel)(self.0) }
    }
}

impl<F: Future, S: Scheduler> Cell<F, S> {
    const VTABLE: Vtable = Vtable {
        poll: Self::poll,
        cancel: Self::cancel,
        schedule: Self::schedule,
        take: Self::take,
        drop_result: Self::drop_result,
        free: Self::free,
    };

    /// # Safety
    /// The caller was given the queued task, and gives it up.
    unsafe fn poll(header: NonNull<Header>, shard: usize) -> Turn {
        // SAFETY: `new` made the header the first part of a `Cell<F, S>`, and the task's own reference keeps it.
        let cell = unsafe { header.cast::<Self>().as_ref() };
        let state = &cell.header.state;
        state.begin();
        // The waker borrows the task's own reference; a clone takes one of its own.
        // SAFETY: the functions of `WAKER` expect a header.
        let waker = ManuallyDrop::new(unsafe { Waker::from_raw(raw_waker(header)) });
        let mut context = Context::from_waker(&waker);
        let poll = AssertUnwindSafe(|| {
            cell.stage.with_mut(|stage| {
                // SAFETY: only the holder of the `Task` touches the future, and it stays where it is until it is dropped.
                match unsafe { &mut *stage } {
                    Stage::Future(future) => {
                        unsafe { Pin::new_unchecked(future) }.poll(&mut context)
                    }
                    _ => unreachable!("a queued task has a future"),
                }
            })
        });
        match catch_unwind(poll) {
            Ok(Poll::Ready(value)) => unsafe { Self::complete(header, Ok(value)) },
            Err(payload) => unsafe { Self::complete(header, Err(JoinError::Panicked(payload))) },
            Ok(Poll::Pending) => {
                if !state.is_woken() {
                    // SAFETY: the key belongs to the holder of the `Task`, and that is the caller until `pause`.
                    cell.header.key.with_mut(|key| unsafe {
                        (*key)
                            .get_or_insert_with(|| cell.scheduler.registry().insert(shard, header));
                    });
                }
                if state.pause() {
                    return Turn::Again(Task(header));
                }
                // Idle: from here on it may be woken, run elsewhere and freed.
            }
        }
        Turn::Over
    }

    /// # Safety
    /// As for `poll`.
    unsafe fn cancel(header: NonNull<Header>) {
        // SAFETY: as in `poll`.
        let cell = unsafe { header.cast::<Self>().as_ref() };
        cell.header.state.begin();
        unsafe { Self::complete(header, Err(JoinError::Cancelled)) };
    }

    /// Drops the future, stores the result, and tells the joiner.
    ///
    /// # Safety
    /// The task is running, and the caller runs it.
    unsafe fn complete(header: NonNull<Header>, result: Result<F::Output, JoinError>) {
        // SAFETY: as in `poll`.
        let cell = unsafe { header.cast::<Self>().as_ref() };
        // A future may panic when it is dropped: then that is the result.
        let result = match cell.replace(Stage::Empty) {
            Ok(()) => result,
            Err(payload) => Err(JoinError::Panicked(payload)),
        };
        drop(cell.replace(Stage::Result(result)));
        // SAFETY: the key belongs to the caller.
        if let Some(key) = cell.header.key.with_mut(|key| unsafe { (*key).take() }) {
            cell.scheduler.registry().remove(key);
        }
        match cell.header.state.finish() {
            Joiner::Silent => {}
            // The panic of a result that nobody wants reaches nobody.
            Joiner::Gone => drop(cell.replace(Stage::Empty)),
            Joiner::Waiting => {
                // SAFETY: `finish` handed the slot over.
                let waker = cell
                    .header
                    .joiner
                    .with_mut(|joiner| unsafe { (*joiner).take() });
                waker.expect("a waiting joiner has left its waker").wake();
            }
        }
        // SAFETY: the task's own reference, which the caller had.
        unsafe { release(header) };
    }

    /// Drops future or result where it stands, for it may be pinned, and puts `next` there.
    fn replace(&self, next: Stage<F>) -> std::thread::Result<()> {
        self.stage.with_mut(|stage| {
            // SAFETY: the caller has the future or the result to itself.
            let dropped = catch_unwind(AssertUnwindSafe(|| unsafe { stage.drop_in_place() }));
            // SAFETY: as above; what was there is dropped, even if it panicked.
            unsafe { stage.write(next) };
            dropped
        })
    }

    unsafe fn schedule(header: NonNull<Header>) {
        // SAFETY: the caller has turned the task from idle to queued, so it lives.
        let cell = unsafe { header.cast::<Self>().as_ref() };
        cell.scheduler.schedule(Task(header));
    }

    unsafe fn take(header: NonNull<Header>, result: NonNull<()>) {
        // SAFETY: the task is done, and the caller is its only `JoinHandle`: the result is the caller's.
        let cell = unsafe { header.cast::<Self>().as_ref() };
        let stage = cell
            .stage
            .with_mut(|stage| unsafe { mem::replace(&mut *stage, Stage::Empty) });
        if let Stage::Result(value) = stage {
            // SAFETY: the caller is a `JoinHandle<F::Output>`, and passes a place for it.
            unsafe { *result.cast().as_mut() = Some(value) };
        }
    }

    unsafe fn drop_result(header: NonNull<Header>) {
        // SAFETY: as in `take`.
        let cell = unsafe { header.cast::<Self>().as_ref() };
        // The panic of a result that nobody wanted reaches nobody.
        drop(cell.replace(Stage::Empty));
    }

    unsafe fn free(header: NonNull<Header>) {
        // SAFETY: `new` leaked this box, and the caller dropped the last reference.
        drop(unsafe { Box::from_raw(header.cast::<Self>().as_ptr()) });
    }
}

/// Gives a reference up, and frees the task if it was the last.
///
/// # Safety
/// The caller has a reference, and does not use it again.
unsafe fn release(header: NonNull<Header>) {
    // SAFETY: the caller's reference keeps the task until it is given up; after the last one, nobody else has any.
    unsafe {
        let Header { state, vtable, .. } = header.as_ref();
        let free = vtable.free;
        if state.drop_reference() {
            free(header);
        }
    }
}

fn raw_waker(header: NonNull<Header>) -> RawWaker {
    RawWaker::new(header.as_ptr().cast(), &WAKER)
}

/// A waker is the same thin pointer, with these four functions.
static WAKER: RawWakerVTable = RawWakerVTable::new(clone_waker, wake, wake_by_ref, drop_waker);

fn header_of(waker: *const ()) -> NonNull<Header> {
    NonNull::new(waker.cast_mut().cast()).expect("a waker is made from a task")
}

/// # Safety
/// As `RawWakerVTable` says, here and below: `waker` came from `raw_waker`, and has a reference to the task.
unsafe fn clone_waker(waker: *const ()) -> RawWaker {
    let header = header_of(waker);
    // SAFETY: the waker's reference keeps the task.
    unsafe { header.as_ref() }.state.add_reference();
    raw_waker(header)
}

unsafe fn wake_by_ref(waker: *const ()) {
    let header = header_of(waker);
    // SAFETY: the waker's reference keeps the task.
    let Header { state, vtable, .. } = unsafe { header.as_ref() };
    if state.wake() {
        // SAFETY: the task was idle, and this thread has queued it.
        unsafe { (vtable.schedule)(header) };
    }
}

unsafe fn wake(waker: *const ()) {
    let header = header_of(waker);
    // SAFETY: the waker's reference keeps the task until it is given up. With the wake it is given up at once: then the
    // task is queued, and in no queue yet, so it lives until this thread has scheduled it.
    unsafe {
        let Header { state, vtable, .. } = header.as_ref();
        if state.wake_and_leave() {
            (vtable.schedule)(header);
        } else {
            wake_by_ref(waker);
            drop_waker(waker);
        }
    }
}

unsafe fn drop_waker(waker: *const ()) {
    // SAFETY: the waker's reference is given up.
    unsafe { release(header_of(waker)) };
}

/// Waits for a task's result. Dropping the handle lets the task go on alone.
#[derive(Debug)]
#[must_use = "a result that nobody wants needs no handle: drop it"]
pub struct JoinHandle<T> {
    header: NonNull<Header>,
    result: PhantomData<T>,
}

// SAFETY: the handle gives the result to whoever holds it, so the result must be `Send`; all else is in the state word.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: a shared handle gives no access to anything.
unsafe impl<T: Send> Sync for JoinHandle<T> {}

impl<T> Unpin for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    /// Whether the task has a result: a value, a panic, or its cancellation.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.header().state.is_done()
    }

    fn header(&self) -> &Header {
        // SAFETY: the handle has a reference.
        unsafe { self.header.as_ref() }
    }

    /// Leaves the waker for `complete`. True if the task was done before.
    fn leave_waker(&self, waker: &Waker) -> bool {
        let Header { state, joiner, .. } = self.header();
        if state.is_awaited() && state.take_waker_back() {
            return true;
        }
        // SAFETY: the slot belongs to the joiner until `leave_waker`.
        joiner.with_mut(|joiner| match unsafe { &mut *joiner } {
            Some(left) => left.clone_from(waker),
            none => *none = Some(waker.clone()),
        });
        state.leave_waker()
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.is_finished() && !self.leave_waker(context.waker()) {
            return Poll::Pending;
        }
        let mut result: Option<Self::Output> = None;
        // SAFETY: the task is done, and `result` is a place for what this handle's task returns.
        unsafe { (self.header().vtable.take)(self.header, NonNull::from(&mut result).cast()) };
        Poll::Ready(result.expect("a handle is not polled again after it was ready"))
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let Header { state, vtable, .. } = self.header();
        // SAFETY: a done task's result is the handle's to drop; then its reference is given up.
        unsafe {
            // Once it is done, `complete` has seen the handle.
            if state.is_done() || state.drop_handle() {
                (vtable.drop_result)(self.header);
            }
            release(self.header);
        }
    }
}
