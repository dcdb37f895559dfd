//! Step 6.5: a fair `select!`.

use std::{future::ready, task::Poll};

use chapter_6::{
    Receiver, channel,
    error::{RecvError, SendError, TryRecvError, TrySendError},
    select,
    select::seed,
};
use interleave::future::{Gate, block_on};

use crate::{
    orders::{explore, thread},
    polling::by_hand,
};

#[test]
fn the_arm_that_can_go_on_goes_on() {
    let ((first_tx, first), (second_tx, second)) = (channel(1), channel(1));
    assert_eq!(second_tx.try_send("toast"), Ok(()));
    let chosen = block_on(async {
        select! {
            value = first.recv() => ("first", value),
            value = second.recv() => ("second", value),
        }
    });
    assert_eq!(chosen, ("second", Ok("toast")));
    drop((first_tx, second_tx));
}

#[test]
fn a_body_in_braces_needs_no_comma() {
    let ((_a_tx, a), (_b_tx, b)) = (channel::<i32>(1), channel::<i32>(1));
    let chosen = block_on(async {
        select! {
            _ = a.recv() => { "a" }
            _ = b.recv() => { "b" },
            after std::future::pending::<()>() => { "after" }
            default => "default",
        }
    });
    assert_eq!(chosen, "default");
}

#[test]
fn with_default_nobody_waits() {
    let (tx, rx) = channel(1);
    let mut chosen = Vec::new();
    for _ in 0..2 {
        chosen.push(block_on(async {
            select! {
                value = rx.recv() => value,
                default => Ok(0),
            }
        }));
        let _ = tx.try_send(7);
    }
    assert_eq!(
        chosen,
        [Ok(0), Ok(7)],
        "`default` if every arm has to wait, and only then"
    );
}

#[test]
fn default_is_not_taken_while_an_arm_can_go_on() {
    let (tx, rx) = channel(1);
    for value in 0..1_000 {
        assert_eq!(tx.try_send(value), Ok(()));
        let chosen = block_on(async {
            select! {
                value = rx.recv() => value,
                default => Ok(-1),
            }
        });
        assert_eq!(
            chosen,
            Ok(value),
            "a value was there, so the receive could go on. That holds for the 128th time too"
        );
    }
}

#[test]
fn a_selection_waits_until_an_arm_can_go_on() {
    let ((a_tx, a), (_b_tx, b)) = (channel(0), channel::<i32>(0));
    let mut selecting = by_hand(async {
        select! {
            value = a.recv() => ("a", value),
            value = b.recv() => ("b", value),
        }
    });
    selecting.waits("no arm can go on");
    assert_eq!(
        a_tx.try_send(1),
        Ok(()),
        "the arm waits in the channel's queue, as a plain receive does"
    );
    assert_eq!(selecting.wakes(), 1);
    assert_eq!(
        a_tx.try_send(2),
        Err(TrySendError::Full(2)),
        "the selection takes one value, and it has one"
    );
    assert_eq!(selecting.poll(), Poll::Ready(("a", Ok(1))));
}

#[test]
fn both_arms_are_chosen_about_equally_often() {
    seed(20_240_613);
    let ((a_tx, a), (b_tx, b)) = (channel(1), channel(1));
    let mut first = 0;
    for _ in 0..1_000 {
        let _ = (a_tx.try_send(()), b_tx.try_send(()));
        block_on(async {
            select! {
                _ = a.recv() => first += 1,
                _ = b.recv() => {},
            }
        });
    }
    assert!(
        (400..=600).contains(&first),
        "both channels always had a value, and of 1,000 selections {first} took the first arm.\n\
         Expected: between 400 and 600. Who looks from top to bottom starves the arms below"
    );
}

#[test]
fn only_two_of_four_can_go_on_and_they_share() {
    // Who begins at a random arm and goes round gives the arm behind the two idle ones three quarters.
    seed(19_840_917);
    let channels: Vec<_> = (0..4).map(|_| channel(1)).collect();
    let mut counts = [0; 4];
    for _ in 0..1_000 {
        for (tx, _) in &channels[..2] {
            let _ = tx.try_send(());
        }
        block_on(async {
            select! {
                _ = channels[0].1.recv() => counts[0] += 1,
                _ = channels[1].1.recv() => counts[1] += 1,
                _ = channels[2].1.recv() => counts[2] += 1,
                _ = channels[3].1.recv() => counts[3] += 1,
            }
        });
    }
    assert!(
        (400..=600).contains(&counts[0]) && counts[0] + counts[1] == 1_000,
        "arms 0 and 1 could always go on, 2 and 3 never, and of 1,000 selections the arms got {counts:?}.\n\
         Expected: 400 to 600 for each of the two. A random arm to begin with is not a random order"
    );
}

#[test]
fn the_arm_that_loses_keeps_its_value() {
    let ((a_tx, a), (b_tx, b)) = (channel(1), channel(1));
    for _ in 0..20 {
        assert_eq!(a_tx.try_send(1), Ok(()));
        assert_eq!(b_tx.try_send(2), Ok(()));
        let mut received = block_on(async {
            select! {
                value = a.recv() => vec![value],
                value = b.recv() => vec![value],
            }
        });
        received.extend([a.try_recv(), b.try_recv()].into_iter().flatten().map(Ok));
        received.sort_unstable_by_key(|value| value.unwrap_or(0));
        assert_eq!(
            received,
            [Ok(1), Ok(2)],
            "two values were there: one was selected, the other is still in its channel"
        );
    }
}

#[test]
fn a_send_that_loses_has_its_value_back() {
    let ((tx, rx), (other_tx, other)) = (channel(0), channel(1));
    let mut sending = tx.send("tea".to_string());
    assert_eq!(other_tx.try_send(1), Ok(()));
    block_on(async {
        select! {
            _ = &mut sending => panic!("nobody receives"),
            value = other.recv() => assert_eq!(value, Ok(1)),
        }
    });
    assert_eq!(sending.into_value(), Some("tea".to_string()));
    assert_eq!(rx.try_recv(), Err(TryRecvError::Empty), "it was not sent");
}

#[test]
fn a_send_is_an_arm_like_any_other() {
    let (tx, rx) = channel(0);
    let (_other_tx, other) = channel::<i32>(0);
    let mut selecting = by_hand(async {
        select! {
            result = tx.send(5) => result,
            _ = other.recv() => panic!("nobody sends there"),
        }
    });
    selecting.waits("nobody receives");
    assert_eq!(rx.try_recv(), Ok(5));
    assert_eq!(selecting.poll(), Poll::Ready(Ok(())));
    drop(rx);
    let refused = block_on(async {
        select! {
            result = tx.send(6) => result,
            _ = other.recv() => panic!("nobody sends there"),
        }
    });
    assert_eq!(refused, Err(SendError(6)), "nobody is left to receive");
}

#[test]
fn a_closed_channel_is_ready() {
    let ((tx, rx), (_other_tx, other)) = (channel::<i32>(0), channel::<i32>(0));
    let mut selecting = by_hand(async {
        select! {
            value = rx.recv() => value,
            value = other.recv() => value,
        }
    });
    selecting.waits("no arm can go on");
    tx.close();
    assert_eq!(selecting.wakes(), 1);
    assert_eq!(selecting.poll(), Poll::Ready(Err(RecvError)));
}

#[test]
fn none_is_never_ready() {
    let (tx, rx) = channel(1);
    let mut rx = Some(rx);
    let mut received = Vec::new();
    assert_eq!(tx.try_send(1), Ok(()));
    tx.close();
    block_on(async {
        for _ in 0..3 {
            select! {
                value = rx.as_ref().map(Receiver::recv) => match value {
                    Ok(value) => received.push(value),
                    // As Go sets a channel to nil: the arm is out.
                    Err(RecvError) => rx = None,
                },
                default => received.push(-1),
            }
        }
    });
    assert_eq!(received, [1, -1]);
}

#[test]
fn nothing_is_left_in_the_queues() {
    let ((a_tx, a), (b_tx, b)) = (channel(0), channel::<i32>(0));
    let mut selecting = by_hand(async {
        select! {
            value = a.recv() => value,
            value = b.recv() => value,
        }
    });
    selecting.waits("no arm can go on");
    assert_eq!(a_tx.try_send(1), Ok(()));
    assert_eq!(selecting.poll(), Poll::Ready(Ok(1)));
    assert_eq!(
        selecting.kept_wakers(),
        0,
        "the selection is over, and the arm that lost still waits in its channel's queue"
    );
    assert_eq!(b_tx.try_send(2), Err(TrySendError::Full(2)));

    let mut selecting = by_hand(async {
        select! {
            value = a.recv() => value,
            value = b.recv() => value,
        }
    });
    selecting.waits("no arm can go on");
    let counter = selecting.counter();
    drop(selecting);
    assert_eq!(
        (counter.wakers(), a_tx.try_send(3)),
        (0, Err(TrySendError::Full(3))),
        "the selection was dropped, and still waits in a channel's queue"
    );
}

#[test]
fn a_value_for_a_selection_that_is_dropped_is_not_lost() {
    let ((a_tx, a), (_b_tx, b)) = (channel(1), channel::<i32>(1));
    let mut selecting = by_hand(async {
        select! {
            value = a.recv() => value,
            value = b.recv() => value,
        }
    });
    selecting.waits("no arm can go on");
    assert_eq!(a_tx.try_send(1), Ok(()));
    drop(selecting);
    assert_eq!(
        a.try_recv(),
        Ok(1),
        "the value was handed to a selection that was dropped before it was polled again"
    );
}

#[test]
fn after_is_ready_when_its_future_is() {
    let (_tx, rx) = channel::<i32>(0);
    let chosen = block_on(async {
        select! {
            _ = rx.recv() => "received",
            after ready(()) => "after",
        }
    });
    assert_eq!(chosen, "after");

    let gate = Gate::new();
    let mut selecting = by_hand(async {
        select! {
            _ = rx.recv() => "received",
            after gate.wait() => "after",
        }
    });
    selecting.waits("nobody sends, and the gate is closed");
    gate.open();
    assert_eq!(selecting.poll(), Poll::Ready("after"));
    assert_eq!(
        selecting.kept_wakers(),
        0,
        "the receive has lost, and waits no longer"
    );
}

#[test]
fn a_value_that_was_handed_over_is_not_lost_to_a_timer() {
    let (tx, rx) = channel(1);
    let gate = Gate::new();
    let mut selecting = by_hand(async {
        select! {
            after gate.wait() => Ok(0),
            value = rx.recv() => value,
        }
    });
    selecting.waits("nobody has sent, and the gate is closed");
    assert_eq!(tx.try_send(1), Ok(()));
    gate.open();
    assert_eq!(
        selecting.poll(),
        Poll::Ready(Ok(1)),
        "the receive was completed first. That the other arm could go on too changes nothing"
    );
}

#[test]
fn an_operation_that_waits_already_becomes_an_arm() {
    let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
    let mut receiving = a.recv();
    by_hand(&mut receiving).waits("nobody has sent");
    let mut selecting = by_hand(async {
        select! {
            value = &mut receiving => value,
            value = b.recv() => value,
        }
    });
    selecting.waits("no arm can go on");
    assert_eq!(a_tx.try_send(1), Ok(()));
    assert_eq!(
        (a_tx.try_send(2), b_tx.try_send(3)),
        (Err(TrySendError::Full(2)), Err(TrySendError::Full(3))),
        "the receive waited alone, and then as an arm: it has one place in the queue, and shares the choice"
    );
    assert_eq!(selecting.poll(), Poll::Ready(Ok(1)));
}

#[test]
fn of_two_arms_that_are_over_already_one_keeps_its_value() {
    let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
    let (mut first, mut second) = (a.recv(), b.recv());
    by_hand(&mut first).waits("nobody has sent");
    by_hand(&mut second).waits("nobody has sent");
    assert_eq!((a_tx.try_send(1), b_tx.try_send(1)), (Ok(()), Ok(())));
    let selected = by_hand(async {
        select! {
            value = &mut first => (value, "first"),
            value = &mut second => (value, "second"),
        }
    })
    .poll();
    let kept = match selected {
        Poll::Ready((Ok(1), "first")) => &mut second,
        Poll::Ready((Ok(1), "second")) => &mut first,
        other => panic!("both arms can go on, and the selection says {other:?}"),
    };
    assert_eq!(
        by_hand(kept).poll(),
        Poll::Ready(Ok(1)),
        "the arm that was not chosen has received its value before, and keeps it"
    );
}

#[test]
fn an_arm_waits_alone_when_its_selection_is_dropped() {
    let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
    let (mut first, mut second) = (a.recv(), b.recv());
    let mut selecting = by_hand(async {
        select! {
            value = &mut first => value,
            value = &mut second => value,
        }
    });
    selecting.waits("nobody has sent");
    drop(selecting);
    let mut alone = by_hand(&mut first);
    alone.waits("nobody has sent");
    assert_eq!(a_tx.try_send(1), Ok(()));
    assert_eq!(alone.poll(), Poll::Ready(Ok(1)));
    let mut alone = by_hand(&mut second);
    alone.waits("what the other receive got is nothing to this one");
    assert_eq!(
        b_tx.try_send(2),
        Ok(()),
        "it waits for itself now, and not as an arm that has lost"
    );
    assert_eq!(alone.poll(), Poll::Ready(Ok(2)));
}

#[test]
fn a_selection_does_not_meet_itself() {
    let (tx, rx) = channel(0);
    let mut selecting = by_hand(async {
        select! {
            _ = tx.send(1) => "sent",
            _ = rx.recv() => "received",
        }
    });
    selecting.waits("both arms wait for somebody else: a selection cannot send to itself");
    assert_eq!(rx.try_recv(), Ok(1));
    assert_eq!(selecting.poll(), Poll::Ready("sent"));
}

#[test]
fn a_spurious_poll_keeps_the_place_in_the_queue() {
    let ((a_tx, a), (_b_tx, b)) = (channel(0), channel::<i32>(0));
    let mut selecting = by_hand(async {
        select! {
            value = a.recv() => value,
            value = b.recv() => value,
        }
    });
    selecting.waits("no arm can go on");
    let mut second = by_hand(a.recv());
    second.waits("nothing was sent yet");
    let old = selecting.change_task();
    selecting.waits("it was polled again, and still no arm can go on");
    assert_eq!(a_tx.try_send(1), Ok(()));
    assert_eq!(
        (selecting.wakes(), old.wakes(), second.wakes()),
        (1, 0, 0),
        "the selection began to wait first, and has a new waker since"
    );
    assert_eq!(selecting.poll(), Poll::Ready(Ok(1)));
}

#[test]
fn the_latest_waker_is_called_in_any_order() {
    explore(2, || {
        seed(1);
        let ((a_tx, a), (_b_tx, b)) = (channel(0), channel::<i32>(0));
        let mut selecting = by_hand(async {
            select! {
                value = a.recv() => value,
                value = b.recv() => value,
            }
        });
        selecting.waits("no arm can go on");
        let sending = thread::spawn(move || assert_eq!(a_tx.try_send(1), Ok(())));
        selecting.change_task();
        let second = selecting.poll();
        sending.join().unwrap();
        if second.is_pending() {
            assert_eq!(
                selecting.wakes(),
                1,
                "the second poll came from another task and answered Pending, so the waker that it brought is called.\n\
                 A value came while the cases looked: ask whether the choice is open after the last look, not before"
            );
            assert_eq!(selecting.poll(), Poll::Ready(Ok(1)));
        }
    });
}

/// The sum of `count` values, each from one of two channels.
fn sum_of(count: usize, a: &Receiver<i32>, b: &Receiver<i32>) -> i32 {
    let mut sum = 0;
    for _ in 0..count {
        let value = block_on(async {
            select! {
                value = a.recv() => value,
                value = b.recv() => value,
            }
        });
        sum += value.expect("the senders are still there");
    }
    sum
}

#[test]
fn two_senders_and_a_selection_in_any_order() {
    explore(1, || {
        seed(1);
        let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
        let sending = [(a_tx.clone(), 1), (b_tx.clone(), 2)]
            .map(|(tx, value)| thread::spawn(move || assert!(block_on(tx.send(value)).is_ok())));
        assert_eq!(
            sum_of(2, &a, &b),
            3,
            "the values 1 and 2, each received once"
        );
        for thread in sending {
            thread.join().unwrap();
        }
    });
}

#[test]
fn of_two_sends_one_happens_in_any_order() {
    explore(2, || {
        seed(1);
        let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
        let mut selecting = by_hand(async {
            select! {
                result = a_tx.send(1) => result,
                result = b_tx.send(2) => result,
            }
        });
        selecting.waits("nobody receives");
        let receiving = [a, b].map(|rx| thread::spawn(move || rx.try_recv().is_ok()));
        let received = receiving.map(|thread| thread.join().unwrap());
        assert_eq!(
            received.into_iter().filter(|&received| received).count(),
            1,
            "two threads came for the two sends of one selection, and one of the sends may happen"
        );
        assert_eq!(selecting.poll(), Poll::Ready(Ok(())));
    });
}

#[test]
fn of_a_send_that_waits_and_one_that_can_go_on_one_happens_in_any_order() {
    for number in 0..4 {
        explore(2, move || {
            seed(number);
            let ((a_tx, a), (b_tx, b)) = (channel(1), channel(1));
            assert_eq!((a_tx.try_send(0), b_tx.try_send(0)), (Ok(()), Ok(())));
            let making_room = [a.clone(), b.clone()].map(|rx| thread::spawn(move || rx.try_recv()));
            block_on(async {
                select! {
                    result = a_tx.send(1) => assert_eq!(result, Ok(())),
                    result = b_tx.send(1) => assert_eq!(result, Ok(())),
                }
            });
            for thread in making_room {
                assert_eq!(thread.join().unwrap(), Ok(0));
            }
            assert_eq!(
                a.len() + b.len(),
                1,
                "both channels had room at last, and one of the two sends may happen"
            );
        });
    }
}

#[test]
fn two_selections_meet_in_any_order() {
    // Both sides select, and each sees the other in two queues. They agree on one channel, or both try again.
    explore(2, || {
        let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
        let (other_a, other_b) = (a_tx.clone(), b_tx.clone());
        let sending = thread::spawn(move || {
            seed(2);
            block_on(async {
                select! {
                    result = other_a.send(1) => result,
                    result = other_b.send(2) => result,
                }
            })
        });
        seed(1);
        let sum = sum_of(1, &a, &b);
        assert!(sending.join().unwrap().is_ok());
        assert!(sum == 1 || sum == 2, "one of the two values, once");
        assert!(a.try_recv().is_err() && b.try_recv().is_err());
    });
}

#[test]
fn two_selections_that_wait_for_each_other_in_any_order() {
    // Each sends on one channel and receives on the other: one of the two directions happens, and never half of it.
    explore(2, || {
        let ((a_tx, a), (b_tx, b)) = (channel(0), channel(0));
        let (his_tx, his_rx) = (a_tx.clone(), b.clone());
        let other = thread::spawn(move || {
            seed(2);
            block_on(async {
                select! {
                    _ = his_tx.send(1) => 'a',
                    value = his_rx.recv() => { assert_eq!(value, Ok(2)); 'b' },
                }
            })
        });
        seed(1);
        let mine = block_on(async {
            select! {
                _ = b_tx.send(2) => 'b',
                value = a.recv() => { assert_eq!(value, Ok(1)); 'a' },
            }
        });
        assert_eq!(
            mine,
            other.join().unwrap(),
            "the two selections must complete the same hand-over"
        );
        drop((a_tx, b));
    });
}
