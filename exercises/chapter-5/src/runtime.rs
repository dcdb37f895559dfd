//! The runtime: tasks (G) run on processors (P), which threads (M) carry.
//!
//! A worker is a thread with a processor. It takes the next task, polls it once, and goes on; without work it searches, and
//! then sleeps. A task that is woken or started on a worker goes to that worker's `runnext`; from anywhere else it goes to
//! the global queue.
//!
//! The end: threads stop after the poll that they are in. Then every task that is left is dropped once, on the thread that
//! drops the runtime: first those in queues, then those that wait. What they start or wake while they are dropped goes the
//! same way.

use std::cell::{Cell, RefCell};
use std::{mem::ManuallyDrop, num::NonZeroUsize, ptr, sync::Arc, thread};

use interleave::sync::atomic::{AtomicBool, Ordering::*};

use crate::{blocking::Spares, global::*, idle::*, main_goroutine::Roots, registry::Registry};
use crate::{ring::Stealer, search::Processor, task::*, timers::Timers, trace::Watch};

/// What all threads of a runtime share.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) global: Global<Task>,
    pub(crate) rings: Vec<Stealer<Task>>,
    pub(crate) idle: Idle,
    pub(crate) registry: Registry,
    pub(crate) spares: Spares,
    pub(crate) timers: Timers,
    pub(crate) watch: Watch,
    stopping: AtomicBool,
    pub(crate) roots: Roots,
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
        let (shared, processor) = (Arc::clone(shared), RefCell::new(processor));
        Context { shared, processor }
    }

    /// Runs `body` on this thread as a part of the runtime. It contains the panics of goroutines, so it comes back.
    fn enter(&self, body: impl FnOnce()) {
        let outer = CONTEXT.replace(self);
        body();
        CONTEXT.set(outer);
    }

    /// A task was woken or started on this thread. The newest runs next; the one it displaces can be stolen.
    fn start(&self, task: Task) {
        let mut processor = self.processor.borrow_mut();
        let Some(processor) = processor.as_mut() else {
            return self.shared.inject([task]);
        };
        let displaced = processor.ring.put_next(task);
        let alone = self.shared.rings.len() == 1;
        match displaced.map(|task| processor.ring.push(task, &self.shared.global)) {
            _ if alone => {}
            None => self.shared.idle.notify_watcher(Some(processor.index)),
            Some(()) => self.shared.idle.notify(Some(processor.index)),
        }
    }

    /// A worker's life: until the runtime stops, or a task has given the processor away.
    pub(crate) fn work(&self) {
        self.enter(|| {
            while let Some((task, index)) = self.next_task() {
                let again = task.run(index);
                let shared = &*self.shared;
                match (again, self.processor.borrow_mut().as_mut()) {
                    // No notification: this worker is awake, and comes to it.
                    (Some(task), Some(own)) => own.ring.push(task, &shared.global),
                    (None, Some(_)) => {}
                    // The processor works elsewhere.
                    (again, None) => {
                        shared.inject(again);
                        if shared.spares.end_of_block() {
                            // Everybody may sleep already, and nobody would look again.
                            shared.stand_still();
                        }
                    }
                }
            }
        });
    }

    /// The next task and the number of this worker: from here, from others, or after a sleep. None at the end.
    fn next_task(&self) -> Option<(Task, usize)> {
        let (shared, mut borrowed) = (&*self.shared, self.processor.borrow_mut());
        let processor = borrowed.as_mut()?;
        let mut task = processor.next(&shared.global, shared.rings.len());
        if task.is_none() {
            shared.idle.start_searching();
        }
        // Relaxed: whoever sleeps is woken by `Idle::stop`; whoever works sees it soon.
        while !shared.stopping.load(Relaxed) {
            if let Some(task) = task {
                processor.ring.begin_turn();
                return Some((task, processor.index));
            }
            if let Some(loot) = processor.steal(&shared.global, &shared.rings) {
                processor.note_loot(loot.from);
                shared.idle.found_work(Some(processor.index));
                task = Some(loot.task);
            } else {
                processor.note_sleep(|| shared.sleep());
            }
        }
        // The end. What is left here is dropped by the thread that drops the runtime.
        shared.global.extend(task);
        while let Some(task) = processor.ring.take_next().or_else(|| processor.ring.pop()) {
            shared.global.push(task);
        }
        *borrowed = None;
        None
    }
}

impl Shared {
    /// A task arrives from outside, or on a thread without a processor.
    fn inject(&self, task: impl IntoIterator<Item = Task>) {
        self.global.extend(task);
        self.idle.notify(None);
    }

    fn sleep(&self) -> Woken {
        self.idle.sleep(|| self.has_work(), || self.stand_still())
    }

    /// A sleeper's last look.
    pub(crate) fn has_work(&self) -> bool {
        !self.global.is_empty() || self.rings.iter().any(|ring| !ring.is_empty())
    }

    /// A new task of this runtime.
    fn spawn<F: Goroutine>(self: &Arc<Self>, future: F) -> (Task, JoinHandle<F::Output>) {
        self.watch.spawn(future, Home::of(self))
    }
}

/// The way from a task to its runtime. It counts no reference: a million tasks would count a million times.
struct Home(ManuallyDrop<Arc<Shared>>);

impl Home {
    fn of(shared: &Arc<Shared>) -> Self {
        // SAFETY: it is not dropped, and used only for a task that is not done: `Runtime::drop` waits for that.
        let shared = unsafe { Arc::from_raw(Arc::as_ptr(shared)) };
        Home(ManuallyDrop::new(shared))
    }
}

impl Clone for Home {
    fn clone(&self) -> Self {
        Home::of(&self.0)
    }
}

impl Scheduler for Home {
    fn schedule(&self, task: Task) {
        with_context(|context| match context {
            Some(context) if Arc::ptr_eq(&context.shared, &self.0) => context.start(task),
            // As soon as the task is in the queue nobody waits for it. The reference keeps the runtime until this has rung.
            _ => Arc::clone(&self.0).inject([task]),
        });
    }

    fn registry(&self) -> &Registry {
        &self.0.registry
    }
}

/// Starts a goroutine on the runtime of the calling goroutine. It runs next on this worker, or before that on another.
///
/// # Panics
/// Outside a runtime.
pub fn go<F: Goroutine>(future: F) -> JoinHandle<F::Output> {
    with_context(|context| {
        let context = context.expect("`go` is called by a goroutine; outside, use `Runtime::go`");
        let (task, handle) = context.shared.spawn(future);
        context.start(task);
        handle
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
    pub(crate) shared: Arc<Shared>,
}

impl Runtime {
    /// Starts so many workers.
    ///
    /// # Panics
    /// If the system has no thread left.
    pub fn new(workers: NonZeroUsize) -> Self {
        Self::start(workers, Watch::default())
    }

    pub(crate) fn start(workers: NonZeroUsize, watch: Watch) -> Self {
        let processors: Vec<_> = (0..workers.get()).map(Processor::new).collect();
        let shared = Arc::new(Shared {
            rings: processors.iter().map(|own| own.ring.stealer()).collect(),
            idle: Idle::new(workers.get()),
            registry: Registry::new(workers.get()),
            watch,
            ..Shared::default()
        });
        for processor in Watch::begin(&shared, processors) {
            Spares::hand_on(&shared, processor);
        }
        Runtime { shared }
    }

    /// Starts a goroutine from outside.
    pub fn go<F: Goroutine>(&self, future: F) -> JoinHandle<F::Output> {
        let (task, handle) = self.shared.spawn(future);
        self.shared.inject([task]);
        handle
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        let shared = &*self.shared;
        if with_context(|context| context.is_some_and(|own| ptr::eq(&*own.shared, shared))) {
            // The goroutines go on, and find their runtime by a pointer that counts no reference. So it stays for ever.
            std::mem::forget(Arc::clone(&self.shared));
            assert!(
                thread::panicking(),
                "a goroutine has dropped its own runtime, whose end would wait for that goroutine: keep the runtime outside"
            );
            return;
        }
        shared.stopping.store(true, Relaxed);
        shared.idle.stop();
        shared.spares.stop_and_join();
        shared.timers.stop_and_join();
        // A goroutine that is dropped may start others: they go to the global queue, as on any thread without a processor.
        Context::new(&self.shared, None).enter(|| {
            while !(shared.registry.is_empty() && shared.global.is_empty()) {
                while shared.global.pop().is_some() {}
                shared.registry.wake_all();
                // A task that is neither idle nor queued was woken by another thread, which is about to queue it.
                thread::yield_now();
            }
        });
    }
}
