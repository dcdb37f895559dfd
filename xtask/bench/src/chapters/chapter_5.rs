//! Chapter 5: the scheduler. Tasks that start, end, yield, wait for each other and talk, on one worker and on several; and
//! what workers cost that have nothing to do.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::alone::Lasting;
use crate::data::SEED;
use crate::go;
use crate::metric::Metric;
use crate::race::{BEST_PEER, Contender, Kind, Race, Row, Setup};
use crate::tasks::channels::NoChannels;
use crate::tasks::ours::Goroutines;
use crate::tasks::ours::workers::Workers;
use crate::tasks::process;
use crate::tasks::runtimes::{AsyncExecutor, Tokio};
use crate::tasks::work::{PingPong, Sieve, Skynet, SpawnGroup, SpawnJoin, Yields};
use crate::tasks::{Work, contender, line_up};

const CHAPTER: &str = "chapter-5";
/// The reader's steps that the races need: the whole scheduler.
const STEPS: &[&str] = &["ring", "steal", "search", "idle", "runnext", "blocking"];

/// The races of the chapter's whole scheduler.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("spawn-join", "Spawn a million tasks, join each", |setup| {
            let tasks = setup.size(1_000_000, 20_000);
            let go = "WaitGroup, a place for each result";
            without_channels(setup, "spawn-join", SpawnJoin { tasks }, go)
        }),
        row(
            "spawn-group",
            "Spawn a million tasks, one WaitGroup",
            |setup| {
                let tasks = setup.size(1_000_000, 20_000);
                let go = "sync.WaitGroup";
                without_channels(setup, "spawn-group", SpawnGroup { tasks }, go)
            },
        ),
        row("yield", "Yield to the other tasks", |setup| {
            let tasks = setup.size(1_000, 20);
            let work = Yields {
                tasks,
                times: 1_000,
            };
            without_channels(setup, "yield", work, "runtime.Gosched")
        }),
        row(
            "skynet",
            "A tree of a million tasks, ten children each",
            |setup| {
                let work = Skynet::of(setup.size(1_000_000, 10_000));
                let go = "a channel for each node's children";
                without_channels(setup, "skynet", work, go)
            },
        ),
        row("ping-pong", "Ping-pong of two tasks", |setup| {
            let times = setup.size(500_000, 5_000);
            with_channels(setup, "ping-pong", PingPong { pairs: 1, times })
        }),
        row("sieve", "Prime sieve, a task for each prime", |setup| {
            with_channels(setup, "sieve", Sieve::of(setup.size(1_000, 100)))
        }),
        Row {
            metric: Metric::PROCESSOR_TIME,
            rounds: 1,
            ..row("idle", "Workers with nothing to do", idle)
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

/// The line-up for work without channels.
fn without_channels(setup: &Setup, row: &str, work: impl Work, go: &str) -> Race {
    let workers = setup.workers;
    let (reference, peer) = (Kind::Reference, Kind::Peer);
    let contenders = vec![
        setup.reader_of(CHAPTER, STEPS, || yours(workers, work)),
        contender::<Workers, NoChannels>(reference, "reference", "chapter 5", workers, work),
        go::contender(setup, row, go, work.size(), SEED),
        contender::<Tokio, NoChannels>(peer, "Tokio", "multi_thread", workers, work),
        contender::<AsyncExecutor, NoChannels>(
            peer,
            "async-executor",
            "a thread for each worker",
            workers,
            work,
        ),
    ];
    let race = Race {
        size: work.words(),
        expected: work.expected(),
        contenders,
    };
    race.apart(setup, row, Lasting::AllRounds)
}

/// The line-up for work with channels. Ours are chapter 6's.
fn with_channels(setup: &Setup, row: &str, work: impl Work) -> Race {
    let workers = setup.workers;
    let mut contenders = vec![
        setup.reader_of(CHAPTER, STEPS, || yours_with_channels(workers, work)),
        contender::<Workers, Goroutines>(
            Kind::Reference,
            "reference",
            "with the channels of chapter 6",
            workers,
            work,
        ),
        go::contender(setup, row, "capacity 0", work.size(), SEED),
    ];
    contenders.extend(line_up::strongest(workers, work));
    let race = Race {
        size: work.words(),
        expected: work.expected(),
        contenders,
    };
    race.apart(setup, row, Lasting::AllRounds)
}

#[cfg(feature = "reader-chapter-5")]
fn yours(workers: NonZeroUsize, work: impl Work) -> Option<Contender> {
    use crate::tasks::ours::workers_of_yours::Workers;
    let (kind, name, detail) = (Kind::Reader, "yours", "your chapter 5");
    Some(contender::<Workers, NoChannels>(
        kind, name, detail, workers, work,
    ))
}

#[cfg(feature = "reader-chapter-5")]
fn yours_with_channels(workers: NonZeroUsize, work: impl Work) -> Option<Contender> {
    use crate::tasks::ours::workers_of_yours::Workers;
    let (kind, name) = (Kind::Reader, "yours");
    let detail = "with the course's channels of chapter 6";
    Some(contender::<Workers, Goroutines>(
        kind, name, detail, workers, work,
    ))
}

#[cfg(not(feature = "reader-chapter-5"))]
fn yours(_: NonZeroUsize, _: impl Work) -> Option<Contender> {
    None
}

#[cfg(not(feature = "reader-chapter-5"))]
fn yours_with_channels(_: NonZeroUsize, _: impl Work) -> Option<Contender> {
    None
}

/// Ten seconds without work, after some work.
fn idle(setup: &Setup) -> Race {
    let workers = setup.workers;
    let milliseconds = setup.size(10_000, 100);
    let period = Duration::from_millis(milliseconds as u64);
    let contenders = vec![
        setup.reader_of(CHAPTER, STEPS, || yours_idle(workers, period)),
        Contender::new(
            Kind::Reference,
            "reference",
            "chapter 5",
            process::idle::<Workers>(workers, period),
        ),
        go::contender(setup, "idle", "with its monitor thread", milliseconds, SEED),
        Contender::new(
            Kind::Peer,
            "Tokio",
            "multi_thread",
            process::idle::<Tokio>(workers, period),
        ),
        Contender::new(
            Kind::Peer,
            "async-executor",
            "a thread for each worker",
            process::idle::<AsyncExecutor>(workers, period),
        ),
    ];
    let race = Race {
        size: format!("{:.1} s of waiting", period.as_secs_f64()),
        expected: process::idle_expected(),
        contenders,
    };
    race.apart(setup, "idle", Lasting::AllRounds)
}

#[cfg(feature = "reader-chapter-5")]
fn yours_idle(workers: NonZeroUsize, period: Duration) -> Option<Contender> {
    use crate::tasks::ours::workers_of_yours::Workers;
    let idle = process::idle::<Workers>(workers, period);
    Some(Contender::new(
        Kind::Reader,
        "yours",
        "your chapter 5",
        idle,
    ))
}

#[cfg(not(feature = "reader-chapter-5"))]
fn yours_idle(_: NonZeroUsize, _: Duration) -> Option<Contender> {
    None
}
