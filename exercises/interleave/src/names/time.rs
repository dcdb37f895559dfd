//! A clock that is virtual inside a run: it moves only when every thread waits, so a sleep is free and exact.

use std::time::Duration;

#[cfg(not(feature = "model"))]
pub use std::time::Instant;

#[cfg(feature = "model")]
pub use modelled::Instant;

pub use crate::thread::sleep;

/// The time since `earlier`, for either kind of clock.
#[must_use]
pub fn since(earlier: Instant) -> Duration {
    Instant::now().duration_since(earlier)
}

#[cfg(feature = "model")]
mod modelled {
    use std::ops::{Add, AddAssign, Sub, SubAssign};
    use std::sync::OnceLock;
    use std::time::Duration;

    /// A moment: `std::time::Instant`, or inside a run one of its virtual time. The two are not to be compared.
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
    pub struct Instant(Duration);

    impl Instant {
        /// This moment.
        #[must_use]
        pub fn now() -> Self {
            static BEGAN: OnceLock<std::time::Instant> = OnceLock::new();
            under_model!(run => Instant(run.now()));
            Instant(BEGAN.get_or_init(std::time::Instant::now).elapsed())
        }

        /// The time from `earlier` to this moment; zero if that is later.
        #[must_use]
        pub fn duration_since(&self, earlier: Instant) -> Duration {
            self.0.saturating_sub(earlier.0)
        }

        /// The time from this moment until now.
        #[must_use]
        pub fn elapsed(&self) -> Duration {
            Instant::now().duration_since(*self)
        }

        /// This moment and `time`, or `None` if the clock does not go so far.
        #[must_use]
        pub fn checked_add(&self, time: Duration) -> Option<Instant> {
            self.0.checked_add(time).map(Instant)
        }

        /// The time from `earlier` to this moment, or `None` if that is later.
        #[must_use]
        pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
            self.0.checked_sub(earlier.0)
        }

        /// The time from `earlier` to this moment; zero if that is later.
        #[must_use]
        pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
            self.duration_since(earlier)
        }
    }

    impl Add<Duration> for Instant {
        type Output = Instant;

        fn add(self, time: Duration) -> Instant {
            Instant(self.0 + time)
        }
    }

    impl AddAssign<Duration> for Instant {
        fn add_assign(&mut self, time: Duration) {
            self.0 += time;
        }
    }

    impl Sub<Duration> for Instant {
        type Output = Instant;

        fn sub(self, time: Duration) -> Instant {
            Instant(self.0 - time)
        }
    }

    impl SubAssign<Duration> for Instant {
        fn sub_assign(&mut self, time: Duration) {
            self.0 -= time;
        }
    }

    impl Sub for Instant {
        type Output = Duration;

        fn sub(self, earlier: Instant) -> Duration {
            self.duration_since(earlier)
        }
    }
}
