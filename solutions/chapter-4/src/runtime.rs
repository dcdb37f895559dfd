//! The runtime: a run queue, the loop that takes tasks from it, and `go`.
//!
//! The thread that calls [`Runtime::run`] executes everything. It owns each goroutine, polls the one at the front of the
//! queue, and does what the poll says: done, once more, or wait. A waker knows only the task's state and its key. To
//! wake is to change the state, and whoever turns idle into queued puts the key on the queue. On the runtime's own
//! thread that is a push; another thread leaves the key in the inbox.
//!
//! Invariants:
//! - a goroutine is polled by the runtime's thread alone, never after it is ready, and dropped exactly once;
//! - a key is on the queue or in the inbox exactly while its task is queued;
//! - the thread looks at the queue, the inbox and the timers before it parks;
//! - an outcome is kept before whoever joins is woken.

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::Future,
    mem,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Wake, Waker},
};

use interleave::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use crate::{
    inbox::Inbox,
    join::{JoinError, Stalled},
    sleep,
    state::{Phase, State},
    tasks::{Key, Tasks},
    timers::Timers,
};

/// What everybody may know of a task: wakers, its handle, and the goroutine itself.
struct Task<T> {
    state: State,
    key: Key,
    /// Where to leave the key, for those on other threads. It also tells one run from another.
    inbox: Arc<Inbox>,
    join: Mutex<Join<T>>,
}

/// Between a goroutine and whoever joins it.
enum Join<T> {
    /// In progress, with the waker of the latest poll of the handle.
    Open(Option<Waker>),
    /// It has ended like this.
    Closed(Result<T, JoinError>),
    /// The handle has the outcome.
    Taken,
}

// ANCHOR: task_wake_whole
impl<T: Send + 'static> Wake for Task<T> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // ANCHOR: task_wake todo: change the state, and `enqueue` the key if that is up to you
        if self.state.wake() {
            enqueue(&self.inbox, self.key);
        }
        // ANCHOR_END: task_wake
    }
}
// ANCHOR_END: task_wake_whole

impl<T> Task<T> {
    /// The goroutine has ended. The first outcome counts.
    // ANCHOR: close_whole
    fn close(&self, outcome: Result<T, JoinError>) {
        // ANCHOR: close todo: let the state be done, keep the outcome if there is none yet, and wake whoever joins
        self.state.finish();
        let mut join = self.join();
        if let Join::Open(joiner) = &mut *join {
            let joiner = joiner.take();
            *join = Join::Closed(outcome);
            // The lock is released first: a waker may run anything.
            drop(join);
            if let Some(joiner) = joiner {
                joiner.wake();
            }
        }
        // ANCHOR_END: close
    }
    // ANCHOR_END: close_whole

    /// The run has ended because this task did: says so if it is not true.
    #[track_caller]
    fn check_done(&self) {
        let phase = self.state.phase();
        if phase == Phase::Done {
            return;
        }
        assert!(
            matches!(*self.join(), Join::Open(_)),
            "main's outcome is kept, and its state is {phase:?}: a wake could still queue it. `close` begins with \
             `self.state.finish()`"
        );
        panic!(
            "`drive` has returned, and main has not ended: its state is {phase:?}. `drive` goes on until the task that is \
             Done is main's, and no other"
        );
    }

    // A report of a deadlock names the line that asked for the lock, and not this one.
    #[track_caller]
    fn join(&self) -> MutexGuard<'_, Join<T>> {
        // Nothing panics under this lock.
        self.join.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The result of a goroutine, for one who waits for it. Dropping the handle lets the goroutine go on alone.
#[must_use = "a dropped handle loses the goroutine's result, and its panic; `drop` says that you mean it"]
pub struct JoinHandle<T> {
    task: Arc<Task<T>>,
}

// ANCHOR: join_handle_whole
impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    /// # Panics
    /// After it was ready: the outcome is gone.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // ANCHOR: join_handle todo: take the outcome if there is one, or else leave the waker of this poll
        let mut join = self.task.join();
        match mem::replace(&mut *join, Join::Taken) {
            Join::Closed(outcome) => Poll::Ready(outcome),
            Join::Open(_) => {
                *join = Join::Open(Some(context.waker().clone()));
                Poll::Pending
            }
            Join::Taken => panic!("a JoinHandle was polled after it was ready"),
        }
        // ANCHOR_END: join_handle
    }
}
// ANCHOR_END: join_handle_whole

/// A future on its way, and the task that the world knows it by.
struct Goroutine<F: Future> {
    future: F,
    /// Behind the future: fields are dropped in this order, so whoever joins is told when the future is gone.
    task: Announced<F::Output>,
}

/// Tells whoever joins that the goroutine is gone, if nothing else has.
struct Announced<T>(Arc<Task<T>>);

impl<T> Drop for Announced<T> {
    fn drop(&mut self) {
        self.0.close(Err(JoinError::Cancelled));
    }
}

/// How a goroutine goes on after a turn: chapter 1's `Step`, seen from the other side.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It was woken during its turn: to the end of the queue.
    Again,
    /// It waits for a wake.
    Wait,
    /// It has ended.
    Done,
}

/// A goroutine of any type.
trait Run {
    fn turn(self: Pin<&mut Self>, context: &mut Context<'_>) -> Next;
}

impl<F: Future> Run for Goroutine<F> {
    // ANCHOR: turn_whole
    fn turn(self: Pin<&mut Self>, context: &mut Context<'_>) -> Next {
        // SAFETY: `future` is pinned with the goroutine. It is never moved out, and a goroutine has no `Drop` of its own.
        let (future, task) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.future), &this.task.0)
        };
        // ANCHOR: turn todo: begin, poll the future and catch its panic, then close the task with its outcome, or pause
        task.state.begin();
        // Unwind safe: a future that has panicked is never polled again.
        let outcome = match panic::catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
            Ok(Poll::Ready(value)) => Ok(value),
            Err(payload) => Err(JoinError::Panicked(payload)),
            Ok(Poll::Pending) if task.state.pause() => return Next::Again,
            Ok(Poll::Pending) => return Next::Wait,
        };
        task.close(outcome);
        Next::Done
        // ANCHOR_END: turn
    }
    // ANCHOR_END: turn_whole
}

/// A goroutine in the register, with the waker for its polls.
struct Entry {
    goroutine: Pin<Box<dyn Run>>,
    waker: Waker,
}

/// Everything that belongs to one run. Only the run's thread touches it.
struct Scheduler {
    queue: RefCell<VecDeque<Key>>,
    tasks: RefCell<Tasks<Entry>>,
    inbox: Arc<Inbox>,
    timers: Arc<Timers>,
}

thread_local! {
    /// The run that this thread is in.
    static CURRENT: RefCell<Option<Rc<Scheduler>>> = const { RefCell::new(None) };
}

/// Puts a task on the queue of its run: directly if this is the run's thread, or else by way of the inbox.
fn enqueue(inbox: &Arc<Inbox>, key: Key) {
    let here = CURRENT.try_with(|current| match &*current.borrow() {
        Some(scheduler) if Arc::ptr_eq(&scheduler.inbox, inbox) => {
            scheduler.queue.borrow_mut().push_back(key);
            true
        }
        _ => false,
    });
    // A thread that is about to end has no current run any more.
    if !here.unwrap_or(false) {
        inbox.push(key);
    }
}

/// The current run, for a function that needs one.
#[track_caller]
fn current(caller: &str) -> Rc<Scheduler> {
    CURRENT.with_borrow(Option::clone).unwrap_or_else(|| {
        panic!("`{caller}` was called outside of a runtime: call it inside of `Runtime::new().run(async {{ … }})`")
    })
}

/// The timers of the current run.
#[track_caller]
pub(crate) fn current_timers(caller: &str) -> Arc<Timers> {
    Arc::clone(&current(caller).timers)
}

/// Starts a goroutine. It runs when its turn comes, and the caller goes on.
///
/// The future may not borrow from the caller, and may move to another thread: chapter 5 will need that.
///
/// # Panics
/// Outside of a runtime.
#[track_caller]
pub fn go<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    current("go").spawn(future)
}

impl Scheduler {
    /// Registers `future` as a goroutine, and puts it at the end of the queue.
    // ANCHOR: spawn_whole
    fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: Send + 'static,
    {
        // ANCHOR: spawn todo: make the task and its goroutine, register it, put its key on the queue, and return the handle
        let mut tasks = self.tasks.borrow_mut();
        let task = Arc::new(Task {
            state: State::new(),
            key: tasks.next_key(),
            inbox: Arc::clone(&self.inbox),
            join: Mutex::new(Join::Open(None)),
        });
        let key = tasks.insert(Entry {
            waker: Waker::from(Arc::clone(&task)),
            goroutine: Box::pin(Goroutine {
                future,
                task: Announced(Arc::clone(&task)),
            }),
        });
        self.queue.borrow_mut().push_back(key);
        JoinHandle { task }
        // ANCHOR_END: spawn
    }
    // ANCHOR_END: spawn_whole

    /// Gives the task a turn, and does what comes next.
    // ANCHOR: execute_whole
    fn execute(&self, key: Key) -> Next {
        // ANCHOR: execute todo: take the task out of the register, give it a turn, and queue it, keep it, or drop it
        // It is out of the register meanwhile: during its turn it may call `go`, which borrows that.
        let entry = self.tasks.borrow_mut().take(key);
        let mut entry = entry.expect("a task is on the queue only while it lives, and once");
        let mut context = Context::from_waker(&entry.waker);
        let next = entry.goroutine.as_mut().turn(&mut context);
        if next == Next::Done {
            self.tasks.borrow_mut().leave(key);
            bury(entry);
        } else {
            self.tasks.borrow_mut().put_back(key, entry);
            if next == Next::Again {
                self.queue.borrow_mut().push_back(key);
            }
        }
        next
        // ANCHOR_END: execute
    }
    // ANCHOR_END: execute_whole

    /// Executes whoever is queued until the task `main` is done. Where nobody is, waits, or fails if it may not `park`.
    // ANCHOR: drive_whole
    fn drive(&self, main: Key, park: bool) -> Result<(), Stalled> {
        // ANCHOR: drive todo: execute the front of the queue until main is done; `wait` when the queue is empty, and look around every 61st turn
        for turn in 1_usize.. {
            let next = self.queue.borrow_mut().pop_front();
            match next {
                Some(key) if self.execute(key) == Next::Done && key == main => return Ok(()),
                Some(_) => {}
                None => self.wait(park)?,
            }
            // A queue that never empties keeps nobody outside for ever. Go's scheduler uses the same number.
            if turn % 61 == 0 {
                self.look_around();
            }
        }
        unreachable!("no run takes that many turns")
        // ANCHOR_END: drive
    }
    // ANCHOR_END: drive_whole

    /// Queues whoever was woken by another thread, or by time. Returns whether there was somebody.
    fn look_around(&self) -> bool {
        if self.timers.next_due().is_some() {
            sleep::wake_due(&self.timers);
        }
        self.inbox.collect(&mut self.queue.borrow_mut()) || !self.queue.borrow().is_empty()
    }

    /// Nobody is queued: waits until somebody may be.
    // ANCHOR: wait
    fn wait(&self, park: bool) -> Result<(), Stalled> {
        // Between this look and the parking another thread may leave a key. Then its unpark ends the parking at once.
        if self.look_around() {
            return Ok(());
        }
        match self.timers.next_due() {
            Some(due) => sleep::pass_time(&self.timers, due),
            None if park => thread::park(),
            None => return Err(Stalled),
        }
        self.look_around();
        Ok(())
    }
    // ANCHOR_END: wait

    /// Drops every goroutine that is left, and those that they start while they are dropped.
    // ANCHOR: drop_all_whole
    fn drop_all(&self) {
        // ANCHOR: drop_all todo: take goroutines out of the register until it is empty, and drop each while nothing is borrowed
        loop {
            let entry = self.tasks.borrow_mut().take_any();
            let Some(entry) = entry else { return };
            bury(entry);
        }
        // ANCHOR_END: drop_all
    }
    // ANCHOR_END: drop_all_whole
}

/// Drops a goroutine. If it panics as it goes, that is its own affair: the panic was reported where it happened.
fn bury(entry: Entry) {
    let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(entry)));
}

/// Runs goroutines on the thread that calls [`run`](Runtime::run).
#[derive(Clone, Debug, Default)]
pub struct Runtime {
    virtual_clock: bool,
}

impl Runtime {
    /// A runtime whose clock is the machine's.
    #[must_use]
    pub fn new() -> Runtime {
        Runtime::default()
    }

    /// A runtime whose clock stands still while a goroutine can run, and jumps to the next sleeper when all wait.
    #[must_use]
    pub fn with_virtual_clock() -> Runtime {
        Runtime {
            virtual_clock: true,
        }
    }

    /// Runs `main` as the first goroutine, and returns its result. The goroutines that are left are then dropped, as a Go
    /// program ends them when `main` returns.
    ///
    /// Where every goroutine waits, the thread parks until another thread wakes one.
    ///
    /// # Panics
    /// When `main` panics, with its payload. Inside of a runtime: a goroutine that blocks its thread blocks all others.
    #[track_caller]
    pub fn run<F>(&self, main: F) -> F::Output
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.start(main, true)
            .expect("a run that may park does not stall")
    }

    /// As [`run`](Runtime::run), but never waits for another thread.
    ///
    /// # Errors
    /// [`Stalled`] when `main` is unfinished, nobody is queued, and nobody sleeps. All goroutines are dropped.
    ///
    /// # Panics
    /// As `run`.
    #[track_caller]
    pub fn try_run<F>(&self, main: F) -> Result<F::Output, Stalled>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.start(main, false)
    }

    #[track_caller]
    fn start<F>(&self, main: F, park: bool) -> Result<F::Output, Stalled>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let scheduler = Rc::new(Scheduler {
            queue: RefCell::default(),
            tasks: RefCell::new(Tasks::new()),
            inbox: Arc::new(Inbox::new()),
            timers: Arc::new(Timers::new(self.virtual_clock)),
        });
        let entered = Entered::new(&scheduler);
        let main = scheduler.spawn(main);
        let driven = scheduler.drive(main.task.key, park);
        if driven.is_ok() {
            main.task.check_done();
        }
        // The other goroutines end here, still inside of the run: while they are dropped they may start others, and wake
        // each other.
        scheduler.drop_all();
        drop(entered);
        driven?;
        let outcome = mem::replace(&mut *main.task.join(), Join::Taken);
        match outcome {
            Join::Closed(Ok(output)) => Ok(output),
            Join::Closed(Err(JoinError::Panicked(payload))) => panic::resume_unwind(payload),
            Join::Closed(Err(JoinError::Cancelled)) => panic!(
                "main has ended, and its outcome is Cancelled. `close` runs twice for each goroutine: after its last turn, \
                 and again when it is dropped. The first outcome counts"
            ),
            _ => panic!(
                "main has ended, and its outcome is not in its place: `close` keeps it, also where nobody joins"
            ),
        }
    }
}

/// A thread's stay in a run.
struct Entered {
    inbox: Arc<Inbox>,
}

impl Entered {
    #[track_caller]
    fn new(scheduler: &Rc<Scheduler>) -> Entered {
        CURRENT.with_borrow_mut(|current| {
            assert!(
                current.is_none(),
                "`run` was called inside of a runtime: start a goroutine with `go`, or await the future"
            );
            *current = Some(Rc::clone(scheduler));
        });
        Entered {
            inbox: Arc::clone(&scheduler.inbox),
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(None);
        self.inbox.close();
    }
}
