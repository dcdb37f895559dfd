//! Step 5.2: a bounded ring, and what overflows it.

use std::sync::Arc;

use chapter_5::{Global, Ring};
use interleave::thread;

use crate::helpers::{Boxed, Drops, Number};

fn ring<const CAPACITY: usize>(
    numbers: impl IntoIterator<Item = u32>,
    global: &Global<Boxed<u32>>,
) -> Ring<Boxed<u32>, CAPACITY> {
    let mut ring = Ring::new();
    for number in numbers {
        ring.push(Boxed::new(number), global);
    }
    ring
}

fn all<const CAPACITY: usize>(ring: &mut Ring<Boxed<u32>, CAPACITY>) -> Vec<u32> {
    std::iter::from_fn(|| ring.pop().map(|number| *number)).collect()
}

fn rest(global: &Global<Boxed<u32>>) -> Vec<u32> {
    std::iter::from_fn(|| global.pop().map(|number| *number)).collect()
}

#[test]
fn an_empty_ring_gives_nothing() {
    let mut ring = Ring::<Boxed<u32>, 4>::new();
    assert_eq!(ring.pop(), None, "a new ring holds no task");
}

#[test]
fn first_in_first_out() {
    let global = Global::default();
    let mut ring = ring::<4>(1..=3, &global);
    assert_eq!(ring.len(), 3, "three tasks were pushed");
    assert_eq!(
        all(&mut ring),
        [1, 2, 3],
        "the ring is a queue: the oldest task comes out first"
    );
    assert!(global.is_empty(), "three tasks fit in a ring of four");
}

#[test]
fn four_tasks_fill_a_ring_of_four() {
    let global = Global::default();
    let mut ring = ring::<4>(1..=4, &global);
    assert!(
        global.is_empty(),
        "the ring has four places, and the fourth task should have one: full is tail - head == CAPACITY"
    );
    assert_eq!(all(&mut ring), [1, 2, 3, 4]);
}

#[test]
fn the_places_are_used_again_and_again() {
    let global = Global::default();
    let mut ring = Ring::<Boxed<u32>, 4>::new();
    for round in 0..100 {
        for number in 0..3 {
            ring.push(Boxed::new(round * 3 + number), &global);
        }
        assert_eq!(
            all(&mut ring),
            [round * 3, round * 3 + 1, round * 3 + 2],
            "round {round}: head and tail only grow; the place is the number modulo the capacity"
        );
    }
}

#[test]
fn an_overflow_moves_the_older_half_and_the_new_task() {
    let global = Global::default();
    let mut ring = ring::<4>(1..=5, &global);
    let (own, moved) = (all(&mut ring), rest(&global));
    assert_eq!(
        (own, moved),
        (vec![3, 4], vec![1, 2, 5]),
        "the fifth task overflows a ring of 1, 2, 3, 4. The ring keeps its newer half, 3 and 4; the global queue gets the\n\
         older half, 1 and 2, and behind it the new task, 5"
    );
}

#[test]
fn no_task_is_lost_or_doubled() {
    for count in [0, 1, 100, 255, 256, 257, 384, 385, 386, 514, 515, 900] {
        let global = Global::default();
        let mut ring = ring::<256>(0..count, &global);
        let mut seen = all(&mut ring);
        seen.extend(rest(&global));
        seen.sort_unstable();
        assert!(
            seen == (0..count).collect::<Vec<_>>(),
            "{count} tasks were pushed, and in ring and global queue together are {} of them",
            seen.len()
        );
    }
}

#[test]
fn an_overflow_happens_once_in_129_tasks() {
    let global = Global::default();
    let ring = ring::<256>(0..256 + 129, &global);
    assert_eq!(
        (ring.len(), global.len()),
        (256, 129),
        "the 257th task takes 128 others along: so the next 128 tasks find room, and need no lock"
    );
}

#[test]
fn what_a_ring_holds_is_dropped_with_it() {
    let (drops, global) = (Drops::default(), Global::default());
    let mut ring = Ring::<_, 4>::new();
    for _ in 0..4 {
        ring.push(Boxed::new(drops.token()), &global);
    }
    drop(ring.pop());
    assert_eq!(
        drops.count(),
        1,
        "a task that was taken belongs to its taker"
    );
    drop(ring);
    assert_eq!(drops.count(), 4, "each task is dropped once");
}

#[test]
fn an_overflow_takes_the_lock_once() {
    interleave::model(|| {
        let (mut ring, global) = (Ring::<Number, 4>::new(), Arc::new(Global::default()));
        for task in 1..=4 {
            ring.push(Number::new(task), &global);
        }
        let other = thread::spawn({
            let global = Arc::clone(&global);
            move || global.len()
        });
        ring.push(Number::new(5), &global);
        let seen = other.join().unwrap();
        assert!(
            seen == 0 || seen == 3,
            "another thread saw {seen} of the 3 tasks of an overflow in the global queue: they come under one lock, all together"
        );
    });
}

#[test]
fn the_counters_wrap_around() {
    for before in 0..8 {
        let first = u32::MAX - before;
        let global = Global::default();
        let mut ring = Ring::<Boxed<u32>, 4>::at(first);
        for number in 1..=5 {
            ring.push(Boxed::new(number), &global);
        }
        let (own, moved) = (all(&mut ring), rest(&global));
        assert_eq!(
            (own, moved),
            (vec![3, 4], vec![1, 2, 5]),
            "the first of five tasks has the number {first}, and after {} comes 0: the counters wrap around",
            u32::MAX
        );
    }
}
