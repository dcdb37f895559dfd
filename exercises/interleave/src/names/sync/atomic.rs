//! Atomics, named as in `std::sync::atomic`.
//!
//! In a plain build these *are* std's. With the feature `model` each is std's plus a name, and inside a run every
//! access is a point at which the turn may pass on. The value itself is always accessed with `SeqCst`; the ordering
//! that the caller asks for decides what knowledge travels, and so whether a cell is published or raced for.
//!
//! An ordering that an access cannot have panics, as it does in std, but at the caller's line. In a plain build the
//! compiler refuses most of them: it looks at the calls of std's own types.

pub use std::sync::atomic::Ordering;

#[cfg(not(feature = "model"))]
pub use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32,
    AtomicU64, AtomicUsize, fence,
};

#[cfg(feature = "model")]
pub use modelled::*;

#[cfg(feature = "model")]
mod modelled {
    use std::fmt;
    use std::panic::Location;
    use std::sync::atomic as real;

    use super::Ordering;
    use super::Ordering::SeqCst;
    use crate::model::{Effect, Value, Values, current};
    use crate::origin::Origin;

    /// Orders the accesses before it with those after it, as `std::sync::atomic::fence` does.
    #[track_caller]
    pub fn fence(order: Ordering) {
        assert!(
            order != Ordering::Relaxed,
            "there is no Relaxed `fence`: a fence orders, with Acquire, Release, AcqRel or SeqCst"
        );
        under_model!(run => run.fence(order, Location::caller()));
        real::fence(order);
    }

    /// What an access does not do it cannot order.
    #[track_caller]
    fn reads(verb: &str, order: Ordering) {
        assert!(
            !matches!(order, Ordering::Release | Ordering::AcqRel),
            "{verb} only reads, and {order:?} is for what is written: it may be Relaxed, Acquire or SeqCst. To read and \
             write in one operation, use `swap` or another read-modify-write"
        );
    }

    #[track_caller]
    fn writes(order: Ordering) {
        assert!(
            !matches!(order, Ordering::Acquire | Ordering::AcqRel),
            "`store` only writes, and {order:?} is for what is read: it may be Relaxed, Release or SeqCst. To read and \
             write in one operation, use `swap` or another read-modify-write"
        );
    }

    /// One access: in a run through the explorer, else to the real atomic.
    macro_rules! access {
        ($self:ident, $kind:expr, $verb:literal, $order:expr, $real:expr, |$value:ident| $model:expr) => {{
            let at = Location::caller();
            match current() {
                None => $real,
                Some(run) => run.atomic(&$self.origin, $kind, $verb, at, || {
                    let $value = &$self.value;
                    let (result, values, order) = $model;
                    (result, Effect { values, order })
                }),
            }
        }};
    }

    /// What every atomic has.
    macro_rules! common {
        ([$($generic:ident)?] $name:ty, $kind:expr, $inner:ty, $of:ty, $show:expr) => {
            impl$(<$generic>)? $name {
                /// An atomic with this value.
                #[must_use]
                #[track_caller]
                pub const fn new(value: $of) -> Self {
                    Self { origin: Origin::here(), value: <$inner>::new(value) }
                }

                /// The value; the exclusive borrow shows that nobody else has access.
                pub fn get_mut(&mut self) -> &mut $of {
                    self.value.get_mut()
                }

                /// The value.
                #[must_use]
                pub fn into_inner(self) -> $of {
                    self.value.into_inner()
                }

                /// Reads.
                #[must_use]
                #[track_caller]
                pub fn load(&self, order: Ordering) -> $of {
                    reads("`load`", order);
                    access!(self, $kind, "load", order, self.value.load(order), |value| {
                        let found = value.load(SeqCst);
                        (found, Values::Saw($show(found)), order)
                    })
                }

                /// Writes.
                #[track_caller]
                pub fn store(&self, new: $of, order: Ordering) {
                    writes(order);
                    access!(self, $kind, "store", order, self.value.store(new, order), |value| {
                        let old = value.swap(new, SeqCst);
                        ((), Values::Wrote($show(old), $show(new)), order)
                    });
                }

                /// Writes, and returns what was there before.
                #[track_caller]
                pub fn swap(&self, new: $of, order: Ordering) -> $of {
                    access!(self, $kind, "swap", order, self.value.swap(new, order), |value| {
                        let old = value.swap(new, SeqCst);
                        (old, Values::Changed($show(old), $show(new)), order)
                    })
                }

                /// Writes `new` if the value is `expected`; returns what was there before.
                ///
                /// # Errors
                ///
                /// With the value, if it was another.
                #[track_caller]
                pub fn compare_exchange(&self, expected: $of, new: $of, success: Ordering, failure: Ordering) -> Result<$of, $of> {
                    reads("a `compare_exchange` that fails", failure);
                    access!(self, $kind, "compare_exchange", success, self.value.compare_exchange(expected, new, success, failure), |value| {
                        let result = value.compare_exchange(expected, new, SeqCst, SeqCst);
                        match result {
                            Ok(old) => (result, Values::Changed($show(old), $show(new)), success),
                            Err(found) => (result, Values::Kept($show(found)), failure),
                        }
                    })
                }

                /// [`compare_exchange`](Self::compare_exchange), which on some machines may also fail for no reason. Here it does not.
                ///
                /// # Errors
                ///
                /// With the value, if it was another.
                #[track_caller]
                pub fn compare_exchange_weak(&self, expected: $of, new: $of, success: Ordering, failure: Ordering) -> Result<$of, $of> {
                    self.compare_exchange(expected, new, success, failure)
                }

                /// Replaces the value by what `update` makes of it, until no other thread comes in between.
                ///
                /// # Errors
                ///
                /// With the value, if `update` returned `None`.
                #[track_caller]
                pub fn fetch_update(&self, set: Ordering, fetch: Ordering, mut update: impl FnMut($of) -> Option<$of>) -> Result<$of, $of> {
                    reads("the look of `fetch_update`", fetch);
                    let mut found = self.load(fetch);
                    while let Some(new) = update(found) {
                        match self.compare_exchange(found, new, set, fetch) {
                            Ok(old) => return Ok(old),
                            Err(other) => found = other,
                        }
                    }
                    Err(found)
                }
            }

            impl$(<$generic>)? fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Debug::fmt(&self.value, f)
                }
            }

            impl$(<$generic>)? From<$of> for $name {
                #[track_caller]
                fn from(value: $of) -> Self {
                    Self::new(value)
                }
            }
        };
    }

    /// Operations that replace the value by a function of it and of an operand.
    macro_rules! fetch {
        ($name:ty, $kind:expr, $of:ty, $show:expr, $($method:ident: $doc:literal),+ $(,)?) => {
            impl $name {
                $(
                    #[doc = $doc]
                    /// Returns what was there before.
                    #[track_caller]
                    pub fn $method(&self, operand: $of, order: Ordering) -> $of {
                        let at = Location::caller();
                        match current() {
                            None => self.value.$method(operand, order),
                            Some(run) => run.atomic(&self.origin, $kind, stringify!($method), at, || {
                                let old = self.value.$method(operand, SeqCst);
                                // Only the thread that has the turn can change the value.
                                let new = self.value.load(SeqCst);
                                (old, Effect { values: Values::Changed($show(old), $show(new)), order })
                            }),
                        }
                    }
                )+
            }
        };
    }

    macro_rules! integer {
        ($($name:ident $of:ty, $value:ident as $wide:ty;)+) => {$(
            #[doc = concat!("`std::sync::atomic::", stringify!($name), "`, driven by the explorer inside a run.")]
            pub struct $name { origin: Origin, value: real::$name }

            common!([] $name, stringify!($name), real::$name, $of, |value: $of| Value::$value(<$wide>::from(value)));
            fetch!($name, stringify!($name), $of, |value: $of| Value::$value(<$wide>::from(value)),
                fetch_add: "Adds, wrapping around.",
                fetch_sub: "Subtracts, wrapping around.",
                fetch_and: "Bitwise and.",
                fetch_nand: "Bitwise nand.",
                fetch_or: "Bitwise or.",
                fetch_xor: "Bitwise exclusive or.",
                fetch_max: "The larger of both.",
                fetch_min: "The smaller of both.",
            );

            impl Default for $name {
                #[track_caller]
                fn default() -> Self {
                    Self::new(0)
                }
            }
        )+};
    }

    integer! {
        AtomicU8 u8, Unsigned as u64;
        AtomicU16 u16, Unsigned as u64;
        AtomicU32 u32, Unsigned as u64;
        AtomicU64 u64, Unsigned as u64;
        AtomicI32 i32, Signed as i64;
        AtomicI64 i64, Signed as i64;
    }

    /// `std::sync::atomic::AtomicUsize`, driven by the explorer inside a run.
    pub struct AtomicUsize {
        origin: Origin,
        value: real::AtomicUsize,
    }

    /// `std::sync::atomic::AtomicIsize`, driven by the explorer inside a run.
    pub struct AtomicIsize {
        origin: Origin,
        value: real::AtomicIsize,
    }

    /// `std::sync::atomic::AtomicBool`, driven by the explorer inside a run.
    pub struct AtomicBool {
        origin: Origin,
        value: real::AtomicBool,
    }

    /// `std::sync::atomic::AtomicPtr`, driven by the explorer inside a run.
    pub struct AtomicPtr<T> {
        origin: Origin,
        value: real::AtomicPtr<T>,
    }

    common!([] AtomicUsize, "AtomicUsize", real::AtomicUsize, usize, |value: usize| Value::Unsigned(value as u64));
    common!([] AtomicIsize, "AtomicIsize", real::AtomicIsize, isize, |value: isize| Value::Signed(value as i64));
    common!([] AtomicBool, "AtomicBool", real::AtomicBool, bool, |value: bool| Value::Bool(value));
    common!([T] AtomicPtr<T>, "AtomicPtr", real::AtomicPtr<T>, *mut T, |value: *mut T| Value::Pointer(value.addr()));

    fetch!(AtomicUsize, "AtomicUsize", usize, |value: usize| Value::Unsigned(value as u64),
        fetch_add: "Adds, wrapping around.", fetch_sub: "Subtracts, wrapping around.",
        fetch_and: "Bitwise and.", fetch_nand: "Bitwise nand.", fetch_or: "Bitwise or.", fetch_xor: "Bitwise exclusive or.",
        fetch_max: "The larger of both.", fetch_min: "The smaller of both.");
    fetch!(AtomicIsize, "AtomicIsize", isize, |value: isize| Value::Signed(value as i64),
        fetch_add: "Adds, wrapping around.", fetch_sub: "Subtracts, wrapping around.",
        fetch_and: "Bitwise and.", fetch_nand: "Bitwise nand.", fetch_or: "Bitwise or.", fetch_xor: "Bitwise exclusive or.",
        fetch_max: "The larger of both.", fetch_min: "The smaller of both.");
    fetch!(AtomicBool, "AtomicBool", bool, |value: bool| Value::Bool(value),
        fetch_and: "Logical and.", fetch_nand: "Logical nand.", fetch_or: "Logical or.", fetch_xor: "Logical exclusive or.");

    impl Default for AtomicUsize {
        #[track_caller]
        fn default() -> Self {
            Self::new(0)
        }
    }

    impl Default for AtomicIsize {
        #[track_caller]
        fn default() -> Self {
            Self::new(0)
        }
    }

    impl Default for AtomicBool {
        #[track_caller]
        fn default() -> Self {
            Self::new(false)
        }
    }

    impl<T> Default for AtomicPtr<T> {
        #[track_caller]
        fn default() -> Self {
            Self::new(std::ptr::null_mut())
        }
    }
}
