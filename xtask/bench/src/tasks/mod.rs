//! The races of tasks: work that is written once, for every runtime and every kind of channel.
//!
//! | module | is |
//! |---|---|
//! | [`work`] | what is raced: a million tasks, yields, a tree, a ping-pong, a sieve |
//! | [`runtimes`] | who runs it: the peers behind the trait [`Runtime`] |
//! | [`channels`] | what it talks over: the peers behind the trait [`Channels`] |
//! | [`ours`] | the course's own, behind the same traits |
//! | [`line_up`] | which runtimes meet which channels |
//! | [`threads`] | the same conversations on threads of the system, without a runtime |
//! | [`process`] | what is measured of a whole process: memory, and processor time |
//!
//! A contender is a [`Work`] on a `Runtime` with `Channels`. All three are types, so the compiler sees through them, and
//! nobody pays for a virtual call. A runtime is started in the warm-up, and serves all rounds.

use std::future::Future;
use std::num::NonZeroUsize;

use crate::race::{Contender, Kind};

pub mod channels;
pub mod line_up;
pub mod ours;
pub mod process;
pub mod runtimes;
pub mod threads;
pub mod work;

pub use channels::Channels;

/// Runs tasks on a number of worker threads. Dropping it stops them.
pub trait Runtime: Sized + 'static {
    /// Starts tasks from within.
    type Spawner: Spawner;

    /// A runtime with as many workers; one that has a single thread ignores the number.
    fn start(workers: NonZeroUsize) -> Self;

    /// What the tasks spawn with.
    fn spawner(&self) -> Self::Spawner;

    /// Runs `main` as a task, and returns its result.
    fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T;
}

/// Starts tasks on the runtime that the caller runs on.
pub trait Spawner: Copy + Send + Sync + 'static {
    /// What [`Spawner::join`] waits for.
    type Handle<T: Send + 'static>: Send;

    /// Starts a task.
    fn spawn<T: Send + 'static>(
        self,
        task: impl Future<Output = T> + Send + 'static,
    ) -> Self::Handle<T>;

    /// Waits for a task's result.
    fn join<T: Send + 'static>(handle: Self::Handle<T>) -> impl Future<Output = T> + Send;

    /// Lets the task run without anybody who waits for it.
    fn detach<T: Send + 'static>(handle: Self::Handle<T>) {
        drop(handle);
    }

    /// Lets the other tasks go first.
    fn yield_now() -> impl Future<Output = ()> + Send;
}

/// A piece of work for tasks. Its result is a checksum.
pub trait Work: Copy + 'static {
    /// How much it is, for people.
    fn words(self) -> String;

    /// How much it is, for the Go program.
    fn size(self) -> usize;

    /// The checksum of the right result.
    fn expected(self) -> u64;

    /// The room in its channels.
    fn capacity(self) -> usize {
        0
    }

    /// Whether several tasks receive from the same channel.
    fn shares_a_receiver(self) -> bool {
        false
    }

    /// The first task. Work without channels ignores `C`.
    fn main<S: Spawner, C: Channels>(
        self,
        spawner: S,
    ) -> impl Future<Output = u64> + Send + 'static;
}

/// A contender that does `work` on runtime `R` with channels `C`.
pub fn contender<R: Runtime, C: Channels>(
    kind: Kind,
    name: impl Into<String>,
    detail: impl Into<String>,
    workers: NonZeroUsize,
    work: impl Work,
) -> Contender {
    let mut started = None;
    Contender::timed(
        kind,
        name,
        detail,
        || (),
        move |()| {
            // Started in the warm-up, before anything is measured.
            let runtime = started.get_or_insert_with(|| R::start(workers));
            runtime.run(work.main::<_, C>(runtime.spawner()))
        },
        Ok,
    )
}
