//! Counts how often each item was worked on, and on which threads.

use std::{
    collections::HashSet,
    num::NonZeroUsize,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread::{self, ThreadId},
};

pub fn workers(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("the tests ask for one worker or more")
}

pub struct Tally {
    counts: Vec<AtomicUsize>,
    threads: Mutex<HashSet<ThreadId>>,
}

impl Tally {
    pub fn of(items: usize) -> Tally {
        Tally {
            counts: (0..items).map(|_| AtomicUsize::new(0)).collect(),
            threads: Mutex::default(),
        }
    }

    /// Somebody works on `item`, on this thread.
    #[track_caller]
    pub fn count(&self, item: usize) {
        let items = self.counts.len();
        assert!(
            item < items,
            "there are {items} items, counted from 0, and item {item} was worked on. Where does the counting stop?"
        );
        self.counts[item].fetch_add(1, SeqCst);
        self.threads
            .lock()
            .expect("nobody panics here")
            .insert(thread::current().id());
    }

    #[track_caller]
    pub fn assert_each_once(&self, look_at: &str) {
        for (item, count) in self.counts.iter().enumerate() {
            let count = count.load(SeqCst);
            assert!(
                count == 1,
                "item {item} of {} was worked on {count} times, and it should be once.\n{look_at}",
                self.counts.len()
            );
        }
    }

    /// On how many different threads.
    pub fn threads(&self) -> usize {
        self.threads.lock().expect("nobody panics here").len()
    }
}
