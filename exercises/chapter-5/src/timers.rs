//! `sleep`: one thread a runtime that waits for the earliest timer. It starts with the first sleep. Given.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use interleave::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread::{Builder, JoinHandle},
    time::Instant,
};

use crate::runtime::{Shared, with_context};

/// The timers of a runtime.
#[derive(Default)]
pub(crate) struct Timers {
    state: Mutex<State>,
    changed: Condvar,
    /// Timers that have not fired, and those whose waker is being called.
    armed: AtomicUsize,
}

#[derive(Default)]
struct State {
    wakers: BTreeMap<(Instant, u64), Waker>,
    next: u64,
    thread: Option<JoinHandle<()>>,
    stopped: bool,
}

/// What `sleep` returns. Dropped early, it leaves no timer.
#[must_use = "a future does nothing until it is awaited"]
pub struct Sleep {
    until: Instant,
    armed: Option<(Arc<Shared>, u64)>,
}

/// Waits for this long; the worker does other things meanwhile.
pub fn sleep(time: Duration) -> Sleep {
    Sleep {
        until: Instant::now() + time,
        armed: None,
    }
}

impl Future for Sleep {
    type Output = ();

    /// # Panics
    /// Outside a runtime.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.until {
            self.disarm();
            return Poll::Ready(());
        }
        if self.armed.is_none() {
            self.armed = Some(with_context(|context| {
                let context = context.expect("`sleep` is awaited by a goroutine of a runtime");
                (Arc::clone(&context.shared), context.shared.timers.number())
            }));
        }
        if let Some((shared, number)) = &self.armed {
            Timers::arm(shared, (self.until, *number), context.waker());
        }
        Poll::Pending
    }
}

impl Sleep {
    fn disarm(&mut self) {
        if let Some((shared, number)) = self.armed.take() {
            shared.timers.disarm((self.until, number));
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.disarm();
    }
}

impl Timers {
    fn lock(&self) -> MutexGuard<'_, State> {
        let state = self.state.lock();
        state.expect("nothing panics while it holds this lock")
    }

    /// How many timers have not done their work.
    pub(crate) fn armed(&self) -> usize {
        // SeqCst: as in `Shared::stand_still`.
        self.armed.load(SeqCst)
    }

    fn number(&self) -> u64 {
        let mut state = self.lock();
        state.next += 1;
        state.next
    }

    fn arm(shared: &Arc<Shared>, key: (Instant, u64), waker: &Waker) {
        let this = &shared.timers;
        let mut state = this.lock();
        if state.stopped {
            return;
        }
        if state.wakers.insert(key, waker.clone()).is_none() {
            this.armed.fetch_add(1, SeqCst);
        }
        if state.thread.is_none() {
            let shared = Arc::clone(shared);
            let thread = Builder::new().name("timers".into());
            let thread = thread.spawn(move || shared.timers.run());
            state.thread = Some(thread.expect("the system has a thread left"));
        } else if state
            .wakers
            .first_key_value()
            .is_some_and(|(&first, _)| first == key)
        {
            this.changed.notify_one();
        }
    }

    fn disarm(&self, key: (Instant, u64)) {
        let waker = self.lock().wakers.remove(&key);
        if waker.is_some() {
            self.armed.fetch_sub(1, SeqCst);
        }
    }

    fn run(&self) {
        let mut state = self.lock();
        while !state.stopped {
            let now = Instant::now();
            let waited = match state.wakers.first_entry() {
                None => self.changed.wait(state),
                Some(first) if first.key().0 <= now => {
                    let waker = first.remove();
                    drop(state);
                    waker.wake();
                    // SeqCst: after the wake, so that the runtime never seems to stand still in between.
                    self.armed.fetch_sub(1, SeqCst);
                    state = self.lock();
                    continue;
                }
                Some(first) => {
                    let time = first.key().0.duration_since(now);
                    self.changed
                        .wait_timeout(state, time)
                        .map(|(state, _)| state)
                        .map_err(|poison| std::sync::PoisonError::new(poison.into_inner().0))
                }
            };
            state = waited.expect("nothing panics while it holds this lock");
        }
    }

    /// Ends the thread, and forgets the wakers.
    pub(crate) fn stop_and_join(&self) {
        let (wakers, thread) = {
            let mut state = self.lock();
            state.stopped = true;
            (std::mem::take(&mut state.wakers), state.thread.take())
        };
        self.changed.notify_one();
        drop(wakers);
        if let Some(thread) = thread {
            thread.join().expect("the timers do not panic");
        }
    }
}
