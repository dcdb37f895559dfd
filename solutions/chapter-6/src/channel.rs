//! A channel for goroutines: who must wait leaves the worker, and a waker brings it back.
//!
//! One lock guards the buffer and two queues of waiting operations. A sender waits together with its value, so whoever
//! completes an operation hands the value over directly: a woken receiver has its value, and nobody can snatch it away.
//! With capacity 0 every value is handed over in this way.
//!
//! Invariants:
//! - a receiver waits only while the buffer is empty and no sender waits; a sender waits only while there is no room;
//! - so values leave in the order in which they came, and waiters are served in the order in which they came;
//! - an operation is completed under the lock, and its waker is called after the lock is released;
//! - an operation that is dropped leaves no waiter and loses no value: what was handed to it goes to the next receiver,
//!   or back in front.

use std::task::{Context, Poll, Waker};
use std::{collections::VecDeque, marker::PhantomData, mem, panic::Location, pin::Pin};

// The same names as in std, and in a program the same things. In a test, `interleave` tries every order of the threads.
use interleave::sync::Arc;

use crate::error::{RecvError, SendError, TryRecvError, TrySendError};
use crate::select::Attempt::{self, Blocked, Done, Ready};
use crate::select::{Arm, Choice, Wait};
use crate::waiters::{Waiter, Waiters};
use crate::{deadlock, handles::RECV, handles::SEND, lock::Lock};

/// Makes a channel for goroutines with room for `capacity` values. With capacity 0 a send waits until its value is taken.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Lock::new(State {
        buffer: VecDeque::new(),
        waiters: [Waiters::new(), Waiters::new()],
        capacity,
        closed: false,
        streak: 0,
        handles: [1, 1],
    }));
    (Sender(Arc::clone(&channel)), Receiver(channel))
}

crate::handles::handles!(Sender of SEND, Receiver of RECV);

// ANCHOR: channel
type Channel<T> = Lock<State<T>>;

pub(crate) struct State<T> {
    buffer: VecDeque<T>,
    /// The sends that wait for room, each with its value, and the receives that wait for a value.
    waiters: [Waiters<T>; 2],
    capacity: usize,
    closed: bool,
    /// How many operations in a row were completed without waiting.
    streak: u32,
    /// How many senders and receivers there are.
    handles: [usize; 2],
}
// ANCHOR_END: channel

/// After so many operations without waiting, one lets the worker's other goroutines go first. Rust cannot preempt a
/// future, so a busy pair of goroutines would keep its worker for itself.
const STREAK: u32 = 128;

impl<T> State<T> {
    /// Sends without waiting: takes the value, unless it would have to wait, or the channel is closed. The waker belongs
    /// to the receiver that has the value now.
    // ANCHOR: state_send_whole
    #[inline]
    fn send(&mut self, value: &mut Option<T>) -> Option<Waker> {
        // ANCHOR: state_send todo: hand the value to the first receiver that waits, or put it into the buffer
        // On a closed channel this finds nobody: a close completes all who wait.
        let waker = self.waiters[RECV].pass(value);
        if !self.closed
            && self.buffer.len() < self.capacity
            && let Some(value) = value.take()
        {
            self.buffer.push_back(value);
        }
        waker
        // ANCHOR_END: state_send
    }
    // ANCHOR_END: state_send_whole

    /// Receives without waiting: gives the first value, if there is one. The waker belongs to the sender whose value has
    /// found a place.
    // ANCHOR: state_recv_whole
    #[inline]
    fn recv(&mut self, value: &mut Option<T>) -> Option<Waker> {
        // ANCHOR: state_recv todo: take the first value, and let the value of the first sender that waits move up
        let (mut next, mut waker) = (None, None);
        // There will be room. Who waits goes first: a sender that comes later cannot take the place.
        if self.buffer.len() <= self.capacity {
            waker = self.waiters[SEND].pass(&mut next);
        }
        if let Some(next) = next {
            self.buffer.push_back(next);
        }
        *value = self.buffer.pop_front();
        waker
        // ANCHOR_END: state_recv
    }
    // ANCHOR_END: state_recv_whole

    /// Takes back a value that was handed to a receiver which is gone: the value is the next one again.
    // ANCHOR: put_back_whole
    fn put_back(&mut self, value: &mut Option<T>) -> Option<Waker> {
        // ANCHOR: put_back todo: hand the value to the next receiver that waits, or put it back in front
        let waker = self.waiters[RECV].pass(value);
        if let Some(value) = value.take() {
            self.buffer.push_front(value);
        }
        waker
        // ANCHOR_END: put_back
    }
    // ANCHOR_END: put_back_whole

    /// Counts an operation that need not wait; every 128th is told to let others go first.
    fn is_tired(&mut self) -> bool {
        self.streak = (self.streak + 1) % STREAK;
        self.streak == 0
    }

    /// Whether an arm of a `select!` could go on now.
    fn is_ready(&self, side: usize, own: &Choice) -> bool {
        let possible = [self.buffer.len() < self.capacity, !self.buffer.is_empty()];
        possible[side] || self.closed || self.waiters[1 - side].any_but(own)
    }
}

impl<T> Channel<T> {
    /// Closes, and completes everybody who waits. Says whether the channel was open.
    // ANCHOR: close_whole
    fn close(&self) -> bool {
        // ANCHOR: close todo: mark the channel as closed, complete every operation that waits, and wake them all
        let mut wakers = Vec::new();
        let was_open = self.with(|state| {
            for waiters in &mut state.waiters {
                while let Some(waiter) = waiters.pop() {
                    wakers.extend(waiter.waker.take());
                }
            }
            !mem::replace(&mut state.closed, true)
        });
        wakers.into_iter().for_each(Waker::wake);
        was_open
        // ANCHOR_END: close
    }
    // ANCHOR_END: close_whole

    /// The last sender is gone: receivers take what is left, and wait for nothing more. Or the last receiver is gone: no
    /// value can be sent any more, and what was sent is dropped.
    // ANCHOR: abandon_whole
    fn abandon(&self) {
        // ANCHOR: abandon todo: close the channel; if there are no receivers, drop what is in it
        self.close();
        let unread = self.with(|state| match state.handles[RECV] {
            0 => mem::take(&mut state.buffer),
            _ => VecDeque::new(),
        });
        // Not under the lock: to drop a value runs code that we do not know.
        drop(unread);
        // STARTER
        // // Close the channel. If there are no receivers, drop what is in it.
        // // (`todo!()` cannot stand where a drop comes by: a panic there ends the process.)
        // STARTER_END
        // ANCHOR_END: abandon
    }
    // ANCHOR_END: abandon_whole
}

impl<T> Sender<T> {
    /// Sends `value`; waits for room, or with capacity 0 until a receiver has it.
    ///
    /// The future may be dropped at any time: then the value is sent, or dropped with it, and no waiter is left.
    ///
    /// # Errors
    /// If the channel is closed, now or while the send waits. The value was not sent, and comes back.
    #[track_caller]
    pub fn send(&self, value: T) -> Send<'_, T> {
        Operation::new(&self.0, Some(value))
    }

    /// Sends `value` if that takes no waiting: there is room, or a receiver waits.
    ///
    /// # Errors
    /// If it would have to wait, or if the channel is closed. The value comes back.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let mut value = Some(value);
        let (waker, closed) = self.0.with(|state| (state.send(&mut value), state.closed));
        waker.into_iter().for_each(Waker::wake);
        value.map_or(Ok(()), |value| Err(TrySendError::new(value, closed)))
    }
}

impl<T> Receiver<T> {
    /// Receives the value that has been in the channel longest; waits for one.
    ///
    /// The future may be dropped at any time: no value is lost, and no waiter is left.
    ///
    /// # Errors
    /// If the channel is closed and every value has been received.
    #[track_caller]
    pub fn recv(&self) -> Recv<'_, T> {
        Operation::new(&self.0, None)
    }

    /// Receives a value if that takes no waiting.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if it would have to wait, [`TryRecvError::Closed`] if no value will ever come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut value = None;
        let (waker, closed) = self.0.with(|state| (state.recv(&mut value), state.closed));
        waker.into_iter().for_each(Waker::wake);
        value.ok_or(TryRecvError::new(closed))
    }
}

/// A send in progress. See [`Sender::send`].
pub type Send<'a, T> = Operation<'a, T, Result<(), SendError<T>>>;
/// A receive in progress. See [`Receiver::recv`].
pub type Recv<'a, T> = Operation<'a, T, Result<T, RecvError>>;

/// A send or a receive in progress. `O` is its result.
#[must_use = "a future does nothing until it is awaited"]
pub struct Operation<'a, T, O: Outcome<T>> {
    channel: &'a Channel<T>,
    /// What is to be sent, or what was received. While it waits, its waiter has the value.
    value: Option<T>,
    stage: Stage,
    place: &'static Location<'static>,
    outcome: PhantomData<fn() -> O>,
}

enum Stage {
    New,
    /// With the slot of its waiter.
    Waiting(usize),
    Over,
}

/// The result of an operation. In it, a send and a receive differ.
pub trait Outcome<T>: Sized {
    /// Who waits.
    const SIDE: usize;
    /// From the value that the operation has in the end.
    fn of(value: Option<T>) -> Self;
}

impl<T> Outcome<T> for Result<(), SendError<T>> {
    const SIDE: usize = SEND;

    fn of(unsent: Option<T>) -> Self {
        unsent.map_or(Ok(()), |value| Err(SendError(value)))
    }
}

impl<T> Outcome<T> for Result<T, RecvError> {
    const SIDE: usize = RECV;

    fn of(received: Option<T>) -> Self {
        received.ok_or(RecvError)
    }
}

impl<'a, T, O: Outcome<T>> Operation<'a, T, O> {
    #[track_caller]
    fn new(channel: &'a Channel<T>, value: Option<T>) -> Self {
        Operation {
            channel,
            value,
            stage: Stage::New,
            place: Location::caller(),
            outcome: PhantomData,
        }
    }

    /// Begins to wait; as an arm of a `select!` with its choice.
    fn join(&mut self, state: &mut State<T>, context: &Context<'_>, choice: Option<&Choice>) {
        let waiters = &mut state.waiters[O::SIDE];
        let slot = waiters.slots.insert(Waiter {
            value: self.value.take(),
            waker: Some(context.waker().clone()),
            choice: choice.cloned(),
        });
        waiters.queue.push_back(slot);
        self.stage = Stage::Waiting(slot);
        state.streak = 0;
    }

    /// Looks what has become of the wait. If it is to go on in the same way, leaves the latest waker. If not, leaves the
    /// queue: an operation that was not completed is as new then.
    fn look(&mut self, slot: usize, wait: Wait<'_>, waker: &Waker) {
        // The old waker is not dropped under the lock: that may run code that we do not know.
        let _old = self.channel.with(|state| {
            let waiters = &mut state.waiters[O::SIDE];
            let waiter = &mut waiters.slots[slot];
            if waiter.waker.is_some() && Wait::InQueue(waiter.choice.as_ref()) == wait {
                return waiter.waker.replace(waker.clone());
            }
            let waiter = waiters.slots.remove(slot);
            self.stage = waiter.waker.as_ref().map_or(Stage::Over, |_| Stage::New);
            self.value = waiter.value;
            // Who still waits leaves the queue. The search is short for who has waited long.
            if waiter.waker.is_some()
                && let Some(place) = waiters.queue.iter().position(|&other| other == slot)
            {
                waiters.queue.remove(place);
            }
            waiter.waker
        });
    }

    /// The value that it has: of a send that lost in a `select!`, what was not sent.
    pub fn into_value(mut self) -> Option<T> {
        self.leave();
        self.value.take()
    }

    /// Waits no longer. A value that its waiter had is in `value` then.
    fn leave(&mut self) {
        if let Stage::Waiting(slot) = self.stage {
            self.look(slot, Wait::Never, Waker::noop());
        }
    }
}

impl<T, O: Outcome<T>> Arm for Operation<'_, T, O> {
    type Output = O;

    // ANCHOR: attempt_whole
    #[inline]
    fn attempt(&mut self, context: &mut Context<'_>, wait: Wait<'_>) -> Attempt {
        // ANCHOR: attempt todo: complete the operation; or wait, and leave the waker
        if let Stage::Waiting(slot) = self.stage {
            self.look(slot, wait, context.waker());
        }
        match self.stage {
            Stage::New => {}
            Stage::Waiting(_) => return Blocked,
            Stage::Over => return Done,
        }
        let (attempt, waker) = self.channel.with(|state| {
            let waker = match wait {
                Wait::InQueue(Some(own)) if state.is_ready(O::SIDE, own) => return (Ready, None),
                Wait::InQueue(Some(_)) => None,
                _ if state.is_tired() => return (Ready, None),
                _ if O::SIDE == SEND => state.send(&mut self.value),
                _ => state.recv(&mut self.value),
            };
            if state.closed || self.value.is_some() != (O::SIDE == SEND) {
                self.stage = Stage::Over;
                return (Done, waker);
            }
            if let Wait::InQueue(choice) = wait {
                self.join(state, context, choice);
            }
            (Blocked, None)
        });
        // Only now: the goroutine that is woken may want the lock at once.
        waker.into_iter().for_each(Waker::wake);
        attempt
        // ANCHOR_END: attempt
    }
    // ANCHOR_END: attempt_whole

    fn finish(&mut self, chosen: bool) -> Option<O> {
        self.leave();
        chosen.then(|| O::of(self.value.take()))
    }
}

impl<T, O: Outcome<T>> Future for Operation<'_, T, O> {
    type Output = O;

    // ANCHOR: poll_whole
    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<O> {
        match self.attempt(context, Wait::InQueue(None)) {
            Done => return Poll::Ready(O::of(self.value.take())),
            Ready => context.waker().wake_by_ref(),
            Blocked => deadlock::note(["chan send", "chan receive"][O::SIDE], self.place),
        }
        Poll::Pending
    }
    // ANCHOR_END: poll_whole
}

/// A future that is dropped leaves no waiter. A value that was handed to it is not lost.
impl<T, O: Outcome<T>> Drop for Operation<'_, T, O> {
    // ANCHOR: drop_operation_whole
    #[inline]
    fn drop(&mut self) {
        // ANCHOR: drop_operation todo: leave the queue; put back a value that was received and never returned
        self.leave();
        if O::SIDE == RECV && self.value.is_some() {
            let waker = self.channel.with(|state| state.put_back(&mut self.value));
            waker.into_iter().for_each(Waker::wake);
        }
        // STARTER
        // // Leave the queue. If a value was received and never returned, put it back.
        // STARTER_END
        // ANCHOR_END: drop_operation
    }
    // ANCHOR_END: drop_operation_whole
}

// A value is moved into an operation, and never pinned.
impl<T, O: Outcome<T>> Unpin for Operation<'_, T, O> {}
