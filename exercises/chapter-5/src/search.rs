//! Where a worker looks for its next task, and in which order.
//!
//! 1. every 61st time, the global queue: else two busy tasks of its own would keep it from there for ever;
//! 2. `runnext`, as long as the time slice lasts that it shares with the task that woke it;
//! 3. its own ring;
//! 4. its share of the global queue;
//! 5. half of another worker's ring, beginning with a worker chosen at random; last, a `runnext` whose owner is stuck.
//!
//! Invariant: no place waits for ever. A busy worker takes the oldest task of the global queue once in 61 turns, and of its
//! ring after 61 tasks from `runnext`. How long a task waits is a matter of how many stand before it.

use std::hint;

use fastrand::Rng;

use crate::{global::Global, ring::*, trace::Log};

/// A worker looks at the global queue first once in so many turns. Odd and prime, so that it falls in step with nothing.
const GLOBAL_FIRST: u32 = 61;
/// So many tasks in a row may come from `runnext` while others wait in the ring.
const SLICE: u32 = 61;
/// So often a searcher goes round all queues before it sleeps.
const ROUNDS: usize = 32;

/// What Go calls a P: the right to run tasks, and the queue of those that are to run here. There are GOMAXPROCS of them.
pub struct Processor<T: Thin> {
    /// Its number.
    pub index: usize,
    /// The tasks that are to run here.
    pub ring: Ring<T>,
    /// What happened here, if the runtime is traced.
    pub log: Option<Log>,
    turn: u32,
    slice: u32,
    random: Rng,
}

/// What a thief came home with.
pub struct Loot<T> {
    /// The task to run now.
    pub task: T,
    /// From whom, and how many tasks; None if it came from the global queue.
    pub from: Option<(usize, usize)>,
}

impl<T: Thin> Processor<T> {
    /// A processor without tasks.
    pub fn new(index: usize) -> Self {
        Processor {
            index,
            ring: Ring::new(),
            log: None,
            turn: 0,
            slice: SLICE,
            // Each worker has another seed, and so another order.
            random: Rng::with_seed(index as u64),
        }
    }

    /// The next task to run here, without asking other workers.
    pub fn next(&mut self, global: &Global<T>, workers: usize) -> Option<T> {
        todo!(
            "look at the global queue each 61st turn, else runnext while its slice lasts, the ring, a share of the global queue"
        )
    }

    /// Goes round the other workers' queues until there is something to take, or nothing was found often enough.
    pub fn steal(&mut self, global: &Global<T>, workers: &[Stealer<T>]) -> Option<Loot<T>> {
        todo!(
            "look at every other worker's ring, beginning with a random one, and at the global queue; last, at runnext"
        )
    }
}
