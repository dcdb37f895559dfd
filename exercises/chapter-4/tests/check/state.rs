//! Step 4.3: the states of a task.

use chapter_4::state::{
    Phase::{self, Done, Idle, Notified, Queued, Running},
    State,
};
use interleave::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
    thread,
};

/// A task in this state, by way of the calls that lead there.
fn in_phase(phase: Phase) -> State {
    let state = State::new();
    match phase {
        Queued => {}
        Running => state.begin(),
        Idle => {
            state.begin();
            let _ = state.pause();
        }
        Notified => {
            state.begin();
            let _ = state.wake();
        }
        Done => {
            state.begin();
            state.finish();
        }
    }
    assert_eq!(
        state.phase(),
        phase,
        "the calls that lead from Queued to {phase:?} led elsewhere. A new task is Queued; begin makes it Running; then \
         pause makes it Idle, wake makes it Notified, and finish makes it Done"
    );
    state
}

#[test]
fn a_task_goes_from_queued_to_running_to_idle() {
    let state = State::new();
    assert_eq!(state.phase(), Queued, "a new task waits for its first poll");
    state.begin();
    assert_eq!(state.phase(), Running, "its poll has begun");
    assert!(
        !state.pause(),
        "nobody has woken it since its poll began, so it does not go back on the queue"
    );
    assert_eq!(state.phase(), Idle, "its poll is over, and it is pending");
}

#[test]
fn a_wake_leads_from_each_state_to_the_next() {
    for (before, enqueue, after, why) in [
        (
            Idle,
            true,
            Queued,
            "an idle task has to be put on the queue by whoever wakes it",
        ),
        (
            Queued,
            false,
            Queued,
            "a queued task is on the queue already, and once is enough",
        ),
        (
            Running,
            false,
            Notified,
            "a running task is not put on the queue: whoever polls it will do that after the poll",
        ),
        (
            Notified,
            false,
            Notified,
            "one note is enough, however many wakes come",
        ),
        (
            Done,
            false,
            Done,
            "a task that is done is never polled again",
        ),
    ] {
        let state = in_phase(before);
        assert_eq!(
            state.wake(),
            enqueue,
            "the result of wake on a task that is {before:?}: {why}"
        );
        assert_eq!(
            state.phase(),
            after,
            "the state after wake on a task that was {before:?}: {why}"
        );
    }
}

#[test]
fn a_task_that_was_notified_goes_back_on_the_queue() {
    let state = in_phase(Notified);
    assert!(
        state.pause(),
        "a wake came during the poll. The poll may have looked before the wake's reason was there, so once more"
    );
    assert_eq!(state.phase(), Queued, "it goes back on the queue");
    assert!(
        !state.wake(),
        "it is on the queue again, so a wake must not put it there twice"
    );
}

#[test]
fn the_next_poll_begins_without_old_notes() {
    let state = in_phase(Notified);
    let _ = state.pause();
    state.begin();
    assert_eq!(
        state.phase(),
        Running,
        "the wakes before a poll are served by that poll: begin forgets them"
    );
    assert!(!state.pause(), "no wake came since");
}

#[test]
fn a_task_that_is_done_stays_done() {
    for before in [Idle, Queued, Running, Notified, Done] {
        let state = in_phase(before);
        state.finish();
        assert_eq!(
            state.phase(),
            Done,
            "finish ends a task that was {before:?}: a run may end while a task is in any state"
        );
        assert!(
            !state.wake() && state.phase() == Done,
            "and no wake revives it"
        );
    }
}

#[test]
fn of_two_wakes_exactly_one_puts_the_task_on_the_queue() {
    interleave::model(|| {
        let state = Arc::new(in_phase(Idle));
        let queued = Arc::new(AtomicUsize::new(0));
        let threads = [(); 2].map(|()| {
            let (state, queued) = (Arc::clone(&state), Arc::clone(&queued));
            thread::spawn(move || {
                if state.wake() {
                    queued.fetch_add(1, SeqCst);
                }
            })
        });
        for thread in threads {
            thread.join().expect("a wake does not panic");
        }
        let queued = queued.load(SeqCst);
        assert!(
            queued == 1,
            "two threads woke an idle task, and {queued} of them put it on the queue. Exactly one must.\n\
             If you look at the state and change it in two operations, another thread comes in between"
        );
    });
}

#[test]
fn a_wake_during_a_poll_is_never_lost_and_never_counted_twice() {
    interleave::model(|| {
        let state = Arc::new(State::new());
        let reason = Arc::new(AtomicBool::new(false));
        let waker = {
            let (state, reason) = (Arc::clone(&state), Arc::clone(&reason));
            thread::spawn(move || {
                reason.store(true, SeqCst);
                usize::from(state.wake())
            })
        };
        // This thread runs the task: one poll, which looks for the reason and does not find it if it is too early.
        state.begin();
        let seen = reason.load(SeqCst);
        let by_pause = usize::from(state.pause());
        let by_wake = waker.join().expect("a wake does not panic");
        let queued = by_pause + by_wake;
        assert!(
            queued <= 1,
            "both sides put the task on the queue: wake returned true, and so did pause"
        );
        assert!(
            seen || queued == 1,
            "a wake-up is lost: the poll did not see what the wake was for, and neither wake nor pause put the task back.\n\
             If pause looks for a note and then sets idle in two operations, a note in between is wiped out"
        );
    });
}

/// What one thread leaves for another to see, without any lock.
struct Parcel(UnsafeCell<u32>);

// SAFETY: the state says who may touch it: that is what the test is about, and the explorer watches.
unsafe impl Sync for Parcel {}

#[test]
fn a_poll_sees_what_was_done_before_its_wake() {
    interleave::model(|| {
        let state = Arc::new(in_phase(Idle));
        let parcel = Arc::new(Parcel(UnsafeCell::new(0)));
        // A run queue that orders nothing: what the poll sees, it sees by way of the state.
        let queue = Arc::new(AtomicBool::new(false));
        let waker = {
            let (state, parcel, queue) =
                (Arc::clone(&state), Arc::clone(&parcel), Arc::clone(&queue));
            thread::spawn(move || {
                // SAFETY: the other thread reads only after the wake.
                parcel.0.with_mut(|parcel| unsafe { *parcel = 42 });
                queue.store(state.wake(), Relaxed);
            })
        };
        if queue.load(Relaxed) {
            state.begin();
            // SAFETY: the task was idle, so that it is queued shows that the wake has happened.
            let seen = parcel.0.with(|parcel| unsafe { *parcel });
            assert_eq!(seen, 42, "the poll began after the wake");
        }
        waker.join().expect("a wake does not panic");
    });
}

#[test]
fn a_second_poll_sees_what_was_done_before_the_note() {
    interleave::model(|| {
        let state = Arc::new(in_phase(Running));
        let parcel = Arc::new(Parcel(UnsafeCell::new(0)));
        let waker = {
            let (state, parcel) = (Arc::clone(&state), Arc::clone(&parcel));
            thread::spawn(move || {
                // SAFETY: the other thread reads only after the wake.
                parcel.0.with_mut(|parcel| unsafe { *parcel = 42 });
                let _ = state.wake();
            })
        };
        if state.pause() {
            state.begin();
            // SAFETY: there was a note, so the wake has happened.
            let seen = parcel.0.with(|parcel| unsafe { *parcel });
            assert_eq!(seen, 42, "the second poll began after the wake");
        }
        waker.join().expect("a wake does not panic");
    });
}
