//! Chapter 4, Goroutines: `go(async { … })` from nothing, on one thread. A module a step; `inbox`, `join`, `tasks` and
//! `timers` are given.

pub mod block_on;
pub mod countdown;
pub mod inbox;
pub mod join;
pub mod refused;
pub mod runtime;
pub mod sleep;
pub mod state;
pub mod tasks;
pub mod timers;
pub mod wait_group;

pub use block_on::block_on;
pub use countdown::{Countdown, yield_now};
pub use join::{JoinError, Stalled};
pub use runtime::{JoinHandle, Runtime, go};
pub use sleep::{Sleep, elapsed, sleep};
pub use state::State;
pub use wait_group::WaitGroup;
