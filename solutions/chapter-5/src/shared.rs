//! The simplest scheduler for several threads: one queue behind one lock, and workers that take from it.
//!
//! It is correct, fair and short. Its flaw shows when tasks are short: all workers, and all who wake a task, meet at the
//! one lock. The rest of the chapter is about that flaw.
//!
//! Invariants:
//! - a task is taken by one worker only: taking is done under the lock;
//! - a worker sleeps only while the queue is empty: the look and the wait are one step, under the lock.

use std::{collections::VecDeque, num::NonZeroUsize, sync::Arc};

use interleave::{
    sync::{Condvar, Mutex, MutexGuard},
    thread::{self, JoinHandle as ThreadHandle},
};

use crate::{
    registry::Registry,
    task::{Goroutine, JoinHandle, Scheduler, Task},
};

/// A queue for several threads. The tasks may be of any kind.
#[derive(Debug)]
pub struct SharedQueue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    tasks: VecDeque<T>,
    closed: bool,
}

impl<T> Default for SharedQueue<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> SharedQueue<T> {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        let tasks = VecDeque::new();
        SharedQueue {
            state: Mutex::new(State {
                tasks,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state
            .lock()
            .expect("nothing panics while it holds this lock")
    }

    /// Puts a task at the end, and wakes one worker.
    // ANCHOR: push_whole
    pub fn push(&self, task: T) {
        // ANCHOR: push todo: put the task at the end of the queue, and wake one worker
        self.lock().tasks.push_back(task);
        self.changed.notify_one();
        // ANCHOR_END: push
    }
    // ANCHOR_END: push_whole

    /// Takes the oldest task, and waits until there is one. None when the queue is closed, whatever is left in it.
    // ANCHOR: pop_whole
    pub fn pop(&self) -> Option<T> {
        // ANCHOR: pop todo: wait while the queue is empty and open; then take the oldest task, or None if it is closed
        let wait = |state: &mut State<T>| state.tasks.is_empty() && !state.closed;
        let waited = self.changed.wait_while(self.lock(), wait);
        let mut state = waited.expect("nothing panics while it holds this lock");
        if state.closed {
            None
        } else {
            state.tasks.pop_front()
        }
        // ANCHOR_END: pop
    }
    // ANCHOR_END: pop_whole

    /// Closes the queue: every worker gets None, now and later.
    // ANCHOR: close_whole
    pub fn close(&self) {
        // ANCHOR: close todo: mark the queue as closed, and wake every worker
        self.lock().closed = true;
        self.changed.notify_all();
        // ANCHOR_END: close
    }
    // ANCHOR_END: close_whole

    /// Whether it holds no task.
    pub fn is_empty(&self) -> bool {
        self.lock().tasks.is_empty()
    }

    /// What is left in the queue, the oldest first.
    pub fn take_rest(&self) -> VecDeque<T> {
        std::mem::take(&mut self.lock().tasks)
    }
}

/// Goroutines on several threads, by one shared queue.
pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<ThreadHandle<()>>,
}

struct Shared {
    queue: SharedQueue<Task>,
    registry: Registry,
}

impl Scheduler for Arc<Shared> {
    fn schedule(&self, task: Task) {
        self.queue.push(task);
    }

    fn registry(&self) -> &Registry {
        &self.registry
    }
}

impl Pool {
    /// Starts so many workers.
    // ANCHOR: new_whole
    #[must_use]
    pub fn new(workers: NonZeroUsize) -> Self {
        let shared = Arc::new(Shared {
            queue: SharedQueue::new(),
            registry: Registry::new(1),
        });
        let worker = |_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared.queue))
        };
        let workers = (0..workers.get()).map(worker).collect();
        Pool { shared, workers }
    }
    // ANCHOR_END: new_whole

    /// Starts a goroutine.
    pub fn go<F: Goroutine>(&self, future: F) -> JoinHandle<F::Output> {
        let (task, handle) = Task::new(future, Arc::clone(&self.shared));
        self.shared.queue.push(task);
        handle
    }
}

/// A worker's life: takes tasks and runs them, until the queue is closed.
// ANCHOR: work_whole
fn work(queue: &SharedQueue<Task>) {
    // ANCHOR: work todo: run one task after the other; one that was woken during its poll goes to the queue's end
    while let Some(task) = queue.pop() {
        if let Some(task) = task.run(0) {
            queue.push(task);
        }
    }
    // ANCHOR_END: work
}
// ANCHOR_END: work_whole

impl Drop for Pool {
    /// Waits for the polls in progress, and drops every goroutine that is left.
    fn drop(&mut self) {
        // A thread that panics has no time to wait for others.
        if !thread::panicking() {
            self.shut_down();
        }
    }
}

impl Pool {
    // ANCHOR: shut_down_whole
    fn shut_down(&mut self) {
        // ANCHOR: shut_down todo: close the queue, join every worker, and drop queued and idle tasks until none is left
        self.shared.queue.close();
        for worker in self.workers.drain(..) {
            worker
                .join()
                .expect("a task contains the panics of its goroutine");
        }
        loop {
            // Idle tasks are in no queue: woken, they come to it. What is dropped may wake others, so this goes on.
            self.shared.registry.wake_all();
            drop(self.shared.queue.take_rest());
            if self.shared.registry.is_empty() && self.shared.queue.is_empty() {
                break;
            }
            thread::yield_now();
        }
        // ANCHOR_END: shut_down
    }
    // ANCHOR_END: shut_down_whole
}
