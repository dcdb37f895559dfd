//! Given: `Sender` and `Receiver`, for both kinds of channel. They are handles that count themselves.
//!
//! The file that uses the macro has a `Channel<T>` with the counts `senders` and `receivers`, the methods `len`,
//! `capacity` and `is_closed`, and `close_for_senders` and `close_for_receivers`: each is called once, by the last handle
//! of the other side.

macro_rules! handles {
    () => {
        /// The sending side. Clones send on the same channel; when the last one is dropped, the channel is closed.
        pub struct Sender<T> {
            channel: Arc<Channel<T>>,
        }

        /// The receiving side. Clones share the values; when the last one is dropped, nobody can send any more.
        pub struct Receiver<T> {
            channel: Arc<Channel<T>>,
        }

        $crate::handles::handle!(Sender, senders, close_for_receivers);
        $crate::handles::handle!(Receiver, receivers, close_for_senders);
    };
}

macro_rules! handle {
    ($Handle:ident, $count:ident, $close:ident) => {
        impl<T> $Handle<T> {
            /// How many values are in the channel now.
            pub fn len(&self) -> usize {
                self.channel.lock().len()
            }

            /// Whether no value is in the channel now.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// For how many values the channel has room.
            pub fn capacity(&self) -> usize {
                self.channel.capacity
            }

            /// Whether the channel is closed. There may still be values in it.
            pub fn is_closed(&self) -> bool {
                self.channel.lock().closed
            }
        }

        impl<T> Clone for $Handle<T> {
            fn clone(&self) -> Self {
                // Relaxed: this handle is counted, so nobody can come to zero meanwhile.
                self.channel.$count.fetch_add(1, Relaxed);
                let channel = Arc::clone(&self.channel);
                $Handle { channel }
            }
        }

        impl<T> Drop for $Handle<T> {
            fn drop(&mut self) {
                // AcqRel: pairs with itself in the other handles, so that the last one comes after all they did.
                if self.channel.$count.fetch_sub(1, AcqRel) == 1 {
                    self.channel.$close();
                }
            }
        }
    };
}

pub(crate) use {handle, handles};
