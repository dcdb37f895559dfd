//! The tests that ask the compiler: step 4.7. Run them with `cargo xtask check chapter-4/7`.

mod refused;

/// Builds what every program needs, once and without a time limit.
#[test]
fn warm_up() {
    refused::programs().warm_up();
}
