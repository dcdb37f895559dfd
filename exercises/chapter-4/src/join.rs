//! How a goroutine can end other than well, and how a whole run can. This file is given.

use std::{any::Any, error::Error, fmt};

/// Why a goroutine has no result.
pub enum JoinError {
    /// It panicked, and this is the payload.
    Panicked(Box<dyn Any + Send>),
    /// Its runtime ended first.
    Cancelled,
}

impl JoinError {
    /// Whether the goroutine panicked.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self, JoinError::Panicked(_))
    }

    /// The payload of the panic, for `std::panic::resume_unwind`.
    ///
    /// # Panics
    /// If the goroutine was cancelled.
    #[must_use]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        match self {
            JoinError::Panicked(payload) => payload,
            JoinError::Cancelled => panic!("the goroutine was cancelled: there is no payload"),
        }
    }

    /// The panic's message, if it has one.
    fn message(&self) -> Option<&str> {
        let JoinError::Panicked(payload) = self else {
            return None;
        };
        payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.message()) {
            (JoinError::Cancelled, _) => f.write_str("the goroutine was cancelled"),
            (_, Some(message)) => write!(f, "the goroutine panicked: {message}"),
            (_, None) => f.write_str("the goroutine panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JoinError::Panicked(_) => f.debug_tuple("Panicked").field(&self.message()).finish(),
            JoinError::Cancelled => f.write_str("Cancelled"),
        }
    }
}

impl Error for JoinError {}

/// Every goroutine waits, and no timer is pending: only another thread could still wake one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stalled;

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every goroutine waits, and nothing on this thread can wake one")
    }
}

impl Error for Stalled {}
