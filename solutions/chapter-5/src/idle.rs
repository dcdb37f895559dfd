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

use interleave::sync::{
    Condvar, Mutex, MutexGuard,
    atomic::{
        AtomicU64,
        Ordering::{Relaxed, SeqCst},
        fence,
    },
};

// ANCHOR: word
/// One sleeper; bits 0 to 15 count them.
const SLEEPER: u64 = 1;
/// One searcher; bits 16 to 30 count them.
const SEARCHER: u64 = 1 << 16;
/// One of the sleepers looks again after `WATCH`.
const WATCHED: u64 = 1 << 31;
/// A sleeper woke up; bits 32 to 63 count how often, so that nothing happens unnoticed between two looks at the word.
const WAKE: u64 = 1 << 32;

fn sleepers(word: u64) -> u64 {
    word & 0xffff
}

fn searchers(word: u64) -> u64 {
    word >> 16 & 0x7fff
}
// ANCHOR_END: word

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
#[derive(Debug)]
pub struct Idle {
    word: AtomicU64,
    workers: u64,
    bells: Mutex<Bells>,
    rung: Condvar,
}

/// Bells that were rung and not heard yet.
#[derive(Debug, Default)]
struct Bells {
    rung: Vec<Ringer>,
    stopped: bool,
}

impl Idle {
    /// Nobody sleeps, nobody searches.
    #[must_use]
    pub fn new(workers: usize) -> Self {
        Idle {
            word: AtomicU64::new(0),
            workers: workers as u64,
            bells: Mutex::default(),
            rung: Condvar::new(),
        }
    }

    fn bells(&self) -> MutexGuard<'_, Bells> {
        let bells = self.bells.lock();
        bells.expect("nothing panics while it holds this lock")
    }

    /// How many workers sleep, and how many search.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        // Relaxed: for display.
        let word = self.word.load(Relaxed);
        (sleepers(word) as usize, searchers(word) as usize)
    }

    /// The word, if every worker sleeps.
    pub(crate) fn all_asleep(&self) -> Option<u64> {
        // SeqCst: read in order with what else must be at rest.
        let word = self.word.load(SeqCst);
        (sleepers(word) == self.workers).then_some(word)
    }

    /// Work was put in a queue: wakes a sleeper, unless somebody searches already.
    // ANCHOR: notify_whole
    pub fn notify(&self, ringer: Ringer) {
        // ANCHOR: notify todo: fence, read the word, and turn one sleeper into a searcher if nobody searches; then ring
        // SeqCst: pairs with the fence in `sleep`. Either that worker's last look sees the work, or this sees the sleeper.
        fence(SeqCst);
        self.wake_one_unless(ringer, |word| sleepers(word) == 0 || searchers(word) > 0);
        // ANCHOR_END: notify
    }
    // ANCHOR_END: notify_whole

    /// Work was put in `runnext`: its own worker runs it soon, so it is enough that a sleeper watches.
    pub fn notify_watcher(&self, ringer: Ringer) {
        // Relaxed and without a fence: whoever falls asleep while the caller is awake watches, whatever is read here.
        self.wake_one_unless(ringer, |word| {
            sleepers(word) == 0 || searchers(word) > 0 || word & WATCHED != 0
        });
    }

    /// Turns a sleeper into a searcher and rings, unless the word says that there is no need.
    #[inline]
    fn wake_one_unless(&self, ringer: Ringer, needless: impl Fn(u64) -> bool) {
        // Relaxed: `notify` has a fence before it.
        let mut word = self.word.load(Relaxed);
        while !needless(word) {
            match self.wake_in_word(word) {
                Ok(()) => {
                    self.bells().rung.push(ringer);
                    self.rung.notify_one();
                    return;
                }
                Err(now) => word = now,
            }
        }
    }

    /// A sleeper becomes a searcher.
    fn wake_in_word(&self, word: u64) -> Result<(), u64> {
        let new = (word - SLEEPER + SEARCHER).wrapping_add(WAKE);
        // SeqCst: the word is part of the pairing of fences.
        let exchanged = self.word.compare_exchange(word, new, SeqCst, Relaxed);
        exchanged.map(|_| ())
    }

    /// A worker has run out of work, and searches.
    pub fn start_searching(&self) {
        // SeqCst: as above.
        self.word.fetch_add(SEARCHER, SeqCst);
    }

    /// A searcher has found work. The last one wakes the next, for where there is work there may be more.
    // ANCHOR: found_work_whole
    pub fn found_work(&self, ringer: Ringer) {
        // ANCHOR: found_work todo: one searcher less; if that was the last one, notify
        // SeqCst: as above.
        let before = self.word.fetch_sub(SEARCHER, SeqCst);
        if searchers(before) == 1 {
            self.notify(ringer);
        }
        // ANCHOR_END: found_work
    }
    // ANCHOR_END: found_work_whole

    /// A searcher has found nothing. It sleeps until somebody rings, unless its last look, `has_work`, finds work.
    ///
    /// If everybody sleeps now and nothing happened during the last look, the runtime stands still: `standstill` is called.
    // ANCHOR: sleep_whole
    pub fn sleep(&self, has_work: impl FnOnce() -> bool, standstill: impl FnOnce()) -> Woken {
        // ANCHOR: sleep todo: count yourself a sleeper, fence, look once more, and only then wait for a bell
        let (word, watches) = self.count_as_sleeper();
        // SeqCst: pairs with the fence in `notify`.
        fence(SeqCst);
        let woken = if has_work() && self.wake_myself() {
            Woken::Found
        } else {
            // SeqCst: read after the look. If nobody has woken since, nothing can have been made that the look missed.
            if sleepers(word) == self.workers && self.word.load(SeqCst) == word {
                standstill();
            }
            self.wait_for_bell(watches)
        };
        if watches {
            self.word.fetch_and(!WATCHED, SeqCst);
        }
        woken
        // ANCHOR_END: sleep
    }
    // ANCHOR_END: sleep_whole

    /// A searcher becomes a sleeper; while others are awake, one of the sleepers watches. Returns the word, and who watches.
    fn count_as_sleeper(&self) -> (u64, bool) {
        // Relaxed: the exchange checks it.
        let mut word = self.word.load(Relaxed);
        loop {
            let mut new = word - SEARCHER + SLEEPER;
            let watches = word & WATCHED == 0 && sleepers(new) < self.workers;
            if watches {
                new |= WATCHED;
            }
            // SeqCst: as above.
            match self.word.compare_exchange(word, new, SeqCst, Relaxed) {
                Ok(_) => return (new, watches),
                Err(now) => word = now,
            }
        }
    }

    /// A sleeper becomes a searcher by itself. False if all who slept have been rung for: then a bell is on its way.
    fn wake_myself(&self) -> bool {
        // Relaxed: the exchange checks it.
        let mut word = self.word.load(Relaxed);
        while sleepers(word) > 0 {
            match self.wake_in_word(word) {
                Ok(()) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    fn wait_for_bell(&self, mut watches: bool) -> Woken {
        let mut bells = self.bells();
        loop {
            if bells.stopped {
                return Woken::Stopped;
            }
            if let Some(ringer) = bells.rung.pop() {
                return Woken::By(ringer);
            }
            if watches {
                let waited = self.rung.wait_timeout(bells, WATCH);
                let (again, timeout) = waited.expect("nothing panics while it holds this lock");
                bells = again;
                if timeout.timed_out() && bells.rung.is_empty() {
                    if self.wake_myself() {
                        return Woken::Time;
                    }
                    watches = false;
                }
            } else {
                let waited = self.rung.wait(bells);
                bells = waited.expect("nothing panics while it holds this lock");
            }
        }
    }

    /// The runtime ends: wakes everyone, now and from now on.
    pub fn stop(&self) {
        self.bells().stopped = true;
        self.rung.notify_all();
    }
}
