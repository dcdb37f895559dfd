//! Chapter 1, What is Concurrency?: an event loop on one thread, and a web server that has one inside. A module a
//! step, and two that are given: `job`, with which steps 1.1 to 1.3 work, and `http`, with which step 1.4 does.

pub mod http;
pub mod job;
pub mod round_robin;
pub mod server;
pub mod starvation;
pub mod timers;
