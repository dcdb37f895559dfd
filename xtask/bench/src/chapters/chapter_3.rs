//! Chapter 3: the parallel array job, and divide and conquer.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::rc::Rc;
use std::sync::Arc;

use crossbeam_utils::thread as crossbeam;
use rayon::prelude::*;

use super::count;
use crate::data::{self, SEED, contents, sorted_contents, split};
use crate::go;
use crate::metric::Metric;
use crate::race::{Contender, Kind, Race, Row, Setup};

const CHAPTER: &str = "chapter-3";
const FULL: usize = 50_000_000;

/// The races of steps 3.2 and 3.3.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row {
            id: "sum",
            title: "Sum of a large slice",
            metric: Metric::TIME,
            rival: "Rayon",
            rounds: 21,
            prepare: Box::new(sum),
        },
        Row {
            id: "sort",
            title: "Sort of random numbers",
            metric: Metric::TIME,
            rival: "Rayon",
            rounds: 7,
            prepare: Box::new(sort),
        },
    ]
}

/// One contender's way to sum.
type SumOf = Box<dyn Fn(&Arc<Vec<u64>>) -> u64>;
/// One contender's way to sort.
type SortOf = Box<dyn Fn(&mut [u64])>;

/// A map-reduce that sums: the reference's, or the reader's.
type Sum = fn(&[u64], NonZeroUsize) -> Option<u64>;

fn sum(setup: &Setup) -> Race {
    let workers = setup.workers;
    let size = setup.size(FULL, 10_000_000);
    // Numbers below 2^32: their sum fits, so `sum()` means the same to every contender.
    let values = Arc::new(data::small_numbers(size));
    let expected = values.iter().sum();

    let timed = |kind, name, detail, work: SumOf| {
        let values = Arc::clone(&values);
        Contender::timed(kind, name, detail, || (), move |()| work(&values), Ok)
    };
    let ours = |kind, name, sum: Sum| {
        let work = move |values: &Arc<Vec<u64>>| sum(values, workers).unwrap_or(0);
        timed(kind, name, "map_reduce", Box::new(work))
    };
    let pool = rayon_pool(workers);
    let blocking = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(workers.get())
        .build()
        .expect("a current-thread runtime asks the system for nothing");

    let contenders = vec![
        setup.reader(CHAPTER, "array_job", || {
            Some(ours(Kind::Reader, "yours", reader::SUM?))
        }),
        ours(Kind::Reference, "reference", |values, workers| {
            let sum = |chunk: &[u64]| chunk.iter().sum();
            chapter_3_solution::array_job::map_reduce(values, workers, sum, |a: u64, b| a + b)
        }),
        timed(
            Kind::Peer,
            "Rayon",
            "par_iter().sum()",
            Box::new(move |values| pool.install(|| values.par_iter().sum())),
        ),
        timed(
            Kind::Peer,
            "crossbeam",
            "thread::scope, a chunk each",
            Box::new(move |values| crossbeam_sum(values, workers)),
        ),
        timed(
            Kind::Peer,
            "Tokio",
            "spawn_blocking, a chunk each",
            Box::new(move |values| blocking.block_on(tokio_sum(values, workers))),
        ),
        go::contender(setup, "sum", "WaitGroup, a chunk each", size, SEED),
        timed(
            Kind::Peer,
            "std, sequential",
            "iter().sum()",
            Box::new(|values| values.iter().sum()),
        ),
    ];
    Race {
        size: elements(size),
        expected,
        contenders,
    }
}

fn crossbeam_sum(values: &[u64], workers: NonZeroUsize) -> u64 {
    let result = crossbeam::scope(|scope| {
        let handles: Vec<_> = split(values.len(), workers.get())
            .map(|range| scope.spawn(move |_| values[range].iter().sum::<u64>()))
            .collect();
        let join =
            |handle: crossbeam::ScopedJoinHandle<u64>| handle.join().expect("a sum does not panic");
        handles.into_iter().map(join).sum()
    });
    result.expect("every thread was joined")
}

async fn tokio_sum(values: &Arc<Vec<u64>>, workers: NonZeroUsize) -> u64 {
    // The calls need `'static` data, so each holds a count on the vector.
    let handles: Vec<_> = split(values.len(), workers.get())
        .map(|range| {
            let values = Arc::clone(values);
            tokio::task::spawn_blocking(move || values[range].iter().sum::<u64>())
        })
        .collect();
    let mut total = 0;
    for handle in handles {
        total += handle.await.expect("a sum does not panic");
    }
    total
}

/// A parallel sort: the reference's, or the reader's.
type Sort = fn(&mut [u64], NonZeroUsize);

fn sort(setup: &Setup) -> Race {
    let workers = setup.workers;
    let size = setup.size(FULL, 500_000);
    let input = Rc::new(data::numbers(size));
    let expected = contents(&input);
    // One working copy for all: the contenders run one after the other.
    let values = Rc::new(RefCell::new(input.to_vec()));

    let timed = |kind, name, detail: &str, sort: SortOf| {
        let (input, values) = (Rc::clone(&input), Rc::clone(&values));
        let copy = {
            let values = Rc::clone(&values);
            move || values.borrow_mut().copy_from_slice(&input)
        };
        let work = {
            let values = Rc::clone(&values);
            move |()| sort(&mut values.borrow_mut())
        };
        let check = move |()| sorted_contents(&values.borrow());
        Contender::timed(kind, name, detail, copy, work, check)
    };
    // A grain of one worker's share: as many pieces are sorted as workers execute.
    let grain = NonZeroUsize::new(size.div_ceil(workers.get())).unwrap_or(NonZeroUsize::MIN);
    let detail = format!("merge_sort, grain {}", count(grain.get()));
    let ours = |kind, name, sort: Sort| {
        let work = move |values: &mut [u64]| sort(values, grain);
        timed(kind, name, detail.as_str(), Box::new(work))
    };
    let pool = rayon_pool(workers);

    let contenders = vec![
        setup.reader(CHAPTER, "merge_sort", || {
            Some(ours(Kind::Reader, "yours", reader::SORT?))
        }),
        ours(
            Kind::Reference,
            "reference",
            chapter_3_solution::merge_sort::merge_sort,
        ),
        timed(
            Kind::Peer,
            "Rayon",
            "par_sort(), stable",
            Box::new(move |values| pool.install(|| values.par_sort())),
        ),
        go::contender(
            setup,
            "sort",
            "slices.Sort (unstable), then merge",
            size,
            SEED,
        ),
        timed(
            Kind::Peer,
            "std, sequential",
            "sort(), stable",
            Box::new(|values| values.sort()),
        ),
    ];
    Race {
        size: elements(size),
        expected,
        contenders,
    }
}

/// The reader's functions, if the crate was built with them.
#[cfg(feature = "reader-chapter-3")]
mod reader {
    use super::{Sort, Sum};

    pub(super) const SUM: Option<Sum> = Some(|values, workers| {
        let sum = |chunk: &[u64]| chunk.iter().sum();
        chapter_3::array_job::map_reduce(values, workers, sum, |a: u64, b| a + b)
    });
    pub(super) const SORT: Option<Sort> = Some(chapter_3::merge_sort::merge_sort);
}

#[cfg(not(feature = "reader-chapter-3"))]
mod reader {
    use super::{Sort, Sum};

    pub(super) const SUM: Option<Sum> = None;
    pub(super) const SORT: Option<Sort> = None;
}

/// A pool of exactly as many workers as everybody else has.
fn rayon_pool(workers: NonZeroUsize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new()
        .num_threads(workers.get())
        .build()
        .expect("the system starts a thread for each worker")
}

/// `50 million u64`, `100 thousand u64`, `12345 u64`.
fn elements(size: usize) -> String {
    format!("{} u64", count(size))
}
