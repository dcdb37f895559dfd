//! The runner, tried from outside on small courses that are made for it.

mod commands;
mod doctor;
mod fixture;
mod new;
mod progress;
mod proofs;
mod report;
mod selection;
mod starter;
#[cfg(unix)]
mod terminal;
mod trace;
mod verdicts;
#[cfg(unix)]
mod watch;
