//! The runner, tried from outside on small courses that are made for it.

mod commands;
mod fixture;
mod progress;
mod proofs;
mod selection;
mod starter;
mod verdicts;
