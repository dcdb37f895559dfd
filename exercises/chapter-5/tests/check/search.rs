//! Step 5.4: where to look for work, and in which order.

use chapter_5::{Global, Ring, Stealer, search::Processor};

use crate::helpers::Boxed;

type P = Processor<Boxed<u32>>;

fn processor(index: usize, numbers: impl IntoIterator<Item = u32>) -> P {
    let (mut processor, global) = (Processor::new(index), Global::default());
    for number in numbers {
        processor.ring.push(Boxed::new(number), &global);
    }
    processor
}

fn global(numbers: impl IntoIterator<Item = u32>) -> Global<Boxed<u32>> {
    let global = Global::default();
    global.extend(numbers.into_iter().map(Boxed::new));
    global
}

fn next(processor: &mut P, global: &Global<Boxed<u32>>) -> Option<u32> {
    processor.next(global, 2).map(|number| *number)
}

fn stealers(processors: &[P]) -> Vec<Stealer<Boxed<u32>>> {
    let rings = processors.iter().map(|processor| &processor.ring);
    rings.map(Ring::stealer).collect()
}

#[test]
fn the_own_ring_comes_before_the_global_queue() {
    let (mut processor, global) = (processor(0, [1, 2]), global([10]));
    let order = [(); 4].map(|()| next(&mut processor, &global));
    assert_eq!(
        order,
        [Some(1), Some(2), Some(10), None],
        "1 and 2 are in the worker's ring, 10 in the global queue: the ring needs no lock, so it comes first"
    );
}

#[test]
fn each_61st_turn_the_global_queue_comes_first() {
    // The ring never runs empty: each task that ran comes again, as tasks do that yield for ever.
    let (mut processor, global) = (processor(0, [0, 1]), global([10, 11, 12]));
    let own = Global::default();
    let mut seen = Vec::new();
    for turn in 1..=200 {
        let task = next(&mut processor, &global).expect("the ring is not empty");
        if task >= 10 {
            seen.push((turn, task));
        } else {
            processor.ring.push(Boxed::new(task), &own);
        }
    }
    let tasks: Vec<u32> = seen.iter().map(|&(_, task)| task).collect();
    assert_eq!(
        tasks,
        [10, 11, 12],
        "the worker's own two tasks run for ever, and within 200 turns three tasks of the global queue should run too"
    );
    assert!(
        seen.windows(2).all(|pair| pair[1].0 - pair[0].0 == 61),
        "every 61st turn, not at {seen:?} (turn, task)"
    );
}

#[test]
fn a_61st_turn_goes_on_if_the_global_queue_is_empty() {
    let (mut processor, global) = (processor(0, []), global([]));
    for turn in 1..=130 {
        processor.ring.push(Boxed::new(turn), &global);
        let task = next(&mut processor, &global);
        assert_eq!(
            task,
            Some(turn),
            "turn {turn}: the global queue is empty and the ring has a task. A worker that gets None begins to search"
        );
    }
}

#[test]
fn a_worker_takes_its_share_of_the_global_queue() {
    let (mut processor, global) = (processor(0, []), global(1..=10));
    assert_eq!(next(&mut processor, &global), Some(1), "the oldest first");
    assert_eq!(
        (processor.ring.len(), global.len()),
        (4, 5),
        "of 10 tasks, one of 2 workers takes 5: one to run, and 4 into its ring. See Global::take_share"
    );
}

#[test]
fn a_thief_takes_half_and_says_from_whom() {
    let mut processors = [processor(0, []), processor(1, 1..=5), processor(2, [])];
    let stealers = stealers(&processors);
    let loot = processors[0].steal(&Global::default(), &stealers);
    let loot = loot.expect(
        "`steal` gave None, and worker 1 has five tasks. Does the round come to every worker, whatever the random start?",
    );
    assert_eq!(
        (
            *loot.task,
            loot.from,
            processors[0].ring.len(),
            processors[1].ring.len()
        ),
        (1, Some((1, 3)), 2, 2),
        "worker 0 steals 3 of worker 1's 5 tasks: it runs the oldest, 1, and has 2 in its ring.\n\
         The values are the task, (victim, count), and the lengths of both rings"
    );
}

#[test]
fn a_searcher_looks_at_the_global_queue_too() {
    let mut processors = [processor(0, []), processor(1, [])];
    let stealers = stealers(&processors);
    let loot = processors[0].steal(&global([7]), &stealers);
    let loot = loot.expect("the global queue has a task");
    assert_eq!((*loot.task, loot.from), (7, None));
}

#[test]
fn nobody_steals_from_itself() {
    for index in 0..3 {
        let mut processors = [processor(0, []), processor(1, []), processor(2, [])];
        processors[index]
            .ring
            .push(Boxed::new(1), &Global::default());
        let stealers = stealers(&processors);
        let loot = processors[index].steal(&Global::default(), &stealers);
        assert!(
            loot.is_none(),
            "only worker {index} has a task, and it stole it from itself"
        );
    }
}

#[test]
fn every_worker_is_a_possible_victim() {
    for victim in 1..5 {
        let mut processors = [0, 1, 2, 3, 4].map(|index| processor(index, []));
        processors[victim]
            .ring
            .push(Boxed::new(1), &Global::default());
        let stealers = stealers(&processors);
        let loot = processors[0].steal(&Global::default(), &stealers);
        assert_eq!(
            loot.and_then(|loot| loot.from),
            Some((victim, 1)),
            "worker {victim} alone has a task. Does a search go round all workers?"
        );
    }
}

#[test]
fn thieves_begin_with_different_victims() {
    // Eight workers have work. Over many searches, worker 0 should not rob the same one each time.
    let mut victims = std::collections::BTreeSet::new();
    let mut processors: Vec<P> = (0..9).map(|index| processor(index, [])).collect();
    let stealers = stealers(&processors);
    for _ in 0..100 {
        for victim in &mut processors[1..] {
            if victim.ring.is_empty() {
                victim.ring.push(Boxed::new(1), &Global::default());
            }
        }
        let loot = processors[0].steal(&Global::default(), &stealers);
        victims.extend(loot.and_then(|loot| loot.from).map(|(victim, _)| victim));
    }
    assert!(
        victims.len() > 4,
        "in 100 searches the victims were {victims:?}: begin at a random worker, or all thieves meet at the same one"
    );
}
