//! Step 5.6: the newest task runs next.

use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use chapter_5::{Global, Ring, Runtime, go, search::Processor, yield_now};
use interleave::thread;

use crate::helpers::{Barrier, Boxed, Drops, Number, workers};

#[test]
fn the_slot_holds_one_task() {
    let mut ring = Ring::<Boxed<u32>, 4>::new();
    assert_eq!(
        ring.put_next(Boxed::new(1)),
        None,
        "the slot was empty: nothing is displaced"
    );
    assert_eq!(
        ring.put_next(Boxed::new(2)),
        Some(Boxed::new(1)),
        "the newer task displaces the older one, which goes to the ring"
    );
    assert_eq!(
        (ring.take_next(), ring.take_next()),
        (Some(Boxed::new(2)), None),
        "a task is taken from the slot once"
    );
}

#[test]
fn go_prints_4_0_1_2_3() {
    let runtime = Runtime::new(workers(1));
    let order = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&order);
    runtime.run(async move {
        let handles: Vec<_> = (0..5)
            .map(|number| {
                let order = Arc::clone(&seen);
                go(async move { order.lock().unwrap().push(number) })
            })
            .collect();
        for handle in handles {
            handle.await.expect("nothing panics");
        }
    });
    assert_eq!(
        *order.lock().unwrap(),
        [4, 0, 1, 2, 3],
        "as in Go with GOMAXPROCS=1: the goroutine started last is in the slot, and the four that it displaced are in the ring"
    );
}

#[test]
fn a_thief_takes_the_next_task_of_a_stuck_owner_only() {
    let mut ring = Ring::<Boxed<u32>, 4>::new();
    let stealer = ring.stealer();
    assert!(ring.put_next(Boxed::new(1)).is_none());
    let turns = stealer.turns();
    ring.begin_turn();
    assert_eq!(
        stealer.steal_next(turns),
        None,
        "the owner has begun a task since the thief looked: it is not stuck, and comes to its next task itself"
    );
    let turns = stealer.turns();
    assert_eq!(
        (stealer.steal_next(turns), stealer.steal_next(turns)),
        (Some(Boxed::new(1)), None),
        "the owner has begun nothing since the thief looked"
    );
}

#[test]
fn owner_and_thief_do_not_both_get_it() {
    interleave::model(|| {
        let mut ring = Ring::<Number, 4>::new();
        assert!(ring.put_next(Number::new(1)).is_none());
        let stealer = ring.stealer();
        let thief = thread::spawn(move || stealer.steal_next(0).map(mem::forget).is_some());
        let mine = ring.take_next().map(mem::forget).is_some();
        let theirs = thief.join().unwrap();
        assert!(
            mine != theirs,
            "one task in the slot: owner got it: {mine}, thief got it: {theirs}"
        );
    });
}

#[test]
fn whoever_takes_the_task_sees_what_was_done_before() {
    interleave::model(|| {
        let mut ring = Ring::<Number, 4>::new();
        let stealer = ring.stealer();
        // The thief comes first: only the slot can show it what the task holds.
        let thief = thread::spawn(move || stealer.steal_next(0).map(Number::take));
        assert!(ring.put_next(Number::new(1)).is_none());
        let mine = ring.take_next().map(Number::take);
        let theirs = thief.join().unwrap();
        assert_eq!(
            mine.or(theirs),
            Some(1),
            "one task was put in the slot, and nobody got it"
        );
    });
}

#[test]
fn a_pair_that_wakes_each_other_shares_a_slice() {
    let global = Global::default();
    let mut processor = Processor::<Boxed<u32>>::new(0);
    processor.ring.push(Boxed::new(u32::MAX), &global);
    // Two tasks wake each other for ever, so the slot is always full.
    let mut turns = 0;
    loop {
        assert!(processor.ring.put_next(Boxed::new(turns)).is_none());
        let task = processor.next(&global, 1).expect("the slot is full");
        if *task == u32::MAX {
            break;
        }
        turns += 1;
        assert!(
            turns < 1000,
            "a task in the ring waits behind a slot that never is empty: after {turns} tasks from the slot it has not run.\n\
             Does each task from the slot use up a part of the slice, in `Processor::next`?"
        );
    }
}

#[test]
fn a_task_from_the_ring_begins_a_new_slice() {
    let global = Global::default();
    let mut processor = Processor::<Boxed<&str>>::new(0);
    for round in 1..=200 {
        processor.ring.push(Boxed::new("ring"), &global);
        assert!(processor.ring.put_next(Boxed::new("slot")).is_none());
        let order = [(); 2].map(|()| processor.next(&global, 1).map(|task| *task));
        assert_eq!(
            order,
            [Some("slot"), Some("ring")],
            "round {round}: never do two tasks in a row come from the slot, so its slice never ends. Does it begin anew?"
        );
    }
}

#[test]
fn nobody_starves_while_two_hand_over_to_each_other() {
    let runtime = Runtime::new(workers(1));
    runtime.run(async {
        let stop = Arc::new(AtomicBool::new(false));
        let turns = Arc::new(Mutex::new(0));
        let third = go({
            let stop = Arc::clone(&stop);
            async move {
                for _ in 0..3 {
                    yield_now().await;
                }
                stop.store(true, SeqCst);
            }
        });
        // Each starts the next one, which runs before all others, and so on.
        fn chain(stop: Arc<AtomicBool>, turns: Arc<Mutex<u32>>) {
            drop(go(async move {
                let turn = {
                    let mut turns = turns.lock().unwrap();
                    *turns += 1;
                    *turns
                };
                assert!(
                    turn < 100_000,
                    "a third goroutine has not run while two others handed over 100,000 times"
                );
                if !stop.load(SeqCst) {
                    chain(stop, turns);
                }
            }));
        }
        chain(stop, Arc::clone(&turns));
        third.await.expect("nothing panics");
        assert!(
            *turns.lock().unwrap() < 100_000,
            "the third goroutine ran in time"
        );
    });
}

#[test]
fn a_stuck_worker_loses_its_next_task_to_another() {
    let runtime = Runtime::new(workers(2));
    let met = runtime.run(async {
        let barrier = Barrier::default();
        let opener = barrier.clone();
        drop(go(async move { opener.open() }));
        // This goroutine keeps its worker, and the opener is in that worker's slot.
        barrier.wait()
    });
    assert!(
        met,
        "a goroutine keeps its worker busy, and the one that it started stands in `runnext`. The other worker should take it"
    );
}

#[test]
fn a_task_in_the_slot_is_dropped_with_its_ring() {
    let drops = Drops::default();
    let mut ring = Ring::<_, 4>::new();
    assert!(ring.put_next(Boxed::new(drops.token())).is_none());
    drop(ring);
    assert_eq!(drops.count(), 1);
}
