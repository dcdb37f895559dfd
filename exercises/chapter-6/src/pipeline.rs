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
pub fn generate<T: Send + 'static>(
    values: impl IntoIterator<Item = T, IntoIter: Send + 'static>,
) -> Receiver<T> {
    todo!("start a goroutine that sends each value, and ends when nobody receives")
}

/// A stage: applies `work` to each value, and sends the result on.
pub fn stage<T: Send + 'static, U: Send + 'static>(
    input: Receiver<T>,
    work: impl Fn(T) -> U + Send + 'static,
) -> Receiver<U> {
    todo!("start a goroutine that receives, works, and sends, until either side is gone")
}

/// Fan-out: `workers` stages that share one input. Each value goes to whichever is free.
pub fn fan_out<T: Send + 'static, U: Send + 'static>(
    input: Receiver<T>,
    workers: usize,
    work: impl Fn(T) -> U + Clone + Send + 'static,
) -> Vec<Receiver<U>> {
    todo!("make a stage for each worker, with a clone of the receiver")
}

/// Fan-in: the values of all inputs, as they come. It is closed when all inputs are.
pub fn fan_in<T: Send + 'static>(inputs: Vec<Receiver<T>>) -> Receiver<T> {
    todo!("for each input start a goroutine that passes its values on, with a sender of its own")
}
