//! A cell for code that orders its own accesses, named as in loom.
//!
//! The value is reached through closures, so the explorer knows when an access begins and ends, and by vector clocks
//! whether anything orders it after the accesses of other threads. An access is no point at which the turn passes on:
//! if nothing races, the order of two accesses makes no difference that another operation does not make too.

#[cfg(feature = "model")]
use crate::origin::Origin;
#[cfg(feature = "model")]
use std::panic::Location;

/// `std::cell::UnsafeCell`; inside a run, races are found.
pub struct UnsafeCell<T: ?Sized> {
    #[cfg(feature = "model")]
    origin: Origin,
    value: std::cell::UnsafeCell<T>,
}

impl<T> UnsafeCell<T> {
    /// A cell around `value`.
    #[cfg_attr(feature = "model", track_caller)]
    pub const fn new(value: T) -> Self {
        UnsafeCell {
            #[cfg(feature = "model")]
            origin: Origin::here(),
            value: std::cell::UnsafeCell::new(value),
        }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// Reads: gives `access` a pointer that it may read through, and only until it returns.
    ///
    /// To dereference the pointer is unsafe: nobody may write meanwhile.
    #[track_caller]
    #[inline]
    pub fn with<R>(&self, access: impl FnOnce(*const T) -> R) -> R {
        #[cfg(feature = "model")]
        let _touched = self.touch(false, Location::caller());
        access(self.value.get())
    }

    /// Writes: gives `access` a pointer that it may write through, and only until it returns.
    ///
    /// To dereference the pointer is unsafe: nobody may read or write meanwhile.
    #[track_caller]
    #[inline]
    pub fn with_mut<R>(&self, access: impl FnOnce(*mut T) -> R) -> R {
        #[cfg(feature = "model")]
        let _touched = self.touch(true, Location::caller());
        access(self.value.get())
    }

    /// The value. The exclusive borrow shows that nobody else has access, so this is safe, and the way to go in `drop`.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// An access lasts until its closure returns: it counts at its beginning and, for what it released meanwhile, at
    /// its end.
    #[cfg(feature = "model")]
    fn touch(&self, writes: bool, at: &'static Location<'static>) -> Option<impl Drop> {
        struct Touched<'a> {
            run: crate::model::Current,
            origin: &'a Origin,
            writes: bool,
            at: &'static Location<'static>,
        }
        impl Drop for Touched<'_> {
            fn drop(&mut self) {
                if !std::thread::panicking() {
                    self.run.touch_again(self.origin, self.writes, self.at);
                }
            }
        }
        let run = crate::model::current()?;
        run.touch(&self.origin, writes, at);
        Some(Touched {
            run,
            origin: &self.origin,
            writes,
            at,
        })
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[cfg_attr(feature = "model", track_caller)]
    fn default() -> Self {
        UnsafeCell::new(T::default())
    }
}
