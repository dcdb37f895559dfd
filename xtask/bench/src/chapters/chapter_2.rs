//! Chapter 2: uneven rows, claimed or shared out; and what a second worker gains.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use chapter_2_solution::claiming::{Claimed, render};
use chapter_2_solution::picture::{View, png};
use chapter_2_solution::scoped::parallel_map;
use chapter_2_solution::split::split;
use rayon::prelude::*;

use crate::data::{self, SEED};
use crate::go;
use crate::metric::Metric;
use crate::race::{Contender, Kind, Problem, Race, Row, Sample, Setup};

const CHAPTER: &str = "chapter-2";
/// The picture's width.
const FULL: usize = 720;
const QUICK: usize = 120;
/// As in the Go program.
const LIMIT: u32 = 1000;

/// The races of step 2.3, and the gains that the chapter's first page explains.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row {
            id: "mandelbrot",
            title: "Mandelbrot set, uneven rows",
            metric: Metric::TIME,
            rival: "Rayon",
            rounds: 15,
            prepare: Box::new(mandelbrot),
        },
        Row {
            id: "speed-up",
            title: "Speed-up over one worker",
            metric: Metric::SPEED_UP,
            rival: "Amdahl's bound",
            rounds: 9,
            prepare: Box::new(speed_up),
        },
    ]
}

/// The picture's numbers, row by row.
type Rows = Vec<Vec<u32>>;
/// One contender's way to compute them.
type Draw = Box<dyn Fn(&View) -> Rows>;

/// Claims rows and computes them: the reference's function, or the reader's.
type Claim = fn(&View, NonZeroUsize) -> Rows;

fn mandelbrot(setup: &Setup) -> Race {
    let workers = setup.workers;
    let view = View::of_width(setup.size(FULL, QUICK), LIMIT);
    let expected = checksum(&sequential(&view));

    let timed = |kind, name, detail, draw: Draw| {
        let check = |rows: Rows| Ok(checksum(&rows));
        Contender::timed(kind, name, detail, || (), move |()| draw(&view), check)
    };
    let ours = |kind, name, claim: Claim| {
        timed(
            kind,
            name,
            "claim_map, a row a claim",
            Box::new(move |view| claim(view, workers)),
        )
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(workers.get())
        .build()
        .expect("the system starts a thread for each worker");

    let contenders = vec![
        setup.reader(CHAPTER, "claiming", || {
            Some(ours(Kind::Reader, "yours", reader::CLAIM?))
        }),
        ours(Kind::Reference, "reference", claimed),
        timed(
            Kind::Peer,
            "Rayon",
            "into_par_iter().map()",
            Box::new(move |view| {
                pool.install(|| {
                    let rows = (0..view.height).into_par_iter();
                    rows.map(|row| view.row(row)).collect()
                })
            }),
        ),
        timed(
            Kind::Peer,
            "equal shares",
            "parallel_map of step 2.2",
            Box::new(move |view| in_equal_shares(view, workers)),
        ),
        go::contender(
            setup,
            "mandelbrot",
            "WaitGroup, atomic counter",
            view.width,
            SEED,
        ),
        timed(
            Kind::Peer,
            "std, sequential",
            "iter().map()",
            Box::new(sequential),
        ),
    ];
    Race {
        size: size_of(&view),
        expected,
        contenders,
    }
}

fn sequential(view: &View) -> Rows {
    (0..view.height).map(|row| view.row(row)).collect()
}

fn claimed(view: &View, workers: NonZeroUsize) -> Rows {
    numbers(render(view, workers))
}

fn in_equal_shares(view: &View, workers: NonZeroUsize) -> Rows {
    let rows: Vec<usize> = (0..view.height).collect();
    parallel_map(&rows, workers, |&row| view.row(row))
}

/// Moves the rows out, without a copy of their numbers.
fn numbers(rows: Vec<Claimed<Vec<u32>>>) -> Rows {
    rows.into_iter().map(|row| row.value).collect()
}

fn checksum(rows: &Rows) -> u64 {
    let steps = rows.iter().flatten();
    steps.fold(0, |sum, &steps| data::mix(sum ^ u64::from(steps)))
}

fn size_of(view: &View) -> String {
    format!("{} x {} pixels", view.width, view.height)
}

/// The checksum of a gain: the contenders compare their results themselves.
const SAME: u64 = 1;

/// Every contender runs its work on one worker and on all of them, and reports the quotient of the two times.
fn speed_up(setup: &Setup) -> Race {
    let workers = setup.workers;
    let view = View::of_width(setup.size(FULL, QUICK), LIMIT);
    let small = setup.quick || setup.size.is_some();
    let numbers: Arc<Vec<u64>> = Arc::new(data::small_numbers(if small {
        100_000
    } else {
        50_000_000
    }));

    let contenders = vec![
        gain(
            Kind::Reference,
            "claimed rows",
            "the picture alone",
            workers,
            move |workers| checksum_of(&render(&view, workers)),
        ),
        gain(
            Kind::Peer,
            "equal shares",
            "the same rows",
            workers,
            move |workers| {
                let rows = in_equal_shares(&view, workers);
                rows.len() as u64
            },
        ),
        gain(
            Kind::Peer,
            "rows and file",
            "claimed, then a PNG on one thread",
            workers,
            move |workers| png(&view, &with_one_colour(render(&view, workers))).len() as u64,
        ),
        Contender::new(
            Kind::Peer,
            "Amdahl's bound",
            "for rows and file, from its sequential part",
            move || {
                Ok(Sample {
                    value: bound(&view, workers),
                    checksum: SAME,
                })
            },
        ),
        gain(
            Kind::Peer,
            "sum of a slice",
            "equal shares, little work for each byte",
            workers,
            move |workers| {
                let parts = split(0..numbers.len(), workers);
                let sums = parallel_map(&parts, workers, |part| {
                    numbers[part.clone()].iter().sum::<u64>()
                });
                sums.iter().sum()
            },
        ),
    ];
    Race {
        size: size_of(&view),
        expected: SAME,
        contenders,
    }
}

/// The work on one worker, and on `workers`: one after the other, so that both meet the same machine.
fn gain(
    kind: Kind,
    name: &str,
    detail: &str,
    workers: NonZeroUsize,
    work: impl Fn(NonZeroUsize) -> u64 + 'static,
) -> Contender {
    Contender::new(kind, name, detail, move || {
        let (one, alone) = seconds(|| work(NonZeroUsize::MIN));
        let (all, together) = seconds(|| work(workers));
        if one != all {
            return Err(Problem::Wrong(format!(
                "one worker gives {one}, {workers} give {all}"
            )));
        }
        Ok(Sample {
            value: alone / together,
            checksum: SAME,
        })
    })
}

/// Amdahl: with a sequential fraction s, n workers gain at most 1 / (s + (1 - s) / n).
fn bound(view: &View, workers: NonZeroUsize) -> f64 {
    let (rows, parallel) = seconds(|| render(view, NonZeroUsize::MIN));
    let (_, alone) = seconds(|| png(view, &rows).len());
    let sequential = alone / (alone + parallel);
    1.0 / (sequential + (1.0 - sequential) / workers.get() as f64)
}

fn seconds<R>(work: impl FnOnce() -> R) -> (R, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

/// Cheap beside the rows, and the same whoever claimed them.
fn checksum_of(rows: &[Claimed<Vec<u32>>]) -> u64 {
    rows.iter().map(|row| u64::from(row.value[0])).sum()
}

/// So that the file does not depend on who claimed what.
fn with_one_colour(mut rows: Vec<Claimed<Vec<u32>>>) -> Vec<Claimed<Vec<u32>>> {
    for row in &mut rows {
        row.worker = 0;
    }
    rows
}

/// The reader's function, if the crate was built with it.
#[cfg(feature = "reader-chapter-2")]
mod reader {
    use super::{Claim, LIMIT};

    pub(super) const CLAIM: Option<Claim> = Some(|view, workers| {
        // The reader's own crate has a type of the same shape.
        let view = chapter_2::picture::View::of_width(view.width, LIMIT);
        let rows = chapter_2::claiming::render(&view, workers);
        rows.into_iter().map(|row| row.value).collect()
    });
}

#[cfg(not(feature = "reader-chapter-2"))]
mod reader {
    use super::Claim;

    pub(super) const CLAIM: Option<Claim> = None;
}
