//! The kit's names for loom's types: what the explorer finds, checked by somebody else, and weak memory with it.
//!
//! loom is chosen by cargo feature alone; `--cfg loom` is never set, since other crates change under it. What loom lacks
//! is built here from what it has. Scoped threads and virtual time are missing: a test that needs them is not for loom.

/// Asks loom about every schedule of `test` with at most 2 preemptions, or `LOOM_MAX_PREEMPTIONS`.
pub(crate) fn check(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    builder.check(test);
}

/// Locks, condition variables, barriers and atomics of loom.
pub mod sync {
    pub use loom::sync::{
        Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard, WaitTimeoutResult,
    };
    pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};
    use std::time::Duration;

    /// Atomics of loom.
    pub mod atomic {
        pub use loom::sync::atomic::*;
    }

    /// loom's condition variable, with `wait_while`.
    #[derive(Debug, Default)]
    pub struct Condvar(loom::sync::Condvar);

    impl Condvar {
        /// A condition variable that nobody waits for.
        #[must_use]
        pub fn new() -> Self {
            Condvar(loom::sync::Condvar::new())
        }

        /// Releases the lock and waits for a notification; then takes the lock again.
        ///
        /// # Errors
        ///
        /// If a thread panicked while it held the lock.
        #[track_caller]
        pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
            self.0.wait(guard)
        }

        /// `wait`; loom knows no time, so it ends by a notification only.
        ///
        /// # Errors
        ///
        /// If a thread panicked while it held the lock.
        #[track_caller]
        pub fn wait_timeout<'a, T>(
            &self,
            guard: MutexGuard<'a, T>,
            timeout: Duration,
        ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
            self.0.wait_timeout(guard, timeout)
        }

        /// Waits until `condition` is false.
        ///
        /// # Errors
        ///
        /// If a thread panicked while it held the lock.
        #[track_caller]
        pub fn wait_while<'a, T>(
            &self,
            mut guard: MutexGuard<'a, T>,
            mut condition: impl FnMut(&mut T) -> bool,
        ) -> LockResult<MutexGuard<'a, T>> {
            while condition(&mut guard) {
                guard = self.0.wait(guard)?;
            }
            Ok(guard)
        }

        /// Wakes one of the threads that wait now.
        #[track_caller]
        pub fn notify_one(&self) {
            self.0.notify_one();
        }

        /// Wakes all threads that wait now.
        #[track_caller]
        pub fn notify_all(&self) {
            self.0.notify_all();
        }
    }

    /// A barrier from a mutex and a condition variable; loom's own is not finished.
    #[derive(Debug)]
    pub struct Barrier {
        size: usize,
        /// How many have arrived, and how many rounds there were.
        state: Mutex<(usize, usize)>,
        opened: Condvar,
    }

    /// Whether this thread was the last to arrive.
    #[derive(Clone, Copy, Debug)]
    pub struct BarrierWaitResult(bool);

    impl BarrierWaitResult {
        /// Whether this thread was the last to arrive.
        #[must_use]
        pub fn is_leader(&self) -> bool {
            self.0
        }
    }

    impl Barrier {
        /// A barrier for `size` threads.
        #[must_use]
        pub fn new(size: usize) -> Self {
            Barrier {
                size,
                state: Mutex::new((0, 0)),
                opened: Condvar::new(),
            }
        }

        /// Waits until all threads have arrived.
        ///
        /// # Panics
        ///
        /// If a thread panicked in the barrier.
        #[track_caller]
        pub fn wait(&self) -> BarrierWaitResult {
            let mut state = self.state.lock().expect("nothing panics in a barrier");
            let round = state.1;
            state.0 += 1;
            if state.0 == self.size {
                *state = (0, round + 1);
                self.opened.notify_all();
                return BarrierWaitResult(true);
            }
            drop(self.opened.wait_while(state, |state| state.1 == round));
            BarrierWaitResult(false)
        }
    }
}

/// loom's cell.
pub mod cell {
    /// loom's `UnsafeCell`, with std's `get_mut`.
    #[derive(Debug, Default)]
    pub struct UnsafeCell<T>(loom::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        /// A cell around `value`.
        #[track_caller]
        pub fn new(value: T) -> Self {
            UnsafeCell(loom::cell::UnsafeCell::new(value))
        }

        /// The value.
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }

        /// Reads.
        #[track_caller]
        pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
            self.0.with(access)
        }

        /// Writes.
        #[track_caller]
        pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
            self.0.with_mut(access)
        }

        /// The value; the exclusive borrow shows that nobody else has access.
        #[track_caller]
        pub fn get_mut(&mut self) -> &mut T {
            let value = self.0.with_mut(|value| value);
            // SAFETY: the pointer is to a part of `self`, which is borrowed exclusively for as long as the result lives.
            unsafe { &mut *value }
        }
    }
}

/// loom's threads.
pub mod thread {
    pub use loom::thread::{
        Builder, JoinHandle, Thread, current, panicking, park, spawn, yield_now,
    };
    pub use std::thread::Result;
    use std::time::Duration;

    /// loom knows no time: lets other threads go first.
    pub fn sleep(_: Duration) {
        yield_now();
    }

    /// loom knows no time: lets other threads go first, and returns as if the time were over.
    pub fn park_timeout(_: Duration) {
        yield_now();
    }
}

/// Hints.
pub mod hint {
    pub use loom::hint::spin_loop;
}

/// Time: loom has none.
pub mod time {
    pub use crate::thread::sleep;
    use std::time::Duration;
    pub use std::time::Instant;

    /// The time since `earlier`.
    #[must_use]
    pub fn since(earlier: Instant) -> Duration {
        earlier.elapsed()
    }
}

/// Futures on one thread.
pub mod future {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};

    use crate::sync::{Condvar, Mutex};
    pub use crate::test_futures::{Gate, WakeCounter};

    /// A `block_on` in progress: the number of its latest poll, and whether that one's waker was called.
    ///
    /// It waits with a condition variable: loom's `park` forgets a token that comes while the thread waits for a lock.
    struct Sleeper {
        state: Mutex<(u32, bool)>,
        woken: Condvar,
    }

    /// The waker of one poll; only the latest one wakes.
    struct PollWaker {
        sleeper: Arc<Sleeper>,
        poll: u32,
    }

    impl Wake for PollWaker {
        fn wake(self: Arc<Self>) {
            let mut state = self
                .sleeper
                .state
                .lock()
                .expect("nothing panics in a sleeper");
            if state.0 == self.poll {
                state.1 = true;
                self.sleeper.woken.notify_one();
            }
        }
    }

    /// Polls `future` until it is ready; in between, waits for the waker of the latest poll.
    ///
    /// # Panics
    ///
    /// If a thread panicked in a waker.
    pub fn block_on<F: Future>(future: F) -> F::Output {
        let mut future = pin!(future);
        let sleeper = Arc::new(Sleeper {
            state: Mutex::new((0, false)),
            woken: Condvar::new(),
        });
        for poll in 1.. {
            *sleeper.state.lock().expect("nothing panics in a sleeper") = (poll, false);
            let waker = Waker::from(Arc::new(PollWaker {
                sleeper: Arc::clone(&sleeper),
                poll,
            }));
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return value;
            }
            let state = sleeper.state.lock().expect("nothing panics in a sleeper");
            drop(sleeper.woken.wait_while(state, |state| !state.1));
        }
        unreachable!("a run has fewer steps than a u32 has numbers")
    }

    /// `future`; loom does not watch it.
    pub fn tracked<F: Future>(future: F) -> F {
        future
    }
}
