//! The runtime: tasks (G) run on processors (P), which threads (M) carry.
//!
//! A worker is a thread with a processor. It takes the next task, polls it once, and goes on; without work it searches, and
//! then sleeps. A task that is woken or started on a worker goes to that worker's `runnext`; from anywhere else it goes to
//! the global queue.
//!
//! The end: threads stop after the poll that they are in. Then every task that is left is dropped once, on the thread that
//! drops the runtime: first those in queues, then those that wait. What they start or wake while they are dropped goes the
//! same way.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    num::NonZeroUsize,
    pin::pin,
    ptr,
    sync::Arc,
    task::{Context as PollContext, Poll, Wake, Waker},
    time::Instant,
};

use interleave::{
    sync::{
        Mutex, MutexGuard,
        atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release, SeqCst},
        },
    },
    thread::{self, Thread},
};

use crate::{
    JoinError, Stalled,
    blocking::Spares,
    global::Global,
    idle::{Idle, Woken},
    registry::Registry,
    ring::Stealer,
    search::Processor,
    task::{JoinHandle, Scheduler, Task, Turn},
    timers::Timers,
    trace::{Event, Snapshot, Trace, Tracer},
};

/// What all threads of a runtime share.
pub(crate) struct Shared {
    pub(crate) global: Global<Task>,
    pub(crate) rings: Box<[Stealer<Task>]>,
    pub(crate) idle: Idle,
    pub(crate) registry: Registry,
    pub(crate) spares: Spares,
    pub(crate) timers: Timers,
    pub(crate) tracer: Option<Tracer>,
    pub(crate) began: Instant,
    stopping: AtomicBool,
    /// Polls that go on without a processor: see `blocking`.
    pub(crate) blocked: AtomicUsize,
    /// Who wants to know if nothing can go on.
    roots: Mutex<Vec<Arc<Root>>>,
}

/// What a thread of the runtime knows. A poll inside `blocking` has given the processor away.
pub(crate) struct Context {
    pub(crate) shared: Arc<Shared>,
    pub(crate) processor: RefCell<Option<Processor<Task>>>,
}

thread_local! {
    static CONTEXT: Cell<*const Context> = const { Cell::new(ptr::null()) };
}

/// What the calling thread knows, if it belongs to a runtime.
pub(crate) fn with_context<R>(body: impl FnOnce(Option<&Context>) -> R) -> R {
    // SAFETY: `enter` keeps the context alive and in its place for as long as the pointer stands here.
    body(unsafe { CONTEXT.get().as_ref() })
}

impl Context {
    pub(crate) fn new(shared: &Arc<Shared>, processor: Option<Processor<Task>>) -> Self {
        Context {
            shared: Arc::clone(shared),
            processor: RefCell::new(processor),
        }
    }

    /// Runs `body` on this thread as a part of the runtime.
    fn enter<R>(&self, body: impl FnOnce() -> R) -> R {
        struct Restore(*const Context);
        impl Drop for Restore {
            fn drop(&mut self) {
                CONTEXT.set(self.0);
            }
        }
        let _restore = Restore(CONTEXT.replace(self));
        body()
    }

    /// Notes an event, if the runtime is traced.
    fn note(&self, event: impl FnOnce() -> Event) {
        let mut processor = self.processor.borrow_mut();
        if let Some(log) = processor
            .as_mut()
            .and_then(|processor| processor.log.as_mut())
        {
            log.push(event());
        }
    }

    /// A task was woken or started on this thread. The newest runs next; the one it displaces can be stolen.
    fn start(&self, task: Task) {
        let mut processor = self.processor.borrow_mut();
        let Some(Processor { index, ring, .. }) = processor.as_mut() else {
            return self.shared.inject(task, None);
        };
        match ring.put_next(task) {
            None => self.shared.idle.notify_watcher(Some(*index)),
            Some(displaced) => {
                ring.push(displaced, &self.shared.global);
                self.shared.idle.notify(Some(*index));
            }
        }
    }

    /// A worker's life: until the runtime stops, or a task has given the processor away.
    pub(crate) fn work(&self) {
        self.enter(|| {
            while let Some((task, index)) = self.next_task() {
                let turn = task.run(index);
                self.after(turn);
            }
        });
    }

    /// What is left to do after a poll.
    fn after(&self, turn: Turn) {
        let mut processor = self.processor.borrow_mut();
        if let Some(log) = processor
            .as_mut()
            .and_then(|processor| processor.log.as_mut())
        {
            log.end();
        }
        match (turn, processor.as_mut()) {
            // No notification: this worker is awake, and comes to it.
            (Turn::Again(task), Some(Processor { ring, .. })) => {
                ring.push(task, &self.shared.global)
            }
            (Turn::Again(task), None) => self.shared.inject(task, None),
            (Turn::Over, _) => {}
        }
        if processor.is_none() {
            // The processor works elsewhere. SeqCst: after all that the poll has made; pairs with the read in `is_at_rest`.
            let before = self.shared.blocked.fetch_sub(1, SeqCst);
            if before == 1 {
                // Everybody may sleep already, and nobody would look again.
                self.shared.stand_still();
            }
        }
    }

    /// The next task and the number of this worker: from here, from others, or after a sleep.
    fn next_task(&self) -> Option<(Task, usize)> {
        let shared = &*self.shared;
        let mut borrowed = self.processor.borrow_mut();
        let processor = borrowed.as_mut()?;
        let index = processor.index;
        // Relaxed: whoever sleeps is woken by `Idle::stop`; whoever works sees it soon.
        while !shared.stopping.load(Relaxed) {
            if let Some(task) = processor.next(&shared.global, shared.rings.len()) {
                processor.begin(&task);
                return Some((task, index));
            }
            shared.idle.start_searching();
            while !shared.stopping.load(Relaxed) {
                if let Some(loot) = processor.steal(&shared.global, &shared.rings) {
                    if let (Some(log), Some((victim, count))) = (&mut processor.log, loot.from) {
                        log.push(Event::Stole { victim, count });
                    }
                    shared.idle.found_work(Some(index));
                    processor.begin(&loot.task);
                    return Some((loot.task, index));
                }
                let began = shared.now();
                let woken = shared
                    .idle
                    .sleep(|| shared.has_work(), || shared.stand_still());
                if let (Some(log), Woken::By(_) | Woken::Stopped) = (&mut processor.log, woken) {
                    log.push(Event::Slept { began, woken });
                }
            }
        }
        // The end. What is left here is dropped by the thread that drops the runtime.
        while let Some(task) = processor.ring.take_next().or_else(|| processor.ring.pop()) {
            shared.global.push(task);
        }
        if let (Some(log), Some(tracer)) = (processor.log.take(), &shared.tracer) {
            tracer.keep(log);
        }
        None
    }
}

impl Processor<Task> {
    /// Counts a task that begins here.
    fn begin(&mut self, task: &Task) {
        self.ring.begin_turn();
        if let Some(log) = &mut self.log {
            log.begin(task.id());
        }
    }
}

impl Shared {
    /// A task arrives from outside, or on a thread without a processor.
    pub(crate) fn inject(&self, task: Task, ringer: Option<usize>) {
        self.global.push(task);
        self.idle.notify(ringer);
    }

    /// A sleeper's last look.
    fn has_work(&self) -> bool {
        !self.global.is_empty() || self.rings.iter().any(|ring| !ring.is_empty())
    }

    /// Perhaps nothing can go on. If so, whoever waits for a main goroutine hears of it.
    fn stand_still(&self) {
        // First the lock, then the look: a main goroutine is queued under this lock, so it is not there yet, or it counts.
        let roots = self.roots();
        if self.is_at_rest() {
            for root in &*roots {
                // Release: pairs with the Acquire in `wait`.
                root.stalled.store(true, Release);
                root.thread.unpark();
            }
        }
    }

    /// Everybody sleeps, nothing is queued, and nothing else is under way: only another thread can go on.
    fn is_at_rest(&self) -> bool {
        let asleep = self.idle.all_asleep();
        asleep.is_some()
            // SeqCst: pairs with the ends of blocking calls and timers, which come after the wakes that they cause.
            && self.blocked.load(SeqCst) == 0
            && self.timers.armed() == 0
            && !self.has_work()
            // Nobody was awake in between, so all four were true together.
            && self.idle.all_asleep() == asleep
    }

    fn roots(&self) -> MutexGuard<'_, Vec<Arc<Root>>> {
        let roots = self.roots.lock();
        roots.expect("nothing panics while it holds this lock")
    }

    /// Microseconds of the trace; 0 if there is none.
    fn now(&self) -> u64 {
        self.tracer.as_ref().map_or(0, Tracer::now)
    }

    /// A new task of this runtime.
    fn spawn<F>(this: *const Shared, future: F) -> (Task, JoinHandle<F::Output>)
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        // SAFETY: the caller has a reference to the runtime.
        let id = unsafe { &*this }.tracer.as_ref().map_or(0, Tracer::next_id);
        Task::new(future, Home(this), id)
    }
}

/// The way from a task to its runtime. It counts no reference: a million tasks would count a million times.
struct Home(*const Shared);

// SAFETY: `Shared` may be used by every thread. It lives as long as any of its tasks is not done: see `Runtime::drop`.
unsafe impl Send for Home {}
// SAFETY: as above.
unsafe impl Sync for Home {}

impl Scheduler for Home {
    fn schedule(&self, task: Task) {
        with_context(|context| match context {
            Some(context) if ptr::eq(Arc::as_ptr(&context.shared), self.0) => context.start(task),
            _ => {
                // SAFETY: the task is queued and in no queue, so it is not done, and `Runtime::drop` waits for it. As soon as
                // it is in the queue nobody waits, so this thread keeps the runtime by a reference until it has rung.
                let shared = unsafe {
                    Arc::increment_strong_count(self.0);
                    Arc::from_raw(self.0)
                };
                shared.inject(task, None);
            }
        });
    }

    fn registry(&self) -> &Registry {
        // SAFETY: the caller has a task that is not done.
        unsafe { &(*self.0).registry }
    }
}

/// Starts a goroutine on the runtime of the calling goroutine. It runs next on this worker, or before that on another.
///
/// # Panics
/// Outside a runtime.
pub fn go<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    with_context(|context| {
        let context = context.expect("`go` is called by a goroutine; outside, use `Runtime::go`");
        let (task, handle) = Shared::spawn(Arc::as_ptr(&context.shared), future);
        context.note(|| Event::Started { id: task.id() });
        context.start(task);
        handle
    })
}

/// Lets other goroutines run: the caller goes to the end of its worker's queue.
#[must_use = "a future does nothing until it is awaited"]
pub fn yield_now() -> impl Future<Output = ()> {
    let mut yielded = false;
    std::future::poll_fn(move |context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Workers that run goroutines.
///
/// Dropping the runtime ends it: it waits for the polls in progress, and drops every goroutine that is left, once. Their
/// handles hear `JoinError::Cancelled`.
///
/// # Panics
/// When one of its own goroutines drops it: that would wait for its own poll to end. The runtime then goes on.
pub struct Runtime {
    shared: Arc<Shared>,
}

impl Runtime {
    /// Starts so many workers.
    ///
    /// # Panics
    /// If the system has no thread left.
    #[must_use]
    pub fn new(workers: NonZeroUsize) -> Self {
        Self::start(workers, None)
    }

    /// Like `new`, and records what happens: see [`Runtime::finish`].
    ///
    /// # Panics
    /// If the system has no thread left.
    #[must_use]
    pub fn traced(workers: NonZeroUsize) -> Self {
        Self::start(workers, Some(Tracer::new()))
    }

    fn start(workers: NonZeroUsize, tracer: Option<Tracer>) -> Self {
        let workers = workers.get();
        let mut processors: Vec<_> = (0..workers).map(Processor::new).collect();
        let shared = Arc::new(Shared {
            global: Global::default(),
            rings: processors
                .iter()
                .map(|processor| processor.ring.stealer())
                .collect(),
            idle: Idle::new(workers),
            registry: Registry::new(workers),
            spares: Spares::default(),
            timers: Timers::default(),
            tracer,
            began: Instant::now(),
            stopping: AtomicBool::new(false),
            blocked: AtomicUsize::new(0),
            roots: Mutex::default(),
        });
        for processor in &mut processors {
            processor.log = shared
                .tracer
                .as_ref()
                .map(|tracer| tracer.log(processor.index));
        }
        for processor in processors {
            Spares::hand_on(&shared, processor);
        }
        crate::trace::print_regularly(&shared);
        Runtime { shared }
    }

    /// Starts a goroutine from outside.
    pub fn go<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (task, handle) = Shared::spawn(Arc::as_ptr(&self.shared), future);
        self.shared.inject(task, None);
        handle
    }

    /// Runs `main` as a goroutine, and waits for its result. The others go on until the runtime is dropped.
    ///
    /// # Panics
    /// If `main` panics: with its payload.
    pub fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
        let result = self.wait(main, false);
        result.unwrap_or_else(|stalled| unreachable!("not asked for: {stalled}"))
    }

    /// Like `run`, but gives up when `main` has no result and nothing in the runtime can go on.
    ///
    /// # Errors
    /// When every goroutine waits, no timer runs, and no blocking call is in progress.
    ///
    /// # Panics
    /// As `run`.
    pub fn try_run<T: Send + 'static>(
        &self,
        main: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stalled> {
        self.wait(main, true)
    }

    fn wait<T: Send + 'static>(
        &self,
        main: impl Future<Output = T> + Send + 'static,
        gives_up: bool,
    ) -> Result<T, Stalled> {
        let root = Arc::new(Root {
            thread: thread::current(),
            stalled: AtomicBool::new(false),
        });
        let mut handle = pin!({
            // Under one lock: see `stand_still`.
            let mut roots = self.shared.roots();
            if gives_up {
                roots.push(Arc::clone(&root));
            }
            self.go(main)
        });
        let waker = Waker::from(Arc::clone(&root));
        let result = loop {
            // Acquire: pairs with the Release in `stand_still`. Read before the poll: a result counts more.
            let stalled = root.stalled.load(Acquire);
            match handle.as_mut().poll(&mut PollContext::from_waker(&waker)) {
                Poll::Ready(result) => break Ok(result),
                Poll::Pending if stalled => break Err(Stalled),
                Poll::Pending => thread::park(),
            }
        };
        self.shared
            .roots()
            .retain(|other| !Arc::ptr_eq(other, &root));
        result.map(|result| match result {
            Ok(value) => value,
            Err(JoinError::Panicked(payload)) => std::panic::resume_unwind(payload),
            Err(JoinError::Cancelled) => {
                unreachable!("the runtime is borrowed, so it has not ended")
            }
        })
    }

    /// How many workers there are.
    #[must_use]
    pub fn workers(&self) -> NonZeroUsize {
        NonZeroUsize::new(self.shared.rings.len()).expect("there was at least one")
    }

    /// What it is doing right now, in numbers.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.shared)
    }

    /// Whether the caller is one of this runtime's goroutines, which must not wait for its own end. Panics then, except
    /// during another panic.
    fn is_dropped_by_its_own(&self) -> bool {
        let own = |context: &Context| Arc::ptr_eq(&context.shared, &self.shared);
        if !with_context(|context| context.is_some_and(own)) {
            return false;
        }
        // The goroutines go on, and find their runtime by a pointer that counts no reference. So it stays for ever.
        std::mem::forget(Arc::clone(&self.shared));
        assert!(
            std::thread::panicking(),
            "a goroutine has dropped its own runtime, whose end would wait for that goroutine: keep the runtime outside"
        );
        true
    }

    /// Ends the runtime, and gives what it recorded if it was `traced`.
    #[must_use]
    pub fn finish(self) -> Trace {
        let shared = Arc::clone(&self.shared);
        drop(self);
        shared
            .tracer
            .as_ref()
            .map_or_else(Trace::default, Tracer::trace)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if self.is_dropped_by_its_own() {
            return;
        }
        let shared = &self.shared;
        shared.stopping.store(true, Relaxed);
        shared.idle.stop();
        shared.spares.stop_and_join();
        shared.timers.stop_and_join();
        // A goroutine that is dropped may start others: they go to the global queue, as on any thread without a processor.
        Context::new(shared, None).enter(|| {
            loop {
                while let Some(task) = shared.global.pop() {
                    drop(task);
                }
                drop(shared.registry.claim_idle());
                if shared.registry.is_empty() && shared.global.is_empty() {
                    break;
                }
                // A task that is neither idle nor queued was woken by another thread, which is about to queue it.
                thread::yield_now();
            }
        });
    }
}

/// A thread that waits for a main goroutine.
struct Root {
    thread: Thread,
    stalled: AtomicBool,
}

impl Wake for Root {
    fn wake(self: Arc<Self>) {
        self.thread.unpark();
    }
}

/// How many workers a program should have: what the environment variable `GOMAXPROCS` says, or else one for each processor
/// that this process may use.
#[must_use]
pub fn gomaxprocs() -> NonZeroUsize {
    let asked = std::env::var("GOMAXPROCS").ok();
    let asked = asked.and_then(|number| number.parse().ok());
    asked.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}
