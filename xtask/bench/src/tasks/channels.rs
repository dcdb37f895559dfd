//! The channels that tasks talk over, behind one trait.
//!
//! A peer that knows no capacity of 0 gets 1, which lets a sender go on before its value was taken: less waiting, not more.

use std::future::Future;

/// A kind of channel for tasks.
pub trait Channels: 'static {
    /// The sending end.
    type Sender<T: Send + 'static>: Clone + Send + Sync + 'static;
    /// The receiving end.
    type Receiver<T: Send + 'static>: Send + 'static;

    /// Its name, such as `kanal`.
    const NAME: &'static str;
    /// Whether a send may wait for its receive: a capacity of 0.
    const RENDEZVOUS: bool = true;
    /// Whether several tasks may receive.
    const MANY_RECEIVERS: bool = true;

    /// A channel with room for `capacity` values.
    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>);

    /// Another receiving end of the same channel.
    fn share<T: Send + 'static>(receiver: &Self::Receiver<T>) -> Self::Receiver<T>;

    /// Sends; false if nobody receives any more.
    fn send<T: Send + 'static>(
        sender: &Self::Sender<T>,
        value: T,
    ) -> impl Future<Output = bool> + Send;

    /// Receives; `None` if nobody sends any more.
    fn receive<T: Send + 'static>(
        receiver: &mut Self::Receiver<T>,
    ) -> impl Future<Output = Option<T>> + Send;
}

/// For work that needs no channel.
pub enum NoChannels {}

impl Channels for NoChannels {
    type Sender<T: Send + 'static> = ();
    type Receiver<T: Send + 'static> = ();
    const NAME: &'static str = "none";

    fn channel<T: Send + 'static>(_: usize) -> ((), ()) {
        unreachable!("this work has no channels")
    }

    fn share<T: Send + 'static>((): &()) {}

    async fn send<T: Send + 'static>((): &(), _: T) -> bool {
        false
    }

    async fn receive<T: Send + 'static>((): &mut ()) -> Option<T> {
        None
    }
}

/// `tokio::sync::mpsc`: one receiver, and a capacity of at least 1.
pub enum TokioMpsc {}

impl Channels for TokioMpsc {
    type Sender<T: Send + 'static> = tokio::sync::mpsc::Sender<T>;
    type Receiver<T: Send + 'static> = tokio::sync::mpsc::Receiver<T>;
    const NAME: &'static str = "mpsc";
    const RENDEZVOUS: bool = false;
    const MANY_RECEIVERS: bool = false;

    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        tokio::sync::mpsc::channel(capacity.max(1))
    }

    fn share<T: Send + 'static>(_: &Self::Receiver<T>) -> Self::Receiver<T> {
        unreachable!("MANY_RECEIVERS says that there is one receiver")
    }

    async fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    async fn receive<T: Send + 'static>(receiver: &mut Self::Receiver<T>) -> Option<T> {
        receiver.recv().await
    }
}

/// `kanal`.
pub enum Kanal {}

impl Channels for Kanal {
    type Sender<T: Send + 'static> = kanal::AsyncSender<T>;
    type Receiver<T: Send + 'static> = kanal::AsyncReceiver<T>;
    const NAME: &'static str = "kanal";

    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        kanal::bounded_async(capacity)
    }

    fn share<T: Send + 'static>(receiver: &Self::Receiver<T>) -> Self::Receiver<T> {
        receiver.clone()
    }

    async fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    async fn receive<T: Send + 'static>(receiver: &mut Self::Receiver<T>) -> Option<T> {
        receiver.recv().await.ok()
    }
}

/// `flume`.
pub enum Flume {}

impl Channels for Flume {
    type Sender<T: Send + 'static> = flume::Sender<T>;
    type Receiver<T: Send + 'static> = flume::Receiver<T>;
    const NAME: &'static str = "flume";

    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        flume::bounded(capacity)
    }

    fn share<T: Send + 'static>(receiver: &Self::Receiver<T>) -> Self::Receiver<T> {
        receiver.clone()
    }

    async fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) -> bool {
        sender.send_async(value).await.is_ok()
    }

    async fn receive<T: Send + 'static>(receiver: &mut Self::Receiver<T>) -> Option<T> {
        receiver.recv_async().await.ok()
    }
}

/// `async-channel`: a capacity of at least 1.
pub enum AsyncChannel {}

impl Channels for AsyncChannel {
    type Sender<T: Send + 'static> = async_channel::Sender<T>;
    type Receiver<T: Send + 'static> = async_channel::Receiver<T>;
    const NAME: &'static str = "async-channel";
    const RENDEZVOUS: bool = false;

    fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
        async_channel::bounded(capacity.max(1))
    }

    fn share<T: Send + 'static>(receiver: &Self::Receiver<T>) -> Self::Receiver<T> {
        receiver.clone()
    }

    async fn send<T: Send + 'static>(sender: &Self::Sender<T>, value: T) -> bool {
        sender.send(value).await.is_ok()
    }

    async fn receive<T: Send + 'static>(receiver: &mut Self::Receiver<T>) -> Option<T> {
        receiver.recv().await.ok()
    }
}
