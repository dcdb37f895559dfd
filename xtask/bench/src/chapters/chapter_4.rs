//! Chapter 4: goroutines on one thread. How long a task takes to start, to end and to let others go first, and how much
//! memory it occupies while it waits.

use std::num::NonZeroUsize;

use super::count;
use crate::alone::Lasting;
use crate::data::SEED;
use crate::go;
use crate::metric::Metric;
use crate::race::{BEST_PEER, Contender, Kind, Race, Row, Setup};
use crate::tasks::channels::NoChannels;
use crate::tasks::ours::one_thread::OneThread;
use crate::tasks::process;
use crate::tasks::runtimes::TokioCurrentThread;
use crate::tasks::work::{SpawnJoin, Yields, triangle};
use crate::tasks::{Work, contender};

const CHAPTER: &str = "chapter-4";
/// The reader's steps that the races need.
const STEPS: &[&str] = &["countdown", "state", "runtime"];

/// The races of step 4.4.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("spawn-join", "Spawn a million tasks, join each", |setup| {
            let tasks = setup.size(1_000_000, 20_000);
            let go = "WaitGroup, a place for each result";
            race(setup, "spawn-join", SpawnJoin { tasks }, go)
        }),
        row("yield", "Yield to the other tasks", |setup| {
            let tasks = setup.size(1_000, 20);
            race(
                setup,
                "yield",
                Yields {
                    tasks,
                    times: 1_000,
                },
                "runtime.Gosched",
            )
        }),
        Row {
            metric: Metric::BYTES_PER_TASK,
            rival: "Go goroutines",
            rounds: 3,
            ..row("memory", "Memory of a task that waits", |setup| {
                memory(setup, "memory")
            })
        },
        Row {
            metric: Metric::BYTES,
            rival: "Go goroutines",
            rounds: 1,
            ..row("million", "Memory of a million tasks that wait", |setup| {
                memory(setup, "million")
            })
        },
    ]
}

fn row(id: &'static str, title: &'static str, prepare: fn(&Setup) -> Race) -> Row {
    Row {
        id,
        title,
        metric: Metric::TIME,
        rival: BEST_PEER,
        rounds: 7,
        prepare: Box::new(prepare),
    }
}

fn race(setup: &Setup, row: &str, work: impl Work, go: &str) -> Race {
    let workers = setup.workers;
    let mut contenders = Vec::new();
    // One thread is the subject: there is nothing to race with more workers.
    if workers == NonZeroUsize::MIN {
        contenders = vec![
            setup.reader_of(CHAPTER, STEPS, || yours(work)),
            contender::<OneThread, NoChannels>(
                Kind::Reference,
                "reference",
                "chapter 4",
                workers,
                work,
            ),
            contender::<TokioCurrentThread, NoChannels>(
                Kind::Peer,
                "Tokio",
                "current_thread",
                workers,
                work,
            ),
            go::contender(setup, row, go, work.size(), SEED),
        ];
    }
    let race = Race {
        size: work.words(),
        expected: work.expected(),
        contenders,
    };
    race.apart(setup, row, Lasting::AllRounds)
}

#[cfg(feature = "reader-chapter-4")]
fn yours(work: impl Work) -> Option<Contender> {
    use crate::tasks::ours::one_thread_of_yours::OneThread;
    let workers = NonZeroUsize::MIN;
    let detail = "your chapter 4";
    Some(contender::<OneThread, NoChannels>(
        Kind::Reader,
        "yours",
        detail,
        workers,
        work,
    ))
}

#[cfg(not(feature = "reader-chapter-4"))]
fn yours(_: impl Work) -> Option<Contender> {
    None
}

/// So many threads stand beside a million tasks: a million of them would not start.
const THREADS: usize = 1000;

fn memory(setup: &Setup, row: &'static str) -> Race {
    let tasks = setup.size(1_000_000, 10_000);
    let threads = tasks.min(THREADS);
    let expected = triangle(tasks);
    let one = NonZeroUsize::MIN;
    // The bytes of all of them, or of one.
    let (per_task, per_thread, thread) = match row {
        "million" => (1, 1, "a thousand threads"),
        _ => (tasks, threads, "a thread"),
    };
    let mut contenders = Vec::new();
    if setup.workers == one {
        contenders = vec![
            setup.reader_of(CHAPTER, STEPS, || yours_parked(tasks, per_task)),
            Contender::new(
                Kind::Reference,
                "reference",
                "chapter 4",
                process::parked::<OneThread>(one, tasks, per_task),
            ),
            Contender::new(
                Kind::Peer,
                "Tokio",
                "current_thread",
                process::parked::<TokioCurrentThread>(one, tasks, per_task),
            ),
            go::lasting(setup, row, "a goroutine", tasks, SEED, Lasting::OneRun),
            Contender::new(
                Kind::Peer,
                thread,
                format!("of the system, {} of them", count(threads)),
                process::parked_threads(threads, per_thread),
            )
            .with_checksum(triangle(threads), expected),
        ];
    }
    let race = Race {
        size: format!("{} tasks", count(tasks)),
        expected,
        contenders,
    };
    race.apart(setup, row, Lasting::OneRun)
}

#[cfg(feature = "reader-chapter-4")]
fn yours_parked(tasks: usize, per: usize) -> Option<Contender> {
    use crate::tasks::ours::one_thread_of_yours::OneThread;
    let parked = process::parked::<OneThread>(NonZeroUsize::MIN, tasks, per);
    Some(Contender::new(
        Kind::Reader,
        "yours",
        "your chapter 4",
        parked,
    ))
}

#[cfg(not(feature = "reader-chapter-4"))]
fn yours_parked(_: usize, _: usize) -> Option<Contender> {
    None
}
