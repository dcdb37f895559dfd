//! Step 2.3: whoever is free claims the next item.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use chapter_2::{
    claiming::{Claimed, claim_map, render},
    picture::{View, png},
};

use crate::{
    meeting::Meeting,
    panics,
    tally::{Tally, workers},
};

const CLAIM_ONE: &str = "Somebody who is free should have claimed it. Does every worker claim one item, do it, and claim the next?\n\
     A worker that owns items beforehand, or claims several together, keeps them while it is stuck.\n\
     Or is a lock held while `work` runs, or a thread joined before the next one starts?";

#[test]
fn all_workers_are_at_work_together() {
    // Whichever items they are: the first four calls wait for each other, so they must be on four threads.
    let meeting = Meeting::of(
        ["first", "second", "third", "fourth"].map(|call| format!("the {call} call of `work`")),
    );
    let calls = AtomicUsize::new(0);
    claim_map(40, workers(4), |_| {
        let call = calls.fetch_add(1, SeqCst);
        if call < 4 {
            meeting.join(call);
        }
    });
    meeting.assert_met(
        "Four workers and forty items: four calls of `work` should be in progress together.\n\
         Is every thread started before the first is joined? And does a worker hold a lock while `work` runs?",
    );
}

#[test]
fn one_worker_does_every_item_once() {
    for items in 0..=20 {
        let tally = Tally::of(items);
        claim_map(items, workers(1), |item| tally.count(item));
        tally.assert_each_once("Which item does the first claim give, and which one the last?");
    }
}

#[test]
fn no_item_is_claimed_twice_in_any_order_of_the_threads() {
    // The kit runs the workers in every order in which they can meet at the counter.
    interleave::model(|| {
        let mut values: Vec<usize> = claim_map(3, workers(2), |item| item)
            .into_iter()
            .map(|claimed| claimed.value)
            .collect();
        // Their order is another test's business.
        values.sort_unstable();
        if let Some(beyond) = values.iter().find(|&&value| value >= 3) {
            panic!(
                "three items, 0, 1 and 2, and somebody worked on item {beyond}.\n\
                 Another worker may take the last item between your look at the counter and your claim: judge by the number \
                 that the claim itself gave"
            );
        }
        assert!(
            values == [0, 1, 2],
            "three items, each claimed once, give the results 0, 1 and 2, and they are {values:?}.\n\
             Between reading the counter and writing it, another worker may read the same number: use one operation for both"
        );
    });

    // What the kit did not see, it did not try. Where it sees the claims, it also lets the workers take turns.
    let took_turns = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&took_turns);
    let exploration = interleave::Explorer::new().preemptions(1).check(move || {
        let threads: HashSet<_> = claim_map(6, workers(2), |_| thread::current().id())
            .into_iter()
            .map(|claimed| claimed.value)
            .collect();
        if threads.len() > 1 {
            seen.store(true, SeqCst);
        }
    });
    assert!(
        exploration.schedules > 1 && took_turns.load(SeqCst),
        "use the counter type that the file imports: the test explores its operations, and it saw none.\n\
         A counter or a lock of std's, or a thread of std's, hides them: take all of them from `interleave`.\n\
         And does every worker claim each item from one shared counter?"
    );
}

#[test]
fn every_item_is_worked_on_once() {
    for items in 0..=20 {
        for number in [2, 3, 8, 30] {
            let tally = Tally::of(items);
            claim_map(items, workers(number), |item| tally.count(item));
            tally.assert_each_once("Does every worker claim from the same counter?");
        }
    }
}

#[test]
fn a_stuck_worker_keeps_nobody_from_the_rest() {
    const ITEMS: usize = 40;
    for stuck in [0, 1, 19, 20, 39] {
        // The worker that has the item waits until all other items are done, so the others must do them.
        let meeting = Meeting::of((0..ITEMS).map(|item| format!("item {item}")));
        claim_map(ITEMS, workers(2), |item| {
            if item == stuck {
                meeting.wait_for(item, (0..ITEMS).filter(|&other| other != item));
            }
            meeting.arrive(item);
        });
        meeting.assert_met(CLAIM_ONE);
    }
}

#[test]
fn two_stuck_workers_leave_the_rest_to_the_third() {
    let meeting = Meeting::of((0..30).map(|item| format!("item {item}")));
    claim_map(30, workers(3), |item| {
        if item < 2 {
            meeting.wait_for(item, 2..30);
        }
        meeting.arrive(item);
    });
    meeting.assert_met(CLAIM_ONE);
}

#[test]
fn the_order_holds_whoever_is_done_last() {
    // Item 0 is held until 1 to 4 are done, and 5 until 6 is: so each worker has items from both ends, and neither order
    // of the two workers is the order of the items.
    let meeting = Meeting::of((0..7).map(|item| format!("item {item}")));
    let results = claim_map(7, workers(2), |item| {
        match item {
            0 => meeting.wait_for(0, 1..5),
            5 => meeting.wait_for(5, 6..7),
            _ => {}
        }
        meeting.arrive(item);
        item
    });
    meeting.assert_met(CLAIM_ONE);
    let values: Vec<usize> = results.into_iter().map(|claimed| claimed.value).collect();
    assert_eq!(
        values,
        [0, 1, 2, 3, 4, 5, 6],
        "item 0 was done after 4, and 5 after 6: their results still stand in the order of the items"
    );
}

#[test]
fn the_results_are_in_the_order_of_the_items() {
    for number in [1, 2, 3, 8] {
        let values: Vec<usize> = claim_map(50, workers(number), |item| item * 3)
            .into_iter()
            .map(|claimed| claimed.value)
            .collect();
        let expected: Vec<usize> = (0..50).map(|item| item * 3).collect();
        assert_eq!(
            values, expected,
            "{number} workers: the result of item 0 comes first, whoever computed it and whenever"
        );
    }
}

#[test]
fn each_result_names_the_worker_that_claimed_it() {
    // Four items in progress together are on four threads, so all four numbers must come up.
    let meeting = Meeting::of((0..4).map(|item| format!("item {item}")));
    let results = claim_map(40, workers(4), |item| {
        if item < 4 {
            meeting.join(item);
        }
        thread::current().id()
    });
    meeting.assert_met(CLAIM_ONE);
    let mut numbers = HashMap::new();
    for Claimed { worker, value } in results {
        assert!(
            worker < 4,
            "four workers are numbered 0 to 3, and one is called {worker}"
        );
        let known = *numbers.entry(value).or_insert(worker);
        assert!(
            known == worker,
            "one thread did items under the numbers {known} and {worker}: a worker keeps its number"
        );
    }
    let mut seen: Vec<usize> = numbers.into_values().collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [0, 1, 2, 3],
        "four threads worked, and each has a number of its own"
    );
}

#[test]
fn there_are_no_more_threads_than_workers() {
    let tally = Tally::of(60);
    claim_map(60, workers(3), |item| tally.count(item));
    assert!(
        tally.threads() <= 3,
        "3 workers, and the items were done on {} threads. A worker is a thread that claims again and again",
        tally.threads()
    );
}

/// Neither copied, nor cloned, nor made from nothing.
#[derive(Debug, PartialEq)]
struct Label<'a>(&'a str);

#[test]
fn the_work_may_borrow_and_its_results_need_no_clone() {
    let words = ["tea".to_string(), "toast".to_string()];
    let labels: Vec<Label> = claim_map(2, workers(2), |item| Label(&words[item]))
        .into_iter()
        .map(|claimed| claimed.value)
        .collect();
    assert_eq!(labels, [Label("tea"), Label("toast")]);
}

#[test]
fn a_panic_reaches_the_caller_with_its_payload() {
    for unlucky in [0, 7, 39] {
        panics::assert_passes_on("a worker", || {
            claim_map(40, workers(4), |item| {
                if item == unlucky {
                    panics::plant("a worker");
                }
            })
        });
    }
}

#[test]
fn after_a_panic_the_other_workers_do_the_rest() {
    let meeting = Meeting::of((0..40).map(|item| format!("item {item}")));
    panics::assert_passes_on("the worker with item 0", || {
        claim_map(40, workers(2), |item| {
            meeting.arrive(item);
            if item == 0 {
                panics::plant("the worker with item 0");
            }
        })
    });
    meeting
        .assert_met("A panic ends one worker. The other one should claim until nothing is left.");
}

#[test]
fn the_picture_is_the_one_that_one_thread_draws() {
    let view = View::of_width(60, 50);
    let expected: Vec<Vec<u32>> = (0..view.height).map(|row| view.row(row)).collect();
    for number in [1, 2, 5] {
        let rows = render(&view, workers(number));
        assert!(
            rows.len() == expected.len(),
            "the picture has {} rows, and render gave {}",
            expected.len(),
            rows.len()
        );
        for (row, (drawn, expected)) in rows.iter().zip(&expected).enumerate() {
            assert!(
                drawn.value == *expected,
                "{number} workers: row {row} differs from View::row({row})"
            );
        }
        let file = png(&view, &rows);
        assert!(file.starts_with(b"\x89PNG"), "the picture is a PNG file");
    }
}
