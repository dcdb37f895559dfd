//! Hints, named as in `std::hint`.

/// Says that the caller waits in a loop. Inside a run the other threads go first.
#[track_caller]
#[inline]
pub fn spin_loop() {
    under_model!(run => run.yields(std::panic::Location::caller()));
    std::hint::spin_loop();
}
