//! The very tests of the exercises that ask the compiler, run against the reference.

extern crate chapter_2_solution as chapter_2;

#[path = "../../../exercises/chapter-2/tests/refused/refused.rs"]
mod refused;

#[test]
fn warm_up() {
    refused::programs().warm_up();
}
