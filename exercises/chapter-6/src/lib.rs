//! Chapter 6, Channels: values go from task to task, and tasks wait for each other. A module a step; `error`, `handles`,
//! `lock` and `waiters` are given.

// Only `lock` allows it.
#![deny(unsafe_code)]

pub mod blocking;
pub mod channel;
pub mod deadlock;
pub mod error;
mod handles;
mod lock;
pub mod pipeline;
pub mod primer;
pub mod select;
mod waiters;

pub use channel::{Receiver, Recv, Send, Sender, channel};
pub use error::{RecvError, SendError, TryRecvError, TrySendError};
