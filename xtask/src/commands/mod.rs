//! The reader's smaller commands: each is a file, each prints and is done.

pub mod budgets;
pub mod doctor;
pub mod hint;
pub mod list;
pub mod new;
pub mod race;
pub mod report;
pub mod saved;
pub mod solution;
pub mod trace;
pub mod watch;
