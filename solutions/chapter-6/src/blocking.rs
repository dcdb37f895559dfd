//! A channel for threads: a queue, a lock, and condition variables to wait for a change of the queue.
//!
//! A thread that cannot go on waits, and the thread that changes the queue wakes it. A woken thread looks again: another
//! one may have been faster, and a condition variable may also return for no reason.
//!
//! Invariants:
//! - every look at the queue and every change of it happens under the one lock;
//! - a change that lets somebody go on notifies exactly the condition variable at which those wait;
//! - the queue is never longer than the capacity; with capacity 0, a `send` offers one value at a time and waits until
//!   it has been taken, and `try_send` offers no more values than there are receivers that wait;
//! - closing throws no value away: what was sent before can still be received.

use std::{collections::VecDeque, mem};

// The same names as in std, and in a program the same things. In a test, `interleave` tries every order of the threads.
use interleave::sync::{
    Arc, Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{
        AtomicUsize,
        Ordering::{AcqRel, Relaxed},
    },
};

use crate::error::{RecvError, SendError, TryRecvError, TrySendError};

/// Makes a channel for threads with room for `capacity` values. With capacity 0 a send waits until its value is taken.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel {
        state: Mutex::new(State {
            queue: VecDeque::new(),
            taken: 0,
            receivers_waiting: 0,
            closed: false,
        }),
        not_empty: Condvar::new(),
        not_full: Condvar::new(),
        passed: Condvar::new(),
        capacity,
        senders: AtomicUsize::new(1),
        receivers: AtomicUsize::new(1),
    });
    let sender = Sender {
        channel: Arc::clone(&channel),
    };
    (sender, Receiver { channel })
}

crate::handles::handles!();

// ANCHOR: channel
struct Channel<T> {
    state: Mutex<State<T>>,
    /// There is a value to take, or there will never be one.
    not_empty: Condvar,
    /// There is room for a value, or no value may be sent any more.
    not_full: Condvar,
    /// Capacity 0: a value was taken, or never will be.
    passed: Condvar,
    capacity: usize,
    senders: AtomicUsize,
    receivers: AtomicUsize,
}

struct State<T> {
    queue: VecDeque<T>,
    /// How many values have been taken out of the queue so far.
    taken: usize,
    /// How many threads wait at `not_empty`.
    receivers_waiting: usize,
    closed: bool,
}
// ANCHOR_END: channel

impl<T> State<T> {
    fn len(&self) -> usize {
        self.queue.len()
    }
}

impl<T> Sender<T> {
    /// Sends `value`; waits for room, or with capacity 0 until a receiver has taken it.
    ///
    /// # Errors
    /// If the channel is closed, now or while this thread waits. The value was not sent, and comes back.
    // ANCHOR: send_whole
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        // ANCHOR: send todo: wait until there is room, push the value, wake a receiver
        let channel = &*self.channel;
        let mut state = channel.lock();
        // A loop, and not an `if`: between the notification and our lock, another sender may have taken the room.
        while !state.closed && state.queue.len() >= channel.capacity.max(1) {
            state = wait(&channel.not_full, state);
        }
        if state.closed {
            return Err(SendError(value));
        }
        state.queue.push_back(value);
        channel.not_empty.notify_one();
        if channel.capacity > 0 {
            return Ok(());
        }
        // Rendezvous: the queue was empty, so ours is the next value to be taken.
        let before = state.taken;
        while state.taken == before && !state.closed {
            state = wait(&channel.passed, state);
        }
        if state.taken > before {
            return Ok(());
        }
        let value = state.queue.pop_front();
        Err(SendError(value.expect("nobody has taken our value")))
        // ANCHOR_END: send
    }
    // ANCHOR_END: send_whole

    /// Sends `value` if that takes no waiting: there is room, or with capacity 0 a receiver waits.
    ///
    /// # Errors
    /// If it would have to wait, or if the channel is closed. The value comes back.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        // ANCHOR: try_send todo: push the value if there is room, or if a receiver waits that has no value yet
        let channel = &*self.channel;
        let mut state = channel.lock();
        if state.closed {
            return Err(TrySendError::Closed(value));
        }
        let room = match channel.capacity {
            0 => state.receivers_waiting,
            capacity => capacity,
        };
        if state.queue.len() >= room {
            return Err(TrySendError::Full(value));
        }
        state.queue.push_back(value);
        channel.not_empty.notify_one();
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
        let channel = &*self.channel;
        let mut state = channel.lock();
        loop {
            if let Some(value) = channel.take(&mut state) {
                return Ok(value);
            }
            // Only now: what was sent before the channel was closed is still received.
            if state.closed {
                return Err(RecvError);
            }
            state.receivers_waiting += 1;
            state = wait(&channel.not_empty, state);
            state.receivers_waiting -= 1;
        }
        // ANCHOR_END: recv
    }
    // ANCHOR_END: recv_whole

    /// Receives a value if that takes no waiting.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if it would have to wait, [`TryRecvError::Closed`] if no value will ever come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        // ANCHOR: try_recv todo: take a value if there is one; if not, say whether one may still come
        let mut state = self.channel.lock();
        match self.channel.take(&mut state) {
            Some(value) => Ok(value),
            None if state.closed => Err(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
        // ANCHOR_END: try_recv
    }
}

impl<T> Channel<T> {
    // ANCHOR: take todo: what recv and try_recv share
    /// Takes the first value, if there is one, and tells those who wait for that.
    fn take(&self, state: &mut State<T>) -> Option<T> {
        let value = state.queue.pop_front()?;
        state.taken += 1;
        self.not_full.notify_one();
        if self.capacity == 0 {
            // One: who waits here has its value in front of the queue, or was notified already and has yet to run.
            self.passed.notify_one();
        }
        Some(value)
    }
    // STARTER
    // // A place for what `recv` and `try_recv` have in common.
    // STARTER_END
    // ANCHOR_END: take

    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // A panic under the lock has its own report: do not add one for everybody who comes later.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[track_caller]
fn wait<'a, T>(change: &Condvar, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
    change.wait(state).unwrap_or_else(PoisonError::into_inner)
}

// Step 6.2: the end of a channel.

impl<T> Sender<T> {
    /// Closes the channel: no value can be sent any more, and what was sent can still be received. Says whether it was
    /// open.
    // ANCHOR: close_whole
    pub fn close(&self) -> bool {
        // ANCHOR: close todo: mark the channel as closed, and wake everybody who waits
        let channel = &*self.channel;
        let was_open = !mem::replace(&mut channel.lock().closed, true);
        // All: nobody who waits now will be notified by a later send or receive.
        channel.not_empty.notify_all();
        channel.not_full.notify_all();
        channel.passed.notify_all();
        was_open
        // ANCHOR_END: close
    }
    // ANCHOR_END: close_whole
}

// ANCHOR: last_handles_whole
impl<T> Channel<T> {
    /// The last sender is gone: receivers take what is left, and wait for nothing more.
    fn close_for_receivers(&self) {
        // ANCHOR: close_for_receivers todo: close the channel, and wake every receiver
        self.lock().closed = true;
        self.not_empty.notify_all();
        // STARTER
        // // Close the channel, and wake every receiver. Until then a channel does not notice that its senders are gone.
        // STARTER_END
        // ANCHOR_END: close_for_receivers
    }

    /// The last receiver is gone: no value can be sent any more.
    fn close_for_senders(&self) {
        // ANCHOR: close_for_senders todo: close the channel, and wake every sender
        self.lock().closed = true;
        self.not_full.notify_all();
        self.passed.notify_all();
        // STARTER
        // // Close the channel, and wake every sender.
        // STARTER_END
        // ANCHOR_END: close_for_senders
    }
}
// ANCHOR_END: last_handles_whole

/// The values until the channel is closed, as they come: `for value in &receiver`.
pub struct Iter<'a, T>(&'a Receiver<T>);

impl<'a, T> IntoIterator for &'a Receiver<T> {
    type Item = T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        Iter(self)
    }
}

impl<T> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        // ANCHOR: next todo: receive; there is no next value once the channel is closed and empty
        self.0.recv().ok()
        // ANCHOR_END: next
    }
}
