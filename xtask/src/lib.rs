//! The runner of *Goroutines from Scratch*, and what proves the course.
//!
//! A reader's command goes through [`course`] (what is there to do), [`selection`] (what the reader means), [`compile`]
//! (a test binary a step), [`trial`] (each test in a process of its own), [`verdict`] (what became of it), [`report`]
//! (what is printed) and [`progress`] (what is remembered). The maintainer's commands are [`sync`] and [`prove`].

pub mod arguments;
pub mod check;
pub mod child;
pub mod commands;
pub mod compile;
pub mod course;
pub mod difference;
pub mod fingerprint;
pub mod html;
pub mod interrupt;
pub mod leftovers;
pub mod panics;
pub mod progress;
pub mod prove;
pub mod report;
pub mod selection;
pub mod starter;
pub mod sync;
pub mod term;
pub mod terminal;
pub mod threads;
pub mod toml;
pub mod trace;
pub mod trial;
pub mod verdict;
pub mod wrong;
