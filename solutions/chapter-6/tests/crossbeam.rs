//! The tests of steps 6.1 and 6.2, unchanged, against crossbeam-channel: what they ask for is what a channel does.
//!
//! crossbeam-channel has no `close`: a channel is closed when the last sender is dropped. The adapter adds it.

// The tests ask for `chapter_6::blocking`, and find the adapter.
extern crate self as chapter_6;

#[path = "../../../exercises/chapter-6/tests/check/blocking.rs"]
mod blocking_tests;
#[path = "../../../exercises/chapter-6/tests/check/closing.rs"]
mod closing_tests;

pub use chapter_6_solution::error;

/// Real threads, again and again: the explorer does not know crossbeam's operations.
pub mod orders {
    pub use std::{sync::atomic::AtomicUsize, thread};

    pub fn explore(_: usize, test: impl Fn()) {
        (0..50).for_each(|_| test());
    }

    pub fn explore_with_spurious_wake_ups(test: impl Fn()) {
        explore(0, test);
    }

    /// Real threads do not promise that anything happens in some run.
    #[derive(Clone, Default)]
    pub struct Seen(());

    impl Seen {
        pub fn note(&self) {}
        pub fn assert(&self, _: &str) {}
    }
}

/// crossbeam-channel in the course's words.
pub mod blocking {
    use std::sync::{Arc, Mutex, Weak};

    use chapter_6_solution::error::{RecvError, SendError, TryRecvError, TrySendError};
    use crossbeam_channel as crossbeam;

    pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = crossbeam::bounded(capacity);
        let (open, closed) = crossbeam::bounded(0);
        let receivers = Arc::new(());
        let shared = Shared {
            ends: Mutex::new(Some((sender, open))),
            closed: closed.clone(),
            receivers: Arc::downgrade(&receivers),
        };
        let receiver = Receiver {
            receiver,
            capacity,
            closed,
            receivers,
        };
        (Sender(Arc::new(shared)), receiver)
    }

    pub struct Sender<T>(Arc<Shared<T>>);

    struct Shared<T> {
        /// Empty once closed. Whoever drops the second one wakes all who receive from `closed`.
        ends: Mutex<Option<(crossbeam::Sender<T>, crossbeam::Sender<()>)>>,
        closed: crossbeam::Receiver<()>,
        receivers: Weak<()>,
    }

    #[derive(Clone)]
    pub struct Receiver<T> {
        receiver: crossbeam::Receiver<T>,
        capacity: usize,
        closed: crossbeam::Receiver<()>,
        receivers: Arc<()>,
    }

    impl<T> Clone for Sender<T> {
        fn clone(&self) -> Self {
            Sender(Arc::clone(&self.0))
        }
    }

    impl<T> Sender<T> {
        fn sender(&self) -> Option<crossbeam::Sender<T>> {
            let ends = self.0.ends.lock().unwrap();
            ends.as_ref().map(|(sender, _)| sender.clone())
        }

        pub fn send(&self, value: T) -> Result<(), SendError<T>> {
            let Some(sender) = self.sender() else {
                return Err(SendError(value));
            };
            let mut select = crossbeam::Select::new();
            let sending = select.send(&sender);
            select.recv(&self.0.closed);
            let operation = select.select();
            if operation.index() == sending {
                let sent = operation.send(&sender, value);
                return sent.map_err(|error| SendError(error.0));
            }
            let _ = operation.recv(&self.0.closed);
            Err(SendError(value))
        }

        pub fn try_send(&self, value: T) -> Result<(), TrySendError<T>> {
            let Some(sender) = self.sender() else {
                return Err(TrySendError::Closed(value));
            };
            sender.try_send(value).map_err(|error| match error {
                crossbeam::TrySendError::Full(value) => TrySendError::Full(value),
                crossbeam::TrySendError::Disconnected(value) => TrySendError::Closed(value),
            })
        }

        pub fn close(&self) -> bool {
            let was_open = !self.is_closed();
            drop(self.0.ends.lock().unwrap().take());
            was_open
        }

        pub fn is_closed(&self) -> bool {
            self.0.ends.lock().unwrap().is_none() || self.0.receivers.strong_count() == 0
        }
    }

    impl<T> Receiver<T> {
        pub fn recv(&self) -> Result<T, RecvError> {
            self.receiver.recv().map_err(|_| RecvError)
        }

        pub fn try_recv(&self) -> Result<T, TryRecvError> {
            self.receiver.try_recv().map_err(|error| match error {
                crossbeam::TryRecvError::Empty => TryRecvError::Empty,
                crossbeam::TryRecvError::Disconnected => TryRecvError::Closed,
            })
        }

        pub fn len(&self) -> usize {
            self.receiver.len()
        }

        pub fn is_empty(&self) -> bool {
            self.receiver.is_empty()
        }

        pub fn capacity(&self) -> usize {
            self.capacity
        }

        pub fn is_closed(&self) -> bool {
            debug_assert!(Arc::strong_count(&self.receivers) > 0);
            self.closed.try_recv() == Err(crossbeam::TryRecvError::Disconnected)
        }
    }

    impl<'a, T> IntoIterator for &'a Receiver<T> {
        type Item = T;
        type IntoIter = crossbeam::Iter<'a, T>;

        fn into_iter(self) -> Self::IntoIter {
            self.receiver.iter()
        }
    }
}
