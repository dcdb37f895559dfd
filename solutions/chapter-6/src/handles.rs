//! Given: `Sender` and `Receiver`, for both kinds of channel. They are handles that count themselves.
//!
//! The file that uses the macro has a `Channel<T>` with the methods `with`, `close` and `abandon`. Its state has a `buffer`, a
//! `capacity`, whether it is `closed`, and the number of `handles` of each side.

/// The index of what belongs to senders.
pub(crate) const SEND: usize = 0;
/// The index of what belongs to receivers.
pub(crate) const RECV: usize = 1;

macro_rules! handles {
    ($($Handle:ident of $side:ident),*) => { $(
        /// A handle to one side of a channel. A clone is one more; when the last one of a side is dropped, the channel is
        /// closed.
        pub struct $Handle<T>(Arc<Channel<T>>);

        impl<T> $Handle<T> {
            /// How many values are in the channel now.
            pub fn len(&self) -> usize {
                self.0.with(|state| state.buffer.len())
            }

            /// Whether no value is in the channel now.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// For how many values the channel has room.
            pub fn capacity(&self) -> usize {
                self.0.with(|state| state.capacity)
            }

            /// Closes the channel: no value can be sent any more, and what was sent can still be received. Says whether
            /// it was open.
            pub fn close(&self) -> bool {
                self.0.close()
            }

            /// Whether the channel is closed. There may still be values in it.
            pub fn is_closed(&self) -> bool {
                self.0.with(|state| state.closed)
            }
        }

        impl<T> Clone for $Handle<T> {
            fn clone(&self) -> Self {
                self.0.with(|state| state.handles[$crate::handles::$side] += 1);
                $Handle(Arc::clone(&self.0))
            }
        }

        impl<T> Drop for $Handle<T> {
            fn drop(&mut self) {
                let left = self.0.with(|state| {
                    state.handles[$crate::handles::$side] -= 1;
                    state.handles[$crate::handles::$side]
                });
                if left == 0 {
                    self.0.abandon();
                }
            }
        }
    )* };
}

pub(crate) use handles;
