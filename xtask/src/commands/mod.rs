//! The reader's smaller commands: each is a file, each prints and is done.

pub mod hint;
pub mod list;
pub mod race;
pub mod saved;
pub mod solution;
