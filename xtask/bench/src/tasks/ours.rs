//! The course's own runtimes and channels: the reference's, and the reader's where the crate was built with it.
//!
//! The reader's names are the reference's, so each adapter is written once, as a macro over the crate.

use std::future::Future;
use std::num::NonZeroUsize;

use super::{Channels, Runtime, Spawner};

/// The runtime of chapter 4, from the crate `$chapter`.
macro_rules! chapter_4 {
    ($chapter:ident) => {
        /// Goroutines on the calling thread.
        pub struct OneThread($chapter::Runtime);

        impl Runtime for OneThread {
            type Spawner = Go;

            fn start(_: NonZeroUsize) -> OneThread {
                OneThread($chapter::Runtime::new())
            }

            fn spawner(&self) -> Go {
                Go
            }

            fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
                self.0.run(main)
            }
        }

        go!($chapter);
    };
}

/// The runtime of chapter 5, from the crate `$chapter`.
macro_rules! chapter_5 {
    ($chapter:ident) => {
        /// Goroutines on workers that steal from each other.
        pub struct Workers($chapter::Runtime);

        impl Runtime for Workers {
            type Spawner = Go;

            fn start(workers: NonZeroUsize) -> Workers {
                Workers($chapter::Runtime::new(workers))
            }

            fn spawner(&self) -> Go {
                Go
            }

            fn run<T: Send + 'static>(&self, main: impl Future<Output = T> + Send + 'static) -> T {
                self.0.run(main)
            }
        }

        go!($chapter);
    };
}

/// `go`, and its handles.
macro_rules! go {
    ($chapter:ident) => {
        /// `go`.
        #[derive(Clone, Copy)]
        pub struct Go;

        impl Spawner for Go {
            type Handle<T: Send + 'static> = $chapter::JoinHandle<T>;

            fn spawn<T: Send + 'static>(
                self,
                task: impl Future<Output = T> + Send + 'static,
            ) -> Self::Handle<T> {
                $chapter::go(task)
            }

            async fn join<T: Send + 'static>(handle: Self::Handle<T>) -> T {
                handle.await.expect("no task of a race panics")
            }

            fn yield_now() -> impl Future<Output = ()> + Send {
                $chapter::yield_now()
            }
        }
    };
}

/// The reference of chapter 4.
pub mod one_thread {
    use super::*;
    chapter_4!(chapter_4_solution);
}

/// The reader's chapter 4.
#[cfg(feature = "reader-chapter-4")]
pub mod one_thread_of_yours {
    use super::*;
    chapter_4!(chapter_4);
}

/// The reference of chapter 5.
pub mod workers {
    use super::*;
    chapter_5!(chapter_5_solution);
}

/// The reader's chapter 5.
#[cfg(feature = "reader-chapter-5")]
pub mod workers_of_yours {
    use super::*;
    chapter_5!(chapter_5);
}

/// The channels for goroutines of chapter 6, from the crate `$chapter`.
macro_rules! chapter_6 {
    ($Channels:ident, $chapter:ident) => {
        /// The channels of chapter 6.
        pub enum $Channels {}

        impl Channels for $Channels {
            type Sender<T: Send + 'static> = $chapter::Sender<T>;
            type Receiver<T: Send + 'static> = $chapter::Receiver<T>;
            const NAME: &'static str = "chapter 6";

            fn channel<T: Send + 'static>(capacity: usize) -> (Self::Sender<T>, Self::Receiver<T>) {
                $chapter::channel(capacity)
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
    };
}

chapter_6!(Goroutines, chapter_6_solution);

#[cfg(feature = "reader-chapter-6")]
chapter_6!(GoroutinesOfYours, chapter_6);
