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

use std::{
    collections::VecDeque,
    future::Future,
    mem,
    panic::Location,
    pin::Pin,
    task::{Context, Poll, Waker},
};

// The same names as in std, and in a program the same things. In a test, `interleave` tries every order of the threads.
use interleave::sync::{
    Arc,
    atomic::{
        AtomicUsize,
        Ordering::{AcqRel, Relaxed},
    },
};

use crate::{
    deadlock,
    error::{RecvError, SendError, TryRecvError, TrySendError},
    lock::{Guard, Lock},
    select::{Arm, Attempt, Case, Choice},
    waiters::{Progress, Ticket, Waiter, Waiters},
};

/// Makes a channel for goroutines with room for `capacity` values. With capacity 0 a send waits until its value is taken.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Arc::new(Channel {
        state: Lock::new(State {
            buffer: VecDeque::new(),
            senders: Waiters::new(),
            receivers: Waiters::new(),
            capacity,
            closed: false,
            streak: 0,
        }),
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

struct Channel<T> {
    state: Lock<State<T>>,
    capacity: usize,
    senders: AtomicUsize,
    receivers: AtomicUsize,
}

struct State<T> {
    buffer: VecDeque<T>,
    /// The sends that wait for room, each with its value.
    senders: Waiters<T>,
    /// The receives that wait for a value.
    receivers: Waiters<T>,
    capacity: usize,
    closed: bool,
    /// How many operations in a row were completed without waiting.
    streak: u32,
}

/// After so many operations without waiting, one lets the worker's other goroutines go first. Rust cannot preempt a
/// future, so a busy pair of goroutines would keep its worker for itself.
const STREAK: u32 = 128;

impl<T> State<T> {
    /// Sends without waiting. The waker belongs to the receiver that has the value now.
    #[inline]
    fn send(&mut self, value: T) -> Result<Option<Waker>, TrySendError<T>> {
        todo!("hand the value to the first receiver that waits, or put it into the buffer")
    }

    /// Receives without waiting. The waker belongs to the sender whose value has found a place.
    #[inline]
    fn recv(&mut self) -> Result<(T, Option<Waker>), TryRecvError> {
        todo!("take the first value, and let the value of the first sender that waits move up")
    }

    /// Takes back a value that was handed to a receiver which is gone: the value is the next one again.
    fn put_back(&mut self, value: T) -> Option<Waker> {
        todo!("hand the value to the next receiver that waits, or put it back in front")
    }

    /// Closes, and unlinks everybody who waits.
    fn close(&mut self) -> Vec<Waker> {
        todo!("mark the channel as closed, and complete every operation that waits as closed")
    }

    fn waiters(&mut self, side: Side) -> &mut Waiters<T> {
        match side {
            Side::Send => &mut self.senders,
            Side::Recv => &mut self.receivers,
        }
    }

    /// Counts an operation that need not wait; every 128th is told to let others go first.
    #[inline]
    fn is_tired(&mut self) -> bool {
        self.streak = (self.streak + 1) % STREAK;
        self.streak == 0
    }

    fn len(&self) -> usize {
        self.buffer.len()
    }
}

impl<T> Channel<T> {
    #[inline]
    fn lock(&self) -> Guard<'_, State<T>> {
        self.state.lock()
    }

    fn close(&self) -> bool {
        let mut state = self.lock();
        let was_open = !state.closed;
        let wakers = state.close();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
        was_open
    }

    /// The last sender is gone: receivers take what is left, and wait for nothing more.
    fn close_for_receivers(&self) {
        // Close the channel. (`todo!()` cannot stand where a drop comes by: a panic there ends the process.)
    }

    /// The last receiver is gone: no value can be sent any more, and what was sent is dropped.
    fn close_for_senders(&self) {
        // Close the channel, and drop what is in it.
    }
}

/// Wakes the goroutine whose operation was completed.
#[inline]
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
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
        Send(Operation::new(&self.channel, Side::Send, Some(value)))
    }

    /// Sends `value` if that takes no waiting: there is room, or a receiver waits.
    ///
    /// # Errors
    /// If it would have to wait, or if the channel is closed. The value comes back.
    pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
        let sent = self.channel.lock().send(value);
        sent.map(wake)
    }

    /// Closes the channel: no value can be sent any more, and what was sent can still be received. Says whether it was
    /// open.
    pub fn close(&self) -> bool {
        self.channel.close()
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
        Recv(Operation::new(&self.channel, Side::Recv, None))
    }

    /// Receives a value if that takes no waiting.
    ///
    /// # Errors
    /// [`TryRecvError::Empty`] if it would have to wait, [`TryRecvError::Closed`] if no value will ever come.
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        let received = self.channel.lock().recv();
        let (value, waker) = received?;
        wake(waker);
        Ok(value)
    }
}

/// A send in progress. See [`Sender::send`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Send<'a, T>(Operation<'a, T>);

/// A receive in progress. See [`Receiver::recv`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Recv<'a, T>(Operation<'a, T>);

/// What a send and a receive have in common.
struct Operation<'a, T> {
    channel: &'a Channel<T>,
    side: Side,
    /// What is to be sent, or what was received. While a send waits, its waiter has the value.
    value: Option<T>,
    stage: Stage,
    place: &'static Location<'static>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Send,
    Recv,
}

impl Side {
    /// In Go's words.
    fn reason(self) -> &'static str {
        match self {
            Side::Send => "chan send",
            Side::Recv => "chan receive",
        }
    }
}

enum Stage {
    New,
    Waiting(Ticket),
    /// Passed or closed.
    Over(Progress),
}

impl<'a, T> Operation<'a, T> {
    #[track_caller]
    fn new(channel: &'a Channel<T>, side: Side, value: Option<T>) -> Self {
        Operation {
            channel,
            side,
            value,
            stage: Stage::New,
            place: Location::caller(),
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Progress> {
        todo!("complete the operation; or wait, and leave the waker")
    }

    /// Completes the operation if that takes no waiting.
    #[inline]
    fn attempt(&mut self, state: &mut State<T>) -> Option<Waker> {
        let (progress, waker) = match self.side {
            Side::Send => {
                let value = self.value.take().expect("an unsent value is here");
                match state.send(value) {
                    Ok(waker) => (Progress::Passed, waker),
                    Err(error) => {
                        let closed = matches!(error, TrySendError::Closed(_));
                        self.value = Some(error.into_inner());
                        match closed {
                            true => (Progress::Closed, None),
                            false => return None,
                        }
                    }
                }
            }
            Side::Recv => match state.recv() {
                Ok((value, waker)) => {
                    self.value = Some(value);
                    (Progress::Passed, waker)
                }
                Err(TryRecvError::Closed) => (Progress::Closed, None),
                Err(TryRecvError::Empty) => return None,
            },
        };
        self.stage = Stage::Over(progress);
        waker
    }

    /// Begins to wait; as an arm of a `select!` with its choice.
    fn join_queue(
        &mut self,
        state: &mut State<T>,
        context: &Context<'_>,
        choice: Option<(Arc<Choice>, usize)>,
    ) {
        state.streak = 0;
        let waiter = Waiter {
            progress: Progress::Waiting,
            value: self.value.take(),
            waker: Some(context.waker().clone()),
            choice,
        };
        self.stage = Stage::Waiting(state.waiters(self.side).push(waiter));
    }

    /// Looks what has become of the wait, and leaves the latest waker if it goes on.
    fn look(&mut self, context: &Context<'_>) {
        let Stage::Waiting(ticket) = self.stage else {
            return;
        };
        let mut state = self.channel.lock();
        let waiter = state.waiters(self.side).get(ticket);
        if waiter.progress != Progress::Waiting {
            let waiter = state.waiters(self.side).remove(ticket);
            drop(state);
            self.settle(waiter);
        } else if let Some(waker) = &mut waiter.waker
            && !waker.will_wake(context.waker())
        {
            let old = mem::replace(waker, context.waker().clone());
            drop(state);
            // Not under the lock: to drop a waker may run code that we do not know.
            drop(old);
        }
    }

    fn over(&self) -> Option<Progress> {
        match self.stage {
            Stage::Over(progress) => Some(progress),
            _ => None,
        }
    }

    /// Waits no longer.
    fn leave(&mut self) {
        if let Stage::Waiting(ticket) = self.stage {
            let waiter = self.channel.lock().waiters(self.side).remove(ticket);
            self.settle(waiter);
        }
    }

    /// What was passed or closed is over. A wait that ends in another way, as the lost arm of a `select!` does, is new.
    fn settle(&mut self, waiter: Waiter<T>) {
        self.value = waiter.value;
        self.stage = match waiter.progress {
            Progress::Passed | Progress::Closed => Stage::Over(waiter.progress),
            Progress::Waiting | Progress::Lost => Stage::New,
        };
    }
}

/// A future that is dropped leaves no waiter. A value that was handed to it is not lost.
impl<T> Drop for Operation<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Leave the queue. If a value was received and never returned, put it back.
    }
}

// Given: nothing below is new.

impl<T> Future for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(context).map(|progress| self.0.sent(progress))
    }
}

impl<T> Future for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0
            .poll(context)
            .map(|progress| self.0.received(progress))
    }
}

// A value is moved into an operation, and never pinned.
impl<T> Unpin for Send<'_, T> {}
impl<T> Unpin for Recv<'_, T> {}

impl<T> Operation<'_, T> {
    /// The result of a send.
    fn sent(&mut self, progress: Progress) -> Result<(), SendError<T>> {
        match self.value.take() {
            Some(value) if progress == Progress::Closed => Err(SendError(value)),
            _ => Ok(()),
        }
    }

    /// The result of a receive.
    fn received(&mut self, progress: Progress) -> Result<T, RecvError> {
        match progress {
            Progress::Closed => Err(RecvError),
            _ => Ok(self.value.take().expect("a value is received once")),
        }
    }
}

impl<T> Case for Operation<'_, T> {
    fn attempt(&mut self, _: &mut Context<'_>) -> Attempt {
        let mut state = self.channel.lock();
        if matches!(self.stage, Stage::New) {
            if state.is_tired() {
                return Attempt::Tired;
            }
            let waker = Operation::attempt(self, &mut state);
            drop(state);
            wake(waker);
        }
        match self.stage {
            Stage::Over(_) => Attempt::Done,
            _ => Attempt::Blocked,
        }
    }

    fn join(&mut self, choice: &Arc<Choice>, arm: usize, context: &mut Context<'_>) -> bool {
        let mut state = self.channel.lock();
        let ready = state.closed
            || match self.side {
                Side::Send => {
                    state.buffer.len() < state.capacity || state.receivers.any_for(choice)
                }
                Side::Recv => !state.buffer.is_empty() || state.senders.any_for(choice),
            };
        if !ready {
            let choice = Some((Arc::clone(choice), arm));
            self.join_queue(&mut state, context, choice);
        }
        !ready
    }

    fn look(&mut self, context: &mut Context<'_>) -> bool {
        Operation::look(self, context);
        // Others complete it, and claim the choice for that.
        false
    }

    fn leave(&mut self) {
        Operation::leave(self);
    }
}

impl<T: std::marker::Send> Arm for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn case(&mut self) -> Option<&mut (dyn Case + std::marker::Send)> {
        Some(&mut self.0)
    }

    fn finish(&mut self) -> Option<Self::Output> {
        self.0.over().map(|progress| self.0.sent(progress))
    }
}

impl<T: std::marker::Send> Arm for Recv<'_, T> {
    type Output = Result<T, RecvError>;

    fn case(&mut self) -> Option<&mut (dyn Case + std::marker::Send)> {
        Some(&mut self.0)
    }

    fn finish(&mut self) -> Option<Self::Output> {
        self.0.over().map(|progress| self.0.received(progress))
    }
}

impl<T> Send<'_, T> {
    /// The value, if it was not sent: of a `send` that lost in a `select!`.
    pub fn into_value(mut self) -> Option<T> {
        self.0.leave();
        self.0.value.take()
    }
}
