//! Step 5.1: one queue, several workers.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use chapter_5::{
    JoinError,
    shared::{Pool, SharedQueue},
    yield_now,
};
use interleave::{future::block_on, thread};

use crate::helpers::{Barrier, Drops, workers};

#[test]
fn the_oldest_task_comes_first() {
    let queue = SharedQueue::new();
    for task in 1..=3 {
        queue.push(task);
    }
    assert_eq!(
        [queue.pop(), queue.pop(), queue.pop()],
        [Some(1), Some(2), Some(3)],
        "1, 2 and 3 were pushed in this order. At which end does push put a task, and from which end does pop take it?"
    );
}

#[test]
fn a_closed_queue_gives_nothing() {
    let queue = SharedQueue::new();
    queue.push(1);
    queue.close();
    assert_eq!(
        [queue.pop(), queue.pop()],
        [None, None],
        "a closed queue ends its workers, whatever is left in it"
    );
    assert_eq!(
        queue.take_rest(),
        [1],
        "what was left is there for whoever cleans up"
    );
}

#[test]
fn no_order_of_the_threads_loses_a_task_or_a_worker() {
    interleave::model(|| {
        let queue = Arc::new(SharedQueue::new());
        // Two tasks for two workers: each takes one and ends.
        let workers = [0, 1].map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || queue.pop())
        });
        queue.push(1);
        queue.push(2);
        let mut taken = workers.map(|worker| worker.join().unwrap());
        taken.sort_unstable();
        assert_eq!(
            taken,
            [Some(1), Some(2)],
            "two tasks, two workers, and the queue is open. A wait may end and another worker has the task: who looks again?"
        );
    });
}

#[test]
fn closing_ends_every_worker() {
    interleave::model(|| {
        let queue = Arc::new(SharedQueue::<u32>::new());
        let workers = [0, 1].map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || assert_eq!(queue.pop(), None))
        });
        queue.close();
        for worker in workers {
            worker.join().unwrap();
        }
    });
}

#[test]
fn goroutines_return_their_results() {
    let pool = Pool::new(workers(2));
    let handles: Vec<_> = (0..100)
        .map(|number| {
            pool.go(async move {
                yield_now().await;
                number * 2
            })
        })
        .collect();
    for (number, handle) in handles.into_iter().enumerate() {
        assert_eq!(block_on(handle).expect("nothing panics"), number * 2);
    }
}

#[test]
fn a_goroutine_that_yields_goes_to_the_end() {
    let order = Arc::new(Mutex::new(String::new()));
    let barrier = Barrier::default();
    let pool = Pool::new(workers(1));
    let first = pool.go({
        let (order, barrier) = (Arc::clone(&order), barrier.clone());
        async move {
            // Both are in the queue before either goes on.
            assert!(barrier.wait());
            order.lock().unwrap().push('a');
            yield_now().await;
            order.lock().unwrap().push('c');
        }
    });
    let second = pool.go({
        let order = Arc::clone(&order);
        async move { order.lock().unwrap().push('b') }
    });
    barrier.open();
    block_on(first).expect("nothing panics");
    block_on(second).expect("nothing panics");
    assert_eq!(
        *order.lock().unwrap(),
        "abc",
        "one worker runs `a`, which yields; then `b`, which waited; then the rest of the first. Where does the task go that `run` gives back?"
    );
}

#[test]
fn two_workers_are_at_work_together() {
    let pool = Pool::new(workers(2));
    let (here, there) = (Barrier::default(), Barrier::default());
    let first = pool.go({
        let (here, there) = (here.clone(), there.clone());
        async move {
            here.open();
            there.wait()
        }
    });
    let second = pool.go(async move {
        there.open();
        here.wait()
    });
    let met = [first, second].map(|handle| block_on(handle).expect("nothing panics"));
    assert_eq!(
        met,
        [true, true],
        "each of two goroutines blocks its thread until the other runs. Is a lock held while a task runs?"
    );
}

#[test]
fn a_panic_kills_its_goroutine_and_not_the_worker() {
    let pool = Pool::new(workers(1));
    let unlucky = pool.go(async { std::panic::resume_unwind(Box::new("planted")) });
    let unlucky: Result<(), JoinError> = block_on(unlucky);
    assert!(
        unlucky.is_err_and(|error| error.is_panic()),
        "the joiner hears of the panic"
    );
    let next = pool.go(async { 5 });
    assert_eq!(
        block_on(next).expect("nothing panics"),
        5,
        "the worker goes on"
    );
}

#[test]
fn the_end_drops_every_goroutine_once() {
    let drops = Drops::default();
    let begun = Arc::new(AtomicUsize::new(0));
    let pool = Pool::new(workers(2));
    let handles: Vec<_> = (0..10)
        .map(|number| {
            let (token, begun) = (drops.token(), Arc::clone(&begun));
            pool.go(async move {
                let _token = token;
                begun.fetch_add(1, SeqCst);
                // Half of them wait for ever, and are in no queue.
                if number % 2 == 0 {
                    std::future::pending::<()>().await;
                }
            })
        })
        .collect();
    while begun.load(SeqCst) < 10 {
        thread::yield_now();
    }
    drop(pool);
    assert_eq!(
        drops.count(),
        10,
        "ten goroutines, each dropped once: those that are done, and those that wait for ever and are in no queue"
    );
    for handle in handles {
        assert!(handle.is_finished(), "each handle hears of the end");
    }
}

#[test]
fn the_end_may_meet_a_wake_in_any_order() {
    interleave::model(|| {
        let drops = Drops::default();
        let polls = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(interleave::future::Gate::new());
        let pool = Pool::new(workers(1));
        drop(pool.go({
            let (token, polls, gate) = (drops.token(), Arc::clone(&polls), Arc::clone(&gate));
            async move {
                let _token = token;
                polls.fetch_add(1, SeqCst);
                gate.wait().await;
            }
        }));
        let opener = thread::spawn({
            let gate = Arc::clone(&gate);
            move || gate.open()
        });
        drop(pool);
        assert_eq!(
            drops.count(),
            1,
            "a goroutine that waits is woken by another thread, and the pool is dropped meanwhile. When `drop` returns, it should \
             have been dropped once. It may be queued, idle, or for a moment in the hands of whoever wakes it: see `is_empty`"
        );
        opener.join().unwrap();
    });
}
