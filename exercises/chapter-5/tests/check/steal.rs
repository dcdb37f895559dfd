//! Step 5.3: steal half, in every order of owner and thieves.

use std::sync::{Arc, Mutex};

use chapter_5::{Global, Ring, Stealer};
use interleave::thread;

use crate::helpers::{Boxed, Number};

type Small = Ring<Number, 4>;

fn filled(count: u32) -> (Ring<Boxed<u32>>, Stealer<Boxed<u32>>) {
    let (mut ring, global) = (Ring::new(), Global::default());
    for number in 1..=count {
        ring.push(Boxed::new(number), &global);
    }
    let stealer = ring.stealer();
    (ring, stealer)
}

fn all(ring: &mut Ring<Boxed<u32>>) -> Vec<u32> {
    std::iter::from_fn(|| ring.pop().map(|number| *number)).collect()
}

#[test]
fn nothing_is_stolen_from_an_empty_ring() {
    let (_ring, stealer) = filled(0);
    assert_eq!(stealer.steal_half(&mut Ring::new()), None);
}

#[test]
fn half_is_rounded_up() {
    for (count, stolen) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (256, 128)] {
        let (mut ring, stealer) = filled(count);
        let mut mine = Ring::new();
        let first = stealer.steal_half(&mut mine);
        let got = usize::from(first.is_some()) + mine.len();
        assert_eq!(
            got + ring.len(),
            count as usize,
            "of {count} tasks the thief has {got}, and the victim {}: does one stand in two places?",
            ring.len()
        );
        assert_eq!(
            (got, ring.len()),
            (stolen, count as usize - stolen),
            "of {count} tasks a thief takes {stolen}, half rounded up, and leaves the rest"
        );
        drop(all(&mut ring));
    }
}

#[test]
fn the_older_half_is_stolen_in_order() {
    let (mut ring, stealer) = filled(5);
    let mut mine = Ring::new();
    let first = stealer.steal_half(&mut mine).map(|number| *number);
    assert_eq!(
        (first, all(&mut mine), all(&mut ring)),
        (Some(1), vec![2, 3], vec![4, 5]),
        "of 1, 2, 3, 4, 5 the thief takes 1, 2 and 3: it runs 1 now, and has 2 and 3 in its ring"
    );
}

#[test]
fn a_thief_may_come_while_the_counters_wrap_around() {
    let global = Global::default();
    for before in 0..6 {
        let (mut ring, mut mine) = (Ring::at(u32::MAX - before), Ring::at(u32::MAX - before / 2));
        for number in 1..=5 {
            ring.push(Boxed::new(number), &global);
        }
        let first = ring.stealer().steal_half(&mut mine).map(|number| *number);
        assert_eq!(
            (first, all(&mut mine), all(&mut ring)),
            (Some(1), vec![2, 3], vec![4, 5]),
            "the same five tasks, and the counters wrap around: the first one has the number {}",
            u32::MAX - before
        );
    }
}

#[test]
fn what_does_not_fit_is_left() {
    let global = Global::default();
    let (mut ring, stealer) = filled(256);
    let mut mine = Ring::new();
    for number in 1000..1250 {
        mine.push(Boxed::new(number), &global);
    }
    let first = stealer.steal_half(&mut mine).map(|number| *number);
    assert_eq!(first, Some(1));
    assert_eq!(
        (mine.len(), ring.len()),
        (256, 249),
        "the thief's ring had 6 places free: it takes 6 tasks and the one that it returns"
    );
    drop((all(&mut mine), all(&mut ring)));
}

/// Collects what everybody got, and compares it with what there was.
#[derive(Clone, Default)]
struct Got(Arc<Mutex<Vec<u32>>>);

impl Got {
    fn add(&self, task: Option<Number>) {
        let values = task.map(Number::take);
        self.0.lock().unwrap().extend(values);
    }

    fn drain(&self, ring: &mut Small, global: &Global<Number>) {
        while let Some(task) = ring.pop().or_else(|| global.pop()) {
            self.add(Some(task));
        }
    }

    #[track_caller]
    fn assert_is(&self, count: u32) {
        let mut got = self.0.lock().unwrap().clone();
        got.sort_unstable();
        let expected: Vec<u32> = (1..=count).collect();
        assert_eq!(
            got, expected,
            "each task is taken once, by the owner or by a thief. Are the copies used before `head` was moved? Does `push` (ring.rs) \
             read what it claimed, and does it put in the new task whether the claim succeeds or not?"
        );
    }
}

/// A thief that steals once, and runs what it got.
fn thief(stealer: Stealer<Number, 4>, got: &Got) -> thread::JoinHandle<()> {
    let got = got.clone();
    thread::spawn(move || {
        let mut mine = Small::new();
        got.add(stealer.steal_half(&mut mine));
        got.drain(&mut mine, &Global::default());
    })
}

#[test]
fn owner_and_thief_take_each_task_once() {
    interleave::model(|| {
        let (mut ring, global, got) = (Small::new(), Global::default(), Got::default());
        for task in 1..=3 {
            ring.push(Number::new(task), &global);
        }
        let thief = thief(ring.stealer(), &got);
        got.add(ring.pop());
        got.add(ring.pop());
        thief.join().unwrap();
        got.drain(&mut ring, &global);
        got.assert_is(3);
    });
}

#[test]
fn whoever_comes_late_looks_again() {
    interleave::model(|| {
        let (mut ring, global) = (Small::new(), Global::default());
        for task in 1..=3 {
            ring.push(Number::new(task), &global);
        }
        let stealer = ring.stealer();
        let thief = thread::spawn(move || stealer.steal_half(&mut Small::new()).is_some());
        let mine = ring.pop().is_some();
        let theirs = thief.join().unwrap();
        assert!(
            mine,
            "a thief takes two of three tasks, so one is left for the owner, and `pop` gave None. \
             Look again after a failed claim, in `pop`: ring.rs, step 5.2"
        );
        assert!(
            theirs,
            "the owner took one of three tasks, so two are left, and the thief got None. \
             Look again after a failed claim, in `steal_half`"
        );
    });
}

#[test]
fn a_ring_that_is_never_empty_does_not_look_empty() {
    interleave::model(|| {
        let (mut ring, global) = (Small::new(), Global::default());
        ring.push(Number::new(1), &global);
        let stealer = ring.stealer();
        let thief = thread::spawn(move || stealer.steal_half(&mut Small::new()).is_some());
        ring.push(Number::new(2), &global);
        let _ = ring.pop();
        assert!(
            thief.join().unwrap(),
            "the owner had one task, then two, then one, and the thief got None. Which counter is read first?"
        );
    });
}

#[test]
fn a_thief_sees_whatever_the_owner_publishes() {
    interleave::model(|| {
        let (mut ring, global, got) = (Small::new(), Global::default(), Got::default());
        // The thief comes first: it meets the pushes.
        let thief = thief(ring.stealer(), &got);
        for task in 1..=3 {
            ring.push(Number::new(task), &global);
        }
        thief.join().unwrap();
        got.drain(&mut ring, &global);
        got.assert_is(3);
    });
}

#[test]
fn two_thieves_take_each_task_once() {
    interleave::model(|| {
        let (mut ring, global, got) = (Small::new(), Global::default(), Got::default());
        for task in 1..=4 {
            ring.push(Number::new(task), &global);
        }
        let thieves = [thief(ring.stealer(), &got), thief(ring.stealer(), &got)];
        for thief in thieves {
            thief.join().unwrap();
        }
        got.drain(&mut ring, &global);
        got.assert_is(4);
    });
}

#[test]
fn a_thief_may_come_during_an_overflow() {
    interleave::model(|| {
        let (mut ring, global, got) = (Small::new(), Global::default(), Got::default());
        for task in 1..=4 {
            ring.push(Number::new(task), &global);
        }
        let thief = thief(ring.stealer(), &got);
        ring.push(Number::new(5), &global);
        ring.push(Number::new(6), &global);
        thief.join().unwrap();
        got.drain(&mut ring, &global);
        got.assert_is(6);
    });
}

#[test]
fn a_thief_may_be_robbed() {
    interleave::Explorer::new().preemptions(1).check(|| {
        let (mut ring, global, got) = (Small::new(), Global::default(), Got::default());
        let mut mine = Small::new();
        // The second thief comes before the tasks are made: only the first one's `tail` can show it what they hold.
        let second = thief(mine.stealer(), &got);
        for task in 1..=4 {
            ring.push(Number::new(task), &global);
        }
        got.add(ring.stealer().steal_half(&mut mine));
        got.drain(&mut mine, &global);
        second.join().unwrap();
        got.drain(&mut ring, &global);
        got.assert_is(4);
    });
}
