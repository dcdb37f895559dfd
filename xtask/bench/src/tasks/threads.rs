//! The conversations of [`super::work`] on threads of the system, over crossbeam's channel: no runtime, no tasks.

use std::thread;
use std::time::Instant;

use crossbeam_channel::bounded;

use super::Work as _;
use super::work::{ManyToMany, PingPong};
use crate::race::{Contender, Kind, Sample};

const NAME: &str = "threads + crossbeam";

/// [`PingPong`], each player a thread. They play a `part`-th of the game, and its time counts so many times.
pub fn ping_pong(work: PingPong, part: usize) -> Contender {
    let part = part.clamp(1, work.times.max(1));
    let shorter = PingPong {
        times: work.times / part,
        ..work
    };
    // What division leaves over is scaled like the rest.
    let factor = work.times as f64 / shorter.times as f64;
    let detail = format!("{} threads, {}", 2 * work.pairs, part_of(part));
    contender(detail, factor, move || play(shorter))
        .with_checksum(shorter.expected(), work.expected())
}

/// [`ManyToMany`], each side's members threads.
pub fn many_to_many(work: ManyToMany) -> Contender {
    let detail = format!("{} threads, capacity {}", 2 * work.sides, work.capacity);
    contender(detail, 1.0, move || distribute(work))
}

/// Named, and not run: the reason.
pub fn skipped(reason: &str) -> Contender {
    Contender::skipped(Kind::Peer, NAME, reason)
}

fn part_of(part: usize) -> String {
    match part {
        1 => "capacity 0".to_owned(),
        _ => format!("capacity 0, 1/{part} of the messages, scaled"),
    }
}

fn contender(detail: String, factor: f64, work: impl Fn() -> u64 + 'static) -> Contender {
    Contender::new(Kind::Peer, NAME, detail, move || {
        let start = Instant::now();
        let checksum = work();
        let value = start.elapsed().as_secs_f64() * factor;
        Ok(Sample { value, checksum })
    })
}

fn play(work: PingPong) -> u64 {
    thread::scope(|scope| {
        let players: Vec<_> = (0..work.pairs)
            .map(|_| {
                let (ping, pinged) = bounded::<u64>(0);
                let (pong, ponged) = bounded::<u64>(0);
                scope.spawn(move || {
                    for ball in pinged {
                        // The other player is there until the channel of the first loop closes.
                        let _ = pong.send(ball + 1);
                    }
                });
                scope.spawn(move || {
                    let mut ball = 0;
                    for _ in 0..work.times {
                        let _ = ping.send(ball);
                        ball = ponged.recv().unwrap_or_default();
                    }
                    ball
                })
            })
            .collect();
        let join = |player: thread::ScopedJoinHandle<u64>| player.join().expect("no player panics");
        players.into_iter().map(join).sum()
    })
}

fn distribute(work: ManyToMany) -> u64 {
    thread::scope(|scope| {
        let (sender, receiver) = bounded::<u64>(work.capacity);
        let receiving: Vec<_> = (0..work.sides)
            .map(|index| {
                let sender = sender.clone();
                scope.spawn(move || {
                    for number in (index..work.messages).step_by(work.sides) {
                        // Receivers stay until the last sender is gone.
                        let _ = sender.send(number as u64);
                    }
                });
                let receiver = receiver.clone();
                scope.spawn(move || receiver.iter().sum::<u64>())
            })
            .collect();
        drop((sender, receiver));
        let join = |receiver: thread::ScopedJoinHandle<u64>| receiver.join().expect("sums fit");
        receiving.into_iter().map(join).sum()
    })
}
