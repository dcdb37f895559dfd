//! Step 6.1: a channel for threads.

use std::sync::{Arc, atomic::Ordering::SeqCst};

use chapter_6::blocking::channel;
use chapter_6::error::{TryRecvError, TrySendError};

use crate::orders::{AtomicUsize, Seen, explore, explore_with_spurious_wake_ups, thread};

#[test]
fn a_value_that_was_sent_is_received() {
    let (tx, rx) = channel(1);
    assert!(
        tx.send("tea").is_ok(),
        "an open channel with room takes a value"
    );
    assert_eq!(rx.recv(), Ok("tea"));
}

#[test]
fn values_arrive_in_the_order_in_which_they_were_sent() {
    let (tx, rx) = channel(3);
    for value in 1..=3 {
        assert!(tx.send(value).is_ok());
    }
    let received: Vec<_> = (0..3).map(|_| rx.recv()).collect();
    assert_eq!(received, [Ok(1), Ok(2), Ok(3)], "first in, first out");
}

#[test]
fn a_channel_has_room_for_as_many_values_as_it_was_made_for() {
    for capacity in [1, 2, 5] {
        let (tx, rx) = channel(capacity);
        assert_eq!(rx.capacity(), capacity);
        for value in 0..capacity {
            assert_eq!(
                tx.try_send(value),
                Ok(()),
                "capacity {capacity}, {value} values are in: there is room for one more"
            );
        }
        assert_eq!(rx.len(), capacity, "that many values are in the channel");
        assert_eq!(
            tx.try_send(99),
            Err(TrySendError::Full(99)),
            "capacity {capacity}, and as many values are in: `try_send` gives its value back"
        );
        assert_eq!(rx.try_recv(), Ok(0));
        assert_eq!(
            tx.try_send(99),
            Ok(()),
            "a value was taken: there is room again"
        );
    }
}

#[test]
fn nothing_to_receive_is_said_at_once_by_try_recv() {
    let (tx, rx) = channel(1);
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
    assert!(tx.send(7).is_ok());
    assert_eq!(rx.try_recv(), Ok(7));
    assert_eq!(
        rx.try_recv(),
        Err(TryRecvError::Empty),
        "a value is received once"
    );
}

#[test]
fn a_receiver_waits_for_its_value() {
    explore(2, || {
        let (tx, rx) = channel(1);
        let receiving = thread::spawn(move || rx.recv());
        assert!(tx.send(42).is_ok());
        assert_eq!(receiving.join().unwrap(), Ok(42));
    });
}

#[test]
fn a_full_channel_makes_its_sender_wait() {
    let waited = Seen::default();
    let noted = waited.clone();
    explore(2, move || {
        let (tx, rx) = channel(1);
        let sent = Arc::new(AtomicUsize::new(0));
        let theirs = Arc::clone(&sent);
        let sending = thread::spawn(move || {
            for value in 1..=3 {
                assert!(tx.send(value).is_ok());
                theirs.fetch_add(1, SeqCst);
            }
        });
        for received in 0..3 {
            let ahead = sent.load(SeqCst);
            assert!(
                ahead <= received + 1,
                "capacity 1: {received} values were received and {ahead} sent. At most one may be on the way"
            );
            if ahead == received + 1 {
                noted.note();
            }
            assert_eq!(rx.recv(), Ok(received + 1));
        }
        sending.join().unwrap();
    });
    waited.assert(
        "a sender should fill the channel before anybody receives, in some order of the threads",
    );
}

#[test]
fn each_value_goes_to_one_receiver_in_any_order_of_the_threads() {
    // Between the wake-up of a receiver and its lock, the other receiver may take the value.
    explore(2, || {
        let (tx, rx) = channel(2);
        let receiving = [rx.clone(), rx].map(|rx| thread::spawn(move || rx.recv()));
        assert!(tx.send(1).is_ok());
        assert!(tx.send(2).is_ok());
        let mut received = receiving.map(|thread| thread.join().unwrap());
        received.sort_unstable_by_key(|value| value.unwrap_or(0));
        assert_eq!(
            received,
            [Ok(1), Ok(2)],
            "two values and two receivers: each gets one"
        );
    });
}

#[test]
fn senders_and_receivers_do_not_wake_their_own_kind() {
    // Capacity 1: both senders may wait, then both receivers. Whoever is woken must be one that can go on.
    explore(2, || {
        let (tx, rx) = channel(1);
        let sending = [(tx.clone(), 1), (tx, 2)].map(|(tx, value)| {
            thread::spawn(move || {
                assert!(tx.send(value).is_ok());
            })
        });
        let other = rx.clone();
        let receiving = thread::spawn(move || other.recv().unwrap());
        let sum = rx.recv().unwrap() + receiving.join().unwrap();
        for thread in sending {
            thread.join().unwrap();
        }
        assert_eq!(sum, 3, "the values 1 and 2, each received once");
    });
}

#[test]
fn a_woken_sender_looks_whether_there_is_still_room() {
    // Between the wake-up of a sender and its lock, the other sender may take the room.
    explore(2, || {
        let (tx, rx) = channel(1);
        assert!(tx.send(0).is_ok());
        let sending = [(tx.clone(), 1), (tx, 2)].map(|(tx, value)| {
            thread::spawn(move || {
                assert!(tx.send(value).is_ok());
            })
        });
        for _ in 0..3 {
            let length = rx.len();
            assert!(
                length <= 1,
                "capacity 1, and {length} values are in the channel. A sender that was woken looks again: another one may \
                 have taken the room"
            );
            rx.recv().unwrap();
        }
        for thread in sending {
            thread.join().unwrap();
        }
    });
}

#[test]
fn a_wait_that_ends_for_no_reason_goes_on() {
    explore_with_spurious_wake_ups(|| {
        let (tx, rx) = channel(1);
        let sending = thread::spawn(move || {
            for value in 1..=2 {
                assert!(tx.send(value).is_ok());
            }
        });
        assert_eq!(rx.recv(), Ok(1));
        assert_eq!(rx.recv(), Ok(2));
        sending.join().unwrap();
    });
}

#[test]
fn with_capacity_0_nothing_is_sent_while_nobody_receives() {
    let (tx, rx) = channel(0);
    assert_eq!(
        tx.try_send(1),
        Err(TrySendError::Full(1)),
        "no receiver waits, and there is no room for a value that nobody takes"
    );
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn with_capacity_0_each_receiver_that_waits_is_offered_one_value() {
    explore(2, || {
        let (tx, rx) = channel(0);
        let receiving = thread::spawn(move || rx.recv());
        let mut sent: Vec<i32> = (1..=2)
            .filter(|&value| tx.try_send(value).is_ok())
            .collect();
        assert!(
            sent.len() <= 1,
            "capacity 0, one receiver, and two values were sent to it: a receiver that waits takes one"
        );
        // If the receiver came later than both, it still lacks its value.
        if sent.is_empty() {
            assert!(tx.send(3).is_ok());
            sent.push(3);
        }
        assert_eq!(
            receiving.join().unwrap(),
            Ok(sent[0]),
            "the receiver gets the one value that was sent"
        );
    });
}

#[test]
fn with_capacity_0_a_send_ends_when_its_value_has_been_taken() {
    explore(2, || {
        let (tx, rx) = channel(0);
        let taking = Arc::new(AtomicUsize::new(0));
        let theirs = Arc::clone(&taking);
        let receiving = thread::spawn(move || {
            for value in 1..=2 {
                theirs.store(value, SeqCst);
                assert_eq!(rx.recv(), Ok(value));
            }
        });
        for value in 1..=2 {
            assert!(tx.send(value).is_ok());
            assert!(
                taking.load(SeqCst) >= value,
                "capacity 0: the send of {value} has ended before anybody asked for it"
            );
        }
        receiving.join().unwrap();
    });
}

#[test]
fn with_capacity_0_two_senders_take_turns() {
    explore(1, || {
        let (tx, rx) = channel(0);
        let sending =
            [(tx.clone(), 1), (tx, 2)].map(|(tx, value)| thread::spawn(move || tx.send(value)));
        let sum = rx.recv().unwrap() + rx.recv().unwrap();
        assert_eq!(sum, 3, "each of the values 1 and 2 is received once");
        for thread in sending {
            assert!(
                thread.join().unwrap().is_ok(),
                "a value that was received has been sent"
            );
        }
    });
}

#[test]
fn with_capacity_0_the_second_sender_waits_for_a_receive_of_its_own() {
    explore(1, || {
        let (tx, rx) = channel(0);
        let [asked, ended] = [0, 0].map(|count| Arc::new(AtomicUsize::new(count)));
        let sending = [(tx.clone(), 1), (tx, 2)].map(|(tx, value)| {
            let (asked, ended) = (Arc::clone(&asked), Arc::clone(&ended));
            thread::spawn(move || {
                assert!(tx.send(value).is_ok());
                let ended = ended.fetch_add(1, SeqCst) + 1;
                let asked = asked.load(SeqCst);
                assert!(
                    ended <= asked,
                    "capacity 0: {ended} sends have ended, and the number of receives that have begun is {asked}. A \
                     send waits for the moment at which *its* value is taken"
                );
            })
        });
        for _ in 0..2 {
            asked.fetch_add(1, SeqCst);
            rx.recv().unwrap();
        }
        for thread in sending {
            thread.join().unwrap();
        }
    });
}

#[test]
fn with_capacity_0_a_send_ends_although_the_next_value_waits() {
    explore(1, || {
        let (tx, rx) = channel(0);
        let mut sending = [(tx.clone(), 1), (tx, 2)]
            .map(|(tx, value)| Some(thread::spawn(move || tx.send(value))));
        let first = rx.recv().unwrap();
        // Nobody receives now. The other sender may have put its value into the queue: that is no reason to wait.
        let ended = sending[first - 1].take().unwrap();
        assert!(
            ended.join().unwrap().is_ok(),
            "{first} was received, so it has been sent"
        );
        assert_eq!(rx.recv(), Ok(3 - first));
        let ended = sending.into_iter().flatten().next().unwrap();
        assert!(ended.join().unwrap().is_ok());
    });
}

#[test]
fn with_capacity_0_a_send_also_ends_when_try_recv_has_taken_its_value() {
    let took = Seen::default();
    let noted = took.clone();
    explore(1, move || {
        let (tx, rx) = channel(0);
        let sending = thread::spawn(move || tx.send(1));
        let received = match rx.try_recv() {
            Ok(value) => {
                noted.note();
                Ok(value)
            }
            Err(_) => rx.recv(),
        };
        assert_eq!(received, Ok(1));
        assert!(
            sending.join().unwrap().is_ok(),
            "1 was received, so it has been sent"
        );
    });
    took.assert("`try_recv` should take a value that is on offer, in some order of the threads");
}

#[test]
fn four_senders_and_four_receivers_lose_nothing() {
    const EACH: usize = 100;
    let (tx, rx) = channel(3);
    let sending: Vec<_> = (0..4)
        .map(|sender| {
            let tx = tx.clone();
            thread::spawn(move || {
                for value in 0..EACH {
                    assert!(tx.send(sender * EACH + value).is_ok());
                }
            })
        })
        .collect();
    let receiving: Vec<_> = (0..4)
        .map(|_| {
            let rx = rx.clone();
            thread::spawn(move || (0..EACH).map(|_| rx.recv().unwrap()).collect::<Vec<_>>())
        })
        .collect();
    sending
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
    let mut all: Vec<usize> = receiving
        .into_iter()
        .flat_map(|thread| thread.join().unwrap())
        .collect();
    all.sort_unstable();
    assert!(
        all.iter().copied().eq(0..4 * EACH),
        "400 values were sent, and each should be received once"
    );
}
