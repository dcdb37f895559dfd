//! The explorer follows a state only once. Small programs made at random show that this loses no outcome: with and
//! without merging, the same results and the same kinds of failure are possible.

#![cfg(all(feature = "model", not(feature = "loom")))]

use interleave::sync::atomic::{AtomicUsize, Ordering};
use interleave::sync::{Arc, Condvar, Mutex, RwLock};
use interleave::{Explorer, thread};
use std::collections::BTreeSet;

/// One step of a made-up program. The number says which of two objects.
#[derive(Clone, Copy, Debug)]
enum Step {
    Load(usize),
    Store(usize),
    Add(usize),
    SwapIfEqual(usize),
    Locked(usize),
    LockedTwo,
    LockedTwoTurned,
    TryLocked(usize),
    Read,
    Write,
    Notify,
    WaitUnlessSet,
    UnparkMain,
    Yield,
}

const STEPS: [Step; 18] = [
    Step::Load(0),
    Step::Load(1),
    Step::Store(0),
    Step::Store(1),
    Step::Add(0),
    Step::SwapIfEqual(1),
    Step::Locked(0),
    Step::Locked(0),
    Step::Locked(1),
    Step::LockedTwo,
    Step::LockedTwoTurned,
    Step::TryLocked(0),
    Step::Read,
    Step::Write,
    Step::Notify,
    Step::WaitUnlessSet,
    Step::UnparkMain,
    Step::Yield,
];

#[derive(Default)]
struct World {
    atomics: [AtomicUsize; 2],
    mutexes: [Mutex<usize>; 2],
    shared: RwLock<usize>,
    set: (Mutex<bool>, Condvar),
}

/// Does the steps; what the thread saw on its way is its result.
fn act(world: &World, me: usize, steps: &[Step], main: &thread::Thread) -> Vec<usize> {
    let mut seen = Vec::new();
    for (index, &step) in steps.iter().enumerate() {
        let mark = 10 * me + index;
        match step {
            Step::Load(which) => seen.push(world.atomics[which].load(Ordering::SeqCst)),
            Step::Store(which) => world.atomics[which].store(mark, Ordering::SeqCst),
            Step::Add(which) => seen.push(world.atomics[which].fetch_add(1, Ordering::SeqCst)),
            Step::SwapIfEqual(which) => {
                let swapped = world.atomics[which].compare_exchange(
                    0,
                    mark,
                    Ordering::SeqCst,
                    Ordering::SeqCst,
                );
                seen.push(swapped.unwrap_or_else(|found| found));
            }
            Step::Locked(which) => {
                let mut value = world.mutexes[which].lock().unwrap();
                seen.push(*value);
                *value = mark;
            }
            Step::LockedTwo | Step::LockedTwoTurned => {
                let first = usize::from(matches!(step, Step::LockedTwoTurned));
                let first_value = world.mutexes[first].lock().unwrap();
                let second_value = world.mutexes[1 - first].lock().unwrap();
                seen.push(*first_value + *second_value);
            }
            Step::TryLocked(which) => {
                seen.push(world.mutexes[which].try_lock().map_or(999, |value| *value))
            }
            Step::Read => seen.push(*world.shared.read().unwrap()),
            Step::Write => *world.shared.write().unwrap() = mark,
            Step::Notify => {
                *world.set.0.lock().unwrap() = true;
                world.set.1.notify_one();
            }
            Step::WaitUnlessSet => {
                let set = world.set.0.lock().unwrap();
                drop(world.set.1.wait_while(set, |set| !*set).unwrap());
            }
            Step::UnparkMain => main.unpark(),
            Step::Yield => thread::yield_now(),
        }
    }
    seen
}

/// Everything that can come of a program: what the threads saw, and the kind of the first failure if there is one.
fn outcomes(
    program: &[Vec<Step>],
    merges: bool,
) -> (BTreeSet<Vec<Vec<usize>>>, Option<String>, usize) {
    let outcomes = std::sync::Arc::new(std::sync::Mutex::new(BTreeSet::new()));
    let kept = std::sync::Arc::clone(&outcomes);
    let program = program.to_vec();
    let result = Explorer::new()
        .merge_states(merges)
        .max_schedules(60_000)
        .explore(move || {
            let world = Arc::new(World::default());
            let main = thread::current();
            let parks = program
                .iter()
                .flatten()
                .any(|step| matches!(step, Step::UnparkMain));
            let threads: Vec<_> = program
                .iter()
                .enumerate()
                .map(|(me, steps)| {
                    let (world, steps, main) = (Arc::clone(&world), steps.clone(), main.clone());
                    thread::spawn(move || act(&world, me + 1, &steps, &main))
                })
                .collect();
            if parks {
                thread::park();
            }
            let seen = threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect();
            kept.lock().unwrap().insert(seen);
        });
    let outcomes = outcomes.lock().unwrap().clone();
    match result {
        Ok(exploration) => {
            assert!(exploration.complete, "the program is too large");
            (outcomes, None, exploration.schedules)
        }
        Err(failure) => (
            BTreeSet::new(),
            Some(failure.kind.to_string()),
            failure.schedules,
        ),
    }
}

#[test]
fn merging_loses_no_outcome() {
    let mut dice = 12_345_u64;
    let mut roll = |sides: usize| {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % sides
    };
    let (mut with, mut without, mut failures) = (0, 0, 0);
    for _ in 0..120 {
        let threads = 2 + roll(2);
        let length = if threads == 2 { 4 } else { 3 };
        let program: Vec<Vec<Step>> = (0..threads)
            .map(|_| (0..length).map(|_| STEPS[roll(STEPS.len())]).collect())
            .collect();
        let (all, failure, schedules) = outcomes(&program, false);
        let (merged, merged_failure, merged_schedules) = outcomes(&program, true);
        assert_eq!(
            failure.is_some(),
            merged_failure.is_some(),
            "one of the two fails: {program:?}"
        );
        assert_eq!(all, merged, "the outcomes differ: {program:?}");
        without += schedules;
        with += merged_schedules;
        failures += usize::from(failure.is_some());
    }
    println!("{without} schedules without merging, {with} with; {failures} of 120 programs fail");
    assert!(with < without);
}
