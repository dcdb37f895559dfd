//! Step 3.4: the lab fills the primer's table with measurements of this machine.
//!
//! Two kinds of task, real work each: an *I/O-bound* one waits for the answers of a slow server on a loopback socket, a
//! *CPU-bound* one computes. Each kind runs as 1 task and as n tasks, on 1 worker and on n workers: eight measurements.
//! A worker is a thread of a Tokio runtime. Every poll of a task is recorded, so that the lab can say what overlapped,
//! and not only how long it took.
//!
//! | module | is |
//! |---|---|
//! | [`work`] | the two kinds of task, the slow server, and a run of n tasks on m workers |
//! | [`record`] | when each task was executed, by which worker; counts and traces |
//! | [`measure`] | the eight measurements, round by round |
//! | [`words`] | what each of them shows |
//! | [`report`] | the tables, and JSON |

pub mod measure;
pub mod record;
pub mod report;
pub mod words;
pub mod work;
