//! The feature `bare`: the names are std's, without a table of who waits for what.

/// `std::sync`.
pub mod sync {
    pub use std::sync::*;
}

/// `std::thread`.
pub mod thread {
    pub use std::thread::*;
}

/// `std::hint`.
pub mod hint {
    pub use std::hint::*;
}

/// `std::time`, and `sleep`.
pub mod time {
    pub use std::thread::sleep;
    pub use std::time::*;

    /// The time since `earlier`.
    #[must_use]
    pub fn since(earlier: Instant) -> Duration {
        earlier.elapsed()
    }
}
