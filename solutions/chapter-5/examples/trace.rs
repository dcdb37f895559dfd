//! The readers' own program, with the reference in the place of their code.

extern crate chapter_5_solution as chapter_5;

#[path = "../../../exercises/chapter-5/examples/trace.rs"]
mod trace;

fn main() {
    trace::main();
}
