//! Step 6.4: capacity 0, and operations that are dropped while they wait.

use std::{sync::Arc, task::Poll};

use chapter_6::{
    channel,
    error::{SendError, TryRecvError, TrySendError},
};
use interleave::future::block_on;

use crate::{
    orders::{Seen, explore, thread},
    polling::by_hand,
};

#[test]
fn a_send_waits_until_its_value_is_received() {
    let (tx, rx) = channel(0);
    let mut sending = by_hand(tx.send(42));
    sending.waits("capacity 0, and nobody receives yet");
    assert_eq!(
        rx.len(),
        0,
        "the value is with its sender, not in the channel"
    );
    assert_eq!(
        by_hand(rx.recv()).poll(),
        Poll::Ready(Ok(42)),
        "the sender that waits has the value: in State::recv, let it move up before you take the first one"
    );
    assert_eq!(sending.wakes(), 1, "its value was taken");
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
}

#[test]
fn a_send_to_a_receiver_that_waits_is_over_at_once() {
    let (tx, rx) = channel(0);
    let mut receiving = by_hand(rx.recv());
    receiving.waits("nothing was sent yet");
    assert_eq!(by_hand(tx.send(42)).poll(), Poll::Ready(Ok(())));
    assert_eq!(receiving.poll(), Poll::Ready(Ok(42)));
}

#[test]
fn try_send_needs_a_receiver_that_waits() {
    let (tx, rx) = channel(0);
    assert_eq!(
        tx.try_send(1),
        Err(TrySendError::Full(1)),
        "nobody waits for a value"
    );
    let mut receiving = by_hand(rx.recv());
    receiving.waits("nothing was sent yet");
    assert_eq!(tx.try_send(2), Ok(()));
    assert_eq!(
        tx.try_send(3),
        Err(TrySendError::Full(3)),
        "the one receiver that waited has its value already"
    );
    assert_eq!(receiving.poll(), Poll::Ready(Ok(2)));
}

#[test]
fn try_recv_needs_a_sender_that_waits() {
    let (tx, rx) = channel(0);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    let mut sending = by_hand(tx.send(1));
    sending.waits("capacity 0, and nobody receives yet");
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
}

#[test]
fn a_close_gives_a_waiting_sender_its_value_back() {
    let (tx, rx) = channel(0);
    let mut sending = by_hand(tx.send(42));
    sending.waits("capacity 0, and nobody receives yet");
    tx.close();
    assert_eq!(sending.poll(), Poll::Ready(Err(SendError(42))));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
}

#[test]
fn sender_and_receiver_meet_in_any_order_of_the_threads() {
    explore(2, || {
        let (tx, rx) = channel(0);
        let sending = thread::spawn(move || {
            block_on(async {
                assert!(tx.send(1).await.is_ok());
                assert!(tx.send(2).await.is_ok());
            });
        });
        assert_eq!(block_on(rx.recv()), Ok(1));
        assert_eq!(block_on(rx.recv()), Ok(2));
        sending.join().unwrap();
    });
}

#[test]
fn a_receive_that_is_dropped_leaves_no_waiter() {
    let (tx, rx) = channel(0);
    let mut dropped = by_hand(rx.recv());
    dropped.waits("nothing was sent yet");
    let counter = dropped.counter();
    drop(dropped);
    assert_eq!(
        tx.try_send(1),
        Err(TrySendError::Full(1)),
        "the only receive was dropped, so nobody waits. Does its waiter still stand in the queue?"
    );
    assert_eq!(
        (counter.wakes(), counter.wakers()),
        (0, 0),
        "nobody should keep the waker of a future that is gone, or call it"
    );
}

#[test]
fn a_send_that_is_dropped_is_not_received() {
    let (tx, rx) = channel(0);
    let value = Arc::new(1);
    let mut dropped = by_hand(tx.send(Arc::clone(&value)));
    dropped.waits("capacity 0, and nobody receives yet");
    drop(dropped);
    assert!(
        rx.try_recv().is_err(),
        "the send was dropped before anybody received, so it has not happened"
    );
    assert_eq!(
        Arc::strong_count(&value),
        1,
        "its value was dropped with it"
    );
}

#[test]
fn the_others_keep_their_order_when_one_of_them_is_dropped() {
    for gone in 0..4 {
        let (tx, rx) = channel(1);
        let mut waiting: Vec<_> = (0..4).map(|_| Some(by_hand(rx.recv()))).collect();
        for receiver in waiting.iter_mut().flatten() {
            receiver.waits("nothing was sent yet");
        }
        waiting[gone] = None;
        let mut last = by_hand(rx.recv());
        last.waits("nothing was sent yet");
        waiting.push(Some(last));
        for value in 1..=4 {
            assert_eq!(tx.try_send(value), Ok(()));
        }
        let received: Vec<_> = waiting
            .iter_mut()
            .flatten()
            .map(|receiver| receiver.poll())
            .collect();
        assert_eq!(
            received,
            [1, 2, 3, 4].map(|value| Poll::Ready(Ok(value))),
            "five receives began to wait in order, and number {gone} was dropped"
        );
    }
}

#[test]
fn a_value_handed_to_a_receive_that_is_dropped_goes_to_the_next_one() {
    let (tx, rx) = channel(0);
    let mut first = by_hand(rx.recv());
    let mut second = by_hand(rx.recv());
    first.waits("nothing was sent yet");
    second.waits("nothing was sent yet");
    assert_eq!(tx.try_send(42), Ok(()));
    assert_eq!(first.wakes(), 1);
    drop(first);
    assert_eq!(
        second.wakes(),
        1,
        "the first receive had its value, and was dropped before it was polled: the value goes on to the second"
    );
    assert_eq!(second.poll(), Poll::Ready(Ok(42)));
}

#[test]
fn a_value_handed_to_a_receive_that_is_dropped_is_the_next_one_again() {
    let (tx, rx) = channel(2);
    let mut dropped = by_hand(rx.recv());
    dropped.waits("nothing was sent yet");
    for value in 1..=3 {
        assert_eq!(tx.try_send(value), Ok(()));
    }
    drop(dropped);
    for value in 1..=3 {
        assert_eq!(
            rx.try_recv(),
            Ok(value),
            "1 was handed to a receive that was dropped: it was sent first, and is received first"
        );
    }
}

#[test]
fn a_receive_that_makes_no_room_lets_nobody_move_up() {
    let (tx, rx) = channel(0);
    let mut dropped = by_hand(rx.recv());
    dropped.waits("nothing was sent yet");
    assert_eq!(tx.try_send(1), Ok(()));
    drop(dropped);
    // Now 1 is in the buffer, which has room for nothing.
    let mut sending = by_hand(tx.send(2));
    sending.waits("nobody has asked for 2");
    assert_eq!(rx.try_recv(), Ok(1));
    sending.waits("1 was received, and a channel with capacity 0 has no room even then: nobody has asked for 2");
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
}

#[test]
fn no_value_is_lost_when_a_receive_is_dropped_in_any_order() {
    let (handed, early) = (Seen::default(), Seen::default());
    let (noted, other) = (handed.clone(), early.clone());
    explore(2, move || {
        let (tx, rx) = channel(1);
        let sending = thread::spawn(move || assert!(tx.try_send(42).is_ok()));
        let mut receiving = by_hand(rx.recv());
        match receiving.poll() {
            Poll::Ready(value) => {
                assert_eq!(value, Ok(42));
                other.note();
            }
            Poll::Pending => {
                drop(receiving);
                sending.join().unwrap();
                assert_eq!(
                    rx.try_recv(),
                    Ok(42),
                    "42 was sent, and the one receive was dropped: the value is still there"
                );
                noted.note();
                return;
            }
        }
        sending.join().unwrap();
    });
    handed.assert("in some order the receive is dropped before the value comes, or just after");
    early.assert("in some order the value is there first");
}

#[test]
fn a_place_in_the_queue_is_used_again() {
    // Ten thousand waits that are dropped, in a queue that stays short.
    let (tx, rx) = channel::<i32>(0);
    let mut first = by_hand(rx.recv());
    first.waits("nothing was sent yet");
    for _ in 0..10_000 {
        let mut dropped = by_hand(rx.recv());
        assert!(dropped.poll().is_pending());
    }
    assert_eq!(tx.try_send(1), Ok(()));
    assert_eq!(first.poll(), Poll::Ready(Ok(1)));
    assert!(tx.try_send(2).is_err(), "everybody else is gone");
}
