//! The peers that run tasks. Each has the settings that its own documentation starts with, and the row's workers.

use std::future::Future;
use std::num::NonZeroUsize;
use std::thread;

use async_executor::{Executor, Task};
use futures_lite::future;

use super::{Runtime, Spawner};

/// Tokio's work-stealing runtime.
pub struct Tokio(tokio::runtime::Runtime);

/// Tokio's runtime on the calling thread.
pub struct TokioCurrentThread(tokio::runtime::Runtime);

/// `tokio::spawn` and its handles.
#[derive(Clone, Copy)]
pub struct TokioSpawner;

impl Runtime for Tokio {
    type Spawner = TokioSpawner;

    fn start(workers: NonZeroUsize) -> Tokio {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(workers.get())
            .build();
        Tokio(runtime.expect("the system starts a thread for each worker"))
    }

    fn spawner(&self) -> TokioSpawner {
        TokioSpawner
    }

    fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
        // As a task, so that a worker runs it: what `block_on` polls itself stays on this thread.
        let main = self.0.spawn(main);
        self.0.block_on(TokioSpawner::join(main))
    }
}

impl Runtime for TokioCurrentThread {
    type Spawner = TokioSpawner;

    fn start(_: NonZeroUsize) -> TokioCurrentThread {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        TokioCurrentThread(runtime.expect("a runtime without a thread asks the system for nothing"))
    }

    fn spawner(&self) -> TokioSpawner {
        TokioSpawner
    }

    fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
        self.0.block_on(main)
    }
}

impl Spawner for TokioSpawner {
    type Handle<T: Send + 'static> = tokio::task::JoinHandle<T>;

    fn spawn<T: Send + 'static>(
        self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> Self::Handle<T> {
        tokio::spawn(task)
    }

    async fn join<T: Send + 'static>(handle: Self::Handle<T>) -> T {
        handle.await.expect("no task of a race panics")
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        tokio::task::yield_now()
    }
}

/// smol's executor, which leaves it to its user to start threads.
pub struct AsyncExecutor {
    executor: &'static Executor<'static>,
    /// Closed when this is dropped: the threads end.
    _stop: async_channel::Sender<()>,
}

impl Runtime for AsyncExecutor {
    type Spawner = &'static Executor<'static>;

    fn start(workers: NonZeroUsize) -> AsyncExecutor {
        // One for each contender of each row: a reference costs a task nothing, where a counted one would.
        let executor: &'static Executor = Box::leak(Box::default());
        let (stop, stopped) = async_channel::bounded::<()>(1);
        for _ in 0..workers.get() {
            let stopped = stopped.clone();
            thread::spawn(move || future::block_on(executor.run(stopped.recv())));
        }
        AsyncExecutor {
            executor,
            _stop: stop,
        }
    }

    fn spawner(&self) -> Self::Spawner {
        self.executor
    }

    fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
        future::block_on(self.executor.spawn(main))
    }
}

impl Spawner for &'static Executor<'static> {
    type Handle<T: Send + 'static> = Task<T>;

    fn spawn<T: Send + 'static>(
        self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> Self::Handle<T> {
        Executor::spawn(self, task)
    }

    fn join<T: Send + 'static>(handle: Self::Handle<T>) -> impl Future<Output = T> + Send {
        handle
    }

    fn detach<T: Send + 'static>(handle: Self::Handle<T>) {
        handle.detach();
    }

    fn yield_now() -> impl Future<Output = ()> + Send {
        future::yield_now()
    }
}
