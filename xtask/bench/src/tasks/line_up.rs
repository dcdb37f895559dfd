//! Which runtimes meet which channels.

use std::num::NonZeroUsize;

use super::channels::{AsyncChannel, Flume, Kanal, TokioMpsc};
use super::runtimes::{AsyncExecutor, Tokio};
use super::{Channels, Runtime, Work, contender};
use crate::race::{Contender, Kind};

/// Each runtime with the channel that comes with it, and with the fastest of the others.
pub fn strongest(workers: NonZeroUsize, work: impl Work) -> Vec<Contender> {
    vec![
        peer::<Tokio, TokioMpsc>("Tokio", workers, work),
        peer::<Tokio, Kanal>("Tokio", workers, work),
        peer::<AsyncExecutor, AsyncChannel>("async-executor", workers, work),
        peer::<AsyncExecutor, Kanal>("async-executor", workers, work),
    ]
}

/// Each runtime with every channel that it can use.
pub fn all(workers: NonZeroUsize, work: impl Work) -> Vec<Contender> {
    vec![
        peer::<Tokio, TokioMpsc>("Tokio", workers, work),
        peer::<Tokio, Kanal>("Tokio", workers, work),
        peer::<Tokio, Flume>("Tokio", workers, work),
        peer::<Tokio, AsyncChannel>("Tokio", workers, work),
        peer::<AsyncExecutor, AsyncChannel>("async-executor", workers, work),
        peer::<AsyncExecutor, Kanal>("async-executor", workers, work),
        peer::<AsyncExecutor, Flume>("async-executor", workers, work),
    ]
}

fn peer<R: Runtime, C: Channels>(
    runtime: &str,
    workers: NonZeroUsize,
    work: impl Work,
) -> Contender {
    let name = format!("{runtime} + {}", C::NAME);
    if work.shares_a_receiver() && !C::MANY_RECEIVERS {
        return Contender::skipped(Kind::Peer, name, "only one task can receive from it");
    }
    let detail = match work.capacity() {
        0 if !C::RENDEZVOUS => "capacity 1: it knows no 0".to_owned(),
        capacity => format!("capacity {capacity}"),
    };
    contender::<R, C>(Kind::Peer, name, detail, workers, work)
}
