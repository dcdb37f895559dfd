//! A blocking call hands its worker on: the thread waits, the processor does not.
//!
//! The thread that is about to block gives its processor to another thread, a spare one or a new one, which goes on with the
//! queue. When the call returns, the poll is finished without a processor: what it starts or wakes goes to the global queue.
//! Then the thread waits as a spare.
//!
//! So GOMAXPROCS bounds the threads that run goroutines, and not the threads that wait in the system.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use interleave::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread::{Builder, JoinHandle},
};

use crate::{
    runtime::{Context, Shared, with_context},
    search::Processor,
    task::Task,
};

/// The threads of a runtime, and the processors that wait for one.
#[derive(Default)]
pub(crate) struct Spares {
    state: Mutex<State>,
    changed: Condvar,
    /// Polls that go on without a processor.
    blocked: AtomicUsize,
}

#[derive(Default)]
struct State {
    processors: Vec<Processor<Task>>,
    /// Threads without a processor, each of which takes one of `processors`.
    waiting: usize,
    threads: Vec<JoinHandle<()>>,
    started: usize,
    stopped: bool,
}

/// Runs `call`, which may block its thread. The goroutine's worker goes on without it.
///
/// Outside a runtime it only runs `call`.
// ANCHOR: blocking_whole
pub fn blocking<T>(call: impl FnOnce() -> T) -> T {
    // ANCHOR: blocking todo: take the processor out of the context, hand it on, and only then call
    with_context(|context| {
        let Some(context) = context else { return };
        let Some(processor) = context.processor.borrow_mut().take() else {
            return;
        };
        // SeqCst: counted before the other worker can fall asleep: pairs with the read in `stand_still`.
        context.shared.spares.blocked.fetch_add(1, SeqCst);
        Spares::hand_on(&context.shared, processor);
    });
    call()
    // ANCHOR_END: blocking
}
// ANCHOR_END: blocking_whole

impl Spares {
    fn lock(&self) -> MutexGuard<'_, State> {
        let state = self.state.lock();
        state.expect("nothing panics while it holds this lock")
    }

    /// How many polls go on without a processor.
    pub(crate) fn blocked(&self) -> usize {
        // SeqCst: as in `Shared::stand_still`.
        self.blocked.load(SeqCst)
    }

    /// A poll without a processor is over. True if it was the last.
    pub(crate) fn end_of_block(&self) -> bool {
        // SeqCst: after all that the poll has made; pairs with the read in `stand_still`.
        self.blocked.fetch_sub(1, SeqCst) == 1
    }

    /// How many threads were started, and how many of them wait as spares.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let state = self.lock();
        (state.started, state.waiting)
    }

    /// Gives the processor to a spare thread, or to a new one.
    // ANCHOR: hand_on_whole
    pub(crate) fn hand_on(shared: &Arc<Shared>, mut processor: Processor<Task>) {
        if let Some(log) = &mut processor.log {
            log.end();
        }
        let mut state = shared.spares.lock();
        state.processors.push(processor);
        if state.waiting >= state.processors.len() {
            shared.spares.changed.notify_one();
            return;
        }
        state.started += 1;
        let name = format!("worker thread {}", state.started);
        let shared = Arc::clone(shared);
        let thread = Builder::new().name(name).spawn(move || live(&shared));
        state
            .threads
            .push(thread.expect("the system has a thread left"));
    }
    // ANCHOR_END: hand_on_whole

    /// Waits for a processor. None at the end.
    fn wait(&self) -> Option<Processor<Task>> {
        let mut state = self.lock();
        state.waiting += 1;
        let wait = |state: &mut State| state.processors.is_empty() && !state.stopped;
        let waited = self.changed.wait_while(state, wait);
        state = waited.expect("nothing panics while it holds this lock");
        state.waiting -= 1;
        state.processors.pop()
    }

    /// Ends all threads, each after the poll that it is in.
    pub(crate) fn stop_and_join(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
        // A thread that ends may have started another before.
        loop {
            let Some(thread) = self.lock().threads.pop() else {
                break;
            };
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "a worker contains the panics of its goroutines"
            );
        }
    }
}

/// A thread's life: one processor after another.
fn live(shared: &Arc<Shared>) {
    let life = catch_unwind(AssertUnwindSafe(|| {
        while let Some(processor) = shared.spares.wait() {
            Context::new(shared, Some(processor)).work();
        }
    }));
    // Goroutines' panics do not come here. A panic of the scheduler's own would leave goroutines that nobody runs.
    if let Err(payload) = life {
        if payload.is::<&str>() || payload.is::<String>() {
            eprintln!("the scheduler itself panicked, not a goroutine: the program cannot go on");
            std::process::abort();
        }
        // No message: the explorer ends a schedule like this.
        resume_unwind(payload);
    }
}
