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
    // ANCHOR: next_whole
    pub fn next(&mut self, global: &Global<T>, workers: usize) -> Option<T> {
        // ANCHOR: next todo: look at the global queue each 61st turn, else runnext while its slice lasts, the ring, a share of the global queue
        self.turn = self.turn.wrapping_add(1);
        if self.turn.is_multiple_of(GLOBAL_FIRST)
            && let Some(task) = global.pop()
        {
            return Some(task);
        }
        if let Some(task) = self.ring.take_next() {
            if self.slice > 0 {
                self.slice -= 1;
                return Some(task);
            }
            // The slice is used up: it waits behind the others.
            self.ring.push(task, global);
        }
        self.slice = SLICE;
        let own = self.ring.pop();
        own.or_else(|| global.take_share(&mut self.ring, workers))
        // ANCHOR_END: next
    }
    // ANCHOR_END: next_whole

    /// Goes round the other workers' queues until there is something to take, or nothing was found often enough.
    // ANCHOR: steal_whole
    pub fn steal(&mut self, global: &Global<T>, workers: &[Stealer<T>]) -> Option<Loot<T>> {
        // ANCHOR: steal todo: look at every other worker's ring, beginning with a random one, and at the global queue; last, at runnext
        let turns: Vec<_> = workers.iter().map(|ring| ring.turns()).collect();
        let first = self.random.usize(..workers.len());
        let others = (0..workers.len()).map(|i| (first + i) % workers.len());
        let index = self.index;
        let mut others = others.filter(|&victim| victim != index);
        for _ in 0..ROUNDS {
            for victim in others.clone() {
                if let Some(task) = workers[victim].steal_half(&mut self.ring) {
                    let from = Some((victim, self.ring.len() + 1));
                    return Some(Loot { task, from });
                }
            }
            if let Some(task) = global.take_share(&mut self.ring, workers.len()) {
                return Some(Loot { task, from: None });
            }
            hint::spin_loop();
        }
        // Whoever has begun no task during all these rounds is stuck in one.
        others.find_map(|victim| {
            let from = Some((victim, 1));
            let task = workers[victim].steal_next(turns[victim])?;
            Some(Loot { task, from })
        })
        // ANCHOR_END: steal
    }
    // ANCHOR_END: steal_whole
}
