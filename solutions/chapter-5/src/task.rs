//! A task: the future, its state, its result and the joiner's waker in one allocation, behind one thin pointer.
//!
//! As in chapter 4, a task is an `Arc`, and `std::task::Wake` makes its waker. But one allocation holds all of it: a
//! [`JoinHandle`] is an `Arc` of the same task. And the pointer in a queue has one word instead of two: what it points to
//! begins with the function that runs the task.
//!
//! Invariants:
//! - a [`Task`] is the right and the duty to run a held task: there is at most one for each task;
//! - only the holder of that right touches the future;
//! - a `Task` that is dropped instead of run is cancelled: its future is dropped, and its joiner hears of it.

use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Wake, Waker};
use std::{pin::Pin, ptr::NonNull, sync::Arc};

use interleave::{cell::UnsafeCell, sync::Mutex};

use crate::{JoinError, global::lock, registry::*, ring::Thin, state::State};

/// What `go` takes: a future that may go to another thread, and whose result may.
pub trait Goroutine: Future<Output: Send + 'static> + Send + 'static {}
impl<F: Future<Output: Send + 'static> + Send + 'static> Goroutine for F {}

/// Where a task goes when it is woken, and where it is listed.
pub trait Scheduler: Clone + Send + Sync + 'static {
    /// Takes a task that was idle and has been woken, on any thread.
    fn schedule(&self, task: Task);
    /// The list of tasks that have waited.
    fn registry(&self) -> &Registry;
}

// ANCHOR: cell
/// The whole allocation.
#[repr(C)]
struct Cell<F: Goroutine, S> {
    /// In front: whoever has a thin pointer to this cell does not know its type.
    run: Run,
    /// Near the front: of a million tasks, the one that ends is not in the cache, and its front comes first.
    end: Mutex<End<F::Output>>,
    state: State,
    /// Where it is listed. Belongs, as the future does, to whoever has the task.
    place: std::cell::Cell<Option<Place>>,
    home: S,
    /// None once the task is done.
    future: UnsafeCell<Option<F>>,
}

/// Polls the task, or cancels it if there is no shard to list it in. The caller gives up the `Task` of this pointer.
type Run = unsafe fn(NonNull<()>, shard: Option<usize>) -> Option<Task>;

/// What a handle waits for.
enum End<T> {
    /// It is still to come. The joiner's waker, once the handle was polled.
    Awaited(Option<Waker>),
    /// It is there. None once the handle has taken it.
    Result(Option<Result<T, JoinError>>),
}

// SAFETY: the state word orders the accesses to `future` and `place`, and all that is in them is `Send`.
unsafe impl<F: Goroutine, S: Scheduler> Sync for Cell<F, S> {}
// ANCHOR_END: cell

/// A held task: run it, or drop it to cancel it.
#[must_use = "a task that is dropped is cancelled"]
pub struct Task(NonNull<()>);

// SAFETY: it is an `Arc` of a cell, which is `Send` and `Sync`.
unsafe impl Send for Task {}

// SAFETY: `into_raw` and `from_raw` carry the same pointer.
unsafe impl Thin for Task {
    fn into_raw(self) -> NonNull<()> {
        ManuallyDrop::new(self).0
    }

    unsafe fn from_raw(raw: NonNull<()>) -> Self {
        Task(raw)
    }
}

impl Task {
    /// A new task, and the handle for its result.
    pub fn new<F: Goroutine, S: Scheduler>(future: F, home: S) -> (Task, JoinHandle<F::Output>) {
        let cell = Arc::new(Cell {
            run: Cell::<F, S>::run,
            state: State::new(),
            place: Default::default(),
            home,
            future: UnsafeCell::new(Some(future)),
            end: Mutex::new(End::Awaited(None)),
        });
        (Task::of(cell.clone()), JoinHandle(cell))
    }

    /// The task of this cell, which the caller has.
    fn of<F: Goroutine, S>(cell: Arc<Cell<F, S>>) -> Task {
        // SAFETY: an `Arc` points to something.
        Task(unsafe { NonNull::new_unchecked(Arc::into_raw(cell).cast_mut().cast()) })
    }

    /// Polls the task once; if it is not done by that, it is listed in this shard of the registry. Returns it if it was woken
    /// during its poll: put it at the end of a queue, for others come first.
    #[must_use]
    pub fn run(self, shard: usize) -> Option<Task> {
        let raw = ManuallyDrop::new(self).0;
        // SAFETY: a cell begins with its function, and the `Task` is used up.
        unsafe { raw.cast::<Run>().read()(raw, Some(shard)) }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // SAFETY: as in `run`. A task that is cancelled does not come back.
        let _none = unsafe { self.0.cast::<Run>().read()(self.0, None) };
    }
}

/// What `body` returns, or its panic.
fn contain<T>(body: impl FnOnce() -> T) -> Result<T, JoinError> {
    catch_unwind(AssertUnwindSafe(body)).map_err(JoinError::Panicked)
}

impl<F: Goroutine, S: Scheduler> Cell<F, S> {
    // ANCHOR: poll
    /// # Safety
    /// See `Run`.
    unsafe fn run(raw: NonNull<()>, shard: Option<usize>) -> Option<Task> {
        // SAFETY: `Task::of` made the pointer of an `Arc` of this type.
        let this = unsafe { Arc::from_raw(raw.as_ptr().cast::<Self>()) };
        let Some(shard) = shard else {
            this.complete(Err(JoinError::Cancelled));
            return None;
        };
        // SAFETY: the waker borrows the reference of `this`. A clone has its own.
        let waker = unsafe { ManuallyDrop::new(Waker::from(Arc::from_raw(Arc::as_ptr(&this)))) };
        this.state.begin();
        match contain(|| this.poll_future(&mut Context::from_waker(&waker))) {
            Ok(Poll::Pending) => {
                if this.place.get().is_none() {
                    let place = this.home.registry().insert(shard, Waker::clone(&waker));
                    this.place.set(Some(place));
                }
                return this.state.pause().then(|| Task::of(this));
            }
            Ok(Poll::Ready(value)) => this.complete(Ok(value)),
            Err(panic) => this.complete(Err(panic)),
        }
        None
    }
    // ANCHOR_END: poll

    /// For whoever has the task.
    fn poll_future(&self, context: &mut Context<'_>) -> Poll<F::Output> {
        self.future.with_mut(|future| {
            // SAFETY: only the caller touches the future, and it stays where it is until it is dropped.
            let future = unsafe { Pin::new_unchecked(&mut *future) }.as_pin_mut();
            future.expect("a held task has a future").poll(context)
        })
    }

    // ANCHOR: complete
    /// There is a result: the future is dropped, the task is struck off, and the joiner is told. For whoever has the task.
    fn complete(self: Arc<Self>, result: Result<F::Output, JoinError>) {
        // SAFETY: only the caller touches the future. It is dropped where it stands, for it is pinned. If that panics, the panic
        // is the result.
        let dropped = contain(|| self.future.with_mut(|future| unsafe { *future = None }));
        let result = End::Result(Some(dropped.and(result)));
        if let Some(place) = self.place.get() {
            self.home.registry().remove(place);
        }
        // The only reference: nobody will ever ask, and no lock is needed to find out.
        if Arc::strong_count(&self) == 1 {
            return drop(contain(|| drop(result)));
        }
        let before = mem::replace(&mut *lock(&self.end), result);
        if let End::Awaited(Some(joiner)) = before {
            joiner.wake();
        }
    }
    // ANCHOR_END: complete
}

// ANCHOR: waker
impl<F: Goroutine, S: Scheduler> Wake for Cell<F, S> {
    fn wake(self: Arc<Self>) {
        if self.state.wake() {
            // A clone: the task may be done and gone before `schedule` is.
            self.home.clone().schedule(Task::of(self));
        }
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.wake() {
            self.home.schedule(Task::of(self.clone()));
        }
    }
}
// ANCHOR_END: waker

impl<F: Goroutine, S> Drop for Cell<F, S> {
    fn drop(&mut self) {
        // The panic of a result that nobody wants reaches nobody.
        if let Ok(End::Result(result)) = self.end.get_mut() {
            drop(contain(|| drop(result.take())));
        }
    }
}

/// A task with a result of this type, whatever its future is.
trait Ends<T>: Send + Sync {
    fn end(&self) -> &Mutex<End<T>>;
}

impl<F: Goroutine, S: Scheduler> Ends<F::Output> for Cell<F, S> {
    fn end(&self) -> &Mutex<End<F::Output>> {
        &self.end
    }
}

/// Waits for a task's result. Dropping the handle lets the task go on alone.
#[must_use = "a result that nobody wants needs no handle: drop it"]
pub struct JoinHandle<T>(Arc<dyn Ends<T>>);

impl<T> JoinHandle<T> {
    /// Whether the task has a result: a value, a panic, or its cancellation.
    pub fn is_finished(&self) -> bool {
        !matches!(*lock(self.0.end()), End::Awaited(_))
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = match &mut *lock(self.0.end()) {
            End::Result(result) => result.take(),
            End::Awaited(joiner) => {
                *joiner = Some(context.waker().clone());
                return Poll::Pending;
            }
        };
        Poll::Ready(result.expect("a handle is not polled again after it was ready"))
    }
}
