//! Chapter 6: channels between goroutines, on the scheduler of chapter 5.

use std::num::NonZeroUsize;

use crate::alone::Lasting;
use crate::data::SEED;
use crate::go;
use crate::metric::Metric;
use crate::race::{BEST_PEER, Contender, Kind, Race, Row, Setup};
use crate::tasks::ours::Goroutines;
use crate::tasks::ours::workers::Workers;
use crate::tasks::work::{ManyToMany, PingPong, Sieve};
use crate::tasks::{Work, contender, line_up, threads};

const CHAPTER: &str = "chapter-6";
/// The reader's steps that the races need: a channel of capacity 0 is built on one with room.
const STEPS: &[&str] = &["channel", "rendezvous"];

/// The races of steps 6.3 and 6.4.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("ping-pong", "Ping-pong of two goroutines", |setup| {
            let times = setup.size(500_000, 2_000);
            let work = PingPong { pairs: 1, times };
            race(setup, "ping-pong", work, threads::ping_pong(work, 20))
        }),
        row("100-pairs", "Ping-pong of a hundred pairs", |setup| {
            let times = setup.size(5_000, 20);
            let work = PingPong { pairs: 100, times };
            race(setup, "100-pairs", work, threads::ping_pong(work, 20))
        }),
        row(
            "buffered",
            "Four send, four receive, capacity 100",
            |setup| {
                let work = ManyToMany {
                    sides: 4,
                    capacity: 100,
                    messages: setup.size(4_000_000, 20_000),
                };
                race(setup, "buffered", work, threads::many_to_many(work))
            },
        ),
        row(
            "sieve",
            "Prime sieve, a goroutine for each prime",
            |setup| {
                let work = Sieve::of(setup.size(2_000, 60));
                let threads = threads::skipped("a thread for each prime takes minutes");
                race(setup, "sieve", work, threads)
            },
        ),
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

fn race(setup: &Setup, row: &str, work: impl Work, threads: Contender) -> Race {
    let workers = setup.workers;
    let capacity = format!("capacity {}", work.capacity());
    let mut contenders = vec![
        setup.reader_of(CHAPTER, STEPS, || yours(workers, work)),
        contender::<Workers, Goroutines>(
            Kind::Reference,
            "reference",
            capacity.as_str(),
            workers,
            work,
        ),
        go::contender(setup, row, &capacity, work.size(), SEED),
    ];
    contenders.extend(line_up::all(workers, work));
    contenders.push(threads);
    let race = Race {
        size: work.words(),
        expected: work.expected(),
        contenders,
    };
    race.apart(setup, row, Lasting::AllRounds)
}

#[cfg(feature = "reader-chapter-6")]
fn yours(workers: NonZeroUsize, work: impl Work) -> Option<Contender> {
    use crate::tasks::ours::GoroutinesOfYours;
    let detail = "your channels, the course's scheduler";
    Some(contender::<Workers, GoroutinesOfYours>(
        Kind::Reader,
        "yours",
        detail,
        workers,
        work,
    ))
}

#[cfg(not(feature = "reader-chapter-6"))]
fn yours(_: NonZeroUsize, _: impl Work) -> Option<Contender> {
    None
}
