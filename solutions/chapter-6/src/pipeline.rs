//! Pipelines: stages that are goroutines, connected by channels.
//!
//! A stage owns the receiver that it reads from and the sender that it writes to. So nobody needs to say when it is over:
//! a stage that ends drops its sender, and the next one sees a closed channel; a reader that loses interest drops its
//! receiver, and the stage before it cannot send any more, and ends too.
//!
//! Invariants:
//! - every channel of a pipeline has capacity 0: no stage runs further ahead than one value;
//! - a stage ends when its input is closed, or when nobody wants its output.

use chapter_5_solution::go;

use crate::{Receiver, channel};

/// The first stage: the values, one by one.
// ANCHOR: generate_whole
pub fn generate<T: Send + 'static>(
    values: impl IntoIterator<Item = T, IntoIter: Send + 'static>,
) -> Receiver<T> {
    // ANCHOR: generate todo: start a goroutine that sends each value, and ends when nobody receives
    let (tx, rx) = channel(0);
    let values = values.into_iter();
    drop(go(async move {
        for value in values {
            if tx.send(value).await.is_err() {
                break;
            }
        }
    }));
    rx
    // ANCHOR_END: generate
}
// ANCHOR_END: generate_whole

/// A stage: applies `work` to each value, and sends the result on.
// ANCHOR: stage_whole
pub fn stage<T: Send + 'static, U: Send + 'static>(
    input: Receiver<T>,
    work: impl Fn(T) -> U + Send + 'static,
) -> Receiver<U> {
    // ANCHOR: stage todo: start a goroutine that receives, works, and sends, until either side is gone
    let (tx, rx) = channel(0);
    drop(go(async move {
        while let Ok(value) = input.recv().await {
            if tx.send(work(value)).await.is_err() {
                break;
            }
        }
    }));
    rx
    // ANCHOR_END: stage
}
// ANCHOR_END: stage_whole

/// Fan-out: `workers` stages that share one input. Each value goes to whichever is free.
// ANCHOR: fan_out_whole
pub fn fan_out<T: Send + 'static, U: Send + 'static>(
    input: Receiver<T>,
    workers: usize,
    work: impl Fn(T) -> U + Clone + Send + 'static,
) -> Vec<Receiver<U>> {
    // ANCHOR: fan_out todo: make a stage for each worker, with a clone of the receiver
    (0..workers)
        .map(|_| stage(input.clone(), work.clone()))
        .collect()
    // ANCHOR_END: fan_out
}
// ANCHOR_END: fan_out_whole

/// Fan-in: the values of all inputs, as they come. It is closed when all inputs are.
// ANCHOR: fan_in_whole
pub fn fan_in<T: Send + 'static>(inputs: Vec<Receiver<T>>) -> Receiver<T> {
    // ANCHOR: fan_in todo: for each input start a goroutine that passes its values on, with a sender of its own
    let (tx, rx) = channel(0);
    for input in inputs {
        let tx = tx.clone();
        drop(go(async move {
            while let Ok(value) = input.recv().await {
                if tx.send(value).await.is_err() {
                    break;
                }
            }
        }));
    }
    rx
    // ANCHOR_END: fan_in
}
// ANCHOR_END: fan_in_whole
