//! Step 5.5: parking without a lost wake-up, and without waking everyone.

use std::sync::Arc;

use chapter_5::{
    Global,
    idle::{Idle, Woken},
};
use interleave::{
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    thread,
};

/// A worker that waits for one task, takes it, and ends.
fn worker(idle: &Arc<Idle>, global: &Arc<Global<u32>>) -> thread::JoinHandle<u32> {
    let (idle, global) = (Arc::clone(idle), Arc::clone(global));
    thread::spawn(move || {
        idle.start_searching();
        loop {
            if let Some(task) = global.pop() {
                idle.found_work(None);
                return task;
            }
            idle.sleep(|| !global.is_empty(), || {});
        }
    })
}

#[test]
fn a_wake_up_is_never_lost() {
    interleave::model(|| {
        let (idle, global) = (Arc::new(Idle::new(1)), Arc::new(Global::default()));
        let worker = worker(&idle, &global);
        global.push(1);
        idle.notify(None);
        assert_eq!(worker.join().unwrap(), 1);
    });
}

#[test]
fn two_tasks_reach_two_workers() {
    interleave::Explorer::new().preemptions(1).check(|| {
        let (idle, global) = (Arc::new(Idle::new(2)), Arc::new(Global::default()));
        let workers = [worker(&idle, &global), worker(&idle, &global)];
        for task in [1, 2] {
            global.push(task);
            idle.notify(None);
        }
        let sum: u32 = workers.map(|worker| worker.join().unwrap()).iter().sum();
        assert_eq!(sum, 3, "each task is taken once");
    });
}

#[test]
fn work_found_at_the_last_look_keeps_a_worker_awake() {
    let idle = Idle::new(1);
    idle.start_searching();
    let woken = idle.sleep(|| true, || panic!("there is work: nothing stands still"));
    assert_eq!(
        woken,
        Woken::Found,
        "the last look found work, so the worker must not wait for a bell"
    );
    assert_eq!(
        idle.counts(),
        (0, 1),
        "(sleepers, searchers): it is a searcher again"
    );
}

#[test]
fn whoever_was_rung_for_hears_the_bell() {
    let idle = Idle::new(1);
    idle.start_searching();
    let woken = idle.sleep(
        || {
            // The bell comes before the look is over, and the look finds what was brought.
            idle.notify(Some(7));
            true
        },
        || {},
    );
    assert_eq!(
        woken,
        Woken::By(Some(7)),
        "the last look found work, but somebody had rung for the only sleeper, and `wake_unless(0)` said no.\n\
         A bell that nobody hears wakes the next one who sleeps, for nothing"
    );
    assert_eq!(
        idle.counts(),
        (0, 1),
        "(sleepers, searchers): who was rung for is a searcher"
    );
}

#[test]
fn nobody_is_woken_while_somebody_searches() {
    let idle = Idle::new(2);
    // One sleeper, for which this thread stands; the look rings in its place.
    idle.start_searching();
    idle.start_searching();
    let woken = idle.sleep(
        || {
            assert_eq!(idle.counts(), (1, 1), "(sleepers, searchers)");
            idle.notify(Some(7));
            assert_eq!(
                idle.counts(),
                (1, 1),
                "somebody searches already and will find the work: a second searcher would find nothing"
            );
            true
        },
        || {},
    );
    assert_eq!(woken, Woken::Found);
}

#[test]
fn a_notification_wakes_one_and_says_who_rang() {
    let idle = Idle::new(2);
    idle.start_searching();
    let woken = idle.sleep(
        || {
            idle.notify(Some(7));
            assert_eq!(
                idle.counts(),
                (0, 1),
                "(sleepers, searchers): notify makes the sleeper a searcher, in the word, before it rings"
            );
            // No second bell: the one who was woken searches.
            idle.notify(Some(8));
            assert_eq!(idle.counts(), (0, 1));
            false
        },
        || {},
    );
    assert_eq!(woken, Woken::By(Some(7)));
}

#[test]
fn the_last_searcher_with_work_wakes_the_next() {
    let idle = Idle::new(3);
    for _ in 0..3 {
        idle.start_searching();
    }
    let woken = idle.sleep(
        || {
            idle.found_work(Some(1));
            assert_eq!(
                idle.counts(),
                (1, 1),
                "another one still searches, so nobody is woken"
            );
            idle.found_work(Some(2));
            assert_eq!(
                idle.counts(),
                (0, 1),
                "(sleepers, searchers): the last searcher found work. There may be more, and nobody searches: wake one"
            );
            false
        },
        || {},
    );
    assert_eq!(woken, Woken::By(Some(2)));
}

#[test]
fn when_all_sleep_and_nothing_happened_the_runtime_stands_still() {
    let idle = Idle::new(1);
    let mut stood_still = false;
    idle.start_searching();
    let woken = idle.sleep(
        || false,
        || {
            stood_still = true;
            idle.notify(None);
        },
    );
    assert!(
        stood_still,
        "the only worker sleeps, and its last look found nothing"
    );
    assert_eq!(woken, Woken::By(None));
}

#[test]
fn a_wake_during_the_last_look_is_no_standstill() {
    let idle = Idle::new(1);
    idle.start_searching();
    idle.sleep(
        || {
            idle.notify(None);
            false
        },
        || panic!("somebody rang during the last look: read the word again before you call `standstill`"),
    );
}

#[test]
fn a_sleeper_watches_while_others_work() {
    interleave::model(|| {
        // Two workers, one of which is at work. Time is virtual here: it passes when all threads wait.
        let idle = Arc::new(Idle::new(2));
        idle.start_searching();
        assert_eq!(
            idle.sleep(|| false, || panic!("the other worker is awake")),
            Woken::Time,
            "while another is at work, a sleeper looks again after a millisecond"
        );
        // Once more: only if the first one said that nobody watches any more.
        assert_eq!(
            idle.sleep(|| false, || panic!("the other worker is awake")),
            Woken::Time,
            "it had watched, and said in the word that it does; when it woke up, it should have taken that back"
        );
    });
}

#[test]
fn nothing_is_looked_at_while_everybody_sleeps() {
    interleave::Explorer::new().preemptions(1).check(|| {
        let (idle, looks) = (Arc::new(Idle::new(2)), Arc::new(AtomicUsize::new(0)));
        let sleepers = [0, 1].map(|_| {
            let (idle, looks) = (Arc::clone(&idle), Arc::clone(&looks));
            thread::spawn(move || {
                idle.start_searching();
                loop {
                    let look = || {
                        looks.fetch_add(1, SeqCst);
                        false
                    };
                    if idle.sleep(look, || {}) == Woken::Stopped {
                        return;
                    }
                }
            })
        });
        // A long time, in which a worker that went on looking would look a hundred times.
        interleave::time::sleep(std::time::Duration::from_millis(100));
        let looks = looks.load(SeqCst);
        assert!(
            looks <= 4,
            "two workers without work looked {looks} times within 100 ms: once all sleep, nobody watches"
        );
        idle.stop();
        for sleeper in sleepers {
            sleeper.join().unwrap();
        }
    });
}
