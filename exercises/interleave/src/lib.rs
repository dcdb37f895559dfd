//! The course's test kit: std's synchronisation types, with an explorer of schedules behind them.
//!
//! Code written against this crate uses [`sync`], [`thread`], [`cell`], [`future`] and [`time`] as it would use std's.
//! What stands behind the names depends on the build:
//!
//! | Build | The names are |
//! |---|---|
//! | plain | std's types, plus a table of who waits for what: see [`hang`] and [`leak`] |
//! | feature `bare` | std's types and nothing else, for a race |
//! | feature `model` | the same; inside [`model()`] every operation goes through the explorer |
//! | feature `loom` | loom's types: a second opinion that also explores weak memory |
//!
//! ```
//! use interleave::sync::{Arc, Mutex};
//!
//! interleave::model(|| {
//!     let count = Arc::new(Mutex::new(0));
//!     let other = Arc::clone(&count);
//!     let thread = interleave::thread::spawn(move || *other.lock().unwrap() += 1);
//!     *count.lock().unwrap() += 1;
//!     thread.join().unwrap();
//!     assert_eq!(*count.lock().unwrap(), 2);
//! });
//! ```
//!
//! In a plain build [`model()`] runs its closure once, so a test reads the same in all three builds.
//!
//! # What the explorer sees, and what it does not
//!
//! It runs the threads one at a time and tries the orders in which they can go, so a failure needs no luck and no
//! timeout. It finds deadlocks, lost wake-ups, panics, leaked threads and tasks, livelocks, and data races on
//! [`cell::UnsafeCell`]. A race is judged by happens-before, so a `Relaxed` store that publishes a cell is found.
//!
//! Every load returns the latest store: **weak memory values are out of its scope**. An algorithm that is wrong only
//! because a load may return an old value passes here. The `loom` feature is the second opinion for those.
//!
//! Statics keep their values from one schedule to the next. A closure given to [`model()`] must build what it uses.
//!
//! # Proof
//!
//! `cargo test -p interleave --features model` finds every planted bug of `tests/bugs/` and passes every correct twin;
//! `--features loom` asks loom the same. The table of both, `COMPARISON.md`, is written by
//! `cargo run -p interleave --features model --example compare`.

#![warn(missing_docs)]
// loom brings its own; the hang table is for the other builds.
#![cfg_attr(feature = "loom", allow(dead_code, unused_macros))]

#[cfg(all(feature = "model", not(feature = "loom")))]
macro_rules! under_model {
    ($run:ident => $body:expr) => {
        if let Some($run) = crate::model::current() {
            return $body;
        }
    };
}

#[cfg(not(all(feature = "model", not(feature = "loom"))))]
macro_rules! under_model {
    ($run:ident => $body:expr) => {};
}

pub mod hang;
pub mod leak;
mod test_futures;

// Under `bare` most of it has no user.
#[cfg(not(feature = "loom"))]
#[cfg_attr(feature = "bare", allow(dead_code, unused_imports))]
mod names {
    pub mod cell;
    pub mod future;
    pub mod hint;
    pub mod origin;
    pub mod sync;
    pub mod thread;
    pub mod time;
}
#[cfg(not(feature = "loom"))]
use names::origin;
#[cfg(not(feature = "loom"))]
pub use names::{cell, future};
#[cfg(not(any(feature = "loom", feature = "bare")))]
pub use names::{hint, sync, thread, time};
#[cfg(all(feature = "model", feature = "bare", not(feature = "loom")))]
pub use names::{hint, sync, thread, time};

#[cfg(all(feature = "bare", not(any(feature = "model", feature = "loom"))))]
mod bare;
#[cfg(all(feature = "bare", not(any(feature = "model", feature = "loom"))))]
pub use bare::{hint, sync, thread, time};

#[cfg(feature = "loom")]
mod second_opinion;
#[cfg(feature = "loom")]
pub use second_opinion::{cell, future, hint, sync, thread, time};

#[cfg(all(feature = "model", not(feature = "loom")))]
mod model;
#[cfg(all(feature = "model", not(feature = "loom")))]
pub use model::{Exploration, Explorer, Failure, Kind};

/// Tries the schedules of `test` with the default `Explorer`, and panics with a report if one fails.
///
/// Without the feature `model`, runs `test` once. Under the feature `loom`, asks loom.
///
/// # Panics
///
/// When a schedule fails. The message is the report: what happened, the interleaving, and how to replay it.
#[track_caller]
pub fn model<F>(test: F)
where
    F: Fn() + Send + Sync + 'static,
{
    #[cfg(feature = "loom")]
    second_opinion::check(test);
    #[cfg(all(feature = "model", not(feature = "loom")))]
    Explorer::new().check(test);
    #[cfg(not(any(feature = "model", feature = "loom")))]
    test();
}
