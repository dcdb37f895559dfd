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

// ANCHOR: channel
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
// ANCHOR_END: channel

impl<T> Sender<T> {
    /// Sends `value`; waits for room, or with capacity 0 until a receiver has taken it.
    ///
    /// # Errors
    /// If the channel is closed, now or while this thread waits. The value was not sent, and comes back.
    // ANCHOR: send_whole
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        // ANCHOR: send todo: wait until there is room, push the value, wake a receiver
        let mut state = self.0.lock();
        // A loop, and not an `if`: between the notification and our lock, another sender may have taken the room.
        while !state.closed && state.buffer.len() >= state.capacity.max(1) {
            state = wait(&self.0.not_full, state);
        }
        if state.closed {
            return Err(SendError(value));
        }
        state.buffer.push_back(value);
        self.0.not_empty.notify_one();
        // Rendezvous: the buffer was empty, so ours is the next value to be taken.
        let before = state.taken;
        while state.capacity == 0 && state.taken == before {
            if state.closed {
                let unsent = state.buffer.pop_front();
                return Err(SendError(unsent.expect("nobody has taken it")));
            }
            state = wait(&self.0.not_full, state);
        }
        Ok(())
        // ANCHOR_END: send
    }
    // ANCHOR_END: send_whole

    /// Sends `value` if that takes no waiting: there is room, or with capacity 0 a receiver waits.
    ///
    /// # Errors
    /// If it would have to wait, or if the channel is closed. The value comes back.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        // ANCHOR: try_send todo: push the value if there is room, or if a receiver waits that has no value yet
        let mut state = self.0.lock();
        let room = match state.capacity {
            0 => state.receivers_waiting,
            capacity => capacity,
        };
        if state.closed || state.buffer.len() >= room {
            return Err(TrySendError::new(value, state.closed));
        }
        state.buffer.push_back(value);
        self.0.not_empty.notify_one();
        Ok(())
        // ANCHOR_END: try_send
    }
}

impl<T> Receiver<T> {
    /// Receives the value that has been in the channel longest; waits for one.
    ///
    /// # Errors
    /// If the channel is closed and every value has been received.
    // ANCHOR: recv_whole
    pub fn recv(&self) -> Result<T, RecvError> {
        // ANCHOR: recv todo: wait until there is a value, take it, wake a sender
        let mut state = self.0.lock();
        while !state.closed && state.buffer.is_empty() {
            state.receivers_waiting += 1;
            state = wait(&self.0.not_empty, state);
            state.receivers_waiting -= 1;
        }
        self.0.take(&mut state).map_err(|_| RecvError)
        // ANCHOR_END: recv
    }
    // ANCHOR_END: recv_whole

    /// Receives a value if that takes no waiting.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if it would have to wait, [`TryRecvError::Closed`] if no value will ever come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        // ANCHOR: try_recv todo: take a value if there is one; if not, say whether one may still come
        self.0.take(&mut self.0.lock())
        // ANCHOR_END: try_recv
    }
}

impl<T> Channel<T> {
    // ANCHOR: take todo: what recv and try_recv share
    /// Takes the first value, if there is one, and tells those who wait for that.
    fn take(&self, state: &mut State<T>) -> Result<T, TryRecvError> {
        // First the buffer: what was sent before the channel was closed is still received.
        let value = state.buffer.pop_front();
        let value = value.ok_or(TryRecvError::new(state.closed))?;
        state.taken += 1;
        match state.capacity {
            // All: next to the sender of this value, the sender of the next one may wait here already.
            0 => self.not_full.notify_all(),
            _ => self.not_full.notify_one(),
        }
        Ok(value)
    }
    // STARTER
    // // A place for what `recv` and `try_recv` have in common.
    // STARTER_END
    // ANCHOR_END: take

    // Step 6.2: the end of a channel.

    /// Closes. Says whether the channel was open.
    // ANCHOR: close_whole
    fn close(&self) -> bool {
        // ANCHOR: close todo: mark the channel as closed, and wake everybody who waits
        let was_open = !mem::replace(&mut self.lock().closed, true);
        // All: nobody who waits now will be notified by a later send or receive.
        self.not_empty.notify_all();
        self.not_full.notify_all();
        was_open
        // ANCHOR_END: close
    }
    // ANCHOR_END: close_whole

    /// The last sender is gone: receivers take what is left, and wait for nothing more. Or the last receiver is gone: no
    /// value can be sent any more.
    // ANCHOR: abandon_whole
    fn abandon(&self) {
        // ANCHOR: abandon todo: close the channel
        self.close();
        // STARTER
        // // Close the channel. Until then it does not notice that a side is gone.
        // STARTER_END
        // ANCHOR_END: abandon
    }
    // ANCHOR_END: abandon_whole

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
        // ANCHOR: next todo: receive; there is no next value once the channel is closed and empty
        self.recv().ok()
        // ANCHOR_END: next
    }
}
