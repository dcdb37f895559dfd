//! Step 6.2: the end of a channel.

use std::sync::Arc;

use chapter_6::blocking::channel;
use chapter_6::error::{RecvError, SendError, TryRecvError, TrySendError};

use crate::orders::{Seen, explore, thread};

#[test]
fn close_says_whether_the_channel_was_open() {
    let (tx, rx) = channel::<i32>(1);
    assert!(!rx.is_closed(), "a new channel is open");
    assert!(tx.close(), "the first close finds the channel open");
    assert!(rx.is_closed());
    assert!(
        !tx.close(),
        "the second close finds it closed. (In Go it panics.)"
    );
}

#[test]
fn a_send_on_a_closed_channel_gives_the_value_back() {
    for capacity in [0, 1] {
        let (tx, _rx) = channel(capacity);
        tx.close();
        assert_eq!(tx.send(7), Err(SendError(7)), "capacity {capacity}");
        assert_eq!(
            tx.try_send(8),
            Err(TrySendError::Closed(8)),
            "capacity {capacity}"
        );
    }
}

#[test]
fn what_was_sent_before_the_close_is_still_received() {
    let (tx, rx) = channel(3);
    for value in 1..=2 {
        assert!(tx.send(value).is_ok());
    }
    tx.close();
    assert_eq!(
        rx.recv(),
        Ok(1),
        "to close a channel throws no value away: look at the queue first, and at `closed` after it"
    );
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(
        rx.recv(),
        Err(RecvError),
        "closed and empty: nothing will come"
    );
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn an_iteration_ends_when_the_channel_is_closed_and_empty() {
    let (tx, rx) = channel(3);
    for value in 1..=3 {
        assert!(tx.send(value).is_ok());
    }
    tx.close();
    let mut values = Vec::new();
    for value in &rx {
        values.push(value);
    }
    assert_eq!(values, [1, 2, 3]);
}

#[test]
fn a_close_wakes_every_receiver_that_waits() {
    explore(2, || {
        let (tx, rx) = channel::<i32>(1);
        let receiving = [rx.clone(), rx].map(|rx| thread::spawn(move || rx.recv()));
        tx.close();
        for thread in receiving {
            assert_eq!(thread.join().unwrap(), Err(RecvError));
        }
    });
}

#[test]
fn a_close_gives_every_sender_that_waits_its_value_back() {
    for capacity in [1, 0] {
        explore(1, move || {
            let (tx, _rx) = channel(capacity);
            for value in 0..capacity {
                assert!(tx.send(value).is_ok());
            }
            let sending = [(tx.clone(), 8), (tx.clone(), 9)]
                .map(|(tx, value)| (thread::spawn(move || tx.send(value)), value));
            tx.close();
            for (thread, value) in sending {
                assert_eq!(
                    thread.join().unwrap(),
                    Err(SendError(value)),
                    "capacity {capacity}: nobody has received {value}, so its sender has it back"
                );
            }
        });
    }
}

#[test]
fn a_close_gives_a_sender_its_own_value_back() {
    // Two receivers wait, 1 is offered by a send, and 2 behind it by a try_send. Then the channel is closed.
    let behind = Seen::default();
    let noted = behind.clone();
    explore(1, move || {
        let (tx, rx) = channel(0);
        let receiving = [rx.clone(), rx].map(|rx| thread::spawn(move || rx.recv()));
        let other = tx.clone();
        let sending = thread::spawn(move || other.send(1));
        let tried = tx.try_send(2).is_ok();
        tx.close();
        let mut sent = Vec::new();
        match sending.join().unwrap() {
            Ok(()) => sent.push(1),
            Err(SendError(value)) => {
                assert_eq!(
                    value, 1,
                    "the send of 1 gets 1 back: it is the first value in the queue, and a try_send's may stand behind it"
                );
                if tried {
                    noted.note();
                }
            }
        }
        if tried {
            sent.push(2);
        }
        let received = receiving.map(|thread| thread.join().unwrap());
        let mut received: Vec<i32> = received.into_iter().flatten().collect();
        received.sort_unstable();
        assert_eq!(
            received, sent,
            "what was sent is received, and nothing else"
        );
    });
    behind.assert("in some order 2 is offered, and the send of 1 gets its value back");
}

#[test]
fn the_last_sender_closes_the_channel() {
    explore(2, || {
        let (tx, rx) = channel(1);
        let other = tx.clone();
        let sending = thread::spawn(move || {
            assert!(other.send(1).is_ok(), "a clone keeps the channel open");
        });
        drop(tx);
        let values: Vec<i32> = (&rx).into_iter().collect();
        assert_eq!(
            values,
            [1],
            "the values until the last sender is gone; then the iteration ends"
        );
        sending.join().unwrap();
    });
}

#[test]
fn when_the_last_receiver_is_gone_a_waiting_sender_has_its_value_back() {
    for capacity in [1, 0] {
        explore(2, move || {
            let (tx, rx) = channel(capacity);
            for value in 0..capacity {
                assert!(tx.send(value).is_ok());
            }
            let other = rx.clone();
            drop(rx);
            assert!(!tx.is_closed(), "a clone of the receiver is left");
            let sender = tx.clone();
            let sending = thread::spawn(move || sender.send(9));
            drop(other);
            assert_eq!(
                sending.join().unwrap(),
                Err(SendError(9)),
                "capacity {capacity}: nobody is left to receive, so nobody has the value"
            );
            // Twice closed, once by the last receiver.
            assert!(!tx.close(), "the last receiver has closed the channel");
        });
    }
}

#[test]
fn what_nobody_receives_is_dropped_with_the_channel() {
    let (tx, rx) = channel(2);
    let value = Arc::new("tea");
    assert!(tx.send(Arc::clone(&value)).is_ok());
    drop(rx);
    assert!(!tx.close(), "the last receiver has closed the channel");
    drop(tx);
    assert_eq!(Arc::strong_count(&value), 1, "nothing keeps the value");
}
