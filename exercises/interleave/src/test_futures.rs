//! Help for testing futures: a waker that counts, and a gate to wait at.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Wake, Waker};

use crate::sync::Mutex;

/// A waker that counts its calls, for polling by hand.
///
/// ```
/// let counter = interleave::future::WakeCounter::new();
/// counter.waker().wake_by_ref();
/// assert_eq!(counter.wakes(), 1);
/// ```
#[derive(Clone, Debug, Default)]
pub struct WakeCounter(Arc<Count>);

#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl WakeCounter {
    /// A counter at 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A waker that counts here.
    #[must_use]
    pub fn waker(&self) -> Waker {
        Waker::from(Arc::clone(&self.0))
    }

    /// How often its wakers were called.
    #[must_use]
    pub fn wakes(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    /// How many wakers of this counter live.
    #[must_use]
    pub fn wakers(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }
}

/// A gate: futures wait at it until somebody opens it.
#[derive(Debug)]
pub struct Gate {
    state: Mutex<(bool, VecDeque<Waker>)>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Gate {
            state: Mutex::new((false, VecDeque::new())),
        }
    }

    /// Opens the gate, and wakes all who wait at it.
    ///
    /// # Panics
    ///
    /// If a thread panicked in the gate.
    #[track_caller]
    pub fn open(&self) {
        let wakers = {
            let mut state = self.state.lock().expect("nothing panics in a gate");
            state.0 = true;
            std::mem::take(&mut state.1)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// A future that is pending until the gate is open.
    ///
    /// # Panics
    ///
    /// If a thread panicked in the gate.
    pub fn wait(&self) -> impl Future<Output = ()> + '_ {
        std::future::poll_fn(|context| {
            let mut state = self.state.lock().expect("nothing panics in a gate");
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push_back(context.waker().clone());
            Poll::Pending
        })
    }
}
