//! Chapter 5, The Scheduler: goroutines on several workers, which steal from each other. A module a step; `state`, `task`,
//! `registry`, `global`, `runtime`, `main_goroutine`, `timers` and `wait_group` are given.

// What is new here is no default of anything.
#![allow(clippy::new_without_default)]

pub mod blocking;
pub mod global;
pub mod idle;
pub mod main_goroutine;
pub mod registry;
pub mod ring;
pub mod runnext;
pub mod runtime;
pub mod search;
pub mod shared;
pub mod state;
pub mod steal;
pub mod task;
pub mod timers;
pub mod trace;
pub mod wait_group;

pub use blocking::blocking;
pub use chapter_4_solution::{JoinError, Stalled, yield_now};
pub use global::Global;
pub use main_goroutine::gomaxprocs;
pub use ring::{Ring, Stealer, Thin};
pub use runtime::{Runtime, go};
pub use task::JoinHandle;
pub use timers::sleep;
pub use wait_group::WaitGroup;
