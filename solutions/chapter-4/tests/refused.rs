//! The very tests of the exercises that ask the compiler, run against the reference.

extern crate chapter_4_solution as chapter_4;

#[path = "../../../exercises/chapter-4/tests/refused/refused.rs"]
mod refused;

#[test]
fn warm_up() {
    refused::programs().warm_up();
}
