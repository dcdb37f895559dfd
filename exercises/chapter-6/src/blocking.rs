//! A channel for threads: a queue, a lock, and condition variables to wait for a change of the queue.
//!
//! A thread that cannot go on waits, and the thread that changes the queue wakes it. A woken thread looks again: another
//! one may have been faster, and a condition variable may also return for no reason.
//!
//! Invariants:
//! - every look at the queue and every change of it happens under the one lock;
//! - a change that lets somebody go on notifies the condition variable at which those wait;
//! - the buffer is never longer than the capacity; with capacity 0, a `send` offers one value at a time and waits until
//!   it has been taken, and `try_send` offers no more values than there are receivers that wait;
//! - closing throws no value away: what was sent before can still be received.

use std::{collections::VecDeque, mem};

// The same names as in std, and in a program the same things. In a test, `interleave` tries every order of the threads.
use interleave::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::{RecvError, SendError, TryRecvError, TrySendError};

/// Makes a channel for threads with room for `capacity` values. With capacity 0 a send waits until its value is taken.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel {
        state: Mutex::new(State {
            buffer: VecDeque::new(),
            capacity,
            taken: 0,
            receivers_waiting: 0,
            closed: false,
            handles: [1, 1],
        }),
        not_empty: Condvar::new(),
        not_full: Condvar::new(),
    });
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

crate::handles::handles!(Sender of SEND, Receiver of RECV);

struct Channel<T> {
    state: Mutex<State<T>>,
    /// There is a value to take, or there will never be one. Receivers wait here.
    not_empty: Condvar,
    /// A value was taken, or no value may be sent any more. Senders wait here.
    not_full: Condvar,
}

struct State<T> {
    buffer: VecDeque<T>,
    capacity: usize,
    /// How many values have been taken out of the buffer so far.
    taken: usize,
    /// How many threads wait at `not_empty`.
    receivers_waiting: usize,
    closed: bool,
    /// How many senders and receivers there are.
    handles: [usize; 2],
}

impl<T> Sender<T> {
    /// Sends `value`; waits for room, or with capacity 0 until a receiver has taken it.
    ///
    /// # Errors
    /// If the channel is closed, now or while this thread waits. The value was not sent, and comes back.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        todo!("wait until there is room, push the value, wake a receiver")
    }

    /// Sends `value` if that takes no waiting: there is room, or with capacity 0 a receiver waits.
    ///
    /// # Errors
    /// If it would have to wait, or if the channel is closed. The value comes back.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        todo!("push the value if there is room, or if a receiver waits that has no value yet")
    }
}

impl<T> Receiver<T> {
    /// Receives the value that has been in the channel longest; waits for one.
    ///
    /// # Errors
    /// If the channel is closed and every value has been received.
    pub fn recv(&self) -> Result<T, RecvError> {
        todo!("wait until there is a value, take it, wake a sender")
    }

    /// Receives a value if that takes no waiting.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if it would have to wait, [`TryRecvError::Closed`] if no value will ever come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        todo!("take a value if there is one; if not, say whether one may still come")
    }
}

impl<T> Channel<T> {
    // A place for what `recv` and `try_recv` have in common.

    // Step 6.2: the end of a channel.

    /// Closes. Says whether the channel was open.
    fn close(&self) -> bool {
        todo!("mark the channel as closed, and wake everybody who waits")
    }

    /// The last sender is gone: receivers take what is left, and wait for nothing more. Or the last receiver is gone: no
    /// value can be sent any more.
    fn abandon(&self) {
        // Close the channel. Until then it does not notice that a side is gone.
    }

    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // A panic under the lock has its own report: do not add one for everybody who comes later.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<R>(&self, access: impl FnOnce(&mut State<T>) -> R) -> R {
        access(&mut self.lock())
    }
}

#[track_caller]
fn wait<'a, T>(change: &Condvar, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
    change.wait(state).unwrap_or_else(PoisonError::into_inner)
}

/// The values until the channel is closed, as they come: `for value in &receiver`.
impl<T> Iterator for &Receiver<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        todo!("receive; there is no next value once the channel is closed and empty")
    }
}
