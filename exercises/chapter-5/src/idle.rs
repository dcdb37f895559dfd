//! Who sleeps and who searches, in one word, so that the two numbers never disagree.
//!
//! A worker without work searches; if it finds nothing, it sleeps. Whoever makes work wakes *one* sleeper, and only if
//! nobody searches: a searcher finds the work anyway. The last searcher that finds work wakes the next, so there are as
//! many workers awake as there is work for, and nobody wakes everyone.
//!
//! No wake-up is lost, because both sides write before they read. Work is put in a queue, *then* the word is read. A worker
//! counts itself as a sleeper, *then* looks at the queues once more. One of the two sees the other. The fences see to it.
//!
//! Invariants:
//! - threads inside `sleep` = sleepers in the word + bells that nobody has heard;
//! - while some worker is awake and another sleeps, somebody searches, or a sleeper looks again every millisecond.

use std::time::Duration;

use interleave::sync::atomic::{AtomicU64, Ordering::*, fence};
use interleave::sync::{Condvar, Mutex};

use crate::global::lock;

/// One sleeper, and all of them: bits 0 to 15 count them.
const SLEEPER: u64 = 1;
const SLEEPERS: u64 = 0xffff;
/// One searcher, and all of them: bits 16 to 30 count them.
const SEARCHER: u64 = 1 << 16;
const SEARCHERS: u64 = 0x7fff << 16;
/// One of the sleepers looks again after `WATCH`.
const WATCHED: u64 = 1 << 31;
/// A sleeper woke up; bits 32 to 63 count how often, so that nothing happens unnoticed between two looks at the word.
const WAKE: u64 = 1 << 32;

/// How long the watching sleeper sleeps. It takes the `runnext` of a worker that is stuck in a long task.
const WATCH: Duration = Duration::from_millis(1);

/// Who rang: a worker, or somebody outside. A bell is rung for any sleeper. So a worker that rings, runs out of work and
/// sleeps may hear its own.
pub type Ringer = Option<usize>;

/// Why a sleeper woke up. In all cases but the last it is a searcher now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Its last look found work: it never slept.
    Found,
    /// Somebody rang.
    By(Ringer),
    /// It watched, and it is time to look again.
    Time,
    /// The runtime ends.
    Stopped,
}

/// The sleepers and searchers of a runtime.
#[derive(Default)]
pub struct Idle {
    word: AtomicU64,
    workers: u64,
    /// Bells that were rung and not heard yet.
    bells: Mutex<Vec<Woken>>,
    rung: Condvar,
}

impl Idle {
    /// Nobody sleeps, nobody searches.
    pub fn new(workers: usize) -> Self {
        Idle {
            workers: workers as u64,
            ..Idle::default()
        }
    }

    /// How many workers sleep, and how many search.
    pub fn counts(&self) -> (usize, usize) {
        // SeqCst, here and below: the word is part of the pairing of fences.
        let word = self.word.load(SeqCst);
        let count = |bits: u64| (word & bits) >> bits.trailing_zeros();
        (count(SLEEPERS) as usize, count(SEARCHERS) as usize)
    }

    /// The word, if every worker sleeps.
    pub(crate) fn all_asleep(&self) -> Option<u64> {
        let word = self.word.load(SeqCst);
        (word & SLEEPERS == self.workers).then_some(word)
    }

    /// Work was put in a queue: wakes a sleeper, unless somebody searches already.
    pub fn notify(&self, ringer: Ringer) {
        todo!(
            "fence, then turn one sleeper into a searcher unless somebody searches; if there was one, ring"
        )
    }

    /// Work was put in `runnext`: its own worker runs it soon, so it is enough that a sleeper watches. Without a fence: whoever
    /// falls asleep while the caller is awake watches, whatever is read here.
    pub fn notify_watcher(&self, ringer: Ringer) {
        self.ring_unless(SEARCHERS | WATCHED, ringer);
    }

    /// Rings for one sleeper, unless the word has one of these bits.
    fn ring_unless(&self, bits: u64, ringer: Ringer) {
        if self.wake_unless(bits) {
            lock(&self.bells).push(Woken::By(ringer));
            self.rung.notify_one();
        }
    }

    /// Turns a sleeper into a searcher, unless the word has one of these bits. False if that, or nobody sleeps.
    fn wake_unless(&self, bits: u64) -> bool {
        let wake = |word: u64| {
            let needed = word & SLEEPERS > 0 && word & bits == 0;
            needed.then(|| word.wrapping_add(WAKE + SEARCHER - SLEEPER))
        };
        // Relaxed: the exchange checks it, and `notify` has a fence before it.
        self.word.fetch_update(SeqCst, Relaxed, wake).is_ok()
    }

    /// A worker has run out of work, and searches.
    pub fn start_searching(&self) {
        self.word.fetch_add(SEARCHER, SeqCst);
    }

    /// A searcher has found work. The last one wakes the next, for where there is work there may be more.
    pub fn found_work(&self, ringer: Ringer) {
        todo!("one searcher less; if that was the last one, notify")
    }

    /// A searcher has found nothing. It sleeps until somebody rings, unless its last look, `has_work`, finds work.
    ///
    /// If everybody sleeps now and nothing happened during the last look, the runtime stands still: `standstill` is called.
    pub fn sleep(&self, has_work: impl FnOnce() -> bool, standstill: impl FnOnce()) -> Woken {
        todo!("count yourself a sleeper, fence, look once more, and only then wait for a bell")
    }

    /// A searcher becomes a sleeper. The word after that, and whether this sleeper watches: one does, while others are awake.
    fn count_as_sleeper(&self) -> (u64, bool) {
        let watches = |word: u64| word & WATCHED == 0 && word & SLEEPERS < self.workers - 1;
        let asleep = |word| word - SEARCHER + SLEEPER + if watches(word) { WATCHED } else { 0 };
        let count = |word| Some(asleep(word));
        let (Ok(before) | Err(before)) = self.word.fetch_update(SeqCst, Relaxed, count);
        (asleep(before), watches(before))
    }

    fn wait_for_bell(&self, watches: bool) -> Woken {
        let mut bells = lock(&self.bells);
        if watches && bells.is_empty() {
            bells = self.rung.wait_timeout(bells, WATCH).unwrap().0;
            // Nobody has rung, so it wakes by itself, unless all who slept have been rung for: then a bell is on its way.
            if bells.is_empty() && self.wake_unless(0) {
                return Woken::Time;
            }
        }
        let bells = self.rung.wait_while(bells, |bells| bells.is_empty());
        bells.unwrap().pop().expect("somebody has rung")
    }

    /// The runtime ends: a bell for each worker, now or when it falls asleep.
    pub fn stop(&self) {
        lock(&self.bells).extend((0..self.workers).map(|_| Woken::Stopped));
        self.rung.notify_all();
    }
}
