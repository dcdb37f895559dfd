//! Step 6.3: a channel for goroutines.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Wake, Waker},
};

use chapter_6::{
    Receiver, Sender, channel,
    error::{RecvError, SendError, TryRecvError, TrySendError},
};
use interleave::future::block_on;

use crate::{
    orders::{explore, thread},
    polling::by_hand,
};

#[test]
fn a_value_that_was_sent_is_received() {
    let (tx, rx) = channel(1);
    assert_eq!(
        by_hand(tx.send("tea")).poll(),
        Poll::Ready(Ok(())),
        "there is room, so the send need not wait"
    );
    assert_eq!(rx.len(), 1);
    assert_eq!(by_hand(rx.recv()).poll(), Poll::Ready(Ok("tea")));
}

#[test]
fn values_arrive_in_the_order_in_which_they_were_sent() {
    let (tx, rx) = channel(3);
    for value in 1..=3 {
        assert_eq!(tx.try_send(value), Ok(()));
    }
    assert_eq!(tx.try_send(4), Err(TrySendError::Full(4)));
    let received = block_on(async { [rx.recv().await, rx.recv().await, rx.recv().await] });
    assert_eq!(received, [Ok(1), Ok(2), Ok(3)]);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn a_receiver_waits_and_is_woken_once() {
    let (tx, rx) = channel(1);
    let mut receiving = by_hand(rx.recv());
    receiving.waits("nothing was sent yet");
    assert_eq!(receiving.wakes(), 0, "nobody has a reason to wake it yet");
    assert_eq!(by_hand(tx.send(42)).poll(), Poll::Ready(Ok(())));
    assert_eq!(
        receiving.wakes(),
        1,
        "the send completes the receive that waits, and wakes it"
    );
    assert_eq!(
        receiving.poll(),
        Poll::Ready(Ok(42)),
        "42 was handed to the receive: its next poll looks what has become of its wait"
    );
}

#[test]
fn a_sender_waits_for_room_and_is_woken_once() {
    let (tx, rx) = channel(1);
    assert_eq!(tx.try_send(1), Ok(()));
    let mut sending = by_hand(tx.send(2));
    sending.waits("the channel is full");
    assert_eq!(by_hand(rx.recv()).poll(), Poll::Ready(Ok(1)));
    assert_eq!(sending.wakes(), 1, "there is room again");
    assert_eq!(sending.poll(), Poll::Ready(Ok(())));
    assert_eq!(rx.try_recv(), Ok(2));
}

#[test]
fn a_woken_receiver_has_its_value_whoever_comes_in_between() {
    let (tx, rx) = channel(1);
    let mut first = by_hand(rx.recv());
    first.waits("nothing was sent yet");
    assert_eq!(tx.try_send(42), Ok(()));
    assert_eq!(
        rx.try_recv(),
        Err(TryRecvError::Empty),
        "the value was handed to the receiver that waits, so nobody who comes later can take it"
    );
    assert_eq!(first.poll(), Poll::Ready(Ok(42)));
}

#[test]
fn a_sender_that_waits_goes_before_one_that_comes_later() {
    let (tx, rx) = channel(1);
    assert_eq!(tx.try_send(1), Ok(()));
    let mut waiting = by_hand(tx.send(2));
    waiting.waits("the channel is full");
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(
        tx.try_send(3),
        Err(TrySendError::Full(3)),
        "the room belongs to the sender that waits: its value moves up as soon as a place is free"
    );
    assert_eq!(rx.try_recv(), Ok(2));
    assert_eq!(waiting.poll(), Poll::Ready(Ok(())));
}

#[test]
fn who_waits_longest_is_served_first() {
    let (tx, rx) = channel(1);
    let mut receiving = [rx.recv(), rx.recv(), rx.recv()].map(by_hand);
    for receiver in &mut receiving {
        receiver.waits("nothing was sent yet");
    }
    for value in 1..=3 {
        assert_eq!(tx.try_send(value), Ok(()));
    }
    assert_eq!(
        receiving.each_mut().map(|receiver| receiver.poll()),
        [1, 2, 3].map(|value| Poll::Ready(Ok(value))),
        "the receiver that began to wait first gets the first value"
    );

    assert_eq!(tx.try_send(0), Ok(()));
    let mut sending = [tx.send(1), tx.send(2), tx.send(3)].map(by_hand);
    for sender in &mut sending {
        sender.waits("the channel is full");
    }
    for value in 0..=3 {
        assert_eq!(
            rx.try_recv(),
            Ok(value),
            "the sender that began to wait first goes first"
        );
    }
}

#[test]
fn a_spurious_poll_changes_nothing() {
    let (tx, rx) = channel(1);
    let mut first = by_hand(rx.recv());
    let mut second = by_hand(rx.recv());
    first.waits("nothing was sent yet");
    second.waits("nothing was sent yet");
    first.waits("it was polled again, and still nothing was sent");
    assert_eq!(tx.try_send(1), Ok(()));
    assert_eq!(tx.try_send(2), Ok(()));
    assert_eq!(
        (first.poll(), second.poll()),
        (Poll::Ready(Ok(1)), Poll::Ready(Ok(2))),
        "to be polled again gives no second place in the queue, and does not lose the first"
    );
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn only_the_waker_of_the_latest_poll_counts() {
    let (tx, rx) = channel(1);
    let mut receiving = by_hand(rx.recv());
    receiving.waits("nothing was sent yet");
    let old = receiving.change_task();
    receiving.waits("it was polled again, by another task");
    assert_eq!(tx.try_send(1), Ok(()));
    assert_eq!(
        (old.wakes(), receiving.wakes()),
        (0, 1),
        "a poll brings the waker that is to be called from then on"
    );
}

/// Looks at the channel from inside `wake`.
struct Looks(Receiver<i32>, AtomicUsize);

impl Wake for Looks {
    fn wake(self: Arc<Self>) {
        self.1.fetch_add(1 + self.0.len(), SeqCst);
    }
}

#[test]
fn a_waker_is_called_when_the_lock_is_free() {
    type Act = fn(&Sender<i32>);
    let acts: [(&str, Act); 3] = [
        ("try_send", |tx| assert_eq!(tx.try_send(1), Ok(()))),
        ("send", |tx| {
            assert_eq!(by_hand(tx.send(1)).poll(), Poll::Ready(Ok(())));
        }),
        ("close", |tx| assert!(tx.close())),
    ];
    for (what, act) in acts {
        let (tx, rx) = channel(1);
        let looks = Arc::new(Looks(rx.clone(), AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&looks));
        let mut receiving = pin!(rx.recv());
        assert!(
            receiving
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
        act(&tx);
        assert_eq!(
            looks.1.load(SeqCst),
            1,
            "{what}: the waker was called once, and found the channel empty"
        );
    }
}

#[test]
fn a_close_wakes_everybody_and_loses_nothing() {
    let (tx, rx) = channel::<i32>(1);
    let mut receiving = [rx.recv(), rx.recv()].map(by_hand);
    for receiver in &mut receiving {
        receiver.waits("nothing was sent yet");
    }
    assert!(tx.close(), "the channel was open");
    assert!(!tx.close(), "and now it is closed");
    for receiver in &mut receiving {
        assert_eq!(receiver.wakes(), 1, "nothing else will wake it");
        assert_eq!(
            receiver.poll(),
            Poll::Ready(Err(RecvError)),
            "the close has completed this receive: its waiter has no waker any more"
        );
    }

    let (tx, rx) = channel(1);
    assert_eq!(tx.try_send(1), Ok(()));
    let mut sending = by_hand(tx.send(2));
    sending.waits("the channel is full");
    tx.close();
    assert_eq!(sending.wakes(), 1, "nothing else will wake it");
    assert_eq!(
        sending.poll(),
        Poll::Ready(Err(SendError(2))),
        "it was not sent, so it comes back"
    );
    assert_eq!(
        by_hand(rx.recv()).poll(),
        Poll::Ready(Ok(1)),
        "it was sent before the close, so it is received: receive first, and ask `closed` if there is no value"
    );
    assert_eq!(rx.try_recv(), Err(TryRecvError::Closed));
    assert_eq!(
        by_hand(rx.recv()).poll(),
        Poll::Ready(Err(RecvError)),
        "closed and empty: a receive is over at once, for nobody will come to wake it"
    );
    let closed = "the channel is closed: no value gets in any more";
    assert_eq!(
        by_hand(tx.send(3)).poll(),
        Poll::Ready(Err(SendError(3))),
        "{closed}"
    );
    assert_eq!(tx.try_send(4), Err(TrySendError::Closed(4)), "{closed}");
}

#[test]
fn the_last_handle_of_a_side_closes_the_channel() {
    let (tx, rx) = channel::<i32>(1);
    let other = tx.clone();
    let mut receiving = by_hand(rx.recv());
    drop(tx);
    receiving.waits("a clone of the sender is left");
    drop(other);
    assert_eq!(receiving.poll(), Poll::Ready(Err(RecvError)));

    let (tx, rx) = channel(1);
    let value = Arc::new("tea");
    assert!(tx.try_send(Arc::clone(&value)).is_ok());
    let mut sending = by_hand(tx.send(Arc::clone(&value)));
    sending.waits("the channel is full");
    drop(rx);
    assert!(
        matches!(sending.poll(), Poll::Ready(Err(SendError(_)))),
        "nobody is left to receive"
    );
    drop(sending);
    assert_eq!(
        Arc::strong_count(&value),
        1,
        "what nobody can receive is dropped with the last receiver"
    );
}

/// Looks at its own channel when it is dropped.
struct Curious(Option<Sender<Curious>>, Arc<AtomicUsize>);

impl Drop for Curious {
    fn drop(&mut self) {
        let left = self.0.as_ref().map_or(0, Sender::len);
        self.1.fetch_add(1 + left, SeqCst);
    }
}

#[test]
fn what_is_dropped_with_the_last_receiver_may_use_the_channel() {
    let (tx, rx) = channel(1);
    let drops = Arc::new(AtomicUsize::new(0));
    let value = Curious(Some(tx.clone()), Arc::clone(&drops));
    assert!(tx.try_send(value).is_ok());
    drop(rx);
    assert_eq!(
        drops.load(SeqCst),
        1,
        "the value was dropped once, outside of the lock, and found its channel empty"
    );
}

#[test]
fn each_value_is_received_once_in_any_order_of_the_threads() {
    for capacity in [1, 2] {
        explore(2, move || {
            let (tx, rx) = channel(capacity);
            let sending = thread::spawn(move || {
                block_on(async {
                    for value in 1..=3 {
                        assert!(tx.send(value).await.is_ok());
                    }
                });
            });
            let mut received = Vec::new();
            block_on(async {
                while let Ok(value) = rx.recv().await {
                    received.push(value);
                }
            });
            assert_eq!(received, [1, 2, 3]);
            sending.join().unwrap();
        });
    }
}

#[test]
fn two_senders_and_two_receivers_wake_each_other_in_any_order() {
    explore(1, || {
        let (tx, rx) = channel(1);
        let sending = [(tx.clone(), 1), (tx, 2)]
            .map(|(tx, value)| thread::spawn(move || assert!(block_on(tx.send(value)).is_ok())));
        let other = rx.clone();
        let receiving = thread::spawn(move || block_on(other.recv()).unwrap());
        let sum = block_on(rx.recv()).unwrap() + receiving.join().unwrap();
        for thread in sending {
            thread.join().unwrap();
        }
        assert_eq!(sum, 3, "the values 1 and 2, each received once");
    });
}

#[test]
fn a_goroutine_that_never_waits_lets_others_go_first_now_and_then() {
    let (tx, rx) = channel(1);
    let mut busy = by_hand(async {
        for value in 0..1_000 {
            assert!(tx.send(value).await.is_ok());
            assert_eq!(rx.recv().await, Ok(value));
        }
    });
    let mut turns = 1;
    while busy.poll().is_pending() {
        assert_eq!(
            busy.wakes(),
            turns,
            "who lets others go first wakes itself, or it never comes back"
        );
        turns += 1;
    }
    assert!(
        turns > 1,
        "2,000 operations in one poll: the worker's other goroutines wait all that time"
    );
    assert!(
        turns < 200,
        "2,000 operations took {turns} polls: that is too polite. One in 128 is enough"
    );
}
