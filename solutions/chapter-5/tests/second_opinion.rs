//! The protocols once more, asked of loom: it also lets a load return an old value, as weak memory does.
//!
//! `LOOM_MAX_PREEMPTIONS=2 cargo test --release -p chapter-5-solution --features loom --test second_opinion`

extern crate chapter_5_solution as chapter_5;

#[allow(dead_code)] // the other tests need all of it
#[path = "../../../exercises/chapter-5/tests/check/helpers.rs"]
mod helpers;

use std::sync::Arc;

use chapter_5::{Global, Ring, idle::Idle, state::State};
use helpers::Number;
use interleave::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
};

type Small = Ring<Number, 2>;

/// What is left, counted by value; each value once.
fn drain(ring: &mut Small, global: &Global<Number>) -> Vec<u32> {
    std::iter::from_fn(|| ring.pop().or_else(|| global.pop()))
        .map(Number::take)
        .collect()
}

#[test]
fn a_thief_meets_pushes_and_an_overflow() {
    interleave::model(|| {
        let (mut ring, global) = (Small::new(), Global::default());
        let stealer = ring.stealer();
        let thief = thread::spawn(move || {
            let mut mine = Small::new();
            let first = stealer.steal_half(&mut mine).map(Number::take);
            let mut all = drain(&mut mine, &Global::default());
            all.extend(first);
            all
        });
        for value in 1..=3 {
            ring.push(Number::new(value), &global);
        }
        let mut all = drain(&mut ring, &global);
        all.extend(thief.join().unwrap());
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
    });
}

#[test]
fn two_thieves_and_the_owner() {
    interleave::model(|| {
        let (mut ring, global) = (Small::new(), Global::default());
        ring.push(Number::new(1), &global);
        ring.push(Number::new(2), &global);
        let thieves = [ring.stealer(), ring.stealer()].map(|stealer| {
            thread::spawn(move || stealer.steal_half(&mut Small::new()).map(Number::take))
        });
        let mut all = drain(&mut ring, &global);
        all.extend(
            thieves
                .into_iter()
                .filter_map(|thief| thief.join().unwrap()),
        );
        all.sort_unstable();
        assert_eq!(all, [1, 2]);
    });
}

#[test]
fn runnext_is_taken_once() {
    interleave::model(|| {
        let mut ring = Small::new();
        assert!(ring.put_next(Number::new(1)).is_none());
        let stealer = ring.stealer();
        let thief = thread::spawn(move || stealer.steal_next(0).map(Number::take));
        let mine = ring.take_next().map(Number::take);
        let theirs = thief.join().unwrap();
        assert!(mine.is_some() != theirs.is_some());
    });
}

/// Work is published with Relaxed on purpose: the fences of `Idle` must be enough.
#[test]
fn a_wake_up_is_not_lost() {
    interleave::model(|| {
        let (idle, work) = (Arc::new(Idle::new(1)), Arc::new(AtomicBool::new(false)));
        let worker = {
            let (idle, work) = (Arc::clone(&idle), Arc::clone(&work));
            thread::spawn(move || {
                idle.start_searching();
                while !work.load(Relaxed) {
                    idle.sleep(|| work.load(Relaxed), || {});
                }
            })
        };
        work.store(true, Relaxed);
        idle.notify(None);
        worker.join().unwrap();
    });
}

/// A wake that finds the task queued still has to show what came before it.
#[test]
fn a_wake_is_seen_by_the_poll_or_queues_the_task() {
    interleave::model(|| {
        let (state, ready) = (Arc::new(State::new()), Arc::new(AtomicBool::new(false)));
        let waker = {
            let (state, ready) = (Arc::clone(&state), Arc::clone(&ready));
            thread::spawn(move || {
                ready.store(true, Relaxed);
                state.wake()
            })
        };
        let mut seen = false;
        loop {
            state.begin();
            seen |= ready.load(Relaxed);
            if !state.pause() {
                break;
            }
        }
        let queued = waker.join().unwrap();
        assert!(seen || queued, "the wake was lost");
    });
}
