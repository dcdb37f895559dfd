//! Step 4.1: a future by hand.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use chapter_4::countdown::{Countdown, yield_now};
use interleave::future::{WakeCounter, block_on};

/// Polls by hand, with a waker that counts.
fn poll(future: Pin<&mut Countdown>, counter: &WakeCounter) -> Poll<()> {
    future.poll(&mut Context::from_waker(&counter.waker()))
}

#[test]
fn zero_is_ready_at_the_first_poll() {
    let counter = WakeCounter::new();
    assert!(
        poll(pin!(Countdown::new(0)), &counter).is_ready(),
        "Countdown::new(0) is pending zero times, so its first poll answers Ready. Is zero looked at before you count down?"
    );
    assert_eq!(
        counter.wakes(),
        0,
        "a poll that answers Ready needs no other poll, so it wakes nobody"
    );
}

#[test]
fn it_is_pending_as_often_as_it_was_told() {
    for number in 1..6 {
        let counter = WakeCounter::new();
        let mut countdown = pin!(Countdown::new(number));
        for left in (1..=number).rev() {
            assert!(
                poll(countdown.as_mut(), &counter).is_pending(),
                "Countdown::new({number}) was ready with {left} pending polls still to come"
            );
        }
        assert!(
            poll(countdown.as_mut(), &counter).is_ready(),
            "Countdown::new({number}) was pending {number} times, so the next poll answers Ready"
        );
    }
}

#[test]
fn a_pending_poll_has_called_its_waker() {
    let counter = WakeCounter::new();
    let mut countdown = pin!(Countdown::new(3));
    for polls in 1..=3 {
        let _ = poll(countdown.as_mut(), &counter);
        assert!(
            counter.wakes() >= polls,
            "poll {polls} answered Pending, and the waker was called {} times in all.\n\
             Pending is a promise that the waker will be called. Nobody else knows of this future: call it before you answer",
            counter.wakes()
        );
    }
}

#[test]
fn each_poll_wakes_the_waker_that_it_was_given() {
    let mut countdown = pin!(Countdown::new(3));
    for number in 1..=3 {
        let counter = WakeCounter::new();
        let _ = poll(countdown.as_mut(), &counter);
        assert_eq!(
            counter.wakes(),
            1,
            "poll {number} was given a waker of its own, and that one should be called once: a task may come with another waker each time"
        );
    }
}

#[test]
fn a_ready_poll_wakes_nobody() {
    let counter = WakeCounter::new();
    let mut countdown = pin!(Countdown::new(2));
    while poll(countdown.as_mut(), &counter).is_pending() {}
    assert_eq!(
        counter.wakes(),
        2,
        "two pending polls, so two wakes. The last poll answered Ready: a wake there asks for a poll that must not come"
    );
}

#[test]
fn an_executor_gets_to_the_end() {
    // The kit's own executor polls again when the waker of the latest poll was called, and never otherwise.
    interleave::model(|| block_on(Countdown::new(3)));
}

#[test]
fn to_yield_is_to_be_pending_once() {
    let counter = WakeCounter::new();
    let mut turn = pin!(yield_now());
    assert!(
        poll(turn.as_mut(), &counter).is_pending(),
        "yield_now gives up this turn: its first poll answers Pending"
    );
    assert_eq!(
        counter.wakes(),
        1,
        "the next turn has to be asked for, once"
    );
    assert!(
        poll(turn.as_mut(), &counter).is_ready(),
        "yield_now gives up one turn, and at the second poll it is over"
    );
}
