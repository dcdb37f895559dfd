//! The tests of the step `server`: `cargo xtask check chapter-1/server` runs them.

#[path = "check/server.rs"]
mod server;

// What they are made with.
#[path = "check/client.rs"]
mod client;
#[path = "check/files.rs"]
mod files;
